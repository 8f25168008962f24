"""ParameterType, the base class of all kinds of parameters, and the kinds that aren't numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from ..errors import ParameterError
from ..numbers import describe


class ParameterType:
    """Parses and checks the values of a parameter.

    Attributes
    ----------
    sweeps : bool
        Whether several values may be given, which make a sweep.
    repeatable : bool
        Whether the option may be given several times; then all its texts make one value.
    names_files : bool
        Whether its texts may name files, which are read. Such a parameter is repeatable.
    """

    sweeps: ClassVar[bool] = False
    repeatable: ClassVar[bool] = False
    names_files: ClassVar[bool] = False

    @property
    def limits(self) -> str:
        """The smallest and the largest value for the help, such as `1..400`; "" without limits."""
        return ""

    def format(self, value: Any) -> str:
        """Return the text of a value."""
        return str(value)

    def to_json(self, value: Any) -> Any:
        """Return a value as JSON reports have it."""
        return value

    def caption(self, name: str, text: str) -> str:
        """Return the caption of a value in a figure, such as `sigma 3`."""
        return f"{name.replace('_', ' ')} {text}"

    @property
    def leads(self) -> bool:
        """Whether its value stands before the filter's name in a figure, as in `5 × 5 Median`."""
        return False


class Flag(ParameterType):
    """A parameter that is True or False."""

    metavar: ClassVar[str] = ""
    description: ClassVar[str] = "True or False"

    def check(self, value: Any, name: str) -> bool:
        """Return the value as a bool; 0, 1 and NumPy's bools are accepted."""
        kind = str(getattr(value, "dtype", type(value).__name__))
        if kind not in ("bool", "int") or getattr(value, "shape", None) or value not in (0, 1):
            raise ParameterError(f"{name}: {describe(value)} is neither True nor False")
        return bool(value)

    def caption(self, name: str, text: str) -> str:
        """Return the caption: the flag's name."""
        return name.replace("_", " ")


class Choice(ParameterType):
    """A parameter whose value is a word from a fixed list."""

    sweeps: ClassVar[bool] = True

    def __init__(self, words: tuple[str, ...]):
        self.words = words

    @property
    def metavar(self) -> str:
        """The word for a value in the help."""
        return "|".join(self.words)

    @property
    def description(self) -> str:
        """The allowed values in words, for errors and the documentation."""
        return f"one of {', '.join(self.words)}"

    def parse(self, text: str, name: str) -> str:
        """Return the word; ParameterError if it isn't in the list."""
        return self.check(text, name)

    def check(self, value: Any, name: str) -> str:
        """Return the word; ParameterError if it isn't in the list."""
        if isinstance(value, str) and value in self.words:
            return value
        raise ParameterError(f"{name}: {describe(value)} is not {self.description}")

    def caption(self, name: str, text: str) -> str:
        """Return the caption: the capitalized word."""
        return text.capitalize()
