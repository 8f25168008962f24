"""Away: jobs done on machines that have nothing in common with this one but storage.

They find files by the same paths, made absolute here; what they say of them is in the words of the
command line, as it is where jobs are done here.
"""

from __future__ import annotations

import dataclasses
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..files import displayed, real
from .job import Job, Step
from .outcome import FAILED, WRITTEN, Outcome
from .progress import Progress
from .record import Records, Stamp
from .settings import Settings
from .work import Work


class Parcel(NamedTuple):
    """A job on its way.

    Attributes
    ----------
    number : int
        Which job it is.
    job : Job
        Without its steps, which many jobs share.
    steps : int
        Which steps they are.
    source : Stamp, optional
        What this machine sees of its input.
    folder : str
        The deepest folder above its output that this machine sees.
    """

    number: int
    job: Job
    steps: int
    source: Stamp | None
    folder: str


class Parcels:
    """Jobs made ready to go."""

    def __init__(self, jobs: Sequence[Job]):
        self.jobs, self.home = jobs, real(".")
        self.shelf = {id(job.steps): job.steps for job in jobs}
        self.places = {key: place for place, key in enumerate(self.shelf)}

    def pack(self, numbers: Iterable[int]) -> Iterator[Parcel]:
        """Give jobs, as they are asked for."""
        for number in numbers:
            job = self.jobs[number]
            source = Stamp.at(job.sources[0])
            folder = os.path.dirname(os.path.join(self.home, job.target))
            while not os.path.isdir(folder) and folder != os.path.dirname(folder):
                folder = os.path.dirname(folder)
            place = self.places[id(job.steps)]
            yield Parcel(number, dataclasses.replace(job, steps=()), place, source, folder)

    def work(self, settings: Settings, records: Records | None) -> Away:
        """Return who does them."""
        return Away(self.home, list(self.shelf.values()), settings, records)


class Away:
    """Does jobs as they arrive; called in any thread of a worker.

    Parameters
    ----------
    home : str
        The folder that relative paths start from.
    shelf : sequence of tuple of Step
        What the jobs do.
    settings : Settings
    records : Records, optional
    """

    def __init__(
        self,
        home: str,
        shelf: Sequence[tuple[Step, ...]],
        settings: Settings,
        records: Records | None,
    ):
        self.home, self.shelf = home, shelf
        self.work = Work((), settings, records)

    def __call__(self, parcel: Parcel, progress: Progress) -> Outcome:
        """Do a job."""
        typed = parcel.job
        job = dataclasses.replace(
            typed,
            sources=tuple(os.path.join(self.home, source) for source in typed.sources),
            target=os.path.join(self.home, typed.target),
            steps=self.shelf[parcel.steps],
        )
        return self._as_typed(typed, self._done(job, parcel, progress))

    def _done(self, job: Job, parcel: Parcel, progress: Progress) -> Outcome:
        here = Stamp.at(job.sources[0])
        if here is None and parcel.source is not None:
            return _unseen(job.name)
        if not os.path.isdir(parcel.folder):
            return _unseen(displayed(parcel.folder))
        if real(job.sources[0]) != real(job.target):
            return self.work.do(job, progress)
        recorded = self.work.records is not None
        if here and here != parcel.source and recorded and Records(self.work.settings).is_done(job):
            # By a worker that was lost before it could say so.
            return Outcome(WRITTEN, size=here.size)
        return self.work.do(job, progress, parcel.source)

    def _as_typed(self, typed: Job, outcome: Outcome) -> Outcome:
        """Return an outcome that says paths as they were typed."""
        names = {}
        for path in (*typed.sources, typed.target, os.path.dirname(typed.target)):
            if path and not os.path.isabs(path):
                names[displayed(os.path.join(self.home, path))] = displayed(path)

        def said(text: str) -> str:
            for absolute, name in names.items():
                text = text.replace(absolute, name)
            return text

        message = None if outcome.message is None else said(outcome.message)
        return outcome._replace(message=message, notes=tuple(map(said, outcome.notes)))


def _unseen(name: str) -> Outcome:
    where = f"the worker on {platform.node()} can't see it"
    return Outcome(FAILED, f"{name}: {where}; all machines must have it under this path")
