"""Draw a scene as a PDF, by fpdf2: text that can be selected, pictures with all their pixels.

fpdf2 embeds the used letters of TrueType and of OpenType fonts, shapes text as Pillow does, takes
compressed pixels as they are, and is well kept (LGPL 3); ReportLab has no OpenType fonts.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import uharfbuzz
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import HarfBuzzFont, TTFFont
from fpdf.image_datastructures import RasterImageInfo

from .. import __version__
from ..image.codecs.png.compression import compress_rows
from .face import Face
from .fonts import Run, clean
from .scene import Disc, Item, Path, Picture, Scene, Text
from .sign_font import build_sign_font
from .signs import BOLD, Drawn
from .truetype import to_truetype

for _name in ("fpdf", "fontTools"):  # what they have to say isn't for the user
    logging.getLogger(_name).addHandler(logging.NullHandler())


def render(scene: Scene) -> bytes:
    """Return a scene as the content of a PDF file of one page.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    bytes
        The same for equal scenes: the file's date is the first of 1970.
    """
    pdf = FPDF(unit="pt", format=(scene.width, scene.height))
    pdf.set_creation_date(datetime(1970, 1, 1, tzinfo=UTC))
    pdf.set_title(clean(scene.title))
    pdf.set_subject(clean(scene.command))
    pdf.set_creator(f"imgfilt {__version__}")
    pdf.alias_nb_pages("")  # else "{nb}" in a text becomes the number of pages
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_auto_page_break(False)
    pdf.set_text_shaping(True)
    pdf.add_page()
    if scene.background is not None:
        pdf.set_fill_color(*scene.background)
        pdf.rect(0, 0, scene.width, scene.height, style="F")
    page = _Page(pdf, scene)
    for item in scene.items:
        page.draw(item)
    return bytes(pdf.output())


class _Font(TTFFont):
    """A font whose file is in memory; fpdf2 takes paths only."""

    def __init__(self, pdf: FPDF, key: str, data: bytes):
        path: Any = io.BytesIO(data)
        super().__init__(pdf, path, key, "")
        self._hbfont = HarfBuzzFont(uharfbuzz.Face(data))


class _Page:
    """Draws the items of a scene on a page."""

    def __init__(self, pdf: FPDF, scene: Scene):
        self.pdf, self.scene = pdf, scene
        self._keys: dict[tuple[Face, bool], str] = {}

    def draw(self, item: Item) -> None:
        """Draw an item."""
        if isinstance(item, Picture):
            self._draw_picture(item)
        elif isinstance(item, Text):
            with self.pdf.rotation(item.angle, item.x, item.baseline):
                self._draw_text(item)
        elif isinstance(item, Disc):
            self.pdf.set_fill_color(*item.fill)
            self.pdf.circle(item.x, item.y, item.radius, style="F")
        else:
            self._draw_path(item)

    def _draw_picture(self, picture: Picture) -> None:
        """Draw pixels; the file holds the compressed rows of a PNG, which PDF has, too."""
        if not picture.pixels.size:
            return
        pixels = np.ascontiguousarray(picture.pixels)
        height, width, channels = pixels.shape
        images = self.pdf.image_cache.images
        name = f"picture {len(images) + 1}"
        images[name] = RasterImageInfo(
            data=b"".join(compress_rows(pixels, None)),
            w=width,
            h=height,
            cs="DeviceGray" if channels == 1 else "DeviceRGB",
            bpc=8,
            dpn=channels,
            f="FlateDecode",
            dp=f"/Predictor 15 /Colors {channels} /Columns {width}",
            inverted=False,
            iccp=None,
            iccp_i=None,
            i=len(images) + 1,
            usages=0,
        )
        self.pdf.image(name, *picture.box, alt_text=clean(picture.name) or None)

    def _draw_text(self, text: Text) -> None:
        runs = list(self.scene.fonts.split(text.string))
        x = text.x - text.anchor * text.size * sum(run.advance for run in runs)
        mode = TextMode.FILL_STROKE if text.bold else TextMode.FILL
        with self.pdf.local_context(text_mode=mode, line_width=BOLD * text.size):
            self.pdf.set_text_color(*text.colour)
            self.pdf.set_draw_color(*text.colour)
            for run in runs:
                self.pdf.set_font(self._font_key(run), size=text.size)
                # A cell's baseline is 0.8 of the font's height below its top.
                # (`set_xy` would count a negative place, as turned text may have, from the right.)
                self.pdf.x, self.pdf.y = x, text.baseline - 0.8 * text.size
                self.pdf.cell(h=text.size, text=run.string)
                x += text.size * run.advance

    def _font_key(self, run: Run) -> str:
        """Return the name of a run's font in the file; it is added if it is new."""
        font = run.face, run.drawn is not None
        if font not in self._keys:
            key = self._keys[font] = f"font{len(self._keys)}"
            if run.drawn:
                data = build_sign_font(run.face, self._find_signs())
            else:
                data = to_truetype(run.face.data, self._find_letters(run.face))
            self.pdf.fonts[key] = _Font(self.pdf, key, data)
        return self._keys[font]

    def _find_signs(self) -> dict[str, Drawn]:
        """Return the letters of the scene that are drawn with lines."""
        return {run.string: run.drawn for run in self._iter_runs() if run.drawn}

    def _find_letters(self, face: Face) -> str:
        """Return the letters of the scene that a font has, each once."""
        runs = [run.string for run in self._iter_runs() if run.face is face and not run.drawn]
        return "".join(sorted(set().union(*runs)))

    def _iter_runs(self) -> Iterator[Run]:
        for item in self.scene.items:
            if isinstance(item, Text):
                yield from self.scene.fonts.split(item.string)

    def _draw_path(self, path: Path) -> None:
        join = "miter" if path.closed else "round"
        style: Any = ("D" if path.stroke else "") + ("F" if path.fill else "")
        with self.pdf.local_context(
            line_width=path.width, stroke_cap_style="butt", stroke_join_style=join
        ):
            if path.stroke:
                self.pdf.set_draw_color(*path.stroke)
            if path.fill:
                self.pdf.set_fill_color(*path.fill)
            if path.dash:
                self.pdf.set_dash_pattern(path.dash, path.dash)
            self.pdf.polyline(path.points, polygon=path.closed, style=style)
