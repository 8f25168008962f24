"""A graph of curves: a frame, round numbers at its axes, and a legend."""

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
_MOST_TICKS = 6


@dataclass(frozen=True)
class Curve:
    """Points joined by a line.

    Attributes
    ----------
    name : str
        The text in the legend.
    x, y : (n,) arrays
        The points.
    colour : (red, green, blue)
        The colour of the line and the dots.
    dashed : bool
        Whether the line is dashed.
    marked : bool
        Whether there is a dot at each point.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: Colour
    dashed: bool = False
    marked: bool = False


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


def draw_graph(canvas: Canvas, box: Rect, graph: Graph) -> None:
    """Draw a graph and its text.

    Parameters
    ----------
    canvas : Canvas
    box : Rect
        The rectangle for the whole graph, text included.
    graph : Graph
    """
    y_ticks = choose_ticks(
        min(0.0, *(float(curve.y.min()) for curve in graph.curves)),
        max(0.0, *(float(curve.y.max()) for curve in graph.curves)),
    )
    low, high = _find_x_range(graph.curves)
    labels = [f"{tick:.6g}" for tick in y_ticks]
    label_width = (
        round(max(canvas.text_width(label, TEXT_SIZE) for label in labels)) + TEXT_SIZE // 2
    )
    frame = Rect(
        box.top + 4 * TEXT_SIZE,
        box.left + label_width,
        box.bottom - 3 * TEXT_SIZE,
        box.right - TEXT_SIZE,
    )

    def column(x: float) -> float:
        return frame.left + (x - low) / (high - low) * frame.width

    def row(y: float) -> float:
        return frame.bottom - (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * frame.height

    canvas.draw_text(graph.title, TEXT_SIZE, box.top + TEXT_SIZE, frame.left, anchor=0)
    canvas.draw_text(
        graph.x_label, TEXT_SIZE, box.bottom - TEXT_SIZE // 2, frame.left + frame.width / 2
    )
    for tick, label in zip(y_ticks, labels, strict=True):
        canvas.draw_line(
            [(row(tick), frame.left), (row(tick), frame.right)], LIGHT_GREY if tick else GREY
        )
        canvas.draw_text(label, TEXT_SIZE, row(tick), frame.left - TEXT_SIZE // 2, anchor=1)
    for tick in choose_ticks(low, high):
        if low <= tick <= high and (tick == int(tick) or not graph.integer_x):
            x = column(tick)
            canvas.draw_line([(frame.bottom, x), (frame.bottom + TEXT_SIZE / 3, x)], GREY)
            canvas.draw_text(f"{tick:.6g}", TEXT_SIZE, frame.bottom + 1.1 * TEXT_SIZE, x)
    canvas.draw_frame(frame, GREY)
    _draw_legend(canvas, graph.curves, box.top + 2.6 * TEXT_SIZE, frame.left)
    for curve in graph.curves:
        points = [(row(y), column(x)) for x, y in zip(curve.x, curve.y, strict=True)]
        _draw_curve(canvas, curve, points)


def _find_x_range(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the least and the greatest x; from 1 below to 1 above if they are equal."""
    low = min(float(curve.x.min()) for curve in curves)
    high = max(float(curve.x.max()) for curve in curves)
    return (low, high) if low < high else (low - 1, high + 1)


def _draw_curve(canvas: Canvas, curve: Curve, points: list[tuple[float, float]]) -> None:
    """Draw a curve through points (row, column)."""
    if len(points) > 1 and curve.dashed:
        canvas.draw_line(points, curve.colour, 3, dash=8)
    elif len(points) > 1:
        canvas.draw_line(points, curve.colour, 3)
    for row, column in points if curve.marked else []:
        canvas.draw_dot(row, column, curve.colour, 4 if curve.dashed else 5.5)


def _draw_legend(canvas: Canvas, curves: Sequence[Curve], row: float, left: float) -> None:
    """Write the curves' names in a row, each after a sample of its line."""
    for curve in curves:
        sample = [(row, left), (row, left + 2 * TEXT_SIZE)]
        _draw_curve(canvas, curve, sample)
        canvas.draw_text(curve.name, TEXT_SIZE, row, left + 2.6 * TEXT_SIZE, anchor=0, colour=INK)
        left += 4 * TEXT_SIZE + canvas.text_width(curve.name, TEXT_SIZE)
