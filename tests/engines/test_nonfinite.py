"""NaN and infinity: they reach the outputs whose window holds them, and no others."""

from functools import partial

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Kernel, Median
from imgfilt.border import BORDERS
from imgfilt.numbers import format_brief

from .. import reference
from ..examples import EXAMPLES, Example, linear, noisy, ones, picture, whole

DTYPES = "float32", "float64"
BAD = np.nan, np.inf, -np.inf
SPARSE = np.where(noisy(15, 14) > -0.8, whole(15, 14), 0)
BELL = np.outer(*[reference.sampled(25, 4.1)] * 2)
LARGE = [
    linear(Blur((18, 25)), ones(25, 18), 25 * 18),
    linear(Gaussian(25), BELL),
    linear(Convolve(Kernel(SPARSE)), SPARSE),
    linear(Convolve(Kernel(noisy(13, 14)), correlate=True), noisy(13, 14), correlate=True),
    Example(Median(9), partial(reference.median, size=9), {}),
]
# What has an alpha or is bad everywhere meets the same sums: one of each filter, and the large.
FEW = [*(entry.examples[0] for entry in EXAMPLES.values()), *LARGE]
TRIED = [*(one for entry in EXAMPLES.values() for one in entry.examples), *LARGE]


def window(filt):
    """Return the (down, across) that an output of a filter by likeness depends on."""
    radius = filt.reach.top
    square = reference.square(2 * radius + 1)
    if isinstance(filt, Bilateral):
        return [(r, c) for r, c in square if r * r + c * c <= radius * radius]
    return square


def expected(one, pixels, border, alpha=False):
    """Return the values, NaN and infinity among them."""
    if not one.filter.level_parameter:
        with np.errstate(invalid="ignore", over="ignore"):
            return reference.stored(one.meaning(pixels, border, alpha=alpha), pixels.dtype)
    bad = ~np.isfinite(pixels).all(axis=2, keepdims=True)
    finite = np.where(np.isfinite(pixels), pixels, 0)
    values = reference.stored(one.meaning(finite, border, alpha=alpha), pixels.dtype)
    held = sum(reference.neighbours(bad, window(one.filter), border).values())[..., 0] > 0
    values[held] = np.nan
    return values


