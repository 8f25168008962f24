"""Format the facts of a file for people: a line that sums it up, and a line for each other fact."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..numbers import format_brief

Facts = dict[str, Any]

_INDENT, _WIDTH = 2, 12  # columns: before a label, and of a label
_COLOURS = {"grey": "grey", "red": "RGB", "cyan": "CMYK"}
_UNIT = 1000  # bytes of a kB
_GRIDS = ".txt", ".csv"


def format_facts(name: str, facts: Facts) -> Iterator[str]:
    """Give the lines for a file.

    Parameters
    ----------
    name : str
        The file's name.
    facts : dict
        As `inspect` returns them, or those of a kernel.
    """
    yield f"{name}: {_summarize(facts)}"
    for label, text in _iter_rows(facts):
        yield f"{'':{_INDENT}}{label:{_WIDTH}}{text}"


def _summarize(facts: Facts) -> str:
    if facts["format"] == "kernel":
        return f"kernel, {facts['rows']} x {facts['columns']} (rows x columns)"
    if facts["format"] in _GRIDS:
        return f"grid of numbers, {facts['height']} x {facts['width']} (rows x columns)"
    palette = " from a palette" if facts["palette"] else ""
    return f"{facts['format']}, {_describe_pixels(facts)}{palette}"


def _describe_pixels(facts: Facts) -> str:
    """Return size, depth and channels, such as `640 x 480, 8-bit RGB with alpha`."""
    return f"{facts['width']} x {facts['height']}, {facts['depth']} {_name_channels(facts)}"


def _name_channels(facts: Facts) -> str:
    channels = facts["channels"]
    unknown, extra = channels.count("unknown"), channels.count("extra")
    colours = _COLOURS.get(channels[0]) or f"of {unknown} channels of unknown meaning"
    others = [f"{extra} extra channel{'s' * (extra > 1)}"] if extra else []
    others += ["alpha"] if "alpha" in channels else []
    return f"{colours} with {' and '.join(others)}" if others else colours


def _iter_rows(facts: Facts) -> Iterator[tuple[str, str]]:
    """Give the label and the text of each further fact that the file has."""
    if "minimum" in facts:
        yield "range", f"{facts['minimum']:.6g} to {facts['maximum']:.6g}"
    if facts["format"] == "kernel":
        yield "sum", f"{facts['sum']:.6g}"
        yield "origin", ",".join(map(str, facts["origin"]))
        return
    yield from _iter_frame_rows(facts)
    if facts["orientation"] != 1:
        yield "orientation", f"{facts['orientation']} in EXIF; the size is the upright picture's"
    if facts["resolution"]:
        yield "resolution", _describe_resolution(facts)
    if facts["profile"]:
        yield "profile", facts["profile"]
    for key, label in (("metadata", "metadata"), ("not_kept", "not kept"), ("broken", "broken")):
        if facts[key]:
            yield label, ", ".join(facts[key])
    if facts["nodata"] is not None:
        level = format_brief(facts["nodata"])
        option = "--ignore-nan" if math.isnan(facts["nodata"]) else f"--nodata {level}"
        yield "no data", f"{level}; {option} leaves such pixels out"
    frame = "page" if facts["milliseconds"] is None else "frame"
    each = f" a {frame}" if facts["frames"] > 1 else ""
    yield "memory", f"{format_bytes(facts['memory'])}{each}"
    for note in facts["notes"]:
        yield "note", note
    if facts["refused"]:
        yield "refused", facts["refused"]


def _iter_frame_rows(facts: Facts) -> Iterator[tuple[str, str]]:
    count = facts["frames"]
    if facts["milliseconds"] is not None:
        times = {None: "", 0: ", without end", 1: ", once"}
        runs = times.get(facts["runs"], f", {facts['runs']} times")
        yield "frames", f"{count}, in {format_brief(facts['milliseconds'] / 1000)} s{runs}"
    elif count > 1:
        yield "pages", str(count)
    for number, page in enumerate(facts["pages"]):
        yield f"page {number}", _describe_pixels(page)


def _describe_resolution(facts: Facts) -> str:
    across, down, unit = facts["resolution"].values()
    numbers = " x ".join(format_brief(number) for number in dict.fromkeys((across, down)))
    if unit is None:
        return f"{numbers} pixels per unit, which isn't named"
    width, height = facts["centimetres"]
    return f"{numbers} pixels per {unit}: {width:.1f} x {height:.1f} cm"


def format_bytes(count: int) -> str:
    """Return a number of bytes with a unit.

    Examples
    --------
    >>> format_bytes(49), format_bytes(3_240_000), format_bytes(12_345_678_901)
    ('49 bytes', '3.2 MB', '12.3 GB')
    """
    if count < _UNIT:
        return f"{count} byte{'s' * (count != 1)}"
    size, units = float(count), iter("kMGTP")
    while size >= _UNIT:
        size, unit = size / _UNIT, next(units)
    return f"{size:.1f} {unit}B"
