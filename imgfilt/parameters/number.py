"""Kinds of parameters that are numbers: a number, one for each axis, a fraction, or a tuple."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from ..errors import ParameterError
from ..numbers import (
    DECIMAL,
    WHOLE,
    as_real,
    describe,
    describe_no_number,
    format_brief,
    format_shortest,
    parse_number,
    quote,
    to_fraction,
)
from .kind import ParameterType

LARGEST_SIZE = 16_383
LARGEST_SIGMA = 2_000
LARGEST_WINDOW = 1_023  # diameter, patch, search: the cost grows with the square of the side
_LARGEST_SHOWN = 100_000  # as the end of a range in the help
AUTO = "auto"


class Number(ParameterType):
    """A number between two bounds, both included; `whole` and `odd` restrict it further."""

    sweeps: ClassVar[bool] = True
    noun: ClassVar[str] = "a number"

    def __init__(
        self,
        minimum: float = -math.inf,
        maximum: float = math.inf,
        whole: bool = False,
        odd: bool = False,
    ):
        self.minimum, self.maximum, self.whole, self.odd = minimum, maximum, whole, odd

    @property
    def metavar(self) -> str:
        """The word for a value in the help."""
        return "N" if self.whole else "NUMBER"

    @property
    def limits(self) -> str:
        """The smallest and the largest number; "" if the largest is beyond what makes sense."""
        if self.maximum > _LARGEST_SHOWN:
            return ""
        return f"{format_shortest(self.minimum)}..{format_shortest(self.maximum)}"

    def parse(self, text: str, name: str) -> Any:
        """Return the number in a text; ParameterError if it isn't allowed."""
        pattern = WHOLE if self.whole else DECIMAL
        number = parse_number(text) if pattern.fullmatch(text) else None
        if number is None:
            if pattern.fullmatch(text) and float(text) <= self.maximum:
                raise ParameterError(f"{name}: {describe_no_number(text, self.description)}")
            raise ParameterError(f"{name}: {quote(text)} is not {self.description}")
        return self.check(int(number) if self.whole else float(number), name)

    def format(self, value: Any) -> str:
        """Return the text of a value, from which `parse` makes the value."""
        return value if isinstance(value, str) else format_shortest(value)

    @property
    def description(self) -> str:
        """What a value must be, for errors and the documentation."""
        kind = ("an odd" if self.odd else "a whole") + " number" if self.whole else "a number"
        minimum, maximum = format_shortest(self.minimum), format_shortest(self.maximum)
        if math.isfinite(self.maximum):
            return f"{kind} from {minimum} to {maximum}"
        return f"{kind} from {minimum} up" if math.isfinite(self.minimum) else kind

    def check(self, value: Any, name: str) -> Any:
        """Return the value as an int or a float; ParameterError if it isn't allowed."""
        number = as_real(value)
        if isinstance(number, Fraction) and number.denominator == 1:
            number = number.numerator
        try:
            number = operator.index(number) if self.whole else float(number)
        except (TypeError, ValueError, OverflowError):
            found = format_brief(value) if isinstance(value, Fraction) else describe(value)
            raise ParameterError(f"{name}: {found} is not {self.description}") from None
        return self._check_bounds(number, name)

    def _check_bounds(self, value: Any, name: str) -> Any:
        finite = isinstance(value, int) or math.isfinite(value)  # isfinite fails for a huge int
        if not (finite and self.minimum <= value <= self.maximum):
            raise ParameterError(f"{name}: {format_brief(value)} is not {self.description}")
        if self.odd and value % 2 == 0:
            neighbours = [str(n) for n in (value - 1, value + 1) if n <= self.maximum]
            raise ParameterError(f"{name}: {value} is even; odd are {' and '.join(neighbours)}")
        return value


class NumberOrAuto(Number):
    """A number, or `auto`: then the filter chooses a number for the picture."""

    metavar = "NUMBER|auto"

    def parse(self, text: str, name: str) -> Any:
        """Return the number in a text, or `auto`."""
        return AUTO if text == AUTO else super().parse(text, name)

    @property
    def description(self) -> str:
        """What a value must be, for errors and the documentation."""
        return f"{super().description}, or auto"

    def check(self, value: Any, name: str) -> Any:
        """Return a number, or `auto`."""
        return AUTO if isinstance(value, str) and value == AUTO else super().check(value, name)


