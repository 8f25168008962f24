"""Threads for the strips of one picture, processes for several pictures.

Results don't depend on the number of threads or processes. `parallel`, the module of the processes,
is imported when it is needed: the import takes as long as filtering a small picture.
"""

from __future__ import annotations

from .threads import (
    cores,
    ordered_map,
    parallel_for,
    set_worker_limit,
    shutdown_threads,
    worker_limit,
)

__all__ = [
    "cores",
    "ordered_map",
    "parallel_for",
    "set_worker_limit",
    "shutdown_threads",
    "worker_limit",
]
