"""How an output was made, as a record has it: in the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def describe(how: Any) -> str:
    """Return on one line what a record says of how an output was made, whichever version wrote it.

    >>> describe({"filter": "gaussian", "sigma": 1.5, "linear": True})
    'gaussian --sigma 1.5 --linear'
    """
    if isinstance(how, Mapping) and isinstance(how.get("filter"), str):
        words = [how["filter"]]
        for name, value in how.items():
            if name != "filter":
                shown = value is not True and not isinstance(value, Mapping)
                words += [f"--{name}", _as_typed(value)] if shown else [f"--{name}"]
        return " ".join(words)
    captions = how.get("figure") if isinstance(how, Mapping) else how
    if isinstance(captions, list) and captions:
        return ", ".join(map(str, captions))
    return "in a way that this version doesn't know"


def _as_typed(value: Any) -> str:
    text = ",".join(map(_as_typed, value)) if isinstance(value, list) else str(value)
    return f"'{text}'" if " " in text or ";" in text else text
