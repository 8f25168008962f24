"""Convert fonts with PostScript outlines to TrueType: fpdf2 embeds all fonts as TrueType fonts."""

from __future__ import annotations

import io
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

_POSTSCRIPT = ("CFF ", "CFF2")  # tables of outlines
# Of programs in fonts, of which a converted one has none.
_LIMITS = (
    *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
)
_MOST_ERROR = 1 / 1000  # of quadratic curves, in ems


def to_truetype(data: bytes, text: str) -> bytes:
    """Return a font with TrueType outlines: the font, or a converted part of it.

    Parameters
    ----------
    data : bytes
        The content of a file; the first font of a collection is taken.
    text : str
        What will be written; a converted font has the letters for it only.
    """
    font = TTFont(io.BytesIO(data), fontNumber=0, lazy=True, recalcTimestamp=False)
    if not any(name in font for name in _POSTSCRIPT):
        return data
    options = Options(hinting=False, notdef_outline=True, drop_tables=[])
    part = Subsetter(options)
    part.populate(text=text)
    part.subset(font)
    _convert_outlines(font)
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


def _convert_outlines(font: TTFont) -> None:
    """Replace the cubic curves of a font by quadratic ones, in the tables that these need."""
    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(None)
        # TrueType's outlines run clockwise around what is filled, PostScript's the other way.
        error = _MOST_ERROR * font["head"].unitsPerEm
        outlines[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    for table in (*_POSTSCRIPT, "VORG"):
        if table in font:
            del font[table]
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    metrics = font["hmtx"].metrics
    for name, glyph in glyphs.items():
        glyph.recalcBounds(font["glyf"])
        metrics[name] = metrics[name][0], getattr(glyph, "xMin", 0)
    maximum = font["maxp"]
    maximum.tableVersion = 0x00010000
    vars(maximum).update(dict.fromkeys(_LIMITS, 0), maxZones=1)
    font["post"].formatType = 3.0  # without names
    font.sfntVersion = "\0\1\0\0"
