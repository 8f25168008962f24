"""Regular files: nothing else is opened, or waited for."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from ..errors import ImageError
from .paths import displayed

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)

# A FIFO that takes a file's place after it was looked at must not hang the opening either.
WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def open_regular(path: str | os.PathLike[str], *, or_pipe: bool = False) -> BinaryIO:
    """Open an existing regular file for reading; nothing else is opened, or waited for.

    With `or_pipe` a FIFO will do, too, as a shell makes one for `<(find .)`: what comes from those
    who write to it now.

    Raises
    ------
    ImageError
        When there is no such file, it can't be read, or it is a folder, a FIFO, a device.
    """
    try:
        kind = irregular(os.stat(path).st_mode, or_pipe)
        if kind is None:
            stream = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115
            kind = irregular(os.fstat(stream.fileno()).st_mode, or_pipe)
            if kind is None:
                if or_pipe:
                    os.set_blocking(stream.fileno(), True)
                return stream
            stream.close()
    except (OSError, ValueError) as error:
        raise ImageError(f"{displayed(path)}: {reason(error)}") from error
    raise ImageError(f"{displayed(path)}: is {kind}, not a regular file")


def irregular(mode: int, or_pipe: bool = False) -> str | None:
    """Return what a file is in words, or None for a regular one."""
    if stat.S_ISREG(mode) or (or_pipe and stat.S_ISFIFO(mode)):
        return None
    return next((words for is_kind, words in KINDS if is_kind(mode)), "something else")


def kind(path: str | os.PathLike[str]) -> str | None:
    """Return in words what there is of this name, or None where there is nothing to be seen."""
    try:
        return irregular(os.stat(path).st_mode) or "a regular file"
    except (OSError, ValueError):
        return None


def obstacle(path: str | os.PathLike[str]) -> str | None:
    """Return why a path can't be opened as a regular file, as far as looking at it tells."""
    try:
        kind = irregular(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        return reason(error)
    return f"is {kind}, not a regular file" if kind else None


def reason(error: Exception) -> str:
    """Return in words why a file can't be opened, read or written."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    if str(error).startswith("embedded null"):
        return "a name can't hold a null character"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | WITHOUT_WAITING)
