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
from contextlib import closing, suppress
from typing import Any, NamedTuple

from ..errors import ImageError
from ..files import Lines, open_regular, real
from .job import Job

NAME, _OF_MACHINE, _ANY = ".imgfilt.jsonl", ".imgfilt-{}.jsonl", ".imgfilt*.jsonl"

_MARK = 16  # bytes


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
    apart : bool
        Whether lines are added to the record of this machine alone.
    """

    def __init__(self, apart: bool = False) -> None:
        self._apart = apart
        self._folders: dict[str, list[_Record]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Records, (self._apart,)

    def is_done(self, job: Job, key: str) -> bool:
        """Return whether a job's output is there, made of the input as it is, in the same way."""
        output = Stamp.at(job.target)
        if output is None:
            return False
        said = _said(job, key, Stamp.at(job.sources[0]), output)
        folder = _folder_of(job.target)
        if folder not in self._folders:
            found = glob.glob(os.path.join(glob.escape(folder), _ANY))
            self._folders[folder] = [_Record(path) for path in {*found, self._path(folder)}]
        return any(_mark(said) in record.marks() for record in self._folders[folder])

    def add(self, job: Job, key: str, source: Stamp | None, output: os.stat_result) -> None:
        """Add the line of a job whose output is about to take its name.

        Raises
        ------
        OutputError
            When it can't be written: then the output mustn't be, either.
        """
        said = _said(job, key, source, Stamp.of(output))
        with closing(Lines(self._path(_folder_of(job.target)))) as lines:
            # In its place it would be filtered twice, if the line were lost with the power.
            lines.add(said, durable=job.in_place)

    def _path(self, folder: str) -> str:
        """Return where lines are added of outputs in a folder."""
        return os.path.join(folder, _OF_MACHINE.format(platform.node()) if self._apart else NAME)


class _Record:
    """One record of a folder: a mark for each line, however often an output was made."""

    def __init__(self, path: str):
        self._path = path
        self._read = 0
        self._marks: set[bytes] = set()

    def marks(self) -> set[bytes]:
        """Return the marks of all lines that are there by now."""
        stamp = Stamp.at(self._path)
        if stamp is not None and stamp.size < self._read:
            self._read, self._marks = 0, set()
        if stamp is not None and stamp.size > self._read:
            with suppress(ImageError, OSError), open_regular(self._path) as stream:
                stream.seek(self._read)
                for line in stream:
                    # The last may be on its way yet.
                    if line.endswith(b"\n"):
                        self._read += len(line)
                        with suppress(ValueError, TypeError, KeyError):
                            self._marks.add(_mark(json.loads(line)))
        return self._marks


def _folder_of(target: str) -> str:
    """Return an output's folder: that which it is in, not a link to it."""
    return os.path.dirname(real(target) if os.path.islink(target) else target)


def _said(job: Job, key: str, source: Stamp | None, output: Stamp) -> dict[str, Any]:
    """Return the line of a job."""
    target = real(job.target)
    return {
        "output": os.path.basename(target),
        "filter": [step.caption for step in job.steps],
        "key": key,
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
    import hashlib

    in_place = said["input"] == said["output"]
    words = "output", "key", "output_is", *(() if in_place else ("input", "input_was"))
    content = json.dumps([said[word] for word in words]).encode()
    return hashlib.blake2b(content, digest_size=_MARK).digest()
