"""What is asked before a file is written, and what is left when writing fails."""

import io
import sys

import numpy as np
import PIL.Image
import PIL.ImageCms
import pytest

from imgfilt.errors import ImageError, OutputError, ParameterError
from imgfilt.image import FORMATS, Image, read, write

from ..image_support import HELD, encoded, picture, smooth


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


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 1), (3, 4, 2), (3, 4, 3), (3, 4, 4)])
def test_an_array_is_written(shape, tmp_path):
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    assert write(tmp_path / "a.png", pixels) == ()
    found = read(tmp_path / "a.png")
    assert np.array_equal(found.pixels.reshape(shape), pixels)
    assert found.alpha == (shape[2:] in [(2,), (4,)])


def test_a_pillow_image_is_written_upright_with_its_metadata(tmp_path):
    profile = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes()
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "words"
    PIL.Image.new("RGB", (4, 3), (9, 8, 7)).save(
        tmp_path / "a.jpg", exif=exif, icc_profile=profile, dpi=(300, 300)
    )
    with PIL.Image.open(tmp_path / "a.jpg") as picture:
        assert write(tmp_path / "b.png", picture) == ()
    found = read(tmp_path / "b.png")
    assert found.shape == (4, 3, 3)
    assert found.metadata.icc == profile
    assert found.metadata.dpi == pytest.approx((300, 300), abs=0.01)
    with PIL.Image.open(tmp_path / "b.png") as picture:
        tags = picture.getexif()
    assert (tags[0x010E], tags.get(0x0112, 1)) == ("words", 1)


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ([[1, 2]], "^image: list was given; .*asarray"),
        (np.zeros((3, 4), bool), "^image: pixels of bool"),
        ("a.png", r"^image: a path was given; the path comes first: write\(path, image\)"),
    ],
)
def test_what_is_no_picture_to_write(picture, said, tmp_path):
    with pytest.raises(ParameterError, match=said):
        write(tmp_path / "a.png", picture)
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
