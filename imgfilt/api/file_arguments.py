"""Check arguments of `filter_files` and `compare` before anything is read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from ..batch import STREAM, InPlace, Target, format_key
from ..errors import ParameterError
from ..files import split_name
from ..image import parse_colour
from ..numbers import as_real, describe
from ..parameters import LIMITS, Flag
from .names import Path


def check_flags(**flags: Any) -> dict[str, bool]:
    """Return flags as bools; ParameterError if one is neither True nor False."""
    return {name: Flag().check(flag, name) for name, flag in flags.items()}


def check_text(value: Any, name: str) -> str:
    """Return a value that is a text; ParameterError if it is none."""
    if not isinstance(value, str):
        raise ParameterError(f"{name}: {describe(value)} is no text")
    return value


def check_path(value: Any, name: str) -> str:
    """Return a path as a text; ParameterError if it is none."""
    try:
        path = os.fspath(value)
        is_path = isinstance(path, str) and b"\0" not in os.fsencode(path)
    except (TypeError, UnicodeEncodeError):
        is_path = False
    if not is_path:
        raise ParameterError(f"{name}: {describe(value)} is no path")
    return str(path)


def check_colour(value: Any, name: str) -> tuple[int, int, int] | None:
    """Return the levels of a colour, and None for None; ParameterError if it is none."""
    try:
        return None if value is None else parse_colour(value)
    except ParameterError as error:
        error.add_prefix(name)
        raise


def list_paths(inputs: Path | Iterable[Path]) -> list[str]:
    """Return the inputs as texts; ParameterError if they are no paths."""
    if isinstance(inputs, str | os.PathLike):
        inputs = [inputs]
    paths = [check_path(path, "inputs") for path in _list(inputs, "inputs", "a path nor several")]
    if STREAM in paths:
        raise ParameterError(
            "inputs: '-' is no path; read takes a stream, such as sys.stdin.buffer"
        )
    return paths


def list_words(words: Any, name: str) -> tuple[str, ...]:
    """Return one word or several as a tuple; ParameterError if one is none."""
    given = [words] if isinstance(words, str) else _list(words, name, "a text nor several")
    return tuple(check_text(word, name) for word in given)


def list_rectangles(given: Any, name: str) -> tuple[Any, ...]:
    """Return one rectangle or several as a tuple; ParameterError if one is none."""
    items = _list(given, name, "a rectangle nor several")
    is_one = items and all(as_real(item) is not None for item in items)
    return tuple(LIMITS["zoom"].check(one, name) for one in ([items] if is_one else items))


def _list(given: Any, name: str, wanted: str) -> list[Any]:
    try:
        return list(given)
    except Exception:  # a class may raise anything when it is iterated
        hint = "; apply filters a picture" if name == "inputs" else ""
        raise ParameterError(f"{name}: {describe(given)} is neither {wanted}{hint}") from None


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
    path = STREAM if output is None else check_path(output, "output")
    if path == STREAM:
        raise ParameterError("output: wanted a file, a folder such as 'out/', or a template")
    if isinstance(output, os.PathLike) and not split_name(path)[1] and format is None:
        path += os.sep  # a Path has no slash at its end
    key = None if format is None else format_key(check_text(format, "format"))
    target = Target(path, key, base=base is not None)
    if base is not None and not target.keeps_tree:
        raise ParameterError("base goes with an output folder, or with {parent} in output")
    return target
