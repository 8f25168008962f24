"""Keys: what decides an output beside its input, in the words of the command line.

Records are compared by them for years. So a name here, a default that isn't written, and how a
value is written must stay as they are; no name of Python's stands in a key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..errors import CommandError
from ..filters import FILTERS, Filter
from ..image import format_of
from ..kernel.kernel import Kernel
from .job import Job, Step
from .job_options import Settings
from .legacy_key import former_key


class Key(NamedTuple):
    """How an output is made.

    Attributes
    ----------
    digest : str
        Of the canonical text: equal where outputs of one input are equal.
    former : str or None
        What lines without a version have instead; None for what they could not say.
    how : mapping
        For people: the filter, and the options that were given.
    """

    digest: str
    former: str | None
    how: Mapping[str, Any]


class Item(NamedTuple):
    """Where a name of the key gets its value, and the value with which it isn't written.

    `fields` are the fields of the record that the value depends on.
    """

    fields: str
    default: Any
    value: Callable[[Any], Any]


def _field(name: str, default: Any) -> Item:
    return Item(name, default, lambda record: getattr(record, name))


def _layout(name: str) -> Item:
    return Item(f"layout {name}", None, lambda settings: getattr(settings.layout, name))


def _border_value(options: Any) -> Any:
    """Return the border's value, one or a list, where the border has one."""
    if options.border != "constant":
        return 0
    values = options.border_value
    return values[0] if isinstance(values, tuple) and len(values) == 1 else values


def _regions(options: Any) -> list[Any]:
    """Return the rectangles that are filtered, in an order of their own; none where all is."""
    return sorted(set(options.region))


# A new option gets a line here or a word in WITHOUT_EFFECT; a test compares them with the fields.
OPTIONS = {
    "engine": _field("engine", "auto"),
    "border": _field("border", "reflect"),
    "border-value": Item("border border_value", 0, _border_value),
    "values": _field("values", "clip"),
    "depth": _field("depth", None),
    "linear": _field("linear", False),
    "region": Item("region", [], _regions),
}
SETTINGS = {
    "frame": _field("frame", None),
    "axes": _field("axes", None),
    "alpha": _field("alpha", None),
    "quality": _field("quality", None),
    "strip": _field("strip", False),
    "background": _field("background", None),
    "mask": _field("mask", None),
}
FIGURE = {
    "columns": Item(
        "columns_given layout columns",
        None,
        lambda s: s.layout.columns if s.columns_given else None,
    ),
    "no-original": Item("original", False, lambda settings: not settings.original),
    "title": _layout("title"),
    "cell-width": _layout("cell_width"),
    "zoom": _layout("zoom"),
    "reference": _field("reference", None),
}
# Who computes it, what is refused or said, and what follows from the rest.
WITHOUT_EFFECT = {
    *("workers", "threads", "max_pixels", "strict", "measured", "tallied"),
    *("preserve", "first_row"),
}


class Keys:
    """The keys of jobs that share their steps, of which each is made once."""

    def __init__(self, settings: Settings):
        self._settings = settings
        # With the steps, whose identity would else be another's one day.
        self._known: dict[tuple[int, str | None], tuple[tuple[Step, ...], Key]] = {}

    def __call__(self, job: Job) -> Key:
        """Return the key of a job."""
        form = _format_beside_name(job)
        known = self._known.get((id(job.steps), form))
        if known is None:
            known = job.steps, self._made(job, form)
            self._known[id(job.steps), form] = known
        return known[1]

    def _made(self, job: Job, form: str | None) -> Key:
        words, said = settings_that_decide(job, self._settings), _description(job, self._settings)
        if form is not None:
            words["format"] = said["format"] = form
        digest = _digest(json.dumps(words, sort_keys=True).encode())
        return Key(digest, former_key(job, self._settings, words), said)


def settings_that_decide(job: Job, settings: Settings) -> dict[str, Any]:
    """Return what decides a job's output beside its inputs and its name, as json can write it."""
    shared = _written(SETTINGS, settings)
    if not job.figure:
        (step,) = job.steps
        return _step(step) | shared
    cells = [_step(step) | {"caption": step.caption} for step in job.steps]
    across = {"across": job.steps[0].across} if job.steps[0].across else {}
    return {"cells": cells} | across | shared | _written(FIGURE, settings)


def _step(step: Step) -> dict[str, Any]:
    words: dict[str, Any] = {"filter": _name(step.filter)}
    for name, value in step.filter.effective_parameters().items():
        words[name.replace("_", "-")] = _plain(value)
    return words | _written(OPTIONS, step.options)


def _description(job: Job, settings: Settings) -> dict[str, Any]:
    if job.figure:
        return {"figure": [step.caption for step in job.steps]}
    (step,) = job.steps
    said: dict[str, Any] = {"filter": _name(step.filter)}
    for parameter in step.filter.parameters():
        value = getattr(step.filter, parameter.name)
        if value is None or value is False:
            continue
        if not isinstance(value, int | float):  # a kernel, a pair, a fraction: as it was typed
            value = step.words.get(parameter.name, str(value))
        said[parameter.option.removeprefix("--")] = _plain(value)
    return said | _written(OPTIONS, step.options) | _written(SETTINGS, settings)


def _name(filt: Filter) -> str:
    return next(name for name, kind in FILTERS.items() if type(filt) is kind)


def _written(items: Mapping[str, Item], record: Any) -> dict[str, Any]:
    """Return what items say of a record, without what has its default."""
    values = {name: _plain(item.value(record)) for name, item in items.items()}
    return {name: value for name, value in values.items() if value != items[name].default}


def _format_beside_name(job: Job) -> str | None:
    """Return the format that was asked for, where the output's name doesn't say it."""
    try:
        format_of(job.target)
    except CommandError:
        return job.format
    return None


def _plain(value: Any) -> Any:
    """Return a value as json can write it; equal numbers are written alike."""
    if isinstance(value, Mapping):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    if isinstance(value, np.ndarray):
        content = np.ascontiguousarray(value).data
        return {"size": list(value.shape), "depth": value.dtype.name, "content": _digest(content)}
    if isinstance(value, Kernel):
        exact = json.dumps([value.rational.numerators, value.rational.denominator])
        size, origin = list(value.shape), list(value.origin)
        return {"size": size, "origin": origin, "weights": _digest(exact.encode())}
    if isinstance(value, float) and abs(value) < 2**53 and value.is_integer():
        return int(value)
    return value


def _digest(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
