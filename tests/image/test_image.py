"""Pictures come through reading and writing whole: every format, depth, colour, alpha, metadata."""

import io
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL import ImageCms, TiffImagePlugin

from imgfilt.dtypes import DTYPES, white_level
from imgfilt.errors import CommandError, ImageError, OutputError, ParameterError
from imgfilt.geometry import row_blocks
from imgfilt.image import (
    FORMATS,
    Image,
    ImageHeader,
    Metadata,
    flatten,
    format_from_suffix,
    parse_colour,
    read,
    write,
)
from imgfilt.image.codec import load_codec
from imgfilt.image.metadata.resolution import Resolution

from ..image_support import COLOURS, HELD, encoded, picture, rewound, smooth, tiff

SIZES = [(1, 1), (1, 9), (33, 1), (37, 29)]


def again(image, format, tmp_path=None, **options):
    """Write a picture and read it back, through a file where there is a folder for it."""
    if tmp_path is None:
        return read(encoded(image, format, **options)[0])
    path = tmp_path / f"a{FORMATS[format].suffixes[0]}"
    write(path, image, **options)
    return read(path)


def as_rgb(pixels):
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "colour", "depth", "alpha"), [kind for kind in HELD if not FORMATS[kind[0]].lossy]
)
def test_every_pixel_returns_from_every_lossless_format(name, colour, depth, alpha, size, tmp_path):
    image = picture(colour, depth, alpha, size)
    found = again(image, name, tmp_path)
    if name in ("csv", "txt") and depth != "uint8":
        whole = depth == "uint16" and image.pixels.max() <= 255
        assert found.pixels.dtype == (np.uint8 if whole else np.float64)
    else:
        assert found.pixels.dtype == depth
    assert found.alpha == alpha
    np.testing.assert_array_equal(found.pixels.astype(depth), image.pixels)
    assert found.pixels.flags.c_contiguous


@pytest.mark.parametrize(
    ("name", "colour", "depth", "alpha"), [kind for kind in HELD if FORMATS[kind[0]].lossy]
)
def test_lossy_formats_stay_close(name, colour, depth, alpha):
    image = smooth(colour, alpha)
    found = again(image, name)
    assert found.alpha == alpha
    assert found.pixels.shape[:2] == image.pixels.shape[:2]
    seen = image.pixels[..., -1:] > 0 if alpha else np.True_
    before, after = (i.pixels[..., :-1] if alpha else i.pixels for i in (image, found))
    difference = np.abs(as_rgb(after).astype(float) - as_rgb(before)) * seen
    assert difference.mean() < 4
    if alpha:
        np.testing.assert_array_equal(found.pixels[..., -1], image.pixels[..., -1])


def test_the_table_holds_what_it_should():
    """So that the tests over it can't pass by an empty table."""
    assert len(HELD) == 86
    assert {name for name, *_ in HELD} == set(FORMATS)
    assert ("tiff", "RGB", "float32", True) in HELD
    assert ("png", "RGB", "uint16", True) in HELD
    assert ("jpeg", "RGB", "uint8", True) not in HELD


def test_every_format_has_its_codec():
    for form in FORMATS.values():
        assert (load_codec(form).encode_frames is not None) >= bool(form.frames)


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if not form.lossy])
def test_how_rows_are_cut_changes_nothing(name, monkeypatch):
    kinds = [kind for held, *kind in HELD if held == name]
    whole = [encoded(picture(*kind), name)[0] for kind in kinds]
    monkeypatch.setattr(row_blocks, "__defaults__", (1000,))
    for kind, stream in zip(kinds, whole, strict=True):
        cut = encoded(picture(*kind), name)[0]
        np.testing.assert_array_equal(read(cut).pixels, read(stream).pixels)
        assert name in ("png", "tiff") or cut.getvalue() == stream.getvalue()


def test_webp_of_quality_100_is_lossless():
    image = picture("RGB", alpha=True)
    found = again(image, "webp", quality=100)
    np.testing.assert_array_equal(found.pixels, image.pixels)
    assert np.any(again(image, "webp").pixels != image.pixels)


def test_a_full_16_bit_ramp_keeps_every_bit():
    ramp = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    image = Image(np.stack([ramp, ramp[::-1], ramp.T], axis=-1))
    for name in ("png", "tiff", "ppm", "npy"):
        np.testing.assert_array_equal(again(image, name).pixels, image.pixels)


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_grey_is_read_in_native_order(order):
    ramp = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    for stream in (tiff(ramp[..., None], order=order), npy(ramp.astype(order + "u2"))):
        found = read(stream).pixels
        assert found.dtype.isnative
        np.testing.assert_array_equal(found[:, :, 0], ramp)


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


