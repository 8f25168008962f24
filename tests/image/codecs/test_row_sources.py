"""Files that are read by rows: any rows, in any order, by several threads, are the right ones."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL.Image
import pytest
import tifffile

from imgfilt.errors import ImageError
from imgfilt.image import read, read_frames, read_options
from imgfilt.image.codecs.tiff import blocks
from imgfilt.row_source import RowSource

from ...image_support import (
    encoded,
    picture,
    random_numbers,
    rewound,
    smooth,
    tiff,
    written_by_tifffile,
)

HEIGHT, WIDTH = 67, 45


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch):
    monkeypatch.setattr(read_options, "LARGE", 0)


def by_rows(stream, **options):
    """Return the first picture of a file, read by rows where that can be done."""
    return next(read_frames(rewound(stream), by_rows=True, **options))


def assert_is_read_by_rows(stream, **options):
    """The pictures as a whole are compared with other readers by the tests of each format."""
    wanted = next(read_frames(rewound(stream), **options))
    found = by_rows(stream, **options)
    assert isinstance(found.pixels, RowSource)
    assert found.header == wanted.header
    assert found.metadata == wanted.metadata
    pixels, height = wanted.pixels, len(wanted.pixels)
    np.testing.assert_array_equal(found.pixels[:], pixels)
    chance = np.random.default_rng(0)
    ranges = [sorted(chance.integers(0, height + 1, 2)) for _ in range(40)]

    def same(rows):
        return np.array_equal(found.pixels[rows[0] : rows[1]], pixels[rows[0] : rows[1]])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(same, ranges))
    rows = chance.integers(0, height, 9)
    for columns in (slice(1, None), slice(3, 20), slice(16, 16), np.array([30, 2])):
        part = pixels[:, columns]
        np.testing.assert_array_equal(found.pixels[7:60, columns], part[7:60])
        if isinstance(columns, slice):
            np.testing.assert_array_equal(found.pixels[rows, columns], part[rows])


def levels(dtype, channels):
    return random_numbers(dtype, (HEIGHT, WIDTH, channels), seed=channels)


def written(pixels, planes=False, **options):
    photometric = "rgb" if pixels.shape[2] > 2 else "minisblack"
    return written_by_tifffile(pixels, planes, photometric=photometric, **options)


BLOCKS = [{}, {"rowsperstrip": 5}, {"tile": (16, 32)}]


@pytest.mark.parametrize("planes", [False, True])
@pytest.mark.parametrize("block", BLOCKS, ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64", "int16"])
def test_layouts_of_a_tiff(dtype, block, planes):
    for number, channels in enumerate((1, 3, 4)):
        if channels == 4 and dtype == "int16":
            continue  # alpha would be below 0
        pixels = levels(dtype, channels)
        options = {"byteorder": "<>"[number % 2], "bigtiff": number == 2, **block}
        if channels == 4:
            options["extrasamples"] = (2,)
            pixels[..., 3] = pixels[..., 3].clip(0, 1)
        assert_is_read_by_rows(written(pixels, planes, **options))
        if not block:
            continue  # one strip, which would be decoded as a whole
        for compression in ("zlib", "lzma"):
            assert_is_read_by_rows(written(pixels, planes, **options, compression=compression))
        if dtype.startswith("uint"):
            options |= {"compression": "zlib", "predictor": True}
            assert_is_read_by_rows(written(pixels, planes, **options))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "I;16", "1"])
@pytest.mark.parametrize(
    "compression", ["tiff_lzw", "packbits", "jpeg", "zstd", "tiff_adobe_deflate", "group4"]
)
def test_compressions_of_a_tiff(compression, mode):
    if (compression == "jpeg" and mode in ("1", "I;16")) or (
        compression == "group4" and mode != "1"
    ):
        pytest.skip("there is no such file")
    rows = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) // 7
    if mode == "I;16":
        image = PIL.Image.fromarray((rows * 30).astype(np.uint16))
    else:
        image = PIL.Image.fromarray(rows.astype(np.uint8)).convert(mode)
    stream = io.BytesIO()
    image.save(stream, "TIFF", compression=compression, tiffinfo={278: 8})
    assert_is_read_by_rows(stream)


def test_numbers_that_are_converted():
    pixels = levels("uint16", 3) % 4096
    packed = tiff(pixels, rows=5, compress=lambda strip: strip)
    assert_is_read_by_rows(packed)
    inverted = tiff(levels("uint8", 1), rows=5, photometric=0)
    assert_is_read_by_rows(inverted)
    multiplied = levels("uint8", 4)
    multiplied[..., :3] = np.minimum(multiplied[..., :3], multiplied[..., 3:])
    assert_is_read_by_rows(tiff(multiplied, rows=5, t338=1))
    first = levels("uint8", 4)  # alpha before another channel
    assert_is_read_by_rows(tiff(first[..., :3], rows=5, photometric=1, t338=(2, 0)))


def test_a_palette():
    image = PIL.Image.fromarray(smooth(size=(HEIGHT, WIDTH)).pixels).quantize(50)
    stream = io.BytesIO()
    image.save(stream, "TIFF", compression="tiff_lzw", tiffinfo={278: 8})
    assert_is_read_by_rows(stream)


@pytest.mark.parametrize("compression", [1, 8, 5])
def test_what_imgfilt_writes(compression):
    image = picture("RGB", "uint16", True, size=(2000, 400), compression=compression)
    stream, _ = encoded(image, "tiff")
    assert_is_read_by_rows(stream)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("dtype", ["u1", "u2", "f2", "f4", "f8", "i4"])
def test_arrays(dtype, order):
    for channels in (1, 2, 3):
        values = np.random.default_rng(channels).uniform(0, 1, (HEIGHT, WIDTH, channels))
        stream = io.BytesIO()
        np.save(stream, (values * (1 if dtype[0] == "f" else 200)).astype(order + dtype))
        alpha = None if channels == 2 and dtype == "u1" else False
        assert_is_read_by_rows(stream, alpha=alpha)
    stream = io.BytesIO()
    np.save(stream, values[..., 0].astype(order + dtype))
    assert_is_read_by_rows(stream)


def test_pages():
    stream = io.BytesIO()
    values = levels("uint8", 3)
    np.save(stream, np.stack([values, 255 - values]))
    found = list(read_frames(rewound(stream), by_rows=True, axes="ZYXC"))
    tiled = io.BytesIO()
    with tifffile.TiffWriter(tiled) as file:
        for page in (values, 255 - values):
            file.write(page, tile=(16, 16), compression="zlib", photometric="rgb")
    found += read_frames(rewound(tiled), by_rows=True)
    for image, wanted in zip(found, [values, 255 - values] * 2, strict=True):
        assert isinstance(image.pixels, RowSource)
        np.testing.assert_array_equal(image.pixels[3:60], wanted[3:60])


def fortran():
    stream = io.BytesIO()
    np.save(stream, np.asfortranarray(levels("uint8", 3)))
    return stream


def turned():
    exif = PIL.Image.Exif()
    exif[274] = 6
    stream = io.BytesIO()
    PIL.Image.fromarray(levels("uint8", 3)).save(stream, "TIFF", exif=exif)
    return stream


def in_one_block():
    return written(levels("uint8", 3), compression="zlib")


def old_enough():
    return encoded(picture(), "png")[0]


@pytest.mark.parametrize("make", [fortran, turned, in_one_block, old_enough])
def test_what_is_read_as_a_whole(make):
    """Rows are apart in the file, become columns, or can't be decoded without those above."""
    found = by_rows(make())
    assert isinstance(found.pixels, np.ndarray)
    np.testing.assert_array_equal(found.pixels, read(rewound(make())).pixels)


