"""Draw a scene in a format: as a picture, or by a renderer if it holds figures only."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..image import Format, Image, Metadata
from ..image.codec import load_codec

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


def draw(scene: Scene, format: Format) -> Image | bytes:
    """Return the picture of a scene, or the content of a file if the format has a renderer.

    Either says which command made it and how large it is in print, as far as the format can.
    """
    if format.renderer:
        return load_renderer(format)(scene)
    from .raster import draw_raster

    return Image(draw_raster(scene), metadata=_make_metadata(scene, format))


def _make_metadata(scene: Scene, format: Format) -> Metadata:
    from ..image.metadata.resolution import Resolution
    from .fonts import clean

    metadata = Metadata()
    if scene.command and "text" in format.metadata:
        text = b"Comment\0\0\0\0\0" + clean(scene.command).encode()
        metadata = metadata._replace(text=((b"iTXt", text),))
    dpi = Fraction(72 * scene.pixels_per_point).limit_denominator(1000).as_integer_ratio()
    resolution = Resolution(dpi, dpi)
    if "resolution" in format.metadata and load_codec(format).can_hold_resolution(resolution):
        metadata = metadata._replace(resolution=resolution)
    return metadata
