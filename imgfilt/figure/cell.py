"""What a figure is made of: its cells, and the layout that a user asks for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError


@dataclass(frozen=True)
class Cell:
    """One picture of a figure, and the words above it.

    Parameters
    ----------
    caption : str
        Any text. Line breaks and control characters are shown as blanks, letters that the font
        lacks without their accents, or else as question marks.
    pixels : (H, W, 1) or (H, W, 3) uint8 array
        sRGB, opaque; see `displayed`.
    note : str
        A line of its own below the caption.
    """

    caption: str
    pixels: NDArray[np.uint8]
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """How the cells of a figure are laid out.

    Parameters
    ----------
    columns : int
        Cells in a row.
    first_row : int, optional
        Fewer cells in the first row, such as the one that all others are made of.
    title : str, optional
        Words over the whole figure.
    cell_width : int, optional
        Width in pixels at which the first cell is shown. None is its own width, or less so that the
        figure stays under 2400 pixels.
    zoom : (left, top, width, height) of int, optional
        The part of the first picture that every cell shows, in pixels of that picture; enlarged by
        the largest whole factor that the cell width has room for.

    Raises
    ------
    ParameterError
        If a number is too small to mean anything.
    """

    columns: int = 3
    title: str | None = None
    cell_width: int | None = None
    zoom: tuple[int, int, int, int] | None = None
    first_row: int | None = None

    def __post_init__(self) -> None:
        if self.columns < 1:
            raise ParameterError(f"--columns {self.columns}: wanted 1 or more")
        if self.cell_width is not None and self.cell_width < 1:
            raise ParameterError(f"--cell-width {self.cell_width}: wanted 1 or more pixels")
        if self.zoom is not None:
            left, top, width, height = self.zoom
            if min(left, top) < 0 or min(width, height) < 1:
                found = ",".join(map(str, self.zoom))
                raise ParameterError(
                    f"--zoom {found}: wanted a LEFT and TOP from 0, a WIDTH and HEIGHT from 1"
                )
