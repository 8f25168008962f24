"""TIFF: layouts made by hand, numbers of 9 to 15 bits, and how strips are compressed."""

import contextlib
import dataclasses
import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL import TiffImagePlugin

from imgfilt.errors import ImageError
from imgfilt.image import Metadata, read

from ...image_support import HELD, by_lzw, encoded, picture, rewound, smooth, tiff


def packed(levels, bits):
    """Return a strip of numbers bit by bit, each row from a new byte."""
    height = len(levels)
    digits = levels[..., None] >> np.arange(bits)[::-1] & 1
    return np.packbits(digits.reshape(height, -1).astype(np.uint8), axis=1).tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compress", [None, zlib.compress])
@pytest.mark.parametrize(("channels", "alpha"), [(1, False), (3, False), (4, True)])
@pytest.mark.parametrize("bits", [9, 10, 12, 14, 15])
def test_numbers_of_other_bits_are_stretched_to_16(bits, channels, alpha, compress, order):
    white = 2**bits - 1
    levels = np.random.default_rng(bits).integers(0, white, (7, 5, channels), np.uint16, True)
    levels[0, :2, 0] = 0, white
    extra = {"t338": 2} if alpha else {}
    stream = tiff(
        levels, order, compress=lambda _: (compress or bytes)(packed(levels, bits)),
        rows=7, t258=(bits,) * channels, t259=8 if compress else 1, **extra,
    )  # fmt: skip
    found = read(stream)
    assert (found.pixels.dtype, found.alpha) == ("uint16", alpha)
    np.testing.assert_array_equal(found.pixels, np.rint(levels * (65535 / white)))


def test_pillow_has_the_same_levels_of_12_bits():
    levels = np.arange(4096, dtype=np.uint16).reshape(64, 64, 1)
    stream = tiff(levels, rows=64, compress=lambda strip: packed(levels, 12), t258=(12,))
    with PIL.Image.open(stream) as file:
        np.testing.assert_array_equal(np.asarray(file), levels[..., 0])
    found = read(rewound(stream)).pixels
    assert found[0, 0, 0] == 0
    assert found[-1, -1, 0] == 65535
    np.testing.assert_array_equal(np.rint(found / 65535 * 4095), levels)


COMPRESSIONS = 1, 8, 5


@pytest.mark.slow
@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize(
    ("colour", "depth", "alpha"), [kind for name, *kind in HELD if name == "tiff"]
)
def test_a_tiff_stays_compressed_as_it_was(colour, depth, alpha, compression):
    image = picture(colour, depth, alpha, size=(300, 40))
    image.pixels[:, 3:] = image.pixels[:1, :1]
    first, _ = encoded(
        dataclasses.replace(image, metadata=Metadata(compression=compression)), "tiff"
    )
    for strip in (False, True):
        stream, _ = encoded(read(rewound(first)), "tiff", strip=strip)
        with contextlib.suppress(PIL.UnidentifiedImageError), PIL.Image.open(stream) as file:
            assert file.tag_v2[259] == compression
        found = read(rewound(stream))
        assert found.metadata.compression == compression
        np.testing.assert_array_equal(found.pixels, image.pixels)
        assert (len(stream.getvalue()) < image.pixels.nbytes / 2) == (compression > 1)


@pytest.mark.parametrize(
    ("mode", "name", "compression"),
    [
        ("L", "raw", 1),
        ("RGB", "tiff_lzw", 5),
        ("RGB", "tiff_adobe_deflate", 8),
        ("RGB", "tiff_deflate", 8),
        ("L", "packbits", 32773),
        ("RGB", "lzma", 34925),
        ("RGBA", "zstd", 50000),
        ("RGB", "jpeg", 8),
        ("1", "group4", 8),
    ],
)
def test_compressions_of_pillow(mode, name, compression):
    """What loses pixels, or holds bits alone, becomes Deflate; others stay."""
    source = PIL.Image.fromarray(smooth().pixels).convert(mode)
    stream = io.BytesIO()
    source.save(stream, "TIFF", compression=name)
    image = read(rewound(stream))
    result, _ = encoded(image, "tiff")
    with PIL.Image.open(result) as file:
        assert file.tag_v2[259] == compression
        np.testing.assert_array_equal(np.asarray(file).reshape(image.pixels.shape), image.pixels)
    # Not another format's way, and not that of a picture from another format.
    assert read(encoded(image, "png")[0]).metadata.compression is None


def with_copyright(image, place, value):
    """Return a TIFF where the count (4) or the place (8) of what it says was changed, and that."""
    content = bytearray(tiff(image.pixels, t33432="whose it is...").getvalue())
    (start,) = struct.unpack_from("<L", content, 4)
    entry = content.index(struct.pack("<HHL", 33432, 2, 15), start)
    struct.pack_into("<L", content, entry + place, value)
    return io.BytesIO(content)


@pytest.mark.parametrize("depth", ["uint8", "uint16"])
def test_broken_tags_say_nothing_beside_the_error(depth):
    """Pillow warns of them, of whichever part reads them first."""
    image = picture(depth=depth)
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        found = read(with_copyright(image, 4, 10**6))
        np.testing.assert_array_equal(found.pixels, image.pixels)
        np.testing.assert_array_equal(read(with_copyright(image, 8, 10**6)).pixels, image.pixels)
    assert not shown
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        block = with_copyright(image, 4, 10**6).getvalue()
        encoded(dataclasses.replace(image, metadata=Metadata(exif=block)), "tiff")
    assert not shown


