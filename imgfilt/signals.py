"""Signal handlers: SIGINT, SIGTERM and SIGHUP end the command with one line and no partial file.

The handler ends the process itself. An exception raised from it could strike while a lock is held
that the cleanup needs, and waiting for busy threads could take long.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from . import stderr

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


# Module -> its function that cleans up. The handler calls the functions of the modules that are
# loaded by then: it is installed before any module that takes time to load.
_CLEANUPS = {"concurrency.parallel": "end_workers", "files": "remove_temporary_files"}


def install_signal_handlers() -> None:
    """Have the signals end the command with the exit code 128 + their number."""
    for number in _SIGNALS:
        # A signal that is ignored already, as by nohup, stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    for module, function in _CLEANUPS.items():
        # A module that is still being loaded has nothing to clean up, and no such function yet.
        if clean_up := getattr(sys.modules.get(f"{__package__}.{module}"), function, None):
            # The signal may have struck while the module's data changed, so cleaning up can fail.
            # Worker processes end with this process in any case.
            with suppress(Exception):
                clean_up()
    with suppress(OSError):
        line = f"imgfilt: interrupted ({signal.Signals(number).name}){_describe_progress()}\n"
        os.write(stderr.descriptor, (_erase_line() + line).encode())
    os._exit(128 + number)


def _describe_progress() -> str:
    """Return how far a run of several jobs has come, or "" for other runs."""
    with suppress(Exception):  # The signal may have struck at any point of the run.
        return str(sys.modules[f"{__package__}.batch.runner"].describe_progress())
    return ""


def _erase_line() -> str:
    """Return characters that erase the terminal's current line, which may show progress."""
    with suppress(OSError, ValueError):
        if os.isatty(stderr.descriptor) and not stderr.is_dumb_terminal():
            columns = os.get_terminal_size(stderr.descriptor).columns or 80
            return f"\r{' ' * (columns - 1)}\r"
    return ""
