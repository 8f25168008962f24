"""Interrupts: SIGINT, SIGTERM and SIGHUP end the command in one line, with nothing half-written."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Interrupted(BaseException):
    """A signal that ends the command; no `except Exception` holds it up."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn signals into one line and the exit code 128 + their number."""
    for number in _SIGNALS:
        # A signal that the parent has this command ignore (nohup, &) stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)
    try:
        yield
    except Interrupted as interrupted:
        _leave(*interrupted.args)


def _raise(number: int, frame: FrameType | None) -> None:
    # Not SIG_IGN: Python complains of a signal that came already and finds no handler any more.
    for other in _SIGNALS:
        signal.signal(other, _ignore)
    raise Interrupted(number)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Let the first signal's clean-up go on."""


def _leave(number: int) -> None:
    """End at once: the files are safe by now, and waiting for threads at work could take long."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"imgfilt: interrupted ({signal.Signals(number).name})\n")
        sys.stderr.flush()
    os._exit(128 + number)
