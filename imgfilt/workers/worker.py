"""A worker: a process that does one item after the other, and outlives nobody."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import NamedTuple, TypeVar

from ..errors import ImgfiltError
from . import threads

Item = TypeVar("Item")
Result = TypeVar("Result")

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Lost(NamedTuple):
    """What became of an item whose worker died, or raised what no item should raise."""

    reason: str


class Gone(ImgfiltError):
    """All that does items went away, in the middle of them."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold signals back: a process just forked must not take them as this one does."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def work(
    function: Callable[[Item], Result],
    connection: Connection,
    lifeline: Connection,
    end: Connection,
    cleanup: Callable[[], None],
) -> None:
    """Do what comes, until nothing can come any more."""
    threads.unwatched = True
    # The other end is the parent's alone, or nobody would see it closed.
    end.close()

    def leave(*signalled: object) -> None:
        cleanup()
        os._exit(128 + signal.SIGTERM)

    def follow() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv_bytes()
        leave()

    # A terminal's signals go to all its processes: the parent ends this one.
    for number in _SIGNALS:
        signal.signal(number, leave if number == signal.SIGTERM else signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    threading.Thread(target=follow, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            item = connection.recv()
            result: Result | Lost
            try:
                result = function(item)
            except Exception as error:
                # A mistake of ours: of the one picture, not of the others.
                result = Lost(f"unexpected {type(error).__name__} ({error})")
            connection.send(result)