class Side(Number):
    """The full side of a window, in pixels."""

    noun: ClassVar[str] = "a side"

    def __init__(self, maximum: float = LARGEST_SIZE, odd: bool = False):
        super().__init__(1, maximum, whole=True, odd=odd)

    def caption(self, name: str, text: str) -> str:
        """Return the caption: both sides, such as `5 x 5`."""
        return text if "x" in text else f"{text} x {text}"

    @property
    def leads(self) -> bool:
        """Whether its value stands before the filter's name in a figure: it does."""
        return True


class PerAxis(ParameterType):
    """A number for both axes, or one across and one down: `N`, or `WIDTHxHEIGHT`."""

    sweeps: ClassVar[bool] = True

    def __init__(self, kind: Number):
        self.kind = kind

    @property
    def metavar(self) -> str:
        """The word for a value in the help."""
        return f"{self.kind.metavar}|WxH"

    @property
    def description(self) -> str:
        """What a value must be, for errors and the documentation."""
        return self.kind.description

    @property
    def limits(self) -> str:
        """The smallest and the largest number of an axis."""
        return self.kind.limits

    def parse(self, text: str, name: str) -> Any:
        """Return a number for `N`, and a pair (across, down) for `WIDTHxHEIGHT`."""
        pattern = WHOLE if self.kind.whole else DECIMAL
        written = re.sub("[X×*]", "x", text)
        width, cross, height = written.partition("x")
        is_pair = pattern.fullmatch(width) and pattern.fullmatch(height)
        if written == text and not cross:
            return self.kind.parse(text, name)
        if written != text or not is_pair:
            found = f"{quote(text)} is neither {self.kind.noun} nor WIDTHxHEIGHT"
            wanted = f"; wanted {written}" if is_pair else ""
            raise ParameterError(f"{name}: {found}{wanted}")
        return self.kind.parse(width, name), self.kind.parse(height, name)

    def check(self, value: Any, name: str) -> Any:
        """Return a number, or a pair (across, down) of numbers."""
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            if len(value) != 2:
                found = f"{describe(value)} is neither {self.kind.noun} nor (width, height)"
                raise ParameterError(f"{name}: {found}")
            return tuple(self.kind.check(number, name) for number in value)
        return self.kind.check(value, name)

    def format(self, value: Any) -> str:
        """Return the text of a value, from which `parse` makes the value."""
        across, down = map(format_shortest, per_axis(value))
        return f"{across}x{down}" if isinstance(value, tuple) else across

    def caption(self, name: str, text: str) -> str:
        """Return the caption of a value in a figure, such as `5 x 3` or `sigma 3 x 1`."""
        return self.kind.caption(name, text.replace("x", " x "))

    @property
    def leads(self) -> bool:
        """Whether its value stands before the filter's name in a figure."""
        return self.kind.leads


def per_axis(value: Any) -> tuple[Any, Any]:
    """Return the value across and the value down of a parameter for both axes or for each."""
    return value if isinstance(value, tuple) else (value, value)


def join_axes(across: Any, down: Any) -> Any:
    """Return one value for both axes if they are equal, else the pair: 5x5 is 5."""
    return across if across == down else (across, down)


class Ratio(Number):
    """A number that may be a fraction `a/b`; it is kept exact."""

    def parse(self, text: str, name: str) -> Any:
        """Return the number in a text as a Fraction."""
        number = parse_number(text)
        if number is None:
            found = describe_no_number(text, "a number or a fraction a/b")
            raise ParameterError(f"{name}: {found}")
        return number

    def format(self, value: Any) -> str:
        """Return the number as a fraction `a/b`, or as a whole number."""
        return str(value)

    def to_json(self, value: Any) -> Any:
        """Return the text of a number: JSON has no fractions."""
        return None if value is None else self.format(value)

    def check(self, value: Any, name: str) -> Any:
        """Return a Fraction; a float stands for the decimal number that Python prints for it."""
        number = parse_number(value) if isinstance(value, str) else to_fraction(value)
        if number is not None:
            return number
        raise ParameterError(f"{name}: {describe(value)} is not a finite number")
