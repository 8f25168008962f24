"""TIFF: numbers of 9 to 15 bits, and how strips are compressed."""

import contextlib
import dataclasses
import io
import struct
import warnings
import zlib

import numpy as np
import PIL.Image
import pytest

from imgfilt.image import Metadata, read

from ...image_support import HELD, encoded, picture, rewound, smooth, tiff


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
