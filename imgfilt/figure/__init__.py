"""Figures: captioned cells in, one array out; no file, no filter and no option is known here."""

from .cell import Cell, Layout

__all__ = ["Cell", "Layout"]