def chunk(kind, content):
    return (
        struct.pack(">L", len(content))
        + kind
        + content
        + struct.pack(">L", zlib.crc32(content, zlib.crc32(kind)))
    )


def png(bits, colour, rows, *chunks):
    """A PNG by hand; rows are bytes, unfiltered."""
    width = len(rows[0]) * 8 // (bits * {0: 1, 2: 3, 3: 1}[colour])
    header = struct.pack(">LLBBBBB", width, len(rows), bits, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", body), (b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


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


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return rewound(stream)


def by_lzw(strip):
    """What libtiff makes of bytes, cut out of a TIFF by Pillow."""
    stream = io.BytesIO()
    row = PIL.Image.frombytes("L", (len(strip), 1), strip)
    row.save(stream, "TIFF", compression="tiff_lzw", strip_size=1 << 20)
    with PIL.Image.open(stream) as file:
        (start,), (length,) = file.tag_v2[273], file.tag_v2[279]
    return stream.getvalue()[start : start + length]


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


ORIENTED = {  # as ImageOps.exif_transpose has it
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_270,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_90,
}

ORIENTATION, SOFTWARE, EXPOSURE = 0x0112, 0x0131, 0x829A


def exif(orientation, thumbnail=False, order="<"):
    """An EXIF block by hand: orientation, software, a maker's note; perhaps with a thumbnail."""
    mark = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HL", 42, 8)
    note = b"MAKER" * 10
    jpeg = b"\xff\xd8THUMBNAIL\xff\xd9"
    first = 8 + 2 + 3 * 12 + 4
    link = first + len(note) if thumbnail else 0
    block = mark + struct.pack(
        order + "H HHLHH HHL4s HHLL L", 3,
        ORIENTATION, 3, 1, orientation, 0, SOFTWARE, 2, 4, b"cam\0", 0x927C, 7, len(note), first,
        link,
    ) + note  # fmt: skip
    if thumbnail:
        start = link + 2 + 2 * 12 + 4
        block += struct.pack(
            order + "H HHLL HHLL L", 2, 0x0201, 4, 1, start, 0x0202, 4, 1, len(jpeg), 0
        )
        block += jpeg
    return block


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("name", "depth"),
    [
        (name, depth)
        for name, form in FORMATS.items()
        for depth in ("uint8", "uint16")
        if "exif" in form.metadata
        and form.why_unsupported(ImageHeader(depth, (48, 64, 3), False)) is None
    ],
)
def test_orientation_is_applied_once(name, depth, orientation):
    rows, columns = np.mgrid[:48, :64]
    levels = np.stack([rows * 5, columns * 3, rows * 0], axis=-1).astype(depth)
    source = PIL.Image.fromarray(levels.astype(np.uint8))
    if orientation in ORIENTED:
        source = source.transpose(ORIENTED[orientation])
    xmp = b'<x tiff:Orientation="%d"/>' % orientation
    words = Metadata(exif=exif(orientation), xmp=xmp, resolution=Resolution((72, 1), (300, 1)))
    turned = Image(levels, False, words)
    found = read(encoded(turned, name)[0])
    expected = np.asarray(source)
    assert found.pixels.shape == expected.shape
    assert np.abs(found.pixels.astype(int) - expected).max() <= (6 if FORMATS[name].lossy else 0)
    assert orientation_of(found.metadata.exif) == 1
    across, down = (300, 72) if orientation > 4 else (72, 300)
    assert found.metadata.dpi == pytest.approx((across, down), abs=0.02)
    assert found.metadata.xmp == b'<x tiff:Orientation="1"/>'
    once_more = read(encoded(found, name)[0])
    assert once_more.pixels.shape == expected.shape
    assert orientation_of(once_more.metadata.exif) == 1


