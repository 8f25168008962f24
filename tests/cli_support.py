"""The command line as tests run it: in this process where that is enough, else as a program."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from imgfilt.cli import main_group

from .examples import picture

PROGRAM = sys.executable, "-m", "imgfilt"
ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_images"

posix = pytest.mark.skipif(os.name == "nt", reason="not to be had on Windows")


def invoke(*arguments, given=None):
    """Run a command in this process; an error that it doesn't handle fails the test."""
    return CliRunner().invoke(
        main_group, list(map(str, arguments)), given, prog_name="imgfilt", catch_exceptions=False
    )


def succeed(*arguments, given=None):
    """Run a command that must do all that it was asked."""
    result = invoke(*arguments, given=given)
    assert result.exit_code == 0, result.stderr
    return result


def run(*arguments, **how):
    """Run the program to its end."""
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, timeout=60, **how)


def save(path, *shape, dtype="uint8", seed=0):
    """Write a picture of noise, and return its (H, W, C) pixels."""
    pixels = picture(shape, dtype, seed)
    Image.fromarray(pixels[..., 0] if shape[2] == 1 else pixels).save(path)
    return pixels


def load(path):
    """Return the (H, W, C) pixels of a picture."""
    with Image.open(path) as file:
        return np.atleast_3d(np.asarray(file))


def files(folder="."):
    """Return every file below a folder, hidden ones too, with what it holds."""
    found = (path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def refused(line, *arguments, code=2):
    """Run a command that must say this one line, and touch nothing; `...` ends what may go on."""
    before, paths = files(), set(Path().rglob("*"))
    result = invoke(*arguments)
    said = f"{result.stdout}{result.stderr}exit code {result.exit_code}"
    start = f"imgfilt: {line}".removesuffix("...")
    assert result.stderr.startswith(start), said
    first, *below = result.stderr.splitlines()
    assert line.endswith("...") or first == start, said
    # A command to run; or, of a text that can't be read, the line that it is about, and a caret.
    is_command = len(below) == 1 and below[0].startswith("  imgfilt ")
    assert not below or is_command or (len(below) == 2 and below[1].strip() == "^"), said
    assert is_command or all(shown.startswith("    ") for shown in below), said
    assert (result.exit_code, result.stdout) == (code, ""), said
    assert set(Path().rglob("*")) == paths
    assert files() == before


# Those that end the command, with its exit code.
SIGNALS = [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)]


def until(condition, process):
    """Wait for what the program is to do soon."""
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.005)