@pytest.mark.parametrize(
    ("mode", "colour", "alpha"),
    [("1", 1, False), ("L", 1, False), ("LA", 1, True), ("P", 3, False), ("RGB", 3, False),
     ("RGBA", 3, True), ("CMYK", 4, False)],
)  # fmt: skip
def test_pillows_modes_are_expanded(mode, colour, alpha):
    source = PIL.Image.fromarray(smooth().pixels).convert(mode)
    stream = io.BytesIO()
    source.save(stream, "TIFF")
    found = read(rewound(stream))
    assert found.pixels.shape == (48, 64, colour + alpha)
    assert found.alpha == alpha
    expected = source.convert({"1": "L", "P": "RGB"}.get(mode, mode))
    np.testing.assert_array_equal(found.pixels, np.asarray(expected).reshape(found.pixels.shape))


@pytest.mark.slow
@pytest.mark.parametrize("differ", [False, True])
@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compress", [None, zlib.compress, by_lzw])
@pytest.mark.parametrize("depth", ["uint16", "float32"])
@pytest.mark.parametrize(("colour", "alpha"), [("grey", False), ("grey", True), ("RGB", True)])
def test_deep_tiffs_of_all_layouts(colour, alpha, depth, compress, order, apart, differ):
    image = picture(colour, depth, alpha)
    codes = {None: 1, zlib.compress: 8, by_lzw: 5}
    extra = {"t338": 2} if alpha else {}
    stream = tiff(image.pixels, order, None, compress, apart, differ, t259=codes[compress], **extra)
    found = read(stream)
    assert (found.pixels.dtype, found.alpha) == (depth, alpha)
    np.testing.assert_array_equal(found.pixels, image.pixels)


def test_tiles():
    image = picture("RGB", "uint16")
    padded = np.pad(image.pixels, ((0, 48 - 37), (0, 32 - 29), (0, 0)))
    tiles = [padded[i : i + 16, j : j + 16].tobytes() for i in (0, 16, 32) for j in (0, 16)]
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    values = {
        256: 29, 257: 37, 258: (16,) * 3, 262: 2, 277: 3, 322: 16, 323: 16,
        324: (0,) * 6, 325: (16 * 16 * 6,) * 6,
    }  # fmt: skip
    for tag, value in values.items():
        directory[tag] = value
    start = directory.save(io.BytesIO())
    directory[324] = tuple(start + place * 16 * 16 * 6 for place in range(6))
    stream = io.BytesIO()
    directory.save(stream)
    stream.write(b"".join(tiles))
    np.testing.assert_array_equal(read(rewound(stream)).pixels, image.pixels)


def test_differences_of_floats():
    image = picture("RGB", "float32")

    def by_significance(strip):
        rows = np.frombuffer(strip, np.float32).reshape(-1, 29 * 3).astype(">f4").view(np.uint8)
        planes = rows.reshape(len(rows), -1, 4).transpose(0, 2, 1).reshape(len(rows), -1, 3)
        start = np.zeros((len(rows), 1, 3), np.uint8)
        return zlib.compress(np.diff(planes, axis=1, prepend=start).tobytes())

    found = read(tiff(image.pixels, compress=by_significance, t259=8, t317=3))
    np.testing.assert_array_equal(found.pixels, image.pixels)


def test_grey_and_alpha_apart_at_8_bits():
    image = picture("grey", "uint8", True)
    found = read(tiff(image.pixels, apart=True, t338=2))
    np.testing.assert_array_equal(found.pixels, image.pixels)


def test_white_is_zero():
    image = picture("grey", "uint16")
    np.testing.assert_array_equal(
        read(tiff(image.pixels, photometric=0)).pixels, 65535 - image.pixels
    )


def test_premultiplied_colour_is_divided_by_alpha():
    pixels = np.array([[[100, 200, 300, 400], [9, 9, 9, 0], [400, 0, 65535, 65535]]], np.uint16)
    found = read(tiff(pixels, t338=1))
    expected = [[16384, 32768, 49151, 400], [9, 9, 9, 0], [400, 0, 65535, 65535]]
    np.testing.assert_array_equal(found.pixels[0], expected)


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (tiff(np.zeros((2, 2, 1), np.int64)), "64-bit integers; convert them to float64"),
        (tiff(np.zeros((2, 2, 3), np.uint16), photometric=8), "CIELab"),
        (tiff(np.zeros((2, 2, 3), np.uint16), t259=34887), "LERC"),
    ],
)
def test_tiffs_that_would_be_misread_are_refused(stream, words):
    with pytest.raises(ImageError, match=words):
        read(stream)


@pytest.mark.parametrize("depth", ["uint8", "uint16"])
def test_pages_that_loop_are_counted_once(depth):
    first = tiff(picture(depth=depth).pixels).getvalue()
    (start,) = struct.unpack_from("<L", first, 4)
    (entries,) = struct.unpack_from("<H", first, start)
    link = start + 2 + 12 * entries
    looping = first[:link] + struct.pack("<L", start) + first[link + 4 :]
    np.testing.assert_array_equal(read(io.BytesIO(looping)).pixels, picture(depth=depth).pixels)


def test_a_tiff_without_a_directory_is_an_error_in_a_line():
    for content in (
        (Path(__file__).parent.parent.parent / "cases" / "odd" / "no-page.tif").read_bytes(),
        b"II*\0" + bytes(4),
    ):
        with pytest.raises(ImageError, match=r"^a\.tif: is a TIFF without a picture$"):
            read(io.BytesIO(content), name="a.tif")