def orientation_of(block):
    tags = PIL.Image.Exif()
    tags.load(block)
    return tags.get(ORIENTATION, 1)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_thumbnail_goes_and_the_rest_of_exif_stays_in_its_place(order):
    block = again(picture(exif=exif(6, True, order)), "jpeg").metadata.exif
    assert b"THUMBNAIL" not in block
    assert block.startswith(exif(1, False, order))


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "tiff"])
@pytest.mark.parametrize(
    "block",
    [
        b"II",
        b"nonsense",
        b"II*\0\0\0\0\0",
        b"II*\0\xff\0\0\0",
        exif(6)[:20],
        exif(9),
        exif(6)[:-60],
    ],
)
def test_exif_that_can_not_be_understood_does_no_harm(block, name):
    assert again(picture(exif=block), name).pixels.shape[:2] in ((37, 29), (29, 37))


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY_PROFILE = SRGB[:16] + b"GRAY" + SRGB[20:]
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xc3\xa9</x:xmpmeta>"
EVERYTHING = {
    "icc": SRGB, "exif": exif(1), "xmp": XMP, "resolution": Resolution((300, 1), (150, 1)),
    "text": ((b"tEXt", b"Title\0a picture"), (b"iTXt", b"Author" + bytes(5) + "Žofie".encode())),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "colour", "depth"),
    [kind[:3] for kind in HELD if kind[1] in ("grey", "RGB") and not kind[3]],
)
def test_metadata_survives_where_the_format_can_hold_it(name, colour, depth):
    form = FORMATS[name]
    rgb = colour == "RGB" or form.colours == ("RGB",)
    metadata = EVERYTHING | {"icc": SRGB if rgb else GREY_PROFILE}
    stream, lost = encoded(picture(colour, depth, **metadata), name)
    # A GIF says the shape of a pixel, but no size.
    held = set(form.metadata) - ({"resolution"} if name == "gif" else set())
    lost = [words for words in lost if "256 colours" not in words]
    assert len(lost) == len(EVERYTHING.keys() - held)
    found = read(stream).metadata
    for kind, value in metadata.items():
        if kind not in held:
            assert not getattr(found, kind)
        elif kind == "resolution":
            assert found.dpi == pytest.approx(value.dpi, abs=0.02)
        elif kind == "exif" and name in ("tiff", "webp", "avif"):
            # Written anew, tag by tag, or with the resolution.
            tags = PIL.Image.Exif()
            tags.load(found.exif)
            assert tags[SOFTWARE] == "cam"
        else:
            assert getattr(found, kind) == value
    stripped, lost = encoded(picture(colour, depth, **metadata), name, strip=True)
    assert [words for words in lost if "256 colours" not in words] == []
    left = read(stripped).metadata._replace(jpeg=None, resolution=None, compression=None)
    assert left == Metadata()


def test_the_exif_of_a_tiff_reaches_a_jpeg_and_comes_back():
    tags = PIL.Image.Exif()
    tags[SOFTWARE] = "cam"
    tags.get_ifd(0x8769)[EXPOSURE] = 0.25
    tags.get_ifd(0x8825)[1] = "N"
    image = picture(exif=tags.tobytes().removeprefix(b"Exif\0\0"))
    for name in ("tiff", "jpeg", "tiff"):
        image = again(image, name)
    found = PIL.Image.Exif()
    found.load(image.metadata.exif)
    assert found[SOFTWARE] == "cam"
    assert found.get_ifd(0x8769)[EXPOSURE] == 0.25
    assert found.get_ifd(0x8825)[1] == "N"


def test_exif_in_a_png_of_old():
    block = b"Exif\0\0" + exif(6)
    words = f"\nexif\n{len(block):8}\n{block.hex()}\n"
    content = b"Raw profile type exif\0\0" + zlib.compress(words.encode())
    found = read(png(8, 0, [b"\0\1\2"], (b"zTXt", content)))
    assert found.pixels.shape == (3, 1, 1)
    assert orientation_of(found.metadata.exif) == 1
    assert not found.metadata.text


def test_a_profile_of_other_colours_is_lost():
    stream, lost = encoded(picture("grey", icc=SRGB), "png")
    assert lost == ("ICC profile",)
    assert read(stream).metadata.icc is None
    assert encoded(picture("grey", icc=GREY_PROFILE), "png")[1] == ()
    # WebP has no grey, so a grey picture becomes RGB there.
    assert encoded(picture("grey", icc=GREY_PROFILE), "webp")[1] == ("ICC profile",)


def test_what_a_jpeg_segment_can_not_hold_is_lost_not_fatal():
    stream, lost = encoded(picture(exif=exif(1) + bytes(70_000), xmp=bytes(70_000)), "jpeg")
    assert lost == ("EXIF", "XMP")
    assert read(stream).metadata.exif is None


