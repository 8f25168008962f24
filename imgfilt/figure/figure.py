"""Collect the cells of a figure, each in the size in which it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry import MAX_PIXELS
from . import Cell, DifferenceScale, Layout, Span
from .captions import letter_mark
from .cell_numbers import fit_numbers
from .fonts import Fonts
from .frames import lay_out_frames
from .insets import Inset, check_parts, place_insets
from .layout import Grid, lay_out
from .pixel_limit import PixelLimit
from .scale import Scale, Size, check_room, compute_scales, pixels_per_point
from .scene import Scene
from .text import measure_labels
from .view import ShownCell, take_view


class _Places(NamedTuple):
    """The scale and the insets of an input's cells."""

    scale: Scale
    insets: list[Inset]


class Figure:
    """A figure: rows of pictures with captions.

    Its cells are added one by one. As soon as the scale is known, of each picture only what is
    shown is kept, no larger than it is shown. The scale is known with an input's first cell if the
    layout has a cell width, or if there is one input and no picture is wider or there is a zoom;
    else with the last cell.

    Parameters
    ----------
    layout : Layout
        Columns, title, cell width and zoom.
    count : int
        How many cells will be added.
    first_is_widest : bool
        Whether it is known that no picture is wider than the first.
    as_raster : bool
        Whether pictures get the pixels of the raster; else they keep their own.
    inputs : int
        How many inputs the cells show; all have as many cells.
    difference_scale : DifferenceScale, optional
        For the differences of cells.
    max_pixels : int
        The most pixels of the figure.

    Raises
    ------
    ParameterError
        If the layout's font is no font, or its printed width has no room for pictures.
    """

    def __init__(
        self,
        layout: Layout,
        count: int,
        first_is_widest: bool = False,
        as_raster: bool = True,
        inputs: int = 1,
        difference_scale: DifferenceScale | None = None,
        max_pixels: int = MAX_PIXELS,
    ):
        self._difference_scale = difference_scale
        self._limit = PixelLimit(max_pixels, as_raster)
        self._cells_of_input, self._labels = count // inputs, layout.labels
        if self._cells_of_input != min(layout.columns, count):  # rows aren't inputs
            layout = replace(layout, labels=())
        self.layout, self.count, self.as_raster = layout, count, as_raster
        self.fonts = Fonts(layout.font)
        self._columns = min(layout.columns, count)
        self._label_width = measure_labels(layout.labels, self.fonts)
        check_room(layout, self._columns, self._label_width)
        is_only = inputs == 1 and (first_is_widest or layout.zoom is not None)
        self._waits = layout.cell_width is None and not is_only
        self._places: list[_Places] = []
        self._cells: list[Cell] = []
        self._shown: list[ShownCell] = []
        self._end = 1.0  # of the difference scale, if it isn't given

    def add(self, cell: Cell) -> int:
        """Add the next cell in reading order, after all cells of earlier inputs.

        Its number is returned.

        All cells of an input have one scale, and equal pixels have one place.

        Raises
        ------
        ParameterError
            If the zoom or an inset isn't inside the first picture of an input, or the figure will
            be too large.
        """
        is_first = len(self._cells) % self._cells_of_input == 0
        if is_first:
            check_parts(self.layout, *cell.pixels.shape[:2])
        if self._waits:
            # What waits for the scale needs the least memory in 8 bits.
            cell = cell._replace(pixels=cell.pixels[:, :])
        cell = cell._replace(caption=self._complete_caption(cell.caption))
        self._cells.append(cell)
        if is_first and not self._waits:
            self._add_places([self._measure([cell])])
        if len(self._cells) == self.count and self._waits:
            counts = range(0, self.count, self._cells_of_input)
            self._add_places(
                [self._measure(self._cells[n : n + self._cells_of_input]) for n in counts]
            )
        if self._places:
            for number in range(len(self._shown), len(self._cells)):
                self._take_views(number)
        return len(self._cells) - 1

    def check_numbers(self, height: int, width: int) -> None:
        """Raise ParameterError if pixels will be too small for numbers, as soon as this is known.

        Parameters
        ----------
        height, width : int
            Of an input's first picture, before it is added.
        """
        if not self.layout.numbers or self._waits:
            return
        ((scale, unit),) = self._choose_scales([Size(height, width, width)])
        pixels, digits = np.zeros((height, width, 1), np.uint8), np.full((height, width), "1")
        view = take_view(pixels, scale, as_raster=False, numbers=digits)
        fit_numbers([view], self.fonts, unit, unit * self.layout.caption_size)

    def set_notes(self, number: int, notes: tuple[Span, ...]) -> None:
        """Set the notes of a cell that was added."""
        self._cells[number] = self._cells[number]._replace(notes=notes)

    def _complete_caption(self, caption: str) -> str:
        """Return the caption of the next cell with its letter, and its label if no row has it."""
        number = len(self._cells)
        if self.layout.labels:
            number %= self._cells_of_input  # a caption stands for a column
        elif self._labels:
            caption = f"{self._labels[number // self._cells_of_input]}: {caption}"
        return f"{letter_mark(number)} {caption}" if self.layout.letters else caption

    @staticmethod
    def _measure(cells: Sequence[Cell]) -> Size:
        """Return the sizes of an input's pictures."""
        lefts = [cell.offset[1] for cell in cells]
        rights = (cell.offset[1] + cell.pixels.shape[1] for cell in cells)
        widest = max(rights) - min(lefts)
        height, width = cells[0].pixels.shape[:2]
        return Size(height, width, widest)

    def _add_places(self, sizes: Sequence[Size]) -> None:
        """Choose the scales and the insets of inputs."""
        for scale, unit in self._choose_scales(sizes):
            self._limit.add_scale(scale, self._cells_of_input)
            insets = place_insets(scale, self.layout, unit)
            for inset in insets:
                self._limit.add_scale(inset.scale, self._cells_of_input)
            self._places.append(_Places(scale, insets))

    def _choose_scales(self, sizes: Sequence[Size]) -> Iterator[tuple[Scale, float]]:
        """Give the scale of each input's cells, and how many displayed pixels a point has."""
        for scale in compute_scales(sizes, self._columns, self.layout, self._label_width):
            yield (
                scale,
                pixels_per_point(self.layout, self._columns, scale.shown[2], self._label_width),
            )

    def _take_views(self, number: int) -> None:
        """Keep of a cell's pictures what is shown."""
        cell = self._cells[number]
        scale, insets = self._places[number // self._cells_of_input]
        first = self._cells[number - number % self._cells_of_input]
        top, left = (place - start for place, start in zip(cell.offset, first.offset, strict=True))
        how = self.as_raster, (top, left)
        difference = None
        if cell.difference is not None:
            # Before it is reduced, so that the scale is the same in all formats.
            shown = take_view(cell.difference, scale, False, (top, left)).pixels
            self._end = max(self._end, _choose_end(shown))
            difference = take_view(cell.difference, scale, *how)
            self._limit.add(difference.pixels.size)
        parts = [take_view(cell.pixels, inset.scale, *how, cell.numbers) for inset in insets]
        self._shown.append(
            ShownCell(
                take_view(cell.pixels, scale, *how, cell.numbers),
                list(zip(insets, parts, strict=True)),
                difference,
            )
        )
        pixels = self._shown[-1].picture.pixels
        self._cells[number] = cell._replace(pixels=pixels, difference=None)

    def to_scene(self) -> Scene:
        """Return the scene of the figure.

        Raises
        ------
        ParameterError
            If the figure is too large.
        """
        cells, shown, scale = self._cells, self._shown, self._find_difference_scale()
        scene = lay_out(cells, self.layout, shown, self.fonts, self.as_raster, scale)
        self._check_page(scene)
        return scene

    def to_frames(self) -> Iterator[Scene]:
        """Give a scene of one size for each cell; the layout has one column.

        Raises
        ------
        ParameterError
            If a frame is too large.
        """
        scale = self._find_difference_scale()
        grid = Grid(self._cells, self.layout, self._shown, self.fonts, self.as_raster, scale)
        for scene in lay_out_frames(grid):
            self._check_page(scene)
            yield scene

    def _find_difference_scale(self) -> DifferenceScale | None:
        scale = self._difference_scale
        if scale is None or scale.end:
            return scale
        return scale._replace(end=self._end)

    def _check_page(self, scene: Scene) -> None:
        if self.as_raster:
            height, width = scene.pixels
            self._limit.check(height * width, f"be {width} x {height} pixels")


def _choose_end(difference: NDArray[np.int16]) -> float:
    """Return the level at which colours end: a hundredth of a cell's pixels may exceed it."""
    return float(ceil(np.percentile(np.abs(difference), 99))) if difference.size else 0.0
