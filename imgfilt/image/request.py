"""What a reader was asked for: which frame, and how many pixels at most."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ImageError

# What 24-bit colour needs half a gigabyte for; Pillow's own limit.
MAX_PIXELS = 178_956_970


@dataclass(frozen=True)
class Request:
    """Which frame of a file is wanted (0-based; None for the only one), of at most how many pixels.

    Its errors are reasons: the reader puts the file's name before them.
    """

    frame: int | None = None
    max_pixels: int = MAX_PIXELS

    def check_size(self, width: int, height: int) -> None:
        """Raise ImageError for a picture that is too large; asked before it is decoded."""
        if width < 1 or height < 1:
            raise ImageError(f"{width} x {height} has no pixels")
        if width * height > self.max_pixels:
            raise ImageError(
                f"{width} x {height} is more than {self.max_pixels} pixels; --max-pixels allows it"
            )

    def choose(self, frames: int) -> int:
        """Return the index of the frame to read, of this many."""
        if self.frame is None and frames > 1:
            raise ImageError(f"has {frames} frames, and one is filtered; --frame N picks one")
        if self.frame is not None and not 0 <= self.frame < frames:
            raise ImageError(f"has no frame {self.frame}: it has {frames}, counted from 0")
        return self.frame or 0
