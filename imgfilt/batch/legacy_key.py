"""The keys in record lines without a version, as earlier versions of imgfilt wrote them.

The keys contain the class and field names of those versions. imgfilt uses the keys to recognize
images that it has already filtered in place, so nothing here may change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..kernel.kernel import Kernel
from .job import Job
from .options import JobOptions
from .recipe import Recipe

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

# The names in today's keys for which there was a legacy key.
_NAMES = {
    *("filter", "kernel", "size", "sigma", "integrated", "integer", "diameter", "sigma-color"),
    *("sigma-space", "fast", "strength", "patch", "search", "engine", "border", "border-value"),
    *("values", "depth", "linear", "region", "frame", "quality", "strip", "background", "mask"),
    *("cells", "caption", "across", "columns", "no-original", "title", "cell-width", "zoom"),
    *("reference", "format"),
}


def legacy_key(job: Job, options: JobOptions, values: Mapping[str, Any]) -> str | None:
    """Return the legacy key of a job, or None if the job uses something newer.

    Parameters
    ----------
    job : Job
    options : JobOptions
    values : mapping
        The job's record_key.decisive_values.
    """
    cells = values.get("cells", [values])
    if not all(_NAMES.issuperset(names) for names in (values, *cells)):
        return None
    if any(cell["filter"] not in _FILTERS or len(cell.get("region", ())) > 1 for cell in cells):
        return None
    steps = [_convert_step(cell, recipe) for cell, recipe in zip(cells, job.recipes, strict=True)]
    content = json.dumps([job.format, job.figure, _convert_job_options(options), steps])
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _convert_step(values: Mapping[str, Any], recipe: Recipe) -> list[Any]:
    (step,) = recipe.steps
    kind, fields = _FILTERS[values["filter"]]
    options = _convert_fields(_OPTIONS, step.options)
    options["region"] = values["region"][0] if "region" in values else None
    return [_convert_record(kind, fields, step.filter), {"Options": options}, recipe.caption]


def _convert_job_options(options: JobOptions) -> dict[str, Any]:
    before = _convert_fields("frame quality strip background", options)
    layout = {"layout": _convert_record("Layout", _LAYOUT, options.layout)}
    return {
        "Settings": before
        | layout
        | _convert_fields("columns_given original reference mask", options)
    }


def _convert_record(kind: str, fields: str, record: Any) -> dict[str, Any]:
    return {kind: _convert_fields(fields, record)}


def _convert_fields(fields: str, record: Any) -> dict[str, Any]:
    return {name: _to_json(getattr(record, name)) for name in fields.split()}


def _to_json(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(np.ascontiguousarray(value).data).hexdigest()
        return [value.dtype.str, list(value.shape), digest]
    if isinstance(value, tuple | list):
        return [_to_json(element) for element in value]
    if isinstance(value, Kernel):
        return f"Kernel({value.weights.tolist()}, origin={value.origin})"
    return value if value is None or isinstance(value, str | bool | int) else repr(value)
