"""Convolution: ours against cv2, SciPy and scikit-image on 2000 x 3000 pixels, and whole commands.

`python -m tests.benchmarks convolution [WORD...]` prints the tables that are named, of `general`,
`floats`, `gaussian-kernel`, `box-kernel`, `gaussian`, `colour`, `blur`, `small`, `scipy`,
`commands`; all by default. `numpy` has imgfilt's own engine besides `auto`; `noise` has random
levels in place of photographs. The worst error is against the definition in float64, in 8-bit
levels.
"""

import shutil
import subprocess
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

import numpy as np

import imgfilt
from imgfilt import Blur, Convolve, Gaussian, Kernel

from .pictures import PICTURES, as_depth
from .timing import HEADING, THREADS, paired

CHECKED = np.s_[:160, :200]  # of the picture, where the error is looked for


def mean(size):
    """Return weights without any structure that sum to 1."""
    weights = np.random.default_rng(size).uniform(0, 1, (size, size))
    return weights / weights.sum()


def box(size):
    return np.full((size, size), size**-2.0)


def bell(size):
    import cv2

    factor = cv2.getGaussianKernel(size, -1)
    return factor @ factor.T


def convolved(picture, weights):
    """Return what cv2.filter2D makes of flipped weights, which is convolution."""
    import cv2

    return cv2.filter2D(picture, -1, weights[::-1, ::-1])


def error(filt, picture, engine):
    """Return how far a corner is from the definition in float64, in levels of 8 bits."""
    found = imgfilt.apply(filt, picture, engine, workers=THREADS)[CHECKED]
    reach = max(filt.reach)
    ends = zip(CHECKED, picture.shape[:2], strict=True)
    rows, columns = (min(side.stop + reach + 1, full) for side, full in ends)
    wide = picture[:rows, :columns].astype(np.float64)
    exact = imgfilt.apply(filt, wide, "numpy", "reflect")[CHECKED]
    if picture.dtype.kind == "f":
        return 255 * np.abs(found - exact).max()
    return np.abs(found.astype(int) - np.rint(exact.clip(0, 255)).astype(int)).max()


def table(title, rows, engines, rounds=None):
    """Print a table of (name, filter, picture, the peer's call)."""
    print(f"\n{title}\n{'':16} engine {HEADING}  worst")
    for name, filt, picture, peer in rows:
        for engine in engines:
            ours = partial(imgfilt.apply, filt, picture, engine, workers=THREADS)
            pair = paired(ours, peer, rounds)
            print(f"{name:16} {engine:6} {pair}  {error(filt, picture, engine):.2g}", flush=True)


def against_filter2d(sizes, weights, picture):
    for size in sizes:
        grid = weights(size)
        call = partial(convolved, picture, grid)
        yield f"{size} x {size}", Convolve(Kernel(grid)), picture, call


def general(engines, make_picture):
    rows = against_filter2d((3, 5, 7, 9, 11, 15, 31, 101), mean, make_picture())
    table("general kernels, uint8, against cv2.filter2D", rows, engines)


def floats(engines, make_picture):
    rows = against_filter2d((3, 5, 9, 15, 31), mean, as_depth(make_picture(), "float32"))
    table("general kernels, float32, against cv2.filter2D", rows, engines)


def gaussian_kernel(engines, make_picture):
    rows = against_filter2d((7, 15, 31), bell, make_picture())
    table("a Gaussian as a kernel file, uint8, against cv2.filter2D", rows, engines)


def box_kernel(engines, make_picture):
    rows = against_filter2d((15, 45, 101), box, make_picture())
    table("a box as a kernel file, uint8, against cv2.filter2D", rows, engines)


def by_sigma(sigmas, picture):
    import cv2

    for sigma in sigmas:
        call = partial(cv2.GaussianBlur, picture, (0, 0), sigma)
        yield f"sigma {sigma}", Gaussian(sigma=sigma), picture, call


def gaussian(engines, make_picture):
    rows = by_sigma((8, 15, 50), make_picture())
    table("gaussian --sigma, uint8 grey, against cv2.GaussianBlur", rows, engines)


def colour(engines, make_picture):
    rows = by_sigma((15, 50), make_picture(3))
    table("gaussian --sigma, uint8 RGB, against cv2.GaussianBlur", rows, engines)


