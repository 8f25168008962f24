"""Lay out a grid of cells as a scene: title, captions and pictures, in rows.

All columns have one width: that of the pictures, or of the longest word. Pictures and captions are
centred in their column. Captions are as high in print as the layout says, whatever the number of
columns: the figure's printed width gives the scale. The baselines of captions agree along a row. A
short last row begins at the left. Margins and gaps are as wide as captions are high.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import ceil

from ..errors import ParameterError
from ..parameters import MOST_VALUES
from . import Cell, DifferenceScale, Layout, text
from .captions import split_captions, wrap_captions
from .cell_numbers import fit_numbers
from .colour_bar import ColourBar
from .fonts import Fonts
from .metrics import HAIRLINE, INKS, Metrics
from .scale import pixels_per_point
from .scene import Colour, Item, Scene, Text, resize
from .text import LABEL_GAP, measure_labels, wrap_label
from .view import ShownCell, Style, place_cell, place_difference

TITLE_SIZE = 1.3  # of captions


def lay_out(
    cells: Sequence[Cell],
    layout: Layout,
    shown: Sequence[ShownCell],
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
    shown : sequence of ShownCell
        The pictures of each cell, and their places in pixels of the raster.
    fonts : Fonts
    as_raster : bool
        Whether the boxes of pictures are cut to whole pixels of the raster; else they hold the
        whole pixels of the pictures.
    difference_scale : DifferenceScale, optional

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
    return Grid(cells, layout, shown, fonts, as_raster, difference_scale).lay_out()


class Grid:
    """Lays out one grid. Lengths are in pixels until the scene is made.

    Parameters
    ----------
    cells, layout, shown, fonts, as_raster, difference_scale
        As for `lay_out`.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        layout: Layout,
        shown: Sequence[ShownCell],
        fonts: Fonts,
        as_raster: bool,
        difference_scale: DifferenceScale | None,
    ):
        self.cells, self.layout, self.shown, self.fonts = cells, layout, shown, fonts
        self.difference_scale = difference_scale
        self.columns = min(layout.columns, len(cells))
        across = [cell.picture.horizontal for cell in shown]
        self.picture_left = min(horizontal.start for horizontal in across)
        self.picture_width = max(horizontal.stop for horizontal in across) - self.picture_left
        label_width = measure_labels(layout.labels, fonts)
        scale = pixels_per_point(layout, self.columns, self.picture_width, label_width)
        size = layout.caption_size * scale
        captions = split_captions(cells, layout, self.columns)
        words = [*chain.from_iterable(chain.from_iterable(captions))]
        texts = layout.title or "", *layout.labels, *(word.string for word in words)
        ascent, descent = fonts.extent(texts)
        column = float(self.picture_width)
        if layout.figure_width is None:
            column = max(column, text.min_width(words, fonts, size))
        self.label_width = round(label_width * size)
        # What whole pictures leave of a given page is shared by the columns, and the rest by the
        # margins.
        self.page_width = layout.page_pixels
        room = self.page_width - self.label_width - (self.columns + 1) * round(size)
        column = max(ceil(column), room // self.columns)
        self.metrics = Metrics(size, ascent * size, (ascent + descent) * size, column)
        self.items: list[Item] = []
        is_dark = layout.background is not None and sum(layout.background) < 3 * 128
        self.ink, self.note_ink, line_ink = INKS[is_dark]
        hairline = line_ink, max(1, round(HAIRLINE * scale))
        numbers = fit_numbers([cell.picture for cell in shown], fonts, scale, size)
        self.style = Style(as_raster, hairline, bool(layout.zoom or layout.numbers), numbers)
        inks = self.ink, self.note_ink
        self.lines = wrap_captions(captions, fonts, size, self.metrics.column, inks)

    def lay_out(self) -> Scene:
        """Return the scene."""
        gap, column = self.metrics.gap, self.metrics.column
        pitch = column + gap
        grid_width = self.columns * pitch - gap
        width, top = self.place_title(grid_width)
        left = gap + self.label_width + (width - grid_width) // 2
        inset = (column - self.picture_width) // 2 - self.picture_left
        first_row = min(self.layout.first_row or self.columns, self.columns)
        for start in range(first_row - self.columns, len(self.cells), self.columns):
            row = range(max(start, 0), min(start + self.columns, len(self.cells)))
            lefts = [left + pitch * place for place in range(len(row))]
            top = self.place_row(row, row, lefts, inset, top) + gap
        return self.finish(width, top)

    def finish(self, width: int, top: int) -> Scene:
        """Place what stands below the cells, from `top`; return the scene, with margins."""
        gap = self.metrics.gap
        if self.difference_scale is not None:
            look = self.metrics, self.style.hairline, self.note_ink, self.fonts
            bar = ColourBar(self.difference_scale, *look)
            items, top = bar.lay_out(gap + self.label_width + width / 2, top, width)
            self.items += items
            top += gap
        page_width, printed_width = width + self.label_width + 2 * gap, self.layout.figure_width
        scale = page_width / self.layout.printed_width
        if self.page_width or printed_width is None:
            scale = self.metrics.size / self.layout.caption_size
        if printed_width is None or page_width > self.page_width > 0:
            printed_width = page_width / scale
        return Scene(
            printed_width,
            top / scale,
            scale,
            self.layout.background,
            self.fonts,
            [resize(item, 1 / scale) for item in self.items],
            self.layout.title or "",
            self.layout.captions,
        )

    def place_title(self, grid_width: int) -> tuple[int, int]:
        """Place the title; return the width inside the margins, and the row below the title."""
        metrics, size = self.metrics, TITLE_SIZE * self.metrics.size
        words = text.split_words(self.layout.title or "")
        width = max(grid_width, self.page_width - self.label_width - 2 * metrics.gap)
        if self.layout.figure_width is None:
            width = max(width, ceil(text.min_width(words, self.fonts, size)))
        lines = text.wrap(words, self.fonts, size, width)
        top = metrics.gap
        for number, line in enumerate(lines):
            baseline = top + TITLE_SIZE * (metrics.ascent + number * metrics.line)
            self._add_line(
                line, metrics.gap + self.label_width + width / 2, baseline, size, self.ink
            )
        height = len(lines) * TITLE_SIZE * metrics.line + (metrics.size / 2 if lines else 0)
        return width, top + ceil(height)

    def place_row(
        self, row: range, aligned: range, lefts: Sequence[int], inset: int, top: int
    ) -> int:
        """Place the cells of a row; return the row of pixels below them.

        Parameters
        ----------
        row : range
            Their numbers.
        aligned : range
            The row and other cells, for each of which there must be room.
        lefts : sequence of int
            Of the columns.
        inset : int
            From there to a picture that begins at 0.
        top : int
        """
        column, size, height = self.metrics.column, self.metrics.size, self.metrics.line
        lines = [self.lines[number] for number in row]
        most = max(len(self.lines[number]) for number in aligned)
        above = self.layout.captions == "above"
        space = round(size / 4) if most else 0
        caption_height = ceil(most * height)
        picture_top = top + (caption_height + space if above else 0)
        places = [left + inset for left in lefts]
        bottom = self._place_pictures(row, aligned, places, picture_top)
        if self.layout.labels:
            label = self.layout.labels[row[0] // self.columns]
            bottom = self._place_label(label, lefts[0], picture_top, bottom)
        for parts, left in zip(lines, lefts, strict=True):
            first = top + (most - len(parts)) * height if above else bottom + space
            for number, (part, colour) in enumerate(parts):
                baseline = first + self.metrics.ascent + number * height
                self._add_line(part, left + column / 2, baseline, size, colour)
        return bottom if above else bottom + space + caption_height

    def _place_pictures(self, row: range, aligned: range, lefts: Sequence[int], top: int) -> int:
        """Place a row's pictures below `top`, insets and differences; return the row below them."""
        shown = [self.shown[number] for number in aligned]
        pictures = [one.picture.vertical for one in shown]
        upper, lower = min(axis.start for axis in pictures), max(axis.stop for axis in pictures)
        bottom = end = top + lower - upper
        end += max((round(inset.bottom) for one in shown for inset, _ in one.insets), default=0)
        below = end + max(2, round(self.metrics.size / 3))  # where differences begin
        if any(one.difference for one in shown):
            end = below + lower - upper
        label = self.layout.labels[row[0] // self.columns] if self.layout.labels else None
        for number, left in zip(row, lefts, strict=True):
            cell, one = self.cells[number], self.shown[number]
            if label is not None:
                cell = cell._replace(caption=f"{label}: {cell.caption}")
            self.items += place_cell(cell, one, (left, top - upper, bottom), self.style)
            if self.difference_scale is not None:
                place = left, below - upper
                self.items += place_difference(cell, one, place, self.style, self.difference_scale)
        return end

    def _place_label(self, label: str, right: int, top: int, bottom: int) -> int:
        """Place the name of an input, upwards along its row; return the row below it."""
        size, (ascent, descent) = self.metrics.size, self.fonts.extent(self.layout.labels)
        lines = wrap_label(label, self.fonts)
        length = max((ceil(text.line_width(part, self.fonts, size)) for part in lines), default=0)
        bottom = max(bottom, top + length)
        for number, (span,) in enumerate(lines, 1 - len(lines)):
            x = right - (LABEL_GAP + descent - number * (ascent + descent)) * size
            y = (top + bottom) / 2
            self.items.append(Text(span.string, x, y, size, 0.5, self.ink, angle=90))
        return bottom

    def _add_line(
        self, line: text.Line, middle: float, baseline: float, size: float, ink: Colour
    ) -> None:
        self.items += text.place_line(line, self.fonts, middle, baseline, size, ink)
