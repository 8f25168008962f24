"""Median: ours against cv2.medianBlur and scipy.ndimage.median_filter; 2000 x 3000 grey pixels.

`python -m tests.benchmarks median [u8] [u16] [f32] [growth] [numpy]` prints those tables; all of
them by default. The pictures are photographs, and noise. These peers use one thread. SciPy's time
grows with the pixels alone, so it is measured on a part of the picture and multiplied.
"""

from functools import partial

import numpy as np

import imgfilt
from imgfilt import Median

from .pictures import PICTURES, as_depth, photographs
from .timing import HEADING, THREADS, paired

PART = 200, 300  # for SciPy
SIZES = {"u8": (3, 5, 7, 9, 11, 15, 31, 101), "u16": (7, 15, 31), "f32": (7, 15, 31)}
DTYPES = {"u8": "uint8", "u16": "uint16", "f32": "float32"}


def ours(pixels, size, engine="auto"):
    return imgfilt.apply(Median(size), pixels, engine, "replicate", workers=THREADS)


def against_cv2(engine):
    import cv2

    pixels = photographs()
    print(f"\nuint8, {engine}, against cv2.medianBlur\nsize {HEADING}  worst")
    for size in SIZES["u8"]:
        pair = paired(
            lambda size=size: ours(pixels, size, engine),
            lambda size=size: cv2.medianBlur(pixels, size),
        )
        off = np.abs(ours(pixels, size, engine).astype(int) - cv2.medianBlur(pixels, size)).max()
        print(f"{size:4} {pair}  {off:5}", flush=True)


def against_scipy(depth):
    from scipy.ndimage import median_filter

    dtype = DTYPES[depth]
    print(f"\n{dtype}, against scipy.ndimage.median_filter\nsize {HEADING}  worst  times faster")
    for size in SIZES[depth]:
        for picture, make_picture in PICTURES.items():
            pixels = as_depth(make_picture(), dtype)
            part = pixels[: PART[0], : PART[1]].copy()
            pair = paired(
                partial(ours, pixels, size),
                partial(median_filter, part, size),
                rounds=5,
                scale=pixels.size / part.size,
            )
            wanted = median_filter(part, size, mode="nearest")
            off = np.abs(ours(part, size).astype(float) - wanted).max()
            print(f"{size:4} {pair}  {off:5g}  {1 / pair.ratio:6.1f}  {picture}", flush=True)


def growth():
    print(f"\nsize 101 (ours) against size 31 (peer), both imgfilt\n{'':16} {HEADING}")
    for dtype in ("uint16", "float32"):
        for picture, make_picture in PICTURES.items():
            pixels = as_depth(make_picture(), dtype)
            pair = paired(
                lambda pixels=pixels: ours(pixels, 101), lambda pixels=pixels: ours(pixels, 31), 5
            )
            print(f"{dtype:8} {picture:7} {pair}", flush=True)


TABLES = {
    "u8": lambda: against_cv2("auto"),
    "numpy": lambda: against_cv2("numpy"),
    "u16": lambda: against_scipy("u16"),
    "f32": lambda: against_scipy("f32"),
    "growth": growth,
}


def main(words):
    """Print the tables that are named, or all."""
    for name in words or TABLES:
        TABLES[name]()
