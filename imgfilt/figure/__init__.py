"""Figures: captioned cells in, one array out; no file, no filter and no option is known here."""

from .cell import Cell, Layout
from .display import displayed
from .draw import grid
from .placement import Placement, measure

__all__ = ["Cell", "Layout", "Placement", "displayed", "grid", "measure"]
