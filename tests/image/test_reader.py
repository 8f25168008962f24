"""Files and streams that are broken or no pictures: an error of one line, and nothing else."""

import io
import struct
import subprocess
import sys
import threading
import warnings
import zlib

import numpy as np
import PIL.Image
import pytest

from imgfilt.errors import ImageError, ParameterError
from imgfilt.image import read

from ..image_support import by_lzw, encoded, picture, png, smooth, tiff


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


@pytest.mark.parametrize("source", [b"a.png", 3, None])
def test_what_is_neither_a_path_nor_a_stream_is_not_read(source):
    kind = type(source).__name__
    with pytest.raises(ParameterError, match=f"^source: wanted a path or .*stream, not {kind}$"):
        read(source)


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
