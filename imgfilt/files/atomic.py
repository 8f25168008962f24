"""Files written atomically: a final name is whole, old or new, always."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from ..errors import OutputError
from .paths import displayed
from .reading import irregular, reason

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Temporary files that are there now: what a signal handler has to remove, in any thread.
unfinished: set[str] = set()

_NAMELESS = getattr(os, "O_TMPFILE", 0)


@contextmanager
def replacing(
    path: str | os.PathLike[str],
    complete: Callable[[int], None] | None = None,
    mtime: int | None = None,
) -> Iterator[BinaryIO]:
    """Write a file whole or not at all: the body writes, and leaving it well renames.

    The bytes go to a temporary file in the folder of the real target (symbolic links are
    followed), reach the disk, and take the target's name. A new file gets the permissions of
    the umask, a replaced one keeps its own. However the body ends otherwise, the temporary
    file is removed and the target stays as it was. Where the system can, it has no name until
    it is whole: then not even a killed process leaves one behind.

    Parameters
    ----------
    path : path
    complete : callable, optional
        Called before the file takes its name, with a descriptor of it that can be read; its status
        is the one that it will have there.
    mtime : int, optional
        The modification time that it gets, in nanoseconds, or 100 more: a replaced file never
        keeps both size and time, by which make, rsync and records know it for unchanged.

    Raises
    ------
    OutputError
        When the target's folder is missing, the target is no regular file or is write-protected,
        or any write fails.
    """
    try:
        target = os.path.realpath(path)
        replaced = _replaceable(target)
    except (OSError, ValueError) as error:
        raise OutputError(f"{displayed(path)}: {reason(error)}") from error
    except OutputError as error:
        raise OutputError(f"{displayed(path)}: {error}") from None
    folder = os.path.dirname(target)
    temporary = None
    try:
        stream = _nameless(folder)
        if stream is None:
            temporary = unused_name(folder)
            stream = _CheckedWriter(temporary, "xb", opener=_open_for_both)
        with stream:
            if replaced:
                _keep_owner_and_permissions(stream.descriptor, replaced)
            yield cast(BinaryIO, stream)
            if mtime is not None:
                _set_mtime(stream.descriptor, temporary, mtime, replaced)
            os.fsync(stream.descriptor)
            if complete:
                complete(stream.descriptor)
            if temporary is None:
                if not replaced and _named(stream, target):
                    return
                temporary = unused_name(folder)
                _name(stream, temporary)
        os.replace(temporary, target)
    except BaseException as error:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise OutputError(f"{displayed(path)}: {reason(error)}") from error
        raise
    finally:
        if temporary is not None:
            unfinished.discard(temporary)


def abandon() -> None:
    """Remove what is being written, by whichever thread: the process ends at once."""
    # Threads may still begin a file while others are removed.
    while unfinished:
        for temporary in list(unfinished):
            with suppress(OSError):
                os.unlink(temporary)
            unfinished.discard(temporary)


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


def _open_for_both(path: str, flags: int) -> int:
    """Open a file to be written for reading, too: by its descriptor, not by the encoder."""
    return os.open(path, flags & ~os.O_WRONLY | os.O_RDWR, 0o666)


def _nameless(folder: str) -> _CheckedWriter | None:
    """Begin a file that has no name yet; None where that isn't possible."""
    if _NAMELESS and os.path.isdir("/proc/self/fd"):
        # Not on every file system, and each says so in its own way.
        with suppress(OSError):
            flags = _NAMELESS | os.O_RDWR | os.O_CLOEXEC
            return _CheckedWriter(os.open(folder, flags, 0o666), "wb")
    return None


def _name(stream: _CheckedWriter, path: str) -> None:
    """Give a nameless file a name, which no other may have."""
    os.link(f"/proc/self/fd/{stream.descriptor}", path, src_dir_fd=stream.descriptor)


def _named(stream: _CheckedWriter, path: str) -> bool:
    """Tell whether a nameless file has taken a name, which none had before."""
    with suppress(FileExistsError):
        _name(stream, path)
        return True
    return False


def _replaceable(target: str) -> os.stat_result | None:
    """Return the status of a target that may be replaced, None for one that is new."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        folder = os.path.dirname(target)
        if not os.path.isdir(folder):
            raise OutputError(f"there is no folder {displayed(folder)}") from None
        return None
    kind = irregular(status.st_mode)
    if kind:
        raise OutputError(f"is {kind}, not a regular file")
    if not os.access(target, os.W_OK):
        raise OutputError("is write-protected")
    return status


def unused_name(folder: str) -> str:
    """Name a temporary file: in short, as the target's name may have 255 bytes already."""
    while os.path.exists(path := os.path.join(folder, f".imgfilt-{os.urandom(4).hex()}")):
        pass
    # Before there is such a file: the process may end at any moment.
    unfinished.add(path)
    return path


def _set_mtime(
    descriptor: int, path: str | None, mtime: int, replaced: os.stat_result | None
) -> None:
    status = os.fstat(descriptor)
    if replaced and (replaced.st_size, replaced.st_mtime_ns) == (status.st_size, mtime):
        mtime += 100  # what NTFS counts in
    # Windows takes no descriptor.
    os.utime(path or descriptor, ns=(status.st_atime_ns, mtime))


def _keep_owner_and_permissions(descriptor: int, replaced: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
    if hasattr(os, "fchmod"):
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(replaced.st_mode))
