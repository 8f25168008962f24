"""Pictures that Pillow would narrow to 8 bits without a word, or that it takes for broken."""

import io
from pathlib import Path

import numpy as np
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import Image, read, write

from ... import metadata_files as made

CASES = Path(__file__).parent.parent.parent / "cases" / "jpeg"
# Written by libjpeg-turbo: lossless grey of 8 x 6 pixels, and grey of level 100, arithmetic-coded.
LOSSLESS = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffc3000b080006000801011100ffc4001900000301010100"
    "00000000000000000000060708050403ffda0008010100010000283d12e261af268ae99aa3338e08342a0f00"
    "acc961e40c43462596a8d69b28682b0b7def115647107b75cf1f2867224213ee0569f7ffd9"
)
ARITHMETIC = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb00430003020203020203030303040303040508050504"
    "04050a070706080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f1718161418121415"
    "14ffc9000b080008000801011100ffcc000600101005ffda0008010100003f00ff00b7ffd9"
)
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


def jpeg_with(marker=0xC0, at=None, byte=0, before=b""):
    """Return a JPEG with another frame marker, one byte of the frame's header being changed."""
    held = bytearray(made.jpeg((0xE2, b"MPF\0\xff\xc5" + bytes(65_000)), (0xEC, b"\xff\xde")))
    place = held.rindex(b"\xff\xc0\0\x11")
    held[place + 1] = marker
    if at is not None:
        held[place + 4 + at] = byte
    return bytes(held[:place]) + before + bytes(held[place:])


def in_tiff(content, compression, bits=8):
    """Return a TIFF of grey whose only strip is a JPEG."""
    fields = {258: made.numbers(3, bits), 259: made.numbers(3, compression)}
    fields |= {279: made.numbers(4, len(content))}
    if compression == 6:
        fields |= {513: made.numbers(4, 8), 514: made.numbers(4, len(content))}
    strip = np.frombuffer(content, np.uint8)[np.newaxis, :, np.newaxis]
    size = {256: made.numbers(4, 8), 257: made.numbers(4, 6), 278: made.numbers(4, 6)}
    return made.tiff(fields | size, strip)


@pytest.mark.parametrize(("name", "bits"), [("dct12", 12), ("lossless16", 16)])
def test_a_deep_jpeg_is_named_also_in_a_tiff(name, bits):
    content = (CASES / f"{name}.jpg").read_bytes()
    words = f"stores {bits} bits a channel; 8 can be read without loss"
    for held in (content, in_tiff(content, 7), in_tiff(content, 6), in_tiff(content, 6, 16)):
        with pytest.raises(ImageError, match=words):
            read(io.BytesIO(held))
    with pytest.raises(ImageError, match=f"JPEG of 1 channel of {bits} bits, which isn't read"):
        read(io.BytesIO(in_tiff(content, 7, bits)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        *((jpeg_with(marker), "is a hierarchical JPEG, which isn't read")
          for marker in (0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF)),
        (jpeg_with(before=b"\xff\xde\0\x11\x08\0\6\0\x08\3" + bytes(9)), "is a hierarchical JPEG"),
        (jpeg_with(0xCB), "is a lossless JPEG with arithmetic coding, which isn't read"),
        (jpeg_with(0xF7), "is a JPEG-LS file, which isn't read"),
        (jpeg_with(0xC3, 0, 12), "stores 12 bits a channel; 8 can be read"),
        (jpeg_with(0xC9, 0, 12), "stores 12 bits a channel; 8 can be read"),
        (jpeg_with(at=2), r"its height behind its pixels \(DNL\), which isn't read"),
        (jpeg_with(at=0, byte=200), "truncated or broken JPEG"),
        (jpeg_with(at=5, byte=2), "has 2 channels; a JPEG of 1, 3 or 4 is read"),
    ],
)  # fmt: skip
def test_a_jpeg_of_a_kind_that_is_not_read_is_named(content, words):
    with pytest.raises(ImageError, match=words):
        read(io.BytesIO(content))


def test_jpegs_that_can_be_read_are():
    assert read(io.BytesIO(jpeg_with())).pixels.shape == (6, 8, 3)
    levels = np.random.default_rng(5).integers(0, 256, (6, 8), dtype=np.uint8)
    for held in (LOSSLESS, in_tiff(LOSSLESS, 6), in_tiff(LOSSLESS, 7)):
        assert np.array_equal(read(io.BytesIO(held)).pixels[:, :, 0], levels)
    coded = read(io.BytesIO(ARITHMETIC)).pixels
    assert np.array_equal(coded, np.full((8, 8, 1), 100))


@pytest.mark.parametrize("cut", [3, 5, 21, 30, 62])
def test_a_truncated_jpeg_is_broken(cut):
    with pytest.raises(ImageError, match="truncated or broken JPEG"):
        read(io.BytesIO(made.saved("JPEG")[:cut]))
