"""Tasks that are sent to other machines: they are small, and messages have paths as typed."""

import os
import pickle
import platform
import shutil
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Convolve
from imgfilt.batch import Job, JobOptions, Recipe
from imgfilt.batch.outcomes import Status
from imgfilt.batch.record import NAME, Records
from imgfilt.batch.record_key import RecordKeys
from imgfilt.batch.remote_jobs import RemoteTasks
from imgfilt.batch.run_job import JobRunner, Task
from imgfilt.files import remove_temporary_files
from imgfilt.pipeline.chain import Step
from imgfilt.pipeline.options import Options

from ..cli_support import files, posix, save

RECIPES = (Recipe([Step(Convolve(kernel="1 2; 3 4"), Options(), "kernel")], {}),)


def not_visible(name):
    where = f"{platform.node()} can't find this machine's {Path.cwd() / name}"
    return f"a.png: {where}; it must be on storage that all machines share"


@pytest.fixture(autouse=True)
def inputs(in_folder):
    save("a.png", 6, 7, 3)
    return in_folder


def sent(job, job_options=None, key=None, meanwhile=lambda: None, changed=False):
    """Return the outcome of a job that is sent to a worker with another working folder."""
    job_options = job_options or JobOptions()
    remote_tasks = RemoteTasks([job])
    packed = pickle.dumps(
        remote_tasks.runner(
            JobRunner(job_options, Records(per_machine=True), workers=1, changed=changed)
        )
    )
    remote_task = pickle.dumps(remote_tasks.prepare(Task(job, key)))
    meanwhile()
    base_dir = os.getcwd()
    os.chdir("/")
    try:
        return pickle.loads(packed)(pickle.loads(remote_task), lambda share: None)
    finally:
        os.chdir(base_dir)
        remote_tasks.close()


def test_paths_start_from_the_commands_folder():
    outcome = sent(Job(("a.png",), "out/b.png", RECIPES, makes_folder=True))
    assert outcome.status == Status.WRITTEN
    assert outcome.size == Path("out/b.png").stat().st_size


@pytest.mark.parametrize("absolute", [False, True])
def test_messages_have_paths_as_typed(absolute, in_folder):
    Path("out").write_text("in the way")
    Path("b.png").write_text("words")

    def typed(name):
        return str(in_folder / name) if absolute else name

    bad = sent(Job((typed("b.png"),), typed("c.png"), RECIPES))
    assert bad.message.startswith(f"{typed('b.png')}: is no picture of a known format")
    blocked = sent(Job((typed("a.png"),), typed("out/c.png"), RECIPES, makes_folder=True))
    assert blocked.message == f"{typed('out')}: is no folder"


def test_an_input_that_the_worker_does_not_see():
    move = lambda: Path("a.png").rename("elsewhere")  # noqa: E731
    outcome = sent(Job(("a.png",), "b.png", RECIPES), meanwhile=move)
    assert (outcome.status, outcome.message) == (Status.FAILED, not_visible("a.png"))
    # An input that this machine does not see either.
    assert sent(Job(("a.png",), "b.png", RECIPES)).message == "a.png: no such file"


def elsewhere(folder):
    """Have a worker see another folder of that name."""
    Path(folder).rename("of this machine")
    Path(folder).mkdir()


@pytest.mark.parametrize("lose", [shutil.rmtree, elsewhere])
def test_an_output_folder_that_the_worker_does_not_see(lose):
    Path("out").mkdir()
    job = Job(("a.png",), "out/deeper/b.png", RECIPES, makes_folder=True)
    outcome = sent(job, meanwhile=lambda: lose("out"))
    assert outcome.message == not_visible("out")
    assert not Path("out/deeper").exists()


