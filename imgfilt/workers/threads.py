"""Threads: strips of one picture side by side. What is done never depends on their number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

# Seconds. A signal that another thread receives doesn't wake the one that waits, and handles it.
_GLANCE = 0.1

# Read when NumPy loads its BLAS: threads are imgfilt's own, no more than were asked for.
_BLAS = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"

Item = TypeVar("Item")

# Set in a process of a pool, whose signals its parent sees to.
unwatched = False


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def alone_in_blas() -> None:
    """Have libraries start no threads of their own; to be called before NumPy is loaded."""
    for name in _BLAS:
        os.environ[name] = "1"


def each(function: Callable[[Item], None], items: Iterable[Item], workers: int) -> None:
    """Call a function on every item, in so many threads; the first error ends it.

    The calling thread only waits, so a signal is seen at once even while all workers compute.
    """
    if unwatched and workers == 1:
        for item in items:
            function(item)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        waiting = {pool.submit(function, item) for item in items}
        while waiting:
            done, waiting = wait(waiting, _GLANCE, FIRST_EXCEPTION)
            for future in done:
                future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
