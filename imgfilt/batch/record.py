"""The record beside the outputs, `.imgfilt.jsonl`: of what, and how, each of them was made.

A line is added before its output takes its name, and tells what status the output will have
then: if it never comes to that, the line says something that isn't so, and the job is done again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from contextlib import closing, suppress
from typing import Any, NamedTuple

import numpy as np

from ..errors import ImageError
from ..files import Lines, open_regular, real
from .job import Job
from .settings import Settings

NAME = ".imgfilt.jsonl"

# What doesn't change a picture: who computes it, and what is refused.
_WITHOUT_EFFECT = {"workers", "threads", "max_pixels", "measured"}


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
    """What the records of the outputs' folders say, each read when it is first asked."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._folders: dict[str, dict[str, Any]] = {}
        self._keys: dict[int, str] = {}

    def is_done(self, job: Job) -> bool:
        """Return whether a job's output is there, made of the input as it is, in the same way."""
        output = Stamp.at(job.target)
        if output is None:
            return False
        source, target = real(job.sources[0]), real(job.target)
        folder, name = os.path.split(target)
        if folder not in self._folders:
            self._folders[folder] = _read(os.path.join(folder, NAME))
        said = self._folders[folder].get(name, {})
        if (said.get("key"), said.get("output_is")) != (self._key(job), list(output)):
            return False
        # Filtered in its place, a picture is its own output, whatever it was before.
        was = said.get("input"), said.get("input_was")
        return source == target or was == (source, list(Stamp.at(source) or ()))

    def add(self, job: Job, source: Stamp | None, output: os.stat_result) -> None:
        """Add the line of a job whose output is about to take its name.

        Raises
        ------
        OutputError
            When it can't be written: then the output mustn't be, either.
        """
        target = real(job.target)
        said = {
            "output": os.path.basename(target),
            "filter": [step.caption for step in job.steps],
            "key": self._key(job),
            "input": real(job.sources[0]),
            "input_was": source,
            "output_is": Stamp.of(output),
        }
        with closing(Lines(os.path.join(os.path.dirname(target), NAME))) as lines:
            # In its place it would be filtered twice, if the line were lost with the power.
            lines.add(said, durable=real(job.sources[0]) == target)

    def _key(self, job: Job) -> str:
        """Return a digest of all that a job's output depends on beside its input."""
        # Thousands of jobs share their steps.
        if id(job.steps) not in self._keys:
            steps = [(step.filter, step.options, step.caption) for step in job.steps]
            content = json.dumps(_plain([job.format, job.figure, self._settings, steps]))
            self._keys[id(job.steps)] = hashlib.sha256(content.encode()).hexdigest()[:32]
        return self._keys[id(job.steps)]


def _read(path: str) -> dict[str, Any]:
    """Return the last line of each output; lines that aren't whole are none."""
    found: dict[str, Any] = {}
    with suppress(ImageError), open_regular(path) as stream:
        for line in stream:
            with suppress(ValueError, TypeError, KeyError):
                said = json.loads(line)
                found[said["output"]] = said
    return found


def _plain(value: Any) -> Any:
    """Return what json can write, and that differs where a value does."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        kept = {name: _plain(held) for name, held in fields.items() if name not in _WITHOUT_EFFECT}
        return {type(value).__name__: kept}
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(np.ascontiguousarray(value).data).hexdigest()
        return [value.dtype.str, list(value.shape), digest]
    if isinstance(value, (tuple, list)):
        return [_plain(held) for held in value]
    return value if value is None or isinstance(value, (str, bool, int)) else repr(value)
