"""Filters, pictures and borders drawn at random, against the definition, within the bounds.

The suite draws 200; `python -m tests.test_random_cases COUNT [FIRST]` draws more, and
prints the cases that are outside the bounds. A case's number is its seed.
"""

import sys
import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Convolve, Edges, Kernel, Median, NLMeans

from . import reference
from .examples import DTYPES, ENGINES

ROUNDED = 1e-4  # share of the pixels that NumPy may round to a neighbouring level


class Case(NamedTuple):
    """A filter with its definition, and the bounds of OpenCV in levels and in units of 1.

    `exact` says that NumPy has no error either.
    """

    filter: object
    meaning: object
    weights: np.ndarray | None = None
    divisor: int = 1
    levels: float = 1
    floats: float = 3e-5
    exact: bool = False


def draw_weights(chance):
    """Return weights of one of the forms that methods differ in, and their divisor."""
    rows, columns = chance.integers(1, 9, 2) if chance.random() < 0.8 else chance.integers(9, 40, 2)
    form = chance.choice(["whole", "mean", "signed", "product", "rank 2", "box", "bell"])
    if form == "whole":
        return chance.integers(-4, 9, (rows, columns)), int(chance.integers(1, 40))
    if form == "box":
        return np.ones((rows, columns), int), int(rows * columns)
    if form == "mean":
        weights = chance.random((rows, columns))
        return weights / weights.sum(), 1
    if form == "bell":
        sigma = chance.uniform(0.4, 12)
        factor = reference.sampled(2 * int(np.ceil(4 * sigma)) + 1, sigma)
        return np.outer(factor, factor), 1
    down, across = chance.normal(size=(2, rows)), chance.normal(size=(2, columns))
    if form == "product":
        down, across = down[:1], across[:1]
    found = chance.normal(size=(rows, columns)) if form == "signed" else down.T @ across
    return found / np.abs(found).sum(), 1


def draw_linear(chance):
    weights, divisor = draw_weights(chance)
    origin = tuple(int(chance.integers(side)) for side in weights.shape)
    correlate = bool(chance.integers(2))
    filt = Convolve(Kernel(weights, origin), scale=f"1/{divisor}", correlate=correlate)
    options = {"weights": weights, "divisor": divisor, "origin": origin, "correlate": correlate}
    meaning = partial(reference.convolved, **options)
    return Case(filt, meaning, weights if correlate else weights[::-1, ::-1], divisor)


def draw_case(chance):
    """Return a filter, two of three times a linear one."""
    kind = chance.choice(["median", "bilateral", "nlmeans", "edges", *["linear"] * 8])
    if kind == "linear":
        return draw_linear(chance)
    if kind == "median":
        size = tuple(int(side) for side in 2 * chance.integers(1, 5, 2) - 1)
        meaning = partial(reference.median, size=size)
        return Case(Median(size), meaning, levels=0, floats=0, exact=True)
    if kind == "edges":
        names = str(chance.choice(list(reference.ALONG))), str(chance.choice(["channels", "luma"]))
        return Case(Edges(*names), partial(reference.edges, operator=names[0], of=names[1]))
    small = [int(side) for side in 2 * chance.integers(1, 4, 2) + [-1, 1]]
    if kind == "bilateral":
        sigmas = float(chance.uniform(5, 150)), float(chance.uniform(0.5, 9))
        names = "diameter", "sigma_color", "sigma_space"
        options = dict(zip(names, (small[1], *sigmas), strict=True))
        return Case(Bilateral(**options), partial(reference.bilateral, **options), floats=1 / 255)
    options = dict(zip(("patch", "search"), small, strict=True))
    options["strength"] = float(chance.uniform(5, 120))
    meaning = partial(reference.nlmeans, **options)
    return Case(NLMeans(**options), meaning, levels=2, floats=1 / 255)


def draw_picture(chance, sides):
    """Return a picture of one of several contents, in a depth drawn at random."""
    dtype = str(chance.choice(DTYPES))
    shape = *(int(chance.integers(1, side)) for side in sides), int(chance.integers(1, 5))
    levels = chance.random(shape)
    content = chance.choice(["noise", "flat", "two levels", "slope"])
    if content == "flat":
        levels[:] = levels[:1, :1]
    elif content == "two levels":
        levels = np.rint(levels)
    elif content == "slope":
        levels = levels / 20 + np.linspace(0, 0.9, shape[1])[:, np.newaxis]
    if np.dtype(dtype).kind == "f":
        return levels.astype(dtype)
    return np.rint(levels * reference.peak(dtype)).astype(dtype)


