"""Lay out a grid of cells as a scene: title, captions and pictures, in rows.

All columns have one width: that of the pictures, or of the longest word. Pictures and captions are
centred in their column. Captions are as high in print as the layout says, whatever the number of
columns: the figure's printed width gives the scale. The baselines of captions agree along a row. A
short last row begins at the left. Margins and gaps are as wide as captions are high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import ceil
from typing import NamedTuple

from ..errors import ParameterError
from ..parameters import MOST_VALUES
from . import Cell, Layout, Span, text
from .fonts import Fonts
from .scale import Interval, pixels_per_point
from .scene import Box, Colour, Item, Picture, Scene, Text

TITLE_SIZE = 1.3  # of captions
NOTE_COLOURS = {False: (110, 110, 110), True: (165, 165, 165)}  # on a light, on a dark page
_INKS = {False: (32, 32, 32), True: (235, 235, 235)}

Intervals = Sequence[tuple[Interval, Interval]]


class Metrics(NamedTuple):
    """Sizes in pixels of the raster, from which the places in points are computed.

    Attributes
    ----------
    size : float
        The height of captions; margins and gaps are as wide.
    ascent, line : float
        The height above a baseline, and from one baseline to the next.
    column : int
        The width of a column.
    """

    size: float
    ascent: float
    line: float
    column: int

    @property
    def gap(self) -> int:
        """The width of margins, and of the space between columns and between rows."""
        return round(self.size)


def lay_out(
    cells: Sequence[Cell],
    layout: Layout,
    intervals: Intervals,
    fonts: Fonts,
    as_raster: bool = True,
) -> Scene:
    """Return the scene of a grid of cells.

    Parameters
    ----------
    cells : sequence of Cell
        In reading order.
    layout : Layout
    intervals : sequence of (Interval, Interval)
        The vertical and the horizontal interval of each cell, in pixels of the raster.
    fonts : Fonts
    as_raster : bool
        Whether the boxes of pictures are cut to whole pixels of the raster; else they hold the
        whole pixels of the pictures.

    Returns
    -------
    Scene
        Its texts and pictures don't overlap, and lie inside the page.

    Raises
    ------
    ParameterError
        If there are no cells or more than 400, or no room for pictures.
    """
    if not 1 <= len(cells) <= MOST_VALUES:
        raise ParameterError(f"a figure of {len(cells)} cells: wanted 1 to {MOST_VALUES}")
    return _Grid(cells, layout, intervals, fonts, as_raster).lay_out()


class _Grid:
    """Lays out one grid; see `lay_out`. Lengths are in pixels until the scene is made."""

    def __init__(
        self,
        cells: Sequence[Cell],
        layout: Layout,
        intervals: Intervals,
        fonts: Fonts,
        as_raster: bool,
    ):
        self.cells, self.layout, self.intervals, self.fonts = cells, layout, intervals, fonts
        self.as_raster = as_raster
        self.columns = min(layout.columns, len(cells))
        self.picture_left = min(horizontal.start for _, horizontal in intervals)
        right = max(horizontal.stop for _, horizontal in intervals)
        self.picture_width = right - self.picture_left
        size = layout.caption_size * pixels_per_point(layout, self.columns, self.picture_width)
        shown = layout.captions != "none"
        captions = [text.split_words(cell.caption) if shown else [] for cell in cells]
        self.captions = [list(map(Span, words)) for words in captions]
        self.notes = [text.split_notes(cell.notes) if shown else [] for cell in cells]
        words = [*chain.from_iterable(chain(self.captions, self.notes))]
        ascent, descent = fonts.extent([layout.title or "", *(word.string for word in words)])
        column = float(self.picture_width)
        if layout.figure_width is None:
            column = max(column, text.min_width(words, fonts, size))
        self.metrics = Metrics(size, ascent * size, (ascent + descent) * size, ceil(column))
        self.items: list[Item] = []
        is_dark = layout.background is not None and sum(layout.background) < 3 * 128
        self.ink, self.note_ink = _INKS[is_dark], NOTE_COLOURS[is_dark]

    def lay_out(self) -> Scene:
        """Return the scene."""
        gap, column = self.metrics.gap, self.metrics.column
        pitch = column + gap
        grid_width = self.columns * pitch - gap
        width, top = self._place_title(grid_width)
        left = gap + (width - grid_width) // 2
        inset = (column - self.picture_width) // 2 - self.picture_left
        first_row = min(self.layout.first_row or self.columns, self.columns)
        for start in range(first_row - self.columns, len(self.cells), self.columns):
            row = range(max(start, 0), min(start + self.columns, len(self.cells)))
            lefts = [left + pitch * place for place in range(len(row))]
            top = self._place_row(row, lefts, inset, top) + gap
        page_width, height = width + 2 * gap, top
        scale = page_width / self.layout.printed_width
        if self.layout.figure_width is None:
            scale = self.metrics.size / self.layout.caption_size
        return Scene(
            page_width / scale,
            height / scale,
            scale,
            self.layout.background,
            self.fonts,
            [_to_points(item, scale) for item in self.items],
            self.layout.title or "",
        )

    def _place_title(self, grid_width: int) -> tuple[int, int]:
        """Place the title; return the width inside the margins, and the row below the title."""
        metrics, size = self.metrics, TITLE_SIZE * self.metrics.size
        words = list(map(Span, text.split_words(self.layout.title or "")))
        width = grid_width
        if self.layout.figure_width is None:
            width = max(width, ceil(text.min_width(words, self.fonts, size)))
        lines = text.wrap(words, self.fonts, size, width)
        top = metrics.gap
        for number, line in enumerate(lines):
            baseline = top + TITLE_SIZE * (metrics.ascent + number * metrics.line)
            self._add_line(line, metrics.gap + width / 2, baseline, size, self.ink)
        height = len(lines) * TITLE_SIZE * metrics.line + (metrics.size / 2 if lines else 0)
        return width, top + ceil(height)

    def _place_row(self, row: range, lefts: Sequence[int], inset: int, top: int) -> int:
        """Place the cells of a row; return the row of pixels below them."""
        column, size, height = self.metrics.column, self.metrics.size, self.metrics.line
        lines = [
            [
                (line, ink)
                for words, ink in ((self.captions[n], self.ink), (self.notes[n], self.note_ink))
                for line in text.wrap(words, self.fonts, size, column)
            ]
            for n in row
        ]
        most = max(map(len, lines))
        above = self.layout.captions == "above"
        space = round(size / 4) if most else 0
        caption_height = ceil(most * height)
        picture_top = top + (caption_height + space if above else 0)
        bottom = self._place_pictures(row, [left + inset for left in lefts], picture_top)
        for parts, left in zip(lines, lefts, strict=True):
            first = top + (most - len(parts)) * height if above else bottom + space
            for number, (part, colour) in enumerate(parts):
                baseline = first + self.metrics.ascent + number * height
                self._add_line(part, left + column / 2, baseline, size, colour)
        return bottom if above else bottom + space + caption_height

    def _place_pictures(self, row: range, lefts: Sequence[int], top: int) -> int:
        """Place a row's pictures below `top`; return the row below them."""
        upper = min(self.intervals[number][0].start for number in row)
        lower = max(self.intervals[number][0].stop for number in row)
        for number, left in zip(row, lefts, strict=True):
            vertical, horizontal = self.intervals[number]
            if vertical.stop > vertical.start and horizontal.stop > horizontal.start:
                (first, last), (start, stop) = (
                    (axis.start, axis.stop) if self.as_raster else axis.pixel_edges
                    for axis in (vertical, horizontal)
                )
                box = Box(left + start, top + first - upper, stop - start, last - first)
                cell = self.cells[number]
                note = ", ".join(span.string for span in cell.notes)
                self.items.append(Picture(box, cell.pixels[:, :], cell.caption, True, note))
        return top + lower - upper

    def _add_line(
        self, line: text.Line, middle: float, baseline: float, size: float, ink: Colour
    ) -> None:
        if len(line) == 1:
            (span,) = line
            self.items.append(Text(span.string, middle, baseline, size, 0.5, ink, span.bold))
            return
        left = middle - text.line_width(line, self.fonts, size) / 2
        for span in line:
            self.items.append(Text(span.string, left, baseline, size, 0, ink, span.bold))
            left += self.fonts.width(span.string + " ", size)


def _to_points(item: Item, scale: float) -> Item:
    """Return an item whose lengths were in pixels, with lengths in points."""
    if isinstance(item, Picture):
        return replace(item, box=Box(*(length / scale for length in item.box)))
    assert isinstance(item, Text), "a grid holds pictures and texts"
    return replace(item, x=item.x / scale, baseline=item.baseline / scale, size=item.size / scale)
