"""How a filter computes one pixel: tables of the cells of its window, and lines of arithmetic.

A filter gives numbers; explain/format_pixel.py makes text of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..dtypes import Array
from ..geometry import Reach

if TYPE_CHECKING:
    from ..engines.numpy.convolution.taps import Taps

Number = int | Fraction | float


class Table(NamedTuple):
    """A number for each cell of a window.

    Attributes
    ----------
    name : str
    cells : (rows, columns) array
        Floats, or objects: int, Fraction, or None for a cell that isn't used.
    origin : (int, int)
        The row and column of the cell that lies on the output pixel.
    factors : (rows, columns) array, optional
        With it, each cell is a product of the cell and its factor.
    is_window : bool
        Whether the cells are levels of the picture and its border.
    """

    name: str
    cells: Array
    origin: tuple[int, int]
    factors: Array | None = None
    is_window: bool = False


class Line(NamedTuple):
    """A step of the arithmetic.

    Attributes
    ----------
    name : str
    value : number
    terms : sequence of number
        The value is their sum, or the one at `middle`.
    middle : int, optional
        The terms are in order, and the value is the one at this place.
    """

    name: str
    value: Number
    terms: Sequence[Number] = ()
    middle: int | None = None


class Part(NamedTuple):
    """How the value of one channel is computed; or what all channels share."""

    tables: Sequence[Table] = ()
    lines: Sequence[Line] = ()

    @property
    def value(self) -> Number | None:
        """The value of the last line; None without lines."""
        return self.lines[-1].value if self.lines else None


class PixelExplanation(NamedTuple):
    """What all channels of a pixel share, and a Part for each channel of the filter's result."""

    shared: Part
    channels: Sequence[Part]


def explain_window(window: Array, reach: Reach) -> PixelExplanation:
    """Return the window of a pixel alone: what `Filter.explain_pixel` gives by default.

    Parameters
    ----------
    window : (top + bottom + 1, left + right + 1, C) array
        The block that an engine gets for one output pixel; other filters get a weight, too, as
        for `Filter.numpy`.
    reach : Reach
        The filter's.
    """
    tables = split_channels(window, (reach.top, reach.left))
    return PixelExplanation(Part(), [Part([table]) for table in tables])


def split_channels(window: Array, origin: tuple[int, int]) -> list[Table]:
    """Return the table of each channel of a (rows, columns, C) window."""
    planes = (window[..., channel] for channel in range(window.shape[2]))
    return [Table("window", as_exact(plane), origin, is_window=True) for plane in planes]


def as_exact(numbers: Array) -> Array:
    """Return numbers as objects of type int if all of them are whole, else as float64."""
    numbers = numbers.astype(np.float64)
    if not (np.isfinite(numbers).all() and (numbers == np.rint(numbers)).all()):
        return numbers
    return _map_to_objects(int, numbers)


def exact_weights(taps: Taps) -> Array:
    """Return the weights of taps, before the division, as int or Fraction objects."""
    if taps.whole:
        return as_exact(taps.weights)
    # The shortest decimal of a weight is the one that the user typed.
    return _map_to_objects(lambda weight: Fraction(repr(weight)), taps.weights)


def _map_to_objects(function: Callable[[float], Number], numbers: Array) -> Array:
    objects: Any = np.frompyfunc(function, 1, 1)(numbers)
    return np.asarray(objects, object)


def mark_unused(cells: Array, used: Array) -> Array:
    """Return cells as objects, with None where `used` is False."""
    marked = cells.astype(object)
    marked[~used] = None
    return marked


def sum_products(name: str, levels: Array, weights: Array) -> Line:
    """Return the line of a weighted sum, which is exact if levels and weights are objects.

    Parameters
    ----------
    name : str
        The line's.
    levels, weights : array of float64, or of int and Fraction objects
    """
    if levels.dtype != object or weights.dtype != object:
        levels, weights = levels.astype(np.float64), weights.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        terms = (levels * weights).ravel().tolist()
    return Line(name, sum(terms[1:], terms[0]), terms)


def division(dividend: Number, divisor: int) -> list[Line]:
    """Return the line of a division, exact if the dividend is; no line if the divisor is 1."""
    if divisor == 1:
        return []
    quotient = dividend / divisor if isinstance(dividend, float) else Fraction(dividend, divisor)
    return [Line(f"divided by {divisor}", quotient)]


def magnitude(x: Number, y: Number) -> Number:
    """Return √(x² + y²), exactly if x, y and the root are whole."""
    if isinstance(x, int) and isinstance(y, int):
        root = math.isqrt(x * x + y * y)
        if root * root == x * x + y * y:
            return root
    return math.hypot(x, y)


def weighted_means(levels: Array, weights: Array, used: Array) -> list[Part]:
    """Return for each channel its weighted sum, divided by the sum of the weights.

    Parameters
    ----------
    levels : (rows, columns, C) array
        With odd sides; the output pixel is in the middle.
    weights : (rows, columns) float64 array
    used : (rows, columns) bool array
        The cells that have a weight.
    """
    parts = []
    divisor = sum_products("sum of the weights", np.ones(weights[used].shape), weights[used])
    for table in split_channels(levels, (weights.shape[0] // 2, weights.shape[1] // 2)):
        total = sum_products("sum of weight·level", table.cells[used], weights[used])
        mean = Line("their quotient", total.value / divisor.value)
        table = table._replace(cells=mark_unused(table.cells, used))
        parts.append(Part([table], [total, divisor, mean]))
    return parts
