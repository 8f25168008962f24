"""Threads: strips of one picture side by side. What is done never depends on their number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Lock
from typing import TYPE_CHECKING, TypeVar

from .. import buffers

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

# Seconds. A signal that another thread receives doesn't wake the one that waits, and handles it.
_GLANCE = 0.1

# Bytes of scratch memory in all threads that wait for work: enough for pictures so small that
# fresh memory would take a good part of the time.
_KEPT = 32 << 20

# Read when NumPy loads its BLAS: threads are imgfilt's own, no more than were asked for.
_BLAS = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"

Item = TypeVar("Item")

# Set in a process of a pool, whose signals its parent sees to.
unwatched = False

_allowed: int | None = None


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def alone_in_blas() -> None:
    """Have libraries start no threads of their own; to be called before NumPy is loaded."""
    for name in _BLAS:
        os.environ[name] = "1"


def allow(count: int | None) -> None:
    """Say how many threads a picture may have, in codecs that bring their own, too."""
    global _allowed
    _allowed = count


def allowed() -> int:
    """Return how many threads a picture may have; by default as many as there are cores."""
    return _allowed or cores()


# By how many threads they have. Kept when their work is done: a thread that finds its memory as it
# left it saves more time than a small filter takes.
_pools: dict[int, ThreadPoolExecutor] = {}

if hasattr(os, "register_at_fork"):
    # A process that is forked has none of its parent's threads.
    os.register_at_fork(after_in_child=_pools.clear)


def _pool(workers: int) -> ThreadPoolExecutor:
    if workers not in _pools:
        from concurrent.futures import ThreadPoolExecutor

        _pools[workers] = ThreadPoolExecutor(workers)
    return _pools[workers]


def rest() -> None:
    """End the threads that wait for work, and give back the memory that they kept."""
    while _pools:
        _pools.popitem()[1].shutdown()


@contextmanager
def _settled(number: int, workers: int) -> Iterator[None]:
    """Keep one of the threads that take all cores on a core of its own.

    Linux draws threads that wake each other, as Python's do, to one core, where they take turns.
    """
    homes = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if not homes or workers < len(homes):
        yield
        return
    os.sched_setaffinity(0, {sorted(homes)[number % len(homes)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, homes)


def each(function: Callable[[Item], None], items: Iterable[Item], workers: int) -> None:
    """Call a function on every item, in so many threads; the first error ends it.

    The calling thread only waits, so a signal is seen at once even while all workers compute.
    """
    waiting = list(items)[::-1]
    if unwatched and workers == 1:
        while waiting:
            function(waiting.pop())
        return
    count, stop, lock = len(waiting), Event(), Lock()
    ended = SimpleQueue[BaseException | None]()  # an entry an item

    def work(number: int) -> None:
        try:
            with _settled(number, workers):
                while not stop.is_set():
                    with lock:
                        if not waiting:
                            break
                        item = waiting.pop()
                    function(item)
                    ended.put(None)
        except BaseException as error:
            ended.put(error)
        finally:
            buffers.drop(_KEPT // max(1, sum(_pools)))

    begun, workers = False, min(workers, count)
    try:
        for number in range(workers):
            _pool(workers).submit(work, number)
            begun = True
    except RuntimeError:
        # The system has room for no more threads; for one there is always.
        if not begun:
            work(0)
    try:
        for _ in range(count):
            if error := _next(ended):
                raise error
    finally:
        stop.set()


def _next(ended: SimpleQueue[BaseException | None]) -> BaseException | None:
    while True:
        try:
            return ended.get(timeout=_GLANCE)
        except Empty:
            continue
