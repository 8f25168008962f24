"""Figures: captioned pictures, laid out in rows and drawn as one picture.

A caller describes the cells and the layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError

if TYPE_CHECKING:
    from .display import DisplayedPicture


class Cell(NamedTuple):
    """One picture of a figure, and the text above it.

    Parameters
    ----------
    caption : str
        Any text. Line breaks and control characters are drawn as blanks; a letter that the font
        lacks is drawn without its accent, or else as a question mark.
    pixels : (H, W, 1) or (H, W, 3) uint8 array or DisplayedPicture
        sRGB, opaque.
    note : str
        A separate line below the caption.
    """

    caption: str
    pixels: NDArray[np.uint8] | DisplayedPicture
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """How the cells of a figure are laid out.

    Parameters
    ----------
    columns : int
        Cells in a row.
    title : str, optional
        Text above the whole figure.
    cell_width : int, optional
        Width in pixels at which the first cell is drawn. None is the width of its picture, or less
        if the figure would be wider than 2400 pixels.
    zoom : (left, top, width, height) of int, optional
        The part of the first picture that every cell shows, in pixels of that picture. It is
        enlarged by the largest whole factor for which the cell width has room.
    first_row : int, optional
        Cells in the first row, if it has fewer than `columns`.

    Raises
    ------
    ParameterError
        If a number is too small.
    """

    columns: int = 3
    title: str | None = None
    cell_width: int | None = None
    zoom: tuple[int, int, int, int] | None = None
    first_row: int | None = None

    def __post_init__(self) -> None:
        for name, wanted in (("columns", "1 or more"), ("cell_width", "1 or more pixels")):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ParameterError(f"{name} {value}: wanted {wanted}", parameters=(name,))
        if self.zoom is not None:
            left, top, width, height = self.zoom
            if min(left, top) < 0 or min(width, height) < 1:
                found = ",".join(map(str, self.zoom))
                raise ParameterError(
                    f"zoom {found}: wanted a LEFT and TOP from 0, a WIDTH and HEIGHT from 1",
                    parameters=("zoom",),
                )
