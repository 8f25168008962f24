"""A short command loads what it needs and no more, and NumPy from few frames deep."""

import gc
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from imgfilt.filters import FILTERS

from ..cli_support import posix, save, succeed

# Runs the command, and prints on stderr how deep NumPy was imported, whether garbage is collected
# and objects are frozen, and what was loaded. The import hook of an editable install loads modules,
# too, before the command begins.
WATCH = """
import gc, os, sys
before = set(sys.modules)

class Finder:
    depth = 0

    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            frame = sys._getframe()
            while frame := frame.f_back:
                self.depth += 1
        return None

finder, end = Finder(), os._exit
sys.meta_path.insert(0, finder)

def report(code):
    loaded = [name for name, module in sys.modules.items() if module and name not in before]
    state = finder.depth, gc.isenabled(), gc.get_freeze_count() > 0
    print("loaded", *state, *loaded, file=sys.stderr)
    end(code)

os._exit = report
from imgfilt.__main__ import main
main()
"""

LIBRARIES = {"numpy", "PIL", "cv2", "concurrent.futures", "multiprocessing", "dask"}
# Modules of Python that are slow to load, and that few runs need.
RARE = {
    *("pathlib", "urllib.parse", "tempfile", "importlib.resources", "glob", "shlex", "json"),
    *("hashlib", "random", "asyncio", "email", "zipfile", "xml"),
}
# What Click doesn't load either.
SLOW = {
    "dataclasses",
    "decimal",
    "fractions",
    "logging",
    "pickle",
    "queue",
    "difflib",
    "subprocess",
}


def watch(*words, code=0):
    """Run a command; return its modules, frames above NumPy, and the state of the collector."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *map(str, words)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code, done.stderr
    _, depth, *state = done.stderr.splitlines()[-1].split(" ")
    return set(state[2:]), int(depth), tuple(state[:2])


def filter_modules(loaded):
    return {name for name in loaded if name.removeprefix("imgfilt.filters.") in FILTERS}


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["kernel", "--help"]])
def test_help_loads_no_command(words):
    loaded, _, _ = watch(*words)
    assert loaded & (LIBRARIES | RARE | SLOW) == set()
    assert filter_modules(loaded) == set()
    parts = {name.split(".")[1] for name in loaded if name.startswith("imgfilt.")}
    assert parts <= {
        *("__main__", "cli", "errors", "filters", "lazy", "signals", "startup", "stderr"),
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["kernel", "list"], 0),
        (["gaussian", "--help"], 0),
        (["gaussian", "photo.jpg"], 2),
        (["gaussian", "photo.jpg", "--sigma"], 2),
        (["gausian", "photo.jpg"], 2),
    ],
)
def test_what_needs_no_picture_loads_no_library(words, code):
    loaded, _, _ = watch(*words, code=code)
    assert loaded & (LIBRARIES | RARE) == set()
    assert filter_modules(loaded) <= {"imgfilt.filters.gaussian"}


@pytest.mark.slow
def test_a_picture_loads_what_it_needs(in_folder):
    save("a.png", 40, 50, 3)
    loaded, depth, (collects, is_frozen) = watch("gaussian", "a.png", "--sigma", 2, "-o", "b.png")
    assert loaded & RARE == set()
    assert loaded & {"numpy.ma", "multiprocessing", "dask", "shutil"} == set()
    assert {name for name in loaded if name.endswith("ImagePlugin")} == {"PIL.PngImagePlugin"}
    assert filter_modules(loaded) == {"imgfilt.filters.gaussian"}
    codecs = {name.split(".")[3] for name in loaded if name.startswith("imgfilt.image.codecs.")}
    assert codecs & {"gif", "tiff", "webp", "avif", "bmp", "jpeg", "jpeg2000", "npy"} == set()
    assert not any(name.startswith("imgfilt.engines.numpy.median") for name in loaded)
    # See startup.load_numpy.
    assert 0 < depth < 10
    assert (collects, is_frozen) == ("True", "True")
    assert np.asarray(Image.open("b.png")).shape == (40, 50, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["compare", "a.png", "blur --size 3", "-o", "c.png"],
        ["kernel", "show", "sobel-x"],
        ["median", "a.png", "--explain"],
    ],
    ids=" ".join,
)
def test_every_command_imports_numpy_from_few_frames(words, in_folder):
    save("a.png", 40, 50, 3)
    _, depth, state = watch(*words)
    assert 0 < depth < 10
    assert state == ("True", "True")


@posix
@pytest.mark.slow
def test_a_library_user_keeps_the_collector():
    """The command stops it while modules are loaded; a program that imports imgfilt has its own."""
    code = (
        "import gc; frozen = gc.get_freeze_count(); import imgfilt, numpy as np;"
        "imgfilt.apply(imgfilt.Blur(3), np.ones((4, 4)));"
        "print(gc.isenabled(), gc.get_freeze_count() - frozen)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0"]


def test_a_program_that_runs_commands_keeps_the_collector_stopped():
    frozen = gc.get_freeze_count()
    gc.disable()
    try:
        succeed("kernel", "show", "sobel-x")
        assert (gc.isenabled(), gc.get_freeze_count()) == (False, frozen)
    finally:
        gc.enable()
