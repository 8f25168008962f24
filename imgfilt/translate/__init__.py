"""A convolution as code for other systems, or in LaTeX; the code is printed, not run."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .convolution_spec import ConvolutionSpec

# By system: the module in this package that has the function `to_` with the system's name.
_MODULES = {
    "opencv": "python",
    "scipy": "python",
    "skimage": "python",
    "imagemagick": "shell",
    "vips": "shell",
    "latex": "latex",
}
SYSTEMS = tuple(_MODULES)
MATRICES = ("latex",)  # of SYSTEMS, those that show the kernel alone


def translate(system: str, spec: ConvolutionSpec) -> str:
    """Return lines that do the same convolution in another system, or show the kernel.

    Parameters
    ----------
    system : str
        One of SYSTEMS.
    spec : ConvolutionSpec
        The kernel and the border.
    """
    module = importlib.import_module(f".{_MODULES[system]}", __name__)
    code: str = getattr(module, f"to_{system}")(spec)
    return code
