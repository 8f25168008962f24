"""What is loaded late: a table whose values are loaded when asked for; classes known by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

Value = TypeVar("Value")


class LazyMapping(Mapping[str, Value]):
    """A mapping whose keys are known and whose values are loaded when they are asked for.

    Parameters
    ----------
    keys : iterable of str
    load : callable
        Returns the value of a key; it is kept.

    Examples
    --------
    >>> modules = LazyMapping(["json", "this"], __import__)
    >>> list(modules), modules["json"].loads("1"), modules.get("other")
    (['json', 'this'], 1, None)
    """

    def __init__(self, keys: Iterable[str], load: Callable[[str], Value]):
        self._keys, self._load = tuple(keys), cache(load)

    def __getitem__(self, key: str) -> Value:
        if key not in self._keys:
            raise KeyError(key)
        return self._load(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def is_instance(value: Any, module: str, name: str) -> bool:
    """Return whether a value is an instance of a class; doesn't import the class's module.

    Parameters
    ----------
    value : object
    module, name : str
        Where the class is, and its name.
    """
    # If the module isn't loaded, nothing can be an instance.
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(value, kind)
