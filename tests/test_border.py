"""Borders: what lies beyond the edge, against a walk step by step, numpy.pad and the pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgfilt.border import BORDERS, find_border, output_shape, pad, to_picture
from imgfilt.geometry import Reach, Rect

from .reference import NUMPY_PAD, walked

EXPANDING = sorted(set(BORDERS) - {"valid", "full"})  # the result has the picture's size


def numbered(height, width, channels=1):
    """Return a picture whose every value is another, from 1 up."""
    size = height * width * channels
    return np.arange(1, size + 1, dtype=np.uint16).reshape(height, width, channels)


def whole(pixels):
    return Rect(0, 0, *pixels.shape[:2])


def filling(border, channels=1):
    return np.full(channels, 7 if border == "constant" else 0, np.uint16)


def test_every_border_is_tried():
    assert set(NUMPY_PAD) | {"valid", "full"} == set(BORDERS)


@pytest.mark.parametrize(
    ("word", "border"),
    [
        ("BORDER_REFLECT_101", "reflect"),  # OpenCV
        ("nearest", "replicate"),  # SciPy
        ("grid-mirror", "symmetric"),
        ("edge", "replicate"),  # NumPy and ImageMagick
        ("Tile", "wrap"),
        ("wrap", None),  # it is the name here
        ("", None),
    ],
)
def test_names_in_other_programs(word, border):
    assert find_border(word) == border


@pytest.mark.parametrize("border", [*EXPANDING, "full"])
def test_border_is_as_in_its_picture(border):
    left, row, right = (part.split() for part in BORDERS[border].example.split("|"))
    levels = {"0": 0, "v": 7, "a": 1, "b": 2, "c": 3, "d": 4}
    reach = Reach(0, 0, len(left), len(right))
    rect = Rect(0, 0, 1, 4)
    if border == "full":  # the result begins two columns before the picture
        rect = rect.moved(0, 2)
    padded = pad(numbered(1, 4), rect, reach, border, filling(border))
    assert padded[0, :, 0].tolist() == [levels[letter] for letter in left + row + right]


@pytest.mark.parametrize("border", EXPANDING)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 3), (3, 1, 1), (2, 2, 1), (4, 5, 3)])
def test_border_at_any_reach(border, shape):
    """Much farther than the picture is large, another distance to each side."""
    pixels, fill = numbered(*shape), filling(border, shape[2])
    reach = Reach(11, 4, 0, 17)
    padded = pad(pixels, whole(pixels), reach, border, fill)
    widths = ((reach.top, reach.bottom), (reach.left, reach.right), (0, 0))
    assert np.array_equal(padded, np.pad(pixels, widths, **NUMPY_PAD[border]))
    for row, column in np.ndindex(padded.shape[:2]):
        down = walked(border, row - reach.top, shape[0])
        across = walked(border, column - reach.left, shape[1])
        outside = down is None or across is None
        assert padded[row, column].tolist() == (fill if outside else pixels[down, across]).tolist()


@pytest.mark.slow
@given(
    st.sampled_from(list(BORDERS)),
    st.tuples(*[st.integers(1, 6)] * 2),
    st.tuples(*[st.integers(0, 9)] * 4),
    st.data(),
)
def test_strip_is_part_of_the_whole_padded(border, shape, reach, data):
    pixels, reach = numbered(*shape), Reach(*reach)
    height, width = output_shape(border, *shape, reach)
    if not (height and width):
        return
    top = data.draw(st.integers(0, height - 1))
    bottom = data.draw(st.integers(top + 1, height))
    left = data.draw(st.integers(0, width - 1))
    right = data.draw(st.integers(left + 1, width))
    everything = pad(pixels, Rect(0, 0, height, width), reach, border, filling(border))
    part = pad(pixels, Rect(top, left, bottom, right), reach, border, filling(border))
    down = slice(top, bottom + reach.top + reach.bottom)
    assert np.array_equal(part, everything[down, left : right + reach.left + reach.right])


def test_valid_is_the_picture_itself():
    pixels = numbered(5, 6)
    padded = pad(pixels, Rect(0, 0, 2, 5), Reach(1, 2, 0, 1), "valid", filling("valid"))
    assert np.shares_memory(padded, pixels)
    assert np.array_equal(padded, pixels)


@pytest.mark.parametrize(
    ("reach", "shape"),
    [
        ((0, 0, 0, 0), (5, 6)),
        ((1, 2, 0, 1), (2, 5)),
        ((2, 2, 3, 2), (1, 1)),
        ((9, 0, 0, 9), (0, 0)),
    ],
)
def test_shape_out(reach, shape):
    assert output_shape("valid", 5, 6, Reach(*reach)) == shape
    assert {output_shape(border, 5, 6, Reach(*reach)) for border in EXPANDING} == {(5, 6)}


def test_full_begins_where_the_window_touches_the_first_pixel():
    reach = Reach(1, 2, 0, 3)
    assert output_shape("full", 5, 6, reach) == (8, 9)
    assert to_picture("full", Rect(0, 0, 8, 9), reach) == (-2, -3, 6, 6)
    padded = pad(numbered(5, 6), Rect(0, 0, 8, 9), reach, "full", filling("full"))
    wanted = np.pad(numbered(5, 6), ((3, 3), (3, 3), (0, 0)))
    assert np.array_equal(padded, wanted)
