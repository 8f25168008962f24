"""A length in print: a number and a unit, in points."""

from __future__ import annotations

import re
from typing import Any

from ..errors import ParameterError
from ..numbers import DECIMAL, describe, format_shortest, parse_number, quote
from .kind import ParameterType

# Unit -> how many points it has.
_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}


class Length(ParameterType):
    """A length in points, parsed from a number with a unit; without one it is in points.

    Parameters
    ----------
    minimum, maximum : float
        In points.
    units : str
        For messages.

    Examples
    --------
    >>> Length(1, 100).parse("1in", "length")
    72.0
    """

    metavar = "LENGTH"

    def __init__(self, minimum: float, maximum: float, units: str = "pt, mm, cm or in"):
        self.minimum, self.maximum, self._units = minimum, maximum, units

    @property
    def description(self) -> str:
        """What a value must be, for errors and the documentation."""
        return f"a length such as 16cm: a number with {self._units}"

    @property
    def limits(self) -> str:
        """The smallest and the largest length, in points."""
        return f"{self.minimum:g}pt..{self.maximum:g}pt"

    def parse(self, text: str, name: str) -> float:
        """Return the points of a length; ParameterError if it is none or out of range."""
        match = re.fullmatch(rf"(.*?)(?:[ \t]*({'|'.join(_POINTS)}))?", text, re.DOTALL)
        number, unit = match.groups() if match else (text, None)
        value = parse_number(number) if DECIMAL.fullmatch(number) else None
        if value is None:
            raise ParameterError(f"{name}: {quote(text)} is not {self.description}")
        points = float(value) * _POINTS[unit or "pt"]
        if not self.minimum <= points <= self.maximum:
            limits = " to ".join(map(format_shortest, (self.minimum, self.maximum)))
            raise ParameterError(f"{name}: {quote(text)} is not from {limits} points; 1cm is 28.3")
        return points

    def check(self, value: Any, name: str) -> float:
        """Return the points of a length that is given as a text."""
        if not isinstance(value, str):
            raise ParameterError(f"{name}: {describe(value)} is not {self.description}")
        return self.parse(value, name)
