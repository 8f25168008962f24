"""Describe, in the words of the command line, how an earlier run made an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..files import printable_path, quote_for_shell

if TYPE_CHECKING:
    from .record_key import RecordKey


class EarlierRun(NamedTuple):
    """How an image was made.

    Attributes
    ----------
    how : object
        The `how` of the image's record, written by any version.
    comparable : bool
        Whether the key of the record can be compared with the keys of this version.
    """

    how: Any
    comparable: bool

    def __str__(self) -> str:
        return printable_path(describe(self.how))

    def compared_with(self, key: RecordKey) -> str:
        """Return how the image was made and, if known, how the run with this key differs."""
        differs = describe_difference(self.how, key.how, self.comparable)
        return f"{self}; now {printable_path(differs)}" if differs else str(self)


def describe(how: Any) -> str:
    """Return on one line how an output was made, from the `how` of its record.

    >>> describe({"filter": "gaussian", "sigma": 1.5, "linear": True})
    'gaussian --sigma 1.5 --linear'
    >>> describe({"chain": [{"filter": "median", "size": 3}, {"filter": "blur"}], "frame": 2})
    "chain 'median --size 3 | blur' --frame 2"
    """
    if _is_filter(how):
        return " ".join([how["filter"], *_format_options(how, "filter")])
    steps = how.get("chain") if isinstance(how, Mapping) else None
    if isinstance(steps, list) and all(map(_is_filter, steps)):
        spec = quote_for_shell(" | ".join(map(describe, steps)))
        return " ".join(["chain", spec, *_format_options(how, "chain")])
    captions = how.get("figure") if isinstance(how, Mapping) else how
    if isinstance(captions, list) and captions:
        return ", ".join(map(str, captions))
    return "in a way that this version doesn't know"


def describe_difference(before: Any, now: Mapping[str, Any], comparable: bool) -> str | None:
    """Return how the options of two runs of one filter differ.

    Parameters
    ----------
    before : object
        The `how` of the earlier run's record, written by any version.
    now : mapping
        The `how` of the run now.
    comparable : bool
        Whether the keys of the two runs can be compared; if so, they differ.

    Returns
    -------
    str or None
        None for another filter, and if the difference isn't known.
    """
    if not (_is_filter(before) and _is_filter(now) and before["filter"] == now["filter"]):
        return None
    added = [
        "another mask" if name == "mask" and name in before else _format_option(name, value)
        for name, value in now.items()
        if name not in before or before[name] != value
    ]
    removed = [f"--{name}" for name in before if name not in now]
    if not (added or removed) and comparable and "kernel" in now:
        added = ["another kernel of this name"]
    parts = [("with", added), ("without", removed)]
    return " and ".join(f"{word} {' '.join(options)}" for word, options in parts if options) or None


def _is_filter(how: Any) -> bool:
    return isinstance(how, Mapping) and isinstance(how.get("filter"), str)


def _format_options(how: Mapping[str, Any], without: str) -> list[str]:
    return [_format_option(name, value) for name, value in how.items() if name != without]


def _format_option(name: str, value: Any) -> str:
    has_text = value is not True and not isinstance(value, Mapping)
    return f"--{name} {quote_for_shell(_as_typed(value))}" if has_text else f"--{name}"


def _as_typed(value: Any) -> str:
    return ",".join(map(_as_typed, value)) if isinstance(value, list) else str(value)
