"""Batch runs: pair inputs with outputs, run the jobs, collect the outcomes."""

from __future__ import annotations

from ..files import STREAM, source_name
from .actions import plan_actions
from .inputs import Source, find_inputs
from .job import Job
from .job_format import format_key, is_text_grid, keeps_numbers, output_format
from .job_io import list_frames
from .options import JobOptions, NamePatterns, RunOptions
from .outputs import make_jobs, validate_jobs
from .recipe import Recipe, chain_recipes
from .runner import run_jobs
from .target import InPlace, Target

__all__ = [
    "STREAM",
    "InPlace",
    "Job",
    "JobOptions",
    "NamePatterns",
    "Recipe",
    "RunOptions",
    "Source",
    "Target",
    "chain_recipes",
    "find_inputs",
    "format_key",
    "is_text_grid",
    "keeps_numbers",
    "list_frames",
    "make_jobs",
    "output_format",
    "plan_actions",
    "run_jobs",
    "source_name",
    "validate_jobs",
]
