"""Grids of numbers as pictures: which numbers are read, and how the others are refused."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgfilt import Kernel
from imgfilt.errors import ImageError
from imgfilt.image import Image, read, read_frames

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


NUMBER = "is not a number or a fraction a/b"
WORDS = ["1_0", "1/1e2", "nan", "inf", "0x10", "1e", ".", "1//2", "\u0663", '"1']
WHY = dict.fromkeys(WORDS, NUMBER)
WHY |= dict.fromkeys(["-1e999", "1e9999999"], "is too large for float64")
WHY |= dict.fromkeys(["1e-999", "0.01e-323"], "is too near to 0 for float64")
WHY["1" + "0" * 2000] = "has more than 2000 characters"


@pytest.mark.parametrize("word", WHY)
def test_refuses_other_numbers_by_line_and_column(word, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"0,1\n2,{word}\n", "utf-8")
    shown = word if len(word) <= 40 else word[:37] + "..."
    with pytest.raises(ImageError) as error:
        read(str(path))
    assert str(error.value) == f"{path}:2:3: {shown!r} {WHY[word]}"
    line, caret = error.value.__notes__[0].split("\n")
    assert line.startswith(f"    2,{word[:20]}")
    assert caret == "      ^"


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
        ("txt", "# a\n1 2 # b\n\t\n3\t,4\n#", "uint8", [[1, 2], [3, 4]]),
        ("txt", "1/4 -3/2\n0/7 1\n", "float64", [[0.25, -1.5], [0, 1]]),
        ("csv", '"1","2"\r\n"3","4"\r\n\r\n', "uint8", [[1, 2], [3, 4]]),
        ("csv", '"1/2", "2e0"\n3,4', "float64", [[0.5, 2], [3, 4]]),
        ("csv", "1 2\n", "uint8", [[1, 2]]),
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
        ("csv", "1,2\n\n3\n", ":3: 1 number, but the rows above have 2"),
        ("csv", "1\n1 2 # 3\n", ":2: 2 numbers, but the rows above have 1"),
        ("csv", "1,2\n1,x\n", f":2:3: 'x' {NUMBER}"),
        ("csv", "1,,2\n", ":1:3: a number is missing"),
        ("csv", "1,2,\n", ":1:5: a number is missing"),
        (
            "csv",
            "1,5;2\n",
            f":1:3: '5;2' {NUMBER}; blanks, tabs or commas stand between",
        ),
        ("txt", "1/0\n", ":1:1: the denominator of 1/0 is zero"),
        ("txt", "", ": holds no numbers"),
        ("txt", " \n\n# 1 2", ": holds no numbers"),
        ("txt", "\x00\x01", ":1:1: "),
    ],
)
def test_grids_that_are_none_are_refused(suffix, text, words, tmp_path):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(text.encode())
    with pytest.raises(ImageError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}{words}")


def test_letters_are_for_the_border(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a b\nc d\n")
    with pytest.raises(ImageError) as error:
        read(path)
    hint = "letters work in imgfilt border only"
    assert error.value.command_message == f"{path}:1:1: 'a' {NUMBER}; {hint}"
    path.write_text("1 nan\n")
    with pytest.raises(ImageError) as error:
        read(path)
    assert hint not in error.value.command_message


CELLS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.fractions(-9, 9, max_denominator=99).map(str),
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1), st.sampled_from(" ,\t"))
def test_a_grid_and_a_kernel_have_one_grammar(rows, separator):
    text = "".join(f"{separator.join(row)}  # text\n" for row in rows)
    (image,) = read_frames(io.BytesIO(text.encode()), words=True)
    np.testing.assert_array_equal(image.pixels[..., 0], Kernel.parse(text).weights)
    assert image.metadata.words == rows
    assert not read(io.BytesIO(text.encode())).metadata.words  # they take much memory


def test_a_grid_that_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe1\x00")
    with pytest.raises(ImageError, match="UTF-8"):
        read(tmp_path / "a.txt")


def test_a_grid_is_written_in_the_shortest_words():
    image = Image(np.array([[0.1, 1, -2.5e-10]], np.float32))
    assert encoded(image, "csv")[0].getvalue() == b"0.1,1.0,-2.5e-10\n"
    assert encoded(Image(np.array([[0], [65535]], np.uint16)), "txt")[0].getvalue() == (
        b"    0\n65535\n"
    )
    for value in (np.nan, np.inf):
        with pytest.raises(ImageError, match="NaN or infinity"):
            encoded(Image(np.array([[value]], np.float32)), "csv")
