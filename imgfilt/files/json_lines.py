"""Lines: a file that several processes may add to, and that only ever has whole ones."""

from __future__ import annotations

import json
import os

from ..errors import OutputError
from .paths import displayed
from .reading import WITHOUT_WAITING, irregular, reason

CUT = b" (cut off)\n"  # ends a line that was cut off, before another is added


class Lines:
    """A file of JSON lines, of which each is added whole or not at all, by any process.

    Where the process or the machine ended meanwhile, a line may have been cut off: CUT ends it.

    Parameters
    ----------
    path : path
    anew : bool
        Whether to empty the file, else what it holds stays.

    Raises
    ------
    OutputError
        When it can't be opened, or is no regular file.
    """

    def __init__(self, path: str | os.PathLike[str], *, anew: bool = False):
        self._name = displayed(path)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        flags |= WITHOUT_WAITING | getattr(os, "O_BINARY", 0)
        try:
            kind = irregular(os.stat(path).st_mode) if os.path.exists(path) else None
            if kind is None:
                self._descriptor = os.open(path, flags | (os.O_TRUNC if anew else 0), 0o666)
                return
        except FileNotFoundError as error:
            folder = displayed(os.path.dirname(path) or ".")
            raise OutputError(f"{self._name}: there is no folder {folder}") from error
        except (OSError, ValueError) as error:
            raise OutputError(f"{self._name}: {reason(error)}") from error
        raise OutputError(f"{self._name}: is {kind}, not a regular file")

    def add(self, said: object, *, durable: bool = False) -> None:
        """Add a line, by one write; OutputError where it doesn't fit.

        With `durable` it has reached the disk then.
        """
        line = json.dumps(said).encode() + b"\n"
        try:
            size = os.fstat(self._descriptor).st_size
            if size:
                # What was cut off there mustn't spoil this line, too.
                os.lseek(self._descriptor, size - 1, os.SEEK_SET)
                line = line if os.read(self._descriptor, 1) == b"\n" else CUT + line
            written = os.write(self._descriptor, line)
            if written < len(line):
                if os.fstat(self._descriptor).st_size == size + written:
                    os.ftruncate(self._descriptor, size)
                raise OutputError(f"{self._name}: no room for another line")
            if durable:
                os.fsync(self._descriptor)
        except OSError as error:
            raise OutputError(f"{self._name}: {reason(error)}") from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)
