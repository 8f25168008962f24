"""An Image: the pixels that it takes, and how it keeps them."""

import io

import numpy as np
import PIL.Image
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import Image


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((2, 2), np.int32), np.zeros((0, 2), np.uint8), np.zeros(3, np.uint8),
     np.zeros((2, 2), np.float16)],
)  # fmt: skip
def test_what_is_no_picture_can_not_be_one(pixels):
    with pytest.raises(ImageError):
        Image(pixels)


def test_a_picture_is_contiguous_native_and_has_three_axes():
    pixels = np.arange(24, dtype=">u2").reshape(4, 6)[::2, ::2]
    image = Image(pixels)
    assert image.pixels.shape == (2, 3, 1)
    assert image.pixels.flags.c_contiguous
    assert image.pixels.dtype.isnative
    np.testing.assert_array_equal(image.pixels[:, :, 0], pixels)
    same = np.zeros((2, 2, 3), np.uint8)
    assert np.shares_memory(Image(same).pixels, same)


def test_an_image_is_like_an_array():
    pixels = np.arange(24, dtype=np.uint16).reshape(2, 4, 3)
    image = Image(pixels)
    assert (image.shape, image.dtype) == ((2, 4, 3), np.uint16)
    assert np.array_equal(np.asarray(image), pixels)
    assert np.array(image, np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (Image(np.zeros((2, 4), np.uint8)), "Image(4 x 2, grey, uint8)"),
        (Image(np.zeros((2, 4, 4), "f4"), alpha=True), "Image(4 x 2, RGB with alpha, float32)"),
        (
            Image(np.zeros((2, 4, 3), np.uint8), True, frames=6, extra=1),
            "Image(4 x 2, grey and 1 more channels with alpha, uint8, one of 6 frames)",
        ),
    ],
)
def test_text(image, text):
    assert repr(image) == text


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize(("channels", "alpha"), [(1, False), (2, True), (3, False), (4, False)])
def test_shown_in_a_notebook(dtype, channels, alpha):
    white = 1 if dtype.startswith("f") else np.iinfo(dtype).max
    image = Image(np.full((3, 2000, channels), white, dtype), alpha)
    shown = PIL.Image.open(io.BytesIO(image._repr_png_()))
    assert shown.size == (1000, 2)
    assert set(np.asarray(shown).ravel().tolist()) == {0 if channels == 4 else 255}