@pytest.mark.parametrize(("subsampling", "quality"), [("4:4:4", 30), ("4:2:2", 80), ("4:2:0", 99)])
def test_jpeg_keeps_its_tables_and_subsampling(subsampling, quality):
    stream = io.BytesIO()
    source = PIL.Image.fromarray(smooth().pixels)
    source.save(stream, "JPEG", quality=quality, subsampling=subsampling)
    image = read(rewound(stream))
    tables = image.metadata.jpeg
    assert tables.subsampling == ["4:4:4", "4:2:2", "4:2:0"].index(subsampling)
    assert again(image, "jpeg").metadata.jpeg == tables
    assert again(image, "jpeg", strip=True).metadata.jpeg == tables
    changed = again(image, "jpeg", quality=50).metadata.jpeg
    assert changed.quantization != tables.quantization
    assert changed.subsampling == tables.subsampling
    source.save(default := io.BytesIO(), "JPEG", quality=95)
    plain = read(rewound(default)).metadata.jpeg
    assert again(smooth(), "jpeg").metadata.jpeg == plain


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_is_not_inverted(format):
    source = PIL.Image.new("CMYK", (16, 16), (200, 30, 0, 60))
    stream = io.BytesIO()
    source.save(stream, format)
    image = read(rewound(stream))
    assert np.abs(image.pixels.astype(int) - (200, 30, 0, 60)).max() <= 2
    with PIL.Image.open(encoded(image, format.lower())[0]) as found:
        assert found.mode == "CMYK"
        assert np.abs(np.asarray(found).astype(int) - (200, 30, 0, 60)).max() <= 4


def broken(stream, share):
    content = stream.getvalue()
    return io.BytesIO(content[: int(len(content) * share)])


ENCODED = {
    **{name: encoded(smooth("grey" if name == "pgm" else "RGB"), name)[0]
       for name in ("png", "jpeg", "tiff", "webp", "bmp", "gif", "ppm", "pgm", "npy")},
    "16-bit png": encoded(picture(depth="uint16"), "png")[0],
    "16-bit tiff": encoded(picture(depth="uint16"), "tiff")[0],
    "deflated tiff": tiff(picture(depth="uint16").pixels, compress=zlib.compress, t259=8),
    "lzw tiff": tiff(picture(depth="uint16").pixels, compress=by_lzw, t259=5),
    "pfm": encoded(picture(depth="float32"), "pfm")[0],
}  # fmt: skip


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("kind", ENCODED)
def test_a_truncated_file_is_an_error_not_half_a_picture(kind, share):
    assert read(io.BytesIO(ENCODED[kind].getvalue())).pixels.size
    with pytest.raises(ImageError) as caught:
        read(broken(ENCODED[kind], share), name="a.png")
    assert str(caught.value).startswith("a.png: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ENCODED)
def test_a_broken_file_is_an_error_or_a_picture_and_nothing_else(kind):
    random = np.random.default_rng(2)
    for _ in range(60):
        content = bytearray(ENCODED[kind].getvalue())
        for place in random.integers(0, min(len(content), 400), random.integers(1, 6)):
            content[place] = random.choice((0, 1, 127, 128, 255))
        try:
            assert read(io.BytesIO(content), max_pixels=10**6).pixels.size
        except ImageError as error:
            assert "\n" not in str(error)


BROKEN = "truncated or broken JPEG"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        *((error, BROKEN) for error in (
            OSError("a\nb"), ValueError(), SyntaxError("x"), TypeError("x"), IndexError(),
            EOFError(), KeyError("x"), struct.error("x"), ZeroDivisionError("x"),
            RecursionError("x"), StopIteration(),
        )),
        (MemoryError(), "not enough memory to read it"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("cannot handle 3-bit layers"), "is a JPEG of a kind that isn't read"),
    ],
)  # fmt: skip
def test_whatever_a_decoder_raises_is_one_line_in_our_words(error, words, monkeypatch):
    def fail(file):
        raise error

    monkeypatch.setattr(PIL.JpegImagePlugin.JpegImageFile, "load", fail)
    with pytest.raises(ImageError) as caught:
        read(encoded(smooth(), "jpeg")[0], name="a.jpg")
    assert str(caught.value) == f"a.jpg: {words}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture of a known format"),
        (b"%PDF-1.4", "no picture of a known format"),
        (b"\x00\x01\x02", "no picture of a known format"),
        (b"hello", "no picture of a known format"),
        (b"\x89PNG\r\n\x1a\n", "truncated PNG"),
        (b"P6 1_0 1 255\n", "broken"),
        (b"P5\n2 2\n300000\n", "has the maximum level 300000; wanted 1 to 65535"),
        (b"P5\n2 1\n100\n\x65\x00", "the level 101"),
        (b"P2\n2 1\n255\n1 -2\n", "whole numbers"),
        (b"P1\n2 1\n1 2\n", "0 and 1"),
        (b"P5\n0 3\n255\n", "no pixels"),
    ],
)
def test_what_is_no_picture_is_refused(content, words):
    with pytest.raises(ImageError, match=words):
        read(io.BytesIO(content))


