"""Load what draws a scene in a format that holds figures only; FIGURE_FORMATS names the module."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..image import Format

if TYPE_CHECKING:
    from .scene import Scene

# Renderer -> the libraries that it needs; the extra of the package has the renderer's name.
_LIBRARIES = {"pdf": ("fpdf", "uharfbuzz")}


def why_unavailable(format: Format) -> str | None:
    """Return why figures in a format can't be drawn here, and what to do; None if they can."""
    if all(map(find_spec, _LIBRARIES.get(format.renderer, ()))):
        return None
    return f"{format.label} needs a library: pip install 'imgfilt[{format.renderer}]'"


def load_renderer(format: Format) -> Callable[[Scene], bytes]:
    """Return the function that draws a scene in a format with a renderer."""
    module = import_module(f".{format.renderer}", __package__)
    render: Callable[[Scene], bytes] = module.render
    return render
