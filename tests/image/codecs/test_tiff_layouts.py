"""TIFFs of every layout, as tifffile writes and reads them: depth, order, strips, tiles, planes."""

import io
import struct
import time
import zlib

import numpy as np
import PIL.Image
import pytest
import tifffile

from imgfilt.errors import ImageError
from imgfilt.image import Image, Metadata, read, read_frames

from ...image_support import encoded, random_numbers, rewound, tiff, written_by_tifffile

HEIGHT, WIDTH = 21, 35
READ_AS = {
    "uint8": "uint8", "uint16": "uint16", "int8": "float32", "int16": "float32",
    "int32": "float64", "uint32": "float64", "float16": "float32", "float32": "float32",
    "float64": "float64",
}  # fmt: skip
COLOURS = {"minisblack": 1, "rgb": 3, "separated": 4}
EXTRA = [(), (0,), (2,), (0, 2), (2, 0, 0)]
BLOCKS = [{}, {"rowsperstrip": 5}, {"tile": (16, 32)}]


def levels(dtype, channels, seed=0):
    return random_numbers(dtype, (HEIGHT, WIDTH, channels), seed)


@pytest.mark.slow
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("dtype", READ_AS)
def test_every_layout_is_read_as_tifffile_reads_it(dtype, big, order):
    kinds = [(photometric, extra) for photometric in COLOURS for extra in EXTRA]
    for number, (photometric, extra) in enumerate(kinds):
        colours = COLOURS[photometric]
        compression = (None, "zlib", "lzma")[number % 3]
        pixels = levels(dtype, colours + len(extra), number)
        alpha = next((place for place, code in enumerate(extra) if code), None)
        if alpha is not None:
            opacity = pixels[..., colours + alpha]
            opacity[...] = opacity % 1 if opacity.dtype.kind == "f" else np.abs(opacity // 2)
        stream = written_by_tifffile(
            pixels, number % 2 == 0, photometric=photometric, extrasamples=extra, byteorder=order,
            bigtiff=big, compression=compression, **BLOCKS[number % 5 % 3],
            predictor=compression is not None and np.dtype(dtype).kind != "f",
        )  # fmt: skip
        found = read(stream)
        assert found.pixels.dtype == READ_AS[dtype]
        assert found.alpha == (alpha is not None)
        assert found.extra == len(extra) - found.alpha
        channels = [*range(colours + len(extra))]
        if alpha is not None:
            channels.append(channels.pop(colours + alpha))
            if dtype in ("int8", "int16", "int32", "uint32"):
                # Of what is no level, alpha is a share of the largest.
                share = pixels[..., channels.pop()] / np.iinfo(dtype).max
                np.testing.assert_allclose(found.pixels[..., -1], share, rtol=1e-6)
        expected = pixels[..., channels].astype(READ_AS[dtype])
        np.testing.assert_array_equal(found.pixels[..., : len(channels)], expected)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "uint32"])
def test_whole_numbers_that_are_no_levels_are_said(dtype):
    (note,) = read(written_by_tifffile(levels(dtype, 1), photometric="minisblack")).metadata.notes
    sign = "unsigned" if dtype == "uint32" else "signed"
    assert note.startswith(f"{np.dtype(dtype).itemsize * 8}-bit {sign} integers are read as ")
    assert not read(
        written_by_tifffile(levels("float32", 1), photometric="minisblack")
    ).metadata.notes


@pytest.mark.parametrize("bits", range(1, 17))
@pytest.mark.parametrize("white", [False, True])
def test_numbers_of_few_bits_become_levels(bits, white):
    held = np.random.default_rng(bits).integers(0, 2**bits, (9, 13), np.uint16)
    digits = (held[..., None] >> np.arange(bits)[::-1] & 1).astype(np.uint8).reshape(9, -1)
    strip = np.packbits(digits, axis=1).tobytes()
    stream = tiff(
        held[..., None], ">", rows=9, t258=bits, t262=0 if white else 1, compress=lambda _: strip
    )
    found = read(stream).pixels[..., 0]
    full = 255 if bits <= 8 else 65535
    top = 2**bits - 1
    expected = np.rint((top - held if white else held) * (full / top))
    assert found.dtype == ("uint8" if bits <= 8 else "uint16")
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("scale", "dtype"), [(257, "uint8"), (256, "uint8"), (1, "uint8"), (255, "uint16")]
)
@pytest.mark.parametrize("bits", [1, 4, 8])
def test_palettes_keep_their_colours(bits, scale, dtype):
    random = np.random.default_rng(bits)
    colours = random.integers(0, 256, (3, 2**bits), np.uint16)
    colours[:, 0], colours[:, -1] = 0, 255
    held = random.integers(0, 2**bits, (9, 16), np.uint8)
    digits = (held[..., None] >> np.arange(bits)[::-1] & 1).reshape(9, -1)
    strip = np.packbits(digits, axis=1).tobytes()
    stream = tiff(
        held[..., None], photometric=3, rows=9, t258=bits, compress=lambda _: strip,
        t320=tuple((colours * scale).ravel().tolist()),
    )  # fmt: skip
    found = read(stream).pixels
    assert found.dtype == dtype
    expected = colours.T[held] * (scale if dtype == "uint16" else 1)
    np.testing.assert_array_equal(found, expected)