@pytest.mark.parametrize("name", ["png", "jpeg", "tiff", "webp", "bmp", "gif", "ppm", "npy", "txt"])
def test_size_is_checked_before_decoding(name):
    image = smooth("grey")
    stream, _ = encoded(image, name)
    with pytest.raises(ImageError, match=r"more than 3071 pixels; max_pixels allows it"):
        read(stream, max_pixels=3071)
    assert read(rewound(stream), max_pixels=3072).pixels.shape[:2] == (48, 64)


def test_a_tiff_without_a_directory_is_an_error_in_a_line():
    for content in (
        (Path(__file__).parent.parent / "cases" / "odd" / "no-page.tif").read_bytes(),
        b"II*\0" + bytes(4),
    ):
        with pytest.raises(ImageError, match=r"^a\.tif: is a TIFF without a picture$"):
            read(io.BytesIO(content), name="a.tif")


def test_formats_that_are_not_read_are_told_by_name():
    for start, label in ((b"8BPS\0\1", "Photoshop"), (b"\0\0\0 ftypheic", "HEIF")):
        with pytest.raises(ImageError, match=f"is a {label} file, which isn't read"):
            read(io.BytesIO(start + bytes(20)))


def test_a_decompression_bomb_is_refused_unopened():
    header = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(ImageError, match="max_pixels allows it"):
        read(io.BytesIO(bomb))
    with pytest.raises(ImageError, match="truncated PNG"):
        read(io.BytesIO(bomb), max_pixels=60_000**2)


def frames(format, **options):
    stream = io.BytesIO()
    first, *others = (PIL.Image.new("RGB", (8, 6), (50 * i, 0, 0)) for i in range(1, 4))
    first.save(stream, format, save_all=True, append_images=others, **options)
    return rewound(stream)


@pytest.mark.parametrize(
    ("format", "options"),
    [("GIF", {}), ("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True}),
     ("PNG", {"default_image": True})],
)  # fmt: skip
def test_one_of_several_frames_is_picked(format, options):
    stream = frames(format, **options)
    with pytest.raises(ImageError, match="stdin: has 3 frames; frame=N picks one"):
        read(stream)
    for frame in range(3):
        found = read(rewound(stream), frame=frame)
        assert found.pixels[0, 0, 0] == 50 * (frame + 1)
        assert (found.frames, found.metadata.duration) == (1, None)
    with pytest.raises(ImageError, match="no frame 3: it has 3"):
        read(rewound(stream), frame=3)


def test_a_frame_is_what_a_viewer_composes():
    red, dot = PIL.Image.new("P", (4, 4), 1), PIL.Image.new("P", (4, 4), 1)
    dot.putpixel((2, 1), 2)
    for image in (red, dot):
        image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    stream = io.BytesIO()
    red.save(stream, "GIF", save_all=True, append_images=[dot])
    found = read(rewound(stream), frame=1).pixels
    assert found[1, 2].tolist() == [0, 255, 0]
    assert found[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("depth", ["uint8", "uint16"])
def test_pages_that_loop_are_counted_once(depth):
    first = tiff(picture(depth=depth).pixels).getvalue()
    (start,) = struct.unpack_from("<L", first, 4)
    (entries,) = struct.unpack_from("<H", first, start)
    link = start + 2 + 12 * entries
    looping = first[:link] + struct.pack("<L", start) + first[link + 4 :]
    np.testing.assert_array_equal(read(io.BytesIO(looping)).pixels, picture(depth=depth).pixels)


def test_a_picture_of_one_frame_has_no_other():
    stream, _ = encoded(smooth(), "png")
    assert read(stream, frame=0).pixels.shape == (48, 64, 3)
    with pytest.raises(ImageError, match="no frame 1"):
        read(rewound(stream), frame=1)
    with pytest.raises(ImageError, match="no frame -1"):
        read(rewound(stream), frame=-1)


def test_a_phones_mpo_is_its_first_picture():
    stream = io.BytesIO()
    first, second = (PIL.Image.new("RGB", (16, 16), (shade, 0, 0)) for shade in (200, 0))
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert abs(int(read(rewound(stream)).pixels[0, 0, 0]) - 200) < 3


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.arange(12, dtype=">u2").reshape(2, 3, 2),
        np.arange(24, dtype=">f8").reshape(2, 3, 4) / 24,
        np.asfortranarray(np.arange(30, dtype="<f4").reshape(2, 3, 5)),
        np.arange(12, dtype=np.uint16).reshape(3, 4)[::-1, ::2],
    ],
)
def test_arrays_are_pictures(array):
    found = read(npy(array))
    three = array.reshape(*array.shape, 1) if array.ndim == 2 else array
    np.testing.assert_array_equal(found.pixels, three)
    assert found.pixels.dtype == array.dtype.newbyteorder("=")
    assert found.alpha == (three.shape[2] in (2, 4))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2), bool), np.zeros((2, 2), np.int64), np.zeros((2, 2), complex),
        np.zeros(4, np.uint8), np.zeros((2, 2, 2, 2), np.uint8), np.zeros((0, 2), np.uint8),
        np.zeros((2, 2), object), np.zeros((2, 2), [("a", "u1")]), np.zeros((2, 2, 0), np.uint8),
    ],
)  # fmt: skip
def test_other_arrays_are_refused(array):
    with pytest.raises(ImageError):
        read(npy(array))


