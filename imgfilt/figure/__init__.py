"""Figures: captioned pictures, laid out in rows and drawn as one picture.

A caller describes the cells and the layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from ..parameters import MOST_INSETS

if TYPE_CHECKING:
    from ..image.display import DisplayedPicture


class Span(NamedTuple):
    """Words of one line, in one weight."""

    string: str
    bold: bool = False


class Cell(NamedTuple):
    """One picture of a figure, and the text above or below it.

    Parameters
    ----------
    caption : str
        Any text. Line breaks and control characters are drawn as blanks.
    pixels : (H, W, 1) or (H, W, 3) uint8 array or DisplayedPicture
        sRGB, opaque.
    notes : tuple of Span
        A separate, lighter line below the caption, such as "PSNR 31.42 dB, SSIM 0.912": its parts,
        which commas separate.
    difference : (H, W, 1) int16 array, optional
        The difference from another picture, in 8-bit levels, which is shown below the picture.
    numbers : (H, W) array of str, optional
        What is written on each pixel.
    offset : (row, column) of int
        Of the first pixel in the input; negative if it lies beyond the edge.
    """

    caption: str
    pixels: NDArray[np.uint8] | DisplayedPicture
    notes: tuple[Span, ...] = ()
    difference: NDArray[np.int16] | None = None
    numbers: NDArray[np.str_] | None = None
    offset: tuple[int, int] = (0, 0)


class DifferenceScale(NamedTuple):
    """What the differences of all cells are from, and the colours in which they are shown.

    Attributes
    ----------
    base : str
        In words, such as "Original".
    end : float
        The difference, in 8-bit levels, at which the colours end: blue is `-end`, red is `end`.
        0 for what fits the cells.
    """

    base: str
    end: float = 0.0


PRINTED_WIDTH = 16 / 2.54 * 72  # points, unless another width is given

# Parameter -> its least value, and the unit in words.
_LEAST = {
    "columns": (1, ""),
    "cell_width": (1, " pixels"),
    "figure_width": (36, " points"),
    "dpi": (10, ""),
    "caption_size": (1, " points"),
}


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
        The part of an input's first picture that its cells show, in pixels of that picture. It is
        enlarged by the largest whole factor for which the cell width has room.
    insets : tuple of (left, top, width, height) of int
        Parts of an input's first picture that stand enlarged below each of its cells.
    labels : tuple of str
        The names of the inputs, beside their rows; captions then stand once. If an input isn't a
        row, its name stands before the captions of its cells.
    numbers : bool
        Whether cells have numbers on their pixels, which then are drawn as large squares.
    first_row : int, optional
        Cells in the first row, if it has fewer than `columns`.
    figure_width : float, optional
        The printed width in points. By default 16 cm, or more if words or small pictures need it.
    dpi : float, optional
        Pixels for each inch of the printed width, which set the cell width; by default 300 if
        `figure_width` is given without a cell width.
    caption_size : float
        The height of captions in print, in points.
    captions : {"above", "below", "none"}
        Where captions stand.
    letters : bool
        Whether captions begin with (a), (b), (c) ...
    font : bytes, optional
        The content of a TrueType or OpenType font; by default the font that Pillow contains.
    background : (red, green, blue) or None
        The page; None is transparent.

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
    figure_width: float | None = None
    dpi: float | None = None
    caption_size: float = 9.0
    captions: str = "above"
    letters: bool = False
    font: bytes | None = None
    background: tuple[int, int, int] | None = (255, 255, 255)
    insets: tuple[tuple[int, int, int, int], ...] = ()
    labels: tuple[str, ...] = ()
    numbers: bool = False

    def __post_init__(self) -> None:
        for name, (least, unit) in _LEAST.items():
            value = getattr(self, name)
            if value is not None and value < least:
                message = f"{name} {value:g}: wanted {least:g} or more{unit}"
                raise ParameterError(message, parameters=(name,))
        if self.cell_width is not None and self.dpi is not None:
            raise ParameterError(
                "dpi and cell_width both set the number of pixels; give one of them",
                parameters=("dpi", "cell_width"),
            )
        zooms = () if self.zoom is None else (self.zoom,)
        for name, parts in (("zoom", zooms), ("inset", self.insets)):
            for part in parts:
                if min(part[:2]) < 0 or min(part[2:]) < 1:
                    found = ",".join(map(str, part))
                    raise ParameterError(
                        f"{name} {found}: wanted a LEFT and TOP from 0, a WIDTH and HEIGHT from 1",
                        parameters=(name,),
                    )
        if len(self.insets) > MOST_INSETS:
            raise ParameterError(
                f"{len(self.insets)} insets: wanted {MOST_INSETS} or fewer, in as many colours",
                parameters=("inset",),
            )

    @property
    def dots_per_inch(self) -> float | None:
        """The dots per inch that set the cell width, or None."""
        if self.dpi is None and self.figure_width is not None and self.cell_width is None:
            return 300
        return self.dpi

    @property
    def printed_width(self) -> float:
        """The printed width in points."""
        return PRINTED_WIDTH if self.figure_width is None else self.figure_width

    @property
    def page_pixels(self) -> int:
        """The width of the page in pixels if the dots per inch set it; else 0.

        Without a `figure_width`, words may need more.
        """
        return round(self.printed_width * (self.dots_per_inch or 0) / 72)
