"""Threads that process the strips of one picture; results don't depend on their number."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event, Lock, local
from typing import TYPE_CHECKING, Generic, TypeVar

from .. import buffers

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

# Seconds. Python handles signals in the main thread, which must wake up from waiting to do so.
_POLL_SECONDS = 0.1

# Bytes of scratch memory that all threads together keep after `parallel_for`: enough for small
# pictures, because allocating memory would take a large part of their time.
_IDLE_SCRATCH = 32 << 20

Item = TypeVar("Item")
Result = TypeVar("Result")

# True in a process of a pool: its parent handles the signals.
in_pool_worker = False

_limit: int | None = None


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def set_worker_limit(workers: int | None) -> None:
    """Set how many threads filter, decode or encode a picture; None for the number of cores."""
    global _limit
    _limit = workers


def worker_limit() -> int:
    """Return how many threads filter, decode or encode one picture."""
    return _limit or cores()


def needs_no_threads(workers: int) -> bool:
    """Return whether the calling thread does all the work: in a pool's process with one thread."""
    return in_pool_worker and workers == 1


# Idle pools by their number of threads. They are kept: a thread that reuses its scratch memory
# saves more time than a small filter takes.
_pools: dict[int, ThreadPoolExecutor] = {}

_thread = local()  # `number`: of a thread in its pool, from 0 on

if hasattr(os, "register_at_fork"):
    # A forked process doesn't have its parent's threads.
    os.register_at_fork(after_in_child=_pools.clear)


def _get_pool(workers: int) -> ThreadPoolExecutor:
    if workers not in _pools:
        from concurrent.futures import ThreadPoolExecutor

        numbers = (count(),)  # next is atomic
        _pools[workers] = ThreadPoolExecutor(workers, initializer=_set_number, initargs=numbers)
    return _pools[workers]


def _set_number(numbers: Iterator[int]) -> None:
    _thread.number = next(numbers)


def shutdown_threads() -> None:
    """End the idle threads and free their scratch memory."""
    while _pools:
        _pools.popitem()[1].shutdown()


@contextmanager
def _pinned_to_core(workers: int) -> Iterator[None]:
    """Pin this thread of a pool to a core if there are at least as many threads as cores.

    Linux puts threads that wake each other on one core; then only one runs at a time.
    """
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if not allowed or workers < len(allowed):
        yield
        return
    number = getattr(_thread, "number", 0)  # the calling thread has none
    os.sched_setaffinity(0, {sorted(allowed)[number % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def parallel_for(function: Callable[[Item], None], items: Iterable[Item], workers: int) -> None:
    """Call a function on each item, in threads; stop at the first error, and raise it.

    The calling thread only waits, so it handles a signal at once even while all threads compute.

    Parameters
    ----------
    function : callable
    items : iterable
    workers : int
        The number of threads.
    """
    waiting = list(items)[::-1]
    if needs_no_threads(workers):
        while waiting:
            function(waiting.pop())
        return
    count, stop, lock = len(waiting), Event(), Lock()
    ended = SimpleQueue[BaseException | None]()  # an entry for each item

    def work() -> None:
        try:
            with _pinned_to_core(workers):
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
            buffers.trim_to(_IDLE_SCRATCH // max(1, sum(_pools)))

    started, workers = False, min(workers, count)
    try:
        for _ in range(workers):
            _get_pool(workers).submit(work)
            started = True
    except RuntimeError:
        # The system can't start more threads; the calling one does the work if there is no other.
        if not started:
            work()
    try:
        for _ in range(count):
            if error := _wait_for_next(ended):
                raise error
    finally:
        stop.set()


def _wait_for_next(ended: SimpleQueue[BaseException | None]) -> BaseException | None:
    while True:
        try:
            return ended.get(timeout=_POLL_SECONDS)
        except Empty:
            continue


def ordered_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int,
    most_ahead: int | None = None,
) -> Iterator[Result]:
    """Yield the result of a function for each item, in the order of the items.

    While the caller uses a result, threads compute the next ones, but no more than are needed to
    keep them at work: so large results take little memory. An error is raised in the place of its
    result. When the generator ends or is closed, no call is running any more. The threads keep
    their scratch memory for the next items, until `shutdown_threads`.

    Parameters
    ----------
    function : callable
    items : iterable
        Drawn by the calling thread.
    workers : int
        The number of threads.
    most_ahead : int, optional
        How many results may wait or be computed at once; by default, and at most, two for each
        thread and two.
    """
    if needs_no_threads(workers):
        yield from map(function, items)
        return
    # More than one for each thread: a caller that writes to a disk may pause.
    ahead = 2 * workers + 2 if most_ahead is None else min(most_ahead, 2 * workers + 2)
    calls = deque[_Call[Item, Result]]()
    try:
        for item in items:
            calls.append(_Call(function, item))
            try:
                _get_pool(workers).submit(calls[-1].run, workers)
            except RuntimeError:
                # The system can't start more threads, but the call is queued: one may take it.
                calls[-1].run(workers)
            if len(calls) >= ahead:
                yield calls.popleft().wait()
        while calls:
            yield calls.popleft().wait()
    finally:
        begun = [call for call in calls if not call.cancel()]
        for call in begun:
            call.wait_for_end()


class _Call(Generic[Item, Result]):
    """A call of a function that is made once, by the first of several threads."""

    def __init__(self, function: Callable[[Item], Result], item: Item):
        self._function, self._item = function, item
        self._taken, self._ended = Lock(), Event()
        self._error: BaseException | None = None

    def run(self, workers: int) -> None:
        """Make the call, unless it is cancelled or another thread has begun it."""
        if not self._taken.acquire(blocking=False):
            return
        try:
            with _pinned_to_core(workers):
                self._result = self._function(self._item)
        except BaseException as error:
            self._error = error
        self._ended.set()

    def cancel(self) -> bool:
        """Keep the call from being made; return False if it has begun."""
        return self._taken.acquire(blocking=False)

    def wait_for_end(self) -> None:
        """Return when the call has ended."""
        while not self._ended.wait(_POLL_SECONDS):
            pass

    def wait(self) -> Result:
        """Return the result, or raise the error, when the call has ended."""
        self.wait_for_end()
        if self._error:
            raise self._error
        return self._result