def test_an_array_that_says_it_is_large_is_not_allocated():
    stream = npy(np.zeros((2, 2, 3), np.uint8))
    content = stream.getvalue().replace(b"(2, 2, 3)", b"(2, 2, 9999999999999)")
    with pytest.raises(ImageError):
        read(io.BytesIO(content))


@pytest.mark.parametrize(
    ("suffix", "text", "dtype", "values"),
    [
        ("csv", "1,2\n3,255\n", "uint8", [[1, 2], [3, 255]]),
        ("csv", "\ufeff1 , 2\r\n3,\t4", "uint8", [[1, 2], [3, 4]]),
        ("csv", "1,256\n", "float64", [[1, 256]]),
        ("csv", "1,-1\n", "float64", [[1, -1]]),
        ("csv", "1.0,0\n", "float64", [[1, 0]]),
        ("txt", "  1 2\t3 \n\n4,5, 6\n", "uint8", [[1, 2, 3], [4, 5, 6]]),
        ("txt", "+1 .5 2. -3e-2\n", "float64", [[1, 0.5, 2, -0.03]]),
        ("txt", "7", "uint8", [[7]]),
    ],
)
def test_grids_of_numbers_are_pictures(suffix, text, dtype, values, tmp_path):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(text.encode())
    found = read(path)
    assert found.pixels.dtype == dtype
    np.testing.assert_array_equal(found.pixels[:, :, 0], np.array(values, dtype))
    if suffix == "txt":
        np.testing.assert_array_equal(read(io.BytesIO(text.encode())).pixels, found.pixels)
        np.testing.assert_array_equal(read(path.rename(tmp_path / "a")).pixels, found.pixels)


@pytest.mark.parametrize(
    ("suffix", "text", "words"),
    [
        ("csv", "1,2\n\n3\n", "line 3: 1 numbers, but the rows above have 2"),
        ("csv", "1,2\n1,x\n", "line 2: 'x' is not a number"),
        ("csv", "1 2\n", "line 1: '1 2' is not a number"),
        ("csv", "1,,2\n", "line 1: '' is not a number"),
        ("csv", "1,2,\n", "line 1: '' is not a number"),
        ("txt", "1 nan\n", "'nan' is not a number"),
        ("txt", "1 inf\n", "'inf' is not a number"),
        ("txt", "1_0\n", "'1_0' is not a number"),
        ("txt", "0x10\n", "'0x10' is not a number"),
        ("txt", "\u0661\n", "is not a number"),
        ("txt", "1/2\n", "is not a number"),
        ("txt", "1e999\n", "line 1: .1e999. is too large or too small for float64"),
        ("txt", "", "no numbers"),
        ("txt", " \n\n", "no numbers"),
        ("txt", "\x00\x01", "is not a number"),
    ],
)
def test_grids_that_are_none_are_refused(suffix, text, words, tmp_path):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(text.encode())
    with pytest.raises(ImageError, match=rf"a\.{suffix}: .*{words}"):
        read(path)


def test_a_grid_that_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe1\x00")
    with pytest.raises(ImageError, match="UTF-8"):
        read(tmp_path / "a.txt")


def test_a_grid_is_written_in_the_shortest_words():
    image = Image(np.array([[0.1, 1, -2.5e-10]], np.float32))
    assert encoded(image, "csv")[0].getvalue() == b"0.1,1.0,-2.5e-10\n"
    assert encoded(Image(np.array([[0], [65535]], np.uint16)), "txt")[0].getvalue() == b"0\n65535\n"
    for value in (np.nan, np.inf):
        with pytest.raises(ImageError, match="NaN or infinity"):
            encoded(Image(np.array([[value]], np.float32)), "csv")


