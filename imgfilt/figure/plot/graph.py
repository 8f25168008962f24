"""A graph of curves and stems: a frame, round numbers at its axes, and a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import Rect
from ..scene import Colour
from .canvas import GREY, INK, LIGHT_GREY, Canvas

TEXT_SIZE = 19  # pixels
HEAD, FOOT = 4 * TEXT_SIZE, 3 * TEXT_SIZE  # pixels above and below the frame of a part
_MOST_TICKS, _MOST_TICKS_ACROSS = 6, 10
_MOST_DOTS = 41


@dataclass(frozen=True)
class Curve:
    """Points joined by a line, or each at the end of a stem.

    Attributes
    ----------
    name : str
        The text in the legend.
    x, y : (n,) arrays
        The points.
    colour : (red, green, blue)
        The colour of the lines and the dots.
    dashed : bool
        Whether the line is dashed.
    stems : bool
        Whether each point has a line from 0 to it, and none to the next point.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: Colour
    dashed: bool = False
    stems: bool = False


@dataclass(frozen=True)
class Graph:
    """A graph of curves.

    Attributes
    ----------
    title : str
        Text above the frame.
    x_label : str
        Text below the x axis.
    curves : sequence of Curve
        The curves, in the order in which they are drawn.
    integer_x : bool
        Whether the x axis has ticks at integers only.
    """

    title: str
    x_label: str
    curves: Sequence[Curve]
    integer_x: bool = False

    @property
    def _y_ticks(self) -> list[float]:
        return choose_ticks(
            min(0.0, *(float(curve.y.min()) for curve in self.curves)),
            max(0.0, *(float(curve.y.max()) for curve in self.curves)),
        )

    def measure_margin(self, canvas: Canvas) -> float:
        """Return the room that the text to the left of the frame needs, in pixels."""
        labels = map(format_number, self._y_ticks)
        return max(canvas.text_width(label, TEXT_SIZE) for label in labels) + TEXT_SIZE / 2

    def draw(self, canvas: Canvas, box: Rect, margin: float) -> None:
        """Draw the graph and its text.

        Parameters
        ----------
        canvas : Canvas
        box : Rect
            The rectangle for the whole graph, text included.
        margin : float
            From the left of the box to the frame, in pixels.
        """
        y_ticks = self._y_ticks
        low, high = _find_x_range(self.curves)
        left = box.left + round(margin)
        frame = Rect(box.top + HEAD, left, box.bottom - FOOT, box.right - TEXT_SIZE)

        def column(x: float) -> float:
            return frame.left + (x - low) / (high - low) * frame.width

        def row(y: float) -> float:
            return frame.bottom - (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * frame.height

        canvas.draw_text(self.title, TEXT_SIZE, box.top + TEXT_SIZE, frame.left, anchor=0)
        middle = frame.left + frame.width / 2
        canvas.draw_text(self.x_label, TEXT_SIZE, box.bottom - TEXT_SIZE // 2, middle)
        for tick in y_ticks:
            line = [(row(tick), frame.left), (row(tick), frame.right)]
            canvas.draw_line(line, LIGHT_GREY if tick else GREY)
            label = format_number(tick)
            canvas.draw_text(label, TEXT_SIZE, row(tick), frame.left - TEXT_SIZE // 2, anchor=1)
        for tick in ticks_inside(low, high, self.integer_x):
            x = column(tick)
            canvas.draw_line([(frame.bottom, x), (frame.bottom + TEXT_SIZE / 3, x)], GREY)
            canvas.draw_text(format_number(tick), TEXT_SIZE, frame.bottom + 1.1 * TEXT_SIZE, x)
        canvas.draw_frame(frame, GREY)
        _draw_legend(canvas, self.curves, box.top + 2.6 * TEXT_SIZE, frame.left)
        spacing = frame.width / (high - low)
        shifts = _shift_stems(self.curves, min(4.0, spacing / 5))
        for curve, shift in zip(self.curves, shifts, strict=True):
            points = [(row(y), column(x) + shift) for x, y in zip(curve.x, curve.y, strict=True)]
            if curve.stems:
                _draw_stems(canvas, points, row(0), curve.colour, spacing)
            else:
                _draw_curve(canvas, points, curve)


def format_number(number: float) -> str:
    """Return a number at an axis.

    >>> format_number(-0.25)
    '−0.25'
    """
    return f"{number:.6g}".replace("-", "−")


def choose_ticks(low: float, high: float, most: int = _MOST_TICKS) -> list[float]:
    """Return evenly spaced round numbers that enclose a range.

    Parameters
    ----------
    low, high : float
    most : int
        The greatest count of numbers; there are at least two.

    Returns
    -------
    list of float

    Examples
    --------
    >>> choose_ticks(0, 0.38)
    [0.0, 0.1, 0.2, 0.3, 0.4]
    """
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0) or 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(
        power * size
        for size in (1, 2, 5, 10, 20, 50)
        if math.ceil(high / (power * size) - 1e-9) - math.floor(low / (power * size) + 1e-9) < most
    )
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(number * step, digits) for number in range(first, last + 1)]


def ticks_inside(
    low: float, high: float, whole: bool = False, most: int = _MOST_TICKS_ACROSS
) -> list[float]:
    """Return evenly spaced round numbers inside a range.

    Parameters
    ----------
    low, high : float
    whole : bool
        Whether fractions are left out.
    most : int
        The greatest count of numbers; 3 or more if 0 is inside.
    """
    ticks = choose_ticks(low, high, most)
    return [tick for tick in ticks if low <= tick <= high and (tick == int(tick) or not whole)]


def _find_x_range(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the least and the greatest x; half a pixel more to each side of stems."""
    low = min(float(curve.x.min()) - 0.5 * curve.stems for curve in curves)
    high = max(float(curve.x.max()) + 0.5 * curve.stems for curve in curves)
    return low, high


def _shift_stems(curves: Sequence[Curve], distance: float) -> list[float]:
    """Return for each curve how far it is moved, so that two curves' stems lie side by side."""
    if sum(curve.stems for curve in curves) < 2:
        return [0.0] * len(curves)
    sides = iter((-distance, distance))
    return [next(sides) if curve.stems else 0.0 for curve in curves]


def _draw_stems(
    canvas: Canvas,
    points: Sequence[tuple[float, float]],
    zero: float,
    colour: Colour,
    spacing: float,
) -> None:
    """Draw lines from the row of 0 to points (row, column), and few points as dots."""
    for row, column in points:
        canvas.draw_line([(zero, column), (row, column)], colour, min(3.0, spacing / 2))
        if len(points) <= _MOST_DOTS:
            canvas.draw_dot(row, column, colour, 5.5)


def _draw_curve(canvas: Canvas, points: Sequence[tuple[float, float]], curve: Curve) -> None:
    """Draw a curve through points (row, column)."""
    canvas.draw_line(points, curve.colour, 3, dash=8 if curve.dashed else 0)


def _draw_legend(canvas: Canvas, curves: Sequence[Curve], row: float, left: float) -> None:
    """Write the curves' names in a row, each after a sample of its line or its dots."""
    for curve in curves:
        if curve.stems:
            canvas.draw_dot(row, left + TEXT_SIZE / 3, curve.colour, 5.5)
            width = 1.0 * TEXT_SIZE
        else:
            width = 2.5 * TEXT_SIZE
            _draw_curve(canvas, [(row, left), (row, left + 2 * TEXT_SIZE)], curve)
        canvas.draw_text(curve.name, TEXT_SIZE, row, left + width, anchor=0, colour=INK)
        left += width + 1.4 * TEXT_SIZE + canvas.text_width(curve.name, TEXT_SIZE)
