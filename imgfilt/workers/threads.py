"""Threads: strips of one picture side by side. What is done never depends on their number."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

# Seconds. A signal that another thread receives doesn't wake the one that waits, and handles it.
_GLANCE = 0.1

Item = TypeVar("Item")

# Set in a process of a pool, whose signals its parent sees to.
unwatched = False


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each(function: Callable[[Item], None], items: Iterable[Item], workers: int) -> None:
    """Call a function on every item, in so many threads; the first error ends it.

    The calling thread only waits, so a signal is seen at once even while all workers compute.
    """
    if unwatched and workers == 1:
        for item in items:
            function(item)
        return
    rest = iter(items)
    drawing, ended = threading.Lock(), threading.Event()

    def work() -> None:
        # One task a worker, not one an item, which would cost as much as a small filter.
        while not ended.is_set():
            with drawing:
                found = list(islice(rest, 1))
            if not found:
                return
            function(found[0])

    pool = ThreadPoolExecutor(workers)
    try:
        waiting = {pool.submit(work) for _ in range(workers)}
        while waiting:
            done, waiting = wait(waiting, _GLANCE, FIRST_EXCEPTION)
            for future in done:
                future.result()
    finally:
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)
