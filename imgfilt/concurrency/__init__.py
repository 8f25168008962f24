"""How many of what at once: the only pools. What is done never depends on their number.

Processes are loaded by who needs them: they take as long to load as a small picture to filter.
"""

from __future__ import annotations

from .threads import allow, allowed, cores, each, rest

__all__ = ["allow", "allowed", "cores", "each", "rest"]
