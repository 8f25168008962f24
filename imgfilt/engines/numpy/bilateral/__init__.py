"""Bilateral: a mean of the pixels nearby, weighted by distance and by likeness."""

from .centres import choose
from .coarse import cell
from .direct import operations, run
from .disc import disc
from .fast import operations as fast_operations
from .fast import run as run_fast
from .single import means_at

__all__ = ["cell", "choose", "disc", "fast_operations", "means_at", "operations", "run", "run_fast"]
