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
from typing import NamedTuple

from ..errors import ParameterError
from ..parameters import MOST_VALUES
from . import Cell, DifferenceScale, Layout, text
from .colours import make_colour_bar, make_labels, map_to_colours
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
    difference_scale: DifferenceScale | None = None,
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
    difference_scale : DifferenceScale, optional
        For the differences of cells; it has an end.

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
    return _Grid(cells, layout, intervals, fonts, as_raster, difference_scale).lay_out()


class _Grid:
    """Lays out one grid; see `lay_out`. Lengths are in pixels until the scene is made."""

    def __init__(
        self,
        cells: Sequence[Cell],
        layout: Layout,
        intervals: Intervals,
        fonts: Fonts,
        as_raster: bool,
        difference_scale: DifferenceScale | None,
    ):
        self.cells, self.layout, self.intervals, self.fonts = cells, layout, intervals, fonts
        self.as_raster, self.difference_scale = as_raster, difference_scale
        self.columns = min(layout.columns, len(cells))
        self.picture_left = min(horizontal.start for _, horizontal in intervals)
        right = max(horizontal.stop for _, horizontal in intervals)
        self.picture_width = right - self.picture_left
        size = layout.caption_size * pixels_per_point(layout, self.columns, self.picture_width)
        shown = layout.captions != "none"
        self.captions = [text.split_words(cell.caption) if shown else [] for cell in cells]
        notes = (", ".join(note.text for note in cell.notes) for cell in cells)
        self.notes = [text.split_words(note) if shown else [] for note in notes]
        words = chain(self.captions, self.notes)
        ascent, descent = fonts.extent([layout.title or "", *map(" ".join, words)])
        column = float(self.picture_width)
        if layout.figure_width is None:
            words = chain(self.captions, self.notes)
            column = max(column, text.min_width(words, fonts, size))
        self.metrics = Metrics(size, ascent * size, (ascent + descent) * size, round(column))
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
        if self.difference_scale is not None:
            top = self._place_colour_bar(self.difference_scale, width, top) + gap
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
        words = text.split_words(self.layout.title or "")
        width = grid_width
        if self.layout.figure_width is None:
            width = max(width, round(text.min_width([words], self.fonts, size)))
        lines = text.wrap(words, self.fonts, size, width)
        top = metrics.gap
        for number, line in enumerate(lines):
            baseline = top + TITLE_SIZE * (metrics.ascent + number * metrics.line)
            self._add_line(line, metrics.gap + width / 2, baseline, size, self.ink)
        height = len(lines) * TITLE_SIZE * metrics.line + (metrics.size / 2 if lines else 0)
        return width, top + round(height)

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
        caption_height = round(most * height)
        picture_top = top + (caption_height + space if above else 0)
        picture_lefts = [left + inset for left in lefts]
        bottom = self._place_pictures(row, picture_lefts, picture_top)
        if any(self.cells[number].difference is not None for number in row):
            bottom += max(1, round(size / 3))
            bottom = self._place_pictures(row, picture_lefts, bottom, as_difference=True)
        for parts, left in zip(lines, lefts, strict=True):
            first = top + (most - len(parts)) * height if above else bottom + space
            for number, (part, colour) in enumerate(parts):
                baseline = first + self.metrics.ascent + number * height
                self._add_line(part, left + column / 2, baseline, size, colour)
        return bottom if above else bottom + space + caption_height

    def _place_pictures(
        self, row: range, lefts: Sequence[int], top: int, as_difference: bool = False
    ) -> int:
        """Place a row's pictures, or their differences, below `top`; return the row below them."""
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
                if not as_difference:
                    note = ", ".join(note.text for note in cell.notes)
                    self.items.append(Picture(box, cell.pixels[:, :], cell.caption, True, note))
                elif cell.difference is not None and self.difference_scale is not None:
                    colours = map_to_colours(cell.difference[..., 0], self.difference_scale.end)
                    name = f"{cell.caption}: difference from {self.difference_scale.base}"
                    self.items.append(Picture(box, colours, name))
        return top + lower - upper

    def _place_colour_bar(self, scale: DifferenceScale, width: int, top: int) -> int:
        """Place the colours of differences, and in words what they mean; return the row below."""
        size, line, middle = self.metrics.size, self.metrics.line, self.metrics.gap + width / 2
        bar = min(width, max(self.metrics.column, round(12 * size)))
        box = Box(round(middle - bar / 2), top, bar, max(1, round(size)))
        baseline = box.bottom + size / 4 + self.metrics.ascent
        labels = make_labels(box, baseline, size, scale.end, self.note_ink, self.fonts)
        self.items += [make_colour_bar(box), *labels]
        baseline += line * bool(labels)
        meaning = f"difference from {scale.base} in 8-bit levels, gain {255 / scale.end:.3g}"
        for part in text.wrap(text.split_words(meaning), self.fonts, size, width):
            self._add_line(part, middle, baseline, size, self.note_ink)
            baseline += line
        return round(baseline - self.metrics.ascent)

    def _add_line(
        self, line: str, middle: float, baseline: float, size: float, ink: Colour
    ) -> None:
        self.items.append(Text(line, middle, baseline, size, 0.5, ink))


def _to_points(item: Item, scale: float) -> Item:
    """Return an item whose lengths were in pixels, with lengths in points."""
    if isinstance(item, Picture):
        return replace(item, box=Box(*(length / scale for length in item.box)))
    assert isinstance(item, Text), "a grid holds pictures and texts"
    return replace(item, x=item.x / scale, baseline=item.baseline / scale, size=item.size / scale)
