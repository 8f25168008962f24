"""Image filters: exact convolution, blur, Gaussian, median, bilateral, non-local means, edges.

A function for each filter takes a picture, and returns a picture of the same kind: an array (H, W)
or (H, W, C), a Pillow image, or an Image, which has the metadata of its file:

    import imgfilt

    photo = imgfilt.read("photo.jpg")
    soft = imgfilt.gaussian(photo, sigma=2, border="wrap")
    imgfilt.write("soft.jpg", soft)

A filter is an object of a class, too. Filters form chains; figures compare them; they filter files:

    clean = imgfilt.Median(3) | imgfilt.Gaussian(sigma=1)
    imgfilt.write("clean.jpg", imgfilt.apply(clean, photo))
    imgfilt.compare(photo, [imgfilt.Median(5), clean]).save("figure.png")
    imgfilt.filter_files(clean, "photos", "out/")

A kernel is a preset, rows of numbers, or both composed with @:

    kernel = imgfilt.Kernel("sobel-x") @ imgfilt.Kernel("1 2 1; 2 4 2; 1 2 1") / 16
    edges = imgfilt.convolve(photo, kernel, values="offset")

`help(imgfilt.gaussian)` has its parameters, with units, ranges and defaults; `dir(imgfilt)` names
all that is here; `imgfilt.list_presets()` lists kernels. All errors are ImgfiltErrors.
"""

# ruff: noqa: F403 - the imports are for type checkers

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import filters

if TYPE_CHECKING:
    # An alias makes a name public for type checkers, as a star does.
    from .api.apply import apply as apply
    from .api.compare import compare as compare
    from .api.files import filter_files as filter_files
    from .errors import ClippedWarning as ClippedWarning
    from .errors import CommandError as CommandError
    from .errors import EngineError as EngineError
    from .errors import ImageError as ImageError
    from .errors import ImgfiltError as ImgfiltError
    from .errors import KernelError as KernelError
    from .errors import OutputError as OutputError
    from .errors import ParameterError as ParameterError
    from .filters import *
    from .filters.chain import Chain as Chain
    from .image import Image as Image
    from .image import read as read
    from .image import read_frames as read_frames
    from .image import write as write
    from .kernel.kernel import Kernel as Kernel
    from .kernel.preset_table import list_presets as list_presets

    # isort: split
    # After the classes: pyright takes modules of filters/ for public names, and they are called
    # like the functions.
    from .api.functions import *

__version__ = "0.1.0"
__doc__ = "\n".join(
    [
        f"{__doc__}\nThe filters, each as a function and as a class:\n",
        *(f"    {name.lower():10}{name:11}{text}" for name, text in filters.SUMMARIES.items()),
        "",
    ]
)

# The module of each public name; the classes of the filters are public, too.
_MODULES = {
    "apply": ".api.apply",
    "compare": ".api.compare",
    "filter_files": ".api.files",
    "Chain": ".filters.chain",
    "ClippedWarning": ".errors",
    "CommandError": ".errors",
    "EngineError": ".errors",
    "Image": ".image",
    "ImageError": ".errors",
    "ImgfiltError": ".errors",
    "Kernel": ".kernel.kernel",
    "KernelError": ".errors",
    "OutputError": ".errors",
    "list_presets": ".kernel.preset_table",
    "ParameterError": ".errors",
    "read": ".image",
    "read_frames": ".image",
    "write": ".image",
}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        value: Any = sorted([*_MODULES, *filters.SUMMARIES, *filters.FILTERS, "__version__"])
    elif name in _MODULES:
        value = getattr(importlib.import_module(_MODULES[name], __name__), name)
    elif not name.startswith("_") and name in filters.SUMMARIES:
        value = getattr(filters, name)
    elif not name.startswith("_") and name in filters.FILTERS:
        value = getattr(importlib.import_module(".api.functions", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__getattr__("__all__"))
