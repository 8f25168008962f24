"""A worker process: it calls a function on one item after the other, and ends with its parent."""

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
from typing import NamedTuple, TypeVar

from .. import stderr
from . import threads

Item = TypeVar("Item")
Result = TypeVar("Result")

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

_PR_SET_PDEATHSIG = 1  # from Linux's <sys/prctl.h>


class TaskFailure(NamedTuple):
    """The result of an item whose worker died, or whose function raised an unexpected error."""

    reason: str


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Block signals: a process just forked must not handle them as its parent does."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def worker_main(
    function: Callable[[Item], Result],
    connection: Connection,
    lifeline: Connection,
    cleanup: Callable[[], None],
    inherited: Iterable[Connection],
) -> None:
    """Process items from a pipe until the parent closes it.

    Parameters
    ----------
    function : callable
        Called on each item; its result is sent back.
    connection : Connection
        Items are received from it, and results sent to it.
    lifeline : Connection
        Its other end is closed when the parent ends or gives up this worker.
    cleanup : callable
        Called before the process ends in the middle of an item.
    inherited : iterable of Connection
        The parent's ends of the pipes. A forked process has to close its copies, else an end that
        the parent closes would stay open.
    """
    threads.in_pool_worker = stderr.is_ours = True
    for other in inherited:
        other.close()

    def terminate(*signal_arguments: object) -> None:
        cleanup()
        os._exit(128 + signal.SIGTERM)

    def watch_parent() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv_bytes()
        terminate()

    _die_with_parent()
    # A terminal sends its signals to the workers, too: only the parent handles them.
    for number in _SIGNALS:
        signal.signal(number, terminate if number == signal.SIGTERM else signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    threading.Thread(target=watch_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            item = connection.recv()
            result: Result | TaskFailure
            try:
                result = function(item)
            except Exception as error:
                # A bug in imgfilt; the other pictures go on.
                text = " ".join(str(error).split())
                result = TaskFailure(f"unexpected {type(error).__name__} ({text})")
            connection.send(result)


def _die_with_parent() -> None:
    """Have Linux kill this process with its parent: encoders that hold the GIL stop all threads."""
    parent = multiprocessing.parent_process()
    if sys.platform == "linux" and parent is not None:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent.pid:
            os._exit(128 + signal.SIGKILL)
