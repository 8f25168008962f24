"""An Image: the pixels that it takes, and how it keeps them."""

import numpy as np
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
