"""A convolution as code for other systems; the code is printed, not run."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .convolution_spec import ConvolutionSpec

# The names of the modules in this package that have a function `translate`.
SYSTEMS = "opencv", "scipy", "skimage", "imagemagick", "vips"


def translate(system: str, spec: ConvolutionSpec) -> str:
    """Return lines of Python, or of a shell, that do the same convolution in another system.

    Parameters
    ----------
    system : str
        One of SYSTEMS.
    spec : ConvolutionSpec
        The kernel and the border.
    """
    code: str = importlib.import_module(f".{system}", __name__).translate(spec)
    return code