def test_jpeg_in_a_tiff():
    """Strips of JPEG whose tables stand apart, as libtiff reads them."""
    rows, columns = np.mgrid[:64, :80]
    smooth = np.stack([rows * 3, columns * 2, 255 - rows], axis=-1).astype(np.uint8)
    stream = io.BytesIO()
    PIL.Image.fromarray(smooth).save(
        stream, "TIFF", compression="jpeg", quality=95, tiffinfo={278: 16}
    )
    expected = np.asarray(PIL.Image.open(stream))
    np.testing.assert_array_equal(read(rewound(stream)).pixels, expected)
    assert np.abs(expected.astype(int) - smooth).max() < 12


def test_ycbcr_that_is_not_compressed():
    """Two by two pixels share one Cb and one Cr; 128 of both is grey."""
    luma = np.arange(16, dtype=np.uint8).reshape(4, 4) * 16
    groups = [
        [*luma[top : top + 2, left : left + 2].ravel(), 128, 128]
        for top in (0, 2)
        for left in (0, 2)
    ]
    for compress, code in ((bytes, 1), (zlib.compress, 8)):
        content = compress(np.array(groups, np.uint8).tobytes())
        stream = tiff(
            np.zeros((4, 4, 3), np.uint8), photometric=6, rows=4, t259=code,
            compress=lambda _, held=content: held, t530=(2, 2),
        )  # fmt: skip
        np.testing.assert_array_equal(read(stream).pixels, np.repeat(luma[..., None], 3, axis=2))


def test_an_old_style_jpeg():
    smooth = np.add.outer(np.arange(16), np.arange(24)).astype(np.uint8) * 4
    jpeg = io.BytesIO()
    PIL.Image.fromarray(smooth).save(jpeg, "JPEG", quality=100)
    content = jpeg.getvalue()
    probe = tiff(
        smooth[..., None], rows=16, compress=lambda _: content, t259=6, t513=0, t514=len(content)
    )
    start = len(probe.getvalue()) - len(content)
    stream = tiff(
        smooth[..., None], rows=16, compress=lambda _: content, t259=6, t513=start,
        t514=len(content),
    )  # fmt: skip
    np.testing.assert_array_equal(read(stream).pixels[..., 0], np.asarray(PIL.Image.open(jpeg)))


def without(stream, *tags):
    """Return a little-endian TIFF whose directory calls these fields by a private number."""
    content = bytearray(stream.getvalue())
    (start,) = struct.unpack_from("<L", content, 4)
    (count,) = struct.unpack_from("<H", content, start)
    for place in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", content, place)[0] in tags:
            struct.pack_into("<H", content, place, 65_000)
    return io.BytesIO(content)


@pytest.mark.parametrize(
    "change",
    [
        lambda stream: without(stream, 278),
        lambda stream: without(stream, 279),
        lambda stream: without(stream, 339),
        lambda stream: without(stream, 262),
        lambda stream: without(stream, 284, 317),
    ],
)
def test_what_a_tiff_need_not_say(change):
    pixels = levels("uint8", 3)
    np.testing.assert_array_equal(read(change(tiff(pixels, rows=HEIGHT))).pixels, pixels)


@pytest.mark.parametrize(
    "tags", [{"t278": 2**32 - 1}, {"t258": 8}, {"t339": 4}, {"t339": (1, 1, 1)}]
)
def test_what_writers_say_in_other_ways(tags):
    pixels = levels("uint8", 3)
    np.testing.assert_array_equal(read(tiff(pixels, rows=HEIGHT, **tags)).pixels, pixels)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("compress", [None, zlib.compress])
def test_bits_in_reversed_order(compress, dtype):
    pixels = levels(dtype, 3)
    reverse = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
    stream = tiff(
        pixels, t266=2, t259=8 if compress else 1,
        compress=lambda strip: (compress or bytes)(strip).translate(reverse),
    )  # fmt: skip
    np.testing.assert_array_equal(read(stream).pixels, pixels)


