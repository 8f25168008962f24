"""Methods of OpenCV: each forced, on what it suits, against the definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgfilt.border import pad
from imgfilt.engines.numpy.block_info import BlockInfo
from imgfilt.engines.numpy.convolution.taps import Taps
from imgfilt.engines.opencv import BORDERS, convolution
from imgfilt.engines.opencv.convolution import METHODS
from imgfilt.geometry import Reach, Rect

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
            if entry.suits(taps, BlockInfo(np.dtype(dtype), rounded=rounded)):
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
    kernels = [kind(*shape) for kind in ALL.values() for shape in ((3, 3), (5, 7))]
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
@pytest.mark.parametrize("shape", [(3, 3), (5, 4), (1, 7), (9, 21)], ids=str)
@pytest.mark.parametrize("width", [1, 7])
def test_sides_are_those_of_the_border(width, shape, border):
    """What cv2 goes on with by itself, left and right, is what padding puts there."""
    for dtype in DTYPES:
        pixels = picture((12, width, 3), dtype)
        rows, columns = shape
        reach = Reach(rows // 2, rows - 1 - rows // 2, columns // 2, columns - 1 - columns // 2)
        span, fill = Rect(0, 0, 12, width), np.zeros(3, dtype)
        padded = pad(pixels, span, reach, border, fill)
        bare = pad(pixels, span, reach._replace(left=0, right=0), border, fill)
        for kind in ALL.values():
            taps = kind(*shape)
            for name, _ in suitable_methods(taps, dtype):
                found = convolution.run(bare, taps, name, border)
                check(found, definition(padded, taps), padded, taps, name)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_picture_in_one_piece_has_the_values_of_its_strips(channels, border):
    """Cut into strips of one row or of three, and padded by index on all sides."""
    tested = set()
    for kind, shape in itertools.product(ALL.values(), [(1, 3), (3, 3), (5, 4), (9, 21)]):
        taps, (rows, columns) = kind(*shape), shape
        info = BlockInfo(np.dtype("uint8"), channels, rounded=True, count_clipped=False)
        reach = Reach(rows // 2, rows - 1 - rows // 2, columns // 2, columns - 1 - columns // 2)
        for name, entry in METHODS.items():
            if not (entry.suits(taps, info) and entry.one_pass(taps, info)):
                continue
            tested.add(name)
            for height, width in ((1, 9), (31, 37)):
                pixels, fill = picture((height, width, channels), "uint8"), np.zeros(channels)
                found = np.empty_like(pixels)
                convolution.filter_whole(pixels, taps, name, border, found)
                for size in (1, 3):
                    for top in range(0, height, size):
                        strip = Rect(top, 0, min(top + size, height), width)
                        padded = pad(pixels, strip, reach, border, fill)
                        values = convolution.run(padded, taps, name)
                        assert np.array_equal(found[strip.slices], values), (name, shape)
    assert tested == {"boxFilter mean", "sepFilter2D uint8", "filter2D uint8"}


def test_only_few_channels_of_uint8_are_filtered_in_one_piece():
    taps = ALL["bell"](5, 5)
    for dtype, channels, rounded, able in (
        ("uint8", 4, True, True),
        ("uint8", 5, True, False),
        ("uint8", 3, False, False),
        ("uint16", 3, True, False),
    ):
        info = BlockInfo(np.dtype(dtype), channels, rounded=rounded)
        assert any(entry.one_pass(taps, info) for entry in METHODS.values()) == able
