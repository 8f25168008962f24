"""A worker: a process that does one item after the other, and outlives nobody."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import TypeVar

from . import threads
from .lost import Lost

Item = TypeVar("Item")
Result = TypeVar("Result")

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

_PR_SET_PDEATHSIG = 1  # of Linux's prctl


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold signals back: a process just forked must not take them as this one does."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def work(
    function: Callable[[Item], Result],
    connection: Connection,
    lifeline: Connection,
    cleanup: Callable[[], None],
    inherited: Iterable[Connection],
) -> None:
    """Do what comes, until nothing can come any more.

    `inherited` is what the parent alone must have, or nobody would see it closed.
    """
    threads.unwatched = True
    for other in inherited:
        other.close()

    def leave(*signalled: object) -> None:
        cleanup()
        os._exit(128 + signal.SIGTERM)

    def follow() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv_bytes()
        leave()

    _die_with_parent()
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
                words = " ".join(str(error).split())
                result = Lost(f"unexpected {type(error).__name__} ({words})")
            connection.send(result)


def _die_with_parent() -> None:
    """Have the system end this process with its parent: some encoders let no thread run."""
    parent = multiprocessing.parent_process()
    if sys.platform == "linux" and parent is not None:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent.pid:
            os._exit(128 + signal.SIGKILL)
