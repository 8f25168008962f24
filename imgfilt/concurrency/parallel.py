"""Call a function on items in worker processes; an item that crashes its worker fails alone.

this process                      a worker process
parallel_map    -- item -->       worker_main: one item after the other
                <-- result --
lifeline        ............      watch_parent: ends the worker when this process ends
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from .pool import WorkerPool
from .threads import shutdown_threads
from .worker_process import TaskFailure

Item = TypeVar("Item")
Result = TypeVar("Result")

# Pools at work; a signal handler ends their workers.
_pools: list[WorkerPool[Any, Any]] = []


def _do_nothing() -> None:
    pass


def parallel_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int,
    *,
    on_poll: Callable[[], None] = _do_nothing,
    cleanup: Callable[[], None] = _do_nothing,
    prefetch: bool = True,
) -> Iterator[tuple[Item, Result | TaskFailure]]:
    """Call a function on each item in worker processes; give each item with its result, when ready.

    Parameters
    ----------
    function : callable
        Called in a worker. The function and the items must be picklable, and the results small.
    items : iterable
        The next one is drawn when a worker is free.
    workers : int
        The number of processes.
    on_poll : callable
        Called in this process at least ten times a second.
    cleanup : callable
        Called in a worker before it ends in the middle of an item.
    prefetch : bool
        Whether a fast worker gets the next item before it has finished the current one. It then
        begins the next item even if the current one fails.

    Yields
    ------
    item, result
        The result is a TaskFailure if the worker died or the function raised an exception.
    """
    # A process should be forked by its only thread.
    shutdown_threads()
    pool = WorkerPool(function, workers, cleanup, prefetch)
    _pools.append(pool)
    try:
        yield from pool.results(iter(items), on_poll)
    finally:
        pool.close()
        _pools.remove(pool)


def end_workers() -> None:
    """End all workers at once, in the middle of their items, because this process ends."""
    for pool in _pools:
        pool.close()
