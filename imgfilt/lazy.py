"""LazyMapping: a table whose values are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TypeVar

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
