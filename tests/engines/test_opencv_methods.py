"""Methods of OpenCV: each forced, on what it suits, against the definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import imgfilt
from imgfilt import Bilateral
from imgfilt.border import pad
from imgfilt.engines.numpy.block_info import BlockInfo
from imgfilt.engines.numpy.convolution.taps import Taps
from imgfilt.engines.opencv import BORDERS, convolution
from imgfilt.engines.opencv.convolution import METHODS
from imgfilt.geometry import EngineBorder, Reach, Rect, view_around

from .. import reference
from ..examples import DTYPES, noisy, picture, whole
from ..method_support import KERNELS, SHAPES, definition

MORE = {
    "mean": lambda *shape: Taps(np.ones(shape), divisor=shape[0] * shape[1], whole=True),
    "weighted mean": lambda *shape: Taps(np.abs(noisy(*shape)) / np.abs(noisy(*shape)).sum()),
    "bell": lambda rows, columns: Taps(
        (reference.sampled(rows | 1, 2.0)[:rows], reference.sampled(columns | 1, 3.0)[:columns])
    ),
    "whole of few": lambda *shape: Taps(whole(*shape).astype(float), whole=True),
}
ALL = {**KERNELS, **MORE}


def suitable_methods(taps, dtype):
    """Give the methods that suit a kernel, with whether rounded values will do for them."""
    for name, entry in METHODS.items():
        for rounded in (False, True):
            if entry.suits(taps, BlockInfo(np.dtype(dtype), may_round=rounded)):
                yield name, rounded
                break


def check(found, wanted, padded, taps, name):
    """Hold values to the definition: whole ones are its own rounded, floats within float32."""
    assert found.shape == wanted.shape, name
    largest = max(taps.magnitude / taps.divisor * np.abs(padded).max(), 1e-300)
    if found.dtype.kind != "f":
        if found.dtype == np.uint8:
            wanted = wanted.clip(0, 255)
        off = np.abs(found.astype(float) - wanted)
        assert off.max() <= 0.5 + 2.0**-18 * largest, name
        return
    fine = 1e-13 if padded.dtype == np.float64 else 2.0**-18
    assert np.abs(found - wanted).max() <= fine * largest, name


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_method(kind, shape):
    for dtype in DTYPES:
        taps = kind(*shape)
        padded = picture((shape[0] + 9, shape[1] + 10, 2), dtype)
        wanted = definition(padded, taps)
        for name, rounded in suitable_methods(taps, dtype):
            assert convolution.choose_method(taps, BlockInfo(padded.dtype, 2, rounded)) in METHODS
            check(convolution.run(padded, taps, name), wanted, padded, taps, name)


def test_every_method_suits_something():
    kernels = [kind(*shape) for kind in ALL.values() for shape in ((3, 3), (5, 7), (12, 13))]
    assert {name for taps in kernels for name, _ in suitable_methods(taps, "uint8")} == set(METHODS)


@pytest.mark.slow
@given(st.data())
@settings(deadline=None, max_examples=150)
def test_methods_agree_on_anything(data):
    """Random kernels, sizes, depths and channels."""
    rows, columns = data.draw(st.tuples(st.integers(1, 33), st.integers(1, 33)))
    taps = ALL[data.draw(st.sampled_from(sorted(ALL)))](rows, columns)
    dtype = data.draw(st.sampled_from(DTYPES))
    height, width = data.draw(st.tuples(st.integers(1, 40), st.integers(1, 40)))
    shape = height + rows - 1, width + columns - 1, data.draw(st.integers(1, 5))
    block = np.random.default_rng(data.draw(st.integers(0, 99))).random(shape)
    padded = (block * reference.peak(dtype)).astype(dtype)
    wanted = definition(padded, taps)
    for name, _ in suitable_methods(taps, dtype):
        check(convolution.run(padded, taps, name), wanted, padded, taps, name)


@pytest.mark.slow
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("shape", [(3, 3), (5, 4), (1, 7), (6, 2), (9, 21)], ids=str)
@pytest.mark.parametrize("width", [1, 7, 40])
def test_what_cv2_continues_is_what_padding_puts_there(width, shape, border):
    """Strips at the edges of a picture and inside it, also with less rows than the kernel."""
    pixels_of = {dtype: picture((40, width, 3), dtype) for dtype in DTYPES}
    rows, columns = shape
    reach = Reach(rows // 2, rows - 1 - rows // 2, columns // 2, columns - 1 - columns // 2)
    strips = Rect(0, 0, 40, width), Rect(0, 0, 1, width), Rect(13, 0, 20, width)
    strips += Rect(38, 0, 40, width), Rect(1, width // 3, 39, -(-width // 2))
    for dtype, pixels in pixels_of.items():
        for kind, strip in itertools.product(ALL.values(), strips):
            padded = pad(pixels, strip, reach, border, np.zeros(3, dtype))
            block, inner = view_around(pixels, strip, reach)
            taps = kind(*shape)
            for name, _ in suitable_methods(taps, dtype):
                found = convolution.run(block, taps, name, EngineBorder(border, inner))
                check(found, definition(padded, taps), padded, taps, name)


@pytest.mark.parametrize("divisor", [2, 6, 170])
def test_halves_are_rounded_to_even_by_transforms(divisor):
    """Sums of as many ones, over an even number, are often halves."""
    ones = np.random.default_rng(0).permutation(196).reshape(14, 14) < divisor
    taps = Taps(ones.astype(float), divisor, whole=True)
    padded = picture((500, 300, 1), "uint8")
    info = BlockInfo(padded.dtype, may_round=True)
    assert convolution.choose_method(taps, info) == "filter2D transform uint8"
    wanted = definition(padded, taps)
    assert np.count_nonzero(wanted % 1 == 0.5) > 100
    found = convolution.run(padded, taps, "filter2D transform uint8")
    assert np.array_equal(found, np.rint(wanted))
    inverse = Taps(-taps.given, divisor, whole=True)
    found = convolution.run(padded, inverse, "filter2D transform uint8")
    assert np.array_equal(np.rint(found), np.rint(-wanted))
    assert not (found * 1024 % 1).any()


@pytest.mark.parametrize("diameter", [3, 5, 7])
def test_bilateral_makes_no_picture_darker(diameter):
    """cv2 itself cuts the means of 8-bit grey up to diameter 5: half a level on average."""
    pixels = np.random.default_rng(0).integers(100, 120, (60, 80), np.uint8)
    opencv, numpy = (
        imgfilt.apply(Bilateral(diameter, 75, 75), pixels, engine).astype(float)
        for engine in ("opencv", "numpy")
    )
    assert abs((opencv - numpy).mean()) < 0.01
