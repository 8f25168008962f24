"""Presets with arguments: the table FORMULAS, and the formula and source of each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..dtypes import Array
from ..parameters import LARGEST_SIGMA, Number, Side
from . import gaussian
from .exact import MOST_WEIGHTS
from .kernel import Kernel

_SIDE = Side(maximum=int(MOST_WEIGHTS**0.5))
_ODD_SIDE = Side(maximum=_SIDE.maximum, odd=True)
_SIGMA = Number(minimum=1e-3, maximum=LARGEST_SIGMA)
_SIGMA_OR_0 = Number(minimum=0, maximum=LARGEST_SIGMA)  # 0: from the size
_BINOMIAL_SIDE = Side(maximum=255, odd=True)  # whose numbers have about a hundred digits
_SHORTEST = 1e-9  # pixels: a shorter part of a line in a pixel comes from rounding errors


def average(size: int) -> Kernel:
    """Return the lecture's averaging mask: equal weights, sum 1."""
    return Kernel(np.ones((size, size), int)).scaled(Fraction(1, size * size))


def sampled_gaussian(size: int, sigma: float | None = None) -> Kernel:
    """Return the Gaussian sampled at whole distances; sigma 0 or None derives it from the size."""
    if sigma:
        return _square(gaussian.sample(size, sigma))
    if size in gaussian.TABLES:
        weights, divisor = gaussian.TABLES[size]
        return Kernel(np.outer(weights, weights)).scaled(Fraction(1, divisor**2))
    return _square(gaussian.sample(size, gaussian.default_sigma(size)))


def integrated_gaussian(size: int, sigma: float) -> Kernel:
    """Return the Gaussian integrated over each pixel; sigma 0 derives it from the size."""
    return _square(gaussian.integrate(size, sigma or gaussian.default_sigma(size)))


def _square(factor: Array) -> Kernel:
    return Kernel(np.outer(factor, factor))


def binomial(size: int) -> Kernel:
    """Return the outer product of a row of Pascal's triangle (`size` numbers), with sum 1.

    The row is `1/2 1/2` composed with itself; its numbers over a power of two approximate a
    Gaussian. Source: Aubury and Luk, "Binomial filters", Journal of VLSI Signal Processing 12
    (1996).
    """
    row = np.array([math.comb(size - 1, place) for place in range(size)], object)
    return Kernel(np.multiply.outer(row, row)).scaled(Fraction(1, 4 ** (size - 1)))


