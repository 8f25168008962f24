"""A flight: the items that are on their way in a cluster, and what becomes of them.

The scheduler itself hands out anew what a lost worker had. Which item it was that ended the
worker, if any, nobody knows: what was there twice is tried again by itself, one such item at a
time, and given up when three workers have ended.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from .lost import Lost
from .remote import Done

Item = TypeVar("Item")
Key = Hashable
Results = Iterator[tuple[Item, Any]]

# Workers that end while they have an item.
_SUSPICIOUS, _GIVEN_UP = 2, 3

# Seconds between looks at what else is to be done.
_GLANCE = 0.1


class _Case(Generic[Item]):
    """An item, the key by which it is on its way, and how many workers ended, by key."""

    def __init__(self, item: Item):
        self.item = item
        self.key: Key | None = None
        self.keys: list[Key] = []
        self.alone = False
        self.ends: Counter[Key] = Counter()


class Flight(Generic[Item]):
    """Items on their way.

    Parameters
    ----------
    send : callable
        Takes an item, and returns the key that the scheduler knows it by, and its future.
    lethal : callable
        Takes what a future raised, and returns how many workers ended if that is what it says,
        else 0.
    """

    def __init__(
        self,
        send: Callable[[Item], tuple[Key, Future[Done]]],
        lethal: Callable[[BaseException], int],
    ):
        self._send, self._lethal = send, lethal
        self._news: SimpleQueue[Callable[[], Results[Item]]] = SimpleQueue()
        # By all keys that an item has had, and by those that are on their way.
        self._cases: dict[Key, _Case[Item]] = {}
        self._futures: dict[Key, Future[Done]] = {}
        self._suspects: deque[_Case[Item]] = deque()

    def results(
        self, items: Iterator[Item], room: Callable[[], int], glance: Callable[[], None]
    ) -> Results[Item]:
        """Give each item with what came of it: what was returned, Lost, or None if it was recalled.

        Parameters
        ----------
        items : iterator
        room : callable
            Returns how many may be on their way at once.
        glance : callable
            Called ten times a second or more often.
        """
        try:
            while self._feed(items, room()):
                glance()
                try:
                    news = self._news.get(timeout=_GLANCE)
                except Empty:
                    continue
                yield from news()
        finally:
            for key in list(self._futures):
                self._recall(key)

    def worker_ended(self, keys: set[Key]) -> None:
        """Take it that a worker ended that had these keys; called by any thread."""
        self._news.put(partial(self._bereft, keys))

    def _feed(self, items: Iterator[Item], room: int) -> bool:
        """Send what there is room for; return whether anything is on its way."""
        while len(self._futures) < room:
            if self._suspects and not any(self._cases[key].alone for key in self._futures):
                case = self._suspects.popleft()
                case.alone = True
            else:
                try:
                    case = _Case(next(items))
                except StopIteration:
                    break
            key, future = self._send(case.item)
            case.key, self._cases[key], self._futures[key] = key, case, future
            case.keys.append(key)
            future.add_done_callback(partial(self._arrived, key))
        return bool(self._futures)

    def _arrived(self, key: Key, future: Future[Done]) -> None:
        self._news.put(partial(self._done, key, future))

    def _done(self, key: Key, future: Future[Done]) -> Results[Item]:
        """Give what came of an item, unless it is to be tried again."""
        if key not in self._futures:
            return  # recalled
        del self._futures[key]
        case = self._cases[key]
        case.key = None
        error = None if future.cancelled() else future.exception()
        ends = self._lethal(error) if error is not None else 0
        if ends:
            # All of them: what is still heard of one by one is counted already.
            case.ends[key] = ends
            del self._cases[key]
            yield from self._judged(case, key)
        elif error is not None:
            reason = f"its worker can't do it: {type(error).__name__} ({error})"
            yield self._settled(case, Lost(reason))
        else:
            yield self._settled(case, None if future.cancelled() else future.result())

    def _bereft(self, keys: set[Key]) -> Results[Item]:
        """Count an end for the items that a worker had."""
        for key in keys:
            case = self._cases.get(key)
            if case is not None:
                case.ends[key] += 1
                if case.key is not None:
                    yield from self._judged(case, key)

    def _judged(self, case: _Case[Item], key: Key) -> Results[Item]:
        """Give up an item that ends workers; set one apart that may; leave one that may not."""
        ends = case.ends.total()
        # What is heard only now of a try before says nothing of the one alone.
        if case.alone and key == case.keys[-1] and ends >= _GIVEN_UP:
            self._recall(case.key)
            lost = Lost(f"given up: {ends} workers ended while they filtered it")
            yield self._settled(case, lost)
        elif case.key is None or (ends >= _SUSPICIOUS and not case.alone):
            self._recall(case.key)
            case.key = None
            self._suspects.append(case)

    def _recall(self, key: Key | None) -> None:
        future = self._futures.pop(key, None)
        if future is not None:
            future.cancel()

    def _settled(self, case: _Case[Item], result: Any) -> tuple[Item, Any]:
        """Forget an item, by all its keys."""
        for key in case.keys:
            self._cases.pop(key, None)
        return case.item, result
