"""A cluster: items side by side on other machines, by Dask's `distributed`, which is loaded here.

this process            the scheduler, anywhere       a worker, of which there are many
Cluster  -- items -->   hands out, and out anew  -->  perform, each item in a thread
         <-- Done --                             <--
"""

from __future__ import annotations

import itertools
import logging
import pickle
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from ..concurrency.lost import Gone, Lost
from ..errors import CommandError
from . import worker
from .tracker import Flight

Item = TypeVar("Item")
Result = TypeVar("Result")

# Seconds: for the scheduler to answer at first; between looks at how many workers there are.
_ANSWER, _COUNT = 10.0, 5.0

# Items on their way for each thread of a worker: one at work, and one that waits for it.
_AHEAD = 2

# Bytes. A function that is larger is sent once to each worker, not along with every item.
_LARGE = 16_384


class Cluster:
    """The workers of a scheduler, for as long as a `with` block lasts.

    Parameters
    ----------
    address : str
        Such as `tcp://10.0.0.1:8786`.
    say : callable
        Told in a line what is worth knowing, before the first item where that is possible.

    Raises
    ------
    CommandError
        Where `distributed` isn't installed, no scheduler answers, or a worker can't load imgfilt.
    """

    def __init__(self, address: str, say: Callable[[str], None]):
        self.address, self.say = address, say
        self._ours = worker.versions()
        # As items of dictionaries: versions that need no more be said.
        self._known = {frozenset(self._ours.items())}
        self._threads, self._counted = 0, 0.0

    def __enter__(self) -> Cluster:
        # Its lines, and those of what it stands on, would go to our stderr, up to the very end.
        logging.disable()
        try:
            import distributed
        except ImportError as error:
            words = f"--cluster needs distributed ({error}): pip install distributed"
            raise CommandError(words) from None
        self._distributed: Any = distributed
        # One that doesn't come to be has nothing to close, and complains of that on our stderr.
        kind: Any = type("Client", (distributed.Client,), {"__del__": lambda client: None})
        try:
            with warnings.catch_warnings(action="ignore"):
                self._client: Any = kind(
                    self.address, timeout=_ANSWER, set_as_default=False, name="imgfilt"
                )
        except Exception as error:  # as many kinds as there are wrong addresses
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise CommandError(f"--cluster {self.address}: no scheduler there ({reason})") from None
        try:
            self._compare_all()
            self._count()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *raised: object) -> None:
        # One that is gone isn't told.
        with suppress(Exception):
            self._client.close(_ANSWER if self._is_there else 0)

    def side_by_side(
        self,
        function: Callable[[Any, Callable[[float], None]], Result],
        items: Iterable[Item],
        workers: int | None = None,
        *,
        pack: Callable[[Item], Any],
        glance: Callable[[], None],
        cleanup: Callable[[], None],
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """Call a function on each item, on any worker; give each with its result, once ready.

        Parameters
        ----------
        function : callable
            Called with a packed item, and with what to tell now and then how much of it is done,
            which raises an exception once nobody waits for it. It, the packed items and the
            results must be picklable, and the latter small.
        items : iterable
            Drawn one at a time, as workers become free.
        workers : int, optional
            How many items are on their way at once; by default, enough for all workers.
        pack : callable
            Returns what is sent of an item.
        glance : callable
            Called here ten times a second or more often.
        cleanup : callable
            Called in a worker's process that ends, perhaps in the middle of an item.

        Raises
        ------
        Gone
            When the scheduler went away.
        """
        name = f"imgfilt-{self._client.id}-{time.monotonic_ns()}"
        executor = self._client.get_executor(pure=False)
        packed: Any = pickle.dumps((function, cleanup))
        if len(packed) > _LARGE:
            with warnings.catch_warnings(action="ignore"):
                packed = self._client.submit(bytes, packed, key=f"{name}-function")
        numbers = itertools.count()

        def send(item: Item) -> Any:
            key = name, next(numbers)
            return key, executor.submit(worker.perform, packed, pickle.dumps(pack(item)), key=key)

        def look() -> None:
            if not self._is_there:
                raise self._gone()
            if time.monotonic() - self._counted > _COUNT:
                self._count()
            glance()

        def room() -> int:
            return workers or _AHEAD * max(1, self._threads)

        flight: Flight[Item] = Flight(send, self._lethal)
        self._client.subscribe_topic("all", lambda event: _take(event[1], flight))
        for item, done in flight.results(iter(items), room, look):
            if done is None:
                raise self._gone()
            if isinstance(done, worker.Done):
                self._compare(done.versions, done.host)
                done = done.result
            yield item, done

    @property
    def _is_there(self) -> bool:
        return bool(self._client.status == "running")

    def _gone(self) -> Gone:
        return Gone(f"{self.address}: the scheduler went away")

    def _lethal(self, error: BaseException) -> int:
        """Return how many workers ended, if an error says that they did."""
        if isinstance(error, self._distributed.KilledWorker):
            return int(error.allowed_failures) + 1
        return 0

    def _count(self) -> None:
        """Find out how many threads the workers have; they come and go."""
        with suppress(OSError):  # the next look says so
            self._threads = sum(self._client.nthreads().values())
            if not self._threads:
                self.say(f"{self.address}: it has no worker; waiting for one")
        self._counted = time.monotonic()

    def _compare_all(self) -> None:
        """Say where workers have other versions than this machine."""
        same: dict[frozenset[Any], list[str]] = defaultdict(list)
        found: dict[str, Any] = self._client.run(worker.versions, on_error="return")
        for address, theirs in found.items():
            if isinstance(theirs, Exception):
                raise CommandError(
                    f"--cluster {self.address}: the worker {address} can't load imgfilt ({theirs})"
                )
            same[frozenset(theirs.items())].append(address)
        for theirs, there in same.items():
            others = f" and {len(there) - 1} more" if len(there) > 1 else ""
            self._compare(dict(theirs), there[0] + others)

    def _compare(self, theirs: dict[str, str | None], where: str) -> None:
        """Say what differs on some workers, unless it was said before."""
        if (known := frozenset(theirs.items())) in self._known:
            return
        self._known.add(known)
        for name, version in self._ours.items():
            if theirs[name] != version:
                has = f"{theirs[name] or 'missing'} there, {version or 'missing'} here"
                self.say(f"{where}: {name} is {has}")


def _take(event: dict[str, Any], flight: Flight[Any]) -> None:
    """Tell the flight of a worker that ended unforeseen; called by the client's own thread."""
    if event.get("action") == "remove-worker" and not event.get("expected"):
        flight.worker_ended(set(event.get("processing-tasks", ())))
