"""Draw a scene as one HTML file, in which its pictures can be compared.

The page takes nothing from other files and makes no request. It places the cells itself, because
windows have all widths: the captions have the reader's size, and narrow windows fewer columns.
"""

from __future__ import annotations

import io
import math
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from ...files import open_regular
from ...image import Image, write
from ..scene import Colour, Picture, Scene
from ..svg import draw_svg

_FOLDER = __path__[0]
_WHITE = (255, 255, 255)
_LARGE, _REDUCED = 600_000, 160_000  # pixels


def render(scene: Scene) -> bytes:
    """Return a scene as an HTML page; equal scenes give equal bytes.

    Parameters
    ----------
    scene : Scene
        The page shows its cells.
    """
    rows = _split_rows([item for item in scene.items if isinstance(item, Picture) and item.is_cell])
    script = _read("script.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    made_by = f"<p>Made with imgfilt: <code>{escape(scene.command)}</code></p>\n"
    page = _fill(
        _read("page.html"),
        {
            "scheme": _describe_background(scene.background),
            "script_hash": f"sha256-{digest}",
            "page_title": escape(scene.title or scene.command or "Figure"),
            "heading_class": "" if scene.title else ' class="hidden"',
            "heading": escape(scene.title or "Figure"),
            "columns": str(max(map(len, rows), default=1)),
            "captions": "above",
            "cells": "".join(_describe_cells(rows)),
            "drawing": "" if rows else draw_svg(scene),
            "command": escape(scene.command),
            "made_by": made_by if scene.command else "",
            "style": _read("style.css"),
            "script": script,
        },
    )
    return page.encode()


def _read(name: str) -> str:
    with open_regular(f"{_FOLDER}/{name}") as stream:
        return stream.read().decode()


def _fill(template: str, texts: Mapping[str, str]) -> str:
    """Return a template with its `{{names}}` replaced, at once: a text may hold such a name."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: texts[match[1]], template)


def _describe_background(background: Colour | None) -> str:
    """Return the attributes of a page with a colour; a white page follows the reader's scheme."""
    if background is None or background == _WHITE:
        return ""
    scheme = "dark" if sum(background) < 3 * 128 else "light"
    return f' data-scheme="{scheme}" style="--paper: rgb{background}"'


def _split_rows(cells: Sequence[Picture]) -> list[list[Picture]]:
    """Return the rows of the cells: a row ends where the next cell lies further to the left."""
    rows: list[list[Picture]] = []
    right = float("inf")
    for cell in cells:
        if cell.box.left < right:
            rows.append([])
        rows[-1].append(cell)
        right = cell.box.right
    return rows


def _describe_cells(rows: Sequence[Sequence[Picture]]) -> Iterator[str]:
    """Yield the cells as items of a list."""
    cells = [cell for row in rows for cell in row]
    widest = max((cell.box.width for cell in cells), default=1.0)
    columns = max(map(len, rows), default=1)
    after_short = [row[0] for above, row in pairwise(rows) if len(above) < columns]
    for number, cell in enumerate(cells, 1):
        height, width, channels = cell.pixels.shape
        caption, note = escape(cell.name), escape(cell.note)
        first = ' style="grid-column-start: 1"' if cell in after_short else ""
        whole, reduction = _encode(cell.pixels), _choose_reduction(height, width)
        shown = whole if reduction == 1 else _encode(_reduce(cell.pixels, reduction))
        rest = "" if reduction == 1 else f"<template>{whole}</template>"
        yield f"""<li data-group="{height} {width}" data-top="0" data-left="0"{first}
 data-height="{height}" data-width="{width}" data-channels="{channels}"
 data-reduction="{reduction}">
<figure style="--height: {height}; --width: {width}; --share: {cell.box.width / widest:.4f}">
<div class="frame"><div class="layer"><img alt="{caption}" decoding="async" draggable="false"
 width="{width}" height="{height}" src="data:image/png;base64,{shown}"></div>
<div class="mark" hidden></div></div>
<figcaption><button class="choose"><span class="number">{number}</span>
<span class="caption" dir="auto">{caption}</span></button>
<span class="note" dir="auto">{note}</span></figcaption>
<p class="levels"></p>
{rest}</figure>
</li>
"""


def _encode(pixels: NDArray[np.uint8]) -> str:
    """Return a picture as a PNG in base 64."""
    stream = io.BytesIO()
    write(stream, Image(pixels), format="png")
    return b64encode(stream.getvalue()).decode()


def _choose_reduction(height: int, width: int) -> int:
    """Return by how much a picture is reduced for the grid.

    A browser takes seconds to decode many large pictures. So these are decoded when they are
    enlarged.
    """
    return 1 if height * width <= _LARGE else math.ceil(math.sqrt(height * width / _REDUCED))


def _reduce(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    picture = PillowImage.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return np.atleast_3d(np.asarray(picture.reduce(factor)))
