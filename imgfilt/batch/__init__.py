"""Which input goes to which output, decided before any work; running them; what came of it."""

from __future__ import annotations

from .chosen import Chosen
from .conduct import Conduct
from .door import output_format
from .job import STREAM, Job, Step, name_of
from .outcome import Outcomes
from .pairs import InPlace, Target, check, decide, format_key
from .rehearsal import rehearse
from .report import said
from .run import run
from .settings import Settings
from .sources import Source, find

__all__ = [
    "STREAM",
    "Chosen",
    "Conduct",
    "InPlace",
    "Job",
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
