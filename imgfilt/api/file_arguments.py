"""Check the arguments of `filter_files` before anything is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from ..batch import STREAM, InPlace, Target, format_key
from ..errors import ParameterError
from ..files import split_name
from ..numbers import describe
from ..parameters import Integers, Number

Path = str | os.PathLike[str]
Rectangle = tuple[int, int, int, int]

_NUMBERS = {
    "frame": Number(0, whole=True),
    "max_pixels": Number(0, whole=True),
    "quality": Number(1, 100, whole=True),
    "compression": Number(0, 9, whole=True),
    "workers": Number(1, whole=True),
}
_RECTANGLE = Integers(("LEFT", "TOP", "WIDTH", "HEIGHT"))


def check_numbers(**numbers: Any) -> None:
    """Raise ParameterError if a number isn't allowed; None stands for a default."""
    for name, number in numbers.items():
        if number is not None:
            _NUMBERS[name].check(number, name)


def list_paths(inputs: Path | Iterable[Path]) -> list[str]:
    """Return the inputs as texts; ParameterError if they are no paths."""
    given = [inputs] if isinstance(inputs, str | os.PathLike) else inputs
    try:
        paths = [os.fspath(path) for path in given]
    except TypeError:
        raise ParameterError(
            f"inputs: {describe(inputs)} is neither a path nor several; apply filters a picture"
        ) from None
    if STREAM in paths:
        raise ParameterError(
            "inputs: '-' is no path; read takes a stream, such as sys.stdin.buffer"
        )
    return paths


def list_words(words: str | Sequence[str]) -> tuple[str, ...]:
    """Return one word or several as a tuple."""
    return (words,) if isinstance(words, str) else tuple(words)


def list_rectangles(region: Any) -> tuple[Any, ...]:
    """Return one rectangle or several as a tuple; ParameterError if one is none."""
    is_one = len(region) and not isinstance(region[0], Sequence)
    return tuple(_RECTANGLE.check(one, "region") for one in ([region] if is_one else region))


def make_target(
    output: Path | None, format: str | None, in_place: bool, base: Path | None
) -> Target | InPlace:
    """Return where the outputs go.

    Parameters
    ----------
    output, format, in_place, base
        As of `filter_files`.

    Raises
    ------
    ParameterError
        If there is no output, or it doesn't go with the other arguments.
    """
    if in_place:
        if output is not None or format is not None:
            raise ParameterError("in_place replaces the inputs: output and format go without it")
        return InPlace()
    if output is None or os.fspath(output) == STREAM:
        raise ParameterError("output: wanted a file, a folder such as 'out/', or a template")
    path = os.fspath(output)
    if isinstance(output, os.PathLike) and not split_name(path)[1] and format is None:
        path += os.sep  # a Path has no slash at its end
    key = None if format is None else format_key(format)
    target = Target(path, key, base=base is not None)
    if base is not None and not target.keeps_tree:
        raise ParameterError("base goes with an output folder, or with {parent} in output")
    return target
