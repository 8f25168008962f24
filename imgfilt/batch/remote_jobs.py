"""Run jobs on remote machines that share only storage with this one.

The machines find files by the same paths, made absolute here. The messages have the paths as the
user typed them, like the messages of jobs that run on this machine.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from ..errors import Note
from ..files import printable_path, real_path
from ..files.atomic import new_temporary_path, temporary_files
from ..pipeline.options import Progress
from .job import Job
from .outcomes import Outcome, Status
from .recipe import Recipe
from .record import Records
from .record_file import FileStamp
from .run_job import JobRunner, Task


class RemoteTask(NamedTuple):
    """A task as it is sent.

    Attributes
    ----------
    task : Task
        Its job has no recipes; they are sent once for all tasks.
    recipe_index : int
        The index of its recipes in RemoteRunner.recipe_tables.
    source : FileStamp, optional
        The stamp of the input on this machine.
    folder : str
        The output's folder, or the deepest folder above it that exists.
    marker : str
        A path in that folder, which exists on machines that see the same folder.
    """

    task: Task
    recipe_index: int
    source: FileStamp | None
    folder: str
    marker: str


class MarkerFile:
    """A temporary empty file in a folder: another machine that has it sees the same folder.

    Attributes
    ----------
    path : str
        The file's path, or the folder's path if no file can be created in the folder.
    """

    def __init__(self, folder: str):
        self.path = new_temporary_path(folder)
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError:
            temporary_files.discard(self.path)
            self.path = folder

    def remove(self) -> None:
        """Remove the file."""
        if self.path in temporary_files:
            with suppress(OSError):
                os.unlink(self.path)
            temporary_files.discard(self.path)


class RemoteTasks:
    """Prepares tasks to be sent.

    Parameters
    ----------
    jobs : sequence of Job
        All jobs of the run.
    """

    def __init__(self, jobs: Sequence[Job]):
        self._base_dir = real_path(".")
        self._recipe_tables = {id(job.recipes): job.recipes for job in jobs}
        self._recipe_index = {key: index for index, key in enumerate(self._recipe_tables)}
        self._markers: dict[str, MarkerFile] = {}

    def runner(self, run: JobRunner) -> RemoteRunner:
        """Return the callable that runs the tasks remotely; it is sent once."""
        return RemoteRunner(self._base_dir, list(self._recipe_tables.values()), run)

    def prepare(self, task: Task) -> RemoteTask:
        """Return a task as it is sent."""
        job = task.job
        source, target = (
            os.path.join(self._base_dir, path) for path in (job.sources[0], job.target)
        )
        folder = self._existing_folder(os.path.dirname(target))
        if folder != os.path.dirname(source) and folder not in self._markers:
            self._markers[folder] = MarkerFile(folder)
        marker = self._markers[folder].path if folder in self._markers else folder
        without_recipes = task._replace(job=job._replace(recipes=()))
        index = self._recipe_index[id(job.recipes)]
        return RemoteTask(without_recipes, index, FileStamp.at(source), folder, marker)

    def _existing_folder(self, folder: str) -> str:
        """Return the deepest folder that has a marker, of a folder and the folders above it.

        If none has a marker, return the deepest folder that exists.
        """
        folders = [folder]
        while (folder := os.path.dirname(folder)) != folders[-1]:
            folders.append(folder)
        marked = (folder for folder in folders if folder in self._markers)
        return next(marked, None) or next(filter(os.path.isdir, folders), folders[-1])

    def close(self) -> None:
        """Remove the marker files."""
        for marker in self._markers.values():
            marker.remove()


class RemoteRunner:
    """Runs remote tasks; called in any thread of a worker.

    Parameters
    ----------
    base_dir : str
        The folder that relative paths start from.
    recipe_tables : sequence of tuple of Recipe
        The recipes of all jobs.
    run : JobRunner
    """

    def __init__(self, base_dir: str, recipe_tables: Sequence[tuple[Recipe, ...]], run: JobRunner):
        self._base_dir, self.recipe_tables, self._run = base_dir, recipe_tables, run

    def __call__(self, remote_task: RemoteTask, progress: Progress) -> Outcome:
        """Run a task."""
        typed = remote_task.task.job
        job = typed._replace(
            sources=tuple(os.path.join(self._base_dir, source) for source in typed.sources),
            target=os.path.join(self._base_dir, typed.target),
            recipes=self.recipe_tables[remote_task.recipe_index],
        )
        stamp = FileStamp.at(job.sources[0])
        if stamp is None and remote_task.source is not None:
            return _fail_not_visible(typed.name, job.sources[0])
        if not os.path.exists(remote_task.marker):
            return _fail_not_visible(typed.name, remote_task.folder)
        task = Task(job, remote_task.task.key)
        outcome = _check_input(task, stamp, remote_task.source) or self._run(task, progress)
        return self._with_typed_paths(typed, outcome)

    def _with_typed_paths(self, typed: Job, outcome: Outcome) -> Outcome:
        """Return an outcome whose messages have the paths as they were typed."""
        names = {}
        for path in (*typed.sources, typed.target, os.path.dirname(typed.target)):
            if path and not os.path.isabs(path):
                absolute = printable_path(os.path.join(self._base_dir, path))
                names[absolute] = printable_path(path)

        def with_typed_paths(text: str) -> Note:
            note = Note(text)
            for absolute, name in names.items():
                note = note.exchange(absolute, name)
            return note

        message = None if outcome.message is None else with_typed_paths(outcome.message)
        return outcome._replace(message=message, notes=tuple(map(with_typed_paths, outcome.notes)))


def _check_input(task: Task, stamp: FileStamp | None, sent: FileStamp | None) -> Outcome | None:
    """Return the outcome for an image in place that was changed after the task was sent.

    None if it wasn't changed, or isn't filtered in place.
    """
    if not task.job.is_in_place or stamp is None or stamp == sent or task.key is None:
        return None
    # A worker that was lost before it could report the job may have done it.
    if Records().is_done(task.job, task.key):
        return Outcome(Status.WRITTEN, size=stamp.size)
    message = f"{task.job.name}: another program changed it before it was filtered"
    return Outcome(Status.FAILED, message)


def _fail_not_visible(name: str, path: str) -> Outcome:
    reason = f"{platform.node()} can't find this machine's {printable_path(path)}"
    message = f"{name}: {reason}; it must be on storage that all machines share"
    return Outcome(Status.FAILED, message)
