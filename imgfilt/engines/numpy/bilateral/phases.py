"""The fast bilateral filter for colours: the exact filter, with some of the pixels of the disc.

The pixels of every s-th row and column, from row a and column b on, are a small picture: a phase.
There are s * s of them. Each is filtered by itself, with a smaller disc, so that a pixel is
compared with every s-th pixel of every s-th row of about its disc.

The small disc must be as wide as the disc in the picture: the mean of the squared distance,
weighted by distance, must be the same. No whole number of steps gives that, so the radius is
rounded up, and sigma-space becomes smaller.

Example, in one dimension: diameter 5, s = 2, and sigma-space so large that all weights are 1. The
places -2, -1, 0, 1, 2 have the mean square (4 + 1 + 0 + 1 + 4) / 5 = 2. The places -1, 0, 1 of the
phase are -2, 0, 2 in the picture: their mean square is 8 / 3 with weights 1, 1, 1, and with weights
1/2, 1, 1/2 it is (2 + 0 + 2) / 2 = 2. So sigma-space is 0.85 steps: exp(-1 / (2 · 0.85²)) = 1/2.

Source: Banterle, Corsini, Cignoni & Scopigno, "A low-memory, straightforward and fast bilateral
filter through subsampling in spatial domain" (2012), which takes pixels at random.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import count, product
from typing import NamedTuple

import numpy as np

from ....dtypes import Array
from .direct import disc, spatial_weights

_LEAST_PIXELS = 220  # of equal weight, that are left of a disc
_LEAST_FOURTH = 0.95  # the least fourth moment of a small disc, as a share of the disc's
_MOST_SHARE = 0.75  # of the disc's pixels: with more, the copies take longer than that saves
_LEAST_PAIRS = 5e6  # that a picture compares: with fewer, measuring takes longer than it saves
_PIXELS_PER_PLACE = 2048  # of a picture: its error is measured at one place for each so many,
_LEAST_PLACES, _MOST_PLACES = 32, 256  # but at least and at most at about so many,
_LEAST_IN_SAMPLE = 12  # and in each sample at least at these
# In levels, root mean square: 45 dB. At few places the error is up to 5 dB off that of the whole
# picture: with 46 dB, photographs with less error than that would get a smaller side.
_LARGEST_ERROR = 255 / 10 ** (45 / 20)


Index = tuple[slice, slice]


class Lattice(NamedTuple):
    """The small disc of the phases.

    Attributes
    ----------
    side : int
        s: the step between the pixels of a phase.
    diameter : int
        In steps, odd.
    sigma_space : float
        In steps.
    """

    side: int
    diameter: int
    sigma_space: float

    @property
    def margin(self) -> int:
        """Rows and columns around an output pixel that its block must have."""
        return self.diameter // 2 * self.side


def filter_phases(
    padded: Array, margin: int, lattice: Lattice, filter_phase: Callable[[Index], Array]
) -> Array:
    """Return the (h, w, C) values, phase by phase.

    Parameters
    ----------
    padded : (h + 2 * margin, w + 2 * margin, C) array
    margin : int
        At least the lattice's.
    lattice : Lattice
    filter_phase : callable
        Index of a phase of `padded`, with the lattice's margin -> its values, without the margin.
    """
    height, width = (length - 2 * margin for length in padded.shape[:2])
    side, surplus, values = lattice.side, margin - lattice.margin, None
    for top, left in product(range(min(side, height)), range(min(side, width))):
        rows, columns = (
            slice(surplus + first, length - surplus, side)
            for first, length in zip((top, left), padded.shape, strict=False)
        )
        found = filter_phase((rows, columns))
        if values is None:
            values = np.empty((height, width, found.shape[2]), found.dtype)
        values[top::side, left::side] = found
    assert values is not None
    return values


def choose_lattice(
    read_samples: Callable[[], Iterable[Array]],
    pixels: int,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
) -> Lattice | None:
    """Return the lattice with which a picture's error is small, or None if that saves too little.

    The error is measured at some pixels. If it is too large, as between random colours, a smaller
    side is tried: the error is about proportional to it.

    Parameters
    ----------
    read_samples : callable
        Gives parts of the picture, (h, w, C), in 8-bit levels. Called for each side that is tried,
        so that memory holds one part of a large picture at a time.
    pixels : int
        How many the picture has.
    diameter : int
        In pixels, odd.
    sigma_color, sigma_space : float
        In levels, and in pixels.
    """
    if pixels * int(disc(diameter).sum()) < _LEAST_PAIRS:
        return None
    lattice = find_lattice(diameter, sigma_space)
    while lattice is not None:
        error = measure_error(read_samples(), pixels, lattice, diameter, sigma_color, sigma_space)
        if error <= _LARGEST_ERROR:
            return lattice
        side = min(lattice.side - 1, int(lattice.side * _LARGEST_ERROR / error))
        lattice = find_lattice(diameter, sigma_space, side)
    return None


@lru_cache(maxsize=64)
def find_lattice(diameter: int, sigma_space: float, side: int | None = None) -> Lattice | None:
    """Return the lattice that suits a disc, or None if it wouldn't have far fewer pixels.

    Parameters
    ----------
    diameter : int
        In pixels, odd.
    sigma_space : float
        In pixels.
    side : int, optional
        By default as large as leaves enough pixels.
    """
    squares = _square_distances(diameter)
    weights = np.exp(-0.5 * squares / sigma_space**2)
    if side is None:
        effective = weights.sum() ** 2 / np.square(weights).sum()
        side = max(1, math.isqrt(int(effective / _LEAST_PIXELS)))
    if side == 0:
        return None
    second = np.average(squares, weights=weights) / side**2
    fourth = np.average(squares**2, weights=weights) / side**4
    for radius in count(max(1, math.isqrt(int(2 * second)))):  # the mean is about radius² / 2
        small = _square_distances(2 * radius + 1)
        if small.mean() < second:
            continue
        falloff = _find_falloff(small, second)
        if np.average(small**2, weights=np.exp(-falloff * small)) >= _LEAST_FOURTH * fourth:
            break
    if len(small) > _MOST_SHARE * len(squares):
        return None
    return Lattice(side, 2 * radius + 1, math.sqrt(0.5 / falloff))


def _square_distances(diameter: int) -> Array:
    """Return the (n,) squared distances of the disc's pixels from its centre."""
    places = np.argwhere(disc(diameter)) - diameter // 2
    squares: Array = np.square(places).sum(axis=1).astype(np.float64)
    return squares


