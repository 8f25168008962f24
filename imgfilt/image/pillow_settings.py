"""Pillow's settings of the whole process: imgfilt's while it reads or writes, then as found."""

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

# What Pillow warns of is an error here, or doesn't matter.
_IGNORED = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_LOGGER = logging.getLogger("PIL")
_HANDLER = logging.NullHandler()  # without any, logging prints what nobody handles

# Pillow's libtiff prints its errors beside returning them; a build that hides it has no such name.
_set_error_handler: Any = None
with suppress(OSError, AttributeError):
    _set_error_handler = ctypes.CDLL(PIL._imaging.__file__).TIFFSetErrorHandler
    _set_error_handler.restype = ctypes.c_void_p
    _set_error_handler.argtypes = [ctypes.c_void_p]

_lock = threading.Lock()
_running = 0  # calls, of all threads; the first changes the settings, the last sets them back
_found: dict[str, Any] = {}
_limit: int | None = None


@contextmanager
def strict_pillow(max_pixels: int) -> Iterator[None]:
    """Have Pillow warn, log and print nothing, take no half file and read up to so many pixels.

    `warnings.catch_warnings` would set back what another thread has changed meanwhile.
    """
    global _running
    with _lock:
        if not _running:
            _change()
        _running += 1
        _widen(max_pixels)
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                _set_back()


def iterate_strictly(items: Iterator[Item], max_pixels: int) -> Iterator[Item]:
    """Give what an iterator gives; it works with imgfilt's settings, who takes it does not."""
    while True:
        with strict_pillow(max_pixels):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


def _change() -> None:
    _found.update(
        filters=warnings.filters,
        pixels=PIL.Image.MAX_IMAGE_PIXELS,
        truncated=PIL.ImageFile.LOAD_TRUNCATED_IMAGES,
        printer=_set_error_handler and _set_error_handler(None),
    )
    _found["filters"].insert(0, _IGNORED)
    _LOGGER.addHandler(_HANDLER)
    PIL.ImageFile.LOAD_TRUNCATED_IMAGES = False


def _widen(max_pixels: int) -> None:
    """Widen Pillow's limit, which other threads use, too, to that of a call."""
    global _limit
    limit = PIL.Image.MAX_IMAGE_PIXELS
    if limit is not None:
        PIL.Image.MAX_IMAGE_PIXELS = max(limit, max_pixels)
    _limit = PIL.Image.MAX_IMAGE_PIXELS


def _set_back() -> None:
    """Set back what is still as it was set here."""
    with suppress(ValueError):
        _found["filters"].remove(_IGNORED)
    _LOGGER.removeHandler(_HANDLER)
    if _set_error_handler:
        _set_error_handler(_found["printer"])
    if PIL.ImageFile.LOAD_TRUNCATED_IMAGES is False:
        PIL.ImageFile.LOAD_TRUNCATED_IMAGES = _found["truncated"]
    if _limit == PIL.Image.MAX_IMAGE_PIXELS:
        PIL.Image.MAX_IMAGE_PIXELS = _found["pixels"]
    _found.clear()
