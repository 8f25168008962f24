"""Bilateral: a mean of the pixels nearby, weighted by distance and by likeness."""

from .disc import disc
from .exact import operations, run

__all__ = ["disc", "operations", "run"]
