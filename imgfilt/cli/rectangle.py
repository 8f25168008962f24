"""A rectangle of a picture, as `LEFT,TOP,WIDTH,HEIGHT` or as ImageMagick writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..parameters import Integers

_GEOMETRY = re.compile(r"([0-9]+)x([0-9]+)\+([0-9]+)\+([0-9]+)")


@dataclass(frozen=True)
class Rectangle(Integers):
    """The left and top of a rectangle and its sides, in pixels."""

    names: tuple[str, ...] = ("LEFT", "TOP", "WIDTH", "HEIGHT")

    def parse(self, text: str, name: str) -> tuple[int, ...]:
        """Return the numbers that a text writes: `8,2,30,20`, or `30x20+8+2` for the same.

        >>> Rectangle().parse("30x20+8+2", "--region")
        (8, 2, 30, 20)
        """
        found = _GEOMETRY.fullmatch(text)
        if found is not None:
            width, height, left, top = found.groups()
            text = f"{left},{top},{width},{height}"
        return super().parse(text, name)
