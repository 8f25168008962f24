"""Figures: captioned pictures, laid out in rows and drawn as one picture."""

from .cell import Cell, Layout

__all__ = ["Cell", "Layout"]
