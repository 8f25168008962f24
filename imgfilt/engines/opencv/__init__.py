"""OpenCV's manners, in one place: imported when first called, one thread, (H, W, C).

Every filter takes a padded block and returns the values that it determines, as numerics does.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ...buffers import borrow
from ...errors import EngineError

if TYPE_CHECKING:
    from ...dtypes import Array
    from . import convolution as convolution

# cv2's numbers for the borders that its linear filters know; `zero` is its constant one.
BORDERS = {"zero": 0, "replicate": 1, "symmetric": 2, "reflect": 4}

_MIDDLE = 127.5  # 8-bit levels

# Channels of one call: two are refused by the larger medians, more than four by most.
_GROUPS = 4, 3, 1


_lock = Lock()
_running = 0
_threads = 1


@cache
def _load() -> Any:
    """Return cv2, or the text that says why it can't be imported."""
    try:
        import cv2

        cv2.getNumThreads()  # not there where only the folder is left of an installation
    except Exception as error:  # a broken installation fails in more ways than ImportError
        return str(error).partition("\n")[0] or type(error).__name__
    return cv2


@contextmanager
def one_thread() -> Iterator[None]:
    """Have OpenCV start no threads meanwhile: imgfilt's own are the only ones, see workers/.

    Their number is one of the whole process. The last of several calls at once sets it back.
    """
    global _running, _threads
    with _lock:
        if not _running:
            _threads = cv2().getNumThreads()
            cv2().setNumThreads(1)
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running and cv2().getNumThreads() == 1:
                cv2().setNumThreads(_threads)


def missing() -> str | None:
    """Return why cv2 can't be imported on this machine, or None where it can."""
    found = _load()
    return found if isinstance(found, str) else None


def cv2() -> Any:
    """Return the module; EngineError where it can't be imported."""
    reason = missing()
    if reason is not None:
        raise EngineError(f"OpenCV can't be imported ({reason})")
    return _load()


def short_of_memory(call: Callable[..., Array]) -> Callable[..., Array]:
    """Have a function raise MemoryError where cv2 has an error of its own for it."""

    @wraps(call)
    def filtered(*arguments: Any) -> Array:
        try:
            return call(*arguments)
        except Exception as error:
            if getattr(error, "code", None) == cv2().Error.StsNoMem:
                raise MemoryError from error
            raise

    return filtered


def by_channels(padded: Array, call: Callable[[Array], Array]) -> Array:
    """Run a cv2 function on a few channels at a time, and give the axis back that it drops."""
    import numpy as np

    first, channels, values = 0, padded.shape[2], None
    while first < channels:
        count = next(size for size in _GROUPS if size <= channels - first)
        found = call(np.ascontiguousarray(padded[..., first : first + count]))
        found = found.reshape(*found.shape[:2], count)
        if count == channels:
            return found
        if values is None:
            values = np.empty((*found.shape[:2], channels), found.dtype)
        values[..., first : first + count] = found
        first += count
    assert values is not None
    return values


@short_of_memory
def median(padded: Array, size: int) -> Array:
    """Return the (h, w, C) medians, in the dtype of the block."""
    return _inside(by_channels(padded, lambda block: cv2().medianBlur(block, size)), size // 2)


@short_of_memory
def bilateral(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    sides: str | None = None,
) -> Array:
    """Return the (h, w, C) weighted means of a block in 8-bit levels.

    uint8 and float32 as they are; float64 is computed in float32, around mid-grey. With `sides`, a
    key of BORDERS, the block isn't padded on the left and the right.
    """
    margin = diameter // 2
    across = margin if sides is None else 0
    block, wide = padded, padded.dtype == "float64"
    if wide:
        import numpy as np

        block = borrow("centred", padded.shape, "float32")
        np.subtract(padded, _MIDDLE, out=block, casting="same_kind")
    found: Array = cv2().bilateralFilter(
        block, diameter, sigma_color, sigma_space, borderType=BORDERS[sides or "reflect"]
    )
    if wide:
        found += _MIDDLE
    return _inside(found.reshape(padded.shape), margin, across)


def too_coarse(padded: Array, sigma_color: float) -> bool:
    """Return whether cv2's table of likeness is too coarse for a block of floats.

    It has 4096 steps over the range of the block, and a straight line between two of them.
    """
    if padded.dtype == "uint8":
        return False
    return float(padded.max() - padded.min()) / 4096 > sigma_color / 32


@short_of_memory
def nlmeans(padded: Array, strength: float, patch: int, search: int) -> Array:
    """Return the (h, w, C) means of a uint8 block."""
    from .patches import exact_enough, looks_up_16_bits, patch_means

    if looks_up_16_bits() and exact_enough(strength, patch, padded.shape[2]):
        return patch_means(padded, strength, patch, search)
    margin = patch // 2 + search // 2
    found = cv2().fastNlMeansDenoising(padded, None, strength, patch, search)
    return _inside(found.reshape(padded.shape), margin)


def _inside(found: Array, margin: int, across: int | None = None) -> Array:
    """Return what does not depend on the border that cv2 went beyond the block with."""
    across = margin if across is None else across
    return found[margin : len(found) - margin, across : found.shape[1] - across]


def __getattr__(name: str) -> ModuleType:
    # Loaded at first use, so that what only names a filter needs no NumPy.
    if name != "convolution":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
