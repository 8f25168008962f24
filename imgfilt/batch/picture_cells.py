"""Make the cells of one input of a figure, and measure them if there is a reference."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from ..figure import Cell, Span
from ..figure.quality import check_size, subtract
from ..figure.ranking import format_notes, measure
from ..figure.table import Measurement
from ..image import Colour, Image, Pixels
from ..image.display import DisplayedPicture, Levels
from ..pipeline.chain import Step, run_chain
from ..pipeline.filter_run import RunReport
from ..pipeline.options import Progress, progress_of_part
from . import job_io
from .level_notes import LevelNote, describe_dark, describe_outside
from .options import JobOptions
from .recipe import Recipe

_SHORT = 1.0  # seconds: of a shorter run, what is loaded for it is too large a part


# Called with a recipe and what is known of the run of each of its steps.
OnRun = Callable[[Recipe, list[RunReport]], None]


class CellReceiver(Protocol):
    """Takes cells, such as a Figure."""

    def add(self, cell: Cell) -> int:
        """Add a cell, and return its number."""

    def set_notes(self, number: int, notes: tuple[Span, ...]) -> None:
        """Set the notes of a cell that was added."""


class PictureCells:
    """The cells of one input, of which each is compared with the reference if there is one.

    Parameters
    ----------
    figure : CellReceiver
    label : str
        The input's name in measures.
    image : Image
    options : JobOptions

    Attributes
    ----------
    measured : list of Measurement
    notes : list of LevelNote
        On levels that the figure can't show; of those that the input has, its note alone.
    """

    def __init__(self, figure: CellReceiver, label: str, image: Image, options: JobOptions):
        self._figure, self._label, self._options = figure, label, options
        self._original = self._image = image
        self._reference = options.reference
        if options.noise is not None:
            self._reference = self._display(image).levels
            noisy = options.noise.add_to(image.pixels, image.alpha)
            self._image = dataclasses.replace(image, pixels=noisy)
        elif options.reference is not None:
            check_size(image.pixels, options.reference)
        self._base = self._reference
        if self._base is None and options.difference is not None:
            self._base = self._display(image).levels
        self._numbers: list[int] = []  # of the measured cells in the figure
        self.measured: list[Measurement] = []
        self.notes: list[LevelNote] = []
        self._noted: set[str] = set()  # the kinds of notes that the input has

    def add_cells(
        self,
        original: str,
        recipes: tuple[Recipe, ...],
        on_run: OnRun,
        progress: Progress,
    ) -> None:
        """Add all cells to the figure.

        Parameters
        ----------
        original : str
            The caption of the unfiltered image, which comes first if the options have its cell.
        recipes : tuple of Recipe
        on_run : callable
            Called with each recipe and what is known of its run before its cell is added.
        progress : callable
        """
        image, options = self._image, self._options
        self._note_input()
        if options.original:
            self._add(original, self._original)
        if image is not self._original:
            self._add("Noisy", image)
        for number, recipe in enumerate(recipes):
            part = progress_of_part(progress, number, len(recipes))
            steps = recipe.steps
            pixels, reports, seconds = self._filter(steps, part)
            if options.timed and seconds < _SHORT:
                seconds = min(seconds, self._filter(steps, lambda share: None)[2])
            with job_io.error_context(recipe.caption):
                on_run(recipe, reports)
            result = dataclasses.replace(image, pixels=pixels)
            self._note(recipe.caption, describe_outside(result, steps[-1].filter))
            self._add(recipe.heading, result, seconds, recipe.offset)
            del pixels, result  # Frees memory, because the next result needs as much.
        if options.show_reference and options.reference is not None:
            self._figure.add(Cell("Reference", DisplayedPicture(options.reference)))
        self._add_notes()

    def _note_input(self) -> None:
        found = describe_outside(self._original)
        self.notes += found.values() or filter(None, [describe_dark(self._original)])
        self._noted.update(found)
        if self._image is not self._original:
            found = describe_outside(self._image)
            self._note("Noisy", found)
            self._noted.update(found)

    def _note(self, caption: str, found: Mapping[str, LevelNote]) -> None:
        """Add the notes on a cell whose kind the input hasn't."""
        for kind in (kind for kind in found if kind not in self._noted):
            self.notes.append(found[kind]._replace(text=f"{caption}: {found[kind].text}"))

    def _filter(
        self, steps: Sequence[Step], progress: Progress
    ) -> tuple[Pixels, list[RunReport], float]:
        """Return the pixels, the reports of the steps, and the seconds that they took."""
        start = time.perf_counter()
        image = self._image
        pixels, reports = run_chain(steps, image.pixels, image.alpha, progress, self._options.mask)
        return pixels, reports, time.perf_counter() - start

    def _add(
        self,
        caption: str,
        image: Image,
        seconds: float | None = None,
        offset: tuple[int, int] = (0, 0),
    ) -> None:
        """Add a cell, and measure it if it isn't what the others are compared with."""
        picture: DisplayedPicture | Levels
        picture = shown = self._display(image)
        is_base = image is self._original and self._base is not self._options.reference
        quality = difference = None
        if self._base is not None and not is_base:
            levels = shown.levels
            if levels.dtype == np.uint8:  # the figure needs no second conversion
                picture = levels
            if self._reference is not None:
                quality = measure(levels, self._reference)
            if self._options.difference is not None:
                difference = subtract(levels, self._base)
        number = self._figure.add(Cell(caption, picture, (), difference, None, offset))
        if quality is not None or seconds is not None:
            self._numbers.append(number)
            height, width = image.pixels.shape[:2]
            pixels = height * width
            self.measured.append(Measurement(self._label, caption, pixels, seconds, quality))

    def _add_notes(self) -> None:
        """Set the notes of the measured cells; the best filter is bold."""
        found = [cell.quality for cell in self.measured]
        inputs = sum(cell.seconds is None for cell in self.measured)
        for number, notes in zip(self._numbers, format_notes(found, inputs), strict=True):
            self._figure.set_notes(number, notes)

    def _display(self, image: Image) -> DisplayedPicture:
        return display(image, self._options.background)


def display(image: Image, background: Colour | None = None) -> DisplayedPicture:
    """Return an image as figures show it: (H, W, C) uint8, sRGB, without alpha.

    Alpha is flattened onto the background, by default onto a checkerboard.
    """
    image = image.drop_extra()
    return DisplayedPicture(image.pixels, image.alpha, image.metadata.icc, background)
