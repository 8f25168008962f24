"""Figures: captioned cells in, one array out; no file, no filter and no option is known here."""

from imgfilt.figure.cell import Cell, Layout
from imgfilt.figure.display import displayed
from imgfilt.figure.draw import grid
from imgfilt.figure.placement import Placement, measure

__all__ = ["Cell", "Layout", "Placement", "displayed", "grid", "measure"]
