"""Make the kernel of a preset, or of rows separated by `;`.

A preset is a kernel that has a name, made from a text in the folder presets/ or by a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..errors import KernelError, ParameterError
from ..numbers import quote
from ..spelling import fold_letters, nearest_word
from . import formulas
from .algebra import ExactKernel
from .preset_table import (
    EDGE_WORDS,
    FORMULAS,
    PRESET_WORDS,
    find_preset_name,
    list_preset_names,
    read_preset_texts,
)


def make_kernel(source: str, size: int | None = None) -> ExactKernel:
    """Return the kernel of a source such as `average:5` or `"1 0 -1; 2 0 -2; 1 0 -1"`.

    Parameters
    ----------
    source : str
        A preset with its arguments, or rows of numbers separated by `;`.
    size : int, optional
        The argument of a preset that is named without arguments.

    Raises
    ------
    KernelError
        If the source is neither, or a size was given with rows or with arguments.
    """
    if ";" in source or "\n" in source or not re.match("[A-Za-z]", source):
        if size is not None:
            raise KernelError(
                f"a size was given beside the kernel {quote(source)}, which has its own"
            )
        return ExactKernel.parse_lines(source.strip().removesuffix(";").replace(";", "\n"))
    return make_preset(source, size)


def make_preset(source: str, size: int | None = None) -> ExactKernel:
    """Return the kernel of a preset.

    Parameters
    ----------
    source : str
        The preset's name, with arguments if it takes any: `sobel-x`, `average:5`, `gaussian:7,1`.
        Capitals and hyphens make no difference.
    size : int, optional
        The argument of a preset that takes one and is named without it.

    Raises
    ------
    KernelError
        If there is no such preset (the message suggests similar names), or an argument is wrong.
    """
    given, colon, text = source.partition(":")
    name = find_preset_name(given)
    arguments = text.split(",") if colon else []
    if name is None:
        suggested = _suggest_names(given)
        raise KernelError(f"no preset or kernel file is called {quote(given)}{suggested}")
    if size is not None:
        if colon or name not in FORMULAS:
            raise KernelError(
                f"a size was given beside the kernel {quote(source)}; it goes with a preset that "
                "takes one and is named without its arguments, such as 'average'"
            )
        arguments = [str(size)]
    if name in FORMULAS:
        return _from_formula(name, arguments)
    if colon:
        raise KernelError(f"the preset {name!r} takes no arguments, found {quote(text)}")
    return ExactKernel.parse_lines(read_preset_texts()[name], name)


def _from_formula(name: str, arguments: list[str]) -> ExactKernel:
    formula = FORMULAS[name]
    if not formula.required <= len(arguments) <= len(formula.arguments):
        found = quote(":".join([name, ",".join(arguments)])) if arguments else f"{name} alone"
        message = f"the preset {name!r} is written {name}:{formula.usage}; found {found}"
        raise KernelError(f"{message}; wanted such as {name}:{formula.example}")
    kinds = zip(formula.arguments.items(), arguments, strict=False)
    make: Callable[..., ExactKernel] = getattr(formulas, formula.function)
    try:
        return make(*(kind.parse(text, f"{name}'s {key}") for (key, kind), text in kinds))
    except ParameterError as error:
        raise KernelError(str(error)) from None


def _suggest_names(name: str) -> str:
    """Return what a name that no preset has may mean, or all presets."""
    first = name.lower().partition("-")[0]
    if f"{first}-x" in read_preset_texts():
        return f"; {first}-x and {first}-y are, and the filter edges has their magnitude"
    if first in EDGE_WORDS:
        return "; the filter edges shows edges, and laplacian is a preset"
    near = PRESET_WORDS.get(fold_letters(name)) or nearest_word(name, list_preset_names())
    if near:
        return f"; did you mean {near}?"
    return f"; presets are {', '.join(list_preset_names())}"
