"""Parse numbers from text exactly, and format numbers as text. Digits are ASCII digits."""

from __future__ import annotations

import math
import re
import reprlib
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_LARGEST_WHOLE = 1e22  # the last power of ten that is a float64
_REPR = reprlib.Repr()  # formats the beginning of a long list or text: all of it may take seconds
_REPR.maxlist = _REPR.maxtuple = _REPR.maxlevel = 60
_REPR.maxstring = _REPR.maxlong = _REPR.maxother = 400
# Two sums of a kernel's weights count as equal if their difference, relative to Σ|w|, is smaller:
# far smaller than the error that a result may have, far larger than float64's rounding errors.
WEIGHT_TOLERANCE = 2.0**-44
LONGEST = 2000  # characters of a number; a fraction of two float64s needs about half


def parse_number(text: str) -> Fraction | None:
    """Return the number in a text, or None if the text is no number or float64 can't hold it.

    A number is an integer, a decimal with or without exponent, or a fraction `a/b` of integers.

    >>> [parse_number(text) for text in ("1/9", "-2.5e-1", "1_0", "1e999")]
    [Fraction(1, 9), Fraction(-1, 4), None, None]
    """
    if len(text) > LONGEST:
        return None
    above, slash, below = text.partition("/")
    if slash:
        if not (WHOLE.fullmatch(above) and WHOLE.fullmatch(below)) or int(below) == 0:
            return None
        return finite_or_none(Fraction(int(above), int(below)))
    if not DECIMAL.fullmatch(text) or math.isinf(float(text)):
        return None
    if float(text) == 0:
        # A large exponent takes too long to expand: 0e-9999999 is 0, 1e-9999999 is too small.
        return None if re.search("[1-9]", re.split("[eE]", text)[0]) else Fraction(0)
    return Fraction(text)


def describe_no_number(text: str, wanted: str) -> str:
    """Return why `parse_number` finds no number in a text.

    >>> describe_no_number("1e999", "a number"), describe_no_number("one", "a number")
    ("'1e999' is too large for float64", "'one' is not a number")
    """
    if len(text) > LONGEST and re.fullmatch("[-+0-9./eE]+", text):
        return f"{quote(text)} has more than {LONGEST} characters"
    above, _, below = text.partition("/")
    if WHOLE.fullmatch(above) and WHOLE.fullmatch(below) and int(below):
        near = nearest_float(Fraction(int(above), int(below)))
    elif DECIMAL.fullmatch(text):
        near = float(text)
    else:
        return f"{quote(text)} is not {wanted}"
    return f"{quote(text)} is too {'near to 0' if near == 0 else 'large'} for float64"


def finite_or_none(number: Fraction) -> Fraction | None:
    """Return the number, or None if it becomes infinite or 0 in float64."""
    near = nearest_float(number)
    return number if math.isfinite(near) and (near or not number) else None


def format_exact(number: Fraction | int) -> str | None:
    """Return a number with all its digits, as `a/b`; None if it has too many digits to be parsed.

    >>> format_exact(Fraction(-1, 9)), format_exact(10**5000)
    ('-1/9', None)
    """
    # Python formats no whole number of more than 4300 digits.
    if number.numerator.bit_length() + number.denominator.bit_length() > 4 * LONGEST:
        return None
    text = str(number)
    return text if len(text) <= LONGEST else None


def nearest_float(number: Fraction | float) -> float:
    """Return the nearest float64, or infinity for a number that is too large."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def format_shortest(number: Fraction | float) -> str:
    """Return a number in its shortest decimal form: `0.5`, `3`, `1e-07`, `1e+300`, `nan`."""
    if not math.isfinite(number):
        return str(number)
    whole = number == int(number) and -_LARGEST_WHOLE <= number <= _LARGEST_WHOLE
    return str(int(number)) if whole else repr(float(number))


def format_brief(number: Fraction | float) -> str:
    """Return a number for a message: in its shortest decimal form, with an exponent if it is large.

    >>> format_brief(2.5), format_brief(10**20), format_brief(10**400)
    ('2.5', '1e+20', 'a number beyond float64')
    """
    near = nearest_float(Fraction(number)) if isinstance(number, int | Fraction) else number
    if math.isinf(near) and not isinstance(number, float):
        return "a number beyond float64"
    if number and not near:
        return "a number nearer to 0 than float64 can hold"
    return format_shortest(number) if abs(near) < 1e16 else repr(near)


def quote(text: str) -> str:
    """Return a text in quotes for a message; a long text is cut."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def describe(value: object) -> str:
    """Return any value as one line of text for a message; a long text is cut.

    >>> describe([1, 2]), describe("word")
    ('[1, 2]', "'word'")
    """
    try:
        text = (
            format_brief(value)
            if isinstance(value, Fraction)
            else " ".join(_REPR.repr(value).split())
        )
    except Exception:  # an int with more digits than Python formats, or a class whose repr fails
        return type(value).__name__
    text = text if text.isprintable() else ascii(text)
    return text if len(text) <= 60 else text[:57] + "..."


def as_real(value: Any) -> Any:
    """Return a value if it is a real number, else None; an array without axes gives its number.

    True and False don't count as numbers.
    """
    if getattr(value, "shape", None) == () and not isinstance(value, Real):
        value = value.item()
    number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
    return value if number else None


def to_fraction(value: Any) -> Fraction | None:
    """Return a real number as a Fraction; None if the value is no number or float64 can't hold it.

    A float stands for the decimal that Python prints for it.
    """
    number = as_real(value)
    if number is None or isinstance(number, Fraction):
        return number and finite_or_none(number)
    try:
        return parse_number(str(number))
    except ValueError:  # an int with more digits than Python formats
        return None
