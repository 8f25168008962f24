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
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ImageError
from ..files import Lines, displayed, open_regular, real
from .description import describe, difference
from .job import Job
from .record_file import VERSION, Line, RecordFile, Stamp, content_of, mark

if TYPE_CHECKING:
    from .key import Key

NAME, _OF_MACHINE, NAMES = ".imgfilt.jsonl", ".imgfilt-{}.jsonl", ".imgfilt*.jsonl"


class Made(NamedTuple):
    """How a picture was made.

    Attributes
    ----------
    how : object
        What the record says of it.
    comparable : bool
        Whether its key can be compared with those of this version.
    """

    how: Any
    comparable: bool

    def __str__(self) -> str:
        return displayed(describe(self.how))

    def but_now(self, key: Key) -> str:
        """Return how it was made, and what differs from that in what is asked now, if known."""
        differs = difference(self.how, key.how, self.comparable)
        return f"{self}; now {displayed(differs)}" if differs else str(self)


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
        self._folders: dict[str, list[RecordFile]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Records, (self._per_machine,)

    def is_done(self, job: Job, key: Key) -> bool:
        """Return whether a job's output is there, made of the input as it is, in the same way.

        One that was filtered in its place is known by its content, too.
        """
        output = Stamp.at(job.target)
        if output is None:
            return False
        said = _said(job, key, Stamp.at(job.sources[0]), output)
        wanted = {mark(said | {"key": digest}) for digest in (key.digest, key.former) if digest}
        if found := [line.mark for line in self._lines(job.target, output)]:
            return wanted.issuperset(found)
        alike = self._alike(job.target, output) if job.in_place else []
        return key.digest in [line.key for line in alike]

    def made(self, path: str) -> Made | None:
        """Return how a picture in its place, as it is, was made; None where no record has it so."""
        stamp = Stamp.at(path)
        if stamp is None:
            return None
        lines = self._lines(path, stamp) or self._alike(path, stamp)
        return Made(json.loads(lines[-1].how), lines[-1].key is not None) if lines else None

    def changed_since(self, path: str) -> bool:
        """Return whether a picture was filtered in its place, and is another now."""
        name = os.path.basename(real(path))
        filtered = any(record.has_in_place(name) for record in self._read(path))
        return filtered and self.made(path) is None

    def damage(self, path: str) -> str | None:
        """Return what can't be read of the records beside a file, in words; None where all can."""
        return ", ".join(filter(None, (record.damage for record in self._read(path)))) or None

    def exist_beside(self, path: str) -> bool:
        """Return whether there is a record beside a file."""
        return any(record.exists for record in self._read(path))

    def add(self, job: Job, key: Key, source: Stamp | None, output: int) -> None:
        """Add the line of a job whose output is about to take its name.

        Parameters
        ----------
        job : Job
        key : Key
        source : Stamp, optional
            That of the input, before it was read.
        output : int
            A descriptor of the output, open for reading.

        Raises
        ------
        OutputError
            When it can't be written: then the output mustn't be, either.
        """
        said = _said(job, key, source, Stamp.of(os.fstat(output)))
        if job.in_place:
            with open(output, "rb", closefd=False) as stream:
                said["content"] = content_of(stream)
        with closing(Lines(self._path(_folder_of(job.target)))) as lines:
            # In its place it would be filtered twice, if the line were lost with the power.
            lines.add(said, durable=job.in_place)

    def _lines(self, target: str, output: Stamp) -> list[Line]:
        """Return what the records say of an output as it is."""
        name = os.path.basename(real(target))
        found = (record.of_output(name, output) for record in self._read(target))
        return [line for line in found if line is not None]

    def _alike(self, path: str, stamp: Stamp) -> list[Line]:
        """Return the lines of pictures filtered in their place that had a file's content then."""
        records = [record for record in self._read(path) if record.has_content(stamp.size)]
        if not records:
            return []
        try:
            with open_regular(path) as stream:
                content = content_of(stream)
        except (ImageError, OSError):
            return []
        return [line for record in records for line in record.of_content(stamp.size, content)]

    def _read(self, target: str) -> list[RecordFile]:
        """Return the records of an output's folder, with what has been added to them by now."""
        folder = _folder_of(target)
        if folder not in self._folders:
            found = glob.glob(os.path.join(glob.escape(folder), NAMES))
            self._folders[folder] = [RecordFile(path) for path in {*found, self._path(folder)}]
        for record in self._folders[folder]:
            record.read()
        return self._folders[folder]

    def _path(self, folder: str) -> str:
        """Return where lines are added of outputs in a folder."""
        return os.path.join(
            folder, _OF_MACHINE.format(platform.node()) if self._per_machine else NAME
        )


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
