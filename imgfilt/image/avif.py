"""AVIF: its codecs bring threads of their own, and get no more than a picture may have."""

from __future__ import annotations

from .. import workers


def limit_threads() -> None:
    """Tell Pillow, which else has them take all cores; it is told each time, as that may change."""
    # Not loaded with Pillow, nor before it is needed.
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = workers.allowed()
