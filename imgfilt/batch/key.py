"""Keys: a digest of all that an output depends on beside its input."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import numpy as np

from .job import Job, Step
from .settings import Settings

# What doesn't change a picture: who computes it, and what is refused.
_WITHOUT_EFFECT = {"workers", "threads", "max_pixels", "strict", "measured", "tallied"}


class Keys:
    """The keys of jobs that share their steps, of which each is made once."""

    def __init__(self, settings: Settings):
        self._settings = settings
        # With the steps, whose identity would else be another's one day.
        self._known: dict[int, tuple[tuple[Step, ...], str]] = {}

    def __call__(self, job: Job) -> str:
        """Return the key of a job."""
        known = self._known.get(id(job.steps))
        if known is None:
            steps = [(step.filter, step.options, step.caption) for step in job.steps]
            content = json.dumps(_plain([job.format, job.figure, self._settings, steps]))
            known = job.steps, hashlib.sha256(content.encode()).hexdigest()[:32]
            self._known[id(job.steps)] = known
        return known[1]


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
