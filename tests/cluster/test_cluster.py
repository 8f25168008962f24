"""The same command on a cluster: what comes of it is what came of it here."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from ..cli_support import PROGRAM, files, posix, run, save
from ..examples import picture

pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, posix, pytest.mark.usefixtures("in_folder")]

from ..cluster_support import Cluster  # noqa: E402
from ..readme_support import ON_A_CLUSTER  # noqa: E402

# A picture whose name says so kills the worker that comes to it.
BOMBS = """
import os
from imgfilt.batch.remote_jobs import RemoteRunner

def exploding(call):
    def called(runner, remote_task, progress):
        if os.path.basename(remote_task.task.job.sources[0]).startswith("bomb"):
            os._exit(1)
        return call(runner, remote_task, progress)
    return called

RemoteRunner.__call__ = exploding(RemoteRunner.__call__)
"""

# Takes some 15 ms a picture, and seconds for a large one.
SLOW = "nlmeans", "--search", "11", "--engine", "numpy"

# A worker that has another version of NumPy, and one that has no imgfilt.
OTHER_NUMPY = """
from imgfilt.cluster import remote_task
remote_task.versions()["NumPy"] = "1.0"
"""
NO_IMGFILT = """
import sys
sys.modules["imgfilt"] = None
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("cluster")) as started:
        started.work(2, preload=BOMBS)
        yield started


@pytest.fixture
def cluster(shared):
    # What an earlier test ended may be on its way back yet.
    shared.until(lambda: len(shared.client.nthreads()) == 2)
    return shared


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """80 small pictures in two folders, four of them broken, and what SLOW makes of them."""
    root = tmp_path_factory.mktemp("example")
    for folder in (root / "in", root / "in/below"):
        folder.mkdir()
        for number in range(40):
            path = folder / f"{number:02}.png"
            save(path, 30, 40, 3, seed=number)
            if number % 20 == 7:
                path.write_bytes(path.read_bytes()[:500])
    assert run(*SLOW, "in", "-r", "-o", "out/", cwd=root).returncode == 1
    return root


@pytest.fixture
def pictures(example, in_folder):
    shutil.copytree(example / "in", "in")


def report(path):
    """Return the lines of a report, in order of the inputs, without how long each took."""
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    assert all(line.pop("seconds") >= 0 for line in lines)
    return sorted(lines, key=lambda line: line["input"])


@pytest.fixture
def started():
    """Start the program, and see to it that it ends."""
    processes = []

    def start(*arguments):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        processes.append(subprocess.Popen([*PROGRAM, *arguments], **pipes))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def until_written(process, count, folder="out"):
    """Wait until some outputs are there."""
    deadline = time.monotonic() + 30
    while len(files(folder)) < count:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def said(process):
    """Return what a program said until it ended, line by line."""
    out, error = process.communicate(timeout=40)
    assert out == b""
    return error.decode().splitlines()


def test_outcomes_are_the_same(cluster, pictures):
    words = "gaussian", "in", "-r", "--sigma", "2", "-o", "out/", "--report", "report.jsonl", "-v"
    local = run(*words)
    expected, lines = files("out"), report("report.jsonl")
    assert len(expected) == 76
    shutil.rmtree("out")
    away = run(*words, "--cluster", cluster.address)
    assert files("out") == expected
    assert report("report.jsonl") == lines
    assert (away.returncode, away.stdout) == (local.returncode, local.stdout) == (1, b"")

    def without_seconds(done):
        return sorted(re.sub(r"\d+\.\d\d s", "", line) for line in done.stderr.decode().split("\n"))

    assert without_seconds(away) == without_seconds(local)
    assert away.stderr.endswith(b"imgfilt: 76 written, 4 failed\n")


def test_a_scheduler_file_and_an_output_named_outright(cluster):
    save("a.png", 9, 8, 3)
    for output in ("b.png", "c.png"):
        where = ["--cluster", cluster.file] if output == "c.png" else []
        done = run("blur", "a.png", "-o", output, *where)
        assert (done.returncode, done.stderr) == (0, b"")
    assert Path("b.png").read_bytes() == Path("c.png").read_bytes()


