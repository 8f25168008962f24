"""Progress: one line on a terminal while a picture takes long, and nothing of it anywhere else."""

import os
import re
import signal
import subprocess
import time
from contextlib import redirect_stderr

import numpy as np
import pytest

from imgfilt.cli import progress
from imgfilt.cli.console import Console
from imgfilt.cli.progress import format_share

from ..cli_support import PROGRAM, files, succeed
from ..examples import picture

ERASED = "\r\x1b[K"
SLOW = "nlmeans", "--search", "31", "--engine", "numpy"

terminals = pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")


@pytest.mark.parametrize(
    ("name", "share", "room", "shown"),
    [
        ("photo.jpg", 0.45, 77, "photo.jpg  [#########           ]   45 %"),
        ("photo.jpg", 0, 77, "photo.jpg  [                    ]    0 %"),
        ("photo.jpg", 1, 77, "photo.jpg  [####################]  100 %"),
        ("a.png", 0.5, 36, "a.png  [##########          ]   50 %"),
        ("a.png", 0.5, 26, "a.png  [#####     ]   50 %"),
        ("folder/photograph.jpg", 0.45, 40, "...ph.jpg  [#########           ]   45 %"),
        ("folder/photograph.jpg", 0.45, 17, "...aph.jpg   45 %"),
        ("folder/photograph.jpg", 0.45, 10, "45 %"),
        ("写真写真写真.png", 0.45, 17, "...真.png   45 %"),
    ],
)
def test_line(name, share, room, shown):
    assert format_share(name, share, room).split() == shown.split()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a", "photo.jpg", 300 * "x", 300 * "写"])
def test_the_line_has_room(name):
    for room in (*range(1, 40), 60, 80, 119):
        for share in (0, 0.005, 0.5, 0.996, 1):
            text = format_share(name, share, room)
            assert progress.display_width(text) <= room
            assert room < 6 or text.endswith("%")


def test_the_line_says_how_long_it_takes():
    assert format_share("a.png", 0.5, 77, 0.9).endswith(" 50 %")
    assert format_share("a.png", 0.5, 77, 61).endswith(" 50 %  1:01")
    assert format_share("a.png", 0.5, 40, 61).endswith(" 50 %")


class Terminal:
    """A stderr that says it is a terminal, and keeps what it gets."""

    encoding = "utf-8"

    def __init__(self, error=None):
        self.text, self.error = "", error

    def isatty(self):
        return True

    def fileno(self):
        raise OSError

    def write(self, text):
        if self.error:
            raise self.error
        self.text += text
        return len(text)

    def flush(self):
        pass


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(progress, "_FIRST", 0.05)
    return Terminal()


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_it_waits_before_it_shows(terminal):
    with redirect_stderr(terminal), Console() as console:
        for name in "ab":
            console.show_progress(name, 0)
            console.show_progress(name, 0.5)
        assert terminal.text == ""
        until(lambda: terminal.text)
        assert terminal.text.startswith(f"{ERASED}b  [##########          ]")
    assert terminal.text.endswith(ERASED)
    assert "a  [" not in terminal.text


def test_its_time_goes_on_though_nothing_else_does(terminal, monkeypatch):
    monkeypatch.setattr(progress, "_STEP", 0.2)
    with redirect_stderr(terminal), Console() as console:
        console.show_progress("a", 0)
        until(lambda: "0 %  0:01" in terminal.text)
        drawn = terminal.text.count("a  [")
    assert drawn > 3
    time.sleep(0.3)
    assert terminal.text.count("a  [") == drawn


def test_it_is_drawn_at_most_every_tenth_of_a_second(terminal):
    with redirect_stderr(terminal), Console() as console:
        console.show_progress("a", 0)
        until(lambda: terminal.text)
        for share in range(1000):
            console.show_progress("a", 0.3 + share / 10_000)
        drawn = terminal.text.count("a  [")
        time.sleep(0.11)
        console.show_progress("a", 0.9)
        assert drawn <= 2
        assert terminal.text.count("a  [") == drawn + 1
        assert terminal.text.endswith("90 %")


def test_it_makes_room_for_other_lines(terminal):
    with redirect_stderr(terminal), Console() as console:
        console.show_progress("a", 0)
        until(lambda: terminal.text)
        console.failure("b: it failed")
    shown = terminal.text.split("\n")[0]
    assert shown.endswith(f" %{ERASED}imgfilt: b: it failed")


def test_after_the_end_nothing_shows(terminal):
    with redirect_stderr(terminal), Console() as console:
        console.show_progress("a", 0)
    time.sleep(0.15)
    assert terminal.text == ""


