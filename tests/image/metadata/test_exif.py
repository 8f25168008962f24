"""EXIF blocks: what stays in its place, what goes, and blocks that are malformed."""

import zlib

import PIL.Image
import pytest

from imgfilt.image import read

from ...exif_support import EXPOSURE, SOFTWARE, exif, orientation_of
from ...image_support import picture, png, round_trip


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_thumbnail_goes_and_the_rest_of_exif_stays_in_its_place(order):
    block = round_trip(picture(exif=exif(6, True, order)), "jpeg").metadata.exif
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
    assert round_trip(picture(exif=block), name).pixels.shape[:2] in ((37, 29), (29, 37))


def test_the_exif_of_a_tiff_reaches_a_jpeg_and_comes_back():
    tags = PIL.Image.Exif()
    tags[SOFTWARE] = "cam"
    tags.get_ifd(0x8769)[EXPOSURE] = 0.25
    tags.get_ifd(0x8825)[1] = "N"
    image = picture(exif=tags.tobytes().removeprefix(b"Exif\0\0"))
    for name in ("tiff", "jpeg", "tiff"):
        image = round_trip(image, name)
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
