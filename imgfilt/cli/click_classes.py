"""Classes of Click with the rules of imgfilt: commands, groups and types of values."""

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
    """A command that refuses an option of one value given twice; Click takes the last."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; CommandError for an option that is given too often."""
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
    """Return the longest name of an option: `--size` of `-s` and `--size`."""
    return max(option.opts, key=len)


class OrderedGroup(click.Group):
    """A group that lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)


class ValueType(click.ParamType):  # type: ignore[type-arg] # older ones take no argument
    """A Click type whose values a kind of imgfilt/parameters/ parses, with its errors."""

    def __init__(self, kind: Any):
        self.kind = kind
        self.name = kind.metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value of a text."""
        if not isinstance(value, str) or param is None:
            return value
        return self.kind.parse(value, param.opts[-1])


def integer_type(minimum: int, maximum: float = math.inf) -> ValueType:
    """Return the type of a whole number in a range."""
    return ValueType(Number(minimum, maximum, whole=True))


@dataclass(frozen=True)
class Rectangle(Integers):
    """The left and top of a rectangle and its sides, in pixels."""

    names: tuple[str, ...] = ("LEFT", "TOP", "WIDTH", "HEIGHT")

    def parse(self, text: str, name: str) -> tuple[int, ...]:
        """Return the numbers of a text: `8,2,30,20`, or ImageMagick's `30x20+8+2` for the same.

        >>> Rectangle().parse("30x20+8+2", "--region")
        (8, 2, 30, 20)
        """
        geometry = _GEOMETRY.fullmatch(text)
        if geometry is not None:
            width, height, left, top = geometry.groups()
            text = f"{left},{top},{width},{height}"
        return super().parse(text, name)
