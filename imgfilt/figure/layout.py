"""Compute the place of every picture and line of text in a figure, before anything is drawn.

All columns have one width: the width of the pictures, or of the longest word. Pictures and text are
centred in their column. Captions stand directly above the pictures, so that their baselines agree
along a row. A short last row begins at the left. Margins and gaps are as wide as the font is high.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ..errors import ParameterError
from ..geometry import Rect
from ..parameters import MOST_VALUES
from . import Cell, Layout, text
from .scale import Interval, font_size


@dataclass(frozen=True)
class PlacedPicture:
    """The place of a cell's picture.

    Attributes
    ----------
    box : Rect
        The picture's rectangle in the figure, which can be empty.
    vertical, horizontal : Interval
        The part of the picture that the box shows along each axis.
    """

    box: Rect
    vertical: Interval
    horizontal: Interval


@dataclass(frozen=True)
class Placement:
    """A figure's size, and the place of its pictures and text.

    Parameters
    ----------
    height, width : int
        The whole figure, with its margins, in pixels.
    pictures : tuple of PlacedPicture
        One for each cell.
    captions : tuple of tuple of Line
        The lines of each cell's caption and note, from top to bottom.
    title : tuple of Line
        The lines of the title, from top to bottom.
    """

    height: int
    width: int
    pictures: tuple[PlacedPicture, ...]
    captions: tuple[tuple[text.Line, ...], ...]
    title: tuple[text.Line, ...]


def compute_placement(
    cells: Sequence[Cell],
    layout: Layout,
    intervals: Sequence[tuple[Interval, Interval]],
) -> Placement:
    """Return the place of title, captions and pictures.

    Parameters
    ----------
    cells : sequence of Cell
        In reading order.
    layout : Layout
        Columns and title.
    intervals : sequence of (Interval, Interval)
        The vertical and the horizontal interval of each cell.

    Returns
    -------
    Placement
        Its boxes don't overlap, and lie inside the figure.

    Raises
    ------
    ParameterError
        If there are no cells or more than 400.
    """
    if not 1 <= len(cells) <= MOST_VALUES:
        raise ParameterError(f"a figure of {len(cells)} cells: wanted 1 to {MOST_VALUES}")
    picture_left = min(horizontal.start for _, horizontal in intervals)
    picture_width = max(horizontal.stop for _, horizontal in intervals) - picture_left
    size = font_size(picture_width)
    captions, column_width = _wrap_captions(cells, size, picture_width)
    columns = min(layout.columns, len(cells))
    pitch = column_width + size
    grid_width = columns * pitch - size
    title, inner_width, top = _place_title(layout.title or "", size, grid_width)
    left = size + (inner_width - grid_width) // 2
    inset = (column_width - picture_width) // 2 - picture_left
    lefts = range(left, left + columns * pitch, pitch)
    picture_lefts = range(left + inset, left + inset + columns * pitch, pitch)
    placed_captions: list[tuple[text.Line, ...]] = []
    pictures: list[PlacedPicture] = []
    first_row = min(layout.first_row or columns, columns)
    for start in range(first_row - columns, len(cells), columns):
        row = slice(max(start, 0), start + columns)
        caption_row, top = _place_captions(captions[row], size, top, lefts, column_width)
        picture_row, top = _place_pictures(intervals[row], top, picture_lefts)
        placed_captions += caption_row
        pictures += picture_row
        top += size
    return Placement(top, inner_width + 2 * size, tuple(pictures), tuple(placed_captions), title)


def _wrap_captions(
    cells: Sequence[Cell], size: int, picture_width: int
) -> tuple[list[list[str]], int]:
    """Return the lines of each cell's caption and note, and the width of a column."""
    words = [[text.split_caption(cell.caption), text.split_caption(cell.note)] for cell in cells]
    width = max(picture_width, text.min_width(chain.from_iterable(words), size))
    captions = [
        [line for part in parts for line in text.wrap(part, size, width)] for parts in words
    ]
    return captions, width


def _place_title(title: str, size: int, grid_width: int) -> tuple[tuple[text.Line, ...], int, int]:
    """Return the title's lines, the width inside the margins, and the row below the title."""
    title_size = round(1.3 * size)
    words = text.split_caption(title)
    width = max(grid_width, text.min_width([words], title_size))
    lines = text.place_lines(text.wrap(words, title_size, width), title_size, size, size, width)
    height = len(lines) * text.line_height(title_size) + size // 2 if lines else 0
    return lines, width, size + height


def _place_captions(
    captions: Sequence[list[str]], size: int, top: int, lefts: Iterable[int], width: int
) -> tuple[list[tuple[text.Line, ...]], int]:
    """Return captions whose last lines agree, and the first row of pixels of their pictures."""
    bottom = top + max(map(len, captions)) * text.line_height(size)
    placed = [
        text.place_lines(lines, size, bottom - len(lines) * text.line_height(size), left, width)
        for lines, left in zip(captions, lefts, strict=False)
    ]
    return placed, bottom + (size // 4 if bottom > top else 0)


def _place_pictures(
    intervals: Sequence[tuple[Interval, Interval]], top: int, lefts: Iterable[int]
) -> tuple[list[PlacedPicture], int]:
    """Return a row's pictures below `top`, and the row below them."""
    upper = min(vertical.start for vertical, _ in intervals)
    lower = max(vertical.stop for vertical, _ in intervals)
    pictures = []
    for (vertical, horizontal), left in zip(intervals, lefts, strict=False):
        box = Rect(vertical.start, horizontal.start, vertical.stop, horizontal.stop)
        pictures.append(PlacedPicture(box.moved(top - upper, left), vertical, horizontal))
    return pictures, top + lower - upper
