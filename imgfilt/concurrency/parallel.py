"""Processes: pictures side by side, so that one that crashes takes nothing but itself along.

this process                      a worker, of which there are several
side_by_side    -- item -->       work: one item after the other
                <-- result --
lifeline        ............      follow: ends the worker when this process does, however it does
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from .lost import Lost
from .pool import Pool
from .threads import rest

Item = TypeVar("Item")
Result = TypeVar("Result")

# Of the workers at work, what a signal handler has to end.
_pools: list[Pool[Any, Any]] = []


def _nothing() -> None:
    pass


def side_by_side(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int,
    *,
    glance: Callable[[], None] = _nothing,
    cleanup: Callable[[], None] = _nothing,
    ahead: bool = True,
) -> Iterator[tuple[Item, Result | Lost]]:
    """Call a function on each item in so many processes; give each with its result, once ready.

    Parameters
    ----------
    function : callable
        Called in a worker; it and the items must be picklable, and the results small.
    items : iterable
        Drawn one at a time, as workers become free.
    workers : int
    glance : callable
        Called here ten times a second or more often.
    cleanup : callable
        Called in a worker that has to end in the middle of an item.
    ahead : bool
        Whether a worker may have the next item waiting, which is then begun whatever comes of the
        one before.
    """
    # A process that is forked should have no threads but the one that forks it.
    rest()
    pool = Pool(function, workers, cleanup, ahead)
    _pools.append(pool)
    try:
        yield from pool.results(iter(items), glance)
    finally:
        pool.close()
        _pools.remove(pool)


def abandon() -> None:
    """End all workers, in the middle of what they do: the process itself ends at once."""
    for pool in _pools:
        pool.close()
