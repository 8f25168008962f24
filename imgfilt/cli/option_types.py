"""Kinds of options: Click's types for imgfilt's kinds of parameters, choices and flags."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from ..border import BORDERS, find_border
from ..filters import FILTERS
from ..numbers import quote
from ..parameters import Integers, Number

_GEOMETRY = re.compile(r"([0-9]+)x([0-9]+)\+([0-9]+)\+([0-9]+)")


class ValueType(click.ParamType):  # type: ignore[type-arg] # older versions of Click take no argument
    """A Click type that parses values with a kind of imgfilt/parameters/."""

    def __init__(self, kind: Any):
        self.kind = kind
        self.name = kind.metavar

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the word for a value in the help; Click would write it in capitals."""
        metavar: str = self.kind.metavar
        return metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the parsed value of an option's text.

        Parameters
        ----------
        value : object
            The option's text. Other values are returned unchanged: Click converts defaults, too.
        param : click.Parameter or None
            The option; messages give its last name. None returns the value unchanged.
        ctx : click.Context or None
            Not used.

        Returns
        -------
        object
            A value of the type that the kind's `parse` returns.

        Raises
        ------
        ParameterError
            When the text isn't a value of this kind.
        """
        if not isinstance(value, str) or param is None:
            return value
        return self.kind.parse(value, param.opts[-1])


def integer_type(minimum: int, maximum: float = math.inf) -> ValueType:
    """Return the Click type for a whole number in a range."""
    return ValueType(Number(minimum, maximum, whole=True))


class Rectangle(Integers):
    """A rectangle as left, top, width and height, in pixels."""

    def __init__(self) -> None:
        super().__init__(("LEFT", "TOP", "WIDTH", "HEIGHT"))

    def parse(self, text: str, name: str) -> tuple[int, ...]:
        """Return the numbers in a text: `8,2,30,20`, or the same in ImageMagick's form `30x20+8+2`.

        >>> Rectangle().parse("30x20+8+2", "--region")
        (8, 2, 30, 20)
        """
        geometry = _GEOMETRY.fullmatch(text)
        if geometry is not None:
            width, height, left, top = geometry.groups()
            text = f"{left},{top},{width},{height}"
        return super().parse(text, name)


RECTANGLE = ValueType(Rectangle())


def choice_option(
    name: str,
    choices: Iterable[str],
    default: str,
    help: str,
    kind: Callable[[list[str]], Any] | None = None,
) -> click.Option:
    """Return an option whose value is one of some words.

    Parameters
    ----------
    name : str
        Of the option, as it is typed.
    choices : iterable of str
    default : str
        One of the choices.
    help : str
        A sentence without its full stop.
    kind : callable
        Returns Click's type for the choices.
    """
    return click.Option(
        [name],
        type=(kind or WordType)(list(choices)),
        default=default,
        show_default=True,
        help=f"{help}.",
    )


class WordsType(click.ParamType):  # type: ignore[type-arg] # as for ValueType
    """Several of some words, separated by commas: each at most once, in the order given.

    Parameters
    ----------
    choices : sequence of str
    """

    name = "words"

    def __init__(self, choices: Sequence[str]):
        self.choices = choices

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the words in an option's text.

        Parameters
        ----------
        value : object
            The option's text, or its default, a tuple.
        param, ctx
            The option and the command, which Click's errors name.
        """
        if not isinstance(value, str):
            return value
        words = tuple(word.strip() for word in value.split(","))
        for number, word in enumerate(words):
            if word not in self.choices:
                self.fail(f"{word!r} is not one of {', '.join(self.choices)}", param, ctx)
            if word in words[:number]:
                self.fail(f"{word!r} is given twice", param, ctx)
        return words


class WordType(click.Choice):  # type: ignore[type-arg] # as for ValueType
    """One of some words; the error for another names what it means or what it resembles."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word; CommandError for another.

        Parameters
        ----------
        value : object
            The option's text, or its default.
        param, ctx
            The option and the command, which errors name.
        """
        if value in self.choices or not isinstance(value, str) or param is None:
            return super().convert(value, param, ctx)
        from ..spelling import nearest_word
        from .typed_command import answer, replace_value

        choices = list(map(str, self.choices))
        name = max(param.opts, key=len)
        near = self.find_synonym(value) or nearest_word(value, choices)
        if near not in choices:
            raise answer(f"{name}: {quote(value)} is not one of {', '.join(choices)}", None)
        is_typed = ctx is not None and ctx.parent is not None
        words = replace_value(param.opts, value, near) if is_typed else None
        raise answer(f"{name}: no {quote(value)}; did you mean {self.describe(near)}?", words)

    def find_synonym(self, word: str) -> str | None:
        """Return the choice that a word of another program means, or None."""
        return None

    def describe(self, word: str) -> str:
        """Return a choice as a question names it."""
        return word


class BorderType(WordType):
    """The borders that a filter takes; the error for another names the filters that take it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name of a border.

        Parameters
        ----------
        value : object
            The option's text, or its default.
        param, ctx
            The option and the command, which errors name.
        """
        if value in BORDERS and value not in self.choices:
            able = [name for name, kind in FILTERS.items() if value in kind.borders]
            self.fail(f"{value!r} goes with {', '.join(able)}", param, ctx)
        return super().convert(value, param, ctx)

    def find_synonym(self, word: str) -> str | None:
        """Return the border that another program calls so, or None."""
        return find_border(word)

    def describe(self, word: str) -> str:
        """Return a border with its picture: `reflect (c b | a b c d | c b)`."""
        return f"{word} ({BORDERS[word].example.strip()})"


def flag_option(*names: str, help: str) -> click.Option:
    """Return an option without a value."""
    return click.Option(names, is_flag=True, help=help)
