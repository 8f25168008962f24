"""How to read a file: which frame, the largest number of pixels, the meaning of an array."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..errors import ImageError
from ..geometry import LARGE, MAX_PIXELS
from ..numbers import format_brief
from ..row_source import Undecoded
from .image import Image, ImageHeader, Metadata

# Called with the header before the pixels are decoded; raises ImageError to refuse the picture.
OnHeader = Callable[[ImageHeader], None]

# All frames of a file together may have this many times the largest number of pixels of a frame.
MAX_PIXELS_FACTOR = 10


class ReadOptions(NamedTuple):
    """How to read a file.

    The methods raise ImageError with a reason; the reader puts the file's name before the reason.

    Parameters
    ----------
    frame : int or None
        The frame to read, 0-based; None for all.
    max_pixels : int
        The largest number of pixels of a frame.
    on_header : callable or None
        Called with an ImageHeader before a frame is decoded; raises ImageError to refuse it.
    axes : str or None
        The axes of a .npy, whose file doesn't name them: a key of dtypes.AXES.
    alpha : bool or None
        Whether the last channel of a .npy is alpha; None means yes for 2 and 4 channels.
    by_rows : bool
        Whether the pixels of a large picture may be a RowSource, which reads from the open file.
    words : bool
        Whether the numbers of a text grid are kept as they are written, too.
    header_only : bool
        Whether codecs may leave out the pixels: with `without_pixels`, and not turned upright.
    """

    frame: int | None = None
    max_pixels: int = MAX_PIXELS
    on_header: OnHeader | None = None
    axes: str | None = None
    alpha: bool | None = None
    by_rows: bool = False
    words: bool = False
    header_only: bool = False

    def reads_rows(self, header: ImageHeader) -> bool:
        """Return whether a picture is given as a RowSource, if the codec can."""
        size = math.prod(header.shape) * np.dtype(header.dtype).itemsize
        return self.by_rows and size > LARGE

    def check_header(self, header: ImageHeader) -> None:
        """Call `on_header`, and raise the errors that it raises.

        `header.frames` is the number of frames in the file; `on_header` gets the number of frames
        that are read.
        """
        if self.on_header is not None:
            self.on_header(header if self.frame is None else header._replace(frames=1))

    def check_size(self, width: int, height: int) -> None:
        """Raise ImageError for a picture that is too large or empty."""
        if width < 1 or height < 1:
            raise ImageError(f"{width} x {height} has no pixels")
        if width * height > self.max_pixels:
            raise self.too_large_error(f"{width} x {height} is more than {self.max_pixels} pixels")

    @staticmethod
    def without_pixels(header: ImageHeader, metadata: Metadata | None = None) -> Image:
        """Return a picture whose pixels aren't decoded."""
        pixels: Any = Undecoded(header.shape, np.dtype(header.dtype))
        return Image(pixels, header.alpha, metadata or Metadata(), header.frames, header.extra)

    @staticmethod
    def too_large_error(message: str) -> ImageError:
        """Return an error for a picture with too many pixels."""
        return ImageError(f"{message}; max_pixels allows it", parameters=("max_pixels",))

    def select_frames(self, frames: int, pixels: int = 0) -> range:
        """Return the indices of the frames to read.

        Parameters
        ----------
        frames : int
            The number of frames in the file.
        pixels : int
            The number of pixels of all frames together.

        Raises
        ------
        ImageError
            When there is no frame, the wanted frame doesn't exist, or all frames together are too
            large.
        """
        if not frames:
            raise ImageError("holds no picture")
        if self.frame is not None:
            if not 0 <= self.frame < frames:
                raise ImageError(
                    f"has no frame {format_brief(self.frame)}: it has {frames}, counted from 0"
                )
            return range(self.frame, self.frame + 1)
        # A single frame is checked by `check_size`, which names the width and height.
        if frames > 1 and pixels > MAX_PIXELS_FACTOR * self.max_pixels:
            raise self.too_large_error(
                f"has {frames} frames of {pixels} pixels together, "
                f"more than {MAX_PIXELS_FACTOR * self.max_pixels}"
            )
        return range(frames)