def assert_alike(found, wanted, tolerance):
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    infinite = np.isinf(wanted)
    assert np.array_equal(found[infinite], wanted[infinite])
    finite = np.isfinite(wanted)
    assert np.abs(found[finite] - wanted[finite]).max(initial=0) <= tolerance


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "opencv"])
@pytest.mark.parametrize("one", TRIED, ids=lambda one: repr(one.filter)[:50])
def test_a_bad_pixel_stays_local(one, engine):
    """Each border with another kind of badness, in the middle and in a corner."""
    for number, border in enumerate(one.filter.borders):
        dtype = DTYPES[number % 2]
        if engine == "opencv" and 3 not in one.opencv.get(dtype, ()):
            continue
        pixels = picture((32, 30, 3), dtype)
        pixels[19, 17, 1] = BAD[number % 3]
        pixels[0, 29, 2] = BAD[(number + 1) % 3]
        values = expected(one, pixels, border)
        assert one.filter.is_rank or not np.isfinite(values).all()
        assert border == "valid" or np.isfinite(values).any()
        found = imgfilt.apply(one.filter, pixels, engine, border, values="clip")
        tolerance = 2.0**-20 * 1.3 * one.magnitude if engine == "numpy" else 1 / 255
        assert_alike(found, values, tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("one", TRIED, ids=lambda one: repr(one.filter)[:50])
def test_infinities_of_both_signs(one):
    for engine in ("numpy", "auto"):
        for dtype in DTYPES:
            pixels = picture((24, 23, 1), dtype)
            pixels[10, 11], pixels[12, 12], pixels[23, 0] = np.inf, -np.inf, np.inf
            found = imgfilt.apply(one.filter, pixels, engine, "zero", values="clip")
            tolerance = 2.0**-20 * 1.3 * one.magnitude if engine == "numpy" else 1 / 255
            assert_alike(found, expected(one, pixels, "zero"), tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("one", FEW, ids=lambda one: repr(one.filter)[:50])
def test_a_bad_colour_in_a_picture_with_alpha(one):
    for bad in BAD:
        pixels = picture((24, 23, 3), "float64")
        pixels[..., 2] = np.where(pixels[..., 1] > 0.5, 1, 0.5)
        pixels[10, 11, 0] = bad
        found = imgfilt.apply(one.filter, pixels, "numpy", "zero", alpha=True, values="clip")
        wanted = expected(one, pixels, "zero", alpha=True)
        if one.filter.level_parameter:
            found[np.isnan(found[..., 0]), -1] = np.nan  # an alpha weighted by what is no number
        condition = np.abs(wanted[np.isfinite(wanted)]).max()
        assert_alike(found, wanted, 2.0**-20 * one.magnitude * max(1.3, condition))


@pytest.mark.parametrize("one", FEW, ids=lambda one: repr(one.filter)[:50])
def test_what_is_bad_and_transparent_stays_local_too(one):
    for bad in BAD:
        pixels = picture((40, 40, 3), "float32")
        pixels[..., 2] = np.where(pixels[..., 1] > 0.5, 1, 0.5)
        pixels[19, 20, 2] = 0
        without = imgfilt.apply(one.filter, pixels, "numpy", "reflect", alpha=True, values="clip")
        pixels[19, 20, 0] = bad
        found = imgfilt.apply(one.filter, pixels, "numpy", "reflect", alpha=True, values="clip")
        top, bottom, left, right = one.filter.reach
        far = np.ones((40, 40), bool)
        far[19 - bottom : 20 + top, 20 - right : 21 + left] = False
        tolerance = 2.0**-20 * np.abs(without).max() * one.magnitude
        assert np.abs(found[far] - without[far]).max() <= tolerance


@pytest.mark.parametrize("one", FEW, ids=lambda one: repr(one.filter)[:50])
def test_nothing_but_nan(one):
    found = imgfilt.apply(one.filter, np.full((9, 8, 3), np.nan, np.float32), "auto", values="clip")
    assert np.isnan(found).all()


@pytest.mark.parametrize("one", FEW, ids=lambda one: repr(one.filter)[:50])
def test_finite_stays_finite(one):
    """Near the end of what float32 holds, as the numbers are that stand for no data."""
    pixels = np.full((9, 8, 3), -3e37, np.float32)
    found = imgfilt.apply(one.filter, pixels, "numpy", values="clip")
    assert not np.isnan(found).any()
    assert np.isfinite(found).all() or one.magnitude > 1


SIGNED = np.array([[1, -2, 0, 3, 1, -1, 2], [2, 1, -1, -4, 0, 2, 1], [0, 1, 1, -1, 3, -2, 1]])
FOLDED = [
    linear(Convolve(Kernel(SIGNED)), SIGNED),
    linear(
        Convolve(Kernel(np.outer([1, 0, -1, 2, 1], [1, -1, 3, 0, 2]))),
        np.outer([1, 0, -1, 2, 1], [1, -1, 3, 0, 2]),
    ),
    linear(Blur(9), ones(9, 9), 81),
    linear(Gaussian(11), np.outer(*[reference.sampled(11, 2.0)] * 2)),
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "opencv"])
@pytest.mark.parametrize("border", sorted(set(BORDERS) - {"valid", "full"}))
@pytest.mark.parametrize("one", FOLDED, ids=lambda one: repr(one.filter)[:50])
def test_a_kernel_larger_than_the_picture(one, border, engine):
    """What is added to itself by the border is infinity plus or minus infinity all the same."""
    chance = np.random.default_rng(5)
    for shape in [(1, 1, 1), (1, 3, 1), (2, 2, 1), (3, 2, 1), (3, 5, 1)]:
        for bad in ([np.inf], [np.inf, -np.inf], [np.nan], [-np.inf]):
            pixels = picture(shape, "float64")
            pixels[chance.random(shape) < 0.3] = chance.choice(bad)
            found = imgfilt.apply(one.filter, pixels, engine, border)
            with np.errstate(invalid="ignore"):
                wanted = reference.stored(one.meaning(pixels, border), "float64")
            assert_alike(found, wanted, 2.0**-20 * one.magnitude * 1.3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.1, 1.5])
def test_an_alpha_outside_its_range_is_named(bad, tmp_path):
    pixels = np.full((3, 4, 2), 0.5, np.float32)
    pixels[1, 2, 1] = bad
    line = rf"alpha is {format_brief(float(np.float32(bad)))} at 1,2; wanted 0 to 1"
    with pytest.raises(imgfilt.ParameterError, match=line):
        imgfilt.apply(Blur(3), pixels, alpha=True)
    np.save(tmp_path / "a.npy", pixels)
    with pytest.raises(imgfilt.ImageError, match=f"a.npy: {line}"):
        imgfilt.read(tmp_path / "a.npy")


def test_what_float32_can_not_hold_as_a_border():
    pixels = np.ones((3, 4), np.float32)
    line = "border-value: 1e\\+300 is more than float32 can hold"
    with pytest.raises(imgfilt.ParameterError, match=line):
        imgfilt.apply(Blur(3), pixels, border="constant", border_value=1e300)
    found = imgfilt.apply(Blur(3), pixels.astype("f8"), border="constant", border_value=1e300)
    assert np.isfinite(found).all()
    with pytest.raises(imgfilt.ParameterError, match="border-value: an alpha of 2; wanted 0 to 1"):
        pixels = np.ones((3, 4, 2), np.float32)
        imgfilt.apply(Blur(3), pixels, border="constant", border_value=(1, 2), alpha=True)
