"""Build a font of the drawn signs, so that they are letters in a PDF, too, which can be found."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from .face import Face
from .signs import STROKE_WIDTH, Drawn, Stroke

_EM = 1000  # units
_DATE = 2_082_844_800  # the first of 1970, in seconds since 1904: the same in every file


def build_sign_font(face: Face, signs: Mapping[str, Drawn]) -> bytes:
    """Return a TrueType font that has some drawn signs.

    Parameters
    ----------
    face : Face
        The font of letters that are a part of a sign.
    signs : mapping of str to Drawn
    """
    source = TTFont(io.BytesIO(face.data), fontNumber=0, lazy=True)
    names = {letter: f"uni{ord(letter):04X}" for letter in signs}
    glyphs = {names[letter]: _draw_glyph(drawn, source) for letter, drawn in signs.items()}
    glyphs[".notdef"] = TTGlyphPen(None).glyph()
    advances = {names[letter]: round(drawn.advance * _EM) for letter, drawn in signs.items()}
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(letter): name for letter, name in names.items()})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (advances.get(name, _EM), glyph.xMin) for name, glyph in glyphs.items()}
    )
    builder.setupHorizontalHeader(
        ascent=round(face.ascent * _EM), descent=-round(face.descent * _EM)
    )
    builder.setupNameTable({"familyName": "Signs", "styleName": "Regular", "psName": "Signs"})
    builder.setupOS2()
    builder.setupPost()
    builder.updateHead(created=_DATE, modified=_DATE)
    stream = io.BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(stream)
    return stream.getvalue()


def _draw_glyph(drawn: Drawn, source: TTFont) -> Any:
    """Return the outlines of a sign; they may overlap."""
    pen = TTGlyphPen(None)
    if drawn.letter:
        glyph = source.getGlyphSet()[source.getBestCmap()[ord(drawn.letter)]]
        scale = _EM / source["head"].unitsPerEm
        # TrueType's outlines run clockwise around what is filled, OpenType's the other way.
        quadratic = Cu2QuPen(pen, 1, reverse_direction="glyf" not in source)
        glyph.draw(TransformPen(quadratic, (scale, 0, 0, scale, 0, 0)))
    for stroke in drawn.strokes:
        left, right = _offset(stroke, STROKE_WIDTH / 2), _offset(stroke, -STROKE_WIDTH / 2)
        first, *others = [(round(x * _EM), round(y * _EM)) for x, y in (*left, *reversed(right))]
        pen.moveTo(first)
        for point in others:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def _offset(stroke: Stroke, distance: float) -> list[tuple[float, float]]:
    """Return the line at a distance to the left of a line; its corners are mitred."""
    points = np.array(stroke)
    steps = np.diff(points, axis=0)
    steps /= np.hypot(*steps.T)[:, np.newaxis]
    is_loop = np.allclose(points[0], points[-1])
    first, last = (steps[-1], steps[0]) if is_loop else (steps[0], steps[-1])
    before, after = np.vstack([first, steps]), np.vstack([steps, last])
    along = (before + after) / (1 + (before * after).sum(1, keepdims=True))
    return [(x, y) for x, y in (points + distance * along[:, ::-1] * (-1, 1)).tolist()]
