"""Grids of numbers as pictures: which numbers are read, and how the others are refused."""

import io

import numpy as np
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import Image, read

from ...image_support import encoded

NUMBERS = {
    "0,255": np.uint8([0, 255]),
    "+7,-0": np.uint8([7, 0]),
    "0,256": np.float64([0, 256]),
    "-1,2": np.float64([-1, 2]),
    "1.,.5": np.float64([1, 0.5]),
    "0e-9999999,5e-324": np.float64([0, 5e-324]),
    "-1.7976931348623157e+308,0.1": np.float64([-1.7976931348623157e308, 0.1]),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_reads_decimals(text, tmp_path):
    (tmp_path / "a.csv").write_text(f"{text}\n")
    (tmp_path / "a.txt").write_text(text.replace(",", " "))
    for name in ("a.csv", "a.txt"):
        pixels = read(str(tmp_path / name)).pixels
        assert pixels.dtype == NUMBERS[text].dtype
        np.testing.assert_array_equal(pixels[:, :, 0], [NUMBERS[text]])


REFUSED = {
    **dict.fromkeys(["1e-999", "-1e999", "1e9999999", "0.01e-323"], "is too large or too small"),
    **dict.fromkeys(["1_0", "1/2", "nan", "inf", "0x10", "1e", ".", "\u0663"], "is not a number"),
}


@pytest.mark.parametrize("word", REFUSED)
def test_refuses_other_numbers_by_line(word, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"0,1\n2,{word}\n", "utf-8")
    with pytest.raises(ImageError, match=rf"a\.csv: line 2: '{word}' {REFUSED[word]}"):
        read(str(path))


def test_refuses_a_number_of_too_many_digits(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("1" + "0" * 2000)
    with pytest.raises(ImageError, match=r"line 1: '10{39}' is not a number"):
        read(str(path))


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
