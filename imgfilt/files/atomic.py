"""Write files atomically: under the final name is either the complete old file or the new one."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from ..errors import OutputError
from .opening import describe_special_file, error_text
from .paths import printable_path

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# The temporary files of all threads that exist now; a signal handler removes the files.
temporary_files: set[str] = set()

_O_TMPFILE = getattr(os, "O_TMPFILE", 0)


@contextmanager
def atomic_write(
    path: str | os.PathLike[str],
    on_complete: Callable[[int], None] | None = None,
    mtime: int | None = None,
) -> Iterator[BinaryIO]:
    """Yield a stream to write to; if the `with` block raises no error, the file gets its name.

    The bytes are written to a temporary file in the folder of the real target (symbolic links are
    followed) and flushed to the disk. Then the file is renamed to the target. A new file gets the
    permissions of the umask; a file that replaces another keeps the permissions of the old file. If
    the block raises, the temporary file is removed and the target doesn't change. If the system
    supports it, the temporary file has no name until it is complete; then even a killed process
    leaves no file behind.

    Parameters
    ----------
    path : path
    on_complete : callable, optional
        Called with a readable descriptor before the file gets its name; the file already has its
        final size and modification time.
    mtime : int, optional
        The modification time of the file in nanoseconds. 100 are added if the replaced file has the
        same size and time: otherwise make, rsync and records would take the file for unchanged.

    Raises
    ------
    OutputError
        When the target's folder is missing, the target is no regular file or is write-protected,
        or writing fails.
    """
    try:
        target = os.path.realpath(path)
        replaced = _status_of_replaced(target)
    except (OSError, ValueError) as error:
        raise OutputError(f"{printable_path(path)}: {error_text(error)}") from error
    except OutputError as error:
        error.add_prefix(printable_path(path))
        raise
    folder = os.path.dirname(target)
    temporary = None
    try:
        stream = _open_unnamed(folder)
        if stream is None:
            temporary = new_temporary_path(folder)
            stream = _CheckedWriter(temporary, "xb", opener=_open_for_both)
        with stream:
            if replaced:
                _keep_owner_and_permissions(stream.descriptor, replaced)
            yield cast(BinaryIO, stream)
            if mtime is not None:
                _set_mtime(stream.descriptor, temporary, mtime, replaced)
            os.fsync(stream.descriptor)
            if on_complete:
                on_complete(stream.descriptor)
            if temporary is None:
                if not replaced and _try_link(stream, target):
                    return
                temporary = new_temporary_path(folder)
                _link(stream, temporary)
        os.replace(temporary, target)
    except BaseException as error:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise OutputError(f"{printable_path(path)}: {error_text(error)}") from error
        raise
    finally:
        if temporary is not None:
            temporary_files.discard(temporary)


def remove_temporary_files() -> None:
    """Remove the temporary files of all threads; called before the process ends at once."""
    # Other threads may create temporary files while this loop runs.
    while temporary_files:
        for temporary in list(temporary_files):
            with suppress(OSError):
                os.unlink(temporary)
            temporary_files.discard(temporary)


class _CheckedWriter(io.FileIO):
    """A file whose `write` writes all bytes or raises; encoders can't see its descriptor.

    If a file has a descriptor, Pillow's encoders write to the descriptor directly and ignore short
    writes: on a full disk the picture would be truncated without an error. Nothing is buffered, so
    closing the file can't fail while another error is handled.
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
    """Open a file for writing; its descriptor can also be read."""
    return os.open(path, flags & ~os.O_WRONLY | os.O_RDWR, 0o666)


def _open_unnamed(folder: str) -> _CheckedWriter | None:
    """Open a new file without a name, or return None if the file system doesn't support it."""
    if _O_TMPFILE and os.path.isdir("/proc/self/fd"):
        # File systems without support for unnamed files raise different errors.
        with suppress(OSError):
            flags = _O_TMPFILE | os.O_RDWR | os.O_CLOEXEC
            return _CheckedWriter(os.open(folder, flags, 0o666), "wb")
    return None


def _link(stream: _CheckedWriter, path: str) -> None:
    """Give an unnamed file a name; FileExistsError if the name is taken."""
    os.link(f"/proc/self/fd/{stream.descriptor}", path, src_dir_fd=stream.descriptor)


def _try_link(stream: _CheckedWriter, path: str) -> bool:
    """Give an unnamed file a name; return whether the name was free."""
    with suppress(FileExistsError):
        _link(stream, path)
        return True
    return False


def _status_of_replaced(target: str) -> os.stat_result | None:
    """Return the status of the file that will be replaced, or None if there is none.

    Raises
    ------
    OutputError
        When the file can't be replaced, or its folder is missing.
    """
    try:
        status = os.stat(target)
    except FileNotFoundError:
        folder = os.path.dirname(target)
        if not os.path.isdir(folder):
            raise OutputError(f"there is no folder {printable_path(folder)}") from None
        return None
    kind = describe_special_file(status.st_mode)
    if kind:
        hint = f"-o - > {target} writes to it" if target == os.devnull else ""
        raise OutputError(f"is {kind}, not a regular file", hint=hint)
    if not os.access(target, os.W_OK):
        raise OutputError("is write-protected")
    return status


def new_temporary_path(folder: str) -> str:
    """Return an unused path for a temporary file; its name is short, as 255 bytes are the limit."""
    while os.path.exists(path := os.path.join(folder, f".imgfilt-{os.urandom(4).hex()}")):
        pass
    # The path is registered before the file exists: a signal may end the process at any moment.
    temporary_files.add(path)
    return path


def _set_mtime(
    descriptor: int, path: str | None, mtime: int, replaced: os.stat_result | None
) -> None:
    status = os.fstat(descriptor)
    if replaced and (replaced.st_size, replaced.st_mtime_ns) == (status.st_size, mtime):
        mtime += 100  # NTFS counts in units of 100 ns.
    # On Windows os.utime takes no descriptor.
    os.utime(path or descriptor, ns=(status.st_atime_ns, mtime))


def _keep_owner_and_permissions(descriptor: int, replaced: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
    if hasattr(os, "fchmod"):
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(replaced.st_mode))
