"""Presets: kernels that have a name, made from a text in the folder presets/ or by a formula."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ..errors import KernelError, ParameterError
from ..numbers import quote
from .formulas import FORMULAS
from .kernel import Kernel


@cache
def read_preset_texts() -> dict[str, str]:
    """Return the presets that are texts, as a dict of name to text."""
    folder = files(__package__) / "presets"
    texts = (entry for entry in folder.iterdir() if entry.name.endswith(".txt"))
    return {entry.name.removesuffix(".txt"): entry.read_text("utf-8") for entry in texts}


def list_preset_names() -> list[str]:
    """Return the names of all presets in alphabetical order."""
    return sorted([*FORMULAS, *read_preset_texts()])


def describe_presets() -> list[tuple[str, str]]:
    """Return pairs: a preset with its arguments, and a sentence about the preset."""
    about = {f"{name}:{formula.usage}": formula.about for name, formula in FORMULAS.items()}
    for name, text in read_preset_texts().items():
        comment = (line.removeprefix("#") for line in text.splitlines() if line.startswith("#"))
        sentence = " ".join(map(str.strip, comment)).partition(". ")[0]
        about[name] = sentence.removesuffix(".") + "."
    return sorted(about.items(), key=lambda entry: entry[0].partition(":")[0])


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
    try:
        return formula.make(*(kind.parse(text, f"{name}'s {key}") for (key, kind), text in kinds))
    except ParameterError as error:
        raise KernelError(str(error)) from None


def _suggest_names(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, list_preset_names(), 3, 0.5)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; presets are {', '.join(list_preset_names())}"
