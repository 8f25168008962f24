"""The record in the outputs' folder, `.imgfilt.jsonl`: for each output, a line on how it was made.

On a cluster each machine writes another file, `.imgfilt-MACHINE.jsonl`: two machines that append to
one file on network storage overwrite each other's lines.

A line is added before its output takes its name, with the size and time that the output will have.
If the output never takes its name, the line matches no file and the job is done again.
"""

from __future__ import annotations

import os
import platform
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ..errors import ImageError
from ..files import JsonLinesFile, open_regular, real_path
from .earlier_run import EarlierRun
from .job import Job
from .record_file import VERSION, FileStamp, RecordFile, RecordLine, content_digest, line_digest

if TYPE_CHECKING:
    from .record_key import RecordKey

NAME, _NAME_OF_MACHINE, NAMES = ".imgfilt.jsonl", ".imgfilt-{}.jsonl", ".imgfilt*.jsonl"


class Records:
    """The records of the outputs' folders; each is read when it is first needed.

    Other processes may add to them at the same time. A copy in another process reads them anew.

    Parameters
    ----------
    per_machine : bool
        Whether lines are added to the file of this machine.
    """

    def __init__(self, per_machine: bool = False) -> None:
        self._per_machine = per_machine
        self._folders: dict[str, list[RecordFile]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Records, (self._per_machine,)

    def is_done(self, job: Job, key: RecordKey) -> bool:
        """Return whether a job's output was made of the unchanged input in the same way.

        An image that was filtered in place is recognized by its content, too.
        """
        output = FileStamp.at(job.target)
        if output is None:
            return False
        line = _make_line(job, key, FileStamp.at(job.sources[0]), output)
        expected = {line_digest(line | {"key": text}) for text in (key.digest, key.legacy) if text}
        if found := [line.digest for line in self._find_lines(job.target, output)]:
            return expected.issuperset(found)
        lines = self._find_lines_by_content(job.target, output) if job.is_in_place else []
        return key.digest in [line.key for line in lines]

    def earlier_run(self, path: str) -> EarlierRun | None:
        """Return how a file, as it is now, was made; None if no record says so."""
        import json

        stamp = FileStamp.at(path)
        if stamp is None:
            return None
        lines = self._find_lines(path, stamp) or self._find_lines_by_content(path, stamp)
        return EarlierRun(json.loads(lines[-1].how), lines[-1].key is not None) if lines else None

    def changed_since(self, path: str) -> bool:
        """Return whether an image was filtered in place and has changed since."""
        name = os.path.basename(real_path(path))
        filtered = any(record.was_filtered_in_place(name) for record in self._read(path))
        return filtered and self.earlier_run(path) is None

    def damage(self, path: str) -> str | None:
        """Return, in words, which parts of a folder's records can't be read; None if all can."""
        return ", ".join(filter(None, (record.damage for record in self._read(path)))) or None

    def has_record(self, path: str) -> bool:
        """Return whether there is a record in a file's folder."""
        return any(record.exists for record in self._read(path))

    def add(self, job: Job, key: RecordKey, source: FileStamp | None, output: int) -> None:
        """Add the line of a job whose output is about to take its name.

        Parameters
        ----------
        job : Job
        key : RecordKey
        source : FileStamp, optional
            The input's, from before it was read.
        output : int
            A descriptor of the output, open for reading.

        Raises
        ------
        OutputError
            When the line can't be written; then the output must not be written either.
        """
        line = _make_line(job, key, source, FileStamp.of(os.fstat(output)))
        if job.is_in_place:
            with open(output, "rb", closefd=False) as stream:
                line["content"] = content_digest(stream)
        with closing(JsonLinesFile(self._record_path(_folder_of(job.target)))) as file:
            # If the line were lost in a power cut, an image in place would be filtered twice.
            file.add(line, durable=job.is_in_place)

    def _find_lines(self, target: str, output: FileStamp) -> list[RecordLine]:
        """Return the lines of an output with this stamp."""
        name = os.path.basename(real_path(target))
        lines = (record.find_line(name, output) for record in self._read(target))
        return [line for line in lines if line is not None]

    def _find_lines_by_content(self, path: str, stamp: FileStamp) -> list[RecordLine]:
        """Return the lines of images that were filtered in place, with this file's content now."""
        records = [record for record in self._read(path) if record.has_content(stamp.size)]
        if not records:
            return []
        try:
            with open_regular(path) as stream:
                content = content_digest(stream)
        except (ImageError, OSError):
            return []
        return [
            line for record in records for line in record.find_lines_by_content(stamp.size, content)
        ]

    def _read(self, target: str) -> list[RecordFile]:
        """Return the records of an output's folder, with the lines that were added meanwhile."""
        folder = _folder_of(target)
        if folder not in self._folders:
            import glob

            paths = glob.glob(os.path.join(glob.escape(folder), NAMES))
            self._folders[folder] = [
                RecordFile(path) for path in {*paths, self._record_path(folder)}
            ]
        for record in self._folders[folder]:
            record.read()
        return self._folders[folder]

    def _record_path(self, folder: str) -> str:
        """Return the file to which lines are added for outputs in a folder."""
        name = _NAME_OF_MACHINE.format(platform.node()) if self._per_machine else NAME
        return os.path.join(folder, name)


def _folder_of(target: str) -> str:
    """Return the folder of an output; if the output is a link, the folder of the file behind it."""
    return os.path.dirname(real_path(target) if os.path.islink(target) else target)


def _make_line(
    job: Job, key: RecordKey, source: FileStamp | None, output: FileStamp
) -> dict[str, Any]:
    """Return the line of a job, as JSON can write it."""
    target = real_path(job.target)
    return {
        "version": VERSION,
        "output": os.path.basename(target),
        "how": key.how,
        "key": key.digest,
        "input": _relative_path(real_path(job.sources[0]), os.path.dirname(target)),
        "input_was": source,
        "output_is": output,
    }


def _relative_path(path: str, folder: str) -> str:
    """Return a path relative to a folder, so that both can be moved together."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:
        return path  # On Windows, it is on another drive.
