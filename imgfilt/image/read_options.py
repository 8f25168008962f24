"""What a reader was asked for: which frame, and how many pixels at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import ImageError
from ..geometry import MAX_PIXELS
from ..numbers import format_brief
from .image import ImageHeader

# Called with the header before the pixels are decoded; raises ImageError to refuse the picture.
OnHeader = Callable[[ImageHeader], None]

# Of all frames of a file together, as many times the pixels of one.
MOST_FRAMES = 10


@dataclass(frozen=True)
class ReadOptions:
    """Which frame of a file is wanted (0-based; None for all), of at most how many pixels.

    Its errors are reasons: the reader puts the file's name before them. `on_header` raises
    ImageError to refuse a picture. `axes` and `alpha` describe a .npy, which doesn't do it itself.
    """

    frame: int | None = None
    max_pixels: int = MAX_PIXELS
    on_header: OnHeader | None = None
    axes: str | None = None
    alpha: bool | None = None

    def check_header(self, header: ImageHeader) -> None:
        """Have the caller check the header; raises what `on_header` raises.

        The header's `frames` is the number in the file; the caller gets the number to be read.
        """
        if self.on_header is not None:
            self.on_header(header if self.frame is None else header._replace(frames=1))

    def check_size(self, width: int, height: int) -> None:
        """Raise ImageError for a picture that is too large; asked before it is decoded."""
        if width < 1 or height < 1:
            raise ImageError(f"{width} x {height} has no pixels")
        if width * height > self.max_pixels:
            raise ImageError(
                f"{width} x {height} is more than {self.max_pixels} pixels; --max-pixels allows it"
            )

    def select_frames(self, frames: int, pixels: int = 0) -> range:
        """Return the indices of the frames to read, of so many with so many pixels together."""
        if not frames:
            raise ImageError("holds no picture")
        if self.frame is not None:
            if not 0 <= self.frame < frames:
                raise ImageError(
                    f"has no frame {format_brief(self.frame)}: it has {frames}, counted from 0"
                )
            return range(self.frame, self.frame + 1)
        if pixels > MOST_FRAMES * self.max_pixels:
            raise ImageError(
                f"has {frames} frames of {pixels} pixels together, "
                f"more than {MOST_FRAMES * self.max_pixels}; --max-pixels allows it"
            )
        return range(frames)
