"""Make the kernel that a source names: a file, a preset, or rows separated by `;`.

If a file with this name exists, the source is the file. A preset is a kernel that has a name, made
from a text in the folder presets/ or by a formula.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from .. import files
from ..errors import KernelError, ParameterError
from ..numbers import quote
from . import formulas
from .files import parse_content
from .kernel import Kernel
from .preset_table import FORMULAS, list_preset_names, read_preset_texts

_SUFFIXES = ".txt", ".csv", ".mat", ".npy"


def is_file(source: str) -> bool:
    """Return whether a source is a file; KernelError if only its suffix is a kernel file's."""
    kind = files.describe_file(source)
    if kind is None and _suffix(source).lower() in _SUFFIXES:
        raise KernelError(f"{files.printable_path(source)}: no such file")
    # A folder with the name of a preset doesn't hide the preset.
    is_preset = kind == "a folder" and source.partition(":")[0] in list_preset_names()
    return kind is not None and not is_preset


def read_kernel(source: str | os.PathLike[str], option: str = "") -> Kernel:
    """Return the kernel in a file.

    Parameters
    ----------
    source : str or path
    option : str
        A text before the file's name in the error for a file that can't be opened.

    Raises
    ------
    KernelError
        If the file can't be opened, is too large, or holds no kernel.
    """
    path = os.fsdecode(source)
    content = files.read_content(path, KernelError, option)
    return parse_content(content, _suffix(path), files.printable_path(path))


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2]


def parse_source(source: str, size: int | None = None) -> Kernel:
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
    if ";" in source or not re.match("[A-Za-z]", source):
        if size is not None:
            raise KernelError(
                f"a size was given beside the kernel {quote(source)}, which has its own"
            )
        return Kernel.parse(source.strip().removesuffix(";").replace(";", "\n"))
    return make_preset(source, size)


def make_preset(source: str, size: int | None = None) -> Kernel:
    """Return the kernel of a preset.

    Parameters
    ----------
    source : str
        The preset's name, with arguments if it takes any: `sobel-x`, `average:5`, `gaussian:7,1`.
    size : int, optional
        The argument of a preset that takes one and is named without it.

    Raises
    ------
    KernelError
        If there is no such preset (the message suggests similar names), or an argument is wrong.
    """
    name, colon, text = source.partition(":")
    arguments = text.split(",") if colon else []
    if name not in FORMULAS and name not in read_preset_texts():
        raise KernelError(f"no preset or kernel file is called {quote(name)}{_suggest_names(name)}")
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
    return Kernel.parse(read_preset_texts()[name], name)


def _from_formula(name: str, arguments: list[str]) -> Kernel:
    formula = FORMULAS[name]
    if not formula.required <= len(arguments) <= len(formula.arguments):
        found = quote(":".join([name, ",".join(arguments)])) if arguments else f"{name} alone"
        raise KernelError(f"the preset {name!r} is written {name}:{formula.usage}; found {found}")
    kinds = zip(formula.arguments.items(), arguments, strict=False)
    make: Callable[..., Kernel] = getattr(formulas, formula.function)
    try:
        return make(*(kind.parse(text, f"{name}'s {key}") for (key, kind), text in kinds))
    except ParameterError as error:
        raise KernelError(str(error)) from None


def _suggest_names(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, list_preset_names(), 3, 0.5)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; presets are {', '.join(list_preset_names())}"
