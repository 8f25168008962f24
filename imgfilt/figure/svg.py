"""Draw a scene as an SVG 1.1 file: text stays text, pictures are PNGs of their own pixels.

A line of text is held to its measured length, so nothing overlaps where another font is used.
"""

from __future__ import annotations

import base64
import html
import io

import numpy as np
from numpy.typing import NDArray

from ..image import Image, write
from .fonts import clean
from .scene import Colour, Disc, Item, Path, Picture, Scene, Text

_FALLBACK_FONTS = ("Arial", "Liberation Sans", "DejaVu Sans")  # the most similar first
_CSS_PIXEL = 0.75  # points
_ANCHORS = {0.0: "start", 0.5: "middle", 1.0: "end"}


def render(scene: Scene) -> bytes:
    """Return a scene as the content of an SVG file.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    bytes
        UTF-8; the same for equal scenes.
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{draw_svg(scene)}'.encode()


def draw_svg(scene: Scene) -> str:
    """Return a scene as an SVG element, which may also stand in an HTML page."""
    width, height = _format(scene.width), _format(scene.height)
    names = scene.fonts.first.family.replace("'", ""), *_FALLBACK_FONTS
    families = ", ".join(f"'{name}'" for name in names)
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}" '
        f'font-family="{escape(families)}, sans-serif">',
    ]
    if scene.title:
        lines.append(f"<title>{escape(scene.title)}</title>")
    if scene.command:
        lines.append(f"<desc>{escape(scene.command)}</desc>")
    if scene.background is not None:
        fill = _format_colour(scene.background)
        lines.append(f'<rect width="{width}" height="{height}" fill="{fill}"/>')
    lines += (draw_item(item, scene) for item in scene.items)
    lines.append("</svg>\n")
    return "\n".join(lines)


def draw_item(item: Item, scene: Scene) -> str:
    """Return the SVG element of an item."""
    if isinstance(item, Picture):
        return _draw_picture(item)
    if isinstance(item, Text):
        return _draw_text(item, scene)
    if isinstance(item, Disc):
        x, y, radius = map(_format, (item.x, item.y, item.radius))
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_format_colour(item.fill)}"/>'
    return _draw_path(item)


def _draw_picture(picture: Picture) -> str:
    if not picture.pixels.size:
        return ""
    left, top, width, height = map(_format, picture.box)
    # A viewer blurs enlarged pixels unless it is told; reduced pictures it must smooth.
    is_enlarged = picture.box.width / picture.pixels.shape[1] > _CSS_PIXEL
    style = ' style="image-rendering:pixelated"' if is_enlarged else ""
    title = f"<title>{escape(picture.name)}</title>" if picture.name else ""
    return (
        f'<image x="{left}" y="{top}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none"{style} xlink:href="{encode_picture(picture.pixels)}">'
        f"{title}</image>"
    )


def encode_picture(pixels: NDArray[np.uint8]) -> str:
    """Return (H, W, 1) or (H, W, 3) pixels as a URI that holds a PNG."""
    stream = io.BytesIO()
    write(stream, Image(pixels), format="png")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _draw_text(text: Text, scene: Scene) -> str:
    length = scene.fonts.width(text.string, text.size)
    x, y = _format(text.x), _format(text.baseline)
    bold = ' font-weight="bold"' if text.bold else ""
    turn = f' transform="rotate({-text.angle} {x} {y})"' if text.angle else ""
    return (
        f'<text x="{x}" y="{y}"{turn} '
        f'font-size="{_format(text.size)}" text-anchor="{_ANCHORS[text.anchor]}" '
        f'textLength="{_format(length)}" lengthAdjust="spacingAndGlyphs" '
        f'fill="{_format_colour(text.colour)}"{bold}>{escape(text.string)}</text>'
    )


def _draw_path(path: Path) -> str:
    points = " ".join(f"{_format(x)},{_format(y)}" for x, y in path.points)
    parts = [f'<{"polygon" if path.closed else "polyline"} points="{points}"']
    parts.append(f'fill="{_format_colour(path.fill) if path.fill else "none"}"')
    if path.stroke is not None:
        parts.append(f'stroke="{_format_colour(path.stroke)}" stroke-width="{_format(path.width)}"')
        if not path.closed:
            parts.append('stroke-linejoin="round"')
    if path.dash:
        parts.append(f'stroke-dasharray="{_format(path.dash)}"')
    return " ".join(parts) + "/>"


def _format(number: float) -> str:
    """Return a number with at most 4 decimals, which are 35 nanometres."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _format_colour(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def escape(text: str) -> str:
    """Return a text as XML and HTML have it; what they have no letters for becomes a blank."""
    return html.escape(clean(text))
