"""Opening files safely and writing them atomically: a final name is whole, old or new, always."""

from __future__ import annotations

import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from .errors import ImageError, OutputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)

# Temporary files that are there now: what a signal handler has to remove, in any thread.
_unfinished: set[Path] = set()

# A FIFO that takes a file's place after it was looked at must not hang the opening either.
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def displayed(path: object) -> str:
    r"""Return a file's name as it can be printed anywhere, on one line.

    Examples
    --------
    >>> print(displayed(b"caf\xe9\n.png"))
    caf\udce9\n.png
    """
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    text = name.decode(errors="surrogateescape") if isinstance(name, bytes) else str(name)
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def real(path: str) -> str:
    """Return a path without links, by which two names of one file are known to be one."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path  # the working folder is gone: reading or writing will say so


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Open an existing regular file for reading; nothing else is opened, or waited for.

    Raises
    ------
    ImageError
        When there is no such file, it can't be read, or it is a folder, a FIFO, a device.
    """
    try:
        kind = _irregular(os.stat(path).st_mode)
        if kind is None:
            stream = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115
            kind = _irregular(os.fstat(stream.fileno()).st_mode)
            if kind is None:
                return stream
            stream.close()
    except (OSError, ValueError) as error:
        raise ImageError(f"{displayed(path)}: {_reason(error)}") from error
    raise ImageError(f"{displayed(path)}: is {kind}, not a regular file")


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file whole or not at all: the body writes, and leaving it well renames.

    The bytes go to a temporary file in the folder of the real target (symbolic links are
    followed), reach the disk, and take the target's name. A new file gets the permissions of
    the umask, a replaced one keeps its own. However the body ends otherwise, the temporary
    file is removed and the target stays as it was.

    Raises
    ------
    OutputError
        When the target's folder is missing, the target is no regular file or is write-protected,
        or any write fails.
    """
    try:
        target = Path(os.path.realpath(path))
        replaced = _replaceable(target)
    except (OSError, ValueError) as error:
        raise OutputError(f"{displayed(path)}: {_reason(error)}") from error
    except OutputError as error:
        raise OutputError(f"{displayed(path)}: {error}") from None
    temporary = _unused_name(target.parent)
    _unfinished.add(temporary)
    try:
        with _CheckedWriter(temporary, "xb") as stream:
            if replaced:
                _keep_owner_and_permissions(stream.descriptor, replaced)
            yield cast(BinaryIO, stream)
            os.fsync(stream.descriptor)
        os.replace(temporary, target)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise OutputError(f"{displayed(path)}: {_reason(error)}") from error
        raise
    finally:
        _unfinished.discard(temporary)


def abandon() -> None:
    """Remove what is being written, by whichever thread: the process ends at once."""
    # Threads may still begin a file while others are removed.
    while _unfinished:
        for temporary in list(_unfinished):
            with suppress(OSError):
                temporary.unlink()
            _unfinished.discard(temporary)


class _CheckedWriter(io.FileIO):
    """A file that takes all of what is written, or raises; it shows encoders no descriptor.

    Encoders that find one write to it behind Python's back; Pillow's then ignore short writes,
    and a full disk truncates the picture without an error. Nothing is buffered, so nothing is
    left to fail when the file is closed on the way out of an error.
    """

    @property
    def descriptor(self) -> int:
        return super().fileno()

    def fileno(self) -> int:
        raise io.UnsupportedOperation("written through Python only")

    def write(self, content: ReadableBuffer, /) -> int:
        left = memoryview(content).cast("B")
        size = len(left)
        while left:
            left = left[super().write(left) :]
        return size


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _WITHOUT_WAITING)


def _irregular(mode: int) -> str | None:
    """Return what a file is in words, or None for a regular one."""
    if stat.S_ISREG(mode):
        return None
    return next((words for is_kind, words in KINDS if is_kind(mode)), "something else")


def _replaceable(target: Path) -> os.stat_result | None:
    """Return the status of a target that may be replaced, None for one that is new."""
    try:
        status = target.stat()
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise OutputError(f"no folder {displayed(target.parent)}") from None
        return None
    kind = _irregular(status.st_mode)
    if kind:
        raise OutputError(f"is {kind}, not a regular file")
    if not os.access(target, os.W_OK):
        raise OutputError("is write-protected")
    return status


def _unused_name(folder: Path) -> Path:
    """Name a temporary file: in short, as the target's name may have 255 bytes already."""
    while (path := folder / f".imgfilt-{secrets.token_hex(4)}").exists():
        pass
    return path


def _keep_owner_and_permissions(descriptor: int, replaced: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
    if hasattr(os, "fchmod"):
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(replaced.st_mode))


def _reason(error: Exception) -> str:
    """Return in words why a file can't be opened, read or written."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
