"""Click types that leave parsing and its errors to the kinds of values.py."""

from __future__ import annotations

import math
from typing import Any

import click

from ..parameters import Number


class ValueType(click.ParamType):  # type: ignore[type-arg] # older ones take no argument
    """A Click type that leaves parsing and its errors to a kind of values.py."""

    def __init__(self, kind: Any):
        self.kind = kind
        self.name = kind.metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value that a text writes."""
        if not isinstance(value, str) or param is None:
            return value
        return self.kind.parse(value, param.opts[-1])


def whole(minimum: int, maximum: float = math.inf) -> ValueType:
    """Return the type of a whole number."""
    return ValueType(Number(minimum, maximum, whole=True))
