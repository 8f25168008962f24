"""Open standard output, which may be closed."""

from __future__ import annotations

import sys
from typing import TextIO

from ..errors import OutputError


def open_stdout() -> TextIO:
    """Return stdout; OutputError if it is closed."""
    if sys.stdout is None or sys.stdout.closed:
        raise OutputError("stdout: it is closed")
    return sys.stdout
