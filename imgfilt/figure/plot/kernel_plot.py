"""Plot a kernel: a heat map, 1-D profiles, the frequency response, and a surface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...errors import KernelError
from ...geometry import Rect
from ...kernel.formatting import format_sum
from ...kernel.kernel import Kernel
from ...parameters import KERNEL_PLOTS
from ..fonts import Fonts
from ..scene import Scene
from ..text import split_words, wrap
from .bell import Bell, find_bell
from .canvas import Canvas
from .colour_map import ResponseMap
from .graph import Curve, Graph
from .heatmap import HeatMap
from .response import frequency_response, frequency_response_2d
from .surface import Surface

_WIDTH, _WIDTH_OF_ONE, _HEIGHT = 1400, 780, 640  # pixels; the height without the heading
_TITLE, _NOTE, _MARGIN = 26, 19, 26
_ACROSS, _DOWN = (31, 119, 180), (214, 110, 20)
# Bounds of the greatest weight: float64 can then hold the numbers at the axes.
_LEAST, _MOST = 1e-300, 1e307
_FREQUENCIES = np.linspace(0, 0.5, 257)
_FREQUENCIES_2D = np.linspace(-0.5, 0.5, 201)
_MOST_FACES = 36  # of a surface, in a row
_UNIT, _RESPONSE = "cycles per pixel", "Frequency response, magnitude"

Vector = NDArray[np.float64]


class _Part(Protocol):
    """A part of the figure."""

    def measure_margin(self, canvas: Canvas) -> float: ...

    def draw(self, canvas: Canvas, box: Rect, margin: float) -> None: ...


def plot_kernel(
    kernel: Kernel,
    title: str,
    parts: Sequence[str] = KERNEL_PLOTS[:3],
    font: bytes | None = None,
) -> Scene:
    """Draw a kernel.

    Parameters
    ----------
    kernel : Kernel
    title : str
        The text above the figure, or "".
    parts : sequence of {"heat", "profile", "response", "surface"}
        What is drawn, in this order; each at most once.
    font : bytes, optional
        The content of a TrueType or OpenType font; by default the font that Pillow contains.

    Raises
    ------
    KernelError
        If the greatest weight is below 1e-300 or above 1e307.
    ParameterError
        If the font is no font.
    """
    most = float(abs(kernel.weights).max())
    if most and not _LEAST <= most <= _MOST:
        raise KernelError(
            f"the greatest weight, {most:.0e}, can't be drawn; wanted one from {_LEAST} to {_MOST}"
        )
    fonts = Fonts(font)
    width = _WIDTH if len(parts) > 1 else _WIDTH_OF_ONE
    heading = [
        ("".join(span.string for span in line), size)
        for text, size in ((title, _TITLE), (_describe(kernel), _NOTE))
        for line in wrap(split_words(text), fonts, size, width - 2 * _MARGIN)
    ]
    top = _MARGIN + sum(round(1.4 * size) for _, size in heading) + _NOTE
    boxes = _place_parts(len(parts), top, width)
    canvas = Canvas(max(box.bottom for box in boxes) + _MARGIN, width, fonts)
    row = _MARGIN
    for line, size in heading:
        canvas.draw_text(line, size, row + size / 2, _MARGIN, anchor=0)
        row += round(1.4 * size)
    drawn = [(_make_part(name, kernel), box) for name, box in zip(parts, boxes, strict=True)]
    for part, box in drawn:
        above = (other for other, place in drawn if place.left == box.left)
        part.draw(canvas, box, max(other.measure_margin(canvas) for other in above))
    return canvas.to_scene(title)


def _describe(kernel: Kernel) -> str:
    (rows, columns), (row, column) = kernel.shape, kernel.origin
    return (
        f"{rows} row{'s' * (rows > 1)} and {columns} column{'s' * (columns > 1)}, "
        f"origin in row {row} and column {column}, "
        f"sum {format_sum(kernel.sum).replace('-', '−')}, rank {kernel.rank}"
    )


def _place_parts(count: int, top: int, width: int) -> list[Rect]:
    """Return the boxes of parts: side by side; of three the first is as high as two others."""
    left, right, middle = _MARGIN, width - _MARGIN, width // 2
    if count == 1:
        return [Rect(top, left, top + _HEIGHT, right)]
    first = Rect(top, left, top + _HEIGHT, middle - _MARGIN)
    second = Rect(top, middle + _MARGIN, top + _HEIGHT, right)
    if count == 3:
        half = (_HEIGHT - _MARGIN) // 2
        second = second._replace(bottom=top + half)
        return [first, second, second.moved(half + _MARGIN, 0)]
    boxes = [first, second]
    return [*boxes, *(box.moved(_HEIGHT + _MARGIN, 0) for box in boxes)][:count]


def _make_part(name: str, kernel: Kernel) -> _Part:
    if name == "heat":
        return HeatMap(kernel)
    if name == "profile":
        return _make_profile(kernel)
    return _make_response(kernel) if name == "response" else _make_surface(kernel)


def _make_profile(kernel: Kernel) -> Graph:
    """Return stems of the 1-D factors, or of the origin's row and column if there are none."""
    row, column = kernel.origin
    if kernel.factors is not None:
        title = "Weights of the 1-D factors"
        down, across = (factor.weights.ravel() for factor in kernel.factors)
    else:
        title = "Weights of the row and column through the origin"
        down, across = kernel.weights[:, column], kernel.weights[row]
    if 1 in kernel.shape:
        title = "Weights"
    stems = [
        Curve(name, _count_from(at, len(weights)), weights, colour, stems=True)
        for name, at, weights, colour in (
            ("across", column, across, _ACROSS),
            ("down", row, down, _DOWN),
        )
    ]
    stems = _choose_curves(kernel, *stems)
    bells = [curve for stem in stems for curve in _draw_bell(stem)]
    return Graph(title, "pixels from the origin", [*bells, *stems], integer_x=True)


