"""Whether a picture can be used is asked before it is decoded: of files cut off in their pixels."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from imgfilt.errors import ImageError
from imgfilt.image import FORMATS, Image, read_frames, write, write_frames

# Colours with alpha, depth and format: all that differs in a header.
HELD = [
    ("png", "uint8", 1, False),
    ("png", "uint8", 4, True),
    ("png", "uint16", 1, False),
    ("png", "uint16", 2, True),
    ("png", "uint16", 3, False),
    ("tiff", "uint8", 3, False),
    ("tiff", "uint8", 4, False),
    ("tiff", "uint16", 4, True),
    ("tiff", "float32", 3, False),
    ("jpeg", "uint8", 3, False),
    ("jpeg", "uint8", 1, False),
    ("webp", "uint8", 4, True),
    ("avif", "uint8", 3, False),
    ("jp2", "uint16", 1, False),
    ("bmp", "uint8", 3, False),
    ("ppm", "uint8", 3, False),
    ("pgm", "uint16", 1, False),
    ("pfm", "float32", 3, False),
    ("npy", "uint16", 4, True),
    ("npy", "float32", 1, False),
]


def refuse(header):
    raise ImageError(repr(header))


@pytest.mark.parametrize(("format", "dtype", "channels", "alpha"), HELD)
def test_the_header_alone_is_asked_about(format, dtype, channels, alpha):
    rng = np.random.default_rng(7)
    levels = (rng.random((40, 50, channels)) * 255).astype(dtype)
    stream = io.BytesIO()
    write(stream, Image(levels, alpha), format=format)
    content = stream.getvalue()
    headers = []
    image = next(read_frames(io.BytesIO(content), on_header=headers.append))
    assert headers == [image.header]
    if format not in ("png", "avif", "webp"):  # whose ends are looked at, or which are read whole
        middle = io.BytesIO(content[: len(content) * 9 // 10])
        with pytest.raises(ImageError, match=r"40, 50"):
            next(read_frames(middle, on_header=refuse))


@pytest.mark.parametrize("format", ["png", "gif", "webp", "tiff", "avif"])
def test_the_number_of_frames_is_asked_about_and_alpha_not_yet(format):
    levels = np.random.default_rng(8).integers(0, 256, (3, 6, 5, 4), dtype=np.uint8)
    stream = io.BytesIO()
    write_frames(stream, [Image(frame, True, frames=3) for frame in levels], format=format)
    headers = []
    stream.seek(0)
    list(read_frames(stream, on_header=headers.append))
    pages = format == "tiff"
    expected = (np.uint8, (6, 5, 4 if pages else 3), pages, 3, 0)
    assert headers == [expected] * (3 if pages else 1)
    headers.clear()
    stream.seek(0)
    list(read_frames(stream, frame=1, on_header=headers.append))
    assert [header.frames for header in headers] == [1]


def test_a_palette_is_asked_about_as_its_colours():
    stream = io.BytesIO()
    picture = Pillow.new("P", (4, 3))
    picture.putpalette([1, 2, 3, 4, 5, 6])
    picture.save(stream, "PNG", transparency=b"\x80\xff")
    headers = []
    stream.seek(0)
    list(read_frames(stream, on_header=headers.append))
    assert headers == [(np.uint8, (3, 4, 4), True, 1, 0)]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_transparent_colour_is_asked_about_as_alpha(mode):
    stream = io.BytesIO()
    key = 7 if mode == "L" else (7, 8, 9)
    Pillow.new(mode, (4, 3), key).save(stream, "PNG", transparency=key)
    headers = []
    stream.seek(0)
    list(read_frames(stream, on_header=headers.append))
    assert headers == [(np.uint8, (3, 4, 2 if mode == "L" else 4), True, 1, 0)]


def test_every_format_with_a_header_is_in_the_table():
    text = {"csv", "txt"}
    single = {"gif"}  # asked as an animation is
    assert {format for format, *_ in HELD} == set(FORMATS) - text - single
