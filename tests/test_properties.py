"""Properties: the lecture's four, and each engine against the formula on anything small."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import signal

import imgfilt
from imgfilt import Blur, Convolve, Kernel, Median
from imgfilt.border import BORDERS

from . import reference

ENGINES = pytest.mark.parametrize("engine", ["numpy", "opencv"])
LEVELS = st.integers(0, 255)
SIDES = st.tuples(st.integers(1, 7), st.integers(1, 7))


@st.composite
def kernels(draw, largest=4):
    """Draw a kernel of small whole weights with any of its cells for an origin."""
    rows, columns = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    weights = draw(arrays(np.int64, (rows, columns), elements=st.integers(-5, 5)))
    return Kernel(weights, (draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))))


def pictures(shape=SIDES, dtype=np.float64):
    """Draw pictures of whole levels, whose sums are exact in every engine."""
    return arrays(dtype, shape, elements=LEVELS)


def convolved(pixels, kernel, engine, border="wrap"):
    return imgfilt.apply(Convolve(kernel), pixels, engine, border, values="clip")


@pytest.mark.slow
@ENGINES
@given(shape=SIDES, data=st.data())
def test_commutativity(engine, shape, data):
    """I ∗ M = M ∗ I, around the edges of two pictures of one size."""
    one, other = data.draw(pictures(shape)), data.draw(pictures(shape))
    found = convolved(one, Kernel(other, (0, 0)), engine)
    assert np.array_equal(found, convolved(other, Kernel(one, (0, 0)), engine))


@pytest.mark.slow
@ENGINES
@given(pixels=pictures(), first=kernels(), second=kernels())
def test_associativity(engine, pixels, first, second):
    """(I ∗ M1) ∗ M2 = I ∗ (M1 ∗ M2); origins add."""
    twice = convolved(convolved(pixels, first, engine), second, engine)
    assert np.array_equal(twice, convolved(pixels, (first, second), engine))
    assert np.array_equal(twice, convolved(pixels, first.composed(second), engine))


@pytest.mark.slow
@ENGINES
@given(pixels=pictures(), kernel=kernels(), steps=st.tuples(st.integers(-6, 6), st.integers(-6, 6)))
def test_shift_invariance(engine, pixels, kernel, steps):
    """Translation(I ∗ M) = Translation(I) ∗ M."""
    shifted = convolved(np.roll(pixels, steps, (0, 1)), kernel, engine)
    assert np.array_equal(shifted, np.roll(convolved(pixels, kernel, engine), steps, (0, 1)))


@pytest.mark.slow
@ENGINES
@given(shape=SIDES, kernel=kernels(), data=st.data())
def test_linearity(engine, shape, kernel, data):
    """(aI + bJ) ∗ M = a(I ∗ M) + b(J ∗ M)."""
    one, other = data.draw(pictures(shape)), data.draw(pictures(shape))
    a, b = data.draw(st.integers(-9, 9)), data.draw(st.integers(-9, 9))
    apart = a * convolved(one, kernel, engine) + b * convolved(other, kernel, engine)
    assert np.array_equal(convolved(a * one + b * other, kernel, engine), apart)


@pytest.mark.slow
@ENGINES
@given(
    pixels=pictures(dtype=np.uint8),
    kernel=kernels(),
    divisor=st.integers(1, 12),
    correlate=st.booleans(),
    border=st.sampled_from(list(BORDERS)),
)
def test_convolution_is_the_formula(engine, pixels, kernel, divisor, correlate, border):
    weights = kernel.weights.astype(int)
    values = reference.convolved(
        pixels[..., np.newaxis],
        border,
        weights=weights,
        divisor=divisor,
        origin=kernel.origin,
        correlate=correlate,
    )
    filt = Convolve(kernel, scale=f"1/{divisor}", correlate=correlate)
    if values.size == 0:
        with pytest.raises(imgfilt.ImageError):
            imgfilt.apply(filt, pixels, engine, border, values="clip")
        return
    off = abs(
        imgfilt.apply(filt, pixels, engine, border, values="clip")
        - reference.stored(values, "uint8")[..., 0]
    )
    assert off.max() <= (0 if engine == "numpy" else 1)


@pytest.mark.slow
@ENGINES
@given(pixels=pictures(dtype=np.float64), kernel=kernels(), correlate=st.booleans())
def test_full_is_every_place_that_the_kernel_touches(engine, pixels, kernel, correlate):
    """Whatever the origin, as scipy's; picture and kernel can change places."""
    weights = kernel.weights[::-1, ::-1] if correlate else kernel.weights
    wanted = signal.convolve2d(pixels, weights, "full")

    def assert_right(found):
        assert found.shape == wanted.shape
        assert np.allclose(found, wanted, 0, 0 if engine == "numpy" else 1e-9)

    assert_right(imgfilt.apply(Convolve(kernel, correlate=correlate), pixels, engine, "full"))
    picture_as_kernel = Kernel(pixels.astype(int).tolist(), (0, 0))
    assert_right(imgfilt.apply(Convolve(picture_as_kernel), weights, engine, "full"))


@pytest.mark.slow
@ENGINES
@given(pixels=pictures(dtype=np.uint8), sides=SIDES, border=st.sampled_from(["reflect", "zero"]))
def test_blur_is_the_mean(engine, pixels, sides, border):
    rows, columns = sides
    weights = np.ones(sides, int)
    values = reference.convolved(
        pixels[..., np.newaxis], border, weights=weights, divisor=rows * columns
    )
    found = imgfilt.apply(Blur((columns, rows)), pixels, engine, border)
    off = abs(found - reference.stored(values, "uint8")[..., 0])
    assert off.max() <= (0 if engine == "numpy" else 1)


@pytest.mark.slow
@ENGINES
@given(
    pixels=pictures(dtype=np.uint8),
    size=st.sampled_from([1, 3, 5, 9, 27]),
    border=st.sampled_from(sorted(set(BORDERS) - {"valid", "full"})),
)
@example(pixels=np.arange(30, dtype=np.uint8).reshape(5, 6), size=27, border="wrap")
def test_median_is_the_middle(engine, pixels, size, border):
    """Small windows go through a network, 27 through masks."""
    values = reference.median(pixels[..., np.newaxis], border, size=size)
    assert np.array_equal(imgfilt.apply(Median(size), pixels, engine, border), values[..., 0])
