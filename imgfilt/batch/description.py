"""How an output was made, as a record has it: in the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def describe(how: Any) -> str:
    """Return on one line what a record says of how an output was made, whichever version wrote it.

    >>> describe({"filter": "gaussian", "sigma": 1.5, "linear": True})
    'gaussian --sigma 1.5 --linear'
    """
    if _is_of_filter(how):
        options = (_option(name, value) for name, value in how.items() if name != "filter")
        return " ".join([how["filter"], *options])
    captions = how.get("figure") if isinstance(how, Mapping) else how
    if isinstance(captions, list) and captions:
        return ", ".join(map(str, captions))
    return "in a way that this version doesn't know"


def difference(then: Any, now: Mapping[str, Any], comparable: bool) -> str | None:
    """Return how what is asked now differs from what was done by the same filter.

    Parameters
    ----------
    then : object
        What a record says of how an output was made, whoever wrote it.
    now : mapping
        What would be said of what is asked now.
    comparable : bool
        Whether the keys of the two can be compared, and differ.

    Returns
    -------
    str or None
        None for another filter, and where it isn't known.
    """
    if not (_is_of_filter(then) and _is_of_filter(now) and then["filter"] == now["filter"]):
        return None
    more = [
        "another mask" if name == "mask" and name in then else _option(name, value)
        for name, value in now.items()
        if name not in then or then[name] != value
    ]
    less = [f"--{name}" for name in then if name not in now]
    if not (more or less) and comparable and "kernel" in now:
        more = ["another kernel of this name"]
    said = [("with", more), ("without", less)]
    return " and ".join(f"{word} {' '.join(options)}" for word, options in said if options) or None


def _is_of_filter(how: Any) -> bool:
    return isinstance(how, Mapping) and isinstance(how.get("filter"), str)


def _option(name: str, value: Any) -> str:
    is_shown = value is not True and not isinstance(value, Mapping)
    return f"--{name} {_as_typed(value)}" if is_shown else f"--{name}"


def _as_typed(value: Any) -> str:
    text = ",".join(map(_as_typed, value)) if isinstance(value, list) else str(value)
    return f"'{text}'" if " " in text or ";" in text else text
