"""Subclasses of Click's command, group and parameter type with imgfilt's rules."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import click

from ..errors import CommandError
from ..parameters import Integers, Number

_GEOMETRY = re.compile(r"([0-9]+)x([0-9]+)\+([0-9]+)\+([0-9]+)")


class Command(click.Command):
    """A command that refuses a repeated option; Click would use the last value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; CommandError if an option that takes one value is given twice."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(list(args))
            single = [option for option in order if _takes_one_value(option)]
            for number, option in enumerate(single):
                if option in single[:number]:
                    raise CommandError(f"{long_name(option)}: given twice; it takes one value")
        return super().parse_args(ctx, args)


def _takes_one_value(parameter: click.Parameter) -> bool:
    if not isinstance(parameter, click.Option):
        return False
    return not (parameter.multiple or parameter.is_flag)


def long_name(option: click.Parameter) -> str:
    """Return the longest name of an option: `--size` for an option with `-s` and `--size`."""
    return max(option.opts, key=len)


class OrderedGroup(click.Group):
    """A group that lists its commands in the order of their definition."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)


class ValueType(click.ParamType):  # type: ignore[type-arg] # older versions of Click take no argument
    """A Click type that parses values with a kind of imgfilt/parameters/."""

    def __init__(self, kind: Any):
        self.kind = kind
        self.name = kind.metavar

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


@dataclass(frozen=True)
class Rectangle(Integers):
    """A rectangle as left, top, width and height, in pixels."""

    names: tuple[str, ...] = ("LEFT", "TOP", "WIDTH", "HEIGHT")

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
