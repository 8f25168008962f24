"""Threads for the strips of one picture, processes for several pictures.

Results don't depend on their number. `parallel`, which has the processes, is imported where it is
needed: that takes as long as filtering a small picture.
"""

from __future__ import annotations

from .threads import cores, parallel_for, set_worker_limit, shutdown_threads, worker_limit

__all__ = ["cores", "parallel_for", "set_worker_limit", "shutdown_threads", "worker_limit"]
