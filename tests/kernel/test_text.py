"""The text of a kernel: what the grammar takes, what it refuses in which words, and back again."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imgfilt.errors import KernelError
from imgfilt.kernel import rows
from imgfilt.kernel.exact import MOST_WEIGHTS
from imgfilt.kernel.formatting import format_text
from imgfilt.kernel.kernel import Kernel
from imgfilt.kernel.preset import make_preset
from imgfilt.kernel.preset_table import FORMULAS, list_preset_names
from imgfilt.kernel.source import parse_source

from ..cli_support import invoke

F = Fraction
PAIR = [[1, 2], [3, 4]]

WELL_FORMED = {
    "a single number": ("7", [[7]]),
    "blanks": ("1 2\n3   4", PAIR),
    "tabs": ("1\t2\n3\t\t4", PAIR),
    "commas": ("1,2\n3,4", PAIR),
    "separators mixed": (" 1 ,\t2\t\n\t3\t, 4 ", PAIR),
    "blank lines around and between": ("\n \n1 2\n\t\n3 4\n\n\n", PAIR),
    "carriage returns": ("1 2\r\n\r\n3 4\r\n", PAIR),
    "byte order mark": ("\ufeff1 2\n3 4", PAIR),
    "byte order mark before a header": ("\ufeffscale 2\r\n1", [[2]]),
    "comments": ("# one\n1 2# two\n  # three 9 9\n3 4 # # four", PAIR),
    "signs": ("+1 -2 -0", [[1, -2, 0]]),
    "fractions": ("-1/9 2/18 +3/4 0/5 4/-8", [[F(-1, 9), F(1, 9), F(3, 4), 0, F(-1, 2)]]),
    "decimals": ("0.1 .5 2. -0.25", [[F(1, 10), F(1, 2), 2, F(-1, 4)]]),
    "exponents": ("1e3 1E-2 -2.5e+1 0e9", [[1000, F(1, 100), -25, 0]]),
    "ends of float64": ("1e308 5e-324", [[10**308, F(5, 10**324)]]),
    "zero with a huge exponent": ("0e-999999999 0.000e999999999", [[0, 0]]),
    "integers past 2**53": ("9007199254740993", [[9007199254740993]]),
    "leading zeros": ("007 1/09", [[7, F(1, 9)]]),
    "scale": ("scale 1/18\n2 3 2", [[F(1, 9), F(1, 6), F(1, 9)]]),
    "scale as a decimal": ("# before\n\n\tscale\t-0.1 # after\n1 2", [[F(-1, 10), F(-1, 5)]]),
    "scale of 0": ("scale 0\n1 2", [[0, 0]]),
}


@pytest.mark.parametrize("name", WELL_FORMED)
def test_takes(name):
    text, weights = WELL_FORMED[name]
    kernel = Kernel.parse(text)
    assert kernel.fractions == weights
    assert kernel.origin == (len(weights) // 2, len(weights[0]) // 2)
    assert Kernel.parse(text) == kernel


def test_fractions_stay_exact():
    assert Kernel.parse("1/9 1/9 1/9\n" * 3).sum == 1
    assert Kernel.parse("0.1 " * 10).sum == 1
    assert Kernel.parse("1/3").sum != F(1 / 3)


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        ("origin 0 0", (0, 0)),
        ("origin 1 2", (1, 2)),
        ("origin\t1,0 # row, column", (1, 0)),
        ("origin 0 1\nscale 1/2", (0, 1)),
        ("scale 1/2\n\norigin 0 1", (0, 1)),
    ],
)
def test_origin_is_a_row_and_a_column(header, origin):
    kernel = Kernel.parse(f"{header}\n1 2 3\n4 5 6")
    assert kernel.origin == origin
    assert kernel.sum == (F(21, 2) if "scale" in header else 21)


NUMBER = "is not a number or a fraction a/b"
LARGE = "is too large for float64"
SEPARATORS = "; blanks, tabs or commas stand between numbers, a point before decimals"
# What is said after the file's name, the line shown below it, and the column under the caret.
REFUSED = {
    "": (":1: no row of numbers found", None, 0),
    "# a comment alone\n\n": (":3: no row of numbers found", None, 0),
    "scale 1/9\norigin 0 0\n": (":3: no row of numbers found", None, 0),
    "1 2 3\n\n4 5": (":3: 2 numbers, but the rows above have 3", "4 5", 4),
    "1 2\n3": (":2: 1 number, but the rows above have 2", "3", 2),
    "1 2\n3 4\n5 6 7": (":3: 3 numbers, but the rows above have 2", "5 6 7", 5),
    "1 2\nNaN 4": (f":2:1: 'NaN' {NUMBER}", "NaN 4", 1),
    "nan": (f":1:1: 'nan' {NUMBER}", "nan", 1),
    "inf": (f":1:1: 'inf' {NUMBER}", "inf", 1),
    "1 -Infinity": (f":1:3: '-Infinity' {NUMBER}", "1 -Infinity", 3),
    "1e999": (f":1:1: '1e999' {LARGE}", "1e999", 1),
    "-1e309": (f":1:1: '-1e309' {LARGE}", "-1e309", 1),
    "1e-999": (":1:1: '1e-999' is too near to 0 for float64", "1e-999", 1),
    "1e999999999": (f":1:1: '1e999999999' {LARGE}", "1e999999999", 1),
    "1_0": (f":1:1: '1_0' {NUMBER}", "1_0", 1),
    "1e1_0": (f":1:1: '1e1_0' {NUMBER}", "1e1_0", 1),
    "0x10": (f":1:1: '0x10' {NUMBER}", "0x10", 1),
    "1 ١": (f":1:3: '١' {NUMBER}", "1 ١", 3),
    "５/9": (f":1:1: '５/9' {NUMBER}", "５/9", 1),
    "−1": (f":1:1: '−1' {NUMBER}", "−1", 1),
    "1\xa02": (f":1:1: '1\\xa02' {NUMBER}", "1?2", 1),
    "1\x0c2": (f":1:1: '1\\x0c2' {NUMBER}", "1?2", 1),
    "1\n\ufeff2": (f":2:1: '\\ufeff2' {NUMBER}", "?2", 1),
    "1 0\n0 one": (f":2:3: 'one' {NUMBER}", "0 one", 3),
    "1 2 ; 3 4": (f":1:5: ';' {NUMBER}{SEPARATORS}", "1 2 ; 3 4", 5),
    "[1 2]": (f":1:1: '[1' {NUMBER}", "[1 2]", 1),
    "1/": (f":1:1: '1/' {NUMBER}", "1/", 1),
    "/9": (f":1:1: '/9' {NUMBER}", "/9", 1),
    "1/2/3": (f":1:1: '1/2/3' {NUMBER}", "1/2/3", 1),
    "1.5/2": (f":1:1: '1.5/2' {NUMBER}", "1.5/2", 1),
    "1 / 9": (f":1:3: '/' {NUMBER}", "1 / 9", 3),
    "--1": (f":1:1: '--1' {NUMBER}", "--1", 1),
    "1e": (f":1:1: '1e' {NUMBER}", "1e", 1),
    ".": (f":1:1: '.' {NUMBER}", ".", 1),
    "10%": (f":1:1: '10%' {NUMBER}", "10%", 1),
    "1/9 1/0": (":1:5: the denominator of 1/0 is zero", "1/9 1/0", 5),
    "1\n-3/-00": (":2:1: the denominator of -3/-00 is zero", "-3/-00", 1),
    "1,,2": (":1:3: a number is missing", "1,,2", 3),
    "1, 2,": (":1:6: a number is missing", "1, 2,", 6),
    "1\n,1": (":2:1: a number is missing", ",1", 1),
    "scale\n1": (":1:6: 'scale' wants one number, 0 found", "scale", 6),
    "scale 1 / 9\n1": (":1:9: 'scale' wants one number, 3 found", "scale 1 / 9", 9),
    "scale fast\n1": (f":1:7: 'fast' {NUMBER}", "scale fast", 7),
    "scale=2\n1": (f":1:1: 'scale=2' {NUMBER}", "scale=2", 1),
    "Scale 2\n1": (f":1:1: 'Scale' {NUMBER}", "Scale 2", 1),
    "scale 1/0\n1": (":1:7: the denominator of 1/0 is zero", "scale 1/0", 7),
    "scale 2\nscale 2\n1": (":2:1: 'scale' is said twice", "scale 2", 1),
    "scale 2\norigin 0 0\norigin 0 0\n1": (":3:1: 'origin' is said twice", "origin 0 0", 1),
    "1 1\nscale 1/2": (":2:1: 'scale' must stand before the rows", "scale 1/2", 1),
    "1 1\n\norigin 0 0\n1 1": (":3:1: 'origin' must stand before the rows", "origin 0 0", 1),
    "origin\n1": (":1:7: 'origin' wants a row and a column, found ''", "origin", 7),
    "origin 1\n1": (":1:8: 'origin' wants a row and a column, found '1'", "origin 1", 8),
    "origin 0 0 0\n1": (
        ":1:8: 'origin' wants a row and a column, found '0 0 0'",
        "origin 0 0 0",
        8,
    ),
    "origin -1 0\n1": (":1:8: 'origin' wants a row and a column, found '-1 0'", "origin -1 0", 8),
    "origin 0 0.5\n1 1": (
        ":1:8: 'origin' wants a row and a column, found '0 0.5'",
        "origin 0 0.5",
        8,
    ),
    "# two rows\norigin 2 0\n1 1\n1 1": (
        ":2:8: the origin 2,0 is outside the kernel of 2 x 2: rows are 0 to 1, columns 0 to 1",
        "origin 2 0",
        8,
    ),
    "origin 0 3\n1 1 1\n1 1 1": (
        ":1:8: the origin 0,3 is outside the kernel of 2 x 3: rows are 0 to 1, columns 0 to 2",
        "origin 0 3",
        8,
    ),
    "1 2 3 # one\n4 5 # two": (":2: 2 numbers, but the rows above have 3", "4 5 # two", 4),
    "\t1\t2\t!\n": (f":1:6: '!' {NUMBER}", " 1 2 !", 6),
    "高 1": (f":1:1: '高' {NUMBER}", "高 1", 1),
    f"1{' 0' * 60} x{' 0' * 60}": (
        f":1:123: 'x' {NUMBER}",
        f"...{' 0' * 22} x{' 0' * 10}...",
        49,
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_refuses_with_file_line_and_column(text):
    with pytest.raises(KernelError) as refusal:
        Kernel.parse_lines(text, "edge.txt")
    said, line, column = REFUSED[text]
    assert str(refusal.value) == f"edge.txt{said}"
    assert len(str(refusal.value).splitlines()) == 1
    shown = () if line is None else (f"    {line}\n    {' ' * (column - 1)}^",)
    assert refusal.value.notes == shown


def test_there_are_forty():
    assert len(REFUSED) >= 40


@pytest.mark.parametrize("text", REFUSED)
def test_a_file_is_refused_in_these_lines(text, in_folder):
    with open("edge.txt", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    result = invoke("convolve", "a.png", "-k", "edge.txt", "-o", "b.png")
    said, line, column = REFUSED[text]
    shown = "" if line is None else f"    {line}\n    {' ' * (column - 1)}^\n"
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"imgfilt: edge.txt{said}\n{shown}"


def test_refuses_more_weights_than_a_kernel_may_have(monkeypatch):
    assert MOST_WEIGHTS == rows.MOST_WEIGHTS == 1_000_000
    monkeypatch.setattr(rows, "MOST_WEIGHTS", 6)
    assert Kernel.parse("1 1\n1 1\n1 1").shape == (3, 2)
    with pytest.raises(KernelError, match=r"^edge\.txt:4: more than 6 weights$"):
        Kernel.parse("1 1\n1 1\n1 1\n1 1", "edge.txt")


def test_refuses_weights_that_a_scale_takes_past_float64():
    with pytest.raises(KernelError, match=r"^edge\.txt"):
        Kernel.parse("scale 1e10\n1e308", "edge.txt")


def with_arguments(name):
    """A preset as it is named, with arguments if it takes some."""
    sample = {"size": "5", "sigma": "1.5", "angle": "30", "amount": "0.7"}
    words = [sample[argument] for argument in FORMULAS[name].arguments] if name in FORMULAS else []
    return f"{name}:{','.join(words)}" if words else name


@pytest.mark.slow
@pytest.mark.parametrize("name", list_preset_names())
def test_every_preset_comes_back_from_its_text_alone_and_with_any_other(name):
    kernel = make_preset(with_arguments(name))
    assert Kernel.parse(format_text(kernel)) == kernel
    for other in list_preset_names():
        both = kernel.composed(make_preset(with_arguments(other)))
        assert Kernel.parse(format_text(both)) == both


@st.composite
def kernels(draw, numbers):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cells = draw(st.lists(numbers, min_size=rows * columns, max_size=rows * columns))
    origin = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
    return Kernel([cells[at : at + columns] for at in range(0, len(cells), columns)], origin)


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(st.fractions(-(10**6), 10**6, max_denominator=10**6)))
def test_fractions_come_back_from_their_text(kernel):
    back = Kernel.parse(format_text(kernel))
    assert back == kernel
    assert back.fractions == kernel.fractions
    assert back.origin == kernel.origin


@settings(deadline=None, max_examples=50)
@given(kernels(st.floats(allow_nan=False, allow_infinity=False)))
@example(Kernel([[1e300, 1e-300]]))
def test_floats_of_all_magnitudes_come_back_from_their_text(kernel):
    assert Kernel.parse(format_text(kernel)) == kernel


def test_long_tails_come_back_from_their_text():
    """The denominator that their weights have in common is more than float64 holds."""
    kernel = make_preset("gaussian:55,1")
    assert Kernel.parse(format_text(kernel)) == kernel


def test_the_text_is_whole_numbers_in_columns_under_a_scale():
    kernel = Kernel([[F(1, 9), F(-1, 3)], [2, 0]], (0, 1))
    assert format_text(kernel) == "scale 1/9\norigin 0 1\n 1 -3\n18  0\n"
    assert format_text(Kernel([[1, 2, 3]])) == "1 2 3\n"


def test_inline_rows_are_the_lines_of_a_text():
    sobel = Kernel.parse("1 0 -1\n2 0 -2\n1 0 -1")
    assert parse_source("1 0 -1; 2 0 -2; 1 0 -1") == sobel
    assert parse_source("1,0,-1;2,0,-2;1,0,-1;") == sobel
    assert parse_source(" 1 0 -1 ").fractions == [[1, 0, -1]]
    assert parse_source("-1/9").fractions == [[F(-1, 9)]]
    assert parse_source(".5 .5").sum == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 2; 3", "kernel:2: 1 number, but the rows above have 2"),
        ("1 0 -1; 2 0 x", f"kernel:2:6: 'x' {NUMBER}"),
        ("1/0", "kernel:1:1: the denominator of 1/0 is zero"),
    ],
)
def test_inline_rows_are_refused_by_row(source, message):
    with pytest.raises(KernelError) as refusal:
        parse_source(source)
    assert str(refusal.value) == message


def test_inline_rows_take_no_size():
    with pytest.raises(KernelError, match="a size was given beside the kernel '1 2'"):
        parse_source("1 2", 3)