def test_the_readmes_three_commands(tmp_path):
    """On the loopback, and in a folder of ours for /shared."""
    scheduler, worker, command = (shlex.split(line) for line in ON_A_CLUSTER)
    file = "/shared/scheduler.json"
    assert scheduler == ["dask", "scheduler", "--scheduler-file", file]
    assert worker[:2] == ["dask", "worker"]
    Path("photos/below").mkdir(parents=True)
    for name in ("photos/a.png", "photos/below/b.png"):
        save(name, 9, 8, 3)
    options = worker[2 : worker.index("--scheduler-file")]
    with Cluster(tmp_path) as cluster:
        assert worker[2 + len(options) :] == ["--scheduler-file", file]
        cluster.start("worker", *options)
        assert command[0] == "imgfilt"
        done = run(*(word.replace("/shared", str(tmp_path)) for word in command[1:]))
    assert done.stderr.endswith(b"imgfilt: 2 written, 0 failed\n")
    assert sorted(files("soft")) == ["a.png", "below/b.png"]


@pytest.mark.parametrize("words", [["blur"], ["chain", "median --size 3 | blur | edges"]])
def test_a_mask_goes_along(cluster, words):
    """It is larger than what is sent with each picture."""
    save("mask.png", 200, 300, 1)
    for name in ("a.png", "b.png"):
        save(name, 200, 300, 3)
    words = *words, "a.png", "b.png", "--mask", "mask.png", "-j", "1"
    assert run(*words, "-o", "here/").returncode == 0
    assert run(*words, "-o", "there/", "--cluster", cluster.address).returncode == 0
    assert files("here") == files("there")


def test_what_is_done_is_skipped(cluster, pictures):
    there = "--cluster", cluster.address
    words = "blur", "in", "--changed", "-o", "out/", *there
    assert run(*words).stderr.endswith(b"imgfilt: 38 written, 2 failed\n")
    done = files("out")
    assert run(*words).stderr.endswith(b"imgfilt: 0 written, 2 failed, 38 skipped\n")
    # By whomever it was done.
    assert run(*words[:-2]).stderr.endswith(b"imgfilt: 0 written, 2 failed, 38 skipped\n")
    Path("out/00.png").unlink()
    again = run("blur", "in", "--skip-existing", "-o", "out/", *there)
    assert again.stderr.endswith(b"imgfilt: 1 written, 2 failed, 37 skipped\n")
    assert files("out") == done


def test_in_place(cluster, pictures):
    there = "--cluster", cluster.address
    shutil.copytree("in", "copy")
    assert run("blur", "copy", "-r", "--in-place", "--changed").returncode == 1
    pictures = {name: held for name, held in files("copy").items() if name.endswith(".png")}
    for words in ("76 written, 4 failed", "0 written, 4 failed, 76 skipped"):
        done = run("blur", "in", "-r", "--in-place", "--changed", *there)
        assert done.stderr.endswith(f"imgfilt: {words}\n".encode())
        assert {name: held for name, held in files("in").items() if ".png" in name} == pictures


def test_fail_fast(cluster):
    Path("a.png").write_text("words")
    for name in ("b.png", "c.png", "d.png"):
        save(name, 9, 8, 3)
    words = "blur", "a.png", "b.png", "c.png", "d.png", "-j", "1", "--fail-fast"
    done = run(*words, "-o", "out/", "--cluster", cluster.address)
    assert done.returncode == 1
    assert done.stderr.endswith(b"imgfilt: 0 written, 1 failed, 3 not begun\n")
    assert not Path("out").exists()


def test_a_worker_is_killed(cluster, example, pictures, started):
    process = started(*SLOW, "in", "-r", "-o", "out/", "--cluster", cluster.address)
    until_written(process, 12)
    os.kill(next(iter(cluster.workers().values())), signal.SIGKILL)
    lines = said(process)
    assert lines[-1] == "imgfilt: 76 written, 4 failed"
    assert len(lines) == 5
    assert files("out") == files(example / "out")


