"""Plot a kernel: a heat map, a 1-D profile, and the frequency response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import KernelError
from ...geometry import Rect
from ...kernel.formatting import format_sum
from ...kernel.kernel import Kernel
from ..fonts import clean
from ..scene import Scene
from .canvas import Canvas
from .graph import Curve, Graph, draw_graph
from .heatmap import draw_heatmap

_HEIGHT, _WIDTH = 800, 1400
_TITLE, _NOTE, _MARGIN = 26, 19, 26
_MOST_MARKED, _MOST_LABELLED = 41, 441
_ACROSS, _DOWN = (31, 119, 180), (214, 110, 20)
# Bounds of the greatest weight: float64 can then hold the numbers at the axes.
_LEAST, _MOST = 1e-300, 1e307
_FREQUENCIES = np.linspace(0, 0.5, 257)


def plot_kernel(kernel: Kernel, name: str) -> Scene:
    """Draw a kernel's heat map, profile and frequency response.

    Parameters
    ----------
    kernel : Kernel
    name : str
        The figure's title.

    Raises
    ------
    KernelError
        If the greatest weight is below 1e-300 or above 1e307.
    """
    most = float(abs(kernel.weights).max())
    if most and not _LEAST <= most <= _MOST:
        raise KernelError(
            f"the greatest weight, {most:.0e}, can't be drawn; wanted one from {_LEAST} to {_MOST}"
        )
    canvas = Canvas(_HEIGHT, _WIDTH)
    rows, columns = kernel.shape
    row, column = kernel.origin
    title = " ".join(clean(name).split())
    title = title if len(title) <= 60 else title[:57] + "..."
    canvas.draw_text(title, _TITLE, _MARGIN + _TITLE / 2, _MARGIN, anchor=0)
    top = _MARGIN + 9 * _TITLE // 2
    labels, note = _make_labels(kernel)
    heat = Rect(top, _MARGIN, _HEIGHT - _MARGIN, _WIDTH // 2 - 2 * _MARGIN)
    framed = draw_heatmap(canvas, heat, kernel.weights, labels, kernel.origin, note)
    description = (
        f"{rows} x {columns}, origin {row},{column}{' (framed)' if framed else ''}, "
        f"sum {format_sum(kernel.sum)}, rank {kernel.rank}"
    )
    canvas.draw_text(description, _NOTE, _MARGIN + 2.2 * _TITLE, _MARGIN, anchor=0)
    height = (_HEIGHT - 3 * _TITLE - 2 * _MARGIN) // 2
    upper = Rect(3 * _TITLE, _WIDTH // 2 + _MARGIN, 3 * _TITLE + height, _WIDTH - _MARGIN)
    draw_graph(canvas, upper, _make_profile_graph(kernel))
    draw_graph(canvas, upper.moved(height + _MARGIN, 0), _make_response_graph(kernel))
    return canvas.to_scene(title)


def _make_labels(kernel: Kernel) -> tuple[list[list[str]], str]:
    """Return the labels of the cells, and the note below the heat map."""
    if kernel.weights.size > _MOST_LABELLED:
        return [], ""
    if kernel.integers is None:
        return [[f"{weight:.2g}" for weight in line] for line in kernel.weights.tolist()], ""
    cells = [[str(number) for number in line] for line in kernel.numerators.tolist()]
    divisor = kernel.rational.denominator
    return cells, "" if divisor == 1 else f"divided by {divisor}"


def _make_profile_graph(kernel: Kernel) -> Graph:
    """Return a graph of the 1-D factors, or of the origin's row and column if there are none."""
    row, column = kernel.origin
    if kernel.factors is not None:
        title = "Weights of the 1-D factors"
        down, across = (factor.weights.ravel() for factor in kernel.factors)
    else:
        title = "Weights of the row and column through the origin"
        down, across = kernel.weights[:, column], kernel.weights[row]
    places = (
        np.arange(-at, side - at, dtype=float)
        for at, side in ((column, len(across)), (row, len(down)))
    )
    lines = list(zip(places, (across, down), strict=True))
    return Graph(title, "pixels from the origin", _make_curves(lines, marked=True), integer_x=True)


def _make_response_graph(kernel: Kernel) -> Graph:
    """Return a graph of the frequency response along both axes."""
    lines = [(_FREQUENCIES, magnitude) for magnitude in frequency_response(kernel, _FREQUENCIES)]
    return Graph("Frequency response, magnitude", "cycles a pixel", _make_curves(lines))


def _make_curves(
    lines: list[tuple[NDArray[np.float64], NDArray[np.float64]]], marked: bool = False
) -> list[Curve]:
    """Return the curves across and down, given their x and y; one curve if they are equal."""
    (x, across), (x_down, down) = lines
    marked = marked and max(len(x), len(x_down)) <= _MOST_MARKED
    same_x = len(x) == len(x_down) and np.allclose(x, x_down)
    if same_x and np.allclose(across, down, rtol=1e-9, atol=1e-12):
        return [Curve("across and down", x, across, _ACROSS, marked=marked)]
    return [
        Curve("across", x, across, _ACROSS, marked=marked),
        Curve("down", x_down, down, _DOWN, dashed=True, marked=marked),
    ]


def frequency_response(
    kernel: Kernel, frequencies: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the magnitude of the response to waves along the rows, and along the columns.

    Parameters
    ----------
    kernel : Kernel
    frequencies : (n,) array
        In cycles a pixel; above 0.5 they alias to lower frequencies.

    Returns
    -------
    two (n,) arrays
        |Σ w[r, c] · exp(−2πi f c)|, and the same with r: the discrete-time Fourier transform along
        an axis.
    """
    across, down = (
        np.abs(np.exp(-2j * np.pi * np.multiply.outer(frequencies, np.arange(len(sums)))) @ sums)
        for sums in (kernel.weights.sum(0), kernel.weights.sum(1))
    )
    return across, down
