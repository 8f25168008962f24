"""Draw a scene in a format: as a picture, or by a renderer if it holds figures only."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

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

    pixels = draw_raster(scene)
    return Image(pixels, pixels.shape[2] == 4, metadata=_make_metadata(scene, format))


def _make_metadata(scene: Scene, format: Format) -> Metadata:
    """Return the resolution of a raster, and the command, as far as a format can hold them."""
    from ..image.metadata.resolution import Resolution

    metadata = Metadata()
    if scene.command:
        metadata = metadata._replace(**_describe(scene.command, format))
    if "resolution" not in format.metadata:
        return metadata
    dpi = Fraction(72 * scene.pixels_per_point).limit_denominator(1000)
    ratios = dpi.as_integer_ratio(), (max(1, round(dpi)), 1)  # some formats hold whole numbers
    found = (Resolution(ratio, ratio) for ratio in ratios)
    can_hold = load_codec(format).can_hold_resolution
    return metadata._replace(resolution=next(filter(can_hold, found), None))


def _describe(command: str, format: Format) -> dict[str, Any]:
    """Return the field of Metadata in which a format holds a command."""
    from ..image.metadata import exif
    from ..image.metadata.description import DESCRIPTION
    from ..image.metadata.ifd import ASCII, Entry
    from .fonts import clean

    content = clean(command).encode("utf-8", "replace")
    if "text" in format.metadata:  # a PNG: keyword, no compression, no language
        return {"text": ((b"iTXt", b"Comment" + bytes(5) + content),)}
    if "comment" in format.metadata:
        return {"comment": content}
    if "exif" in format.metadata:
        text = content + b"\0"
        return {"exif": exif.with_entries(None, {DESCRIPTION: Entry(ASCII, len(text), text)})}
    return {}
