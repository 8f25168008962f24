"""Grids of numbers as pictures: which numbers are read, and how the others are refused."""

import numpy as np
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import read

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
