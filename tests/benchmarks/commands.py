"""Whole commands: processor time of imgfilt and of its peer, in turns, as a ratio.

`commands [ROW...]` prints the rows that are named, or all; `commands small` prints those that take
seconds. Processor time is user and system time of a command and all its children. Both sides run as
a user would run them: BLAS and OpenCV have the threads that they take by themselves.
"""

import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import cv2
import numpy as np
import tifffile

from . import pictures
from .batch import photograph

IMGFILT = [sys.executable, "-m", "imgfilt"]
_ROUNDS = 9  # of commands that take seconds; 3 of the others

CLICK = [sys.executable, "-c", "import click"]

# A script of OpenCV calls that a person would write, for one picture and for a folder.
ONE_PICTURE = """
import sys
import numpy, cv2, click, PIL.Image
source, target, sigma = sys.argv[1:]
cv2.imwrite(target, cv2.GaussianBlur(cv2.imread(source), (0, 0), float(sigma)))
"""
FOLDER = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
import numpy, cv2, click, PIL.Image
source, target, sigma = sys.argv[1:]
cv2.setNumThreads(1)
def work(name):
    picture = cv2.imread(os.path.join(source, name))
    cv2.imwrite(os.path.join(target, name), cv2.GaussianBlur(picture, (0, 0), float(sigma)))
with ThreadPoolExecutor(2) as pool:
    list(pool.map(work, os.listdir(source)))
