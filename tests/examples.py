"""Examples: instances of every filter beside what they mean, and pictures to try them on."""

from collections.abc import Callable, Container
from functools import partial
from typing import NamedTuple

import numpy as np

from imgfilt import Bilateral, Blur, Convolve, Gaussian, Kernel, Median, NLMeans
from imgfilt.filters import Filter

from . import reference

DTYPES = "uint8", "uint16", "float32", "float64"
ENGINES = "numpy", "opencv", "auto"

ANY = range(1, 100)
EVERYTHING = dict.fromkeys(DTYPES, ANY)


class Example(NamedTuple):
    """A filter, its reference, and what cv2 can do of it: dtype -> numbers of colour channels."""

    filter: Filter
    meaning: Callable
    opencv: dict[str, Container[int]] = EVERYTHING
    magnitude: float = 1  # Σ|w|


def linear(filt, weights, divisor=1, **options):
    meaning = partial(reference.convolved, weights=weights, divisor=divisor, **options)
    return Example(filt, meaning, magnitude=float(np.abs(weights).sum() / divisor))


def bell(filt, factor, divisor=1):
    return linear(filt, np.outer(factor, factor), divisor)


def ones(rows, columns):
    return np.ones((rows, columns), int)


def noisy(rows, columns, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, columns))


def whole(rows, columns, seed=0):
    return np.random.default_rng(seed).integers(-3, 9, (rows, columns))


ASYMMETRIC = [[1, 2, 0], [3, -4, 5]]
LARGE = whole(13, 14)  # of full rank, and too many weights to sum one by one

EXAMPLES: dict[str, list[Example]] = {
    "convolve": [
        linear(
            Convolve("1 2; 3 4", origin=(0, 1), scale="1/10"), [[1, 2], [3, 4]], 10, origin=(0, 1)
        ),
        linear(
            Convolve(Kernel(ASYMMETRIC, (1, 2)), correlate=True),
            ASYMMETRIC,
            origin=(1, 2),
            correlate=True,
        ),
        linear(
            Convolve(("1 2 1", "1; 0; -1")), [[1, 2, 1], [0, 0, 0], [-1, -2, -1]], origin=(1, 1)
        ),
        linear(Convolve(Kernel(noisy(3, 4))), noisy(3, 4)),
        linear(Convolve(Kernel(LARGE), normalize=True), LARGE, int(LARGE.sum())),
    ],
    "blur": [
        linear(Blur(3), ones(3, 3), 9),
        linear(Blur(4), ones(4, 4), 16),
        linear(Blur((5, 2)), ones(2, 5), 10),
    ],
    "gaussian": [
        bell(Gaussian(), reference.tabled(5), 256),
        bell(Gaussian(11), reference.sampled(11, 2.0)),
        bell(Gaussian(sigma=0.7), reference.sampled(7, 0.7)),
        bell(Gaussian(size=5, sigma=1, integrated=True), reference.integrated(5, 1)),
        bell(
            Gaussian(size=7, sigma=1, integrated=True, integer=True),
            np.array([6, 61, 242, 383, 242, 61, 6]),
            1001**2,
        ),
    ],
    "median": [
        Example(
            Median(size),
            partial(reference.median, size=size),
            {"uint8": ANY} | (dict.fromkeys(["uint16", "float32"], ANY) if size <= 5 else {}),
        )
        for size in (3, 7)
    ],
    "bilateral": [
        Example(
            Bilateral(*sizes),
            partial(
                reference.bilateral,
                **dict(zip(("diameter", "sigma_color", "sigma_space"), sizes, strict=True)),
            ),
            dict.fromkeys(["uint8", "uint16", "float32"], (1, 3)),
        )
        for sizes in ((5, 150, 1.5), (3, 40, 9))
    ],
    "nlmeans": [
        Example(
            NLMeans(*sizes),
            partial(
                reference.nlmeans,
                **dict(zip(("strength", "patch", "search"), sizes, strict=True)),
            ),
            {"uint8": (1, 2, 3, 4)},
        )
        for sizes in ((100, 3, 5), (40, 5, 3), (60, 1, 3))
    ],
}

CASES = [(name, at) for name, examples in EXAMPLES.items() for at in range(len(examples))]


def case_name(case):
    return f"{case[0]}{case[1]}"


def example(case):
    name, at = case
    return EXAMPLES[name][at]


def filling(channels, dtype):
    """Return the value of the border `constant`, one a channel; float32 holds each exactly."""
    levels = [9, 200, 30, 77, 1][:channels]
    return [level / 256 for level in levels] if np.dtype(dtype).kind == "f" else levels


def picture(shape, dtype, seed=0):
    """Return noise over the whole range of whole levels; of floats, somewhat beyond 0..1."""
    chance = np.random.default_rng([seed, *shape])
    if np.dtype(dtype).kind == "f":
        return chance.uniform(-0.2, 1.3, shape).astype(dtype)
    return chance.integers(0, reference.peak(dtype), shape, dtype, endpoint=True)


def translucent(shape, dtype, seed=0):
    """Return noise whose last channel, alpha, is none, full or between in equal shares."""
    pixels = picture(shape, dtype, seed)
    top = reference.peak(dtype)
    levels = [0, 0, top, top, *([0.25, 0.5] if top == 1 else [1, 77 * top // 255])]
    pixels[..., -1] = np.random.default_rng(seed).choice(levels, shape[:2])
    return pixels
