"""The key of a job: a digest of everything that decides its output, except the input.

Records keep keys for years. So the names in a key, the defaults that are left out and the notation
of values must never change; they don't depend on names of classes or fields in the code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from ..errors import CommandError
from ..filters import FILTERS, Filter
from ..image import format_from_suffix
from ..kernel.kernel import Kernel
from ..pipeline.chain import Step
from .job import Job
from .legacy_key import legacy_key
from .options import JobOptions
from .recipe import Recipe


class RecordKey(NamedTuple):
    """How an output is made.

    Attributes
    ----------
    digest : str
        The same for two jobs that make the same output of the same input.
    legacy : str or None
        The key in record lines without a version; None if those versions couldn't do the job.
    how : mapping
        The filter and the options that were given, for people.
    """

    digest: str
    legacy: str | None
    how: Mapping[str, Any]


class Item(NamedTuple):
    """How a key gets the value for one of its names.

    Attributes
    ----------
    fields : str
        The fields of the options that the value depends on, separated by spaces.
    default : object
        If the value is the default, the name is left out of the key.
    value : callable
        Returns the value from the options.
    """

    fields: str
    default: Any
    value: Callable[[Any], Any]


def _field_item(name: str, default: Any) -> Item:
    return Item(name, default, lambda options: getattr(options, name))


def _layout_item(name: str, default: Any = None) -> Item:
    return Item(f"layout {name}", default, lambda options: getattr(options.layout, name))


def _get_border_value(options: Any) -> Any:
    """Return the border's value, or 0 if the border has none."""
    if options.border != "constant":
        return 0
    values = options.border_value
    return values[0] if isinstance(values, tuple) and len(values) == 1 else values


def _sort_regions(options: Any) -> list[Any]:
    """Return the rectangles that are filtered, sorted; [] if the whole image is filtered."""
    return sorted(set(options.region))


# A new option gets a line here or a word in WITHOUT_EFFECT; a test compares both with the fields.
OPTIONS = {
    "engine": _field_item("engine", "auto"),
    "border": _field_item("border", "reflect"),
    "border-value": Item("border border_value", 0, _get_border_value),
    "values": _field_item("values", "clip"),
    "depth": _field_item("depth", None),
    "linear": _field_item("linear", False),
    "ignore-nan": _field_item("ignore_nan", False),
    "nodata": _field_item("nodata", None),
    "region": Item("region", [], _sort_regions),
}
JOB_OPTIONS = {
    "frame": _field_item("frame", None),
    "axes": _field_item("axes", None),
    "alpha": _field_item("alpha", None),
    "quality": _field_item("quality", None),
    "compression": _field_item("compression", None),
    "strip": _field_item("strip", False),
    "background": _field_item("background", None),
    "mask": _field_item("mask", None),
    "exact": _field_item("exact", False),
}
FIGURE = {
    "columns": Item("columns_given layout columns", None, lambda o: o.given_columns),
    "no-original": Item("original", False, lambda options: not options.original),
    "title": _layout_item("title"),
    "cell-width": _layout_item("cell_width"),
    "zoom": _layout_item("zoom"),
    "figure-width": _layout_item("figure_width"),
    "dpi": _layout_item("dpi"),
    "caption-size": _layout_item("caption_size", 9),
    "captions": _layout_item("captions", "above"),
    "letters": _layout_item("letters", False),
    "font": _layout_item("font"),
    "page": Item("layout background", True, lambda options: options.layout.background is not None),
    "inset": _layout_item("insets", []),
    "numbers": _layout_item("numbers", False),
    "reference": _field_item("reference", None),
    "show-reference": _field_item("show_reference", False),
    "noise": _field_item("noise", None),
    "difference": _field_item("difference", None),
    "animate": _field_item("animate", None),
}
# Fields that don't change the output, or that follow from the other fields.
WITHOUT_EFFECT = {
    *("workers", "max_pixels", "strict", "verbose", "count_clipped", "is_grid"),
    *("preserve", "first_row", "labels", "timed", "command"),
}


