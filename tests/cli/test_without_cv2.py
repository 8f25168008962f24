"""Without OpenCV every command works, with NumPy, and says so once where OpenCV was meant."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from imgfilt.filters import FILTERS

from ..cli_support import SAMPLES, files, load, run, save, succeed
from ..examples import FILTER_COMMANDS

pytestmark = pytest.mark.slow

WITHOUT = "import sys; sys.modules['cv2'] = None; from imgfilt.__main__ import main; main()"
COMMANDS = {
    **{name: [name, "a.png", *words] for name, (words, _) in FILTER_COMMANDS.items()},
    "blur": ["blur", "a.png", "-s", "3x5"],
    "figure": ["gaussian", "a.png", "-s", "3:7:2"],
    "compare": [
        "compare",
        "a.png",
        "b.png",
        "blur",
        "Bilateral=bilateral -d 5",
        "median -s 3,5",
        "--captions",
        "none",
    ],
}
# What is said of figures, whatever the engine.
FIGURES = {
    "figure": "imgfilt: found.png: a figure of 4 cells, 147 x 137\n",
    "compare": "imgfilt: found.png: a figure of 10 cells, 152 x 67\n",
}
SAID = "imgfilt: OpenCV can't be imported (import of cv2 halted; None in sys.modules), "


@pytest.fixture(autouse=True)
def inputs(in_folder):
    save("a.png", 14, 11, 3)
    save("b.png", 14, 11, 4)


def run_without(*arguments, **how):
    """Run the program where cv2 can't be imported."""
    command = [sys.executable, "-c", WITHOUT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **how)


def test_every_filter_is_tried():
    assert set(FILTERS) < set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_it_runs_on_numpy_and_says_so_once(name):
    words = COMMANDS[name]
    done = run_without(*words, "-o", "found.png")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{SAID}so this runs on NumPy\n{FIGURES.get(name, '')}"
    if name == "compare":
        words = [*words[:3], *(f"{spec} --engine numpy" for spec in words[3:6]), *words[6:]]
    else:
        words = [*words, "--engine", "numpy"]
    succeed(*words, "-o", "wanted.png")
    assert np.array_equal(load("found.png"), load("wanted.png"))


def test_it_says_nothing_where_numpy_is_chosen_anyway():
    done = run_without("median", "a.png", "-s", "7", "-o", "found.png")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["blur", "figure"])
@pytest.mark.parametrize("words", [["--engine", "numpy"], ["-q"]])
def test_it_says_nothing_unasked(name, words):
    done = run_without(*COMMANDS[name], *words, "-o", "found.png")
    said = "" if words == ["-q"] else FIGURES.get(name, "")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", said)
    assert sorted(files()) == ["a.png", "b.png", "found.png"]


def test_once_for_several_pictures():
    done = run_without("blur", "a.png", "b.png", "-s", "3,5", "-o", "{stem}{size}.png")
    assert done.stderr == f"{SAID}so this runs on NumPy\nimgfilt: 4 written, 0 failed\n"
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["blur", "figure"])
def test_opencv_that_is_asked_for(name):
    before = files()
    done = run_without(*COMMANDS[name], "--engine", "opencv", "-o", "found.png")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == f"{SAID.replace('imgfilt:', 'imgfilt: a.png:', 1)[:-2]}; --engine numpy can\n"
    )
    assert files() == before


@pytest.mark.parametrize("sample", ["steps.png", "badge.png", "lecture-7x7.txt"])
def test_samples(sample):
    done = run_without("median", str(SAMPLES / sample), "-o", "found.npy")
    assert done.returncode == 0
    succeed("median", SAMPLES / sample, "--engine", "numpy", "-o", "wanted.npy")
    assert Path("found.npy").read_bytes() == Path("wanted.npy").read_bytes()


def test_what_is_left_of_an_installation():
    """cv2 that can be imported, and has nothing in it."""
    Path("broken/cv2").mkdir(parents=True)
    Path("broken/cv2/__init__.py").touch()
    paths = os.pathsep.join(["broken", *sys.path])
    done = run("blur", "a.png", "-o", "found.png", env={**os.environ, "PYTHONPATH": paths})
    said = done.stderr.decode()
    assert done.returncode == 0
    assert said.startswith("imgfilt: OpenCV can't be imported (module 'cv2' has no attribute")
    assert said.endswith("), so this runs on NumPy\n")


@pytest.mark.parametrize("error", ["ImportError", "OSError", "AttributeError", "RuntimeError"])
def test_a_broken_installation(error):
    """Such as cv2 for another NumPy, or without a library of the system."""
    Path("broken/cv2").mkdir(parents=True)
    Path("broken/cv2/__init__.py").write_text(f"raise {error}('libGL.so.1: missing\\nand so on')\n")
    paths = os.pathsep.join(["broken", *sys.path])
    done = run("blur", "a.png", "-o", "found.png", env={**os.environ, "PYTHONPATH": paths})
    said = "imgfilt: OpenCV can't be imported (libGL.so.1: missing), so this runs on NumPy\n"
    assert (done.returncode, done.stderr.decode()) == (0, said)
