"""Values: the text of every kind of parameter, what it may hold, and lists and ranges of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imgfilt.errors import ParameterError
from imgfilt.filters.sweep import Value, parse_values
from imgfilt.numbers import format_shortest, parse_number
from imgfilt.parameters import (
    LARGEST_SIGMA,
    LARGEST_SIZE,
    LARGEST_WINDOW,
    MOST_VALUES,
    Flag,
    Integers,
    Number,
    PerAxis,
    Ratio,
    Side,
)

F = Fraction
ANY, SIGMA, ODD = Number(), Number(0, LARGEST_SIGMA), Side(odd=True)
WHOLE, SIDE, SIDES, RATIO = Number(-5, 5, whole=True), Side(), PerAxis(Side()), Ratio()
SIGMAS = PerAxis(SIGMA)
CELL = Integers(("ROW", "COL"))


def refusal(call, *arguments):
    """The one line with which a call refuses."""
    with pytest.raises(ParameterError) as refused:
        call(*arguments)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("+12", 12),
        ("-1/9", F(-1, 9)),
        ("6/-4", F(-3, 2)),
        ("0/5", 0),
        ("0.1", F(1, 10)),
        (".5", F(1, 2)),
        ("5.", 5),
        ("-2.5e-1", F(-1, 4)),
        ("1E+3", 1000),
        ("1e308", 10**308),
        ("5e-324", F(5, 10**324)),
        ("0e999999999", 0),
        ("0.00e-999999999", 0),
        ("9007199254740993", 9007199254740993),
        ("0." + "0" * 300 + "1e300", F(1, 10)),
        (f"{10**350}/{10**349}", 10),
    ],
)
def test_exact(text, number):
    assert parse_number(text) == number
    assert isinstance(parse_number(text), Fraction)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "1 ",
            " 1",
            "1\n",
            "+",
            ".",
            "e5",
            "1e",
            "1e+",
            "--1",
            "1,5",
            "1j",
            "five",
            "5%",
        ),
        *("1_0", "0x10", "1e1_0", "nan", "NaN", "inf", "-Infinity"),
        *("1/", "/2", "1/0", "1/-0", "1/2/3", "1.5/2", "1/2e3", "1 / 2"),
        *("1e309", "-1e999", "1e999999999", "1e-999", "1e-999999999"),
        *("١", "５", "1/٩", "\u22121", "²", "½"),
        *(f"{10**309}", f"{10**700}/3", f"1/{10**400}", "0" * 2001),
    ],
)
def test_exact_is_none_for_what_is_no_number_of_float64(text):
    assert parse_number(text) is None


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_of_a_float_is_the_decimal_that_it_prints_as(number):
    assert float(parse_number(repr(number))) == number
    assert float(parse_number(format_shortest(number))) == number
    assert len(format_shortest(number)) <= max(len(repr(number)), 24)


@settings(deadline=None)
@given(st.fractions())
def test_exact_of_a_fraction_is_the_fraction(number):
    assert parse_number(f"{number.numerator}/{number.denominator}") == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e-7, "1e-07"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "1" + "0" * 22),
        (-1e300, "-1e+300"),
        (F("1e300"), "1e+300"),
        (F(1, 4), "0.25"),
        (F(6, 3), "2"),
    ],
)
def test_shortest(number, text):
    assert format_shortest(number) == text


@pytest.mark.parametrize(
    ("kind", "text", "held"),
    [
        (ANY, "-1.5e2", -150.0),
        (SIGMA, "0", 0.0),
        (SIGMA, "2000", 2000.0),
        (WHOLE, "-5", -5),
        (WHOLE, "+5", 5),
        (SIDE, "1", 1),
        (SIDE, "16383", 16383),
        (ODD, "3", 3),
        (SIDES, "4", 4),
        (SIDES, "5x3", (5, 3)),
        (SIGMAS, "2", 2.0),
        (SIGMAS, "1.5x.5", (1.5, 0.5)),
        (SIGMAS, "0x1e1", (0.0, 10.0)),
        (RATIO, "1/9", F(1, 9)),
        (RATIO, "-0.1", F(-1, 10)),
        (CELL, "0,0", (0, 0)),
        (CELL, "12,+3", (12, 3)),
    ],
)
def test_parses(kind, text, held):
    found = kind.parse(text, "x")
    assert found == held
    assert type(found) is type(held)
    assert kind.check(found, "x") == held
    assert parse_values(kind, text, "x") == [Value(text, held)]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (ANY, "five", "--x: 'five' is not a number"),
        (ANY, "", "--x: '' is not a number"),
        (ANY, "1/3", "--x: '1/3' is not a number"),
        (ANY, "nan", "--x: 'nan' is not a number"),
        (ANY, "1e999", "--x: '1e999' is too large for float64"),
        (SIGMA, "1e999", "--x: '1e999' is not a number from 0 to 2000"),
        (SIGMA, "1e-999", "--x: '1e-999' is too near to 0 for float64"),
        (ANY, "1_0", "--x: '1_0' is not a number"),
        (ANY, "0x10", "--x: '0x10' is not a number"),
        (ANY, "١", "--x: '١' is not a number"),
        (SIGMA, "-1", "--x: -1 is not a number from 0 to 2000"),
        (SIGMA, "-1e-9", "--x: -1e-09 is not a number from 0 to 2000"),
        (SIGMA, "2000.1", "--x: 2000.1 is not a number from 0 to 2000"),
        (SIGMA, "1e9", "--x: 1000000000 is not a number from 0 to 2000"),
        (SIGMA, "wide", "--x: 'wide' is not a number from 0 to 2000"),
        (Number(0), "-2", "--x: -2 is not a number from 0 up"),
        (WHOLE, "6", "--x: 6 is not a whole number from -5 to 5"),
        (WHOLE, "2.0", "--x: '2.0' is not a whole number from -5 to 5"),
        (WHOLE, "1e0", "--x: '1e0' is not a whole number from -5 to 5"),
        (SIDE, "0", "--x: 0 is not a whole number from 1 to 16383"),
        (SIDE, "1000000000", "--x: 1000000000 is not a whole number from 1 to 16383"),
        (SIDE, "5x5", "--x: '5x5' is not a whole number from 1 to 16383"),
        (ODD, "4", "--x: 4 is even; odd are 3 and 5"),
        (ODD, "16382", "--x: 16382 is even; odd are 16381 and 16383"),
        (Side(odd=True, maximum=8), "8", "--x: 8 is even; odd are 7"),
        (ODD, "0", "--x: 0 is not an odd number from 1 to 16383"),
        (ODD, "3.5", "--x: '3.5' is not an odd number from 1 to 16383"),
        (SIDES, "5x", "--x: '5x' is neither a side nor WIDTHxHEIGHT"),
        (SIDES, "x5", "--x: 'x5' is neither a side nor WIDTHxHEIGHT"),
        (SIGMAS, "3x", "--x: '3x' is neither a number nor WIDTHxHEIGHT"),
        (SIGMAS, "3x1x1", "--x: '3x1x1' is neither a number nor WIDTHxHEIGHT"),
        (SIGMAS, "0x10x", "--x: '0x10x' is neither a number nor WIDTHxHEIGHT"),
        (SIGMAS, "3x-1", "--x: -1 is not a number from 0 to 2000"),
        (SIDES, "5X3", "--x: '5X3' is neither a side nor WIDTHxHEIGHT; wanted 5x3"),
        (SIGMAS, "3×.5", "--x: '3×.5' is neither a number nor WIDTHxHEIGHT; wanted 3x.5"),
        (SIGMAS, "3X", "--x: '3X' is neither a number nor WIDTHxHEIGHT"),
        (SIDES, "5x5x5", "--x: '5x5x5' is neither a side nor WIDTHxHEIGHT"),
        (SIDES, "0x3", "--x: 0 is not a whole number from 1 to 16383"),
        (SIDES, "3x-1", "--x: -1 is not a whole number from 1 to 16383"),
        (RATIO, "1/0", "--x: '1/0' is not a number or a fraction a/b"),
        (RATIO, "-1e400", "--x: '-1e400' is too large for float64"),
        (RATIO, "1e-400", "--x: '1e-400' is too near to 0 for float64"),
        (RATIO, f"1/1{'0' * 400}", f"--x: '1/1{'0' * 34}...' is too near to 0 for float64"),
        (RATIO, "1" * 2001, f"--x: '{'1' * 37}...' has more than 2000 characters"),
        (RATIO, "inf", "--x: 'inf' is not a number or a fraction a/b"),
        (RATIO, "1 / 9", "--x: '1 / 9' is not a number or a fraction a/b"),
        (CELL, "1", "--x: '1' is not ROW,COL: 2 whole numbers"),
        (CELL, "1,2,3", "--x: '1,2,3' is not ROW,COL: 2 whole numbers"),
        (CELL, "1,1.5", "--x: '1,1.5' is not ROW,COL: 2 whole numbers"),
        (CELL, "1,", "--x: '1,' is not ROW,COL: 2 whole numbers"),
        (CELL, "-1,0", "--x: -1,0 is not ROW,COL: 2 whole numbers from 0 up"),
    ],
)
def test_refuses_a_text(kind, text, message):
    assert refusal(kind.parse, text, "--x") == message


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        (SIGMA, 3, 3.0),
        (SIGMA, np.float32(0.5), 0.5),
        (SIGMA, F(1, 2), 0.5),
        (SIDE, np.uint8(5), 5),
        (SIDES, 4, 4),
        (SIDES, (5, 3), (5, 3)),
        (SIDES, [np.int64(5), 3], (5, 3)),
        (RATIO, 0.1, F(1, 10)),
        (RATIO, 1, F(1)),
        (RATIO, F(1, 9), F(1, 9)),
        (RATIO, "1/9", F(1, 9)),
        (CELL, [1, np.int64(2)], (1, 2)),
        (CELL, np.array([1, 2]), (1, 2)),
        (Flag(), 1, True),
        (Flag(), False, False),
    ],
)
def test_holds_what_python_gives(kind, value, held):
    found = kind.check(value, "x")
    assert found == held
    assert type(found) is type(held)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (SIGMA, float("nan"), "sigma: nan is not a number from 0 to 2000"),
        (SIGMA, float("-inf"), "sigma: -inf is not a number from 0 to 2000"),
        (SIGMA, -1, "sigma: -1 is not a number from 0 to 2000"),
        (SIGMA, None, "sigma: None is not a number from 0 to 2000"),
        (SIGMA, 10**400, "is not a number from 0 to 2000"),
        (SIGMA, [1, 2], "sigma: [1, 2] is not a number from 0 to 2000"),
        (SIGMA, "1_0", "sigma: '1_0' is not a number from 0 to 2000"),
        (ANY, float("inf"), "sigma: inf is not a number"),
        (SIDE, 5.0, "sigma: 5.0 is not a whole number from 1 to 16383"),
        (SIDE, "5", "sigma: '5' is not a whole number from 1 to 16383"),
        (SIDE, (5, 5), "sigma: (5, 5) is not a whole number from 1 to 16383"),
        (ODD, 6, "sigma: 6 is even; odd are 5 and 7"),
        (SIDES, (5,), "sigma: (5,) is neither a side nor (width, height)"),
        (SIDES, (5, 3, 1), "sigma: (5, 3, 1) is neither a side nor (width, height)"),
        (SIDES, (5, 0), "sigma: 0 is not a whole number from 1 to 16383"),
        (SIDES, "5x3", "sigma: '5x3' is not a whole number from 1 to 16383"),
        (SIDES, 2.5, "sigma: 2.5 is not a whole number from 1 to 16383"),
        (RATIO, float("nan"), "not a finite number"),
        (RATIO, None, "not a finite number"),
        (CELL, (1,), "sigma: 1 is not ROW,COL: 2 whole numbers from 0 up"),
        (CELL, (1, 2.0), "sigma: (1, 2.0) is not ROW,COL: 2 whole numbers from 0 up"),
        (CELL, (0, -1), "sigma: 0,-1 is not ROW,COL: 2 whole numbers from 0 up"),
        (CELL, 5, "sigma: 5 is not ROW,COL: 2 whole numbers from 0 up"),
        (CELL, "12", "sigma: '12' is not ROW,COL: 2 whole numbers from 0 up"),
    ],
)
def test_refuses_what_python_gives(kind, value, message):
    said = refusal(kind.check, value, "sigma")
    assert said.startswith("sigma: ")
    assert said.endswith(message)


def test_bounds_are_those_of_the_design():
    assert (LARGEST_SIZE, LARGEST_SIGMA, LARGEST_WINDOW, MOST_VALUES) == (16383, 2000, 1023, 400)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5", [5]),
        ("5,15,25", [5, 15, 25]),
        (" 5 , 7 ", [5, 7]),
        ("7,5,7", [7, 5, 7]),
        ("5:45:10", [5, 15, 25, 35, 45]),
        ("5:44:10", [5, 15, 25, 35]),
        ("5 : 9 : 2", [5, 7, 9]),
        ("9:3:-3", [9, 6, 3]),
        ("5:5:1", [5]),
        ("5:5:-1", [5]),
        ("5:6:100", [5]),
    ],
)
def test_lists_and_ranges(text, values):
    assert parse_values(SIDE, text, "x") == [Value(str(value), value) for value in values]


def test_a_list_keeps_its_values_as_typed():
    assert parse_values(ANY, "1.50, 2e0,+3", "x") == [
        Value("1.50", 1.5),
        Value("2e0", 2),
        Value("+3", 3),
    ]
    assert parse_values(SIDES, "5,5x3", "x") == [Value("5", 5), Value("5x3", (5, 3))]
    assert parse_values(RATIO, "1/9,1/3", "x") == [Value("1/9", F(1, 9)), Value("1/3", F(1, 3))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.1:0.5:0.1", "0.1 0.2 0.3 0.4 0.5"),
        ("0.30:0.1:-0.10", "0.3 0.2 0.1"),
        ("-1:1:0.5", "-1 -0.5 0 0.5 1"),
        ("1/4:1:1/4", "0.25 0.5 0.75 1"),
        ("0:1:1/3", "0 0.3333333333333333 0.6666666666666666 1"),
        ("1e2:3e2:1e2", "100 200 300"),
        ("1e-10:3e-10:1e-10", "1e-10 2e-10 3e-10"),
    ],
)
def test_a_range_is_exact_and_named_in_shortest_decimal_form(text, words):
    found = parse_values(ANY, text, "x")
    assert [value.text for value in found] == words.split()
    assert [value.value for value in found] == [float(word) for word in words.split()]


def test_a_range_of_ratios_is_exact():
    held = [value.value for value in parse_values(RATIO, "1/9:1/3:1/9", "x")]
    assert held == [F(1, 9), F(2, 9), F(1, 3)]


@settings(deadline=None)
@given(
    st.integers(-(10**6), 10**6),
    st.integers(-999, 999).filter(bool),
    st.integers(0, 9),
    st.integers(0, 25),
)
@example(1, 1, 2, 10)
def test_a_range_holds_the_decimals_that_it_names(start, step, last, places):
    """All in units of 10**-places."""
    text = f"{start}e-{places}:{start + last * step}e-{places}:{step}e-{places}"
    expected = [F(start + place * step, 10**places) for place in range(last + 1)]
    found = parse_values(ANY, text, "x")
    assert [parse_number(value.text) for value in found] == expected
    assert [value.value for value in found] == [float(number) for number in expected]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (SIDE, "5:45:0", "--x: the step of '5:45:0' does not lead from start to stop"),
        (SIDE, "5:45:-10", "--x: the step of '5:45:-10' does not lead from start to stop"),
        (SIDE, "45:5:10", "--x: the step of '45:5:10' does not lead from start to stop"),
        (SIDE, "5:5:0", "--x: the step of '5:5:0' does not lead from start to stop"),
        (SIDE, "5:45", "--x: '5:45': a range has a step, such as 5:45:10"),
        (SIDE, "5:5", "--x: '5:5' is not a range START:STOP:STEP of numbers"),
        (ODD, "9:3", "--x: '9:3': a range has a step, such as 9:3:-2"),
        (SIDE, "3-9", "--x: '3-9' is no number; a list is 3,9, a range 3:9:2"),
        (SIDE, "1:9px:2px", "--x: '1:9px:2px' has a unit; wanted 1:9:2 without one"),
        (SIDES, "5pxx3px", "--x: '5pxx3px' has a unit; wanted 5x3 without one"),
        (SIDE, "5%,9%", "--x: '5%,9%' has a unit; wanted a number without one"),
        (SIDE, "5:45:10:1", "--x: '5:45:10:1' is not a range START:STOP:STEP of numbers"),
        (SIDE, "5::10", "--x: '5::10' is not a range START:STOP:STEP of numbers"),
        (SIDE, "5:45:x", "--x: '5:45:x' is not a range START:STOP:STEP of numbers"),
        (SIDE, "5:1e999:1", "--x: '5:1e999:1' is not a range START:STOP:STEP of numbers"),
        (SIDES, "3x3:9x9:2", "--x: '3x3:9x9:2' is not a range START:STOP:STEP of numbers"),
        (SIDE, "1:2:0.5", "--x: 1.5 is not a whole number from 1 to 16383"),
        (SIDE, "2:-2:-1", "--x: 0 is not a whole number from 1 to 16383"),
        (ODD, "3:9:3", "--x: 6 is even; odd are 5 and 7"),
        (SIDE, "5,,7", "--x: '' is not a whole number from 1 to 16383"),
        (SIDE, "5,7,", "--x: '' is not a whole number from 1 to 16383"),
        (SIDE, "5,9:11:2", "--x: '5,9:11:2' is not a range START:STOP:STEP of numbers"),
        (SIDE, "1:401:1", "--x: '1:401:1' has more than 400 values"),
        (SIDE, ",".join(["5"] * 401), "--x: 401 values; at most 400"),
    ],
)
def test_refuses_lists_and_ranges(kind, text, message):
    assert refusal(parse_values, kind, text, "--x") == message


def test_at_most_400_values():
    assert len(parse_values(SIDE, "1:400:1", "x")) == 400
    assert len(parse_values(SIDE, ",".join(["5"] * 400), "x")) == 400
    assert refusal(parse_values, ANY, "1:1e300:1e-300", "x").endswith("has more than 400 values")


def test_what_does_not_sweep_has_one_value():
    assert parse_values(CELL, "1,2", "x") == [Value("1,2", (1, 2))]
    assert not Flag.sweeps


@pytest.mark.parametrize(
    ("kind", "text", "caption"),
    [
        (SIDE, "5", "5 x 5"),
        (SIDES, "15", "15 x 15"),
        (SIDES, "7x3", "7 x 3"),
        (SIGMA, "0.5", "sigma color 0.5"),
        (SIGMAS, "1.5x0", "sigma color 1.5 x 0"),
        (RATIO, "1/9", "sigma color 1/9"),
        (CELL, "1,2", "sigma color 1,2"),
        (Flag(), "", "sigma color"),
    ],
)
def test_captions(kind, text, caption):
    assert kind.caption("sigma_color", text) == caption


@pytest.mark.parametrize(
    ("kind", "metavar"),
    [
        (ANY, "NUMBER"),
        (RATIO, "NUMBER"),
        (WHOLE, "N"),
        (SIDE, "N"),
        (SIDES, "N|WxH"),
        (CELL, "ROW,COL"),
        (Flag(), ""),
    ],
)
def test_metavars(kind, metavar):
    assert kind.metavar == metavar
