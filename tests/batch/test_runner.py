"""A run of many pictures: what is said, reported and rehearsed, and how many work at once."""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Blur, apply
from imgfilt.batch import (
    JobOptions,
    Recipe,
    RunOptions,
    Target,
    find_inputs,
    make_jobs,
    plan_actions,
    run_jobs,
)
from imgfilt.cli import progress
from imgfilt.cli.console import Console
from imgfilt.cli.progress import JobCounter
from imgfilt.pipeline.chain import Step
from imgfilt.pipeline.options import Options

from ..cli_support import PROGRAM, files, invoke, load, posix, refused, save, succeed, until
from ..cli_support import run as program

pytestmark = pytest.mark.usefixtures("in_folder")


@pytest.fixture
def pictures(in_folder):
    """Four, of which the second is broken and the last missing."""
    for name in ("a.png", "c.png"):
        save(name, 5, 6, 3)
    Path("b.png").write_bytes(Path("a.png").read_bytes()[:60])
    return "a.png", "b.png", "c.png", "d.png"


def reported(path="said"):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_what_is_said_of_each(pictures):
    result = invoke("blur", *pictures, "-o", "out/")
    assert result.exit_code == 1
    *failed, last = result.stderr.splitlines()
    assert [line.split(": ")[1] for line in sorted(failed)] == ["b.png", "d.png"]
    assert last == "imgfilt: 2 written, 2 failed"


def test_quiet_says_failures_alone(pictures):
    result = invoke("blur", *pictures, "-q", "-o", "out/")
    assert sorted(line.split(": ")[1] for line in result.stderr.splitlines()) == ["b.png", "d.png"]
    assert succeed("blur", "a.png", "c.png", "-q", "-o", "out/").stderr == ""


def test_verbose_says_what_becomes_of_each(pictures):
    Path("out").mkdir()
    Path("out/c.png").touch()
    result = invoke("blur", *pictures, "-v", "--skip-existing", "-o", "out/")
    said = "\n".join(sorted(result.stderr.splitlines()))
    assert re.search(r"^imgfilt: a\.png: \d\.\d\d s, out/a\.png$", said, re.MULTILINE)
    assert "imgfilt: c.png: skipped, as it exists: out/c.png" in said
    assert "imgfilt: 1 written, 2 failed, 1 skipped" in said


def test_the_notes_of_workers_are_said_once_each():
    for name in ("a.png", "b.png"):
        save(name, 5, 6, 3)
    result = succeed("convolve", "a.png", "b.png", "--kernel", "sobel-x", "-o", "out/")
    said = [line for line in result.stderr.splitlines() if "clipped" in line]
    assert [line.split(": ")[1] for line in sorted(said)] == ["a.png", "b.png"]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2", "7", "1000"])
def test_how_many_work_never_shows(jobs, tmp_path):
    pixels = {f"{n}.png": save(f"{n}.png", 30, 20, 3, seed=n) for n in range(5)}
    succeed("blur", *pixels, "-j", jobs, "-o", "out/")
    assert sorted(files("out")) == sorted(pixels)
    for name, before in pixels.items():
        assert np.array_equal(load(Path("out", name)), apply(Blur(), before))


