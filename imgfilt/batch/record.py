"""The record beside the outputs, `.imgfilt.jsonl`: of what, and how, each of them was made.

The machines of a cluster each have their own, `.imgfilt-MACHINE.jsonl`: on network storage two
that add lines to one file at once overwrite each other's.

A line is added before its output takes its name, and tells what status the output will have
then: if it never comes to that, the line says something that isn't so, and the job is done again.
"""

from __future__ import annotations

import glob
import json
import os
import platform
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ImageError
from ..files import Lines, displayed, open_regular, real
from .description import describe
from .job import Job

if TYPE_CHECKING:
    from .key import Key

NAME, _OF_MACHINE, NAMES = ".imgfilt.jsonl", ".imgfilt-{}.jsonl", ".imgfilt*.jsonl"

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


class Records:
    """What the records of the outputs' folders say: each is read when it is first asked.

    Others may add to them at the same time. A copy in another process reads them anew.

    Parameters
    ----------
    per_machine : bool
        Whether lines are added to the record of this machine alone.
    """

    def __init__(self, per_machine: bool = False) -> None:
        self._per_machine = per_machine
        self._folders: dict[str, list[_Record]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Records, (self._per_machine,)

    def is_done(self, job: Job, key: Key) -> bool:
        """Return whether a job's output is there, made of the input as it is, in the same way."""
        output = Stamp.at(job.target)
        if output is None:
            return False
        said = _said(job, key, Stamp.at(job.sources[0]), output)
        wanted = {_mark(said | {"key": digest}) for digest in (key.digest, key.former) if digest}
        found = [line.mark for line in self._lines(job.target, output)]
        return bool(found) and wanted.issuperset(found)

    def made(self, path: str) -> str | None:
        """Return how a file, as it is, was made, in words; None where no record has it so."""
        stamp = Stamp.at(path)
        lines = [] if stamp is None else self._lines(path, stamp)
        return lines[0].how if lines else None

    def exist_beside(self, path: str) -> bool:
        """Return whether there is a record beside a file."""
        return any(record.exists for record in self._read(path))

    def add(self, job: Job, key: Key, source: Stamp | None, output: os.stat_result) -> None:
        """Add the line of a job whose output is about to take its name.

        Parameters
        ----------
        job : Job
        key : Key
            How the output was made.
        source : Stamp, optional
            Of the input as it was read.
        output : os.stat_result
            The status that the output will have.

        Raises
        ------
        OutputError
            When it can't be written: then the output mustn't be, either.
        """
        said = _said(job, key, source, Stamp.of(output))
        with closing(Lines(self._path(_folder_of(job.target)))) as lines:
            # In its place it would be filtered twice, if the line were lost with the power.
            lines.add(said, durable=job.in_place)

    def _lines(self, target: str, output: Stamp) -> list[_Line]:
        """Return what the records say of an output as it is."""
        place = _place(os.path.basename(real(target)), output)
        return [record.lines[place] for record in self._read(target) if place in record.lines]

    def _read(self, target: str) -> list[_Record]:
        """Return the records of an output's folder, with what has been added to them by now."""
        folder = _folder_of(target)
        if folder not in self._folders:
            found = glob.glob(os.path.join(glob.escape(folder), NAMES))
            self._folders[folder] = [_Record(path) for path in {*found, self._path(folder)}]
        for record in self._folders[folder]:
            record.read()
        return self._folders[folder]

    def _path(self, folder: str) -> str:
        """Return where lines are added of outputs in a folder."""
        return os.path.join(
            folder, _OF_MACHINE.format(platform.node()) if self._per_machine else NAME
        )


class _Line(NamedTuple):
    """A line: a mark that it has in common with those that say the same; how it was, in words.

    There is no mark where a version other than 2 is written in it: its key means another thing.
    """

    mark: bytes | None
    how: str


class _Record:
    """One record of a folder: the last line of each output as it was written.

    Attributes
    ----------
    exists : bool
        Whether there is such a file.
    lines : dict of bytes to _Line
        By the output's name and stamp, of which the digest is held.
    """

    def __init__(self, path: str):
        self._path = path
        self._begin()

    def _begin(self) -> None:
        self._end, self.exists = 0, False
        self.lines: dict[bytes, _Line] = {}

    def read(self) -> None:
        """Read the lines that were added."""
        stamp = Stamp.at(self._path)
        if stamp is None:
            return
        if stamp.size < self._end:
            self._begin()
        self.exists = True
        if stamp.size > self._end:
            with suppress(ImageError, OSError), open_regular(self._path) as stream:
                stream.seek(self._end)
                for line in stream:
                    # The last may be on its way yet.
                    if line.endswith(b"\n"):
                        self._end += len(line)
                        with suppress(ValueError, TypeError, KeyError, AttributeError):
                            self._add(json.loads(line))

    def _add(self, said: dict[str, Any]) -> None:
        how = sys.intern(displayed(describe(said.get("how", said.get("filter")))))
        known = said.get("version", VERSION) == VERSION
        place = _place(said["output"], Stamp(*said["output_is"]))
        self.lines[place] = _Line(_mark(said) if known else None, how)


def _folder_of(target: str) -> str:
    """Return an output's folder: that which it is in, not a link to it."""
    return os.path.dirname(real(target) if os.path.islink(target) else target)


def _said(job: Job, key: Key, source: Stamp | None, output: Stamp) -> dict[str, Any]:
    """Return the line of a job."""
    target = real(job.target)
    return {
        "version": VERSION,
        "output": os.path.basename(target),
        "how": key.how,
        "key": key.digest,
        "input": _from(os.path.dirname(target), real(job.sources[0])),
        "input_was": source,
        "output_is": output,
    }


def _from(folder: str, path: str) -> str:
    """Return a path from a folder, so that both can be moved, where there is one."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:
        return path  # of another drive


def _mark(said: dict[str, Any]) -> bytes:
    """Return what two lines have in common that say the same of an output.

    Filtered in its place, a picture is its own output, whatever it was before.
    """
    in_place = said["input"] == said["output"]
    words = "output", "key", "output_is", *(() if in_place else ("input", "input_was"))
    return _digest([said[word] for word in words])


def _place(name: str, stamp: Stamp) -> bytes:
    """Return by what the line of an output, as it was written, is found."""
    return _digest([name, stamp])


def _digest(content: Any) -> bytes:
    import hashlib

    return hashlib.blake2b(json.dumps(content).encode(), digest_size=_MARK).digest()
