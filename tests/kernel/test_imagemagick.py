"""ImageMagick's kernel texts: each means what `convert -morphology Convolve` makes of it."""

import re
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest

from imgfilt import Convolve, Kernel, apply
from imgfilt.errors import KernelError
from imgfilt.kernel.files import parse_content
from imgfilt.kernel.source import parse_source

from ..cli_support import invoke, save

# The text, its rows and its origin (row, column).
TEXTS = {
    "3x3: 0,-1,0 -1,5,-1 0,-1,0": ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], (1, 1)),
    "3x2+0+1: 1,2,3 4,5,6": ([[1, 2, 3], [4, 5, 6]], (1, 0)),
    "3x3+2+0:1,2,3,4,5,6,7,8,9": ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], (0, 2)),
    "5x1: 1 2 3 4 5": ([[1, 2, 3, 4, 5]], (0, 2)),
    "1x2: 1,2": ([[1], [2]], (0, 0)),
    "4x2: 1 2,3 , 4\t5 6 7 8": ([[1, 2, 3, 4], [5, 6, 7, 8]], (0, 1)),
    "3x1:,1,2 , 3": ([[1, 2, 3]], (0, 1)),
    "2x2: 1,2\n,3\n,\n4": ([[1, 2], [3, 4]], (0, 0)),
    "3: 1,2,3 4,5,6 7,8,9": ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], (1, 1)),
    " 2 : -.5,1e1,+2.,0 ": ([[Fraction(-1, 2), 10], [2, 0]], (0, 0)),
    "2x1: 1/9 2/9": ([[Fraction(1, 9), Fraction(2, 9)]], (0, 0)),
}


@pytest.mark.parametrize("text", TEXTS)
def test_is_read(text):
    weights, origin = TEXTS[text]
    for kernel in (Kernel.parse(text), parse_source(text), parse_content(text.encode(), "", "k")):
        assert (kernel.fractions, kernel.origin, kernel.remark) == (weights, origin, None)


def test_line_ends_and_a_comma_before_one_are_separators():
    text = "# sharper\n3x3:\n 0,-1,0,\r\n-1,5, # the middle\n-1,\n0 -1 0"
    assert Kernel.parse(text) == Kernel.parse("3x3: 0,-1,0 -1,5,-1 0,-1,0")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("3x1: 1,,2,3", 1, 8),
        ("3x1: 1, ,2", 1, 9),
        ("3x1:,,1,2", 1, 6),
        ("3x1: 1,2,\n,3", 2, 1),
        ("3x1: 1,2,3,,", 1, 12),
    ],
)
def test_a_number_may_not_be_missing(text, line, column):
    with pytest.raises(KernelError, match=rf"kernel:{line}:{column}: a number is missing"):
        Kernel.parse(text)


