"""Which input goes to which output, decided before any work; running them; what came of it."""

from __future__ import annotations

from .conduct import Conduct
from .door import output_format
from .job import STREAM, Job, Step, name_of
from .name_patterns import NamePatterns
from .outcome import Outcomes
from .pairs import InPlace, Target, check, decide, format_key
from .rehearsal import rehearse
from .report import said
from .run import run
from .settings import Settings
from .sources import Source, find

__all__ = [
    "STREAM",
    "Conduct",
    "InPlace",
    "Job",
    "NamePatterns",
    "Outcomes",
    "Settings",
    "Source",
    "Step",
    "Target",
    "check",
    "decide",
    "find",
    "format_key",
    "name_of",
    "output_format",
    "rehearse",
    "run",
    "said",
]
