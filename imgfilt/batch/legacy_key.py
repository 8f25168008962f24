"""Former keys: those of a record's lines without a version, for what they could say.

They named classes and fields as these were called then, and had captions as they were typed. A
picture filtered in its place is known by them, so all of this stays as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..kernel.kernel import Kernel
from .job import Job, Step
from .job_options import Settings

_FILTERS = {
    "convolve": ("Convolve", "kernel size correlate origin scale normalize"),
    "blur": ("Blur", "size"),
    "gaussian": ("Gaussian", "size sigma integrated integer"),
    "median": ("Median", "size"),
    "bilateral": ("Bilateral", "diameter sigma_color sigma_space fast"),
    "nlmeans": ("NLMeans", "strength patch search"),
}
_OPTIONS = "engine border border_value values depth linear region"
_LAYOUT = "columns title cell_width zoom first_row"

# All that they could say, in words of today's keys.
_KNOWN = {
    *("filter", "kernel", "size", "sigma", "integrated", "integer", "diameter", "sigma-color"),
    *("sigma-space", "fast", "strength", "patch", "search", "engine", "border", "border-value"),
    *("values", "depth", "linear", "region", "frame", "quality", "strip", "background", "mask"),
    *("cells", "caption", "across", "columns", "no-original", "title", "cell-width", "zoom"),
    *("reference", "format"),
}


def former_key(job: Job, settings: Settings, words: Mapping[str, Any]) -> str | None:
    """Return the former key of a job, or None where there was none for what decides it today.

    Parameters
    ----------
    job : Job
    settings : Settings
    words : mapping
        What decides its output: see key.settings_that_decide.
    """
    cells = words.get("cells", [words])
    if not all(_KNOWN.issuperset(each) for each in (words, *cells)):
        return None
    if any(cell["filter"] not in _FILTERS or len(cell.get("region", ())) > 1 for cell in cells):
        return None
    steps = [_step(cell, step) for cell, step in zip(cells, job.steps, strict=True)]
    content = json.dumps([job.format, job.figure, _settings(settings), steps])
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _step(words: Mapping[str, Any], step: Step) -> list[Any]:
    kind, fields = _FILTERS[words["filter"]]
    options = _fields(_OPTIONS, step.options)
    options["region"] = words["region"][0] if "region" in words else None
    return [_record(kind, fields, step.filter), {"Options": options}, step.caption]


def _settings(settings: Settings) -> dict[str, Any]:
    before = _fields("frame quality strip background", settings)
    layout = {"layout": _record("Layout", _LAYOUT, settings.layout)}
    return {
        "Settings": before | layout | _fields("columns_given original reference mask", settings)
    }


def _record(kind: str, fields: str, record: Any) -> dict[str, Any]:
    return {kind: _fields(fields, record)}


def _fields(fields: str, record: Any) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in fields.split()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(np.ascontiguousarray(value).data).hexdigest()
        return [value.dtype.str, list(value.shape), digest]
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    if isinstance(value, Kernel):
        return f"Kernel({value.weights.tolist()}, origin={value.origin})"
    return value if value is None or isinstance(value, str | bool | int) else repr(value)
