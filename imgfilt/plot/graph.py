"""A graph: curves in a frame, with axes that say what they are and in round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..figure.text import width_of
from ..geometry import Rect
from .canvas import FAINT, GREY, INK, Canvas, Colour

SIZE = 19  # of the text, in pixels
_MOST_TICKS = 6


@dataclass(frozen=True)
class Curve:
    """Points that are joined; `marked` where there are only a few of them."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: Colour
    dashed: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Graph:
    """Curves, and the words at the frame: above it what they show, below it along what.

    Along what is `whole`, where there are no numbers between the whole ones.
    """

    title: str
    below: str
    curves: Sequence[Curve]
    whole: bool = False


def ticks(low: float, high: float, most: int = _MOST_TICKS) -> list[float]:
    """Return round numbers, at least two, that begin at or below `low` and end from `high` on.

    >>> ticks(0, 0.38)
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
    """Draw a graph in a box, words and numbers included."""
    y_ticks = ticks(
        min(0.0, *(float(curve.y.min()) for curve in graph.curves)),
        max(0.0, *(float(curve.y.max()) for curve in graph.curves)),
    )
    low = min(float(curve.x.min()) for curve in graph.curves)
    high = max(float(curve.x.max()) for curve in graph.curves)
    labels = [f"{tick:.6g}" for tick in y_ticks]
    beside = max(width_of(label, SIZE) for label in labels) + SIZE // 2
    frame = Rect(box.top + 4 * SIZE, box.left + beside, box.bottom - 3 * SIZE, box.right - SIZE)
    if low == high:
        low, high = low - 1, high + 1

    def column(x: float) -> float:
        return frame.left + (x - low) / (high - low) * frame.width

    def row(y: float) -> float:
        return frame.bottom - (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * frame.height

    canvas.write(graph.title, SIZE, box.top + SIZE, frame.left, anchor=0)
    canvas.write(graph.below, SIZE, box.bottom - SIZE // 2, frame.left + frame.width / 2)
    for tick, label in zip(y_ticks, labels, strict=True):
        canvas.line([(row(tick), frame.left), (row(tick), frame.right)], FAINT if tick else GREY)
        canvas.write(label, SIZE, row(tick), frame.left - SIZE // 2, anchor=1)
    for tick in ticks(low, high):
        if low <= tick <= high and (tick == int(tick) or not graph.whole):
            at = column(tick)
            canvas.line([(frame.bottom, at), (frame.bottom + SIZE / 3, at)], GREY)
            canvas.write(f"{tick:.6g}", SIZE, frame.bottom + 1.1 * SIZE, at)
    canvas.frame(frame, GREY)
    _legend(canvas, graph.curves, box.top + 2.6 * SIZE, frame.left)
    for curve in graph.curves:
        points = [(row(y), column(x)) for x, y in zip(curve.x, curve.y, strict=True)]
        _draw_curve(canvas, curve, points)


def _draw_curve(canvas: Canvas, curve: Curve, points: list[tuple[float, float]]) -> None:
    if len(points) > 1 and curve.dashed:
        canvas.dashes(points, curve.colour, 3, 8)
    elif len(points) > 1:
        canvas.line(points, curve.colour, 3)
    for at_row, at_column in points if curve.marked else []:
        canvas.dot(at_row, at_column, curve.colour, 4 if curve.dashed else 5.5)


def _legend(canvas: Canvas, curves: Sequence[Curve], row: float, left: float) -> None:
    for curve in curves:
        sample = [(row, left), (row, left + 2 * SIZE)]
        _draw_curve(canvas, curve, sample)
        canvas.write(curve.name, SIZE, row, left + 2.6 * SIZE, anchor=0, colour=INK)
        left += 4 * SIZE + width_of(curve.name, SIZE)
