"""The transparent colour of a PNG, or of its palette, becomes alpha."""

import struct

import numpy as np
import pytest

from imgfilt.image import read

from ...image_support import png


@pytest.mark.parametrize(
    ("bits", "colour", "row", "key", "levels", "alpha"),
    [
        (1, 0, b"\x40", [1], [[0], [255], [0], [0], [0], [0], [0], [0]], [255, 0] + [255] * 6),
        (2, 0, b"\x1b", [2], [[0], [85], [170], [255]], [255, 255, 0, 255]),
        (4, 0, b"\x0e", [14 + 16], [[0], [238]], [255, 0]),
        (8, 0, b"\x07\x08", [8], [[7], [8]], [255, 0]),
        (16, 0, b"\x01\x02\x01\x03", [0x0102], [[0x0102], [0x0103]], [0, 65535]),
        (8, 2, b"\1\2\3\1\2\4", [1, 2, 3], [[1, 2, 3], [1, 2, 4]], [0, 255]),
        (
            16, 2, b"\1\2\1\2\1\2\1\2\1\2\1\3", [258, 258, 259],
            [[258, 258, 258], [258, 258, 259]], [65535, 0],
        ),
    ],
)  # fmt: skip
def test_a_transparent_colour_becomes_alpha(bits, colour, row, key, levels, alpha):
    found = read(png(bits, colour, [row], (b"tRNS", struct.pack(f">{len(key)}H", *key))))
    assert found.alpha
    np.testing.assert_array_equal(found.pixels[0, :, :-1], levels)
    np.testing.assert_array_equal(found.pixels[0, :, -1], alpha)


def test_a_transparent_palette_becomes_alpha():
    palette = (b"PLTE", bytes([10, 20, 30, 40, 50, 60]))
    opaque = read(png(8, 3, [b"\0\1"], palette))
    np.testing.assert_array_equal(opaque.pixels, [[[10, 20, 30], [40, 50, 60]]])
    clear = read(png(8, 3, [b"\0\1"], palette, (b"tRNS", b"\x80")))
    np.testing.assert_array_equal(clear.pixels, [[[10, 20, 30, 128], [40, 50, 60, 255]]])
    assert clear.alpha
