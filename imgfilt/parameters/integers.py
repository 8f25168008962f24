"""A fixed number of whole numbers, such as a row and a column."""

from __future__ import annotations

import operator
from typing import Any

from ..errors import ParameterError
from ..numbers import LONGEST, WHOLE, describe, format_brief, quote
from .kind import ParameterType


class Integers(ParameterType):
    """A fixed number of whole numbers separated by commas, such as `ROW,COL`."""

    def __init__(self, names: tuple[str, ...], minimum: int = 0):
        self.names, self.minimum = names, minimum

    @property
    def metavar(self) -> str:
        """The word for a value in the help."""
        return ",".join(self.names)

    @property
    def description(self) -> str:
        """What a value must be, for errors and the documentation."""
        return f"{self.metavar}: {len(self.names)} whole numbers from {self.minimum} up"

    def parse(self, text: str, name: str) -> tuple[int, ...]:
        """Return the numbers in a text."""
        words, count = text.split(","), len(self.names)
        if len(words) != count or not all(WHOLE.fullmatch(word) for word in words):
            found = quote(text)
            raise ParameterError(f"{name}: {found} is not {self.metavar}: {count} whole numbers")
        return self.check([int(word) for word in words if len(word) < LONGEST], name)

    def check(self, value: Any, name: str) -> tuple[int, ...]:
        """Return the numbers as a tuple of ints."""
        try:
            numbers = tuple(operator.index(number) for number in value)
        except Exception:  # a class may raise anything when it is iterated
            numbers = ()
        if len(numbers) != len(self.names) or min(numbers) < self.minimum:
            found = ",".join(map(format_brief, numbers)) or describe(value)
            raise ParameterError(f"{name}: {found} is not {self.description}")
        return numbers