class RecordKeys:
    """Makes the keys of jobs; jobs that share their recipes share a key, which is made once."""

    def __init__(self, options: JobOptions):
        self._options = options
        # The recipes are kept: after they are freed, another object could get their id.
        self._known: dict[tuple[object, ...], tuple[tuple[Recipe, ...], RecordKey]] = {}

    def key_of(self, job: Job) -> RecordKey:
        """Return the key of a job."""
        format = _format_without_suffix(job)
        shared = id(job.recipes), format, job.frame
        if shared not in self._known:
            self._known[shared] = job.recipes, self._make(job, format)
        return self._known[shared][1]

    def _make(self, job: Job, format: str | None) -> RecordKey:
        options = job.adapt(self._options)
        values, how = decisive_values(job, options), _describe_job(job, options)
        if format is not None:
            values["format"] = how["format"] = format
        digest = _digest(json.dumps(values, sort_keys=True).encode())
        return RecordKey(digest, legacy_key(job, options, values), how)


def decisive_values(job: Job, options: JobOptions) -> dict[str, Any]:
    """Return all values that decide a job's output, except its inputs, as JSON can write them."""
    shared = _without_defaults(JOB_OPTIONS, options)
    if not job.figure:
        (recipe,) = job.recipes
        return _recipe_values(recipe) | shared
    cells = [_recipe_values(recipe) | {"caption": recipe.caption} for recipe in job.recipes]
    across = {"across": job.recipes[0].across} if job.recipes[0].across else {}
    names = {"names": job.names} if any(job.names) else {}
    return {"cells": cells} | across | names | shared | _without_defaults(FIGURE, options)


def _recipe_values(recipe: Recipe) -> dict[str, Any]:
    chain = [_step_values(step) for step in recipe.steps]
    return chain[0] if len(chain) == 1 else {"chain": chain}


def _step_values(step: Step) -> dict[str, Any]:
    values: dict[str, Any] = {"filter": _filter_name(step.filter)}
    for name, value in step.filter.effective_parameters().items():
        values[name.replace("_", "-")] = _to_json(value)
    return values | _without_defaults(OPTIONS, step.options)


def _describe_job(job: Job, options: JobOptions) -> dict[str, Any]:
    """Return how a job makes its output, for people."""
    if job.figure:
        return {"figure": [recipe.caption for recipe in job.recipes]}
    (recipe,) = job.recipes
    words = recipe.words if len(recipe.steps) == 1 else {}
    chain = [_describe_step(step, {**step.filter.given_texts, **words}) for step in recipe.steps]
    values = chain[0] if len(chain) == 1 else {"chain": chain}
    return values | _without_defaults(JOB_OPTIONS, options)


def _describe_step(step: Step, words: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {"filter": _filter_name(step.filter)}
    for parameter in step.filter.parameters():
        value = getattr(step.filter, parameter.name)
        if value is None or value is False:
            continue
        if not isinstance(value, int | float):  # A kernel, a pair, a fraction: as it was typed.
            value = words.get(parameter.name, str(value))
        values[parameter.option.removeprefix("--")] = _to_json(value)
    return values | _without_defaults(OPTIONS, step.options)


def _filter_name(filt: Filter) -> str:
    return next(name for name, kind in FILTERS.items() if type(filt) is kind)


def _without_defaults(items: Mapping[str, Item], options: Any) -> dict[str, Any]:
    """Return the values of items for some options, without those that have their default."""
    values = {name: _to_json(item.value(options)) for name, item in items.items()}
    return {name: value for name, value in values.items() if value != items[name].default}


def _format_without_suffix(job: Job) -> str | None:
    """Return the format that `-f` names if the output's suffix names none, else None."""
    if job.format is None:
        return None
    try:
        format_from_suffix(job.target)
    except CommandError:
        return job.format
    return None


def _to_json(value: Any) -> Any:
    """Return a value as JSON can write it; equal numbers are written in the same way."""
    if isinstance(value, Mapping):
        return {name: _to_json(element) for name, element in value.items()}
    if isinstance(value, tuple | list):
        return [_to_json(element) for element in value]
    if isinstance(value, np.ndarray):
        content = np.ascontiguousarray(value).data
        return {"size": list(value.shape), "depth": value.dtype.name, "content": _digest(content)}
    if isinstance(value, bytes):
        return _digest(value)
    if isinstance(value, Kernel):
        exact = json.dumps([value.rational.numerators, value.rational.denominator])
        size, origin = list(value.shape), list(value.origin)
        return {"size": size, "origin": origin, "weights": _digest(exact.encode())}
    if isinstance(value, float) and abs(value) < 2**53 and value.is_integer():
        return int(value)
    return str(value) if isinstance(value, Fraction) else value


def _digest(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
