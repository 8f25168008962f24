"""Pillow's process-wide settings, changed while imgfilt reads or writes and then restored."""

from __future__ import annotations

import ctypes
import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import PIL._imaging
import PIL.Image
import PIL.ImageFile

Item = TypeVar("Item")

# A warning filter that ignores all warnings of Pillow: imgfilt checks files itself.
_IGNORED = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_LOGGER = logging.getLogger("PIL")
_HANDLER = logging.NullHandler()  # without a handler, logging prints

# The libtiff in Pillow prints errors, too. Some builds of it don't export this function.
_set_error_handler: Any = None
with suppress(OSError, AttributeError):
    _set_error_handler = ctypes.CDLL(PIL._imaging.__file__).TIFFSetErrorHandler
    _set_error_handler.restype = ctypes.c_void_p
    _set_error_handler.argtypes = [ctypes.c_void_p]

_lock = threading.Lock()
_running = 0  # calls in all threads: the first changes the settings, the last restores them
_previous: dict[str, Any] = {}
_limit: int | None = None


@contextmanager
def strict_pillow(max_pixels: int) -> Iterator[None]:
    """Let Pillow print no warnings and logs, refuse truncated files, and read up to `max_pixels`.

    `warnings.catch_warnings` isn't used: it would undo what another thread changes meanwhile.
    """
    global _running
    with _lock:
        if not _running:
            _change_settings()
        _running += 1
        _raise_limit(max_pixels)
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                _restore_settings()


def iterate_strictly(items: Iterator[Item], max_pixels: int) -> Iterator[Item]:
    """Yield the items of an iterator; `strict_pillow` holds only while an item is computed."""
    while True:
        with strict_pillow(max_pixels):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


def _change_settings() -> None:
    _previous.update(
        filters=warnings.filters,
        pixels=PIL.Image.MAX_IMAGE_PIXELS,
        truncated=PIL.ImageFile.LOAD_TRUNCATED_IMAGES,
        printer=_set_error_handler and _set_error_handler(None),
    )
    _previous["filters"].insert(0, _IGNORED)
    _LOGGER.addHandler(_HANDLER)
    PIL.ImageFile.LOAD_TRUNCATED_IMAGES = False


def _raise_limit(max_pixels: int) -> None:
    """Raise Pillow's limit to at least `max_pixels`; other threads use the same limit."""
    global _limit
    limit = PIL.Image.MAX_IMAGE_PIXELS
    if limit is not None:
        PIL.Image.MAX_IMAGE_PIXELS = max(limit, max_pixels)
    _limit = PIL.Image.MAX_IMAGE_PIXELS


def _restore_settings() -> None:
    """Restore the settings, except for those that other code has changed since."""
    with suppress(ValueError):
        _previous["filters"].remove(_IGNORED)
    _LOGGER.removeHandler(_HANDLER)
    if _set_error_handler:
        _set_error_handler(_previous["printer"])
    if PIL.ImageFile.LOAD_TRUNCATED_IMAGES is False:
        PIL.ImageFile.LOAD_TRUNCATED_IMAGES = _previous["truncated"]
    if _limit == PIL.Image.MAX_IMAGE_PIXELS:
        PIL.Image.MAX_IMAGE_PIXELS = _previous["pixels"]
    _previous.clear()