def test_a_picture_that_kills_workers_is_given_up(cluster, pictures):
    for name in ("in/bomb.png", "in/below/bomb.png"):
        save(name, 30, 40, 3)
    done = run("blur", "in", "-r", "-o", "out/", "--cluster", cluster.address)
    lines = done.stderr.decode().splitlines()
    ends = [line for line in lines if "bomb" in line]
    assert sorted(ends) == [
        f"imgfilt: in/{name}: given up: 3 workers ended while they filtered it"
        for name in ("below/bomb.png", "bomb.png")
    ]
    assert lines[-1] == "imgfilt: 76 written, 6 failed"
    assert done.returncode == 1
    assert len(files("out")) == 76


def test_an_interrupt(cluster, started):
    there = "--cluster", cluster.address
    for name in ("a.npy", "b.npy", "c.npy"):
        np.save(name, picture((2500, 2000), "uint8"))
    np.save("0.npy", np.zeros((2, 2), np.uint8))
    process = started(*SLOW, "0.npy", "a.npy", "b.npy", "c.npy", "-o", "out/", *there)
    until_written(process, 1)
    time.sleep(0.5)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    counts = "1 written, 0 failed, 3 left; with --skip-existing the same command does the rest"
    assert said(process) == [f"imgfilt: interrupted (SIGINT): {counts}"]
    assert process.returncode == 130
    assert time.monotonic() - begun < 5
    # What the workers were at isn't gone on with: they are free for others.
    done = run("blur", "0.npy", "-o", "free.npy", *there)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(files("out")) == ["0.npy"]


def test_the_scheduler_is_killed(example, pictures, started):
    Path("dask").mkdir()
    with Cluster("dask") as cluster:
        cluster.work(2)
        address = cluster.address
        process = started(*SLOW, "in", "-r", "-o", "out/", "--cluster", address)
        until_written(process, 12)
        cluster.scheduler.kill()
        *failed, gone, summary = said(process)
        assert process.returncode == 1
    assert all(line.endswith(".png: truncated PNG") for line in failed)
    assert gone == f"imgfilt: {address}: the scheduler went away"
    pattern = rf"imgfilt: (\d+) written, {len(failed)} failed, (\d+) left"
    written, left = map(int, re.fullmatch(pattern, summary).groups())
    assert written + len(failed) + left == 80
    # What the workers were at when it went may be there, and is whole.
    found = files("out")
    assert written <= len(found) < 76
    assert found.items() <= files(example / "out").items()


def test_workers_that_differ(started):
    save("a.png", 9, 8, 3)
    Path("dask").mkdir()
    with Cluster("dask") as cluster:
        there = "-o", "out/", "--cluster", cluster.address
        process = started("blur", "a.png", *there)
        waiting = process.stderr.readline().decode()
        assert waiting == f"imgfilt: {cluster.address}: it has no worker; waiting for one\n"
        worker = cluster.work(1, "--no-nanny", preload=OTHER_NUMPY)
        (other,) = said(process)
        assert re.fullmatch(r"imgfilt: .*: NumPy is 1\.0 there, \d+\..* here", other)
        assert process.returncode == 0
        # Before work starts, where they are known by then.
        (first, second) = run("blur", "b.png", *there).stderr.decode().splitlines()
        assert re.fullmatch(r"imgfilt: tcp://.*: NumPy is 1\.0 there, \d+\..* here", first)
        assert second == "imgfilt: b.png: no such file"
        cluster.end(worker)
        cluster.until(lambda: not cluster.workers())
        cluster.work(1, "--no-nanny", preload=NO_IMGFILT)
        done = run("blur", "a.png", "-o", "new/", "--cluster", cluster.address)
        assert done.returncode == 2
        line = rf"imgfilt: --cluster {cluster.address}: the worker .* can't load imgfilt \(.*\)\n"
        assert re.fullmatch(line, done.stderr.decode())
        assert not Path("new").exists()
