"""A file of JSON lines that several processes may append to."""

from __future__ import annotations

import os

from ..errors import OutputError
from .opening import NONBLOCKING, describe_special_file, error_text
from .paths import printable_path

CUT_OFF = b" (cut off)\n"  # appended to a line that was cut off, before the next line


class JsonLinesFile:
    """A file of JSON lines; one write appends a line, so lines of several processes don't mix.

    If the process or the machine ends during a write, the line is cut off; the next `add` marks
    such a line with CUT_OFF.

    Parameters
    ----------
    path : path
    truncate : bool
        Whether to empty the file first.

    Raises
    ------
    OutputError
        When the file can't be opened or isn't a regular file.
    """

    def __init__(self, path: str | os.PathLike[str], *, truncate: bool = False):
        self._name = printable_path(path)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        flags |= NONBLOCKING | getattr(os, "O_BINARY", 0)
        try:
            kind = describe_special_file(os.stat(path).st_mode) if os.path.exists(path) else None
            if kind is None:
                self._descriptor = os.open(path, flags | (os.O_TRUNC if truncate else 0), 0o666)
                return
        except FileNotFoundError as error:
            folder = printable_path(os.path.dirname(path) or ".")
            raise OutputError(f"{self._name}: there is no folder {folder}") from error
        except (OSError, ValueError) as error:
            raise OutputError(f"{self._name}: {error_text(error)}") from error
        raise OutputError(f"{self._name}: is {kind}, not a regular file")

    def add(self, value: object, *, durable: bool = False) -> None:
        """Append a value as a line; with `durable` wait until the line is on the disk.

        Raises
        ------
        OutputError
            When the line doesn't fit on the disk or can't be written.
        """
        import json

        line = json.dumps(value).encode() + b"\n"
        try:
            size = os.fstat(self._descriptor).st_size
            if size:
                # The new line mustn't be joined to a line that was cut off.
                os.lseek(self._descriptor, size - 1, os.SEEK_SET)
                line = line if os.read(self._descriptor, 1) == b"\n" else CUT_OFF + line
            written = os.write(self._descriptor, line)
            if written < len(line):
                if os.fstat(self._descriptor).st_size == size + written:
                    os.ftruncate(self._descriptor, size)
                raise OutputError(f"{self._name}: no room for another line")
            if durable:
                os.fsync(self._descriptor)
        except OSError as error:
            raise OutputError(f"{self._name}: {error_text(error)}") from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)
