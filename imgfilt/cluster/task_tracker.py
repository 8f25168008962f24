"""Track the items that were sent to a cluster; find the item that makes workers die.

The scheduler sends the items of a dead worker to another one. When two workers have died with an
item, it is cancelled, and sent again when no other item is on its way and no cancelled task still
runs. It fails when three workers have died with it.

Dask's own count, `allowed-failures`, isn't enough: it counts a death against all items that the
worker had. An intact image that is sent along with an image that kills workers would fail, too.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from ..concurrency.worker_process import TaskFailure
from .remote_task import TaskResult

Item = TypeVar("Item")
Key = Hashable
Results = Iterator[tuple[Item, Any]]

# Deaths of workers after which an item is quarantined, and after which it fails.
_DEATHS_TO_QUARANTINE, _DEATHS_TO_FAIL = 2, 3

_POLL_SECONDS = 0.1  # between calls of `on_poll`

# After this time a cancelled task runs on a worker, or it never will.
_CANCEL_SECONDS = 1.0


class _TaskState(Generic[Item]):
    """The state of one item.

    Attributes
    ----------
    item : object
        The item, as the caller gave it.
    key : Key, optional
        The key of the item's task that is on its way, if there is one.
    keys : list of Key
        The keys of all tasks that were sent for the item.
    is_quarantined : bool
        Whether the item's last task was sent alone.
    deaths : Counter of Key
        How many workers died, for each task.
    """

    def __init__(self, item: Item):
        self.item = item
        self.key: Key | None = None
        self.keys: list[Key] = []
        self.is_quarantined = False
        self.deaths: Counter[Key] = Counter()


class TaskTracker(Generic[Item]):
    """The items that are on their way.

    Parameters
    ----------
    send : callable
        Sends an item as a task; returns the scheduler's key for the task, and its future.
    count_deaths : callable
        Returns how many workers died according to an error of a future; 0 for another error.
    find_running : callable
        Returns which of some tasks, by their keys, run on a worker, cancelled or not.
    """

    def __init__(
        self,
        send: Callable[[Item], tuple[Key, Future[TaskResult]]],
        count_deaths: Callable[[BaseException], int],
        find_running: Callable[[set[Key]], set[Key]],
    ):
        self._send, self._count_deaths, self._find_running = send, count_deaths, find_running
        # Other threads add events; the thread that calls `results` handles them.
        self._events: SimpleQueue[Callable[[], Results[Item]]] = SimpleQueue()
        # The states by all keys of their items; the futures by the keys that are on their way.
        self._states: dict[Key, _TaskState[Item]] = {}
        self._futures: dict[Key, Future[TaskResult]] = {}
        self._suspects: deque[_TaskState[Item]] = deque()
        # The tasks that were cancelled and may still run, and when the last one was.
        self._cancelled: set[Key] = set()
        self._cancelled_at = 0.0

    def results(
        self, items: Iterator[Item], room: Callable[[], int], on_poll: Callable[[], None]
    ) -> Results[Item]:
        """Give each item with its result, when it is ready.

        Parameters
        ----------
        items : iterator
        room : callable
            Returns how many items may be on their way at once.
        on_poll : callable
            Called at least ten times a second.

        Yields
        ------
        item, result
            The result is a TaskFailure if the item failed, and None if others cancelled it.
        """
        try:
            while self._dispatch(items, room()):
                on_poll()
                try:
                    handle_event = self._events.get(timeout=_POLL_SECONDS)
                except Empty:
                    continue
                yield from handle_event()
        finally:
            for key in list(self._futures):
                self._cancel(key)

    def worker_died(self, keys: set[Key]) -> None:
        """Count the death of a worker that had tasks with these keys; called by any thread."""
        self._events.put(partial(self._on_worker_death, keys))

    def _dispatch(self, items: Iterator[Item], room: int) -> bool:
        """Send items while there is room, but a suspect alone; return whether any isn't done."""
        while len(self._futures) < room:
            if self._suspects or any(self._states[key].is_quarantined for key in self._futures):
                if self._futures or self._may_cancelled_run():
                    break
                state = self._suspects.popleft()
                state.is_quarantined = True
            else:
                try:
                    state = _TaskState(next(items))
                except StopIteration:
                    break
            key, future = self._send(state.item)
            state.key, self._states[key], self._futures[key] = key, state, future
            state.keys.append(key)
            future.add_done_callback(partial(self._on_done, key))
        return bool(self._futures or self._suspects)

    def _may_cancelled_run(self) -> bool:
        """Return whether a cancelled task may still run, and make the worker of a suspect die."""
        if self._cancelled and time.monotonic() - self._cancelled_at > _CANCEL_SECONDS:
            self._cancelled = self._find_running(self._cancelled)
        return bool(self._cancelled)

    def _on_done(self, key: Key, future: Future[TaskResult]) -> None:
        self._events.put(partial(self._handle_done, key, future))

    def _handle_done(self, key: Key, future: Future[TaskResult]) -> Results[Item]:
        """Give the result of a task, unless its item is sent again."""
        if key not in self._futures:
            return  # It was cancelled.
        del self._futures[key]
        state = self._states[key]
        state.key = None
        error = None if future.cancelled() else future.exception()
        deaths = self._count_deaths(error) if error is not None else 0
        if deaths:
            # This is the full count; events of this task that arrive later are ignored.
            state.deaths[key] = deaths
            del self._states[key]
            yield from self._decide_retry(state, key)
        elif error is not None:
            reason = f"its worker can't do it: {type(error).__name__} ({error})"
            yield self._finish(state, TaskFailure(reason))
        else:
            yield self._finish(state, None if future.cancelled() else future.result())

    def _on_worker_death(self, keys: set[Key]) -> Results[Item]:
        """Count a death for the items that the worker had."""
        for key in keys:
            state = self._states.get(key)
            if state is not None:
                state.deaths[key] += 1
                if state.key is not None:
                    yield from self._decide_retry(state, key)

    def _decide_retry(self, state: _TaskState[Item], key: Key) -> Results[Item]:
        """After a death: fail the item, send it again alone, or leave it to the scheduler."""
        deaths = state.deaths.total()
        # A late event of an earlier task says nothing about the quarantined one.
        is_last_task = key == state.keys[-1]
        if state.is_quarantined and is_last_task and deaths >= _DEATHS_TO_FAIL:
            self._cancel(state.key)
            reason = f"given up: {deaths} workers ended while they filtered it"
            yield self._finish(state, TaskFailure(reason))
        elif state.key is None or (deaths >= _DEATHS_TO_QUARANTINE and not state.is_quarantined):
            self._cancel(state.key)
            state.key = None
            self._suspects.append(state)

    def _cancel(self, key: Key | None) -> None:
        future = self._futures.pop(key, None)
        if future is not None:
            future.cancel()
            self._cancelled.add(key)
            self._cancelled_at = time.monotonic()

    def _finish(self, state: _TaskState[Item], result: Any) -> tuple[Item, Any]:
        """Forget an item, by all its keys; return it with its result."""
        for key in state.keys:
            self._states.pop(key, None)
        return state.item, result