def test_content_decides_not_the_suffix(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encoded(picture(), "png")[0].getvalue())
    np.testing.assert_array_equal(read(tmp_path / "a.jpg").pixels, picture().pixels)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("P1", b"P1 # c\n3 1\n1 0\n1"), ("P1", b"P1\n3\n1\n101"), ("P4", b"P4\n3 1\n\xa0")],
)
def test_bitmaps(kind, content):
    np.testing.assert_array_equal(read(io.BytesIO(content)).pixels, [[[0], [255], [0]]])


@pytest.mark.parametrize(
    ("content", "levels"),
    [
        (b"P2\n# a comment\n2 1 # another\n100\n0 # more\n50", [[[0], [128]]]),
        (b"P5\n2 1\n100\n\x00\x32", [[[0], [128]]]),
        (b"P5 2 1 1023 \x00\x00\x03\xff", [[[0], [65535]]]),
        (b"P3 1 1 65535 1 2 3", [[[1, 2, 3]]]),
        (b"P6 1 1 65535 \x01\x02\x03\x04\x05\x06", [[[0x102, 0x304, 0x506]]]),
        (b"Pf 1 2 -1.0\n" + struct.pack("<2f", 1, 2), [[[2]], [[1]]]),
        (b"PF 1 1 1\n" + struct.pack(">3f", 1, -2, 3), [[[1, -2, 3]]]),
    ],
)
def test_netpbm(content, levels):
    np.testing.assert_array_equal(read(io.BytesIO(content)).pixels, levels)


@pytest.mark.parametrize("depth", DTYPES)
@pytest.mark.parametrize("colour", ["grey", "RGB"])
def test_flatten(depth, colour):
    image = picture(colour, depth, alpha=True)
    if image.pixels.dtype.kind == "f":
        image.pixels[..., -1] = np.linspace(0, 1, 37 * 29).reshape(37, 29)
    ground = (10, 200, 30)
    shown = flatten(image, ground)
    white = white_level(depth)
    opacity = image.pixels[..., -1:].astype(float) / white
    expected = image.pixels[..., :-1] * opacity + np.array(ground) / 255 * white * (1 - opacity)
    assert not shown.alpha
    assert shown.pixels.shape == (37, 29, 3)
    if image.pixels.dtype.kind == "f":
        np.testing.assert_allclose(shown.pixels, expected, rtol=1e-6, atol=1e-6)
    else:
        np.testing.assert_array_equal(shown.pixels, np.rint(expected))
    assert flatten(image, (7, 7, 7)).pixels.shape[2] == COLOURS[colour]
    assert flatten(shown, ground) is shown


def test_flatten_by_hand():
    pixels = np.array([[[0, 255], [100, 0], [100, 128]]], np.uint8)
    assert flatten(Image(pixels, True), (255, 255, 255)).pixels.ravel().tolist() == [0, 255, 177]


@pytest.mark.parametrize(
    ("text", "colour"),
    [("white", (255, 255, 255)), ("#102030", (16, 32, 48)), ("#fff", (255, 255, 255)),
     ("rgb(1,2,3)", (1, 2, 3)), ("hsl(120,100%,50%)", (0, 255, 0)), ("#010203ff", (1, 2, 3))],
)  # fmt: skip
def test_parse_colour(text, colour):
    assert parse_colour(text) == colour


@pytest.mark.parametrize(
    "text", ["", "whit", "#12345", "rgb(300,0,0)", "#00000080", "rgb(\u0661,2,3)", "12", "a\nb"]
)
def test_parse_colour_refuses(text):
    with pytest.raises(ParameterError) as caught:
        parse_colour(text)
    assert str(caught.value).isprintable()


def test_format_of():
    assert format_from_suffix("a/b.TIF") is FORMATS["tiff"]
    with pytest.raises(
        CommandError,
        match=r"a\.pgn: unknown picture format \.pgn; known are \.pnm, \.png, \.pgm, \.apng",
    ):
        format_from_suffix("a.pgn")
    with pytest.raises(CommandError, match="a suffix is missing"):
        format_from_suffix("picture")


@pytest.mark.parametrize(
    ("name", "image", "words"),
    [
        ("jpeg", picture(alpha=True), "can't hold alpha; --background COLOUR"),
        (
            "jpeg",
            picture(depth="uint16"),
            "JPEG can't hold 16-bit RGB; PNG, TIFF, PPM and .npy can",
        ),
        ("png", picture(depth="float32"), "PNG can't hold float RGB; TIFF, PFM and .npy can"),
        ("png", picture("CMYK"), "PNG can't hold 8-bit CMYK; JPEG and TIFF can"),
        ("npy", picture("CMYK"), "can't hold 8-bit CMYK"),
        ("csv", picture(), ".csv can't hold 8-bit RGB; "),
        ("pgm", picture(), "PGM can't hold"),
        ("webp", Image(np.zeros((1, 16_384), np.uint8)), "16383 pixels a side at most"),
        ("png", Image(np.zeros((1, 1, 7), np.uint8)), "8-bit 7-channel; .npy can"),
        ("tiff", Image(np.zeros((1, 1, 6), np.uint8), True), "6-channel with alpha; .npy can"),
    ],
)
def test_a_format_is_asked_first_whether_it_can(name, image, words, tmp_path):
    path = tmp_path / f"a{FORMATS[name].suffixes[0]}"
    with pytest.raises(ImageError) as caught:
        write(path, image)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in caught.value.command_message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("quality", [0, 101, -1])
