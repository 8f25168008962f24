"""A kernel as a figure: a heat map, its 1-D profile, and its frequency response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import KernelError
from ..figure.text import words
from ..geometry import Rect
from ..kernel.formatting import sum_written
from ..kernel.kernel import Kernel
from .canvas import Canvas
from .frequency_response import response
from .graph import Curve, Graph, draw_graph
from .heatmap import draw_heat

_HEIGHT, _WIDTH = 800, 1400
_TITLE, _NOTE, _MARGIN = 26, 19, 26
_MOST_MARKED, _MOST_LABELLED = 41, 441
_ACROSS, _DOWN = (31, 119, 180), (214, 110, 20)
_LEAST, _MOST = 1e-300, 1e307  # the greatest weight: axes go from a part of it to more
_FREQUENCIES = np.linspace(0, 0.5, 257)


def plot(kernel: Kernel, name: str) -> NDArray[np.uint8]:
    """Draw a kernel: its weights as colours, with numbers in the cells where these fit.

    Parameters
    ----------
    kernel : Kernel
    name : str
        What the figure calls it.

    Returns
    -------
    (H, W, 3) uint8 array
    """
    most = float(abs(kernel.weights).max())
    if most and not _LEAST <= most <= _MOST:
        raise KernelError(
            f"the greatest weight, {most:.0e}, can't be drawn; wanted one from {_LEAST} to {_MOST}"
        )
    canvas = Canvas(_HEIGHT, _WIDTH)
    rows, columns = kernel.shape
    row, column = kernel.origin
    title = " ".join(words(name))
    title = title if len(title) <= 60 else title[:57] + "..."
    canvas.write(title, _TITLE, _MARGIN + _TITLE / 2, _MARGIN, anchor=0)
    top = _MARGIN + 9 * _TITLE // 2
    labels, note = _labels(kernel)
    heat = Rect(top, _MARGIN, _HEIGHT - _MARGIN, _WIDTH // 2 - 2 * _MARGIN)
    framed = draw_heat(canvas, heat, kernel.weights, labels, kernel.origin, note)
    said = (
        f"{rows} x {columns}, origin {row},{column}{' (framed)' if framed else ''}, "
        f"sum {sum_written(kernel.sum)}, rank {kernel.rank}"
    )
    canvas.write(said, _NOTE, _MARGIN + 2.2 * _TITLE, _MARGIN, anchor=0)
    high = (_HEIGHT - 3 * _TITLE - 2 * _MARGIN) // 2
    upper = Rect(3 * _TITLE, _WIDTH // 2 + _MARGIN, 3 * _TITLE + high, _WIDTH - _MARGIN)
    draw_graph(canvas, upper, _profile(kernel))
    draw_graph(canvas, upper.moved(high + _MARGIN, 0), _response(kernel))
    return canvas.array()


def _labels(kernel: Kernel) -> tuple[list[list[str]], str]:
    """Return what stands in the cells, and below them."""
    if kernel.weights.size > _MOST_LABELLED:
        return [], ""
    if kernel.integers is None:
        return [[f"{weight:.2g}" for weight in line] for line in kernel.weights.tolist()], ""
    cells = [[str(number) for number in line] for line in kernel.grid.tolist()]
    divisor = kernel.rational.denominator
    return cells, "" if divisor == 1 else f"divided by {divisor}"


def _profile(kernel: Kernel) -> Graph:
    """Return the 1-D factors, or what goes through the origin where there are none."""
    row, column = kernel.origin
    if kernel.factors is not None:
        title, (down, across) = (
            "Weights of the 1-D factors",
            (f.weights.ravel() for f in kernel.factors),
        )
    else:
        title = "Weights of the row and column through the origin"
        down, across = kernel.weights[:, column], kernel.weights[row]
    places = (
        np.arange(-at, side - at, dtype=float)
        for at, side in ((column, len(across)), (row, len(down)))
    )
    lines = list(zip(places, (across, down), strict=True))
    return Graph(title, "pixels from the origin", _curves(lines, few=True), whole=True)


def _response(kernel: Kernel) -> Graph:
    """Return the magnitude of the frequency response along both axes."""
    lines = [(_FREQUENCIES, magnitude) for magnitude in response(kernel, _FREQUENCIES)]
    return Graph("Frequency response, magnitude", "cycles a pixel", _curves(lines))


def _curves(
    lines: list[tuple[NDArray[np.float64], NDArray[np.float64]]], few: bool = False
) -> list[Curve]:
    """Return the curves across and down; one of both where they are the same."""
    (x, across), (its_x, down) = lines
    marked = few and max(len(x), len(its_x)) <= _MOST_MARKED
    same = len(x) == len(its_x) and np.allclose(x, its_x)
    if same and np.allclose(across, down, rtol=1e-9, atol=1e-12):
        return [Curve("across and down", x, across, _ACROSS, marked=marked)]
    return [
        Curve("across", x, across, _ACROSS, marked=marked),
        Curve("down", its_x, down, _DOWN, dashed=True, marked=marked),
    ]
