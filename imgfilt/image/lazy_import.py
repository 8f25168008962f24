"""Lazy imports: the codec of a format is imported when the first file of that format is met."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def late(module: str, name: str) -> Callable[..., Any]:
    """Return a function of a module in codecs/, which is imported by the first call."""

    def called(*arguments: Any) -> Any:
        return getattr(import_module(f".codecs.{module}", __package__), name)(*arguments)

    return called
