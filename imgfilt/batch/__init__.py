"""Which input goes to which output, decided before any work; running them; what came of it."""

from __future__ import annotations

from .dry_run import rehearse
from .inputs import Source, find
from .job import STREAM, Job, Step, name_of
from .job_io import output_format
from .job_options import Settings
from .name_patterns import NamePatterns
from .outcomes import Outcomes
from .outputs import InPlace, Target, check, decide, format_key
from .report import said
from .run_options import Conduct
from .runner import run

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
