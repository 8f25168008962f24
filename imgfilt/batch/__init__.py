"""Which input goes to which output, decided before any work; running them; what came of it."""

from __future__ import annotations

from .drawing import shown
from .job import STREAM, Job, Step
from .outcome import Outcomes
from .pairs import Target, check, decide, format_key
from .run import run
from .settings import Settings
from .sources import find

__all__ = [
    "STREAM",
    "Job",
    "Outcomes",
    "Settings",
    "Step",
    "Target",
    "check",
    "decide",
    "find",
    "format_key",
    "run",
    "shown",
]
