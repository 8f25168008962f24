"""A worker of a cluster, as an item finds it there: one of several threads of somebody's process.

Everything here is called on the worker's machine, by the name that it has in this module.
"""

from __future__ import annotations

import atexit
import ctypes
import pickle
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache
from importlib.metadata import packages_distributions, version
from typing import Any, NamedTuple

from .. import __version__
from ..concurrency.lost import Lost
from ..concurrency.threads import alone_in_blas

# Numbers of glibc's mallopt, and bytes that it comes to by itself where nobody interferes.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_TRIMMED, _MAPPED = 64 << 20, 32 << 20

# Functions with what they hold, a mask for one, that are kept from item to item.
_KEPT = 4


class Done(NamedTuple):
    """What came of an item, on which machine, and what is installed there."""

    result: Any
    host: str
    versions: dict[str, str | None]


class _Unwanted(Exception):
    """Nobody waits for an item any more."""


@cache
def versions() -> dict[str, str | None]:
    """Return what results may depend on, None for what is missing."""
    found: dict[str, str | None] = {"imgfilt": __version__}
    found["Python"] = ".".join(platform.python_version_tuple()[:2])
    distributions = packages_distributions()
    for name, module in (("NumPy", "numpy"), ("OpenCV", "cv2")):
        # OpenCV comes in packages of several names.
        found[name] = next((version(package) for package in distributions.get(module, [])), None)
    return found


def perform(packed: bytes, item: bytes) -> Done:
    """Call a packed function on a packed item."""
    result: Any
    try:
        result = _unpacked(packed)(pickle.loads(item), _progress())
    except Exception as error:
        # A mistake of ours: of the one picture, not of the others.
        result = Lost(f"unexpected {type(error).__name__} ({error})")
    return Done(result, platform.node(), versions())


@lru_cache(_KEPT)
def _unpacked(packed: bytes) -> Callable[[Any, Callable[[float], None]], Any]:
    """Make a function ready in this process; once, so that what it holds is sent and kept once."""
    # Before it loads NumPy, if nobody has.
    alone_in_blas()
    _keep_memory()
    function, cleanup = pickle.loads(packed)
    atexit.register(cleanup)
    return function  # type: ignore[no-any-return]


def _keep_memory() -> None:
    """Have freed memory kept for the next picture.

    Dask has its workers give it back at once (MALLOC_TRIM_THRESHOLD_): to get it anew takes nearly
    as long as to filter a photo.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_TRIM_THRESHOLD, _TRIMMED)
            mallopt(_M_MMAP_THRESHOLD, _MAPPED)


def _progress() -> Callable[[float], None]:
    """Return what to tell how far the item of this thread is; it ends one that nobody waits for."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def advance(share: float) -> None:
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise _Unwanted("nobody waits for it any more")

    return advance
