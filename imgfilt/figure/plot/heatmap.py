"""A heat map of weights: blue below 0, white at 0, red above, with a colour bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

import numpy as np

from ...geometry import Rect
from ...kernel.kernel import Kernel
from ..colours import map_to_colours
from .canvas import GREY, INK, WHITE, Canvas
from .colour_map import BELOW, BESIDE, draw_bar
from .graph import HEAD, TEXT_SIZE, format_number

_LARGEST_LABEL, _SMALLEST_LABEL = 24, 11
_LEAST_OUTLINED = 12  # pixels: smaller cells have no room for lines around them
_LARGEST_CELL = 200  # pixels
_MOST_LABELLED = 441
_LONGEST_WHOLE = 7  # letters of a numerator in a cell

Labels = Sequence[Sequence[str]]


class HeatMap:
    """The weights of a kernel: cells, the numbers in them if these fit, and a colour bar.

    Parameters
    ----------
    kernel : Kernel
    """

    def __init__(self, kernel: Kernel):
        self._weights, self._origin = kernel.weights, kernel.origin
        self._labels, self._unit = format_cells(kernel)

    def measure_margin(self, canvas: Canvas) -> float:
        """Return the room that the text to the left of the map needs, in pixels."""
        return canvas.text_width(str(len(self._weights) - 1), TEXT_SIZE) + TEXT_SIZE / 2

    def draw(self, canvas: Canvas, box: Rect, margin: float) -> None:
        """Draw the heat map and its text.

        Parameters
        ----------
        canvas : Canvas
        box : Rect
            The rectangle for all of it, text included.
        margin : float
            From the left of the box to the map, in pixels.
        """
        rows, columns = self._weights.shape
        upright = rows > columns
        top, left = box.top + HEAD, box.left + round(margin)
        height = box.bottom - top - (TEXT_SIZE if upright else BELOW)
        width = box.right - left - (BESIDE if upright else TEXT_SIZE)
        cell = min(height / rows, width / columns, _LARGEST_CELL)
        bottom, right = top + max(1, round(cell * rows)), left + max(1, round(cell * columns))
        area = Rect(top, left, bottom, right)
        most = float(np.abs(self._weights).max()) or 1.0
        canvas.paste_pixels(area, map_to_colours(self._weights, most))
        title = ["Weights"]
        if cell >= _LEAST_OUTLINED:
            title.append("the origin framed")
            if self._draw_cells(canvas, area, most) and self._unit:
                title.append(self._unit)
        canvas.draw_text(", ".join(title), TEXT_SIZE, box.top + TEXT_SIZE, left, anchor=0)
        canvas.draw_frame(area, GREY)
        _draw_indices(canvas, area, rows, columns)
        draw_bar(canvas, area, -most if self._weights.min() < 0 else 0.0, most, upright)

    def _draw_cells(self, canvas: Canvas, area: Rect, most: float) -> bool:
        """Draw lines between cells, the origin's frame and numbers; return whether numbers fit."""
        rows, columns = self._weights.shape
        height, width = area.height / rows, area.width / columns
        for row in range(1, rows):
            y = area.top + row * height
            canvas.draw_line([(y, area.left), (y, area.right)], WHITE)
        for column in range(1, columns):
            x = area.left + column * width
            canvas.draw_line([(area.top, x), (area.bottom, x)], WHITE)
        top, left = area.top + self._origin[0] * height, area.left + self._origin[1] * width
        thick = Rect(round(top), round(left), round(top + height), round(left + width))
        canvas.draw_frame(thick, INK, 3)
        size = _choose_label_size(canvas, list(chain.from_iterable(self._labels)), width, height)
        if size is None:
            return False
        for row, line in enumerate(self._labels):
            for column, label in enumerate(line):
                dark = abs(self._weights[row, column]) > most / 2
                middle = area.top + (row + 0.5) * height, area.left + (column + 0.5) * width
                canvas.draw_text(label, size, *middle, colour=WHITE if dark else INK)
        return True


def format_cells(kernel: Kernel) -> tuple[Labels, str]:
    """Return the numbers in the cells, and what they are to be multiplied with or divided by.

    They are whole numbers with a common divisor if these are short. Else they have the decimals
    that give the greatest three digits, and a power of ten as a common factor where one is needed;
    "0.00" is a weight that isn't 0.

    >>> format_cells(Kernel([[1e-9, -3e-9, 0]]))
    ([['1', '−3', '0']], 'divided by 1000000000')
    """
    if kernel.weights.size > _MOST_LABELLED:
        return [], ""
    if kernel.integers is not None:
        cells = [[str(number) for number in line] for line in kernel.numerators.tolist()]
        if max(map(len, chain.from_iterable(cells))) <= _LONGEST_WHOLE:
            divisor = kernel.rational.denominator
            return _set_minus(cells), "" if divisor == 1 else f"divided by {divisor}"
    greatest = float(np.abs(kernel.weights).max())
    power = math.floor(math.log10(greatest)) if greatest else 0
    if -1 <= power <= 2:
        decimals, factor, unit = 2 - power, 1.0, ""
    else:
        decimals, factor = 2, 10.0**power
        unit = f"times {format_number(factor)}"
    weights = (kernel.weights / factor).tolist()
    cells = [[f"{weight:.{decimals}f}" if weight else "0" for weight in line] for line in weights]
    return _set_minus(cells), unit


def _set_minus(cells: Labels) -> Labels:
    return [[label.replace("-", "−") for label in line] for line in cells]


def _draw_indices(canvas: Canvas, area: Rect, rows: int, columns: int) -> None:
    """Write the first and the last row and column at the edges of the cells."""
    height, width = area.height / rows, area.width / columns
    above, beside = area.top - TEXT_SIZE, area.left - TEXT_SIZE / 2
    canvas.draw_text("0", TEXT_SIZE, above, area.left + width / 2)
    canvas.draw_text("0", TEXT_SIZE, area.top + height / 2, beside, anchor=1)
    if columns > 1 and area.width - width / 2 > 4 * TEXT_SIZE:
        canvas.draw_text(str(columns - 1), TEXT_SIZE, above, area.right - width / 2)
    if rows > 1 and area.height - height / 2 > 2 * TEXT_SIZE:
        row = area.bottom - height / 2
        canvas.draw_text(str(rows - 1), TEXT_SIZE, row, beside, anchor=1)


def _choose_label_size(
    canvas: Canvas, labels: list[str], width: float, height: float
) -> int | None:
    """Return the largest text size at which every label fits its cell, or None."""
    if not labels:
        return None
    longest = max(labels, key=len)
    sizes = range(_LARGEST_LABEL, _SMALLEST_LABEL - 1, -1)
    fits = (
        size
        for size in sizes
        if canvas.text_width(longest, size) <= 0.75 * width and size <= 0.6 * height
    )
    return next(fits, None)
