"""A heat map of weights: blue below 0, white at 0, red above, with a colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ...geometry import Rect
from ..colours import map_to_colours
from .canvas import GREY, INK, WHITE, Canvas
from .graph import TEXT_SIZE

_LARGEST_LABEL, _SMALLEST_LABEL = 24, 11
_LEAST_OUTLINED = 12  # pixels: smaller cells have no room for lines around them


def draw_heatmap(
    canvas: Canvas,
    box: Rect,
    weights: NDArray[np.float64],
    labels: Sequence[Sequence[str]],
    origin: tuple[int, int],
    note: str = "",
) -> bool:
    """Draw a heat map inside a box: cells, their labels if these fit, and a colour scale.

    Parameters
    ----------
    canvas : Canvas
    box : Rect
    weights : (rows, columns) array
    labels : rows of str
        Text for every cell, or an empty list for none.
    origin : (int, int)
        Row and column of the cell with a thick frame, which is drawn if there is room for it.
    note : str
        A line of text below the cells.

    Returns
    -------
    bool
        Whether the thick frame was drawn.
    """
    rows, columns = weights.shape
    inner = Rect(box.top, box.left + 2 * TEXT_SIZE, box.bottom - 6 * TEXT_SIZE, box.right)
    cell = min(inner.height / rows, inner.width / columns)
    height, width = max(1, round(cell * rows)), max(1, round(cell * columns))
    top, left = inner.top + (inner.height - height) // 2, inner.left + (inner.width - width) // 2
    area = Rect(top, left, top + height, left + width)
    most = float(np.abs(weights).max()) or 1.0
    canvas.paste_pixels(area, map_to_colours(weights, most))
    outlined = bool(cell >= _LEAST_OUTLINED)
    if outlined:
        _draw_cells(canvas, area, weights / most, labels, origin)
    canvas.draw_frame(area, GREY)
    canvas.draw_text("0", TEXT_SIZE, area.top - TEXT_SIZE, area.left + cell / 2)
    canvas.draw_text("0", TEXT_SIZE, area.top + cell / 2, area.left - TEXT_SIZE / 2, anchor=1)
    last = area.bottom - cell / 2, area.right - cell / 2
    if columns > 1 and last[1] - area.left > 4 * TEXT_SIZE:
        canvas.draw_text(str(columns - 1), TEXT_SIZE, area.top - TEXT_SIZE, last[1])
    if rows > 1 and last[0] - area.top > 2 * TEXT_SIZE:
        canvas.draw_text(str(rows - 1), TEXT_SIZE, last[0], area.left - TEXT_SIZE / 2, anchor=1)
    canvas.draw_text(note, TEXT_SIZE, area.bottom + 1.2 * TEXT_SIZE, area.left + area.width / 2)
    _draw_scale(
        canvas,
        Rect(box.bottom - 3 * TEXT_SIZE, inner.left, box.bottom - 2 * TEXT_SIZE, inner.right),
        float(weights.min()),
        most,
    )
    return outlined


def _draw_cells(
    canvas: Canvas,
    area: Rect,
    shares: NDArray[np.float64],
    labels: Sequence[Sequence[str]],
    origin: tuple[int, int],
) -> None:
    """Draw lines between cells, the origin's frame, and the labels."""
    rows, columns = shares.shape
    cell_height, cell_width = area.height / rows, area.width / columns
    for row in range(1, rows):
        y = area.top + row * cell_height
        canvas.draw_line([(y, area.left), (y, area.right)], WHITE)
    for column in range(1, columns):
        x = area.left + column * cell_width
        canvas.draw_line([(area.top, x), (area.bottom, x)], WHITE)
    top, left = area.top + origin[0] * cell_height, area.left + origin[1] * cell_width
    thick = Rect(round(top), round(left), round(top + cell_height), round(left + cell_width))
    canvas.draw_frame(thick, INK, 3)
    size = _choose_label_size(canvas, list(chain.from_iterable(labels)), cell_width, cell_height)
    if size is None:
        return
    for row, line in enumerate(labels):
        for column, label in enumerate(line):
            dark = abs(shares[row, column]) > 0.5
            middle = area.top + (row + 0.5) * cell_height, area.left + (column + 0.5) * cell_width
            canvas.draw_text(label, size, *middle, colour=WHITE if dark else INK)


def _choose_label_size(
    canvas: Canvas, labels: list[str], width: float, height: float
) -> int | None:
    """Return the largest text size at which every label fits its cell, or None."""
    longest = max(labels, key=len, default="")
    sizes = range(_LARGEST_LABEL, _SMALLEST_LABEL - 1, -1)
    fits = (
        size
        for size in sizes
        if canvas.text_width(longest, size) <= 0.86 * width and size <= 0.6 * height
    )
    return next(fits, None)


def _draw_scale(canvas: Canvas, box: Rect, least: float, most: float) -> None:
    """Draw the colour scale: from 0, or from `-most` if any weight is negative, to `most`."""
    low = -most if least < 0 else 0.0
    shades = np.linspace(low, most, 256)[np.newaxis]
    canvas.paste_pixels(box, map_to_colours(shades, most))
    canvas.draw_frame(box, GREY)
    for share, value in ((0, low), (0.5, (low + most) / 2), (1, most)):
        x = box.left + share * box.width
        canvas.draw_line([(box.bottom, x), (box.bottom + TEXT_SIZE / 3, x)], GREY)
        canvas.draw_text(f"{value:.3g}", TEXT_SIZE, box.bottom + 1.2 * TEXT_SIZE, x, anchor=share)
