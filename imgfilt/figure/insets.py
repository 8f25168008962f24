"""Insets: parts of a cell that stand enlarged below it, each in the colour of its rectangle."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from ..errors import ParameterError
from . import Layout
from .scale import Scale, Size, make_scale
from .scene import Box, Colour

Part = tuple[int, int, int, int]  # left, top, width, height

# Colours that people with any colour vision can tell apart, on a light and on a dark page:
# Okabe, Ito: Color universal design, 2002, without black and yellow.
COLOURS: tuple[Colour, ...] = (
    *((213, 94, 0), (0, 114, 178), (0, 158, 115)),
    *((204, 121, 167), (230, 159, 0), (86, 180, 233)),
)
_GAP, _LINE = 4.0, 1.0  # between insets, and the width of their frames, in points


class Inset(NamedTuple):
    """A part of the first picture of an input, and its places in displayed pixels.

    Attributes
    ----------
    scale : Scale
    frame : Box
        Of the enlarged part, from the left edge of the first picture and the lower edge of the
        highest in a row.
    locator : Box
        Of the part in the first picture, from its top left corner.
    line : int
        The width of the lines around both, outside of them.
    colour : Colour
    """

    scale: Scale
    frame: Box
    locator: Box
    line: int
    colour: Colour

    @property
    def bottom(self) -> float:
        """The lower edge of the line around the frame."""
        return self.frame.bottom + self.line


def check_parts(layout: Layout, height: int, width: int) -> None:
    """Raise ParameterError if the zoom or an inset isn't inside the first picture of an input.

    Parameters
    ----------
    layout : Layout
    height, width : int
        The picture's.
    """
    picture = f"picture of {width} x {height}"
    zoom = layout.zoom or (0, 0, width, height)
    where = f"zoom {_show(zoom)}" if layout.zoom else picture
    _check_inside("zoom", zoom, (0, 0, width, height), picture)
    for part in layout.insets:
        _check_inside("inset", part, zoom, where)


def _check_inside(name: str, part: Part, whole: Part, where: str) -> None:
    for start, length, first, whole_length in zip(
        part[:2], part[2:], whole[:2], whole[2:], strict=True
    ):
        if start < first or start + length > first + whole_length:
            message = f"{name} {_show(part)} does not lie inside the {where}"
            raise ParameterError(message, parameters=(name,))


def _show(part: Part) -> str:
    return ",".join(map(str, part))


def place_insets(scale: Scale, layout: Layout, pixels_per_point: float) -> list[Inset]:
    """Return the insets of an input's cells: side by side, no wider than the first picture.

    Parameters
    ----------
    scale : Scale
        The cells'.
    layout : Layout
    pixels_per_point : float

    Raises
    ------
    ParameterError
        If an inset wouldn't be larger than in the cell.
    """
    gap, line = (max(1, round(length * pixels_per_point)) for length in (_GAP, _LINE))
    colours, insets, top = iter(COLOURS), list[Inset](), 0.0
    between = scale.shown[2] // 4
    for row in _choose_rows(layout.insets, scale, gap, line):
        width, gaps = scale.shown[2], len(row) - 1
        free = width - sum(part.shown[2] + 2 * line for _, part in row)
        between = min(free // max(gaps, 1), between)
        left = (free - gaps * between) // 2 + line
        for part, enlarged in row:
            frame = Box(left, top + gap + line, *enlarged.shown[2:])
            insets.append(Inset(enlarged, frame, _locate(part, scale), line, next(colours)))
            left = round(frame.right) + 2 * line + between
        top = max(inset.bottom for inset in insets)
    return insets


def _choose_rows(
    parts: Sequence[Part], scale: Scale, gap: int, line: int
) -> list[list[tuple[Part, Scale]]]:
    """Return rows of parts, each part with its scale: as few rows as enlarge all parts."""
    _, _, width, height = scale.shown
    highest = max(height, width // 2)  # below a flat picture, too, parts need room
    size, small = Size(scale.height, scale.width, scale.width), None
    for rows_wanted in range(1, len(parts) + 1):
        count = -(-len(parts) // rows_wanted)
        room = (width - (count - 1) * gap - 2 * count * line) // count
        rows = []
        for start in range(0, len(parts), count):
            row = parts[start : start + count]
            factors = _choose_factors(row, room * len(row), highest)
            pairs = zip(row, factors, strict=True)
            rows.append([(part, make_scale(size, factor, part)) for part, factor in pairs])
        small = next(
            (part for part, one in chain(*rows) if one.horizontal <= scale.horizontal), None
        )
        if small is None:
            return rows
    if small is None:
        return []
    raise ParameterError(
        f"inset {_show(small)} can't be enlarged below a cell of {width} x {height} pixels: "
        "give a smaller part or a larger cell_width",
        parameters=("inset", "cell_width"),
    )


def _locate(part: Part, scale: Scale) -> Box:
    """Return the place of a part in the first picture, in whole displayed pixels."""
    left, top, width, height = part
    x, y, _, _ = scale.shown
    left, right = (round((edge - x) * scale.horizontal) for edge in (left, left + width))
    top, bottom = (round((edge - y) * scale.vertical) for edge in (top, top + height))
    return Box(left, top, right - left, bottom - top)


def _choose_factors(parts: Sequence[Part], width: int, height: int) -> list[Fraction]:
    """Return how many times each part is enlarged, so that all fit side by side.

    The highest part is enlarged by the largest whole factor for which all have room. The others
    are enlarged by whole factors, too, to nearly the same height. If there is no room for whole
    factors, all are reduced alike.
    """
    highest = max(part[3] for part in parts)
    for shown in range(height // highest * highest, 0, -highest):
        factors = [Fraction(shown // part[3]) for part in parts]
        if sum(part[2] * factor for part, factor in zip(parts, factors, strict=True)) <= width:
            return factors
    total = sum(part[2] for part in parts)
    return [max(min(Fraction(width, total), Fraction(height, highest)), Fraction())] * len(parts)