@pytest.mark.parametrize("error", [OSError(5, "lost"), ValueError("closed")])
def test_a_terminal_that_is_gone_costs_nothing(error, terminal):
    terminal.error = error
    with redirect_stderr(terminal), Console() as console:
        console.show_progress("a", 0)
        time.sleep(0.1)
        console.show_progress("a", 0.5)
        console.failure("b: it failed")


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_and_no_terminal(quiet, terminal, monkeypatch):
    if not quiet:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    with redirect_stderr(terminal), Console(quiet) as console:
        console.show_progress("a", 0)
        time.sleep(0.1)
        console.show_progress("a", 0.5)
    assert terminal.text == ""


@pytest.mark.parametrize("sizes", ["3", "3,5,7"])
@pytest.mark.parametrize("values", ["clip", "stretch"])
def test_shares_begin_at_nothing_and_end_at_all(sizes, values, in_folder, monkeypatch):
    np.save("a.npy", picture((2100, 30), "uint8"))
    found = []
    monkeypatch.setattr(Console, "show_progress", lambda self, *shown: found.append(shown))
    kernel = "--kernel", "average", "--size", sizes, "--values", values
    succeed("convolve", "a.npy", *kernel, "--jobs", "1", "-o", "b.png")
    assert {name for name, _ in found} == {"a.npy"}
    shares = [share for _, share in found]
    assert shares == sorted(set(shares))
    assert (shares[0], shares[-1]) == (0, 1)
    strips, passes = 2, 1 + (values == "stretch")
    assert len(shares) == 1 + strips * passes * len(sizes.split(","))


def on_terminal(columns, *arguments, **variables):
    """Begin the program with its stderr on a terminal of so many columns; return both."""
    import fcntl
    import pty
    import struct
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", **variables}
    process = subprocess.Popen(
        [*PROGRAM, *arguments], stderr=its, start_new_session=True, env=environment
    )
    os.close(its)
    return process, ours


def read_until(terminal, pattern, said=""):
    """Read a terminal until a pattern, or to its end if that is None."""
    while pattern is None or not re.search(pattern, said):
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux has it so where the other side is closed
            more = b""
        if not more:
            assert pattern is None, said
            break
        said += more.decode()
    return said


@pytest.mark.slow
@terminals
@pytest.mark.parametrize("columns", [20, 40, 120])
def test_interrupted_on_a_terminal(columns, in_folder):
    np.save("photograph.npy", picture((1200, 1200, 3), "uint8"))
    before = files()
    process, terminal = on_terminal(columns, *SLOW, "photograph.npy", "-o", "b.npy")
    try:
        said = read_until(terminal, r"\d %")
        process.send_signal(signal.SIGINT)
        said = read_until(terminal, None, said)
        assert process.wait(10) == 130
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    *drawn, last = said.split("\r" + " " * (columns - 1) + "\r")
    assert len(drawn) == 1
    assert last == "imgfilt: interrupted (SIGINT)\r\n"
    for text in drawn[0].split(ERASED)[1:]:
        assert len(text) <= columns - 1
        assert re.fullmatch(r"(\.\.\.)?\S*\.npy  (\[#* *\]  )?\s*\d+ %(  \d:\d\d)?", text)
    assert files() == before


@pytest.mark.slow
@terminals
def test_the_line_is_gone_at_the_end(in_folder):
    np.save("photograph.npy", picture((900, 900), "uint8"))
    process, terminal = on_terminal(80, *SLOW, "photograph.npy", "-o", "b.png")
    try:
        said = read_until(terminal, None)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert said.endswith(ERASED)
    assert "photograph.npy  [" in said


@pytest.mark.slow
@terminals
@pytest.mark.parametrize("interrupted", [True, False])
def test_a_dumb_terminal_gets_lines_only(interrupted, in_folder):
    np.save("photograph.npy", picture((900, 900), "uint8"))
    process, terminal = on_terminal(80, *SLOW, "photograph.npy", "-o", "b.png", TERM="dumb")
    try:
        if interrupted:
            time.sleep(2)
            process.send_signal(signal.SIGINT)
        said = read_until(terminal, None)
        assert process.wait(60) == (130 if interrupted else 0)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert said == ("imgfilt: interrupted (SIGINT)\r\n" if interrupted else "")


@pytest.mark.slow
@terminals
@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_nothing_is_coloured(variables, in_folder):
    process, terminal = on_terminal(80, "blurr", "a.png", **variables)
    try:
        said = read_until(terminal, None)
        assert process.wait(60) == 2
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert "blurr" in said
    assert "\x1b" not in said
