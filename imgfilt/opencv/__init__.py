"""OpenCV's manners, in one place: imported when first called, one thread, silent, (H, W, C).

Every filter takes a padded block and returns the values that it determines, as numerics does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from ..errors import EngineError

if TYPE_CHECKING:
    from ..numerics.taps import Array, Taps

# Channels of one call: two are refused by the larger medians, more than four by most.
_GROUPS = 4, 3, 1


@cache
def _load() -> Any:
    """Return cv2, or the text that says why it can't be imported."""
    # OpenCV reads this once, when it is imported; a user's own setting is left alone.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    try:
        import cv2
    except Exception as error:  # a broken installation fails in more ways than ImportError
        return str(error).partition("\n")[0] or type(error).__name__
    # imgfilt's own threads are the only ones: see workers.py.
    cv2.setNumThreads(1)
    return cv2


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


def _short_of_memory(call: Callable[..., Array]) -> Callable[..., Array]:
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


def _by_channels(padded: Array, call: Callable[[Array], Array]) -> Array:
    """Run a cv2 function on a few channels at a time, and give the axis back that it drops."""
    import numpy as np

    groups, first, channels = [], 0, padded.shape[2]
    while first < channels:
        count = next(size for size in _GROUPS if size <= channels - first)
        found = call(np.ascontiguousarray(padded[..., first : first + count]))
        groups.append(found.reshape(*found.shape[:2], count))
        first += count
    return groups[0] if len(groups) == 1 else np.concatenate(groups, axis=2)


def convolution_method(taps: Taps) -> str:
    """Return which function of cv2 suits a kernel: filter2D ignores its structure."""
    if taps.uniform is not None:
        return "boxFilter"
    if taps.factors is not None and min(taps.shape) > 1:
        return "sepFilter2D"
    return "filter2D"


@_short_of_memory
def convolve(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums of a linear filter, divided; float32, or float64 from float64.

    The kernel's anchor is its middle: cv2 takes half the time for symmetric factors then.
    """
    height, width = taps.output(padded)
    top, left = (side // 2 for side in taps.shape)
    call = _CONVOLUTIONS[convolution_method(taps)]
    return _by_channels(
        padded, lambda block: call(block, taps)[top : top + height, left : left + width]
    )


def _box_filter(block: Array, taps: Taps) -> Array:
    rows, columns = taps.shape
    sums: Array = cv2().boxFilter(block, cv2().CV_64F, (columns, rows), None, (-1, -1), False)
    return sums * ((taps.uniform or 0) / taps.divisor)


def _separable_filter(block: Array, taps: Taps) -> Array:
    assert taps.factors is not None
    down, across = taps.factors
    down = down / taps.divisor
    found: Array = cv2().sepFilter2D(block, _depth(block), across, down)
    return found


def _filter_2d(block: Array, taps: Taps) -> Array:
    weights = taps.weights / taps.divisor
    found: Array = cv2().filter2D(block, _depth(block), weights)
    return found


def _depth(block: Array) -> int:
    """Return the depth of sums: more than the block's own, so that nothing is rounded here."""
    depth: int = cv2().CV_64F if block.dtype == "float64" else cv2().CV_32F
    return depth


_CONVOLUTIONS: dict[str, Callable[[Array, Taps], Array]] = {
    "boxFilter": _box_filter,
    "sepFilter2D": _separable_filter,
    "filter2D": _filter_2d,
}


@_short_of_memory
def median(padded: Array, size: int) -> Array:
    """Return the (h, w, C) medians, in the dtype of the block."""
    return _inside(_by_channels(padded, lambda block: cv2().medianBlur(block, size)), size // 2)


@_short_of_memory
def bilateral(padded: Array, diameter: int, sigma_color: float, sigma_space: float) -> Array:
    """Return the (h, w, C) weighted means of a block in 8-bit levels.

    uint8 and float32 as they are; float64 is computed in float32, around mid-grey.
    """
    middle = 127.5 if padded.dtype == "float64" else 0
    block = (padded - middle).astype("float32") if middle else padded
    found = cv2().bilateralFilter(block, diameter, sigma_color, sigma_space)
    found = _inside(found.reshape(padded.shape), diameter // 2)
    return found.astype("float64") + middle if middle else found


def too_coarse(padded: Array, sigma_color: float) -> bool:
    """Return whether cv2's table of likeness is too coarse for a block of floats.

    It has 4096 steps over the range of the block, and a straight line between two of them.
    """
    if padded.dtype == "uint8":
        return False
    return float(padded.max() - padded.min()) / 4096 > sigma_color / 32


@_short_of_memory
def nlmeans(padded: Array, strength: float, patch: int, search: int) -> Array:
    """Return the (h, w, C) means of a uint8 block."""
    from .patches import exact_enough, looks_up_16_bits, patch_means

    if looks_up_16_bits() and exact_enough(strength, patch, padded.shape[2]):
        return patch_means(padded, strength, patch, search)
    margin = patch // 2 + search // 2
    found = cv2().fastNlMeansDenoising(padded, None, strength, patch, search)
    return _inside(found.reshape(padded.shape), margin)


def _inside(found: Array, margin: int) -> Array:
    """Return what does not depend on the border that cv2 went beyond the block with."""
    return found[margin : len(found) - margin, margin : found.shape[1] - margin]
