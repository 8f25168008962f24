"""A folder of pictures: whole commands, ours beside those of others, turn by turn.

`photos [COUNT]`: JPEGs of 1 to 2 megapixels, a Gaussian of sigma 3, two at a time; against the best
bare cv2 script (threads, no metadata, no safety), ImageMagick's and GraphicsMagick's mogrify, and
`vips gaussblur` in a loop of the shell. `tiny [COUNT]`: PNGs of 64 x 64; what each takes in one
process beyond decoding, encoding and flushing, which are timed inside it, in the same run.
`kills [ROUNDS]`: SIGKILL at random moments, as the tests have it. Without a word: photos and tiny.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import cv2
import numpy as np

IMGFILT = sys.executable, "-m", "imgfilt"
ROUNDS = 5

# What one would write: the size that cv2 takes for a sigma is 19 here, ours is 25.
BARE = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
import cv2
source, target = sys.argv[1:]
cv2.setNumThreads(1)
def work(name):
    picture = cv2.imread(os.path.join(source, name))
    cv2.imwrite(os.path.join(target, name), cv2.GaussianBlur(picture, (0, 0), 3))
with ThreadPoolExecutor(2) as pool:
    list(pool.map(work, os.listdir(source)))
"""


def photograph(rng, height, width):
    """Return something as smooth and as rough as a photograph."""
    picture = rng.normal(0, 0.5, (height, width, 3)).astype(np.float32)
    for scale in (8, 32, 128, 400):
        coarse = rng.normal(0, 1, (height // scale + 3, width // scale + 3, 3))
        coarse = coarse.astype(np.float32) * scale**0.45
        picture += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    picture -= picture.min()
    return (picture * (255 / picture.max())).astype(np.uint8)


def peers(folder):
    """Return the commands, by name; None for what isn't installed."""
    bare = Path(folder, "bare.py")
    bare.write_text(BARE)
    # Its Gaussian row by row, as -gaussian-blur takes a minute where this takes seconds. In place
    # is all that mogrify does: it gets copies, made before the clock runs.
    magick = ["-blur", "0x3"]
    loop = 'for f in "$0"/*; do vips gaussblur "$f" "$1/${f##*/}" 3; done'
    found = {
        "imgfilt": [*IMGFILT, "gaussian", "in", "--sigma", "3", "-j", "2", "-q", "-o", "out/"],
        "bare cv2, 2 threads": [sys.executable, bare, "in", "out"],
        "mogrify": ["mogrify", *magick, "out/*"],
        "gm mogrify": ["gm", "mogrify", *magick, "out/*"],
        "vips in a loop": ["sh", "-c", loop, "in", "out"],
    }
    needed = {"mogrify": "mogrify", "gm mogrify": "gm", "vips in a loop": "vips"}
    return {
        name: command if shutil.which(needed.get(name, sys.executable)) else None
        for name, command in found.items()
    }


def seconds(command, folder):
    """Return how long a command takes on a fresh output folder, on the clock and of processors."""
    out = Path(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    if "mogrify" in command:
        shutil.copytree(Path(folder, "in"), out)
    else:
        out.mkdir()
    os.sync()
    limits = {"MAGICK_THREAD_LIMIT": "2", "OMP_NUM_THREADS": "2", "VIPS_CONCURRENCY": "2"}
    if "mogrify" in command:
        command = [*command[:-1], *map(str, sorted(out.iterdir()))]
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, env=os.environ | limits)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, used


def photos(count=200):
    """Print the table of whole commands."""
    rng = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in").mkdir()
        for number in range(count):
            height = int(rng.integers(850, 1200))
            picture = photograph(rng, height, int(rng.integers(1_250_000, 1_750_000)) // height)
            name = str(Path(folder, "in", f"{number:03}.jpg"))
            cv2.imwrite(name, picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
        commands = peers(folder)
        times = {name: [] for name, command in commands.items() if command}
        for turn in range(ROUNDS):
            for name in times:
                # Once will do for those that take many times as long.
                if turn < 1 or name in ("imgfilt", "bare cv2, 2 threads"):
                    times[name].append(seconds(commands[name], folder))
    print(f"{count} JPEGs of 1.2 to 1.8 megapixels, gaussian --sigma 3, two at a time")
    print(f"{'':22} {'clock s':>7} {'of ours':>7} {'used s':>7} {'of ours':>7}")
    ours = [median(column) for column in zip(*times["imgfilt"], strict=True)]
    for name in commands:
        if name not in times:
            print(f"{name:22} is not installed")
            continue
        clock, used = (median(column) for column in zip(*times[name], strict=True))
        print(f"{name:22} {clock:7.2f} {clock / ours[0]:7.2f} {used:7.2f} {used / ours[1]:7.2f}")
    pairs = zip(times["imgfilt"], times["bare cv2, 2 threads"], strict=True)
    ratios = [one[0] / other[0] for one, other in pairs]
    low, _, high = quantiles(ratios, n=4)
    print(f"ours to bare cv2: {median(ratios):.3f}  ({low:.3f} to {high:.3f})")


# The program, with clocks around what encodes, decodes and flushes; and with none.
CLOCKED = """
import os, sys, time
from imgfilt import __main__
spent = 0.0
def clocked(function):
    def timed(*arguments, **named):
        global spent
        begun = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent += time.perf_counter() - begun
    return timed
import PIL.Image, PIL.ImageFile
os.fsync = clocked(os.fsync)
PIL.ImageFile.ImageFile.load = clocked(PIL.ImageFile.ImageFile.load)
PIL.Image.Image.save = clocked(PIL.Image.Image.save)
PIL.Image.open = clocked(PIL.Image.open)
from imgfilt.concurrency import parallel
from imgfilt.batch import run_job
def told(worker, task, *rest, begin=run_job.JobRunner.__call__):
    outcome = begin(worker, task, *rest)
    global spent
    outcome, spent = outcome._replace(notes=(*outcome.notes, f"{spent!r}")), 0.0
    return outcome
run_job.JobRunner.__call__ = told
__main__.main()
"""


def tiny(count=20_000):
    """Print what a tiny picture takes beyond what nobody can do without."""
    rng = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in").mkdir()
        for number in range(count):
            coarse = rng.integers(0, 256, (8, 8, 3), np.uint8)
            picture = cv2.resize(coarse, (64, 64), interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(Path(folder, "in", f"{number:05}.png")), picture)
        words = ["gaussian", "in", "--sigma", "3", "-j", "1", "-o", "out/"]
        command = [sys.executable, "-c", CLOCKED, *words]
        shutil.rmtree(Path(folder, "out"), ignore_errors=True)
        begun = time.perf_counter()
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        whole = time.perf_counter() - begun
        spent = sum(map(float, re.findall(r"^imgfilt: (\d\.\d+(?:e-\d+)?)$", done.stderr, re.M)))
        plain, used = seconds([*IMGFILT, *words, "-q"], folder)
        both, _ = seconds([*IMGFILT, *words[:-4], "-j", "2", "-q", "-o", "out/"], folder)
    each = 1e3 / count
    print(f"{count} PNGs of 64 x 64, gaussian --sigma 3, milliseconds each")
    print(f"one at a time {plain * each:.2f} (used {used * each:.2f}), two {both * each:.2f}")
    print(
        f"with clocks {whole * each:.2f}, of which decoding, encoding and flushing "
        f"{spent * each:.2f}: {(whole - spent) * each:.2f} beyond them"
    )


def kills(rounds=50):
    """Print what came of a batch killed at random moments; an AssertionError is a loss."""
    from tests.batch.test_faults import kill_rounds

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        seed = time.time_ns()
        counts = kill_rounds(rounds, seed, pictures=300)
        print(f"seed {seed}, {rounds} rounds of 300 pictures:", counts)
        os.chdir("/")


def main(words):
    """Print the tables that are asked for."""
    tables = {"photos": photos, "tiny": tiny, "kills": kills}
    name, *count = words or [""]
    for table in [tables[name]] if name else [photos, tiny]:
        table(*map(int, count))
