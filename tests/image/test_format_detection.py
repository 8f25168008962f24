"""The format follows from the content of a file, and from the suffix of an output."""

import io

import numpy as np
import pytest

from imgfilt.errors import CommandError, ImageError
from imgfilt.image import FORMATS, format_from_suffix, read

from ..image_support import encoded, picture


def test_content_decides_not_the_suffix(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encoded(picture(), "png")[0].getvalue())
    np.testing.assert_array_equal(read(tmp_path / "a.jpg").pixels, picture().pixels)


def test_format_of():
    assert format_from_suffix("a/b.TIF") is FORMATS["tiff"]
    # .pgm and .png are as near.
    with pytest.raises(CommandError, match=r"a\.pgn: unknown .* \.pgn; known are png, jpeg, tiff"):
        format_from_suffix("a.pgn")
    with pytest.raises(CommandError, match=r"unknown .* \.tifff; did you mean \.tiff\?"):
        format_from_suffix("a.tifff")
    with pytest.raises(CommandError, match="a suffix is missing"):
        format_from_suffix("picture")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture of a known format"),
        (b"%PDF-1.4", "is a PDF file, which isn't read"),
        (b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="', "is an SVG file, which isn't read"),
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


def test_formats_that_are_not_read_are_told_by_name():
    for start, label in ((b"8BPS\0\1", "Photoshop"), (b"\0\0\0 ftypheic", "HEIF")):
        with pytest.raises(ImageError, match=f"is a {label} file, which isn't read"):
            read(io.BytesIO(start + bytes(20)))
