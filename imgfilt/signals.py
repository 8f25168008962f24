"""Interrupts: SIGINT, SIGTERM and SIGHUP end the command in one line, with nothing half-written.

The handler ends the process itself. An exception raised from it could strike while a lock is held
that the way out needs, and waiting for threads at work could take long.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def listen() -> None:
    """Have the signals end the command with the exit code 128 + their number."""
    for number in _SIGNALS:
        # A signal that the parent has this command ignore (nohup, &) stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    # Loaded only now, if at all: the handler stands before anything that takes time to load.
    for part in ("concurrency.parallel", "files"):
        loaded = sys.modules.get(f"{__package__}.{part}")
        # One that is just being loaded has nothing to abandon, nor the function yet.
        if abandon := getattr(loaded, "abandon", None):
            # What it reads may be half changed. Workers also end by themselves without a parent.
            with suppress(Exception):
                abandon()
    with suppress(OSError):
        said = f"imgfilt: interrupted ({signal.Signals(number).name}){_describe_progress()}\n"
        os.write(2, (_blank() + said).encode())
    os._exit(128 + number)


def _describe_progress() -> str:
    """Return what has come of the pictures until now, where there are several."""
    with suppress(Exception):  # whatever the handler has struck
        return str(sys.modules[f"{__package__}.batch.runner"].describe_progress())
    return ""


def _blank() -> str:
    """Return what blanks the line that a terminal's cursor is in, where there may be progress."""
    with suppress(OSError, ValueError):
        if os.isatty(2):
            columns = os.get_terminal_size(2).columns or 80
            return f"\r{' ' * (columns - 1)}\r"
    return ""
