"""Call a function on items on the workers of a Dask cluster; `distributed` is imported here.

this process                  scheduler                        workers
Cluster   -- items -->        sends them to workers,   -->     run_task, each item in a thread
          <-- TaskResult --   again if one dies        <--
"""

from __future__ import annotations

import itertools
import logging
import pickle
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, TypeVar

from ..concurrency.worker_process import TaskFailure
from ..errors import CommandError, ImgfiltError
from . import remote_task
from .task_tracker import TaskTracker

Item = TypeVar("Item")
Result = TypeVar("Result")

_ANSWER_SECONDS = 10.0  # for the scheduler to answer at first
_COUNT_SECONDS = 5.0  # between counts of the workers

# Items that are sent for each thread of a worker: one being done, and one waiting.
_ITEMS_PER_THREAD = 2

# A function of more bytes is sent once to each worker, not with each item.
_LARGE_FUNCTION = 16_384


class SchedulerLost(ImgfiltError):
    """The connection to the scheduler was lost while items were on their way."""


class Cluster:
    """The workers of a scheduler; to be used in a `with` block.

    Parameters
    ----------
    address : str
        Such as `tcp://10.0.0.1:8786`.
    on_note : callable
        Called with notes for the user, before the first item if possible.

    Raises
    ------
    CommandError
        On entering the block: when `distributed` isn't installed, no scheduler answers, or a worker
        can't import imgfilt.
    """

    def __init__(self, address: str, on_note: Callable[[str], None]):
        self.address, self._on_note = address, on_note
        self._ours = remote_task.versions()
        # Versions, as the items of dictionaries, that need no further note.
        self._noted = {frozenset(self._ours.items())}
        self._threads, self._counted_at = 0, 0.0

    def __enter__(self) -> Cluster:
        # Dask and its dependencies would log to stderr until the process ends.
        logging.disable()
        try:
            import distributed
        except ImportError as error:
            message = f"--cluster needs distributed ({error}): pip install distributed"
            raise CommandError(message) from None
        self._distributed: Any = distributed
        # Without a connection there is nothing to close; __del__ would complain on stderr.
        client_class: Any = type("Client", (distributed.Client,), {"__del__": lambda client: None})
        try:
            with warnings.catch_warnings(action="ignore"):
                self._client: Any = client_class(
                    self.address, timeout=_ANSWER_SECONDS, set_as_default=False, name="imgfilt"
                )
        except Exception as error:  # Wrong addresses raise many types of errors.
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise CommandError(f"--cluster {self.address}: no scheduler there ({reason})") from None
        try:
            self._check_workers()
            self._count_threads()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *raised: object) -> None:
        # The scheduler may be gone.
        with suppress(Exception):
            self._client.close(_ANSWER_SECONDS if self._is_connected else 0)

    def parallel_map(
        self,
        function: Callable[[Any, Callable[[float], None]], Result],
        items: Iterable[Item],
        workers: int | None = None,
        *,
        prepare: Callable[[Item], Any],
        on_poll: Callable[[], None],
        cleanup: Callable[[], None],
    ) -> Iterator[tuple[Item, Result | TaskFailure]]:
        """Call a function on each item, on any worker; give each item with its result, when ready.

        Parameters
        ----------
        function : callable
            Called with a prepared item and a Progress, which raises an exception once the item is
            cancelled. The function and the prepared items must be picklable, the results small.
        items : iterable
            The next one is drawn when there is room for it.
        workers : int, optional
            How many items are on their way at once; by default, enough for all workers.
        prepare : callable
            Returns what is sent for an item.
        on_poll : callable
            Called in this process at least ten times a second.
        cleanup : callable
            Called when a worker's process ends, perhaps in the middle of an item.

        Yields
        ------
        item, result
            The result is a TaskFailure if workers died or the function raised an exception.

        Raises
        ------
        SchedulerLost
            When the connection to the scheduler is lost.
        """
        name = f"imgfilt-{self._client.id}-{time.monotonic_ns()}"
        executor = self._client.get_executor(pure=False)
        pickled: Any = pickle.dumps((function, cleanup))
        if len(pickled) > _LARGE_FUNCTION:
            with warnings.catch_warnings(action="ignore"):
                pickled = self._client.submit(bytes, pickled, key=f"{name}-function")
        numbers = itertools.count()

        def send(item: Item) -> Any:
            key = name, next(numbers)
            return key, executor.submit(
                remote_task.run_task, pickled, pickle.dumps(prepare(item)), key=key
            )

        def poll() -> None:
            if not self._is_connected:
                raise self._make_lost_error()
            if time.monotonic() - self._counted_at > _COUNT_SECONDS:
                self._count_threads()
            on_poll()

        def count_room() -> int:
            return workers or _ITEMS_PER_THREAD * max(1, self._threads)

        tracker: TaskTracker[Item] = TaskTracker(send, self._count_deaths, self._find_running)
        self._client.subscribe_topic("all", lambda event: _handle_event(event[1], tracker))
        for item, result in tracker.results(iter(items), count_room, poll):
            if result is None:
                raise self._make_lost_error()
            if isinstance(result, remote_task.TaskResult):
                self._note_differences(result.versions, result.host)
                result = result.result
            yield item, result

    @property
    def _is_connected(self) -> bool:
        return bool(self._client.status == "running")

    def _make_lost_error(self) -> SchedulerLost:
        return SchedulerLost(f"{self.address}: the scheduler went away")

    def _count_deaths(self, error: BaseException) -> int:
        """Return how many workers died according to an error; 0 if it is another error."""
        if isinstance(error, self._distributed.KilledWorker):
            return int(error.allowed_failures) + 1
        return 0

    def _find_running(self, keys: set[Hashable]) -> set[Hashable]:
        """Return which of some tasks run on a worker, cancelled or not."""
        with suppress(OSError):  # The next poll finds out that the connection is lost.
            running = self._client.run(remote_task.list_running, on_error="ignore")
            return keys & set(chain.from_iterable(running.values()))
        return keys

    def _count_threads(self) -> None:
        """Count the threads of the workers, which come and go."""
        with suppress(OSError):  # The next poll finds out that the connection is lost.
            self._threads = sum(self._client.nthreads().values())
            if not self._threads:
                self._on_note(f"{self.address}: it has no worker; waiting for one")
        self._counted_at = time.monotonic()

    def _check_workers(self) -> None:
        """Note which workers have other versions than this machine.

        Raises
        ------
        CommandError
            When a worker can't import imgfilt.
        """
        addresses: dict[frozenset[Any], list[str]] = defaultdict(list)
        versions: dict[str, Any] = self._client.run(remote_task.versions, on_error="return")
        for address, theirs in versions.items():
            if isinstance(theirs, Exception):
                raise CommandError(
                    f"--cluster {self.address}: the worker {address} can't load imgfilt ({theirs})"
                )
            addresses[frozenset(theirs.items())].append(address)
        for theirs, workers in addresses.items():
            others = f" and {len(workers) - 1} more" if len(workers) > 1 else ""
            self._note_differences(dict(theirs), workers[0] + others)

    def _note_differences(self, theirs: dict[str, str | None], where: str) -> None:
        """Note how the versions at `where` differ from the versions here, once for each set."""
        if (versions := frozenset(theirs.items())) in self._noted:
            return
        self._noted.add(versions)
        for name, version in self._ours.items():
            if theirs[name] != version:
                has = f"{theirs[name] or 'missing'} there, {version or 'missing'} here"
                self._on_note(f"{where}: {name} is {has}")


def _handle_event(event: dict[str, Any], tracker: TaskTracker[Any]) -> None:
    """Tell the tracker when a worker has died; called by the client's own thread."""
    if event.get("action") == "remove-worker" and not event.get("expected"):
        tracker.worker_died(set(event.get("processing-tasks", ())))