def blur(engines, make_picture):
    import cv2

    grey = make_picture()
    rows = [
        (f"size {size}", Blur(size), grey, partial(cv2.blur, grey, (size, size)))
        for size in (5, 45, 301)
    ]
    table("blur, uint8, against cv2.blur", rows, engines)


def small(engines, make_picture):
    grey = make_picture()
    rows = [
        (name, Convolve(name), grey, partial(convolved, grey, Convolve(name).composed.weights))
        for name in ("sobel-x", "sharpen")
    ]
    table("small whole kernels, uint8, against cv2.filter2D", rows, engines)


def scipy(engines, make_picture):
    from scipy import ndimage
    from skimage import filters

    grey = make_picture()
    single = grey.astype(np.float32)
    rows = [
        ("general 7, SciPy", Convolve(Kernel(mean(7))), grey,
         partial(ndimage.convolve, single, mean(7), mode="mirror")),
        ("sigma 5, SciPy", Gaussian(sigma=5), grey,
         partial(ndimage.gaussian_filter, single, 5, mode="mirror")),
        ("sigma 5, skimage", Gaussian(sigma=5), grey,
         partial(filters.gaussian, single, 5, mode="mirror")),
        ("blur 45, SciPy", Blur(45), grey,
         partial(ndimage.uniform_filter, single, 45, mode="mirror")),
    ]  # fmt: skip
    table("SciPy and scikit-image, float32 there", rows, engines, 5)


SLOW = "ImageMagick", "GraphicsMagick"  # whose Gaussian is summed in two dimensions

BARE = """
import sys, click, cv2, numpy, PIL.Image
picture = cv2.imread(sys.argv[1], cv2.IMREAD_UNCHANGED)
cv2.imwrite(sys.argv[2], cv2.GaussianBlur(picture, (0, 0), 5), [cv2.IMWRITE_JPEG_QUALITY, 95])
"""


def commands(engines, make_picture):
    """Compare whole commands on a JPEG of 6 megapixels, start and end included."""
    import cv2

    with tempfile.TemporaryDirectory() as folder:
        source, target = str(Path(folder, "in.jpg")), str(Path(folder, "out.jpg"))
        cv2.imwrite(source, make_picture(3), [cv2.IMWRITE_JPEG_QUALITY, 95])
        ours = [sys.executable, "-m", "imgfilt", "gaussian", source, "--sigma", "5", "-o", target]
        calls = {
            "bare cv2 script": [sys.executable, "-c", BARE, source, target],
            "ImageMagick": ["convert", source, "-gaussian-blur", "0x5", target],
            "ImageMagick -blur": ["convert", source, "-blur", "0x5", target],
            "GraphicsMagick": ["gm", "convert", source, "-gaussian", "0x5", target],
            "G'MIC": ["gmic", "-v", "0", source, "-blur", "5", "-output", target],
            "vips": ["vips", "gaussblur", source, target, "5"],
            "ffmpeg": ["ffmpeg", "-v", "0", "-y", "-i", source, "-vf", "gblur=sigma=5", target],
        }
        print(f"\ngaussian --sigma 5 of a JPEG of 6 megapixels\n{'':18} {HEADING}")
        for name, call in calls.items():
            if shutil.which(call[0]) is None:
                print(f"{name:18} is not installed")
                continue
            run = partial(subprocess.run, check=True, capture_output=True)
            rounds = 2 if name in SLOW else 5
            print(f"{name:18} {paired(partial(run, ours), partial(run, call), rounds)}", flush=True)


TABLES = {
    "general": general,
    "floats": floats,
    "gaussian-kernel": gaussian_kernel,
    "box-kernel": box_kernel,
    "gaussian": gaussian,
    "colour": colour,
    "blur": blur,
    "small": small,
    "scipy": scipy,
    "commands": commands,
}


def main(words):
    """Print the tables that are named, or all."""
    warnings.simplefilter("ignore", imgfilt.ClippedWarning)
    engines = ("auto", "numpy") if "numpy" in words else ("auto",)
    make_picture = PICTURES["noise" if "noise" in words else "photo"]
    for name in [word for word in words if word in TABLES] or TABLES:
        TABLES[name](engines, make_picture)
