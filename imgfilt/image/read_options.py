"""What a reader was asked for: which frame, and how many pixels at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy.typing as npt

from ..errors import ImageError
from ..numbers import brief

# Asked of a depth, a shape (H, W, C), whether the last channel is alpha, how many frames and how
# many extra channels.
Ask = Callable[[npt.DTypeLike, tuple[int, int, int], bool, int, int], None]

# Axes of a .npy, which doesn't name them itself.
AXES = {
    "YXC": "rows, columns and channels, or rows and columns alone",
    "ZYX": "pages of rows and columns",
    "ZYXC": "pages of rows, columns and channels",
}

# What 24-bit colour needs half a gigabyte for; Pillow's own limit.
MAX_PIXELS = 178_956_970


# Of all frames of a file together, as many times the pixels of one.
MOST_FRAMES = 10


@dataclass(frozen=True)
class Request:
    """Which frame of a file is wanted (0-based; None for all), of at most how many pixels.

    Its errors are reasons: the reader puts the file's name before them. `asked` raises ImageError
    for what the caller can't use. `axes` and `alpha` are what is said of a .npy, which doesn't say
    it itself.
    """

    frame: int | None = None
    max_pixels: int = MAX_PIXELS
    asked: Ask | None = None
    axes: str | None = None
    alpha: bool | None = None

    def ask(
        self,
        dtype: npt.DTypeLike,
        shape: tuple[int, int, int],
        alpha: bool,
        frames: int = 1,
        extra: int = 0,
    ) -> None:
        """Ask the caller about a picture that is not decoded yet, as far as its header says it.

        Parameters
        ----------
        dtype : dtype
            The depth that it is read in.
        shape : (H, W, C)
            Alpha and the extra channels included.
        alpha : bool
            Whether the last channel is alpha.
        frames : int
            How many the file has.
        extra : int
            How many channels are neither colour nor alpha.
        """
        if self.asked is not None:
            self.asked(dtype, shape, alpha, frames if self.frame is None else 1, extra)

    def check_size(self, width: int, height: int) -> None:
        """Raise ImageError for a picture that is too large; asked before it is decoded."""
        if width < 1 or height < 1:
            raise ImageError(f"{width} x {height} has no pixels")
        if width * height > self.max_pixels:
            raise ImageError(
                f"{width} x {height} is more than {self.max_pixels} pixels; --max-pixels allows it"
            )

    def choose(self, frames: int, pixels: int = 0) -> range:
        """Return the indices of the frames to read, of so many with so many pixels together."""
        if not frames:
            raise ImageError("holds no picture")
        if self.frame is not None:
            if not 0 <= self.frame < frames:
                raise ImageError(
                    f"has no frame {brief(self.frame)}: it has {frames}, counted from 0"
                )
            return range(self.frame, self.frame + 1)
        if pixels > MOST_FRAMES * self.max_pixels:
            raise ImageError(
                f"has {frames} frames of {pixels} pixels together, "
                f"more than {MOST_FRAMES * self.max_pixels}; --max-pixels allows it"
            )
        return range(frames)
