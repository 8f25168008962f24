"""Bits a channel of AVIF and JPEG 2000, of which Pillow would keep eight without a word."""

import io

import numpy as np
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import Image, read, write

SIZ = b"\xff\x4f\xff\x51"


def content(format, levels):
    stream = io.BytesIO()
    write(stream, Image(levels), format=format)
    return stream.getvalue()


def levels(channels=3, dtype="uint8"):
    rows, columns = np.mgrid[:32, :48]
    grey = rows + columns if dtype == "uint8" else (rows * 48 + columns) * 42
    return np.repeat(grey[..., np.newaxis], channels, axis=2).astype(dtype)


def with_av1_flags(flags):
    """Return an AVIF whose codec configuration has these flags of its bits."""
    held = bytearray(content("avif", levels()))
    place = held.index(b"av1C") + 6
    held[place] = held[place] & 0x9F | flags
    return io.BytesIO(held)


def with_siz(channels, *depths, dtype="uint8"):
    """Return a JPEG 2000 whose header says this of the bits of its components."""
    held = bytearray(content("jp2", levels(channels, dtype)))
    place = held.index(SIZ) + len(SIZ) + 36 + 2
    assert (
        held[place : place + 3 * channels : 3]
        == bytes([8 * levels(dtype=dtype).itemsize - 1]) * channels
    )
    held[place : place + 3 * channels : 3] = bytes(depths)
    return io.BytesIO(held)


@pytest.mark.parametrize(("flags", "bits"), [(0x40, 10), (0x60, 12)])
def test_deep_avif_is_refused_before_it_is_decoded(flags, bits):
    with pytest.raises(ImageError, match=rf"stores {bits} bits a channel; 8 can be read without"):
        read(with_av1_flags(flags))


def test_avif_of_8_bits_is_read():
    assert np.abs(read(with_av1_flags(0)).pixels.astype(int) - levels()).max() <= 4


@pytest.mark.parametrize(
    ("depths", "found"), [([11] * 3, 12), ([15] * 3, 16), ([7, 9, 7], 10), ([7, 7, 0], 1)]
)
def test_jpeg_2000_colour_of_other_bits_is_refused(depths, found):
    with pytest.raises(ImageError, match=rf"stores {found} bits a channel; 8 can be read without"):
        read(with_siz(3, *depths))


@pytest.mark.parametrize("bits", [1, 4, 12, 38])
def test_jpeg_2000_grey_of_other_bits_is_refused(bits):
    with pytest.raises(ImageError, match=rf"stores {bits} bits a channel; 8 or 16 can be read"):
        read(with_siz(1, bits - 1))


def test_signed_jpeg_2000_is_refused():
    with pytest.raises(ImageError, match="signed integers"):
        read(with_siz(3, 7, 7 | 128, 7))


@pytest.mark.parametrize(("channels", "dtype"), [(1, "uint8"), (1, "uint16"), (3, "uint8")])
def test_jpeg_2000_that_can_be_read_is(channels, dtype):
    found = read(with_siz(channels, *[8 * np.dtype(dtype).itemsize - 1] * channels, dtype=dtype))
    assert np.array_equal(found.pixels, levels(channels, dtype))


def test_jpeg_2000_without_its_header():
    with pytest.raises(ImageError, match="truncated or broken JPEG 2000"):
        read(io.BytesIO(content("jp2", levels()).replace(SIZ, b"\xff\x4f\xff\x00")))
    stream = io.BytesIO(content("jp2", levels()))
    with pytest.raises(ImageError, match="truncated or broken JPEG 2000"):
        read(io.BytesIO(stream.getvalue()[: stream.getvalue().index(SIZ) + 9]))