def summed(case, pixels, border):
    """Return the quotients of sums over a large picture, in float64, or exact ones of integers."""
    top, bottom, left, right = case.filter.reach
    more = {"full": ((top + bottom,) * 2, (left + right,) * 2), "valid": ((0, 0), (0, 0))}.get(
        border, ((top, bottom), (left, right))
    )
    mode = reference.NUMPY_PAD.get(border, {}).get("mode", "constant")
    padded = np.pad(pixels, (*more, (0, 0)), mode)
    windows = np.lib.stride_tricks.sliding_window_view(padded, case.weights.shape, (0, 1))
    exact = case.weights.dtype.kind == "i" and pixels.dtype.kind == "u"
    sums = np.zeros(windows.shape[:3], np.int64 if exact else np.float64)
    for cell, weight in np.ndenumerate(case.weights):
        sums += weight * windows[..., *cell].astype(sums.dtype)
    return reference.divided(sums.astype(object) if exact else sums, case.divisor)


def check(seed, tally):
    """Return what is wrong with a case, or None; count NumPy's pixels and those off by one."""
    chance = np.random.default_rng(seed)
    case = draw_case(chance)
    is_large = case.weights is not None and (chance.random() < 0.1 or case.weights.size > 80)
    pixels = draw_picture(chance, (160, 220) if is_large else (14, 17))
    alpha = not is_large and pixels.shape[2] in (2, 4) and bool(chance.integers(2))
    border = str(chance.choice(case.filter.borders))
    label = f"case {seed}: {case.filter!r:.150}, {pixels.dtype}, {pixels.shape}, {border}, {alpha=}"
    values = None
    for engine in ENGINES:
        try:
            found = imgfilt.apply(case.filter, pixels, engine, border, alpha=alpha, values="clip")
        except imgfilt.EngineError:
            continue
        except imgfilt.ImageError:
            top, bottom, left, right = case.filter.reach
            fits = top + bottom < pixels.shape[0] and left + right < pixels.shape[1]
            return f"{label}: refused" if fits or border != "valid" else None
        if values is None:
            fill = np.zeros(pixels.shape[2])
            fill[-1] = reference.peak(pixels.dtype) * alpha  # the colour beyond the edge is opaque
            fill = fill if border == "constant" else 0
            values = (
                summed(case, pixels, border)
                if is_large
                else case.meaning(pixels, border, fill, alpha)
            )
            wanted = reference.stored(values, pixels.dtype)
        if found.shape != wanted.shape:
            return f"{label}, {engine}: shape {found.shape}, not {wanted.shape}"
        off = np.abs(found.astype(np.float64) - wanted.astype(np.float64))
        if alpha and pixels.dtype.kind == "f":
            # A quotient by a small alpha may be large; floats are exact relative to it.
            off /= np.maximum(1, np.abs(wanted))
        if problem := outside(case, pixels, engine, off, alpha, tally):
            return f"{label}, {engine}: {problem}"
    return None


def outside(case, pixels, engine, off, alpha, tally):
    """Return how errors are outside the bounds of an engine, or None."""
    is_float = pixels.dtype.kind == "f"
    magnitude = 1.0
    if case.weights is not None:
        magnitude = max(1.0, float(np.abs(case.weights).sum()) / case.divisor)
    worst = off.max(initial=0)
    if engine != "numpy":
        most = case.floats * magnitude if is_float else case.levels
    elif case.exact:
        most = 0
    elif is_float:
        # Quotients by alpha aren't sums of weights.
        most = 2.0**-20 * magnitude * (20 if alpha or case.weights is None else 1)
    else:
        most = 1
        tally["pixels"] += off.size
        tally["off"] += int(np.count_nonzero(off))
    return f"{worst:g} off, {most:g} is the bound" if worst > most else None


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_cases(first):
    tally = {"pixels": 0, "off": 0}
    assert [found for seed in range(first, first + 50) if (found := check(seed, tally))] == []
    assert tally["off"] <= max(2, ROUNDED * tally["pixels"])


def main(count, first=0):
    """Print the cases that are outside the bounds, and how many pixels NumPy rounded otherwise."""
    warnings.simplefilter("ignore")
    tally, wrong = {"pixels": 0, "off": 0}, 0
    for seed in range(first, first + count):
        if found := check(seed, tally):
            wrong += 1
            print(found, flush=True)
    print(f"{count} cases, {wrong} outside the bounds; {tally['off']} of {tally['pixels']} rounded")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