def test_a_picture_is_read_by_rows_if_it_is_large_and_may_be(monkeypatch):
    stream = written(levels("uint8", 3), rowsperstrip=5)
    size = HEIGHT * WIDTH * 3
    monkeypatch.setattr(read_options, "LARGE", size - 1)
    assert isinstance(by_rows(stream).pixels, RowSource)
    assert isinstance(next(read_frames(rewound(stream))).pixels, np.ndarray)
    monkeypatch.setattr(read_options, "LARGE", size)
    assert isinstance(by_rows(stream).pixels, np.ndarray)


@pytest.mark.parametrize("planes", [False, True])
def test_each_block_is_decoded_once_from_top_to_bottom(planes, monkeypatch):
    decoded = []
    decode = blocks.Blocks._decode

    def recorded(self, number, *rows):
        decoded.append(number)
        return decode(self, number, *rows)

    monkeypatch.setattr(blocks.Blocks, "_decode", recorded)
    # Room for the blocks of two rows of tiles, and no more.
    monkeypatch.setattr(blocks, "_CACHE_SIZE", 0)
    found = by_rows(written(levels("uint8", 3), planes, tile=(16, 16), compression="zlib")).pixels
    for top in range(0, HEIGHT, 4):
        found[max(0, top - 2) : top + 6]
    assert len(decoded) == len(set(decoded)) == 5 * 3 * (3 if planes else 1)
    decoded.clear()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda top: found[max(0, top - 2) : top + 6], range(0, HEIGHT, 4)))
    assert len(decoded) < 1.5 * len(set(decoded))


@pytest.mark.parametrize("cut", [1, 100, 5000])
@pytest.mark.parametrize("options", [{}, {"rowsperstrip": 5}, {"tile": (16, 16)}], ids=str)
def test_a_truncated_file_is_refused_before_its_rows_are_read(options, cut):
    content = written(levels("uint8", 3), **options).getvalue()
    with pytest.raises(ImageError) as whole:
        read(io.BytesIO(content[:-cut]), name="a.tif")
    with pytest.raises(ImageError, match="truncated or broken TIFF") as rows:
        by_rows(io.BytesIO(content[:-cut]), name="a.tif")
    assert str(rows.value) == str(whole.value)


def test_a_broken_block_is_an_error_of_its_rows():
    stream = written(levels("uint8", 3), rowsperstrip=5, compression="zlib")
    content = bytearray(stream.getvalue())
    with tifffile.TiffFile(rewound(stream)) as file:
        place = file.pages[0].dataoffsets[6]
    content[place : place + 40] = bytes(40)
    found = by_rows(io.BytesIO(content)).pixels
    found[:30]
    found[35:]
    for _ in range(2):
        with pytest.raises(ImageError, match=r"^truncated or broken TIFF$"):
            found[28:33]
