"""An explanation as lines of text, as `--explain` prints it."""

from __future__ import annotations

from typing import Any

from ..numbers import format_shortest
from .cost import format_cost, format_direct_cost


def format_plan(info: dict[str, Any]) -> list[str]:
    """Return the lines of an explanation, given the dictionary that its `to_dict` returns."""
    entries = {
        "picture": _format_picture(info),
        "computes": _format_computation(info),
        "composed": _format_composition(info),
        "missing": _format_missing(info),
        "border": _format_border(info),
        "engine": f"{info['engine']}: {info['reason']}",
        "method": _format_method(info),
        "cost": f"\n{'':10}".join(format_cost(info)),
        "strips": _format_strips(info),
        "memory": f"about {format_bytes(info['memory'])} in all",
    }
    lines = (f"{name:10}{text}" for name, text in entries.items() if text)
    return [part for line in lines for part in line.split("\n")]


def _format_picture(info: dict[str, Any]) -> str:
    picture, result = info["picture"], info["result"]
    words = [
        f"{picture['width']} x {picture['height']}",
        f"{picture['channels']} channel{'s' if picture['channels'] > 1 else ''}",
        picture["dtype"],
    ]
    if picture["alpha"]:
        words.append("alpha" if picture["transparent"] else "opaque alpha")
        words += ["premultiplied"] * picture["premultiplied"]
    if info["linear_light"]:
        words.append("in linear light")
    text = ", ".join(words)
    if info["region"]:
        parts = [
            f"{width} x {height} at {left},{top}" for left, top, width, height in info["region"]
        ]
        text += f"; of it {' and '.join(parts)}"
    if (result["height"], result["width"]) != (picture["height"], picture["width"]):
        text += f"; the result is {result['width']} x {result['height']}"
    return text


def _format_computation(info: dict[str, Any]) -> str:
    kernel = info["kernel"]
    if kernel is None:
        rows, columns = info["window"]["rows"], info["window"]["columns"]
        return f"{info['computes']} of a window of {format_size(rows, columns)}"
    if info["computes"] not in ("convolution", "correlation"):
        return str(info["computes"])
    flip = {"convolution": " (the kernel is flipped)", "correlation": " (it is not flipped)"}
    return (
        f"{info['computes']}{flip[info['computes']]}, "
        f"kernel of {format_size(kernel['rows'], kernel['columns'])}, "
        f"origin {kernel['origin'][0]},{kernel['origin'][1]}, sum {kernel['sum']}, "
        f"rank {kernel['rank']}{' (separable)' if kernel['rank'] == 1 else ''}"
    )


def format_size(rows: int, columns: int) -> str:
    """Return a size such as "1 row x 3 columns"."""
    column_count = "1 column" if columns == 1 else f"{columns} columns"
    return f"{'1 row' if rows == 1 else f'{rows} rows'} x {column_count}"


def _format_composition(info: dict[str, Any]) -> str:
    if info["composed"] is None:
        return ""
    text = f"{info['composed']['kernels']} kernels in one, the same as one after the other"
    except_for = "except for rounding and clipping in between"
    within = info["composed"]["may_differ_within"]
    if not any(within.values()):
        return f"{text} with the border {info['border']['name']}, {except_for}"
    return f"{text}, {except_for}, and perhaps in {_format_margins(**within)}"


def _format_margins(top: int, bottom: int, left: int, right: int) -> str:
    """Return text such as "the outer 2 pixels on all sides" or "the first row, the last 3 rows"."""
    if top == bottom == left == right:
        return f"the outer {'pixel' if top == 1 else f'{top} pixels'} on all sides"
    sides = [
        ("first", "row", top),
        ("last", "row", bottom),
        ("first", "column", left),
        ("last", "column", right),
    ]
    return ", ".join(
        f"the {end} {line if count == 1 else f'{count} {line}s'}"
        for end, line, count in sides
        if count
    )


def _format_missing(info: dict[str, Any]) -> str:
    missing = info["missing"]
    if missing is None:
        return ""
    marks = ["NaN"] * missing["nan"]
    marks += [] if missing["level"] is None else [format_shortest(missing["level"])]
    how = ": normalised convolution" if info["kernel"] is not None else ""
    return f"{' and '.join(marks)} without weight{how if missing['found'] else '; there is none'}"


def _format_border(info: dict[str, Any]) -> str:
    border = info["border"]
    picture = border["picture"].strip()
    if border["name"] == "valid":
        return f"valid   {picture}   ({border['meaning']})"
    percent = format_percent(border["share"])
    return f"{border['name']}   {picture}   ({border['meaning']}); {percent} of the pixels need it"


def format_percent(share: float) -> str:
    """Return a share of 0 to 1 in percent; only 0 is "0 %", and only 1 is "100 %"."""
    percent = 100 * share
    if 0 < percent < 0.05:
        return "less than 0.1 %"
    if 99.95 <= percent < 100:
        return "more than 99.9 %"
    return f"{format_shortest(round(percent, 1))} %"


def _format_method(info: dict[str, Any]) -> str:
    text = f"{info['method']}: {format_operations(info['operations'])}"
    if info["direct"] is None:
        return text
    rows, columns = info["window"]["rows"], info["window"]["columns"]
    return f"{text}; directly {info['direct']:,} ({format_direct_cost(rows, columns)})"


def format_operations(operations: float) -> str:
    """Return text for a number of operations a pixel."""
    count = f"{operations:,.0f}"
    return f"about {count} operation{'' if count == '1' else 's'} a pixel"


def _format_strips(info: dict[str, Any]) -> str:
    strips, workers = info["strips"], info["workers"]
    by = "1 worker" if workers == 1 else f"{workers} workers"
    if strips == 1:
        return f"1 of {info['strip_rows']} rows, by {by}"
    return f"{strips} of up to {info['strip_rows']} rows, by {by}"


def format_bytes(count: int) -> str:
    """Return a number of bytes in the largest unit of which there is at least one."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.{0 if count >= 10 * size else 1}f} {unit}"
    return f"{count} bytes"
