"""One record of a folder, as it is read: by what its outputs are known, and what it says of them.

An output is known by its name, its size and its time. One that was filtered in its place is known
by its content, too: it is its own input, and would be filtered twice after it was copied or moved.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO, NamedTuple

from ..errors import ImageError
from ..files import CUT, displayed, open_regular, reason

_MARK = 16  # bytes

VERSION = 2  # of the lines


class Stamp(NamedTuple):
    """By what a file is known to be the one it was: bytes, and nanoseconds of its last change."""

    size: int
    mtime: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp that a file's status says."""
        return cls(status.st_size, status.st_mtime_ns)

    @classmethod
    def at(cls, path: str) -> Stamp | None:
        """Return the stamp of a file, or None where there is none."""
        try:
            return cls.of(os.stat(path))
        except (OSError, ValueError):
            return None


class Line(NamedTuple):
    """A line: by what it is compared, and how the output was made.

    Attributes
    ----------
    mark : bytes or None
        What it has in common with those that say the same of one output.
    key : str or None
        That of how the output was made. There is neither where another version has written the
        line, whose key means another thing.
    how : str
        What it says of that for people, as JSON.
    """

    mark: bytes | None
    key: str | None
    how: str


class RecordFile:
    """One record of a folder: the last line of each output as it was written.

    Attributes
    ----------
    exists : bool
        Whether there is such a file.
    """

    def __init__(self, path: str):
        self._path = path
        self._begin()

    def _begin(self) -> None:
        self._end, self.exists = 0, False
        self._unread: str | None = None
        self._unreadable = 0
        # By the output's name and stamp, of which the digest is held; by size and content.
        self._lines: dict[bytes, Line] = {}
        self._contents: dict[int, dict[str, list[Line]]] = {}
        self._in_place: set[bytes] = set()  # digests of names

    def read(self) -> None:
        """Read the lines that were added."""
        stamp = Stamp.at(self._path)
        if stamp is None:
            return
        if stamp.size < self._end:
            self._begin()
        self.exists = True
        if stamp.size > self._end:
            try:
                with open_regular(self._path) as stream:
                    stream.seek(self._end)
                    for line in stream:
                        # The last may be on its way yet, or was cut off: then its output never
                        # took its name.
                        if line.endswith(b"\n"):
                            self._end += len(line)
                            self._add(line)
            except ImageError as error:
                self._unread = str(error)
            except OSError as error:
                self._unread = f"{displayed(self._path)}: {reason(error)}"

    def of_output(self, name: str, stamp: Stamp) -> Line | None:
        """Return the line of an output as it was written."""
        return self._lines.get(_place(name, stamp))

    def has_content(self, size: int) -> bool:
        """Return whether a picture of so many bytes may be known by its content."""
        return size in self._contents

    def of_content(self, size: int, digest: str) -> list[Line]:
        """Return the lines of pictures filtered in their place that had this content then."""
        return self._contents.get(size, {}).get(digest, [])

    def has_in_place(self, name: str) -> bool:
        """Return whether a picture of this name was filtered in its place, whatever it is now."""
        return _digest(name) in self._in_place

    @property
    def damage(self) -> str | None:
        """What of the record can't be read, in words; None where all can."""
        if self._unread is not None:
            return self._unread
        if not self._unreadable:
            return None
        lines = "1 line" if self._unreadable == 1 else f"{self._unreadable} lines"
        return f"{displayed(self._path)}: {lines} can't be read"

    def _add(self, line: bytes) -> None:
        if line.isspace() or line.endswith(CUT):
            return
        try:
            said = json.loads(line)
            how = sys.intern(json.dumps(said.get("how", said.get("filter"))))
            known = said.get("version", VERSION) == VERSION
            found = Line(mark(said), said["key"], how) if known else Line(None, None, how)
            stamp = Stamp(*said["output_is"])
            self._lines[_place(said["output"], stamp)] = found
            if "content" in said:
                self._in_place.add(_digest(said["output"]))
                alike = self._contents.setdefault(stamp.size, {})
                alike.setdefault(said["content"], []).append(found)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._unreadable += 1


def mark(said: dict[str, Any]) -> bytes:
    """Return what two lines have in common that say the same of an output.

    Filtered in its place, a picture is its own output, whatever it was before.
    """
    in_place = said["input"] == said["output"]
    words = "output", "key", "output_is", *(() if in_place else ("input", "input_was"))
    return _digest([said[word] for word in words])


def content_of(stream: BinaryIO) -> str:
    """Return the digest of a file's bytes; it stands in records, and must stay as it is."""
    import hashlib

    digest = hashlib.blake2b(digest_size=_MARK)
    stream.seek(0)
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _place(name: str, stamp: Stamp) -> bytes:
    """Return by what the line of an output, as it was written, is found."""
    return _digest([name, stamp])


def _digest(content: Any) -> bytes:
    import hashlib

    return hashlib.blake2b(json.dumps(content).encode(), digest_size=_MARK).digest()
