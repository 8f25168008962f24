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
from .cell_numbers import fit_numbers
from .colours import make_colour_bar, make_labels
from .fonts import Fonts
from .metrics import HAIRLINE, INKS, Metrics
from .scale import pixels_per_point
from .scene import Box, Colour, Item, Scene, Text, frame, resize
from .text import LABEL_GAP, label_strip, wrap_label
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
    return _Grid(cells, layout, shown, fonts, as_raster, difference_scale).lay_out()


class _Grid:
    """Lays out one grid; see `lay_out`. Lengths are in pixels until the scene is made."""

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
        strip = label_strip(layout.labels, fonts)
        scale = pixels_per_point(layout, self.columns, self.picture_width, strip)
        size = layout.caption_size * scale
        captioned = self._find_captioned()
        self.captions = [
            text.split_words(cell.caption) if number in captioned else []
            for number, cell in enumerate(cells)
        ]
        shows = layout.captions != "none"
        self.notes = [text.split_notes(cell.notes * shows) for cell in cells]
        words = [*chain.from_iterable(chain(self.captions, self.notes))]
        texts = layout.title or "", *layout.labels, *(word.string for word in words)
        ascent, descent = fonts.extent(texts)
        column = float(self.picture_width)
        if layout.figure_width is None:
            column = max(column, text.min_width(words, fonts, size))
        self.metrics = Metrics(size, ascent * size, (ascent + descent) * size, ceil(column))
        self.items: list[Item] = []
        is_dark = layout.background is not None and sum(layout.background) < 3 * 128
        self.ink, self.note_ink, line_ink = INKS[is_dark]
        hairline = line_ink, max(1, round(HAIRLINE * scale))
        numbers = fit_numbers([cell.picture for cell in shown], fonts, scale, size)
        self.style = Style(as_raster, hairline, bool(layout.zoom or layout.numbers), numbers)
        self.strip = round(strip * size)

    def _find_captioned(self) -> range:
        """Return the cells that have a caption: all, or those of one row if rows have labels."""
        count = len(self.cells)
        if self.layout.captions == "none":
            return range(0)
        if not self.layout.labels:
            return range(count)
        above = self.layout.captions == "above"
        return range(self.columns) if above else range(count - self.columns, count)

    def lay_out(self) -> Scene:
        """Return the scene."""
        gap, column = self.metrics.gap, self.metrics.column
        pitch = column + gap
        grid_width = self.columns * pitch - gap
        width, top = self._place_title(grid_width)
        left = gap + self.strip + (width - grid_width) // 2
        inset = (column - self.picture_width) // 2 - self.picture_left
        first_row = min(self.layout.first_row or self.columns, self.columns)
        for start in range(first_row - self.columns, len(self.cells), self.columns):
            row = range(max(start, 0), min(start + self.columns, len(self.cells)))
            lefts = [left + pitch * place for place in range(len(row))]
            top = self._place_row(row, lefts, inset, top) + gap
        if self.difference_scale is not None:
            top = self._place_colour_bar(self.difference_scale, width, top) + gap
        page_width, height = width + self.strip + 2 * gap, top
        scale = page_width / self.layout.printed_width
        if self.layout.figure_width is None:
            scale = self.metrics.size / self.layout.caption_size
        return Scene(
            page_width / scale,
            height / scale,
            scale,
            self.layout.background,
            self.fonts,
            [resize(item, 1 / scale) for item in self.items],
            self.layout.title or "",
            self.layout.captions,
        )

    def _place_title(self, grid_width: int) -> tuple[int, int]:
        """Place the title; return the width inside the margins, and the row below the title."""
        metrics, size = self.metrics, TITLE_SIZE * self.metrics.size
        words = text.split_words(self.layout.title or "")
        width = grid_width
        if self.layout.figure_width is None:
            width = max(width, ceil(text.min_width(words, self.fonts, size)))
        lines = text.wrap(words, self.fonts, size, width)
        top = metrics.gap
        for number, line in enumerate(lines):
            baseline = top + TITLE_SIZE * (metrics.ascent + number * metrics.line)
            self._add_line(line, metrics.gap + self.strip + width / 2, baseline, size, self.ink)
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
        if self.layout.labels:
            label = self.layout.labels[row[0] // self.columns]
            bottom = self._place_label(label, lefts[0], picture_top, bottom)
        for parts, left in zip(lines, lefts, strict=True):
            first = top + (most - len(parts)) * height if above else bottom + space
            for number, (part, colour) in enumerate(parts):
                baseline = first + self.metrics.ascent + number * height
                self._add_line(part, left + column / 2, baseline, size, colour)
        return bottom if above else bottom + space + caption_height

    def _place_pictures(self, row: range, lefts: Sequence[int], top: int) -> int:
        """Place a row's pictures below `top`, insets and differences; return the row below them."""
        shown = [self.shown[number] for number in row]
        pictures = [one.picture.vertical for one in shown]
        upper, lower = min(axis.start for axis in pictures), max(axis.stop for axis in pictures)
        bottom = end = top + lower - upper
        end += max((round(inset.bottom) for one in shown for inset, _ in one.insets), default=0)
        below = end + max(2, round(self.metrics.size / 3))  # where differences begin
        if any(one.difference for one in shown):
            end = below + lower - upper
        label = self.layout.labels[row[0] // self.columns] if self.layout.labels else None
        for number, one, left in zip(row, shown, lefts, strict=True):
            cell = self.cells[number]
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

    def _place_colour_bar(self, scale: DifferenceScale, width: int, top: int) -> int:
        """Place the colours of differences, and in words what they mean; return the row below."""
        size, line = self.metrics.size, self.metrics.line
        middle = self.metrics.gap + self.strip + width / 2
        bar = min(width, max(self.metrics.column, round(12 * size)))
        box = Box(round(middle - bar / 2), top, bar, max(1, round(size)))
        baseline = box.bottom + size / 4 + self.metrics.ascent
        labels = make_labels(box, baseline, size, scale.end, self.note_ink, self.fonts)
        outline = frame(box, *self.style.hairline)
        self.items += [make_colour_bar(box), outline, *labels]
        baseline += line if labels else 0
        meaning = f"difference from {scale.base} in 8-bit levels, gain {255 / scale.end:.3g}"
        for part in text.wrap(text.split_words(meaning), self.fonts, size, width):
            self._add_line(part, middle, baseline, size, self.note_ink)
            baseline += line
        return round(baseline - self.metrics.ascent)

    def _add_line(
        self, line: text.Line, middle: float, baseline: float, size: float, ink: Colour
    ) -> None:
        self.items += text.place_line(line, self.fonts, middle, baseline, size, ink)
