"""Words: the facts of a plan as lines for people."""

from __future__ import annotations

from typing import Any

from ..numbers import shortest


def lines(said: dict[str, Any]) -> list[str]:
    """Return what an explanation says as lines for people."""
    entries = {
        "picture": _picture(said),
        "computes": _computing(said),
        "composed": _composing(said),
        "border": _border(said),
        "engine": f"{said['engine']}: {said['reason']}",
        "method": _method(said),
        "strips": _strips(said),
        "memory": f"about {bytes_said(said['memory'])} in all",
    }
    return [f"{name:10}{text}" for name, text in entries.items() if text]


def _picture(said: dict[str, Any]) -> str:
    picture, result = said["picture"], said["result"]
    words = [
        f"{picture['width']} x {picture['height']}",
        f"{picture['channels']} channel{'s' if picture['channels'] > 1 else ''}",
        picture["dtype"],
    ]
    if picture["alpha"]:
        words.append("alpha, premultiplied" if picture["transparent"] else "opaque alpha")
    if said["linear_light"]:
        words.append("in linear light")
    text = ", ".join(words)
    if said["region"]:
        parts = [
            f"{width} x {height} at {left},{top}" for left, top, width, height in said["region"]
        ]
        text += f"; of it {' and '.join(parts)}"
    if (result["height"], result["width"]) != (picture["height"], picture["width"]):
        text += f"; the result is {result['width']} x {result['height']}"
    return text


def _computing(said: dict[str, Any]) -> str:
    kernel = said["kernel"]
    if kernel is None:
        rows, columns = said["window"]["rows"], said["window"]["columns"]
        return f"{said['computes']} of a window of {size_said(rows, columns)}"
    if said["computes"] not in ("convolution", "correlation"):
        return str(said["computes"])
    flip = {"convolution": " (the kernel is flipped)", "correlation": " (it is not flipped)"}
    return (
        f"{said['computes']}{flip[said['computes']]}, "
        f"kernel of {size_said(kernel['rows'], kernel['columns'])}, "
        f"origin {kernel['origin'][0]},{kernel['origin'][1]}, sum {kernel['sum']}, "
        f"rank {kernel['rank']}{' (separable)' if kernel['rank'] == 1 else ''}"
    )


def size_said(rows: int, columns: int) -> str:
    """Return a kernel's size in words."""
    across = "1 column" if columns == 1 else f"{columns} columns"
    return f"{'1 row' if rows == 1 else f'{rows} rows'} x {across}"


def _composing(said: dict[str, Any]) -> str:
    if said["composed"] is None:
        return ""
    text = f"{said['composed']['kernels']} kernels in one"
    within = said["composed"]["may_differ_within"]
    if not any(within.values()):
        return f"{text}, the same as one after the other with the border {said['border']['name']}"
    if len(set(within.values())) == 1:
        where = f"{within['top']} of the edge"
    else:
        where = ", ".join(f"{count} of the {side}" for side, count in within.items())
    return f"{text}; within {where} (pixels) it may differ from one after the other"


def _border(said: dict[str, Any]) -> str:
    border = said["border"]
    picture = border["picture"].strip()
    if border["name"] == "valid":
        return f"valid   {picture}   ({border['meaning']})"
    percent = share_said(border["share"])
    return f"{border['name']}   {picture}   ({border['meaning']}); {percent} of the pixels need it"


def share_said(share: float) -> str:
    """Return a share in percent; what is little is not said to be nothing."""
    percent = 100 * share
    if 0 < percent < 0.05:
        return "less than 0.1 %"
    if 99.95 <= percent < 100:
        return "more than 99.9 %"
    return f"{shortest(round(percent, 1))} %"


def _method(said: dict[str, Any]) -> str:
    text = f"{said['method']}: {operations_said(said['operations'])}"
    if said["direct"] is None:
        return text
    rows, columns = said["window"]["rows"], said["window"]["columns"]
    return f"{text}; directly {said['direct']:,} ({direct_said(rows, columns)})"


def operations_said(operations: float) -> str:
    """Return what a pixel costs by a method."""
    count = f"{operations:,.0f}"
    return f"about {count} operation{'' if count == '1' else 's'} a pixel"


def direct_said(rows: int, columns: int) -> str:
    """Return how the lecture counts: k² multiplications and k² − 1 additions."""
    return f"2·{rows}² − 1" if rows == columns else f"2·{rows}·{columns} − 1"


def _strips(said: dict[str, Any]) -> str:
    strips, workers = said["strips"], said["workers"]
    by = "1 worker" if workers == 1 else f"{workers} workers"
    if strips == 1:
        return f"1 of {said['strip_rows']} rows, by {by}"
    return f"{strips} of up to {said['strip_rows']} rows, by {by}"


def bytes_said(count: int) -> str:
    """Return a number of bytes in a unit of two or three digits."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.{0 if count >= 10 * size else 1}f} {unit}"
    return f"{count} bytes"