def test_a_strip_that_is_not_stored_is_0_or_what_gdal_says():
    pixels = np.full((10, 4, 1), 7.0, np.float32)
    for tags, value in (({}, 0), ({"t42113": "-9999"}, -9999)):
        content = bytearray(tiff(pixels, **tags).getvalue())
        (start,) = struct.unpack_from("<L", content, 4)
        (count,) = struct.unpack_from("<H", content, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, at = struct.unpack_from("<HHLL", content, place)
            if tag in (273, 279):
                struct.pack_into("<L", content, at + 4, 0)
        found = read(io.BytesIO(content)).pixels
        np.testing.assert_array_equal(found[:5], 7)
        np.testing.assert_array_equal(found[5:], value)


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (tiff(levels("uint8", 17), photometric=1), "has 17 channels; up to 16 are read"),
        (tiff(levels("uint8", 3), photometric=8), "holds CIELab"),
        (tiff(levels("uint8", 4), photometric=5, t332=2), "inks other than CMYK"),
        (tiff(levels("uint8", 3), t259=50002), r"is compressed by JPEG XL \(50002\)"),
        (tiff(levels("uint8", 1), t259=7777), r"an unknown method \(7777\)"),
        (tiff(levels("int64", 1)), "64-bit integers; convert them to float64"),
        (tiff(levels("uint16", 1), t258=24), "24-bit unsigned integers"),
        (tiff(levels("float32", 1), t258=24), "24-bit floats"),
        (tiff(levels("float32", 1), t339=6), "complex"),
        (tiff(levels("uint8", 1), t32997=5), "a volume"),
        (
            tiff(
                levels("uint8", 1),
                rows=HEIGHT,
                t270="ImageJ=1.5\nimages=3\n",
                compress=lambda strip: strip * 3,
            ),
            "3 pictures behind one directory",
        ),
    ],
)
def test_what_is_not_read_is_named(stream, words):
    with pytest.raises(ImageError, match=words):
        read(stream)


def test_one_picture_of_a_stack_is_no_stack():
    pixels = levels("uint8", 1)
    stream = tiff(pixels, t270="ImageJ=1.5\nimages=3\n")
    np.testing.assert_array_equal(read(stream).pixels, pixels)


@pytest.mark.parametrize(("extra", "alpha"), [(1, True), (2, False)])
def test_the_fourth_channel_of_rgb_is_alpha_where_nothing_is_said(extra, alpha):
    found = read(tiff(levels("uint8", 3 + extra), photometric=2))
    assert (found.alpha, found.extra) == (alpha, extra - alpha)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("planes", [False, True])
def test_orientation_turns_every_channel(turned, planes):
    pixels = levels("uint16", 5)
    stream = written_by_tifffile(
        pixels, planes, photometric="rgb", extrasamples=(0, 2), tile=(16, 16),
        extratags=[(274, "H", 1, turned, True)],
    )  # fmt: skip
    expected = pixels
    if turned in (5, 6, 7, 8):
        expected = expected.transpose(1, 0, 2)
    if turned in (3, 4, 7, 8):
        expected = expected[::-1]
    if turned in (2, 3, 6, 7):
        expected = expected[:, ::-1]
    found = read(stream)
    np.testing.assert_array_equal(found.pixels, expected)
    assert (found.alpha, found.extra) == (True, 1)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 34925, 50000])
def test_the_predictor_is_said_where_there_is_one(compression, dtype):
    image = Image(levels(dtype, 3), metadata=Metadata(compression=compression))
    stream, _ = encoded(image, "tiff")
    page = tifffile.TiffFile(stream).pages[0]
    predicted = dtype.startswith("u") and compression not in (1, 32773)
    assert (317 in page.tags) == predicted
    np.testing.assert_array_equal(read(rewound(stream)).pixels, image.pixels)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"II*\0", "truncated or broken"),
        (struct.pack("<2sHL", b"II", 42, 0), "without a picture"),
        (struct.pack("<2sHL", b"II", 42, 8), "truncated or broken"),
        (struct.pack("<2sHLHL", b"II", 42, 8, 0, 8), "truncated or broken"),
        (struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, 2**64 - 1), "truncated or broken"),
        (struct.pack(">2sHHHQ", b"MM", 43, 8, 0, 2**63), "truncated or broken"),
    ],
)
def test_chains_that_are_empty_or_broken(content, words):
    with pytest.raises(ImageError, match=words):
        read(io.BytesIO(content))


def test_directories_that_overlap_are_refused_at_once():
    """Each begins two bytes behind the one before it, and claims nearly all of the file."""
    count, entry = 3000, 12
    content = bytearray(struct.pack("<2sHL", b"II", 42, 8) + bytes(count * entry + 40_000))
    for number in range(10_000):
        place = 8 + 2 * number
        struct.pack_into("<H", content, place, count)
        if place + 2 + count * entry + 4 <= len(content):
            struct.pack_into("<L", content, place + 2 + count * entry, place + 2)
    begun = time.monotonic()
    with pytest.raises(ImageError, match="truncated or broken"):
        read(io.BytesIO(content))
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "tags",
    [
        {"t278": 0},
        {"t322": 0, "t323": 16},
        {"t322": 2**32 - 16, "t323": 2**32 - 16},
        {"t273": (2**31,) * 5},
        {"t273": ()},
        {"t279": (2**32 - 1,) * 5, "t259": 8},
        {"t273": (8,), "t279": (1,), "t278": 21, "t259": 50000},
        {"t259": 8},
        {"t256": 12_000, "t257": 14_000, "t278": 14_000, "t273": (0,), "t279": (0,)},
        {"t256": 12_000, "t257": 14_000, "t278": 14_000, "t259": 32773},
    ],
)
def test_fields_that_cannot_be(tags):
    with pytest.raises(ImageError, match=r"truncated or broken|more than"):
        list(read_frames(tiff(levels("uint8", 1), **tags)))
