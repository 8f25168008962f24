"""Standard error: whether it can erase a line, and redirecting it while a library prints there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

# Whether this process is the command's. Otherwise another thread, which isn't imgfilt's, may print
# while standard error is redirected.
is_ours = False

descriptor = 2  # where a signal handler prints, also while standard error is redirected


def is_dumb_terminal() -> bool:
    """Return whether the terminal, if there is one, can't erase what a line shows."""
    return os.environ.get("TERM") == "dumb"


@contextmanager
def redirected(target: int) -> Iterator[None]:
    """Have what is printed on standard error written to another descriptor meanwhile."""
    global descriptor
    descriptor = os.dup(2)
    try:
        os.dup2(target, 2)
        yield
    finally:
        os.dup2(descriptor, 2)
        copy, descriptor = descriptor, 2
        os.close(copy)
