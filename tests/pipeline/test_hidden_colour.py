"""Hidden colour: pictures that look the same give results that look the same."""

from pathlib import Path

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Median, NLMeans
from imgfilt.filters.linear import Linear
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import VALUES, Options

from .. import reference
from ..examples import DTYPES, picture

CASES = Path(__file__).parent.parent / "cases" / "hidden-colour"
FILTERS = [
    Convolve("sobel-x"),
    Convolve("1 2 1; 2 5 2; 1 2 1", scale=0.1),
    Blur(3),
    Gaussian(sigma=3),
    Median(5),
    Bilateral(5, 40, 2),
    NLMeans(30, 3, 5),
    NLMeans("auto", 3, 5),
]
ODD = [0.0, 1.0, -7.0, 1e38, -3e38, np.nan, np.inf, -np.inf]  # what may stand under an alpha of 0


def alike(dtype, seed, colours=None):
    """Return two pictures that differ where their alpha is 0, and nowhere else."""
    chance = np.random.default_rng(seed)
    top = reference.peak(dtype)
    colours = picture((14, 15, 3), dtype) if colours is None else colours
    parts = [0, 0, top / 5, top] if top == 1 else [0, 0, 1, top // 2, top]
    alpha = chance.choice(parts, colours.shape[:2]).astype(dtype)
    alpha[:6, :7] = 0
    first = np.dstack([colours, alpha])
    second = first.copy()
    hidden = alpha == 0
    size = (hidden.sum(), 3)
    if top == 1:
        second[hidden, :-1] = chance.choice(ODD, size)
    else:
        second[hidden, :-1] = chance.integers(0, top + 1, size)
    return first, second


def assert_look_the_same(first, second):
    """Equal alpha, and equal colours wherever it isn't 0."""
    assert np.array_equal(first[..., -1], second[..., -1])
    seen = first[..., -1] > 0
    assert seen.any()
    assert np.array_equal(first[seen], second[seen], equal_nan=True)


def results(filt, pixels, options):
    """Return the picture that comes out, what clipped, and the notes."""
    result = run(filt, pixels, True, options)
    return result.pixels, str(result.clipped), result.notes


@pytest.mark.slow
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("filt", FILTERS, ids=repr)
def test_it_has_no_effect(filt, dtype):
    """Each border with another --values, engine and depth."""
    depths = [None, "float", None, "8", "16"]
    for number, border in enumerate([*filt.borders, "constant", "reflect"]):
        first, second = alike(dtype, number)
        values = list(VALUES)[number % 4]
        engine = "opencv" if number % 2 and isinstance(filt, Linear) else "numpy"
        fill = (*[reference.peak(dtype)] * 3, 0) if number % 2 else 0
        if border == "constant" and number % 2 == 0:
            fill = (*[reference.peak(dtype) // 3] * 3, reference.peak(dtype))
        depth = depths[number % 5]
        linear = number % 3 == 1 and dtype != "float32"
        options = Options(engine, border, fill, values, depth, linear, verbose=True)
        if border == "valid" and min(first.shape[:2]) <= filt.reach.top * 2:
            continue
        found, clipped, notes = results(filt, first, options)
        again, clipped_again, notes_again = results(filt, second, options)
        assert_look_the_same(found, again)
        assert clipped == clipped_again
        assert notes == notes_again


@pytest.mark.parametrize("border", ["reflect", "constant"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_it_has_no_effect_on_phases(dtype, border):
    """The picture is smooth: between random colours, the exact filter would run."""
    filt, shades = Bilateral(35, 100, 20, fast=True), np.linspace(0.4, 0.6, 80 * 90)
    colours = (shades.reshape(80, 90, 1) * [1, 0.5, 0.7] * reference.peak(dtype)).astype(dtype)
    first, second = alike(dtype, 3, colours)
    options = Options("numpy", border, verbose=True)
    found, clipped, notes = results(filt, first, options)
    again, clipped_again, notes_again = results(filt, second, options)
    assert run(filt, first, True, options).plan.method == "phases"
    assert_look_the_same(found, again)
    assert (clipped, notes) == (clipped_again, notes_again)


@pytest.mark.slow
@pytest.mark.parametrize("values", ["clip", "abs", "offset", "stretch"])
@pytest.mark.parametrize("filt", FILTERS, ids=repr)
def test_the_files_that_look_the_same(filt, values):
    first, second = (imgfilt.read(CASES / f"hid{number}.png") for number in (0, 255))
    assert not np.array_equal(first.pixels, second.pixels)
    options = Options(values=values, verbose=True)
    found, clipped, notes = results(filt, first.pixels, options)
    again, clipped_again, notes_again = results(filt, second.pixels, options)
    assert_look_the_same(found, again)
    assert (clipped, notes) == (clipped_again, notes_again)


def test_stretch_goes_by_what_is_seen():
    pixels = np.array([[[10, 255], [60, 255], [200, 0], [0, 0]]], np.uint8)
    found = imgfilt.apply(Convolve("0 0 0; 0 2 0; 0 0 0"), pixels, values="stretch", alpha=True)
    assert found[0, :2].tolist() == [[0, 255], [255, 255]]


def test_only_what_is_seen_is_counted():
    pixels = np.array([[[100, 255], [200, 255], [200, 0], [250, 0]]], np.uint8)
    clipped = run(Convolve("2"), pixels, True, Options()).clipped
    assert (clipped.count, clipped.total, clipped.greatest) == (1, 2, 400)
    assert run(Convolve("2"), pixels[:, [0, 2, 3]], True, Options()).clipped is None


def test_an_edge_of_alpha_is_an_edge():
    """Black on nothing and white on nothing: neither is like what can't be seen."""
    for level in (0, 255):
        pixels = np.zeros((9, 12, 2), np.uint8)
        pixels[:, 6:] = level, 255
        for filt in (Bilateral(5, 20, 5), NLMeans(20, 3, 5)):
            found = imgfilt.apply(filt, pixels, alpha=True)
            assert np.array_equal(found, pixels)


def test_likeness_is_continuous_in_alpha():
    """Nearly transparent is nearly as if transparent."""
    for filt in (Bilateral(5, 40, 2), NLMeans(30, 3, 5)):
        pixels = picture((9, 10, 4), "float64")
        pixels[..., 3] = 1
        pixels[4, 4:7, 3] = 0
        without = imgfilt.apply(filt, pixels, alpha=True)
        pixels[4, 4:7, 3] = 1e-9
        found = imgfilt.apply(filt, pixels, alpha=True)
        far = np.ones((9, 10), bool)
        far[4, 4:7] = False
        assert np.abs(found - without)[far].max() < 1e-7
