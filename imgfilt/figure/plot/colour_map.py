"""Numbers as colours: the frequency response in two dimensions, and a bar of the colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import Rect
from ..colours import map_to_colours
from .canvas import GREY, Canvas
from .graph import FOOT, HEAD, TEXT_SIZE, format_number

_BAR = round(0.8 * TEXT_SIZE)  # pixels, its shorter side
_GAP = round(1.2 * TEXT_SIZE)
BESIDE = _GAP + _BAR + 5 * TEXT_SIZE  # pixels to the right of a map, with an upright bar
BELOW = _GAP + _BAR + 2 * TEXT_SIZE  # pixels below a map, with a level bar


@dataclass(frozen=True)
class ResponseMap:
    """The magnitude of the response to waves in all directions.

    Attributes
    ----------
    title : str
    label : str
        The unit of both axes.
    values : (n, n) array
        From frequency −0.5 to 0.5, down and across.
    """

    title: str
    label: str
    values: NDArray[np.float64]

    def measure_margin(self, canvas: Canvas) -> float:
        """Return the room that the text to the left of the map needs, in pixels."""
        return canvas.text_width("−0.5", TEXT_SIZE) + 2.2 * TEXT_SIZE

    def draw(self, canvas: Canvas, box: Rect, margin: float) -> None:
        """Draw the map, its axes and its colour bar.

        Parameters
        ----------
        canvas : Canvas
        box : Rect
            The rectangle for all of it, text included.
        margin : float
            From the left of the box to the map, in pixels.
        """
        top, left = box.top + HEAD, box.left + round(margin)
        side = min(box.bottom - FOOT - top, box.right - BESIDE - left)
        area = Rect(top, left, top + side, left + side)
        most = float(self.values.max()) or 1.0
        canvas.paste_pixels(area, map_to_colours(self.values, most))
        canvas.draw_frame(area, GREY)
        canvas.draw_text(self.title, TEXT_SIZE, box.top + TEXT_SIZE, left, anchor=0)
        for share, label in ((0, "−0.5"), (0.5, "0"), (1, "0.5")):
            row, column = top + share * side, left + share * side
            canvas.draw_line([(area.bottom, column), (area.bottom + TEXT_SIZE / 3, column)], GREY)
            canvas.draw_text(label, TEXT_SIZE, area.bottom + 1.1 * TEXT_SIZE, column)
            canvas.draw_line([(row, left - TEXT_SIZE / 3), (row, left)], GREY)
            canvas.draw_text(label, TEXT_SIZE, row, left - TEXT_SIZE / 2, anchor=1)
        middle = left + side / 2
        canvas.draw_text(f"{self.label}, across", TEXT_SIZE, area.bottom + 2.5 * TEXT_SIZE, middle)
        column = left - 1.4 * TEXT_SIZE - canvas.text_width("−0.5", TEXT_SIZE)
        canvas.draw_text(f"{self.label}, down", TEXT_SIZE, top + side / 2, column, upwards=True)
        draw_bar(canvas, area, 0.0, most, upright=True)


def draw_bar(canvas: Canvas, area: Rect, low: float, most: float, upright: bool) -> None:
    """Draw the colours from `low` to `most`, as long as a map's side.

    Parameters
    ----------
    canvas : Canvas
    area : Rect
        Of the map.
    low, most : float
        The numbers at the ends; `most` has the strongest colour.
    upright : bool
        Whether the bar stands to the right of the map; else it lies below.
    """
    shades = map_to_colours(np.linspace(low, most, 255)[np.newaxis], most)
    marks = [(share, format_bar_number(low + share * (most - low))) for share in (0, 0.5, 1)]
    if upright:
        bar = Rect(area.top, area.right + _GAP, area.bottom, area.right + _GAP + _BAR)
        canvas.paste_pixels(bar, np.rot90(shades))
    else:
        bar = Rect(area.bottom + _GAP, area.left, area.bottom + _GAP + _BAR, area.right)
        canvas.paste_pixels(bar, shades)
        texts = sum(canvas.text_width(label, TEXT_SIZE) for _, label in marks)
        marks = marks if texts + 2 * TEXT_SIZE < bar.width else marks[::2]
    canvas.draw_frame(bar, GREY)
    for share, label in marks:
        if upright:
            row = bar.bottom - share * bar.height
            canvas.draw_line([(row, bar.right), (row, bar.right + TEXT_SIZE / 3)], GREY)
            canvas.draw_text(label, TEXT_SIZE, row, bar.right + 0.6 * TEXT_SIZE, anchor=0)
        else:
            x = bar.left + share * bar.width
            canvas.draw_line([(bar.bottom, x), (bar.bottom + TEXT_SIZE / 3, x)], GREY)
            canvas.draw_text(label, TEXT_SIZE, bar.bottom + 1.2 * TEXT_SIZE, x, anchor=share)


def format_bar_number(number: float) -> str:
    """Return a number of at most three digits, at a colour bar."""
    return format_number(float(f"{number:.3g}"))
