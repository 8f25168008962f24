"""Options of a run: which files it takes, how it is scheduled, and what all its jobs share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from ..figure import Layout
from ..image import MAX_PIXELS, Pixels
from ..noise import Noise


class NamePatterns(NamedTuple):
    """Shell patterns for names of files in folders, or, with a slash, for paths below the folder.

    Upper and lower case don't differ, as they don't in the suffixes of pictures.

    Parameters
    ----------
    include : sequence of str
        At least one of these patterns must match a file; if there are none, all files match.
    exclude : sequence of str
        None of these patterns may match a file, or a folder on the way to it.

    Examples
    --------
    >>> patterns = NamePatterns(include=["*.png"], exclude=["draft*", "old/*"])
    >>> [path for path in ("a.png", "a.jpg", "x/draft.png", "old/a.png") if patterns.takes(path)]
    ['a.png']
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def takes(self, path: str) -> bool:
        """Return whether a file is taken, by its path below the input folder."""
        included = not self.include or any(_matches(path, pattern) for pattern in self.include)
        return included and not self.excludes(path)

    def excludes(self, path: str) -> bool:
        """Return whether a file or folder is left out, by its path below the input folder."""
        return any(_matches(path, pattern) for pattern in self.exclude)


def _matches(path: str, pattern: str) -> bool:
    path, pattern = path.replace(os.sep, "/").lower(), pattern.lower().rstrip("/")
    return fnmatchcase(path if "/" in pattern else path.rpartition("/")[2], pattern)


class RunOptions(NamedTuple):
    """How the jobs of a run are scheduled, skipped and reported.

    Attributes
    ----------
    workers : int, optional
        Processes for several jobs, threads for one; the number of cores by default. On a cluster:
        the most jobs that are sent at once; by default enough for all its workers.
    skip_existing : bool
        Skip jobs whose outputs exist.
    changed : bool
        Skip jobs whose outputs were made of the same inputs in the same way, by their records.
    fail_fast : bool
        Begin no more jobs after a failure.
    report : str, optional
        A file that gets a line for each job; `-` for stdout.
    as_guest : bool
        Whether the process belongs to another program: pictures are filtered one after the other,
        as a process with threads can't be forked, and its memory allocator stays as it is.
    report_append : bool
        Whether the lines of earlier runs stay in this file.
    cluster : str, optional
        The address of a Dask scheduler, whose workers do the jobs.
    table : str, optional
        A file for the measures of all figures, with a suffix of figure.table.FORMATS.
    """

    workers: int | None = None
    skip_existing: bool = False
    changed: bool = False
    fail_fast: bool = False
    report: str | None = None
    report_append: bool = False
    as_guest: bool = False
    cluster: str | None = None
    table: str | None = None


class JobOptions(NamedTuple):
    """How images are read, shown in figures and written, whatever the filter.

    Attributes
    ----------
    frame : int, optional
        The only frame to read, 0-based.
    axes : str, optional
        The axes of a .npy, a key of dtypes.AXES.
    alpha : bool, optional
        Whether the last channel of a .npy is alpha.
    max_pixels : int
        Inputs and figures with more pixels are refused.
    quality : int, optional
        1 to 100, for JPEG, WebP and AVIF.
    compression : int, optional
        0 to 9, for PNG and TIFF.
    strip : bool
        Write no metadata.
    background : (red, green, blue), optional
        Images with alpha are flattened onto this color, 0 to 255.
    layout : Layout
        The layout of figures.
    columns_given : bool
        Whether the user gave the layout's columns; else they follow from the cells.
    original : bool
        Whether a figure begins with the unfiltered image.
    reference : (H, W, 1) or (H, W, 3) array of uint8, uint16 or floats, optional
        The captions of a figure get the PSNR and SSIM against it; see `DisplayedPicture.levels`.
    show_reference : bool
        Whether the reference is a cell of its own.
    noise : Noise, optional
        It is added to the input of a figure; the input without it is the reference.
    difference : float or AUTO, optional
        Each cell of a figure has the difference from the reference, or from the unfiltered image,
        below it; the colours of its scale end at 255 levels over this number, or, with AUTO, where
        it fits the differences.
    animate : float, optional
        A figure is an animation of its cells, each of which is shown for this many seconds.
    mask : (H, W) uint8, uint16 or float32 array, optional
        The share of the filtered image in each pixel, from 0 to the white level; the unfiltered one
        has the rest.
    strict : bool
        A job whose result is clipped fails.
    preserve : bool
        An output gets the modification time of its input.
    exact : bool
        The numbers of a grid are written as fractions.
    timed : bool
        The time of each filter of a figure is wanted: a short one is run twice.
    command : tuple of str
        The words of the command that makes a figure, for its file; none if it isn't to be said.
    """

    frame: int | None = None
    axes: str | None = None
    alpha: bool | None = None
    max_pixels: int = MAX_PIXELS
    quality: int | None = None
    compression: int | None = None
    strip: bool = False
    background: tuple[int, int, int] | None = None
    layout: Layout = Layout()
    columns_given: bool = False
    original: bool = True
    reference: Pixels | None = None
    show_reference: bool = False
    noise: Noise | None = None
    difference: float | str | None = None
    animate: float | None = None
    mask: Pixels | None = None
    strict: bool = False
    preserve: bool = False
    exact: bool = False
    timed: bool = False
    command: tuple[str, ...] = ()

    @property
    def given_columns(self) -> int | None:
        """The columns of a figure that the user gave, or None."""
        return self.layout.columns if self.columns_given else None

    @property
    def unfiltered_cells(self) -> int:
        """How many cells of a figure show an input, noisy or not, or the reference."""
        return self.original + (self.noise is not None) + self.show_reference