def disk(size: int) -> Kernel:
    """Return the kernel of the mean over all pixels at most size // 2 from the origin.

    Source: Lagendijk and Biemond, "Basic methods for image restoration and identification", in
    Bovik (ed.), Handbook of Image and Video Processing, "uniform out-of-focus blur": 1/C where
    √(n1² + n2²) ≤ R, with C such that the sum is 1.
    """
    inside = (_squared_distance(size) <= (size // 2) ** 2).astype(int)
    return Kernel(inside).scaled(Fraction(1, int(inside.sum())))


def motion(size: int, angle: float) -> Kernel:
    """Return the kernel of the mean along a line: length `size`, angle counterclockwise.

    A weight is the part of the line that lies in the pixel. Rows and columns that the line
    doesn't touch are left out. Source: the same chapter as for `disk`, "linear motion blur": the
    point spread function is 1/L on a line of length L, 0 elsewhere; here it is integrated over
    each pixel.
    """
    degrees = angle % 180
    if degrees in (0, 90):
        line = Kernel(np.ones((1, size), int)).scaled(Fraction(1, size))
        return line if degrees == 0 else line.transposed()
    across, down = math.cos(math.radians(degrees)), -math.sin(math.radians(degrees))
    middle, end = size // 2, size / 2
    # The right half: the distances from the middle at which the line leaves a pixel.
    edges = np.arange(middle + 1) + 0.5
    # A line along a row never leaves the row: the distance is infinite.
    with np.errstate(divide="ignore", over="ignore"):
        crossings = np.concatenate([[0, end], edges / abs(across), edges / abs(down)])
    crossings = np.unique(crossings[crossings <= end])
    lengths = np.diff(crossings)
    centres = (crossings[:-1] + crossings[1:]) / 2
    rows = middle + np.rint(centres * down).astype(int)
    columns = middle + np.rint(centres * across).astype(int)
    half = np.zeros((size, size))
    np.add.at(half, (rows, columns), np.where(lengths > _SHORTEST, lengths, 0))
    line_weights = (half + half[::-1, ::-1]) / size
    nonzero = [np.flatnonzero(line_weights.any(axis)) for axis in (1, 0)]
    (top, bottom), (left, right) = ((indices[0], indices[-1] + 1) for indices in nonzero)
    return Kernel(line_weights[top:bottom, left:right])


def laplacian_of_gaussian(size: int, sigma: float) -> Kernel:
    """Return ∇²G sampled at whole distances minus its mean, so that flat areas become 0.

    G is the Gaussian with sum 1 within the size. The centre is negative, as in `laplacian`.
    Source: Marr and Hildreth, "Theory of edge detection", Proceedings of the Royal Society of
    London B 207 (1980): ∇²G = G · (r² − 2σ²) / σ⁴.
    """
    gaussian_1d = gaussian.sample(size, sigma)
    squared = _squared_distance(size)
    weights = np.outer(gaussian_1d, gaussian_1d) * (squared - 2 * sigma**2) / sigma**4
    return Kernel(weights - weights.mean())


def unsharp(size: int, sigma: float, amount: float) -> Kernel:
    """Return (1 + amount) · identity − amount · Gaussian, which amplifies detail.

    Source: Gonzalez and Woods, Digital Image Processing, "Unsharp masking and highboost
    filtering": g = f + k · (f − f̄).

    Parameters
    ----------
    size : int
        Side of the kernel in pixels, odd.
    sigma : float
        Of the Gaussian, in pixels; more than 0.
    amount : float
        How much of the detail is added; 0 changes nothing.

    Returns
    -------
    Kernel
        (size, size) weights with sum 1.
    """
    gaussian_1d = gaussian.sample(size, sigma)
    weights = -amount * np.outer(gaussian_1d, gaussian_1d)
    weights[size // 2, size // 2] += 1 + amount
    return Kernel(weights)


def _squared_distance(size: int) -> Array:
    """Return a (size, size) array of squared distances from the middle."""
    places = np.arange(size) - size // 2
    return np.add.outer(places**2, places**2)


@dataclass(frozen=True)
class Formula:
    """A preset with arguments.

    Attributes
    ----------
    make : callable
        A function that returns the kernel for the arguments.
    arguments : dict of str to Number
        By name: the kind of each argument, in order.
    required : int
        The number of arguments that can't be left out.
    title : str
        The preset's name in captions.
    about : str
        A sentence for the list of presets.
    """

    make: Callable[..., Kernel]
    arguments: dict[str, Number]
    required: int
    title: str
    about: str

    @property
    def usage(self) -> str:
        """The arguments as the help shows them: `SIZE[,SIGMA]`."""
        names = [argument.upper() for argument in self.arguments]
        optional = (f"[,{name}]" for name in names[self.required :])
        return ",".join(names[: self.required]) + "".join(optional)


FORMULAS = {
    "average": Formula(
        average, {"size": _SIDE}, 1, "Averaging", "The lecture's mean of a square of pixels."
    ),
    "binomial": Formula(
        binomial,
        {"size": _BINOMIAL_SIDE},
        1,
        "Binomial",
        "Pascal's triangle: whole numbers close to a Gaussian.",
    ),
    "disk": Formula(
        disk, {"size": _ODD_SIDE}, 1, "Disk", "The mean of a disk of pixels: a lens out of focus."
    ),
    "gaussian": Formula(
        sampled_gaussian,
        {"size": _ODD_SIDE, "sigma": _SIGMA_OR_0},
        1,
        "Gaussian",
        "The Gaussian sampled, sum 1; without SIGMA, or with 0, as OpenCV has it.",
    ),
    "gaussian-integrated": Formula(
        integrated_gaussian,
        {"size": _ODD_SIDE, "sigma": _SIGMA_OR_0},
        2,
        "Integrated Gaussian",
        "The Gaussian integrated over each pixel, sum 1.",
    ),
    "log": Formula(
        laplacian_of_gaussian,
        {"size": _ODD_SIDE, "sigma": _SIGMA},
        2,
        "Laplacian of Gaussian",
        "The Laplacian of a Gaussian, sum 0, negative in the middle.",
    ),
    "motion": Formula(
        motion,
        {"size": _ODD_SIDE, "angle": Number(minimum=-360, maximum=360)},
        2,
        "Motion",
        "The mean along a line; ANGLE in degrees, against the clock from the right.",
    ),
    "unsharp": Formula(
        unsharp,
        {"size": _ODD_SIDE, "sigma": _SIGMA, "amount": Number(minimum=0, maximum=100)},
        3,
        "Unsharp Masking",
        "Sharpens by AMOUNT times what a Gaussian takes away.",
    ),
}
