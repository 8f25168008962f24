"""Presets by a formula: FORMULAS, the table of those that take arguments, and their sources."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..parameters import LARGEST_SIGMA, Number, Side
from . import gaussian
from .kernel import Kernel
from .weights import MOST_WEIGHTS

Array = np.ndarray[Any, np.dtype[np.float64]]

_SIDE = Side(maximum=int(MOST_WEIGHTS**0.5))
_ODD_SIDE = Side(maximum=_SIDE.maximum, odd=True)
_SIGMA = Number(minimum=1e-3, maximum=LARGEST_SIGMA)
_SIGMA_OR_0 = Number(minimum=0, maximum=LARGEST_SIGMA)  # 0: from the size
_BINOMIAL_SIDE = Side(maximum=255, odd=True)  # whose numbers have a hundred digits or so
_BARELY = 1e-9  # of a pixel: a line that goes through a corner passes its pixel by rounding alone


def average(size: int) -> Kernel:
    """Return the lecture's averaging mask: every weight alike, sum 1."""
    return Kernel(np.ones((size, size), int)).scaled(Fraction(1, size * size))


def sampled_gaussian(size: int, sigma: float | None = None) -> Kernel:
    """Return the Gaussian sampled at whole distances; with sigma 0 or none that of the size."""
    if sigma:
        return _square(gaussian.sampled(size, sigma))
    if size in gaussian.TABLES:
        weights, divisor = gaussian.TABLES[size]
        return Kernel(np.outer(weights, weights)).scaled(Fraction(1, divisor**2))
    return _square(gaussian.sampled(size, gaussian.sigma_of(size)))


def integrated_gaussian(size: int, sigma: float) -> Kernel:
    """Return the Gaussian integrated over each pixel; with sigma 0 the sigma of the size."""
    return _square(gaussian.integrated(size, sigma or gaussian.sigma_of(size)))


def _square(bell: Array) -> Kernel:
    return Kernel(np.outer(bell, bell))


def binomial(size: int) -> Kernel:
    """Return the row of Pascal's triangle with so many numbers, down and across, sum 1.

    It is `1/2 1/2` composed with itself, the most like a Gaussian that whole numbers over a power
    of two can be. Source: Aubury and Luk, "Binomial filters", Journal of VLSI Signal Processing 12
    (1996).
    """
    row = np.array([math.comb(size - 1, place) for place in range(size)], object)
    return Kernel(np.multiply.outer(row, row)).scaled(Fraction(1, 4 ** (size - 1)))


def disk(size: int) -> Kernel:
    """Return the mean of the pixels no further than size // 2 from the origin.

    Source: Lagendijk and Biemond, "Basic methods for image restoration and identification", in
    Bovik (ed.), Handbook of Image and Video Processing, "uniform out-of-focus blur": 1/C where
    √(n1² + n2²) ≤ R, with C such that the sum is 1.
    """
    inside = (_squared_distance(size) <= (size // 2) ** 2).astype(int)
    return Kernel(inside).scaled(Fraction(1, int(inside.sum())))


def motion(size: int, angle: float) -> Kernel:
    """Return the mean along a straight line of that length, against the clock from the right.

    A weight is the part of the line that lies in its pixel; rows and columns that the line doesn't
    touch are left out. Source: as of `disk`, "linear motion blur": the point spread function is
    1/L on a line of length L, 0 elsewhere; here integrated over each pixel.
    """
    turned = angle % 180
    if turned in (0, 90):
        line = Kernel(np.ones((1, size), int)).scaled(Fraction(1, size))
        return line if turned == 0 else line.transposed()
    across, down = math.cos(math.radians(turned)), -math.sin(math.radians(turned))
    middle, end = size // 2, size / 2
    # The half to the right, and its mirror image: where it leaves a pixel, as lengths from 0.
    edges = np.arange(middle + 1) + 0.5
    # What leads along a row never leaves it: that is infinitely far.
    with np.errstate(divide="ignore", over="ignore"):
        leaving = np.concatenate([[0, end], edges / abs(across), edges / abs(down)])
    leaving = np.unique(leaving[leaving <= end])
    within = np.diff(leaving)
    centres = (leaving[:-1] + leaving[1:]) / 2
    rows = middle + np.rint(centres * down).astype(int)
    columns = middle + np.rint(centres * across).astype(int)
    half = np.zeros((size, size))
    np.add.at(half, (rows, columns), np.where(within > _BARELY, within, 0))
    line_weights = (half + half[::-1, ::-1]) / size
    touched = [np.flatnonzero(line_weights.any(axis)) for axis in (1, 0)]
    (top, bottom), (left, right) = ((places[0], places[-1] + 1) for places in touched)
    return Kernel(line_weights[top:bottom, left:right])


def laplacian_of_gaussian(size: int, sigma: float) -> Kernel:
    """Return ∇²G sampled at whole distances, less its mean, so that flat parts become 0.

    G is the Gaussian that sums to 1 within the size. The centre is negative, as in `laplacian`.
    Source: Marr and Hildreth, "Theory of edge detection", Proceedings of the Royal Society of
    London B 207 (1980): ∇²G = G · (r² − 2σ²) / σ⁴.
    """
    bell = gaussian.sampled(size, sigma)
    squared = _squared_distance(size)
    weights = np.outer(bell, bell) * (squared - 2 * sigma**2) / sigma**4
    return Kernel(weights - weights.mean())


def unsharp(size: int, sigma: float, amount: float) -> Kernel:
    """Return (1 + amount) · identity − amount · Gaussian: what smoothing takes, added.

    Source: Gonzalez and Woods, Digital Image Processing, "Unsharp masking and highboost
    filtering": g = f + k · (f − f̄).
    """
    bell = gaussian.sampled(size, sigma)
    weights = -amount * np.outer(bell, bell)
    weights[size // 2, size // 2] += 1 + amount
    return Kernel(weights)


def _squared_distance(size: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the (size, size) squares of the distances from the middle."""
    places = np.arange(size) - size // 2
    return np.add.outer(places**2, places**2)


@dataclass(frozen=True)
class Formula:
    """A preset that takes arguments; those past `required` may be left out.

    `title` is what captions call it, `about` what a list says of it.
    """

    make: Callable[..., Kernel]
    arguments: dict[str, Number]
    required: int
    title: str
    about: str

    @property
    def usage(self) -> str:
        """The arguments as they are written: `SIZE[,SIGMA]`."""
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
