"""Comparison: a figure that shows itself in a notebook and saves itself to a file."""

from __future__ import annotations

import os

from .. import files
from ..batch.figure_layout import choose_difference_scale, choose_layout
from ..batch.job import Job
from ..batch.options import JobOptions
from ..errors import CommandError
from ..figure import Cell, Span
from ..figure.figure import Figure
from ..figure.renderers import draw, why_unavailable
from ..figure.scene import Scene
from ..figure.table import Measurement
from ..image import FORMATS, Image, format_from_suffix, why_no_figure, write
from ..image.display import DisplayedPicture, encode_preview


class Comparison:
    """A figure that `compare` has made; a notebook shows it, and `save` writes it to a file.

    Attributes
    ----------
    captions : tuple of str
    measures : tuple of Measurement
        Of each filter, in the order of the cells: its caption, the seconds that it took, and with
        a reference the quality: PSNR, SSIM and more.
    """

    def __init__(self, job: Job, options: JobOptions):
        self._job, self._options = job, options
        self._cells: list[Cell] = []
        self.captions: tuple[str, ...] = ()
        self.measures: tuple[Measurement, ...] = ()

    def add(self, cell: Cell) -> int:
        """Add a cell, and return its number."""
        self._cells.append(cell)
        self.captions += (cell.caption,)
        return len(self._cells) - 1

    def set_notes(self, number: int, notes: tuple[Span, ...]) -> None:
        """Set the notes of a cell that was added."""
        self._cells[number] = self._cells[number]._replace(notes=notes)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the figure to a file, whose suffix names the format: .png, .svg, .pdf, .html ...

        Raises
        ------
        CommandError
            If no format for figures has this suffix.
        OutputError
            If the file can't be written.
        """
        format = format_from_suffix(path)
        if reason := why_no_figure(format) or why_unavailable(format):
            raise CommandError(f"{files.printable_path(path)}: {reason}")
        drawn = draw(self._make_scene(not format.renderer), format)
        if isinstance(drawn, Image):
            write(path, drawn)
        else:
            with files.atomic_write(path) as stream:
                stream.write(drawn)

    @property
    def image(self) -> Image:
        """The figure as a picture."""
        drawn = draw(self._make_scene(True), FORMATS["png"])
        assert isinstance(drawn, Image)
        return drawn

    def _make_scene(self, as_raster: bool) -> Scene:
        layout = choose_layout(self._job, self._options, len(self._cells))
        scale = choose_difference_scale(self._options)
        figure = Figure(layout, len(self._cells), False, as_raster, 1, scale)
        for cell in self._cells:
            figure.add(cell)
        return figure.to_scene()

    def __repr__(self) -> str:
        captions = ", ".join(self.captions)
        return f"<Comparison: {captions}; save(path) writes it to a file>"

    def _repr_png_(self) -> bytes:
        image = self.image
        return encode_preview(DisplayedPicture(image.pixels, image.alpha))
