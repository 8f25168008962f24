"""AVIF: what Pillow has to be kept from, too many threads and animations that are to be turned."""

from __future__ import annotations

import PIL.Image

from ... import concurrency
from ...errors import ImageError

_ORIENTATION = 0x0112


def limit_threads() -> None:
    """Tell Pillow, which else has them take all cores; it is told each time, as that may change."""
    # Not loaded with Pillow, nor before it is needed.
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = concurrency.worker_limit()


def check_exif(exif: bytes | None, frames: int) -> None:
    """Raise ImageError for EXIF that Pillow can't write, or would crash of.

    It crashes where frames are to be turned; it can read no more than well-formed EXIF.
    """
    found = PIL.Image.Exif()
    try:
        found.load(exif or b"")
        orientation = found.get(_ORIENTATION, 1)
    except Exception:  # SyntaxError, KeyError and what else there is
        orientation = None
    if not isinstance(orientation, int) or (frames > 1 and orientation != 1):
        raise ImageError("its EXIF is malformed, and AVIF can't hold it; --strip leaves it out")
