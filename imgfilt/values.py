"""A parameter's text and what it may hold: numbers, sides, pairs, ranges and lists.

One parser for options, sweeps, templates, captions and the arguments of kernel presets.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from .errors import ParameterError

LARGEST_SIZE = 16_383
LARGEST_SIGMA = 2_000
LARGEST_WINDOW = 1_023  # diameter, patch, search: their cost grows with the square
MOST_VALUES = 400  # of a sweep, and cells of a figure

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_LONGEST = 800  # characters; every float64 can be written out in fewer


def exact(text: str) -> Fraction | None:
    """Return the number that a text writes, or None where it writes none that float64 can hold.

    Integers, decimals with or without exponent, and fractions `a/b` of integers; ASCII digits only.

    >>> exact("1/9"), exact("-2.5e-1"), exact("1_0"), exact("1e999")
    (Fraction(1, 9), Fraction(-1, 4), None, None)
    """
    if len(text) > _LONGEST:
        return None
    above, slash, below = text.partition("/")
    if slash:
        if not (_WHOLE.fullmatch(above) and _WHOLE.fullmatch(below)) or int(below) == 0:
            return None
        return _held(Fraction(int(above), int(below)))
    if not _DECIMAL.fullmatch(text) or math.isinf(float(text)):
        return None
    if float(text) == 0:
        # An exponent may be too long to expand: 0e-9999999 is 0, 1e-9999999 is not held.
        return None if re.search("[1-9]", re.split("[eE]", text)[0]) else Fraction(0)
    return Fraction(text)


def _held(number: Fraction) -> Fraction | None:
    try:
        return number if float(number) or not number else None
    except OverflowError:
        return None


def shortest(number: Fraction | float) -> str:
    """Return a number in its shortest decimal form: `0.5`, `3`, `1e-07`."""
    if number == int(number):
        return str(int(number))
    return repr(float(number))


@dataclass(frozen=True)
class Number:
    """A number between two bounds; `whole` and `odd` narrow it further."""

    minimum: float = -math.inf
    maximum: float = math.inf
    whole: bool = False
    odd: bool = False
    sweeps: ClassVar[bool] = True

    @property
    def metavar(self) -> str:
        """What the help calls a value."""
        return "N" if self.whole else "NUMBER"

    def parse(self, text: str, name: str) -> Any:
        """Return the value that a text writes; ParameterError says what was wanted."""
        pattern = _WHOLE if self.whole else _DECIMAL
        number = exact(text) if pattern.fullmatch(text) else None
        if number is None:
            raise ParameterError(f"{name}: {text!r} is not {self._wanted}")
        return self.check(int(number) if self.whole else float(number), name)

    @property
    def _wanted(self) -> str:
        kind = ("an odd" if self.odd else "a whole") + " number" if self.whole else "a number"
        if math.isinf(self.maximum):
            return kind if math.isinf(self.minimum) else f"{kind} from {shortest(self.minimum)} up"
        return f"{kind} from {shortest(self.minimum)} to {shortest(self.maximum)}"

    def check(self, value: Any, name: str) -> Any:
        """Return the value as this kind holds it; ParameterError where it is none."""
        try:
            value = operator.index(value) if self.whole else float(value)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"{name}: {value!r} is not {self._wanted}") from None
        if not (math.isfinite(value) and self.minimum <= value <= self.maximum):
            raise ParameterError(f"{name}: {shortest_or_word(value)} is not {self._wanted}")
        if self.odd and value % 2 == 0:
            neighbours = [str(n) for n in (value - 1, value + 1) if n <= self.maximum]
            raise ParameterError(f"{name}: {value} is even; odd are {' and '.join(neighbours)}")
        return value

    def caption(self, name: str, text: str) -> str:
        """Return how a figure names a value of this kind: `sigma 3`."""
        return f"{name.replace('_', ' ')} {text}"


def shortest_or_word(value: float) -> str:
    """Return `nan` or `inf` for what is no number, else the shortest decimal form."""
    return shortest(value) if math.isfinite(value) else str(value)


@dataclass(frozen=True)
class Side(Number):
    """The full side of a square window, in pixels."""

    minimum: float = 1
    maximum: float = LARGEST_SIZE
    whole: bool = True

    def caption(self, name: str, text: str) -> str:
        """Return the side as the lecture's captions have it: `5 x 5`."""
        width, _, height = text.partition("x")
        return f"{width} x {height or width}"


