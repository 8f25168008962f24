"""Away: tasks done on machines that have nothing in common with this one but storage.

They find files by the same paths, made absolute here; what they say of them is in the words of the
command line, as it is where tasks are done here.
"""

from __future__ import annotations

import dataclasses
import os
import platform
from collections.abc import Sequence
from typing import NamedTuple

from ..files import Mark, displayed, real
from .job import Job, Step
from .outcome import FAILED, WRITTEN, Outcome
from .progress import Progress
from .record import Records
from .record_file import Stamp
from .work import Task, Work


class Parcel(NamedTuple):
    """A task on its way.

    Attributes
    ----------
    task : Task
        Its job without the steps, which many share.
    steps : int
        Which steps they are.
    source : Stamp, optional
        What this machine sees of the input.
    folder : str
        That of the output, or the deepest that this machine sees above it.
    mark : str
        What is in there for those to see that see the same folder.
    """

    task: Task
    steps: int
    source: Stamp | None
    folder: str
    mark: str


class Parcels:
    """Makes tasks ready to go.

    Parameters
    ----------
    jobs : sequence of Job
        All that will be.
    """

    def __init__(self, jobs: Sequence[Job]):
        self.home = real(".")
        self.shelf = {id(job.steps): job.steps for job in jobs}
        self.places = {key: place for place, key in enumerate(self.shelf)}
        self.marks: dict[str, Mark] = {}

    def pack(self, task: Task) -> Parcel:
        """Return what is sent of a task."""
        job = task.job
        light = task._replace(job=dataclasses.replace(job, steps=()))
        source, target = (os.path.join(self.home, path) for path in (job.sources[0], job.target))
        folder = self._seen(os.path.dirname(target))
        if folder != os.path.dirname(source) and folder not in self.marks:
            self.marks[folder] = Mark(folder)
        mark = self.marks[folder].path if folder in self.marks else folder
        return Parcel(light, self.places[id(job.steps)], Stamp.at(source), folder, mark)

    def _seen(self, folder: str) -> str:
        """Return the folder, or the first above it, that has a mark, or else that is there."""
        above = [folder]
        while (folder := os.path.dirname(folder)) != above[-1]:
            above.append(folder)
        marked = (folder for folder in above if folder in self.marks)
        return next(marked, None) or next(filter(os.path.isdir, above), above[-1])

    def close(self) -> None:
        """Remove the marks."""
        for mark in self.marks.values():
            mark.remove()

    def work(self, work: Work) -> Away:
        """Return what is sent once, and does them."""
        return Away(self.home, list(self.shelf.values()), work)


class Away:
    """Does tasks as they arrive; called in any thread of a worker.

    Parameters
    ----------
    home : str
        The folder that relative paths start from.
    shelf : sequence of tuple of Step
        What the jobs do.
    work : Work
    """

    def __init__(self, home: str, shelf: Sequence[tuple[Step, ...]], work: Work):
        self.home, self.shelf, self.work = home, shelf, work

    def __call__(self, parcel: Parcel, progress: Progress) -> Outcome:
        """Do a task."""
        typed = parcel.task.job
        job = dataclasses.replace(
            typed,
            sources=tuple(os.path.join(self.home, source) for source in typed.sources),
            target=os.path.join(self.home, typed.target),
            steps=self.shelf[parcel.steps],
        )
        here = Stamp.at(job.sources[0])
        if here is None and parcel.source is not None:
            return _unseen(typed.name, job.sources[0])
        if not os.path.exists(parcel.mark):
            return _unseen(typed.name, parcel.folder)
        outcome = self._overtaken(job, here, parcel)
        if outcome is None:
            outcome = self.work(Task(job, parcel.task.key), progress)
        return self._as_typed(typed, outcome)

    def _overtaken(self, job: Job, here: Stamp | None, parcel: Parcel) -> Outcome | None:
        """Return what comes of a picture in its place that isn't any more what it was."""
        if not job.in_place or here == parcel.source or here is None or parcel.task.key is None:
            return None
        # Perhaps it was done by a worker that was lost before it could say so.
        if Records().is_done(job, parcel.task.key):
            return Outcome(WRITTEN, size=here.size)
        return Outcome(FAILED, f"{job.name}: another program changed it before it was filtered")

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


def _unseen(name: str, path: str) -> Outcome:
    where = f"{platform.node()} can't find this machine's {displayed(path)}"
    return Outcome(FAILED, f"{name}: {where}; it must be on storage that all machines share")