def _count_from(origin: int, side: int) -> Vector:
    """Return the distances of all pixels of a side from the origin."""
    return np.arange(-origin, side - origin, dtype=float)


def _draw_bell(stems: Curve) -> list[Curve]:
    """Return the Gaussian behind stems, in a light colour, if they have one."""
    bell = find_bell(stems.y, int(-stems.x[0]))
    if bell is None:
        return []
    x = np.linspace(stems.x[0] - 0.5, stems.x[-1] + 0.5, 257)
    red, green, blue = ((level + 2 * 255) // 3 for level in stems.colour)
    return [Curve(f"Gaussian, σ = {bell.sigma:.4g}", x, bell.at(x), (red, green, blue))]


def _choose_curves(kernel: Kernel, across: Curve, down: Curve) -> list[Curve]:
    """Return both curves; one if they are equal, or if the kernel is a row or a column."""
    same_x = len(across.x) == len(down.x) and np.allclose(across.x, down.x)
    if same_x and np.allclose(across.y, down.y, rtol=1e-9, atol=1e-12):
        return [Curve("across and down", across.x, across.y, _ACROSS, stems=across.stems)]
    if 1 in kernel.shape:
        return [across] if kernel.shape[0] == 1 else [down]
    return [across, down]


def _make_response(kernel: Kernel) -> _Part:
    """Return a graph along an axis if that says all; else the response in all directions."""
    if 1 not in kernel.shape and not _is_alike_both_ways(kernel.weights):
        return ResponseMap(_RESPONSE, _UNIT, frequency_response_2d(kernel, _FREQUENCIES_2D))
    across, down = frequency_response(kernel, _FREQUENCIES)
    curves = _choose_curves(
        kernel,
        Curve("across", _FREQUENCIES, across, _ACROSS),
        Curve("down", _FREQUENCIES, down, _DOWN, dashed=True),
    )
    return Graph(_RESPONSE, _UNIT, curves)


def _is_alike_both_ways(weights: Vector) -> bool:
    """Return whether weights stay the same when rows become columns, and when they are mirrored."""
    least = 1e-9 * float(np.abs(weights).max())
    return weights.shape[0] == weights.shape[1] and all(
        np.allclose(weights, other, rtol=0, atol=least) for other in (weights.T, weights[::-1])
    )


def _make_surface(kernel: Kernel) -> Surface:
    """Return the surface of the weights' Gaussian; without one, of the weights with 0 around."""
    row, column = kernel.origin
    bells = _find_bells(kernel)
    if bells is not None:
        x, y = (
            np.linspace(-at, side - 1 - at, _MOST_FACES + 1)
            for at, side in ((column, kernel.shape[1]), (row, kernel.shape[0]))
        )
        return Surface("Gaussian", x, y, np.outer(bells[0].at(y), bells[1].at(x)))
    weights = np.pad(kernel.weights, 1)
    rows, columns = (
        np.unique(np.linspace(0, side - 1, min(side, _MOST_FACES + 1)).round().astype(int))
        for side in weights.shape
    )
    z = weights[np.ix_(rows, columns)]
    return Surface("Weights, and 0 around them", columns - column - 1.0, rows - row - 1.0, z)


def _find_bells(kernel: Kernel) -> tuple[Bell, Bell] | None:
    """Return the Gaussians of the factors, down and across, if both have one."""
    if kernel.factors is None:
        return None
    down, across = (
        find_bell(factor.weights.ravel(), at)
        for factor, at in zip(kernel.factors, kernel.origin, strict=True)
    )
    return None if down is None or across is None else (down, across)