@dataclass(frozen=True)
class Sides(Side):
    """The sides of a rectangular window: `N`, or `WIDTHxHEIGHT`."""

    @property
    def metavar(self) -> str:
        """What the help calls a value."""
        return "N|WxH"

    def parse(self, text: str, name: str) -> Any:
        """Return an int for `N`, a pair (width, height) for `WIDTHxHEIGHT`."""
        width, cross, height = text.partition("x")
        if not cross:
            return super().parse(text, name)
        return super().parse(width, name), super().parse(height, name)

    def check(self, value: Any, name: str) -> Any:
        """Return an int, or a pair (width, height) of them."""
        if isinstance(value, Sequence) and not isinstance(value, str):
            if len(value) != 2:
                raise ParameterError(f"{name}: {value!r} is neither a side nor (width, height)")
            return tuple(super(Sides, self).check(side, name) for side in value)
        return super().check(value, name)


@dataclass(frozen=True)
class Ratio(Number):
    """A number that may be a fraction, kept exact."""

    def parse(self, text: str, name: str) -> Any:
        """Return the Fraction that a text writes."""
        number = exact(text)
        if number is None:
            raise ParameterError(f"{name}: {text!r} is not a number or a fraction a/b")
        return number

    def check(self, value: Any, name: str) -> Any:
        """Return a Fraction; a float is the decimal that it prints as."""
        if not isinstance(value, Fraction):
            value = exact(str(value))
        if value is None:
            raise ParameterError(f"{name}: not a finite number")
        return value


@dataclass(frozen=True)
class Flag:
    """Said or not said."""

    sweeps: ClassVar[bool] = False
    metavar: ClassVar[str] = ""

    def check(self, value: Any, name: str) -> bool:
        """Return the value as a bool."""
        return bool(value)

    def caption(self, name: str, text: str) -> str:
        """Return the flag's name."""
        return name.replace("_", " ")


@dataclass(frozen=True)
class Integers:
    """A fixed number of whole numbers separated by commas, such as `ROW,COL`."""

    names: tuple[str, ...]
    minimum: int = 0
    sweeps: ClassVar[bool] = False

    @property
    def metavar(self) -> str:
        """What the help calls a value."""
        return ",".join(self.names)

    def parse(self, text: str, name: str) -> tuple[int, ...]:
        """Return the numbers that a text writes."""
        words = text.split(",")
        if len(words) != len(self.names) or not all(_WHOLE.fullmatch(word) for word in words):
            raise ParameterError(
                f"{name}: {text!r} is not {self.metavar}: {len(self.names)} whole numbers"
            )
        return self.check([int(word) for word in words if len(word) < _LONGEST], name)

    def check(self, value: Any, name: str) -> tuple[int, ...]:
        """Return the numbers as a tuple of ints."""
        try:
            numbers = tuple(operator.index(number) for number in value)
        except TypeError:
            numbers = ()
        if len(numbers) != len(self.names) or min(numbers) < self.minimum:
            raise ParameterError(
                f"{name}: {value!r} is not {self.metavar}: "
                f"{len(self.names)} whole numbers from {self.minimum} up"
            )
        return numbers

    def caption(self, name: str, text: str) -> str:
        """Return how a figure names a value of this kind."""
        return f"{name.replace('_', ' ')} {text}"


class Value(NamedTuple):
    """One value of a parameter: as typed, and as the parameter's kind holds it."""

    text: str
    held: Any


def parse_values(kind: Any, text: str, name: str) -> list[Value]:
    """Return the value or values that a text writes: `5`, `5,15,25` or `5:45:10` (inclusive).

    >>> [value.text for value in parse_values(Number(), "0.1:0.3:0.1", "--sigma")]
    ['0.1', '0.2', '0.3']
    """
    if not kind.sweeps:
        return [Value(text, kind.parse(text, name))]
    words = _range(text, name) if ":" in text else [word.strip() for word in text.split(",")]
    if len(words) > MOST_VALUES:
        raise ParameterError(f"{name}: {len(words)} values; at most {MOST_VALUES}")
    return [Value(word, kind.parse(word, name)) for word in words]


def _range(text: str, name: str) -> list[str]:
    numbers = [exact(word.strip()) for word in text.split(":")]
    if len(numbers) != 3 or None in numbers:
        raise ParameterError(f"{name}: {text!r} is not a range START:STOP:STEP of numbers")
    start, stop, step = (number for number in numbers if number is not None)
    if step == 0 or (stop - start) * step < 0:
        raise ParameterError(f"{name}: the step of {text!r} does not lead from start to stop")
    count = (stop - start) // step + 1
    if count > MOST_VALUES:
        raise ParameterError(f"{name}: {text!r} has {count} values; at most {MOST_VALUES}")
    return [_plain(start + place * step) for place in range(count)]


def _plain(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    # Decimal keeps 0.1 + 0.2 at 0.3; what is no finite decimal (1/3) is cut at 17 digits.
    decimal = Decimal(number.numerator) / Decimal(number.denominator)
    return f"{decimal:.17g}".rstrip("0").rstrip(".") if "E" in str(decimal) else str(decimal)