"""
# Figures without captions; SSIM by scikit-image, in its usual settings for it.
FIGURE = """
import sys
import numpy, cv2
picture = cv2.imread(sys.argv[1])
cells = [picture, *(cv2.GaussianBlur(picture, (n, n), 0) for n in range(5, 46, 10))]
cells = [cv2.resize(cell, (775, 517), interpolation=cv2.INTER_AREA) for cell in cells]
cv2.imwrite(sys.argv[2], numpy.vstack([numpy.hstack(cells[:3]), numpy.hstack(cells[3:])]))
"""
# The same by matplotlib, with captions: sizes, columns and the file are given.
MATPLOTLIB = """
import sys
import cv2, matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot
sizes = [int(size) for size in sys.argv[1].split(",")]
columns, target = int(sys.argv[2]), sys.argv[3]
picture = cv2.imread("a.jpg")[..., ::-1]
cells = [("Original", picture)]
cells += [(f"{n} × {n} Gaussian", cv2.GaussianBlur(picture, (n, n), 0)) for n in sizes]
rows = -(-len(cells) // columns)
width = 16 / 2.54
height = width / columns * picture.shape[0] / picture.shape[1] + 0.25
figure, axes = pyplot.subplots(
    rows, columns, figsize=(width, rows * height), squeeze=False, layout="constrained"
)
for axis in axes.flat:
    axis.axis("off")
for axis, (caption, cell) in zip(axes.flat, cells):
    axis.imshow(cell)
    axis.set_title(caption, fontsize=9)
figure.savefig(target, dpi=380)
"""
COMPARE = """
import sys
import numpy, cv2
from skimage.metrics import structural_similarity
picture = cv2.imread(sys.argv[1])
cells = [picture, cv2.GaussianBlur(picture, (5, 5), 0), cv2.medianBlur(picture, 5)]
for cell in cells:
    print(structural_similarity(cell, picture, gaussian_weights=True, channel_axis=2))
cells = [cv2.resize(cell, (775, 517), interpolation=cv2.INTER_AREA) for cell in cells]
cv2.imwrite(sys.argv[2], numpy.hstack(cells))
"""


class Usage(NamedTuple):
    """What a command took: seconds of processors and on the clock, most bytes of one process."""

    cpu: float
    wall: float
    peak: int


class Row(NamedTuple):
    """A row of the table: what makes the inputs, both commands, and the goal for their ratio."""

    make: Callable[[Path], None]
    ours: list[str]
    peer: list[str]
    goal: str
    is_small: bool = True
    needs: str = "numpy"  # the module that the peer imports


def measure(command, folder):
    """Run a command in a folder with an empty `out`; return its Usage."""
    shutil.rmtree(Path(folder, "out"), ignore_errors=True)
    Path(folder, "out").mkdir()
    environment = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    environment["VIPS_CONCURRENCY"] = "2"
    begun = time.perf_counter()
    # No `subprocess`: a process that it starts counts the most memory of this process as its own.
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.execvpe(command[0], command, environment)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    if status:
        raise RuntimeError(f"{command}: status {status}")
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss << 10)


def compare(ours, peer, folder, rounds):
    """Return the rounds of both commands, in turns, each first in every other round."""
    turns = {"ours": ours, "peer": peer}
    for command in turns.values():
        measure(command, folder)
    found = []
    for number in range(rounds):
        order = sorted(turns, reverse=bool(number % 2))
        used = {side: measure(turns[side], folder) for side in order}
        found.append((used["ours"], used["peer"]))
    return found


def ratios(rounds, field):
    """Return a text with the median of the ratios of a field, and their middle half."""
    found = [getattr(one, field) / getattr(other, field) for one, other in rounds]
    low, _, high = quantiles(found, n=4)
    return f"{median(found):5.2f} ({low:.2f} to {high:.2f})"


def photographs(height, width):
    """Return photographs side by side: BGR as OpenCV has it."""
    return pictures.photographs(3, (height, width))[..., ::-1]


def _make_one(suffix, height, width):
    def make(folder):
        whole = pictures.photograph("astronaut")[..., ::-1]
        picture = whole if whole.shape[:2] == (height, width) else photographs(height, width)
        cv2.imwrite(str(folder / f"a{suffix}"), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])

    return make


def _make_photos(count):
    def make(folder):
        rng = np.random.default_rng(7)
        (folder / "in").mkdir()
        for number in range(count):
            height = int(rng.integers(850, 1150))
            width = 1_400_000 // height
            picture = photograph(rng, height, width) if number % 2 else photographs(height, width)
            name = str(folder / "in" / f"{number:03}.jpg")
            cv2.imwrite(name, picture, [cv2.IMWRITE_JPEG_QUALITY, 90])

    return make


def _make_tiny(count):
    def make(folder):
        (folder / "in").mkdir()
        whole = photographs(1600, 1600)
        for number in range(count):
            top, left = 16 * (number % 96), 16 * (number // 96 % 96)
            tile = whole[top : top + 64, left : left + 64]
            cv2.imwrite(str(folder / "in" / f"{number:05}.png"), tile)

    return make


def _make_tiff(height, width):
    def make(folder):
        path = folder / "a.tif"
        shape = height, width, 3
        picture = tifffile.memmap(path, shape=shape, dtype="uint8", photometric="rgb", bigtiff=True)
        part = photographs(500, width)[..., ::-1]
        for top in range(0, height, len(part)):
            picture[top : top + len(part)] = part[: height - top]
            picture.flush()

    return make


def _nothing(folder):
    """Make no input."""


def _one(suffix, height, width, sigma, goal, is_small=True):
    source, target = f"a{suffix}", f"out/a{suffix}"
    limit = ["--max-pixels", str(height * width)]  # the default is too low for the largest
    ours = [*IMGFILT, "gaussian", source, "--sigma", sigma, *limit, "-q", "-o", target]
    bare = [sys.executable, "bare.py", source, target, sigma]
    return Row(_make_one(suffix, height, width), ours, bare, goal, is_small)


def _folder(make, sigma, goal, is_small=False):
    ours = [*IMGFILT, "gaussian", "in", "--sigma", sigma, "-q", "-j", "2", "-o", "out/"]
    bare = [sys.executable, "bare_folder.py", "in", "out", sigma]
    return Row(make, ours, bare, goal, is_small)


def _figure(height, width, script, words):
    bare = [sys.executable, "-c", script, "a.jpg", "out/a.png"]
    ours = [*IMGFILT, *words, "-q", "-o", "out/a.png"]
    return Row(_make_one(".jpg", height, width), ours, bare, "", is_small=False)


def _chain(make, source, target, separator, is_small=False):
    """Return the row of three filters in a chain, and in three commands through files or pipes."""
    steps = "median --size 3", "gaussian --sigma 1", "convolve --kernel sharpen"
    ours = [*IMGFILT, "chain", source, *steps, "-q", "-o", target]
    between = ("-", "-") if separator == "|" else ("out/1/", "out/2/")
    words = zip(steps, (source, *between), (*between, target), strict=True)
    commands = [f"{shlex.join(IMGFILT)} {step} {read} -q -o {write}" for step, read, write in words]
    return Row(make, ours, ["sh", "-c", f" {separator} ".join(commands)], "", is_small)


def _by_matplotlib(count, columns, suffix):
    """Return the row of a figure of Gaussians, and of the same made with matplotlib."""
    sizes = ",".join(str(2 * number + 3) for number in range(count - 1))
    target = f"out/a{suffix}"
    ours = [*IMGFILT, "gaussian", "a.jpg", "--size", sizes, "--columns", str(columns), "-q"]
    peer = [sys.executable, "-c", MATPLOTLIB, sizes, str(columns), target]
    needs = "matplotlib"
    return Row(_make_one(".jpg", 1200, 1800), [*ours, "-o", target], peer, "", False, needs)


def _large(height, width, words, peer, is_small=False):
    ours = [*IMGFILT, *words, "a.tif", "--max-pixels", "2000000000", "-q", "-o", "out/a.tif"]
    peer = ["vips", peer[0], "a.tif", "out/a.tif", *peer[1:]]
    return Row(_make_tiff(height, width), ours, peer, "1.3", is_small)


COMPARED = ["compare", "a.jpg", "gaussian --size 5", "median --size 5", "--reference", "a.jpg"]

ROWS = {
    "version": Row(_nothing, [*IMGFILT, "--version"], CLICK, "1.1"),
    "help": Row(_nothing, [*IMGFILT, "--help"], CLICK, "1.1"),
    "kernel-list": Row(_nothing, [*IMGFILT, "kernel", "list"], CLICK, "1.4"),
    "jpeg-512": _one(".jpg", 512, 512, "2", "0.9"),
    "png-512": _one(".png", 512, 512, "2", "1.0"),
    "jpeg-6mp": _one(".jpg", 2000, 3000, "5", "1.0"),
    "png-6mp": _one(".png", 2000, 3000, "5", "1.3"),
    "photos-20": _folder(_make_photos(20), "3", "", is_small=True),
    "photos-120": _folder(_make_photos(120), "3", "1.05, wall 1.1"),
    "tiny-1000": _folder(_make_tiny(1000), "1", "", is_small=True),
    "tiny-10000": _folder(_make_tiny(10_000), "1", "2.5 ms each"),
    "chain-512": _chain(_make_one(".png", 512, 512), "a.png", "out/a.png", "|", is_small=True),
    "chain-6mp": _chain(_make_one(".png", 2000, 3000), "a.png", "out/a.png", "|"),
    "chain-photos-20": _chain(_make_photos(20), "in", "out/3/", "&&", is_small=True),
    "figure-24mp": _figure(4000, 6000, FIGURE, ["gaussian", "a.jpg", "--size", "5:45:10"]),
    "compare-6mp": _figure(2000, 3000, COMPARE, COMPARED),
    "figure-6-png": _by_matplotlib(6, 3, ".png"),
    "figure-6-pdf": _by_matplotlib(6, 3, ".pdf"),
    "figure-24-png": _by_matplotlib(24, 6, ".png"),
    "figure-100-png": _by_matplotlib(100, 10, ".png"),
    "jpeg-400mp": _one(".jpg", 20_000, 20_000, "5", "memory 1.0", is_small=False),
    "tiff-100mp": _large(
        10_000, 10_000, ["gaussian", "--sigma", "5"], ["gaussblur", "5"], is_small=True
    ),
    "tiff-1gp": _large(25_000, 40_000, ["gaussian", "--sigma", "5"], ["gaussblur", "5"]),
    "tiff-1gp-median": _large(25_000, 40_000, ["median"], ["rank", "5", "5", "12"]),
}


def print_row(name):
    """Print a row of the table."""
    row = ROWS[name]
    if shutil.which(row.peer[0]) is None or find_spec(row.needs) is None:
        print(f"{name:15} the peer isn't installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bare.py").write_text(ONE_PICTURE)
        Path(folder, "bare_folder.py").write_text(FOLDER)
        row.make(Path(folder))
        rounds = compare(row.ours, row.peer, folder, _ROUNDS if row.is_small else 3)
    cpu = [1e3 * median(used.cpu for used in side) for side in zip(*rounds, strict=True)]
    print(
        f"{name:15} {cpu[0]:9.0f} {cpu[1]:9.0f}  {ratios(rounds, 'cpu')}  "
        f"{ratios(rounds, 'wall')}  {ratios(rounds, 'peak')}  {row.goal}",
        flush=True,
    )


def main(words):
    """Print the rows that are asked for."""
    names = [name for name in ROWS if ROWS[name].is_small] if words == ["small"] else words
    print(
        f"{'':15} {'ours ms':>9} {'peer ms':>9}  {'processors':20}  {'clock':20}  "
        f"{'peak memory':20}  goal"
    )
    for name in names or ROWS:
        print_row(name)