def test_marker_files():
    """One for all outputs below a folder, none in the folder of the input."""
    jobs = [
        Job(("a.png",), path, RECIPES, makes_folder=True)
        for path in ("out/a/b.png", "out/c.png", "b.png", "out/a/d.png")
    ]
    Path("in").mkdir()
    jobs += [
        Job(("in/a.png",), "in/b.png", RECIPES),
        Job(("in/a.png",), "in/deeper/b.png", RECIPES),
    ]
    Path("out").mkdir()
    remote_tasks = RemoteTasks(jobs)
    packed = [remote_tasks.prepare(Task(job)) for job in jobs]
    out = str(Path.cwd() / "out")
    assert [packed[n].folder for n in (0, 1, 3)] == [out] * 3
    markers = {packed[n].marker for n in (0, 1, 3)}
    assert [Path(mark).parent for mark in markers] == [Path(out)]
    assert [packed[n].marker for n in (2, 4, 5)] == [str(Path.cwd()), *[str(Path.cwd() / "in")] * 2]
    assert len(files()) == 2
    remote_tasks.close()
    assert list(files()) == ["a.png"]
    unmarked = RemoteTasks(jobs)
    unmarked.prepare(Task(jobs[0]))
    remove_temporary_files()
    assert list(files()) == ["a.png"]


def test_a_remote_task_is_small_and_steps_are_sent_once():
    recipes = (
        Recipe([Step(Convolve(kernel=np.ones((99, 99)).tolist()), Options(), "kernel")], {}),
    )
    jobs = [Job((f"{number}.png",), f"out/{number}.png", recipes) for number in range(3)]
    remote_tasks = RemoteTasks(jobs)
    runner = pickle.loads(
        pickle.dumps(remote_tasks.runner(JobRunner(JobOptions(), Records(per_machine=True))))
    )
    assert [len(pickle.dumps(remote_tasks.prepare(Task(job)))) < 1000 for job in jobs] == [True] * 3
    assert len(runner.recipe_tables) == 1
    assert runner.recipe_tables[0][0].steps == recipes[0].steps


def in_place():
    job = Job(("a.png",), "a.png", RECIPES)
    return job, RecordKeys(JobOptions()).key_of(job)


def test_in_place_an_image_that_another_worker_has_filtered_is_done():
    """It was lost before it could say so, and the picture handed out anew."""
    job, key = in_place()
    done = {}

    def meanwhile():
        assert sent(job, key=key).status == Status.WRITTEN
        done.update(files())

    outcome = sent(job, key=key, meanwhile=meanwhile)
    assert (outcome.status, outcome.size) == (Status.WRITTEN, Path("a.png").stat().st_size)
    assert files() == done


def test_in_place_an_image_that_was_changed_meanwhile_is_left():
    job, key = in_place()
    outcome = sent(job, key=key, meanwhile=lambda: save("a.png", 9, 9, 3, seed=1))
    assert outcome.message == "a.png: another program changed it before it was filtered"
    assert list(files()) == ["a.png"]


def test_in_place_an_image_that_was_filtered_in_another_way_is_left():
    """By a run here, whose record isn't that of the worker."""
    job, _ = in_place()
    JobRunner(JobOptions(), Records())(Task(job, RecordKeys(JobOptions()).key_of(job)))
    assert NAME in files()
    before = files()
    other = job._replace(recipes=(Recipe([Step(Convolve(kernel="1 2"), Options(), "")], {}),))
    outcome = sent(other, key=RecordKeys(JobOptions()).key_of(other), changed=True)
    assert outcome.status == Status.FAILED
    assert outcome.message.startswith("a.png: was filtered before: convolve --kernel ")
    assert files() == before


def test_each_machine_has_its_own_record():
    job, key = in_place()
    sent(job, key=key)
    assert sorted(files()) == [f".imgfilt-{platform.node()}.jsonl", "a.png"]
    assert Records().is_done(job, key)
    assert Records(per_machine=True).is_done(job, key)
    # Beside those of others, and of runs here.
    Path(NAME).write_text("{}\n")
    assert Records().is_done(job, key)


@posix
def test_odd_names():
    name = os.fsdecode(b"caf\xe9\n.png")
    Path(name).write_text("words")
    outcome = sent(Job((name,), "b.png", RECIPES))
    assert outcome.message.startswith(r"caf\udce9\n.png: is no picture")
