"""PBM, PGM, PPM and PFM: several pictures in a stream, line ends, comments, scales."""

import io
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import Image, Metadata, read, read_frames, write, write_frames

from ...cli_support import invoke

CASES = Path(__file__).parent.parent.parent / "cases" / "odd"
RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (4, 5, 3)).astype(np.uint8)
DEEP = RANDOM.integers(0, 65_536, (3, 2, 3)).astype(np.uint16)
FLOATS = np.array([[0.5, -2, 1e30], [0, 1, 77.25]], np.float32)


def binary(levels, head=b"{kind}\n{size}\n{white}\n"):
    """Return levels as a P5 or P6 with the header of this form."""
    height, width, channels = levels.shape
    white = np.iinfo(levels.dtype).max
    words = {b"{kind}": b"P5" if channels == 1 else b"P6", b"{white}": str(white).encode()}
    words[b"{size}"] = f"{width} {height}".encode()
    for name, word in words.items():
        head = head.replace(name, word)
    return head + levels.astype(levels.dtype.newbyteorder(">")).tobytes()


def pictures(content):
    return [image.pixels for image in read_frames(io.BytesIO(content))]


def test_the_case_of_two_pictures_comes_out_as_it_went_in(tmp_path):
    source, target = CASES / "two.ppm", tmp_path / "a.ppm"
    assert invoke("convolve", source, "-k", "identity", "-o", target).exit_code == 0
    assert target.read_bytes() == source.read_bytes()
    result = invoke("convolve", source, "-k", "identity", "-o", tmp_path / "a.bmp")
    assert result.exit_code == 1
    assert "BMP can't hold 2 frames" in result.stderr
    assert invoke("convolve", source, "-k", "identity", "-o", tmp_path / "a.tif").exit_code == 0
    assert [image.frames for image in read_frames(tmp_path / "a.tif")] == [2, 2]


@pytest.mark.parametrize("between", [b"", b"\n", b" \r\n\t"])
@pytest.mark.parametrize("after", [b"", b"\n", b"\0\0", b"P", b"more"])
def test_pictures_of_all_sizes_and_kinds_stand_behind_each_other(between, after):
    bits = b"P4\n9 2\n" + bytes([0b10101010, 0x80, 0, 0])
    plain = b"P2\n2 1 255\n7 9"
    parts = [binary(COLOUR), binary(DEEP), bits, binary(COLOUR[:, :, :1]), plain]
    found = pictures(between.join(parts))
    np.testing.assert_array_equal(found[0], COLOUR)
    np.testing.assert_array_equal(found[1], DEEP)
    np.testing.assert_array_equal(found[2][0, :, 0], [0, 255] * 4 + [0])
    np.testing.assert_array_equal(found[3], COLOUR[:, :, :1])
    np.testing.assert_array_equal(found[4].ravel(), [7, 9])
    assert len(found) == 5
    np.testing.assert_array_equal(pictures(binary(DEEP) + after)[0], DEEP)


def test_a_frame_is_picked_and_a_truncated_one_is_an_error():
    content = binary(COLOUR) + binary(DEEP)
    picked = read(io.BytesIO(content), frame=1)
    np.testing.assert_array_equal(picked.pixels, DEEP)
    assert picked.frames == 1
    for cut in range(len(binary(COLOUR)) + 3, len(content)):
        with pytest.raises(ImageError, match="truncated"):
            pictures(content[:cut])


