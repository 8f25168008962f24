"""Where everything in a figure goes: arithmetic alone, before any pixel is touched.

All columns have one width, that of the pictures or of the longest word. Pictures and captions are
centred in their column; captions stand right above the pictures, so that their baselines agree
along a row. A short last row begins at the left. Margins and gaps are as wide as the font is high.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ..errors import ParameterError
from ..geometry import Rect
from ..parameters import MOST_VALUES
from . import text
from .cell import Cell, Layout
from .scale import Span, font_size, spans


@dataclass(frozen=True)
class Picture:
    """Where a cell's picture goes, and which of its pixels are shown there; `box` can be empty."""

    box: Rect
    down: Span
    across: Span


@dataclass(frozen=True)
class Placement:
    """A figure's size, and the box of everything in it.

    Parameters
    ----------
    height, width : int
        The whole figure, margins included.
    pictures : tuple of Picture
        One a cell.
    captions : tuple of tuple of Line
        The lines of each cell's caption, downwards.
    title : tuple of Line
        The lines of the title, downwards.
    """

    height: int
    width: int
    pictures: tuple[Picture, ...]
    captions: tuple[tuple[text.Line, ...], ...]
    title: tuple[text.Line, ...]


def measure(cells: Sequence[Cell], layout: Layout) -> Placement:
    """Place title, captions and pictures.

    Parameters
    ----------
    cells : sequence of Cell
        In reading order. The first sets the scale of all.
    layout : Layout
        Columns, title, cell width and zoom.

    Returns
    -------
    Placement
        Nothing in it overlaps, and nothing reaches over the figure's edge.

    Raises
    ------
    ParameterError
        If there is no cell or more than 400, or the zoom isn't inside the first picture.
    """
    if not 1 <= len(cells) <= MOST_VALUES:
        raise ParameterError(f"a figure of {len(cells)} cells: wanted 1 to {MOST_VALUES}")
    shown = spans(cells, layout)
    picture_left = min(across.start for _, across in shown)
    picture_width = max(across.stop for _, across in shown) - picture_left
    size = font_size(picture_width)
    words = [[text.words(cell.caption), text.words(cell.note)] for cell in cells]
    column_width = max(picture_width, text.room(chain.from_iterable(words), size))
    captions = [
        [line for part in parts for line in text.wrapped(part, size, column_width)]
        for parts in words
    ]
    columns = min(layout.columns, len(cells))
    pitch = column_width + size
    grid_width = columns * pitch - size

    title_size = round(1.3 * size)
    title_words = text.words(layout.title or "")
    inner_width = max(grid_width, text.room([title_words], title_size))
    title_lines = text.wrapped(title_words, title_size, inner_width)
    title = text.centred(title_lines, title_size, size, size, inner_width)

    top = size
    if title:
        top += len(title) * text.line_height(title_size) + size // 2
    left = size + (inner_width - grid_width) // 2
    inset = (column_width - picture_width) // 2 - picture_left
    lefts = range(left, left + columns * pitch, pitch)
    picture_lefts = range(left + inset, left + inset + columns * pitch, pitch)
    placed: list[tuple[text.Line, ...]] = []
    pictures: list[Picture] = []
    first_row = min(layout.first_row or columns, columns)
    for start in range(first_row - columns, len(cells), columns):
        row = slice(max(start, 0), start + columns)
        placed_row, top = _caption_row(captions[row], size, top, lefts, column_width)
        picture_row, top = _picture_row(shown[row], top, picture_lefts)
        placed += placed_row
        pictures += picture_row
        top += size
    return Placement(top, inner_width + 2 * size, tuple(pictures), tuple(placed), title)


def _caption_row(
    captions: Sequence[list[str]], size: int, top: int, lefts: Iterable[int], width: int
) -> tuple[list[tuple[text.Line, ...]], int]:
    """Place captions so that their last lines agree, and say at which row the pictures begin."""
    bottom = top + max(map(len, captions)) * text.line_height(size)
    placed = [
        text.centred(lines, size, bottom - len(lines) * text.line_height(size), left, width)
        for lines, left in zip(captions, lefts, strict=False)
    ]
    return placed, bottom + (size // 4 if bottom > top else 0)


def _picture_row(
    shown: Sequence[tuple[Span, Span]], top: int, lefts: Iterable[int]
) -> tuple[list[Picture], int]:
    """Place pictures from `top` on, and say at which row they end."""
    upper = min(down.start for down, _ in shown)
    lower = max(down.stop for down, _ in shown)
    pictures = [
        Picture(
            Rect(down.start, across.start, down.stop, across.stop).moved(top - upper, left),
            down,
            across,
        )
        for (down, across), left in zip(shown, lefts, strict=False)
    ]
    return pictures, top + lower - upper
