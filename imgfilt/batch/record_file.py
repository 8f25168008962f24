"""Read one record file: find the lines of an output by its name, size and time, or its content.

Images that were filtered in place are also found by their content: such an image is its own input,
and would be filtered twice after it was copied or moved.
"""

from __future__ import annotations

import os
import sys
from typing import Any, BinaryIO, NamedTuple

from ..errors import ImageError
from ..files import CUT_OFF, error_text, open_regular, printable_path

_DIGEST_BYTES = 16

VERSION = 2  # of the lines that this version writes


class FileStamp(NamedTuple):
    """Size and modification time: if both are the same, a file counts as unchanged.

    Attributes
    ----------
    size : int
        In bytes.
    mtime : int
        In nanoseconds.
    """

    size: int
    mtime: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileStamp:
        """Return the stamp of the file that has this status."""
        return cls(status.st_size, status.st_mtime_ns)

    @classmethod
    def at(cls, path: str) -> FileStamp | None:
        """Return the stamp of a file, or None if there is no such file."""
        try:
            return cls.of(os.stat(path))
        except (OSError, ValueError):
            return None


class RecordLine(NamedTuple):
    """A line of a record file.

    Attributes
    ----------
    digest : bytes or None
        See line_digest.
    key : str or None
        The digest of a RecordKey. `key` and `digest` are None in a line of another version, because
        its keys differ.
    how : str
        How the output was made, for people, as JSON.
    """

    digest: bytes | None
    key: str | None
    how: str


class RecordFile:
    """One record file of a folder.

    Attributes
    ----------
    exists : bool
        Whether the file exists.
    """

    def __init__(self, path: str):
        self._path = path
        self._reset()

    def _reset(self) -> None:
        self._end, self.exists = 0, False
        self._read_error: str | None = None
        self._damaged_lines = 0
        # The last line of each output, by the digest of its name and stamp.
        self._lines: dict[bytes, RecordLine] = {}
        # By size and by the digest of the content.
        self._contents: dict[int, dict[str, list[RecordLine]]] = {}
        self._in_place: set[bytes] = set()  # digests of names

    def read(self) -> None:
        """Read the lines that were added since the last time."""
        stamp = FileStamp.at(self._path)
        if stamp is None:
            return
        if stamp.size < self._end:
            self._reset()
        self.exists = True
        if stamp.size > self._end:
            try:
                with open_regular(self._path) as stream:
                    stream.seek(self._end)
                    for line in stream:
                        # The last line may not be complete yet. If it was cut off, its output
                        # never took its name.
                        if line.endswith(b"\n"):
                            self._end += len(line)
                            self._add(line)
            except ImageError as error:
                self._read_error = str(error)
            except OSError as error:
                self._read_error = f"{printable_path(self._path)}: {error_text(error)}"

    def find_line(self, name: str, stamp: FileStamp) -> RecordLine | None:
        """Return the last line of an output with this name and stamp."""
        return self._lines.get(_output_digest(name, stamp))

    def has_content(self, size: int) -> bool:
        """Return whether a file of `size` bytes can be found by its content."""
        return size in self._contents

    def find_lines_by_content(self, size: int, digest: str) -> list[RecordLine]:
        """Return the lines of images that had this content after they were filtered in place."""
        return self._contents.get(size, {}).get(digest, [])

    def was_filtered_in_place(self, name: str) -> bool:
        """Return whether an image of this name was filtered in place at any time."""
        return _digest(name) in self._in_place

    @property
    def damage(self) -> str | None:
        """Which part of the file can't be read, in words; None if all of it can."""
        if self._read_error is not None:
            return self._read_error
        if not self._damaged_lines:
            return None
        lines = "1 line" if self._damaged_lines == 1 else f"{self._damaged_lines} lines"
        return f"{printable_path(self._path)}: {lines} can't be read"

    def _add(self, line: bytes) -> None:
        import json

        if line.isspace() or line.endswith(CUT_OFF):
            return
        try:
            fields = json.loads(line)
            how = sys.intern(json.dumps(fields.get("how", fields.get("filter"))))
            is_known = fields.get("version", VERSION) == VERSION
            digest, key = (line_digest(fields), fields["key"]) if is_known else (None, None)
            record_line = RecordLine(digest, key, how)
            stamp = FileStamp(*fields["output_is"])
            self._lines[_output_digest(fields["output"], stamp)] = record_line
            if "content" in fields:
                self._in_place.add(_digest(fields["output"]))
                by_content = self._contents.setdefault(stamp.size, {})
                by_content.setdefault(fields["content"], []).append(record_line)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._damaged_lines += 1


def line_digest(fields: dict[str, Any]) -> bytes:
    """Return a digest that is the same for lines that say the same about an output.

    For an image filtered in place, the stamp of its input doesn't count.
    """
    is_in_place = fields["input"] == fields["output"]
    names = "output", "key", "output_is", *(() if is_in_place else ("input", "input_was"))
    return _digest([fields[name] for name in names])


def content_digest(stream: BinaryIO) -> str:
    """Return the digest of a file's bytes; it is stored in records and must not change."""
    import hashlib

    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    stream.seek(0)
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _output_digest(name: str, stamp: FileStamp) -> bytes:
    """Return the digest by which the line of an output is found."""
    return _digest([name, stamp])


def _digest(content: Any) -> bytes:
    import hashlib
    import json

    return hashlib.blake2b(json.dumps(content).encode(), digest_size=_DIGEST_BYTES).digest()