def test_stdin_beside_files(pictures):
    content = Path("c.png").read_bytes()
    result = succeed("blur", "a.png", "-", "c.png", "-o", "out/", given=content)
    assert result.stderr == "imgfilt: 3 written, 0 failed\n"
    assert sorted(files("out")) == ["a.png", "c.png", "stdin.png"]
    assert files("out")["c.png"] == files("out")["stdin.png"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_fail_fast_begins_nothing_more(jobs, pictures):
    names = [f"z{n}.png" for n in range(9)]
    for name in names:
        save(name, 5, 6, 3)
    result = invoke(
        "blur", "b.png", *names, "--fail-fast", "-j", jobs, "--report", "said", "-o", "out/"
    )
    assert result.exit_code == 1
    done = len(files("out"))
    assert done <= (0 if jobs == "1" else 3)
    assert result.stderr.endswith(f"imgfilt: {done} written, 1 failed, {9 - done} not begun\n")
    assert len(reported()) == 1 + done


# The report


def test_report(pictures):
    Path("out").mkdir()
    Path("out/a.png").touch()
    Path("said").write_text("old\n" * 100)
    invoke("blur", *pictures, "--size", "3", "--skip-existing", "--report", "said", "-o", "out/")
    said = {one["input"]: one for one in reported()}
    assert sorted(said) == [*pictures]
    for name, one in said.items():
        assert {
            "input", "output", "filter", "status", "message", "notes", "seconds", "size",
        } < set(one)  # fmt: skip
        assert (one["output"], one["filter"]) == (f"out/{name}", "3 x 3 Averaging")
        assert isinstance(one["seconds"], float) and 0 <= one["seconds"] < 60
    assert [said[name]["status"] for name in pictures] == ["skipped", "failed", "written", "failed"]
    assert said["c.png"]["size"] == Path("out/c.png").stat().st_size
    assert said["c.png"]["message"] is None
    assert said["a.png"]["message"] == "it exists"
    assert said["d.png"]["message"] == "d.png: no such file"


def test_report_of_one_and_of_figures():
    save("a.png", 5, 6, 3)
    succeed("blur", "a.png", "--size", "3,5", "--report", "said", "-o", "b.png")
    (said,) = reported()
    assert said["filter"] == ["3 x 3 Averaging", "5 x 5 Averaging"]
    succeed("blur", "a.png", "--size", "3,5", "--report", "said", "-o", "{size}.png")
    assert sorted(one["output"] for one in reported()) == ["3.png", "5.png"]


def test_report_to_stdout(pictures):
    result = invoke("blur", *pictures, "--report", "-", "-q", "-o", "out/")
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert sorted(one["input"] for one in said) == [*pictures]


@pytest.mark.slow
@posix
@pytest.mark.parametrize("stdout", [">&-", "| true", ">/dev/full"])
def test_a_report_to_a_stdout_that_takes_nothing_costs_no_picture(stdout, pictures):
    command = f"{' '.join(PROGRAM)} blur a.png c.png --report - -o out/ {stdout}"
    shell = ["bash", "-o", "pipefail", "-c", f"sleep 0; {command}"]
    done = subprocess.run(shell, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("imgfilt: --report stdout: ")
    assert done.stderr.endswith("\nimgfilt: 2 written, 0 failed\n")
    assert done.stderr.count("\n") == 2
    assert sorted(files("out")) == ["a.png", "c.png"]


@pytest.mark.slow
@posix
def test_a_report_on_a_full_disk_costs_no_picture(pictures):
    """Its lines are whole, too."""
    import resource

    save("e.png", 1, 1, 1)
    names = [f"{n}.png" for n in range(30)]
    for name in names:
        Path(name).write_bytes(Path("e.png").read_bytes())
    limit = 3000
    done = program(
        *("blur", *names, "--report", "said", "-o", "out/"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("imgfilt: --report said: ")
    assert done.stderr.endswith("\nimgfilt: 30 written, 0 failed\n")
    assert done.stderr.count("\n") == 2
    assert 5 < len(reported()) < 30
    assert len(files("out")) == 30


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("blur a.png --mask m.png -o m.png", "--mask"),
        ("blur . --mask m.png --in-place", "--mask"),
        ("compare a.png blur --reference m.png -o m.png", "--reference"),
        ("blur a.png --size 3,5 --reference m.png -o m.png", "--reference"),
        ("convolve g.txt -k k.txt -o k.txt", "--kernel"),
        ("convolve g.txt -k sobel-x -k k.txt -o k.txt", "--kernel"),
        ('compare a.png "convolve -k k.npy" blur -o k.npy', "--kernel"),
        ("blur --files-from list.txt -o list.txt", "--files-from"),
    ],
)
def test_no_output_replaces_what_is_read(words, option):
    save("a.png", 5, 6, 1)
    save("m.png", 5, 6, 1)
    Path("k.txt").write_text("1 2 1\n")
    np.save("k.npy", np.ones((1, 3)))
    Path("g.txt").write_text("1 2\n3 4\n")
    Path("list.txt").write_text("g.txt\n")
    before = files()
    result = invoke(*shlex.split(words))
    assert result.exit_code == 2
    assert f"{option} reads it; it can't be an output" in result.stderr
    assert files() == before


def test_where_a_report_can_not_be():
    for name in ("a.png", "b.png", "list"):
        save(name + (".png" if name == "list" else ""), 5, 6, 1)
    Path("list").write_text("a.png\n")
    Path("folder").mkdir()
    place = "a picture is read or written there"
    refused(f"--report a.png: {place}", *["blur", "a.png", "-o", "c.png", "--report", "a.png"])
    refused(f"--report ./c.png: {place}", *["blur", "a.png", "-o", "c.png", "--report", "./c.png"])
    refused(f"--report out/b.png: {place}", *["blur", ".", "-o", "out/", "--report", "out/b.png"])
    refused(
        "--report -: stdout is the picture's output", *["blur", "a.png", "-o", "-", "--report", "-"]
    )
    words = "blur --files-from list -o out/ --report list"
    refused("--report list: --files-from reads this file", *words.split())
    words = "blur a.png -o out/ --report out/.imgfilt.jsonl"
    refused(
        "--report out/.imgfilt.jsonl: --changed keeps its record under this name", *words.split()
    )
    words = "blur a.png --mask b.png -o out/ --report b.png"
    refused("--report b.png: --mask reads this file", *words.split())
    words = ["blur", "a.png", "-o", "out/", "--report"]
    refused("--report folder: is a folder...", *words, "folder")
    refused("--report no/said: there is no folder no", *words, "no/said")
    refused("--report a.png/said: Not a directory", *words, "a.png/said")


# A rehearsal


def test_dry_run_says_what_would_be_done(pictures):
    Path("out").mkdir()
    for name in ("a.png", "c.png"):
        Path("out", name).touch()
    before = files()
    result = invoke("blur", *pictures, "-n", "-o", "out/")
    assert result.stdout.splitlines() == [
        "replace a.png -> out/a.png",
        "write   b.png -> out/b.png",
        "replace c.png -> out/c.png",
        "fail    d.png -> out/d.png (no such file)",
    ]
    assert result.stderr == "imgfilt: dry run: 2 to replace, 1 to write, 1 to fail\n"
    assert result.exit_code == 1
    result = succeed("blur", "a.png", "b.png", "-n", "--json", "--skip-existing", "-o", "out/")
    steps = [{"filter": "blur", "parameters": {"size": 5}}]
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {
            "input": "a.png", "output": "out/a.png", "filter": "5 x 5 Averaging",
            "steps": steps, "action": "skip", "reason": "it exists",
        },
        {
            "input": "b.png", "output": "out/b.png", "filter": "5 x 5 Averaging",
            "steps": steps, "action": "write", "reason": None,
        },
    ]  # fmt: skip
    assert files() == before


def test_dry_run_finds_what_is_wrong_with_a_command(pictures):
    refused(
        "a.png and c.png would have the same output...",
        "blur",
        "a.png",
        "c.png",
        "-n",
        "-o",
        "e.png",
    )
    refused("a.png: the output is one of...", "blur", "a.png", "-n", "-o", "a.png")


def test_dry_run_in_place_and_of_what_is_unchanged(pictures):
    command = "blur", "a.png", "c.png", "--in-place", "--changed"
    assert succeed(*command, "-n").stdout.startswith("replace a.png -> a.png\n")
    succeed(*command)
    assert "skip    a.png -> a.png (it is unchanged)" in succeed(*command, "-n").stdout
    assert succeed(*command, "-n", "-q").stderr == ""


def test_a_rehearsal_says_what_a_run_does(pictures):
    jobs = make_jobs(
        find_inputs(pictures), Target("out/"), [Recipe([Step(Blur(), Options(), "")], {})]
    )
    for run_options in (RunOptions(), RunOptions(skip_existing=True), RunOptions(changed=True)):
        for _ in range(2):
            meant = [action for _, action, _ in plan_actions(jobs, JobOptions(), run_options)]
            found = run_jobs(jobs, JobOptions(), run_options, Console(quiet=True)).counts
            # Only reading shows that one is broken.
            assert found["failed"] == meant.count("fail") + 1
            assert found["skipped"] == meant.count("skip")


# How far it is


def test_a_tally(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    count = JobCounter()
    assert count.rate == 0
    count.update(0, 4000, "a.png")
    assert count.format_line(77) == "[                ]     0/4000  a.png"
    for _ in range(20):
        now[0] += 1
        count.update(count.done + 50, 4000, "photographs/b.png")
    assert count.rate == 50
    assert count.sentence == "1000 of 4000 done, 50.0/s, 1:00 left"
    for room, line in {
        77: "[####            ]  1000/4000  50.0/s  1:00 left  photographs/b.png",
        62: "[####            ]  1000/4000  50.0/s  1:00 left  ...phs/b.png",
        50: "[####            ]  1000/4000  50.0/s  1:00 left",
        40: "1000/4000  50.0/s  1:00 left  ...s/b.png",
        30: "1000/4000  50.0/s  1:00 left",
        20: "1000/4000",
        4: "1000",
    }.items():
        assert count.format_line(room) == line


def test_a_tally_goes_by_the_last_minute(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    count = JobCounter()
    for second in range(200):
        now[0] += 1
        count.update(count.done + (1 if second < 100 else 10), 10_000, "")
    assert count.rate == pytest.approx(10, rel=0.02)


def test_without_a_terminal_a_line_is_said_now_and_then(monkeypatch, capsys):
    from imgfilt.cli import console

    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for quiet in (False, True):
        with console.Console(quiet) as at_hand:
            for done in range(200):
                now[0] += 1
                at_hand.show_job_count(done, 200, "a.png", done // 100)
        said = capsys.readouterr().err.splitlines()
        assert len(said) == (0 if quiet else 3)
        pattern = r"imgfilt: \d+ of 200 done(, 1 failed)?, 1\.0/s, \d:\d\d left"
        assert all(re.fullmatch(pattern, line) for line in said)
        assert [", 1 failed" in line for line in said] == ([] if quiet else [False, True, True])


@pytest.mark.parametrize("quiet", [True, False])
def test_without_a_terminal_one_long_picture_says_so_now_and_then(quiet, monkeypatch, capsys):
    from imgfilt.cli import console

    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with console.Console(quiet) as at_hand:
        for second in range(151):
            now[0] = second
            at_hand.show_progress("a.png", second / 150)
    said = capsys.readouterr().err
    assert said == ("" if quiet else "imgfilt: a.png: 40 % done\nimgfilt: a.png: 80 % done\n")


# Never more threads than were asked for


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("engine", "jobs", "pictures"),
    [("opencv", 1, 3), ("numpy", 1, 1), ("opencv", 4, 2), ("numpy", 3, 1), ("opencv", 2, 3)],
)
def test_no_more_threads_compute_than_jobs(engine, jobs, pictures, tmp_path):
    for number in range(pictures):
        np.save(f"{number}.npy", np.random.default_rng(0).integers(0, 256, (2500, 2500), np.uint8))
    words = ["nlmeans", "--search", "41", "--engine", engine, ".", "-o", "out/", "-j", str(jobs)]
    process = subprocess.Popen([*PROGRAM, *words], stderr=subprocess.DEVNULL)
    try:
        until(lambda: has_loaded(process.pid, LIBRARIES[engine]), process)
        before, busy, last, end = computed(process.pid), {}, None, time.monotonic() + 20
        # The same threads in two intervals: what still loads in the first doesn't count.
        while (not busy or busy != last) and time.monotonic() < end:
            time.sleep(0.3)
            last, after = busy, computed(process.pid)
            busy = {name for name, spent in after.items() if spent - before.get(name, 0) > 0.02}
            before = after
    finally:
        process.terminate()
        process.wait(10)
    assert 1 <= len(busy) <= jobs


LIBRARIES = {"numpy": "_multiarray_umath", "opencv": "cv2"}


def has_loaded(number, library):
    """Return whether a process or one of its children has a library in memory."""
    with contextlib.suppress(OSError):  # a process may end before it is read
        if library in Path(f"/proc/{number}/maps").read_text():
            return True
        tasks = Path(f"/proc/{number}/task").iterdir()
        children = [child for task in tasks for child in (task / "children").read_text().split()]
        return any(has_loaded(child, library) for child in children)
    return False


def computed(number):
    """Return for how many seconds each thread of a process and its children has computed."""
    found = {}
    for task in Path(f"/proc/{number}/task").iterdir():
        words = (task / "stat").read_text().rpartition(")")[2].split()
        found[task.name] = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        for child in (task / "children").read_text().split():
            found |= computed(child)
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_codecs_with_threads_of_their_own_take_no_more_either():
    save("a.png", 400, 500, 3)
    words = ["blur", "--size", "1", "a.png", "-o", "a.avif", "-j", "1"]
    process = subprocess.Popen([*PROGRAM, *words], stderr=subprocess.DEVNULL)
    most = {}
    while process.poll() is None:
        with contextlib.suppress(OSError):
            most |= computed(process.pid)
        time.sleep(0.01)
    # The first loaded all, too.
    assert len([seconds for seconds in most.values() if seconds > 0.1]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("jobs", "engine", "loaded"), [(15, "auto", 0), (16, "auto", 1), (16, "numpy", 0)]
)
def test_modules_for_many_jobs_are_loaded_before_the_workers_start(jobs, engine, loaded, in_folder):
    code = f"""
import sys
from imgfilt.batch import Job, Recipe
from imgfilt.pipeline.chain import Step
from imgfilt.batch.run_job import load_modules
from imgfilt.filters import Blur
from imgfilt.pipeline.options import Options
recipe = Recipe([Step(Blur(3), Options(engine={engine!r}), "")], {{}})
load_modules([Job(("a.png",), "b.png", (recipe,))] * {jobs})
print("cv2" in sys.modules, "imgfilt.image.codecs.png" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == [str(jobs == 16 and engine == "auto"), str(jobs == 16)]