def _find_falloff(squares: Array, mean: float) -> float:
    """Return the f > 0 for which squares with the weights exp(-f * squares) have a mean."""
    low, high = 1e-9, 10.0
    for _ in range(50):
        falloff = (low + high) / 2
        if np.average(squares, weights=np.exp(-falloff * squares)) > mean:
            low = falloff
        else:
            high = falloff
    return low


def measure_error(
    samples: Iterable[Array],
    pixels: int,
    lattice: Lattice,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
) -> float:
    """Return the root mean square of the error at some pixels, in levels; 0 if none is finite.

    Parameters
    ----------
    samples : iterable of (h, w, C) arrays
    pixels : int
        How many the picture has.
    lattice : Lattice
    diameter, sigma_color, sigma_space
        As for `choose_lattice`.
    """
    margin = max(diameter // 2, lattice.margin)
    discs = np.zeros((2, 2 * margin + 1, 2 * margin + 1), np.float32)
    inner = slice(margin - diameter // 2, margin + diameter // 2 + 1)
    discs[0, inner, inner] = spatial_weights(diameter, sigma_space)
    on = slice(margin - lattice.margin, margin + lattice.margin + 1, lattice.side)
    discs[1, on, on] = spatial_weights(lattice.diameter, lattice.sigma_space)
    by_distance = discs.reshape(2, -1)
    places = min(max(pixels // _PIXELS_PER_PLACE, _LEAST_PLACES), _MOST_PLACES)
    errors = []
    for block in samples:
        number = -(-places * block.shape[0] * block.shape[1] // pixels)
        for window in _iter_windows(block, margin, max(number, _LEAST_IN_SAMPLE)):
            levels = np.moveaxis(window, 2, 0).reshape(window.shape[2], -1).astype(np.float32)
            levels -= levels[:, levels.shape[1] // 2, np.newaxis]
            distances = np.abs(levels).sum(axis=0)
            products = by_distance * np.exp(distances**2 * np.float32(-0.5 / sigma_color**2))
            exact, near = np.einsum("kn,cn->kc", products, levels) / products.sum(axis=1)[:, None]
            errors.append(near - exact)
    squares = np.square(errors)
    finite = squares[np.isfinite(squares)]
    return float(np.sqrt(finite.mean())) if finite.size else 0.0


def _iter_windows(block: Array, margin: int, number: int) -> Iterator[Array]:
    """Give windows of a block around pixels that are spread over it."""
    # A block with less than a window is continued by copies of its edge.
    frame = [(margin if length <= 2 * margin else 0,) * 2 for length in block.shape[:2]]
    if any(frame[0] + frame[1]):
        block = np.pad(block, [*frame, (0, 0)], "edge")
    rows, columns = (length - 2 * margin for length in block.shape[:2])
    for place in range(number):
        # Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018).
        top = int((0.5 + place * 0.7548776662466927) % 1 * rows)
        left = int((0.5 + place * 0.5698402909980532) % 1 * columns)
        yield block[top : top + 2 * margin + 1, left : left + 2 * margin + 1]
