"""A pool of worker processes; one that dies fails one item and is replaced.

`concurrent.futures.ProcessPoolExecutor` isn't used: a worker that dies breaks that whole pool.
Every item on its way fails, and it isn't known which item ended the worker.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from .worker_process import TaskFailure, signals_blocked, worker_main

Item = TypeVar("Item")
Result = TypeVar("Result")

# A fork takes 2 ms, and the worker has the parent's modules. It is safe while no other thread holds
# a lock: this process starts no threads before its workers. On macOS a fork isn't safe, and Windows
# has no fork; there each worker imports its modules.
_METHOD = "fork" if sys.platform == "linux" else "spawn"

_POLL_SECONDS = 0.1  # between calls of `on_poll`
_GRACE_SECONDS = 2.0  # for workers to end by themselves

# A worker whose last item took less gets the next one before it is idle, and needn't wait for it.
_QUICK_SECONDS = 0.05


class _Worker(Generic[Item]):
    """A worker process and the items that were sent to it; it works on the first item."""

    def __init__(self, process: Any, connection: Connection):
        self.process, self.connection = process, connection
        self.items: deque[Item] = deque()
        self.is_quick = False
        self.sent_at = 0.0

    def send(self, item: Item) -> None:
        self.items.append(item)
        self.sent_at = time.monotonic()
        # If the worker has just died, `results` sees its sentinel.
        with suppress(OSError):
            self.connection.send(item)

    @property
    def has_ended(self) -> bool:
        return bool(wait([self.process.sentinel], 0))


class WorkerPool(Generic[Item, Result]):
    """Worker processes; those that die are replaced. See parallel_map for the parameters."""

    def __init__(
        self,
        function: Callable[[Item], Result],
        count: int,
        cleanup: Callable[[], None],
        prefetch: bool,
    ):
        self.function, self.count, self.cleanup, self.prefetch = function, count, cleanup, prefetch
        self.workers: list[_Worker[Item]] = []
        self.requeued: deque[Item] = deque()
        self.context: Any = multiprocessing.get_context(_METHOD)
        self.lifeline, self.end = self.context.Pipe(duplex=False)
        if _METHOD == "spawn" and sys.platform != "win32":
            # Started together with the first process, it would unblock the signals.
            resource_tracker.ensure_running()

    def results(
        self, items: Iterator[Item], on_poll: Callable[[], None]
    ) -> Iterator[tuple[Item, Result | TaskFailure]]:
        """Give each item with its result, when it is ready; call `on_poll` regularly."""
        while True:
            item = self._dispatch(items)
            if item is not None:
                # The system could not start a single process.
                yield item, self.function(item)
                continue
            busy = {worker.connection: worker for worker in self.workers if worker.items}
            if not busy:
                return
            ended = {worker.process.sentinel: worker for worker in busy.values()}
            ready = wait([*busy, *ended], _POLL_SECONDS)
            on_poll()
            for connection in ready:
                if connection in busy:
                    yield from self._receive(busy[connection])
            for sentinel in ready:
                if sentinel in ended:
                    yield from self._replace_dead(ended[sentinel])

    def close(self) -> None:
        """End all workers: close their lifeline pipe, then kill those still alive."""
        self.end.close()
        deadline = time.monotonic() + _GRACE_SECONDS
        for worker in self.workers:
            while worker.process.is_alive() and time.monotonic() < deadline:
                time.sleep(0.002)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _dispatch(self, items: Iterator[Item]) -> Item | None:
        """Send items to free workers; return an item if no worker could be started, else None."""
        while True:
            if self._free_worker() is None and len(self.workers) >= self.count:
                return None
            try:
                item = self.requeued.popleft() if self.requeued else next(items)
            except StopIteration:
                return None
            # `next(items)` may have taken long; the free worker may be dead by now.
            worker = self._free_worker() or self._start_worker()
            if worker is not None:
                worker.send(item)
            elif self.workers:
                self.count = len(self.workers)
                self.requeued.appendleft(item)
            else:
                return item

    def _free_worker(self) -> _Worker[Item] | None:
        """Return an idle worker, or a worker that will soon be idle if all are started; or None."""
        for worker in [worker for worker in self.workers if not worker.items]:
            if not worker.has_ended:
                return worker
            # Its death must not be blamed on the next item.
            self._reap(worker)
        if len(self.workers) < self.count or not self.prefetch:
            return None
        return next((w for w in self.workers if w.is_quick and len(w.items) == 1), None)

    def _start_worker(self) -> _Worker[Item] | None:
        """Start a worker and return it, or None if the system can't start another process."""
        try:
            ours, theirs = self.context.Pipe()
        except OSError:
            return None
        # A fork inherits the open pipes of all workers before it.
        inherited = [ours, *(w.connection for w in self.workers)] if _METHOD == "fork" else []
        process = self.context.Process(
            target=worker_main,
            args=(self.function, theirs, self.lifeline, self.cleanup, [self.end, *inherited]),
            daemon=True,
        )
        try:
            with signals_blocked():
                process.start()
                worker = _Worker[Item](process, ours)
                self.workers.append(worker)
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        return worker

    def _receive(self, worker: _Worker[Item]) -> Iterator[tuple[Item, Result | TaskFailure]]:
        """Give a worker's result; nothing if it died before it had sent the whole result."""
        with suppress(EOFError, OSError):
            result = worker.connection.recv()
            worker.is_quick = time.monotonic() - worker.sent_at < _QUICK_SECONDS
            yield worker.items.popleft(), result

    def _replace_dead(self, worker: _Worker[Item]) -> Iterator[tuple[Item, Result | TaskFailure]]:
        """Give the results of a dead worker and a TaskFailure for its current item.

        Its other items are requeued.
        """
        with suppress(EOFError, OSError):
            while worker.items and worker.connection.poll():
                result = worker.connection.recv()
                yield worker.items.popleft(), result
        self._reap(worker)
        if worker.items:
            yield worker.items.popleft(), TaskFailure(_why_ended(worker.process.exitcode))
        self.requeued.extend(worker.items)

    def _reap(self, worker: _Worker[Item]) -> None:
        self.workers.remove(worker)
        worker.process.join()
        worker.connection.close()


def _why_ended(code: int) -> str:
    """Return in words why a worker ended, by its exit code, which is negative for a signal."""
    if code >= 0:
        return f"its worker ended with exit code {code}"
    with suppress(ValueError):
        return f"its worker was ended by {signal.Signals(-code).name}"
    return f"its worker was ended by signal {-code}"
