"""A heat map: a grid of weights as colours, blue below 0 and red above, with a scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ..figure.text import width_of
from ..geometry import Rect
from .canvas import GREY, INK, WHITE, Canvas

SIZE = 19  # of the text, in pixels
_LARGEST_LABEL, _SMALLEST_LABEL = 24, 11
_OUTLINED = 12  # pixels of a cell that has room for lines around it

# Of the least and greatest; between them and white in a straight line, which is 0.
_BELOW, _ABOVE = (33, 102, 172), (178, 24, 43)


def draw_heat(
    canvas: Canvas,
    box: Rect,
    weights: NDArray[np.float64],
    labels: Sequence[Sequence[str]],
    origin: tuple[int, int],
    note: str = "",
) -> bool:
    """Draw a heat map in a box: cells, their labels where these fit, and the scale of colours.

    Parameters
    ----------
    canvas : Canvas
    box : Rect
    weights : (rows, columns) array
    labels : rows of str
        What stands in the cells; all of them or none.
    origin : (int, int)
        The cell that gets a thick frame, where cells are large enough for lines around them.
    note : str
        A line below the cells.

    Returns
    -------
    bool
        Whether there was room for that frame.
    """
    rows, columns = weights.shape
    room = Rect(box.top, box.left + 2 * SIZE, box.bottom - 6 * SIZE, box.right)
    cell = min(room.height / rows, room.width / columns)
    height, width = max(1, round(cell * rows)), max(1, round(cell * columns))
    top, left = room.top + (room.height - height) // 2, room.left + (room.width - width) // 2
    area = Rect(top, left, top + height, left + width)
    most = float(np.abs(weights).max()) or 1.0
    canvas.pixels(area, coloured(weights, most))
    outlined = bool(cell >= _OUTLINED)
    if outlined:
        _draw_cells(canvas, area, weights / most, labels, origin)
    canvas.frame(area, GREY)
    canvas.write("0", SIZE, area.top - SIZE, area.left + cell / 2)
    canvas.write("0", SIZE, area.top + cell / 2, area.left - SIZE / 2, anchor=1)
    last = area.bottom - cell / 2, area.right - cell / 2
    if columns > 1 and last[1] - area.left > 4 * SIZE:
        canvas.write(str(columns - 1), SIZE, area.top - SIZE, last[1])
    if rows > 1 and last[0] - area.top > 2 * SIZE:
        canvas.write(str(rows - 1), SIZE, last[0], area.left - SIZE / 2, anchor=1)
    canvas.write(note, SIZE, area.bottom + 1.2 * SIZE, area.left + area.width / 2)
    _draw_scale(
        canvas,
        Rect(box.bottom - 3 * SIZE, room.left, box.bottom - 2 * SIZE, room.right),
        float(weights.min()),
        most,
    )
    return outlined


def coloured(weights: NDArray[np.float64], most: float) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) colours of weights from -most to most."""
    share = np.clip(weights / most, -1, 1)[..., np.newaxis]
    end = np.where(share < 0, _BELOW, _ABOVE)
    colours: NDArray[np.uint8] = np.rint(255 + (end - 255) * np.abs(share)).astype(np.uint8)
    return colours


def _draw_cells(
    canvas: Canvas,
    area: Rect,
    shares: NDArray[np.float64],
    labels: Sequence[Sequence[str]],
    origin: tuple[int, int],
) -> None:
    rows, columns = shares.shape
    down, across = area.height / rows, area.width / columns
    for row in range(1, rows):
        at = area.top + row * down
        canvas.line([(at, area.left), (at, area.right)], WHITE)
    for column in range(1, columns):
        at = area.left + column * across
        canvas.line([(area.top, at), (area.bottom, at)], WHITE)
    top, left = area.top + origin[0] * down, area.left + origin[1] * across
    thick = Rect(round(top), round(left), round(top + down), round(left + across))
    canvas.frame(thick, INK, 3)
    size = _label_size(list(chain.from_iterable(labels)), across, down)
    if size is None:
        return
    for row, line in enumerate(labels):
        for column, label in enumerate(line):
            dark = abs(shares[row, column]) > 0.5
            middle = area.top + (row + 0.5) * down, area.left + (column + 0.5) * across
            canvas.write(label, size, *middle, colour=WHITE if dark else INK)


def _label_size(labels: list[str], width: float, height: float) -> int | None:
    """Return the largest size of text with which every label fits its cell, if there is one."""
    longest = max(labels, key=len, default="")
    sizes = range(_LARGEST_LABEL, _SMALLEST_LABEL - 1, -1)
    fits = (
        size for size in sizes if width_of(longest, size) <= 0.86 * width and size <= 0.6 * height
    )
    return next(fits, None)


def _draw_scale(canvas: Canvas, box: Rect, least: float, most: float) -> None:
    low = -most if least < 0 else 0.0
    shades = np.linspace(low, most, 256)[np.newaxis]
    canvas.pixels(box, coloured(shades, most))
    canvas.frame(box, GREY)
    for share, value in ((0, low), (0.5, (low + most) / 2), (1, most)):
        at = box.left + share * box.width
        canvas.line([(box.bottom, at), (box.bottom + SIZE / 3, at)], GREY)
        canvas.write(f"{value:.3g}", SIZE, box.bottom + 1.2 * SIZE, at, anchor=share)
