"""Interrupts: one line, the signal's exit code, finished files whole and no others."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from imgfilt import signals

from ..cli_support import PROGRAM, SIGNALS, files, until
from ..examples import picture

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]

LONG = "nlmeans", "--search", "41"  # for a large picture: half a minute with cv2, more with NumPy


@pytest.fixture(autouse=True)
def inputs(in_folder):
    np.save("b.npy", picture((2500, 2500), "uint8"))


@pytest.fixture
def begun():
    """Start the program, and see to it that it ends."""
    started = []

    def begin(*arguments, **how):
        started.append(subprocess.Popen([*PROGRAM, *arguments], stderr=subprocess.PIPE, **how))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def is_writing(process):
    """Tell whether a file is begun here: under a temporary name, or still without one."""
    opened = []
    for path in Path(f"/proc/{process.pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            opened.append(os.readlink(path))
    nameless = any(path.startswith(f"{Path.cwd()}/#") for path in opened)
    return nameless or list(Path().glob(".imgfilt-*"))


def interrupted(process, name, code, so_far=""):
    """Send a signal; the program must end within 5 s and say one line."""
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=5)
    assert said == f"imgfilt: interrupted ({name}){so_far}\n".encode()
    assert process.returncode == code


@pytest.mark.parametrize(("name", "code"), SIGNALS)
@pytest.mark.parametrize("engine", ["numpy", "opencv"])
def test_in_the_middle_of_a_filter(engine, name, code, begun):
    np.save("a.npy", np.zeros((2, 2), np.uint8))
    Path("out").mkdir()
    Path("out/b.npy").write_text("old")
    before = files()
    process = begun(*LONG, "--engine", engine, "a.npy", "b.npy", "-o", "out/")
    until(Path("out/a.npy").exists, process)
    time.sleep(0.3)  # to read the second, and begin
    so_far = ": 1 written, 0 failed, 1 left; the same command makes all again"
    interrupted(process, name, code, so_far)
    assert files() == before | {"out/a.npy": Path("a.npy").read_bytes()}


@pytest.mark.parametrize("name", ["c.npy", "c.png", "c.tif"])
def test_in_the_middle_of_writing(name, begun):
    Path(name).write_text("old")
    before = files()
    process = begun("blur", "--size", "1", "b.npy", "-o", name)
    until(lambda: is_writing(process), process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=5)
    if process.returncode == 0:  # it was too late
        before[name] = Path(name).read_bytes()
        assert before[name] != b"old"
    else:
        assert (process.returncode, said) == (130, b"imgfilt: interrupted (SIGINT)\n")
    assert files() == before


def test_while_a_figure_is_made(begun):
    before = files()
    process = begun(*LONG, "--strength", "5,10", "b.npy", "-o", "b.png")
    time.sleep(0.7)
    interrupted(process, "SIGINT", 130)
    assert files() == before


def test_while_it_waits_for_stdin(begun):
    process = begun("blur", "-", "-o", "b.png", stdin=subprocess.PIPE)
    time.sleep(0.5)
    interrupted(process, "SIGINT", 130)
    assert list(files()) == ["b.npy"]


@pytest.mark.parametrize("stopped", [True, False])
def test_two_signals_at_once(stopped, begun):
    process = begun(*LONG, "b.npy", "-o", "b.png")
    time.sleep(0.7)
    numbers = [signal.SIGTERM, signal.SIGHUP]
    for number in [signal.SIGSTOP, *numbers, signal.SIGCONT] if stopped else numbers:
        process.send_signal(number)
    _, said = process.communicate(timeout=5)
    assert said in (b"imgfilt: interrupted (SIGTERM)\n", b"imgfilt: interrupted (SIGHUP)\n")
    assert process.returncode in (143, 129)
    assert list(files()) == ["b.npy"]


def test_what_the_parent_ignores_stays_ignored(begun):
    """As nohup has it."""
    process = begun(
        *("median", "-s", "9", "--engine", "numpy", "b.npy", "-o", "c.npy"),
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    time.sleep(0.5)
    process.send_signal(signal.SIGHUP)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    assert list(files()) == ["b.npy", "c.npy"]


def test_while_its_own_parts_are_being_loaded(monkeypatch, capfd):
    """When they can't have begun anything."""
    left = []
    monkeypatch.setattr(os, "_exit", left.append)
    for part in ("files", "concurrency.parallel"):
        monkeypatch.setitem(sys.modules, f"imgfilt.{part}", ModuleType(part))
    signals._terminate(signal.SIGTERM, None)
    assert left == [143]
    assert capfd.readouterr().err.endswith("imgfilt: interrupted (SIGTERM)\n")


def test_while_standard_error_is_redirected(tmp_path):
    """A decoder's lines are discarded meanwhile, but not the command's own."""
    code = """
import os, signal
from imgfilt import signals, stderr
signals.install_signal_handlers()
with open(os.devnull, "wb") as nowhere, stderr.redirected(nowhere.fileno()):
    os.write(2, b"a line of a library")
os.write(2, b"before ")
with open(os.devnull, "wb") as nowhere, stderr.redirected(nowhere.fileno()):
    os.write(2, b"another")
    os.kill(os.getpid(), signal.SIGTERM)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (143, "before imgfilt: interrupted (SIGTERM)\n")
