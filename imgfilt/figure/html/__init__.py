"""Draw a scene as one HTML file, in which its pictures can be compared.

The page takes nothing from other files and makes no request. It places the cells itself, because
windows have all widths: the captions have the reader's size, and narrow windows fewer columns.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from ...files import open_regular
from ..scene import Colour, Scene
from ..svg import draw_svg, escape
from .cells import describe_cells, draw_legend, split_rows

_FOLDER = __path__[0]
_WHITE = (255, 255, 255)


def render(scene: Scene) -> bytes:
    """Return a scene as an HTML page; equal scenes give equal bytes.

    Parameters
    ----------
    scene : Scene
        The page shows its cells; if it has none, the whole scene.
    """
    rows = split_rows(scene)
    script = _read("script.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    made_by = f"<p>Made with imgfilt: <code>{escape(scene.command)}</code></p>\n"
    page = _fill(
        _read("page.html"),
        {
            "scheme": _describe_background(scene.background),
            "script_hash": f"sha256-{digest}",
            "page_title": escape(scene.title or scene.command or "Figure"),
            "heading_class": "" if scene.title and rows else ' class="hidden"',
            "heading": escape(scene.title or "Figure"),
            "columns": str(max(map(len, rows), default=1)),
            "captions": scene.captions,
            "cells": "".join(describe_cells(rows, scene)),
            "drawing": draw_legend(scene) if rows else draw_svg(scene),
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