@pytest.mark.parametrize("text", ["3x1:,1,2,3,", "3x1: 1,2\n,3", "3x1:\n,1,\n2\n,\n3"])
def test_a_line_may_begin_or_end_with_a_comma(text):
    assert Kernel.parse(text).fractions == [[1, 2, 3]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick isn't installed")
@pytest.mark.parametrize("text", [text for text in TEXTS if "/" not in text])
def test_means_what_imagemagick_does(text, tmp_path):
    """Of a picture whose greatest result is within its 16 bits, and least 0."""
    text = text.replace("-", "")
    picture = np.zeros((9, 9), np.uint16)
    picture[4, 4], picture[6, 1] = 1000, 500
    header = b"P5 9 9 65535\n"
    (tmp_path / "in.pgm").write_bytes(header + picture.astype(">u2").tobytes())
    morphology = ["-virtual-pixel", "black", "-morphology", "Convolve", text]
    command = ["convert", "in.pgm", *morphology, "-depth", "16", "out.pgm"]
    subprocess.run(command, cwd=tmp_path, check=True)
    words = (tmp_path / "out.pgm").read_bytes()[-2 * picture.size :]
    expected = np.frombuffer(words, ">u2").reshape(picture.shape)
    found = apply(Convolve(Kernel.parse(text)), picture, border="zero", engine="numpy")
    np.testing.assert_array_equal(found, expected)


REFUSED = {
    "3x1: 1,nan,2": ("kernel:1:8: 'nan' is a cell without a weight", "3x1: 1,nan,2", 8),
    "3x1: 1 - 2": ("kernel:1:8: '-' is a cell without a weight", "3x1: 1 - 2", 8),
    "3x3: 1,2": ("kernel:1: 2 numbers found, but a kernel of 3x3 has 9", "3x3: 1,2", 9),
    "2x1: 1,2,3": ("kernel:1: 3 numbers found, but a kernel of 2x1 has 2", "2x1: 1,2,3", 11),
    "1x1:": ("kernel:1: 0 numbers found, but a kernel of 1x1 has 1", "1x1:", 5),
    "2x1: 1 x": ("kernel:1:8: 'x' is not a number or a fraction a/b", "2x1: 1 x", 8),
    "3x1>: 1 2 3": ("kernel:1:1: '3x1>' before the colon is not WIDTHxHEIGHT", "3x1>: 1 2 3", 1),
    "3x1: 1,,2,3": ("kernel:1:8: a number is missing", "3x1: 1,,2,3", 8),
    "3x1: 1, ,2,3": ("kernel:1:9: a number is missing", "3x1: 1, ,2,3", 9),
    "2x1:,,1,2": ("kernel:1:6: a number is missing", "2x1:,,1,2", 6),
    "2x1: 1,2,,": ("kernel:1:10: a number is missing", "2x1: 1,2,,", 10),
    "2x1: 1,\n,2": ("kernel:2:1: a number is missing", ",2", 1),
    "2x1-1+0: 1 2": ("kernel:1:1: '2x1-1+0' before the colon is not", "2x1-1+0: 1 2", 1),
    ": 1": ("kernel:1:1: '' before the colon is not WIDTHxHEIGHT", ": 1", 1),
    "0x3: 1": ("kernel:1:1: a size of 0x3; a kernel has 1 to 1,000,000 weights", "0x3: 1", 1),
    "999999999: 1": ("kernel:1:1: a size of 999999999x999999999; a", "999999999: 1", 1),
    "3x1+3+0: 1 2 3": ("kernel:1:1: the origin +3+0 is outside", "3x1+3+0: 1 2 3", 1),
    "2x1: 1 2\n1x2: 1 2": ("kernel:2:1: another kernel begins here", "1x2: 1 2", 1),
}


@pytest.mark.parametrize("text", REFUSED)
def test_is_refused(text):
    with pytest.raises(KernelError) as refusal:
        Kernel.parse(text)
    said, line, column = REFUSED[text]
    assert re.match(re.escape(said), str(refusal.value))
    assert refusal.value.notes == (f"    {line}\n    {' ' * (column - 1)}^",)


SAID = (
    "imgfilt: kernel: a single row of 9 numbers is taken as it stands; rows are split by ';' or a "
    "new line, and 3x3: before them makes 3 rows"
)


def test_a_row_of_nine_is_said_once(in_folder):
    for name in "ab":
        save(f"{name}.png", 6, 5, 1)
    row = "1 2 3 4 5 6 7 8 9"
    asked = "convolve", "a.png", "b.png", "-k", row, "--normalize", "-o", "out/"
    said = invoke(*asked).stderr.splitlines()
    assert [line for line in said if "single row" in line] == [SAID]
    assert invoke(*asked, "-q").stderr == ""
    shown = invoke("kernel", "show", row)
    assert shown.stderr == f"{SAID}\n"
    assert "1 row x 9 columns" in shown.stdout


@pytest.mark.parametrize(
    "source", ["1 2 3", "1 2 3 4", "9x1: 1 2 3 4 5 6 7 8 9", "1;2;3;4;5;6;7;8;9"]
)
def test_other_rows_are_not(source):
    assert invoke("kernel", "show", source).stderr == ""
