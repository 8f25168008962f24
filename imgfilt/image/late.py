"""Late: what does a format is loaded when a file of it is met; few runs meet many."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def late(module: str, name: str) -> Callable[..., Any]:
    """Return a function of a module beside this one, which is loaded by the first call."""

    def called(*arguments: Any) -> Any:
        return getattr(import_module(f".{module}", __package__), name)(*arguments)

    return called
