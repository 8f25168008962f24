"""A pool of worker processes: fed, heard and replaced when they die; by one thread, this one."""

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

from .lost import Lost
from .worker import undisturbed, work

Item = TypeVar("Item")
Result = TypeVar("Result")

# A fork takes 2 ms, and finds all loaded. It is safe while no other thread holds a lock: this
# process has none before its workers. Elsewhere it isn't safe (macOS) or isn't to be had (Windows),
# and a worker loads anew.
_METHOD = "fork" if sys.platform == "linux" else "spawn"

# Seconds: between looks at what else is to be done; for workers to end when they are told;
# an item faster than this has the next one sent along, so that the worker needn't wait for it.
_GLANCE, _GRACE, _QUICK = 0.1, 2.0, 0.05


class _Worker(Generic[Item]):
    """A process and the items that it was sent, the one at work first."""

    def __init__(self, process: Any, connection: Connection):
        self.process, self.connection = process, connection
        self.items: deque[Item] = deque()
        self.quick = False
        self.begun = 0.0

    def send(self, item: Item) -> None:
        self.items.append(item)
        self.begun = time.monotonic()
        # One that has just died is found out by its end.
        with suppress(OSError):
            self.connection.send(item)

    @property
    def has_ended(self) -> bool:
        return bool(wait([self.process.sentinel], 0))


class Pool(Generic[Item, Result]):
    """Workers, replaced when they die."""

    def __init__(
        self,
        function: Callable[[Item], Result],
        count: int,
        cleanup: Callable[[], None],
        ahead: bool,
    ):
        self.function, self.count, self.cleanup, self.ahead = function, count, cleanup, ahead
        self.workers: list[_Worker[Item]] = []
        self.again: deque[Item] = deque()
        self.context: Any = multiprocessing.get_context(_METHOD)
        self.lifeline, self.end = self.context.Pipe(duplex=False)
        if _METHOD == "spawn" and sys.platform != "win32":
            # Begun with the first process, it would let through the signals that are held back.
            resource_tracker.ensure_running()

    def results(
        self, items: Iterator[Item], glance: Callable[[], None]
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """Give each item with its result, once ready; `glance` is called again and again."""
        while True:
            alone = self._feed(items)
            if alone is not None:
                # Not even one process could be had.
                yield alone, self.function(alone)
                continue
            busy = {worker.connection: worker for worker in self.workers if worker.items}
            if not busy:
                return
            ended = {worker.process.sentinel: worker for worker in busy.values()}
            ready = wait([*busy, *ended], _GLANCE)
            glance()
            for connection in ready:
                if connection in busy:
                    yield from self._received(busy[connection])
            for sentinel in ready:
                if sentinel in ended:
                    yield from self._died(ended[sentinel])

    def close(self) -> None:
        """End the workers, whatever they do: by the lifeline, then by force."""
        self.end.close()
        deadline = time.monotonic() + _GRACE
        for worker in self.workers:
            while worker.process.is_alive() and time.monotonic() < deadline:
                time.sleep(0.002)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _feed(self, items: Iterator[Item]) -> Item | None:
        """Send what workers are free for; return an item that no worker can be had for."""
        while True:
            if self._free() is None and len(self.workers) >= self.count:
                return None
            try:
                item = self.again.popleft() if self.again else next(items)
            except StopIteration:
                return None
            # Drawing one may take long: who was free then may be dead now.
            worker = self._free() or self._started()
            if worker is not None:
                worker.send(item)
            elif self.workers:
                self.count = len(self.workers)
                self.again.appendleft(item)
            else:
                return item

    def _free(self) -> _Worker[Item] | None:
        """Return a worker that has nothing to do or, once there are all, soon will have."""
        for worker in [worker for worker in self.workers if not worker.items]:
            if not worker.has_ended:
                return worker
            # Its end mustn't be taken for that of the next item.
            self._bury(worker)
        if len(self.workers) < self.count or not self.ahead:
            return None
        return next((w for w in self.workers if w.quick and len(w.items) == 1), None)

    def _started(self) -> _Worker[Item] | None:
        """Start a worker; None where the system has no room for one."""
        try:
            ours, theirs = self.context.Pipe()
        except OSError:
            return None
        # A fork has what this process has open: the more, the more workers there are.
        inherited = [ours, *(w.connection for w in self.workers)] if _METHOD == "fork" else []
        process = self.context.Process(
            target=work,
            args=(self.function, theirs, self.lifeline, self.cleanup, [self.end, *inherited]),
            daemon=True,
        )
        try:
            with undisturbed():
                process.start()
                worker = _Worker[Item](process, ours)
                self.workers.append(worker)
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        return worker

    def _received(self, worker: _Worker[Item]) -> Iterator[tuple[Item, Result | Lost]]:
        """Give a result; none where the worker died before it had sent all of it."""
        with suppress(EOFError, OSError):
            result = worker.connection.recv()
            worker.quick = time.monotonic() - worker.begun < _QUICK
            yield worker.items.popleft(), result

    def _died(self, worker: _Worker[Item]) -> Iterator[tuple[Item, Result | Lost]]:
        """Give what a dead worker had done, then what it was at; the rest is done by another."""
        with suppress(EOFError, OSError):
            while worker.items and worker.connection.poll():
                result = worker.connection.recv()
                yield worker.items.popleft(), result
        self._bury(worker)
        if worker.items:
            yield worker.items.popleft(), Lost(_cause(worker.process.exitcode))
        self.again.extend(worker.items)

    def _bury(self, worker: _Worker[Item]) -> None:
        self.workers.remove(worker)
        worker.process.join()
        worker.connection.close()


def _cause(code: int) -> str:
    """Return what ended a process, in words."""
    if code >= 0:
        return f"its worker ended with exit code {code}"
    with suppress(ValueError):
        return f"its worker was ended by {signal.Signals(-code).name}"
    return f"its worker was ended by signal {-code}"
