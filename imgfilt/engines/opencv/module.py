"""The module cv2: imported when it is first needed, on one thread, on (H, W, C) blocks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from threading import Lock
from typing import TYPE_CHECKING, Any

from ...errors import EngineError

if TYPE_CHECKING:
    from ...dtypes import Array

# cv2's numbers for the borders that its linear filters know; `zero` is its constant one.
BORDERS = {"zero": 0, "replicate": 1, "symmetric": 2, "reflect": 4}

# Channels of one call: the larger medians refuse two, most functions refuse more than four.
_GROUPS = 4, 3, 1

_lock = Lock()
_running = 0
_threads = 1


@cache
def _import() -> Any:
    """Return the module cv2, or a text that says why it can't be imported."""
    try:
        import cv2

        cv2.getNumThreads()  # missing if only the folder is left of an installation
    except Exception as error:  # a broken installation fails in more ways than ImportError
        return str(error).partition("\n")[0] or type(error).__name__
    return cv2


def import_error() -> str | None:
    """Return why cv2 can't be imported on this machine, or None if it can."""
    found = _import()
    return found if isinstance(found, str) else None


def cv2() -> Any:
    """Return the module.

    Raises
    ------
    EngineError
        If cv2 can't be imported.
    """
    reason = import_error()
    if reason is not None:
        raise EngineError(f"OpenCV can't be imported ({reason})")
    return _import()


@contextmanager
def one_thread() -> Iterator[None]:
    """Have OpenCV use one thread meanwhile, because imgfilt runs strips in its own threads.

    OpenCV has one number of threads for the whole process. The last of several calls that overlap
    restores it, unless the caller has set another number meanwhile, other than 1.
    """
    global _running, _threads
    with _lock:
        if not _running:
            _threads = cv2().getNumThreads()
            if _threads != 1:
                # 1 would end OpenCV's threads, for which a forked process waits forever: it has
                # none of them. 0 leaves them idle, and the number that is read is 1 all the same.
                cv2().setNumThreads(0)
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                _restore_threads()


def _restore_threads() -> None:
    if _threads != 1 and cv2().getNumThreads() == 1:
        cv2().setNumThreads(_threads)


def _forget_calls() -> None:
    """Restore OpenCV's threads in a forked process, in which no call of its parent goes on."""
    global _lock, _running
    _lock = Lock()
    if _running:
        _running = 0
        _restore_threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_calls)


def raises_memory_error(call: Callable[..., Array]) -> Callable[..., Array]:
    """Have a function raise MemoryError if cv2 raises its own error for missing memory."""

    @wraps(call)
    def wrapped(*arguments: Any) -> Array:
        try:
            return call(*arguments)
        except Exception as error:
            if getattr(error, "code", None) == cv2().Error.StsNoMem:
                raise MemoryError from error
            raise

    return wrapped


def call_by_channels(padded: Array, call: Callable[[Array], Array]) -> Array:
    """Call a cv2 function on a few channels at a time, and return (h, w, C) results.

    cv2 drops the last axis if there is one channel.
    """
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


def crop(values: Array, margin: int) -> Array:
    """Return (H, W, ...) values without the margin that depends on the border that cv2 used."""
    return values[margin : len(values) - margin, margin : values.shape[1] - margin]
