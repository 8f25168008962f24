"""Signs that Pillow's font lacks, drawn with lines, so that they look alike on every machine."""

from __future__ import annotations

from math import cos, pi, sin
from typing import NamedTuple

Stroke = tuple[tuple[float, float], ...]  # points (x, y) in ems, y up from the baseline


class Drawn(NamedTuple):
    """A sign that is drawn with lines.

    Attributes
    ----------
    advance : float
        From its start to the start of the next letter, in ems.
    strokes : tuple of Stroke
    letter : str
        A letter of the font that is a part of it, or "".
    """

    advance: float
    strokes: tuple[Stroke, ...]
    letter: str = ""


BOLD = 0.06  # the width of the line around bold letters, in ems
STROKE_WIDTH = 0.075  # of a drawn sign, in ems: that of Pillow's font


def _arc(x: float, y: float, radius: float) -> Stroke:
    angles = [2 * pi * step / 24 for step in range(25)]
    return tuple((x + radius * cos(angle), y + radius * sin(angle)) for angle in angles)


_MINUS = Drawn(0.6, (((0.08, 0.27), (0.52, 0.27)),))
DRAWN = {
    "×": Drawn(0.6, (((0.13, 0.1), (0.47, 0.44)), ((0.13, 0.44), (0.47, 0.1)))),
    "−": _MINUS,
    "–": Drawn(0.55, (((0.04, 0.25), (0.51, 0.25)),)),
    "—": Drawn(0.95, (((0.04, 0.25), (0.91, 0.25)),)),
    "σ": Drawn(0.58, (_arc(0.27, 0.24, 0.205), ((0.27, 0.445), (0.56, 0.445)))),
    "µ": Drawn(0.56, (((0.1, 0.3), (0.1, -0.18)),), "u"),
    "°": Drawn(0.38, (_arc(0.19, 0.59, 0.11),)),
    "±": Drawn(
        0.6,
        (((0.08, 0.32), (0.52, 0.32)), ((0.3, 0.1), (0.3, 0.54)), ((0.08, 0.03), (0.52, 0.03))),
    ),
}
DRAWN["μ"] = DRAWN["µ"]  # the Greek letter, and the sign of micro
# Stands for a letter that no font has.
FRAME = Drawn(0.6, (((0.08, 0.0), (0.08, 0.7), (0.52, 0.7), (0.52, 0.0), (0.08, 0.0)),))