@pytest.mark.parametrize("format", ["ppm", "pgm"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_pictures_are_written_behind_each_other(format, dtype):
    frames = [RANDOM.integers(0, 200, (3 + n, 4, 1)).astype(dtype) for n in range(3)]
    stream = io.BytesIO()
    write_frames(stream, [Image(pixels, frames=3) for pixels in frames], format=format)
    assert stream.getvalue() == b"".join(map(binary, frames))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("convert"), reason="ImageMagick isn't installed")
def test_imagemagick_reads_what_is_written(tmp_path):
    frames = [Image(COLOUR, frames=2), Image(COLOUR[::-1], frames=2)]
    write_frames(tmp_path / "a.ppm", frames)
    subprocess.run(["convert", tmp_path / "a.ppm", tmp_path / "%d.png"], check=True)
    for number, frame in enumerate(frames):
        np.testing.assert_array_equal(read(tmp_path / f"{number}.png").pixels, frame.pixels)


@pytest.mark.parametrize(
    "head",
    [
        b"{kind} {size} {white} ", b"{kind}\r\n{size}\r\n{white}\r\n", b"{kind}\r{size}\r{white}\r",
        b"{kind} # 1 2\n#3\n{size}#4\n#\n{white}\n", b"{kind}\n{size}\n{white}# 3\n",
        b"{kind}#" + b"x" * 3000 + b"\n{size}\n{white}\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("levels", [COLOUR, DEEP, DEEP[:, :, :1], np.full((2, 2, 1), 10, np.uint8)])
def test_blanks_and_comments_stand_anywhere_in_a_header(head, levels):
    (found,) = pictures(binary(levels, head))
    np.testing.assert_array_equal(found, levels)


def pfm(floats, order, scale, end=b"\n"):
    kind = b"Pf" if floats.ndim == 2 else b"PF"
    size = f"{floats.shape[1]} {floats.shape[0]}".encode()
    return end.join([kind, size, scale, b""]) + floats[::-1].astype(f"{order}f4").tobytes()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b" "])
@pytest.mark.parametrize(("order", "sign"), [("<", b"-"), (">", b""), (">", b"+")])
@pytest.mark.parametrize("floats", [FLOATS, np.stack([FLOATS] * 3, 2), FLOATS[:1, 1:2]])
def test_a_pfm_has_any_line_end(floats, order, sign, end):
    found = read(io.BytesIO(pfm(floats, order, sign + b"1.0", end)))
    np.testing.assert_array_equal(found.pixels.squeeze(), floats.squeeze())
    assert found.metadata == Metadata()


def test_the_case_of_a_pfm_with_carriage_returns():
    content = (CASES / "crlf.pfm").read_bytes()
    expected = np.frombuffer(content[-5 * 4 * 3 * 4 :], "<f4").reshape(4, 5, 3)[::-1]
    found = read(CASES / "crlf.pfm").pixels
    np.testing.assert_array_equal(found, expected)
    assert np.abs(found).max() <= 1


def test_a_scale_is_kept_and_multiplies_nothing(tmp_path):
    source, target = tmp_path / "a.pfm", tmp_path / "b.pfm"
    source.write_bytes(pfm(FLOATS, ">", b"2.5"))
    result = invoke("convolve", source, "-k", "identity", "-o", target)
    assert (result.exit_code, result.stderr) == (0, "")
    assert target.read_bytes() == pfm(FLOATS, "<", b"-2.5")
    assert write(io.BytesIO(), read(source), format="tiff") == ("scale",)


@pytest.mark.parametrize(
    "content",
    [
        b"Pf\n2 2\n0\n" + bytes(16), b"Pf\n2 2\nnan\n" + bytes(16), b"Pf\n2 2\n1e999\n" + bytes(16),
        b"Pf\n2 -2\n1\n" + bytes(16), b"Pf\n2 2\n" + bytes(16), b"Pf\n2.5 2\n1\n" + bytes(16),
        b"Pf\n2 2\n-\n" + bytes(16), b"Pf\n2 2\n1\n" + bytes(15), b"P6\n1 1\n25.5\n" + bytes(3),
        b"P5\n1 1\n0\n" + bytes(3), b"P5\n1 1\n-5\n" + bytes(3), b"P5\n99999999999 1\n1\n",
        b"P5\n1 1\n" + struct.pack(">L", 7),
    ],
)  # fmt: skip
def test_a_broken_header_is_an_error(content):
    with pytest.raises(ImageError):
        read(io.BytesIO(content))


def test_a_pam_is_refused_by_name():
    with pytest.raises(ImageError, match="PAM"):
        read(io.BytesIO(b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n\0"))


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
