"""Presets: kernels that have a name, as files beside this one or by a formula."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ..errors import KernelError, ParameterError
from ..values import LARGEST_SIGMA, Number, Side
from . import gaussian
from .kernel import Kernel
from .text import parse_text
from .weights import MOST_WEIGHTS

_SIDE = Side(maximum=int(MOST_WEIGHTS**0.5))
_ODD_SIDE = Side(maximum=_SIDE.maximum, odd=True)
_SIGMA = Number(minimum=1e-3, maximum=LARGEST_SIGMA)


def average(size: int) -> Kernel:
    """Return the lecture's averaging mask: every weight alike, sum 1."""
    return Kernel(np.ones((size, size), int)).scaled(Fraction(1, size * size))


def sampled_gaussian(size: int, sigma: float | None = None) -> Kernel:
    """Return the Gaussian sampled at whole distances; without sigma that of the size alone."""
    if sigma is not None:
        return _square(gaussian.sampled(size, sigma))
    if size in gaussian.TABLES:
        weights, divisor = gaussian.TABLES[size]
        return Kernel(np.outer(weights, weights)).scaled(Fraction(1, divisor**2))
    return _square(gaussian.sampled(size, gaussian.sigma_of(size)))


def integrated_gaussian(size: int, sigma: float) -> Kernel:
    """Return the Gaussian integrated over each pixel."""
    return _square(gaussian.integrated(size, sigma))


def _square(bell: np.ndarray[Any, np.dtype[np.float64]]) -> Kernel:
    return Kernel(np.outer(bell, bell))


@dataclass(frozen=True)
class Formula:
    """A preset that takes arguments; those past `required` may be left out."""

    make: Callable[..., Kernel]
    arguments: dict[str, Number]
    required: int
    title: str


FORMULAS = {
    "average": Formula(average, {"size": _SIDE}, 1, "Averaging"),
    "gaussian": Formula(sampled_gaussian, {"size": _ODD_SIDE, "sigma": _SIGMA}, 1, "Gaussian"),
    "gaussian-integrated": Formula(
        integrated_gaussian, {"size": _ODD_SIDE, "sigma": _SIGMA}, 2, "Integrated Gaussian"
    ),
}


@cache
def tables() -> dict[str, str]:
    """Return the presets that are tables: name -> kernel text."""
    folder = files(__package__) / "presets"
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".txt"))
    return {entry.name.removesuffix(".txt"): entry.read_text("utf-8") for entry in found}


def preset_names() -> list[str]:
    """Return the names of all presets, in order."""
    return sorted([*FORMULAS, *tables()])


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
        raise KernelError(f"no preset or kernel file is called {name!r}{_nearest(name)}")
    if size is not None:
        if colon or name not in FORMULAS:
            raise KernelError(
                f"a size was given beside the kernel {source!r}; it goes with a preset that takes "
                f"one and is named without its arguments, such as 'average'"
            )
        words = [str(size)]
    if name in FORMULAS:
        return _by_formula(name, words)
    if colon:
        raise KernelError(f"the preset {name!r} takes no arguments, found {text!r}")
    return parse_text(tables()[name], name)


def _by_formula(name: str, words: list[str]) -> Kernel:
    formula = FORMULAS[name]
    names = [argument.upper() for argument in formula.arguments]
    usage = ",".join(names[: formula.required]) + "".join(
        f"[,{optional}]" for optional in names[formula.required :]
    )
    if not formula.required <= len(words) <= len(formula.arguments):
        given = ":".join([name, ",".join(words)]) if words else f"{name} alone"
        raise KernelError(f"the preset {name!r} is written {name}:{usage}; found {given}")
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