def test_quality_has_a_range(quality):
    with pytest.raises(ParameterError, match="1 to 100"):
        encoded(smooth(), "jpeg", quality=quality)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_an_error_in_every_format(name, tmp_path):
    import resource

    kind = next(kind for held, *kind in HELD if held == name)
    image = picture(*kind, size=(300, 300))
    path = tmp_path / f"a{FORMATS[name].suffixes[0]}"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OutputError, match="File too large"):
            write(path, image)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.iterdir())
    write(path, image)
    assert path.stat().st_size > 10_000


def test_what_an_encoder_raises_is_one_line_and_leaves_no_file(tmp_path, monkeypatch):
    def fail(*args, **options):
        raise ValueError("no\nsuch luck")

    monkeypatch.setattr(PIL.Image.Image, "save", fail)
    with pytest.raises(OutputError, match=r"a\.jpg: can't be written as JPEG$"):
        write(tmp_path / "a.jpg", smooth())
    assert not list(tmp_path.iterdir())


class Trickle(io.RawIOBase):
    """A stream that takes a little at a time, as a pipe may."""

    def __init__(self):
        self.content = b""

    def writable(self):
        return True

    def write(self, content):
        self.content += bytes(content[:1000])
        return min(len(content), 1000)


@pytest.mark.parametrize("source", [b"a.png", 3, None])
def test_what_is_neither_a_path_nor_a_stream_is_not_read(source):
    kind = type(source).__name__
    with pytest.raises(ParameterError, match=f"^source: wanted a path or .*stream, not {kind}$"):
        read(source)


def test_an_array_is_no_picture_to_write(tmp_path):
    with pytest.raises(ParameterError, match=r"^image: .* such as Image\(pixels\), not ndarray$"):
        write(tmp_path / "a.png", np.zeros((3, 4), np.uint8))
    assert not list(tmp_path.iterdir())


def test_a_stream_that_begins_as_no_picture_is_not_waited_for():
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self):
            return True

        def readinto(self, room):
            self.taken += len(room)
            assert self.taken < 10_000
            room[:] = bytes(len(room))
            return len(room)

    with pytest.raises(ImageError, match="stdin: is no picture"):
        read(Endless())


def test_a_stream_that_can_not_be_read():
    class Folder(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, room):
            raise IsADirectoryError(21, "Is a directory")

    with pytest.raises(ImageError, match=r"^stdin: .*Is a directory"):
        read(Folder())


def test_a_stream_gets_all_bytes_and_png_by_default():
    stream = Trickle()
    write(stream, picture())
    np.testing.assert_array_equal(read(io.BytesIO(stream.content)).pixels, picture().pixels)


def test_a_stream_that_is_broken():
    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, content):
            raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(OutputError, match="stdout: Broken pipe"):
        write(Pipe(), picture())


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


def test_reading_in_threads_shows_no_warning():
    """Pillow warns of a broken animation; with warnings as errors it would not be read."""
    control = (b"acTL", struct.pack(">LL", 0, 0))
    content = png(8, 0, [b"\0\1"], control).getvalue()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(read(io.BytesIO(content)))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        read(io.BytesIO(content))
    assert not shown


@pytest.mark.slow
@pytest.mark.parametrize("compression", ["group4", "tiff_lzw"])
def test_libraries_print_nothing(compression, tmp_path):
    source = PIL.Image.fromarray(smooth("grey").pixels[:, :, 0])
    stream = io.BytesIO()
    source = source.convert("1") if compression == "group4" else source
    source.save(stream, "TIFF", compression=compression)
    content = bytearray(stream.getvalue())
    content[18:48] = b"\x55" * 30
    (tmp_path / "a.tif").write_bytes(content)
    program = (
        "import sys, imgfilt\n"
        "try: imgfilt.read(sys.argv[1])\n"
        "except imgfilt.ImageError: print('broken')"
    )
    command = [sys.executable, "-W", "always", "-c", program, str(tmp_path / "a.tif")]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr == b""
