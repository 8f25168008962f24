"""Presets: kernels that have a name, as files beside this one or by a formula."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files

from ..errors import KernelError, ParameterError
from ..numbers import quote
from .formulas import FORMULAS
from .kernel import Kernel
from .text import parse_text


@cache
def tables() -> dict[str, str]:
    """Return the presets that are tables: name -> kernel text."""
    folder = files(__package__) / "presets"
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".txt"))
    return {entry.name.removesuffix(".txt"): entry.read_text("utf-8") for entry in found}


def preset_names() -> list[str]:
    """Return the names of all presets, in order."""
    return sorted([*FORMULAS, *tables()])


def preset_list() -> list[tuple[str, str]]:
    """Return each preset as it is written, and a sentence about it."""
    said = {f"{name}:{formula.usage}": formula.about for name, formula in FORMULAS.items()}
    for name, text in tables().items():
        comment = (line.removeprefix("#") for line in text.splitlines() if line.startswith("#"))
        sentence = " ".join(map(str.strip, comment)).partition(". ")[0]
        said[name] = sentence.removesuffix(".") + "."
    return sorted(said.items(), key=lambda entry: entry[0].partition(":")[0])


def preset(source: str, size: int | None = None) -> Kernel:
    """Return the preset that `name` or `name:arg,arg` names.

    Parameters
    ----------
    source : str
        Such as `sobel-x`, `average:5`, `gaussian:7,1`.
    size : int, optional
        The first argument of a preset that is named without arguments.

    Raises
    ------
    KernelError
        If there is no such preset (the nearest names are offered), or its arguments are not those
        that it takes.
    """
    name, colon, text = source.partition(":")
    words = text.split(",") if colon else []
    if name not in FORMULAS and name not in tables():
        raise KernelError(f"no preset or kernel file is called {quote(name)}{_nearest(name)}")
    if size is not None:
        if colon or name not in FORMULAS:
            raise KernelError(
                f"a size was given beside the kernel {quote(source)}; it goes with a preset that "
                "takes one and is named without its arguments, such as 'average'"
            )
        words = [str(size)]
    if name in FORMULAS:
        return _by_formula(name, words)
    if colon:
        raise KernelError(f"the preset {name!r} takes no arguments, found {quote(text)}")
    return parse_text(tables()[name], name)


def _by_formula(name: str, words: list[str]) -> Kernel:
    formula = FORMULAS[name]
    if not formula.required <= len(words) <= len(formula.arguments):
        given = quote(":".join([name, ",".join(words)])) if words else f"{name} alone"
        raise KernelError(f"the preset {name!r} is written {name}:{formula.usage}; found {given}")
    kinds = zip(formula.arguments.items(), words, strict=False)
    try:
        return formula.make(*(kind.parse(word, f"{name}'s {key}") for (key, kind), word in kinds))
    except ParameterError as error:
        raise KernelError(str(error)) from None


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, preset_names(), 3, 0.5)
    return (
        f"; did you mean {' or '.join(near)}?"
        if near
        else f"; presets are {', '.join(preset_names())}"
    )
