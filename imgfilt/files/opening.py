"""Open regular files, refusing folders, devices and FIFOs at once."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from ..errors import ImageError
from .paths import printable_path

_SPECIAL_FILES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)

# A FIFO may replace a file between `stat` and `open`; then opening must not wait.
NONBLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def open_regular(path: str | os.PathLike[str], *, allow_pipe: bool = False) -> BinaryIO:
    """Open an existing regular file for reading.

    Parameters
    ----------
    path : path
    allow_pipe : bool
        Whether a FIFO is opened, too, such as a shell makes for `<(find .)`.

    Raises
    ------
    ImageError
        When there is no such file, the file can't be read, or it is a folder, a FIFO or a device.
    """
    try:
        kind = describe_special_file(os.stat(path).st_mode, allow_pipe)
        if kind is None:
            stream = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115
            kind = describe_special_file(os.fstat(stream.fileno()).st_mode, allow_pipe)
            if kind is None:
                if allow_pipe:
                    os.set_blocking(stream.fileno(), True)
                return stream
            stream.close()
    except (OSError, ValueError) as error:
        raise ImageError(f"{printable_path(path)}: {error_text(error)}") from error
    raise ImageError(f"{printable_path(path)}: is {kind}, not a regular file")


def describe_special_file(mode: int, allow_pipe: bool = False) -> str | None:
    """Return the kind of a special file in words, such as 'a folder'; None for a regular file."""
    if stat.S_ISREG(mode) or (allow_pipe and stat.S_ISFIFO(mode)):
        return None
    return next((words for is_kind, words in _SPECIAL_FILES if is_kind(mode)), "something else")


def describe_file(path: str | os.PathLike[str]) -> str | None:
    """Return the kind of a file in words, such as 'a folder'; None if there is no file."""
    try:
        return describe_special_file(os.stat(path).st_mode) or "a regular file"
    except (OSError, ValueError):
        return None


def why_unreadable(path: str | os.PathLike[str]) -> str | None:
    """Return why a path can't be opened as a regular file; None if its status shows no reason."""
    try:
        kind = describe_special_file(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        return error_text(error)
    return f"is {kind}, not a regular file" if kind else None


def error_text(error: Exception) -> str:
    """Return the reason in words for an error in opening, reading or writing a file."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    if str(error).startswith("embedded null"):
        return "a name can't hold a null character"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | NONBLOCKING)
