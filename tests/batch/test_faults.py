"""Faults during a batch, injected for real: full disks, little memory, signals, kills, shots."""

import contextlib
import io
import os
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt import read

from ..cli_support import PROGRAM, SIGNALS, files, posix, save, until
from ..examples import picture

pytestmark = [pytest.mark.slow, posix, pytest.mark.usefixtures("in_folder")]

SLOW = "nlmeans", "--search", "41"  # half a minute for one of the large pictures


@pytest.fixture
def begun():
    """Start the program, and see to it that it ends."""
    started = []

    def begin(*arguments, **how):
        process = subprocess.Popen([*PROGRAM, *arguments], stderr=subprocess.PIPE, text=True, **how)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


def workers(number):
    """Return the processes that a process has begun."""
    with contextlib.suppress(OSError):
        return [
            int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text().split()
        ]
    return []


def gone(numbers):
    """Tell whether none of some processes is there any more."""
    return not any(Path(f"/proc/{number}/stat").exists() for number in numbers)


def large(*names):
    for name in names:
        np.save(name, picture((2500, 2500), "uint8"))


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# A full disk


@pytest.mark.parametrize("suffix", ["png", "jpg", "npy"])
def test_a_file_size_limit_fails_what_is_too_large_and_nothing_else(suffix):
    import resource

    save("large.png", 200, 200, 3)
    save("small.png", 4, 4, 3)
    Path("out").mkdir()
    Path("out", f"large.{suffix}").write_text("old")
    done = subprocess.run(
        [*PROGRAM, "blur", "large.png", "small.png", "-f", suffix, "-o", "out/"],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert done.returncode == 1
    assert sorted(done.stderr.splitlines()) == [
        "imgfilt: 1 written, 1 failed",
        f"imgfilt: out/large.{suffix}: File too large",
    ]
    assert sorted(files("out")) == [f"large.{suffix}", f"small.{suffix}"]
    assert Path("out", f"large.{suffix}").read_text() == "old"
    assert read(Path("out", f"small.{suffix}")).pixels.shape[:2] == (4, 4)


@pytest.fixture
def small_disk(tmp_path):
    """A folder with room for 300 000 bytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    with contextlib.suppress(OSError):
        if subprocess.run(mount, capture_output=True).returncode == 0:
            yield folder
            subprocess.run(["umount", "-l", str(folder)], check=True)
            return
    pytest.skip("no small disk can be mounted here")


def test_a_disk_that_becomes_full(small_disk):
    """What still fits is whole; what doesn't is said, leaves nothing, and ends the run."""
    names = [f"{n}.png" for n in range(12)]
    for name in names:
        save(name, 120, 130, 3)
    (small_disk / "0.png").write_text("old")
    command = [*PROGRAM, "blur", *names, "-f", "bmp", "-o", "disk/", "--report", "said", "-j2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    found = sorted(files("disk"))
    assert done.returncode == 1
    written = len(found) - 1
    assert 3 <= written <= 6
    *failed, last = done.stderr.splitlines()
    # Two at work, each with one that waits for it.
    assert 1 <= len(failed) <= 4
    assert last == (
        f"imgfilt: {written} written, {len(failed)} failed, {12 - written - len(failed)} not begun"
        "; the disk is full; with --skip-existing the same command does the rest"
    )
    assert all(line.endswith(".bmp: No space left on device") for line in failed)
    assert not [name for name in os.listdir(small_disk) if name.startswith(".")]
    for name in found:
        if name != "0.png":
            assert read(small_disk / name).pixels.shape == (120, 130, 3)


def test_a_full_disk_keeps_a_record_whole(small_disk):
    """And an output whose line doesn't fit isn't written: in place it would be filtered twice."""
    for number in range(8):
        save(small_disk / f"{number}.png", 20, 20, 3)
    before = files(small_disk)
    (small_disk / "ballast").write_bytes(b"")
    with contextlib.suppress(OSError), open(small_disk / "ballast", "wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))
    command = [*PROGRAM, "blur", "disk", "--in-place", "--changed"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    kept = files(small_disk)
    assert {name: kept[name] for name in before} == before
    (small_disk / "ballast").unlink()
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    once = files(small_disk)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == "imgfilt: 0 written, 0 failed, 8 skipped\n"
    assert files(small_disk) == once


# Little memory


@linux
@pytest.mark.parametrize(("megabytes", "engine"), [(450, "numpy"), (560, "opencv")])
def test_little_memory_fails_what_needs_more_and_nothing_else(megabytes, engine):
    import resource

    small = save("small.npy.png", 20, 30, 3)
    np.save("large.npy", np.zeros((12_000, 12_000), np.uint8))
    limit = megabytes << 20
    done = subprocess.run(
        [*PROGRAM, "gaussian", "large.npy", "small.npy.png", "--engine", engine, "-o", "out/"],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    said = done.stderr.splitlines()
    assert all(line.startswith("imgfilt: ") for line in said), done.stderr
    assert "Traceback" not in done.stderr
    if "large.npy" in files("out"):
        assert read("out/large.npy").pixels.shape == (12_000, 12_000, 1)
    if done.returncode == 0:
        assert len(files("out")) == 2
    assert not [name for name in os.listdir(".") if name.startswith(".imgfilt")]
    if said and said[-1].startswith("imgfilt: 1 written"):
        assert read("out/small.npy.png").pixels.shape == small.shape


# Signals


@linux
@pytest.mark.parametrize(
    ("name", "code", "to"), [*((*one, "group") for one in SIGNALS), (*SIGNALS[1], "command")]
)
def test_a_signal_ends_all_workers_and_says_one_line(name, code, to, begun):
    large("a.npy", "b.npy", "c.npy")
    save("0.png", 5, 6, 3)
    Path("out").mkdir()
    Path("out/b.npy").write_text("old")
    before = files()
    process = begun(*SLOW, ".", "-j", "3", "-o", "out/", start_new_session=True)
    until(lambda: Path("out/0.png").exists() and len(workers(process.pid)) == 3, process)
    at_work = workers(process.pid)
    time.sleep(0.3)
    if to == "group":  # as a terminal does
        os.killpg(process.pid, getattr(signal, name))
    else:
        process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=5)
    so_far = "1 written, 0 failed, 3 left; the same command makes all again"
    assert (process.returncode, said) == (code, f"imgfilt: interrupted ({name}): {so_far}\n")
    assert gone(at_work)
    assert files() == before | {"out/0.png": Path("out/0.png").read_bytes()}


@linux
def test_a_signal_while_workers_write(begun):
    """In whatever they are: no temporary file is left, and each output is old or new."""
    for number in range(40):
        save(f"{number}.png", 60, 50, 3, seed=number)
    for delay in (0.05, 0.15):
        out = Path(f"out{delay}")
        process = begun("blur", ".", "-o", f"{out}/")
        until(lambda out=out: out.exists() and len(os.listdir(out)) > 2, process)
        at_work = workers(process.pid)
        time.sleep(delay)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=5)
        assert process.returncode in (143, 0), said
        assert gone(at_work)
        assert not [name for name in os.listdir(out) if not name.endswith(".png")]
        for content in files(out).values():
            whole(content)


@linux
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGTERM"])
def test_a_worker_that_is_shot_costs_its_picture(name, begun):
    large("a.npy")
    names = [f"{n}.png" for n in range(6)]
    for one in names:
        save(one, 30, 30, 3)
    process = begun(*SLOW, "a.npy", *names, "-j", "2", "-o", "out/", "--report", "said")
    until(lambda: len(files("out") if Path("out").exists() else ()) == 6, process)
    for number in workers(process.pid):
        # The other, which has nothing to do, may be shot as well.
        os.kill(number, getattr(signal, name))
    _, said = process.communicate(timeout=20)
    ended = "ended with exit code 143" if name == "SIGTERM" else f"was ended by {name}"
    assert said == f"imgfilt: a.npy: its worker {ended}\nimgfilt: 6 written, 1 failed\n"
    assert process.returncode == 1
    assert sorted(files("out")) == sorted(names)


# Kills


def whole(content):
    """Fail where a PNG isn't all there."""
    with Image.open(io.BytesIO(content)) as file:
        file.load()


class Poller:
    """Reads outputs over and over while they are written: none may ever be half there."""

    def __init__(self, folder, valid):
        self.folder, self.valid = Path(folder), valid
        self.seen, self.wrong = 0, []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.poll)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *raised):
        self.stop.set()
        self.thread.join()

    def poll(self):
        while not self.stop.wait(0.002):
            names = [name for name in os.listdir(self.folder) if not name.startswith(".")]
            for name in random.sample(names, min(20, len(names))):
                content = (self.folder / name).read_bytes()
                self.seen += 1
                if content not in self.valid[name]:
                    self.wrong.append(name)


def kill_rounds(rounds, seed, pictures=40):
    """Kill a batch at random moments, over new and over old outputs; return what came of it."""
    chance = random.Random(seed)
    names = [f"{number:03}.png" for number in range(pictures)]
    Path("in").mkdir()
    for number, name in enumerate(names):
        save(Path("in", name), 90, 80, 3, seed=number)
    command = [*PROGRAM, "blur", "in", "-o"]
    subprocess.run([*command, "new/"], check=True, capture_output=True)
    new = files("new")
    begun = time.monotonic()
    subprocess.run([*command, "timed/"], check=True, capture_output=True)
    longest = time.monotonic() - begun
    counts = {"killed": 0, "half done": 0, "read": 0, "kept": 0}
    for number in range(rounds):
        over_old = number % 2
        out = Path(f"out{number}")
        out.mkdir()
        old = {name: Path("in", name).read_bytes() for name in names if over_old}
        for name, content in old.items():
            (out / name).write_bytes(content)
        valid = {name: {new[name]} | ({old[name]} if over_old else set()) for name in names}
        with Poller(out, valid) as poller:
            process = subprocess.Popen([*command, f"{out}/"], stderr=subprocess.PIPE)
            time.sleep(chance.uniform(0.15, longest))
            at_work = workers(process.pid)
            process.kill()
            process.communicate()
            counts["killed"] += process.returncode == -signal.SIGKILL
            deadline = time.monotonic() + 3
            while not gone(at_work):
                assert time.monotonic() < deadline, "a worker outlives the command"
                time.sleep(0.01)
        found = {name: (out / name).read_bytes() for name in names if (out / name).exists()}
        assert all(content in valid[name] for name, content in found.items())
        done = sum(content == new[name] for name, content in found.items())
        counts["half done"] += 0 < done < len(names)
        counts["kept"] += done
        counts["read"] += poller.seen
        assert not poller.wrong
        again = [*command, f"{out}/"] + ([] if over_old else ["--skip-existing"])
        finished = subprocess.run(again, capture_output=True, text=True)
        skipped = "" if over_old or not done else f", {done} skipped"
        written = len(names) - (0 if over_old else done)
        assert finished.stderr == f"imgfilt: {written} written, 0 failed{skipped}\n"
        assert {n: c for n, c in files(out).items() if n[0] != "."} == new
    return counts


@linux
def test_killed_at_random_moments_nothing_is_half_written():
    counts = kill_rounds(2, seed=time.time_ns())
    assert counts["killed"] >= 1
    assert counts["read"] > 20


@linux
def test_killed_in_place_nothing_is_filtered_twice():
    chance = random.Random(time.time_ns())
    names = [f"{number:02}.png" for number in range(40)]
    Path("once").mkdir()
    for number, name in enumerate(names):
        save(Path("once", name), 60, 50, 3, seed=number)
    before = files("once")
    command = [*PROGRAM, "blur", "--in-place"]
    subprocess.run([*command, "once"], check=True, capture_output=True)
    once = {name: content for name, content in files("once").items() if name[0] != "."}
    for number in range(2):
        folder = Path(f"in{number}")
        folder.mkdir()
        for name, content in before.items():
            (folder / name).write_bytes(content)
        # The first command needn't have known that it would be killed.
        for words in ([], ["--changed"], ["--changed"]):
            process = subprocess.Popen([*command, str(folder), *words], stderr=subprocess.PIPE)
            time.sleep(chance.uniform(0.2, 0.6))
            process.kill()
            process.communicate()
            found = {name: (folder / name).read_bytes() for name in names}
            assert all(found[name] in (before[name], once[name]) for name in names)
        subprocess.run([*command, str(folder), "--changed"], check=True, capture_output=True)
        assert {name: (folder / name).read_bytes() for name in names} == once


@linux
def test_a_report_has_whole_lines_even_when_its_writer_is_killed(begun):
    import json

    for number in range(80):
        save(f"{number:02}.png", 20, 20, 3)
    for _ in range(2):
        process = begun("blur", ".", "-o", "out/", "--report", "said")
        until(lambda: Path("said").exists() and Path("said").stat().st_size > 1000, process)
        process.kill()
        process.communicate()
        content = Path("said").read_text()
        assert content.endswith("\n")
        for line in content.splitlines():
            assert json.loads(line)["status"] == "written"
        Path("said").unlink()


# Streams


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_closed_streams_cost_no_picture(closed):
    for name in ("a.png", "b.png", "c.png"):
        save(name, 30, 40, 3)
    Path("d.png").write_text("words")
    command = f"{shlex.join(PROGRAM)} blur . -v -o out/ {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert sorted(files("out")) == ["a.png", "b.png", "c.png"]
    for content in files("out").values():
        whole(content)


def test_no_home_and_hardly_an_environment():
    for name in ("a.png", "b.png"):
        save(name, 30, 40, 3)
    done = subprocess.run(
        [*PROGRAM, "blur", ".", "-o", "out/"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stderr == "imgfilt: 2 written, 0 failed\n"
