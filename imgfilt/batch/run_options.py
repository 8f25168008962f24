"""Conduct: how a run of many jobs goes, whatever they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Conduct:
    """How a run goes.

    Attributes
    ----------
    workers : int, optional
        Processes for several pictures, threads for one; the cores by default.
    skip_existing : bool
        Leave outputs that are there.
    changed : bool
        Leave outputs that a record says were made of the same input in the same way.
    fail_fast : bool
        Begin nothing more after a failure.
    report : str, optional
        Where a line is written for each job; `-` for stdout.
    cluster : str, optional
        The address of a scheduler, whose workers do the jobs; `workers` is then how many jobs are
        on their way at once.
    """

    workers: int | None = None
    skip_existing: bool = False
    changed: bool = False
    fail_fast: bool = False
    report: str | None = None
    cluster: str | None = None
