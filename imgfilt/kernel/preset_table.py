"""The table of presets: names, arguments and descriptions; NumPy isn't loaded for it."""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

from ..files import open_regular
from ..parameters import LARGEST_SIGMA, Number, Side
from ..spelling import fold_letters
from . import MOST_WEIGHTS
from . import __path__ as package_folders

_SIDE = Side(maximum=int(MOST_WEIGHTS**0.5))
_ODD_SIDE = Side(maximum=_SIDE.maximum, odd=True)
_SIGMA = Number(minimum=1e-3, maximum=LARGEST_SIGMA)
_SIGMA_OR_0 = Number(minimum=0, maximum=LARGEST_SIGMA)  # 0: from the size
_BINOMIAL_SIDE = Side(maximum=255, odd=True)  # whose numbers have about a hundred digits


class Formula(NamedTuple):
    """A preset with arguments.

    Attributes
    ----------
    function : str
        The name of the function in formulas.py that returns the kernel for the arguments.
    arguments : dict of str to Number
        By name: the kind of each argument, in order.
    required : int
        The number of arguments that can't be left out.
    title : str
        The preset's name in captions.
    about : str
        A sentence for the list of presets.
    example : str
        Arguments of everyday use.
    """

    function: str
    arguments: dict[str, Number]
    required: int
    title: str
    about: str
    example: str

    @property
    def usage(self) -> str:
        """The arguments as the help shows them: `SIZE[,SIGMA]`."""
        names = [argument.upper() for argument in self.arguments]
        optional = (f"[,{name}]" for name in names[self.required :])
        return ",".join(names[: self.required]) + "".join(optional)


FORMULAS = {
    "average": Formula(
        "average",
        {"size": _SIDE},
        1,
        "Averaging",
        "The mean of a square of pixels.",
        "5",
    ),
    "binomial": Formula(
        "binomial",
        {"size": _BINOMIAL_SIDE},
        1,
        "Binomial",
        "Pascal's triangle: whole numbers close to a Gaussian.",
        "5",
    ),
    "disk": Formula(
        "disk",
        {"size": _ODD_SIDE},
        1,
        "Disk",
        "The mean of a disk of pixels, as of a lens out of focus.",
        "9",
    ),
    "gaussian": Formula(
        "sampled_gaussian",
        {"size": _ODD_SIDE, "sigma": _SIGMA_OR_0},
        1,
        "Gaussian",
        "The Gaussian, sampled, sum 1; by default with OpenCV's SIGMA for SIZE.",
        "5",
    ),
    "gaussian-integrated": Formula(
        "integrated_gaussian",
        {"size": _ODD_SIDE, "sigma": _SIGMA_OR_0},
        2,
        "Integrated Gaussian",
        "The Gaussian, integrated over the area of each pixel, sum 1.",
        "7,1",
    ),
    "log": Formula(
        "laplacian_of_gaussian",
        {"size": _ODD_SIDE, "sigma": _SIGMA},
        2,
        "Laplacian of Gaussian",
        "The Laplacian of a Gaussian, sum 0, negative in the middle.",
        "9,1.5",
    ),
    "motion": Formula(
        "motion",
        {"size": _ODD_SIDE, "angle": Number(minimum=-360, maximum=360)},
        2,
        "Motion",
        "The mean along a line; ANGLE in degrees, anticlockwise from the right.",
        "15,45",
    ),
    "unsharp": Formula(
        "unsharp",
        {"size": _ODD_SIDE, "sigma": _SIGMA, "amount": Number(minimum=0, maximum=100)},
        3,
        "Unsharp Masking",
        "Sharpening: adds AMOUNT times what a Gaussian takes away.",
        "5,1,1",
    ),
}

# Word of another program, as `fold_letters` returns it -> the preset here.
PRESET_WORDS = {
    **dict.fromkeys(("gauss", "gaussianblur"), "gaussian"),
    **dict.fromkeys(("box", "mean", "blur", "uniform"), "average"),
    **dict.fromkeys(("laplace", "laplacien"), "laplacian"),
    **dict.fromkeys(("sharp", "sharpening"), "sharpen"),
    "usm": "unsharp",
}

# Words for what a filter does better than a preset.
EDGE_WORDS = "edge", "edges", "gradient", "canny"


@cache
def read_preset_texts() -> dict[str, str]:
    """Return the presets that are texts, as a dict of name to text."""
    # importlib.resources takes 9 ms to load.
    folder = f"{package_folders[0]}/presets"
    texts = {}
    for name in os.listdir(folder):
        if name.endswith(".txt"):
            with open_regular(f"{folder}/{name}") as stream:
                texts[name.removesuffix(".txt")] = stream.read().decode()
    return texts


def list_preset_names() -> list[str]:
    """Return the names of all presets in alphabetical order."""
    return sorted([*FORMULAS, *read_preset_texts()])


def list_presets() -> dict[str, str]:
    """Return the presets of `Kernel`, each with its arguments, and a sentence about each.

    Examples
    --------
    >>> list_presets()["average:SIZE"]
    'The mean of a square of pixels.'
    """
    return dict(describe_presets())


def describe_presets() -> list[tuple[str, str]]:
    """Return pairs: a preset with its arguments, and a sentence about the preset."""
    about = {f"{name}:{formula.usage}": formula.about for name, formula in FORMULAS.items()}
    for name, text in read_preset_texts().items():
        comment = (line.removeprefix("#") for line in text.splitlines() if line.startswith("#"))
        sentence = " ".join(map(str.strip, comment)).partition(". ")[0]
        about[name] = sentence.removesuffix(".") + "."
    return sorted(about.items(), key=lambda entry: entry[0].partition(":")[0])


def find_preset_name(given: str) -> str | None:
    """Return the name of a preset, which may be written in capitals or without its hyphens.

    >>> [find_preset_name(name) for name in ("sobel-x", "Sobel_X", "sobelx", "sobel")]
    ['sobel-x', 'sobel-x', 'sobel-x', None]
    """
    names = list_preset_names()
    if given in names:
        return given
    letters = fold_letters(given)
    return next((name for name in names if fold_letters(name) == letters), None)
