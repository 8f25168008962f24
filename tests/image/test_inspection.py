"""What a header says: the same as the decoded picture, without decoding it."""

import io
from itertools import product

import numpy as np
import PIL.Image
import pytest

from imgfilt.image import FORMATS, Image, Metadata, inspection, read_frames, write_frames
from imgfilt.image.metadata import exif
from imgfilt.image.read_options import ReadOptions
from imgfilt.row_source import Undecoded

from ..image_support import KINDS, picture
from ..metadata_files import LEVELS

TEXTS = "csv", "txt"
NO_OPTIONS = ReadOptions()
DECODED = ("webp", 3), ("avif", 3)  # their animations


def inspect(content, options=NO_OPTIONS):
    return inspection.inspect(content, "a", options)


def written(name, frames=1, **kind):
    images = [picture(**kind) for _ in range(frames)]
    for number, image in enumerate(images):
        pixels = np.roll(image.pixels, number, 0)
        timeline = image.metadata._replace(duration=80.0, loop_count=2)
        images[number] = Image(pixels, image.alpha, timeline, frames)
    stream = io.BytesIO()
    write_frames(stream, images, format=FORMATS[name])
    return stream.getvalue()


def cases():
    """Give (format, depth, colours, alpha, frames) for all that the formats of pictures hold."""
    for (name, format), (colour, depth, alpha), frames in product(FORMATS.items(), KINDS, (1, 3)):
        channels = {"grey": 1, "RGB": 3, "CMYK": 4}[colour] + alpha
        if name in TEXTS or not format.can_hold(depth, channels, alpha):
            continue
        if frames == 1 or depth in format.frames:
            yield name, colour, depth, alpha, frames


@pytest.mark.parametrize(("name", "colour", "depth", "alpha", "frames"), list(cases()))
def test_a_header_says_what_decoding_gives(name, colour, depth, alpha, frames):
    content = written(name, frames, colour=colour, depth=depth, alpha=alpha)
    axes = "ZYX" + "C" * (colour != "grey" or alpha) if (name, frames) == ("npy", 3) else None
    decoded = list(read_frames(io.BytesIO(content), axes=axes))
    headers = list(read_frames(io.BytesIO(content), axes=axes, header_only=True))
    assert len(headers) == len(decoded) == frames
    for header, image in zip(headers, decoded, strict=True):
        assert isinstance(header.pixels, Undecoded) or (name, frames) in DECODED
        assert header.metadata == image.metadata or name == "ppm"
        # Alpha of an animation is known only when a frame is decoded.
        if header.header != image.header:
            assert frames > 1
            assert header.pixels.shape[:2] == image.pixels.shape[:2]
            assert header.alpha


def test_pixels_that_are_not_decoded_cannot_be_read():
    (image,) = read_frames(io.BytesIO(written("png")), header_only=True)
    with pytest.raises(ValueError, match="only the header"):
        image.pixels[:2]


def test_only_the_header_is_read(monkeypatch):
    content = written("jpeg")
    monkeypatch.setattr(PIL.Image.Image, "load", lambda self: pytest.fail("it is decoded"))
    assert inspect(content)["width"] == 29


def test_the_facts_of_a_jpeg():
    file, picture = io.BytesIO(), PIL.Image.fromarray(LEVELS)
    tags = picture.getexif()
    tags[exif.ORIENTATION], tags[271] = 6, "maker"
    tags.get_ifd(34853)[1] = "N"
    picture.save(file, "JPEG", exif=tags, dpi=(254, 127), comment=b"words")
    facts = inspect(file.getvalue())
    assert (facts["format"], facts["width"], facts["height"]) == ("JPEG", 6, 8)
    assert (facts["depth"], facts["channels"]) == ("8-bit", ["red", "green", "blue"])
    assert facts["orientation"] == 6
    # Of the upright picture.
    assert facts["resolution"] == {"across": 127, "down": 254, "unit": "inch"}
    assert facts["centimetres"] == [pytest.approx(0.12), pytest.approx(0.08)]
    assert facts["metadata"] == ["EXIF", "GPS position", "comment"]
    assert facts["memory"] == 6 * 8 * 3
    assert facts["refused"] is None


@pytest.mark.parametrize("name", ["png", "gif", "webp", "avif"])
def test_the_facts_of_an_animation(name):
    facts = inspect(written(name, 3))
    assert (facts["frames"], facts["milliseconds"], facts["pages"]) == (3, 240, [])
    assert facts["runs"] == (2 if name != "avif" else 0)


def test_pages_that_differ():
    images = [Image(np.zeros((4, size), kind), frames=2) for size, kind in ((5, "u1"), (6, "f4"))]
    stream = io.BytesIO()
    write_frames(stream, images, format=FORMATS["tiff"])
    facts = inspect(stream.getvalue())
    assert [page["width"] for page in facts["pages"]] == [5, 6]
    assert [page["depth"] for page in facts["pages"]] == ["8-bit", "float"]


@pytest.mark.parametrize("mode", ["P", "1", "L"])
@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "GIF"])
def test_palettes(mode, format):
    file, grey = io.BytesIO(), PIL.Image.fromarray(LEVELS).convert(mode)
    grey.save(file, format)
    facts = inspect(file.getvalue())
    assert facts["palette"] == (mode == "P" or format == "GIF")


@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.parametrize("name", ["png", "tiff", "gif", "webp", "jpeg"])
def test_what_is_too_large_has_facts(name, frames):
    if frames > 1 and name == "jpeg":
        pytest.skip("it holds one")
    facts = inspect(written(name, frames), ReadOptions(max_pixels=100))
    assert (facts["width"], facts["height"]) == (29, 37)
    assert facts["refused"].endswith("--max-pixels allows it")


def test_a_profile_without_a_name():
    image = picture()
    image = Image(image.pixels, metadata=Metadata(icc=bytes(16) + b"RGB " + bytes(200)))
    stream = io.BytesIO()
    write_frames(stream, [image], format=FORMATS["png"])
    assert inspect(stream.getvalue())["profile"] == "without a name (220 bytes)"
