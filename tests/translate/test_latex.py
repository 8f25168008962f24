"""The matrix of a kernel in LaTeX: as it stands, and read again by a parser of its own."""

import re
from fractions import Fraction

import pytest
from hypothesis import given

from imgfilt.kernel.source import parse_source
from imgfilt.translate import translate
from imgfilt.translate.convolution_spec import ConvolutionSpec

from ..cli_support import refused, succeed
from ..kernel_support import FRACTIONS, kernels

pytestmark = pytest.mark.usefixtures("in_folder")


def shown(*words):
    return succeed("kernel", "show", *words, "--as", "latex").stdout.splitlines()


def read(text):
    """Return the weights, row by row, that a matrix shows; decimals as they are printed."""
    factor = re.search(r"^\\frac\{1\}\{(\d+)\}$", text, re.MULTILINE)
    (body,) = re.findall(r"\\begin\{pmatrix\}(.*)\\end\{pmatrix\}", text, re.DOTALL)

    def weight(cell):
        cell = re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", cell.strip())
        cell = re.sub(r"\\cdot10\^\{(-?\d+)\}", r"e\1", cell)
        return Fraction(cell) / int(factor[1] if factor else 1)

    return [[weight(cell) for cell in row.split("&")] for row in body.split(r"\\")]


def test_the_factor_stands_before_whole_numbers():
    assert shown("gaussian:3") == [
        r"\frac{1}{16}",
        r"\begin{pmatrix}",
        r"  1 & 2 & 1 \\",
        r"  2 & 4 & 2 \\",
        r"  1 & 2 & 1",
        r"\end{pmatrix}",
    ]
    assert shown("1 0 -1") == [r"\begin{pmatrix}", "  1 & 0 & -1", r"\end{pmatrix}"]


def test_several_are_composed():
    assert read("\n".join(shown("1 2; 3 4", "1 1"))) == [[1, 3, 2], [3, 7, 4]]


def test_flipped():
    assert read("\n".join(shown("1 2; 3 4", "--flipped"))) == [[4, 3], [2, 1]]


def test_an_origin_that_is_not_the_middle_is_said():
    assert shown("3x1+2+0: 1,2,3")[0] == "% origin: row 0, column 2, counted from 0"
    assert not any("origin" in line for line in shown("1 2 3 4"))


def test_a_wide_matrix_sets_the_counter_of_amsmath():
    assert shown("average:11")[0] == r"\setcounter{MaxMatrixCols}{11}"
    assert not any("MaxMatrixCols" in line for line in shown("average:10"))


@given(kernels(numbers=FRACTIONS))
def test_every_matrix_is_the_kernel(kernel):
    text = translate("latex", ConvolutionSpec(kernel, "reflect"))
    found = [weight for row in read(text) for weight in row]
    wanted = [weight for row in kernel.fractions for weight in row]
    if "% to 8 places" in text:
        assert [float(weight) for weight in found] == pytest.approx(
            [float(weight) for weight in wanted], rel=1e-3, abs=5.1e-9
        )
    else:
        assert found == wanted


def test_large_kernels():
    text = translate("latex", ConvolutionSpec(parse_source("gaussian:101,20"), "reflect"))
    rows = read(text)
    assert (len(rows), len(rows[0])) == (101, 101)
    assert abs(1 - sum(map(sum, rows))) < 1e-4


def test_what_speaks_of_a_picture_has_no_effect():
    line = "--border-value goes without --as latex, a matrix alone"
    words = "kernel", "show", "1", "--as", "latex"
    refused(line, *words, "--border-value", "3")
    refused(line.replace("-value", ""), *words, "--border", "zero")
