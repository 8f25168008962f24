"""Bilateral against cv2.bilateralFilter, both with two threads: 2000 x 3000 pixels.

Words choose rows: exact, numpy, deep, fast; and diameters, 5 to 101.
"""

import numpy as np

import imgfilt
from imgfilt import Bilateral
from imgfilt.engines.opencv.module import cv2

from .timing import HEADING, paired

SHAPE = 2000, 3000


def photo(shape, channels):
    """Return steps, shading and noise at 8 bits."""
    rows, columns = np.indices(shape)
    clean = 80 * ((rows // 90 + columns // 130) % 3) + columns * 60 / shape[1]
    noise = np.random.default_rng(0).normal(0, 8, (*shape, channels))
    return np.clip(np.rint(clean[..., np.newaxis] + noise), 0, 255).astype(np.uint8)


def with_two_threads(call):
    """Return a call of cv2 that has two threads, whereas imgfilt's have one each."""

    def timed():
        cv2().setNumThreads(2)
        try:
            return call()
        finally:
            cv2().setNumThreads(1)

    return timed


def worst(found, wanted):
    """Return the greatest difference, and the ratio of signal to noise in dB, in 8-bit levels."""
    off = (found.astype(np.float64) - wanted).ravel()
    return f"{np.abs(off).max():7.3g} {10 * np.log10(255**2 / max(np.mean(off**2), 1e-12)):6.1f} dB"


def main(words):
    """Print the table."""
    diameters = [int(word) for word in words if word.isdigit()]
    kinds = [word for word in words if not word.isdigit()] or ["exact", "deep", "numpy", "fast"]
    print(f"{'':30} {HEADING}  worst, in 8-bit levels")
    for channels in (1, 3):
        pixels = photo(SHAPE, channels)
        for kind in kinds:
            for diameter in diameters or ([35, 101] if kind == "fast" else [5, 9, 15]):
                row(kind, pixels, diameter)


def row(kind, pixels, diameter):
    """Print a row, or those of two depths."""
    peer = with_two_threads(lambda: cv2().bilateralFilter(pixels, diameter, 75, 75))
    filt = Bilateral(diameter, fast=kind == "fast")
    depths = {"uint16": pixels.astype(np.uint16) * 257, "float32": (pixels / 255).astype("f4")}
    for name, given in depths.items() if kind == "deep" else [("uint8", pixels)]:
        pair = paired(lambda given=given: imgfilt.apply(filt, given, ENGINES[kind]), peer)
        part = np.ascontiguousarray(given[:200, :300])
        exact = imgfilt.apply(Bilateral(diameter), part, "numpy").astype(np.float64)
        off = worst(imgfilt.apply(filt, part, ENGINES[kind]) * SCALE[name], exact * SCALE[name])
        label = f"{kind} {name} {'grey' if pixels.shape[2] == 1 else 'RGB'} {diameter}"
        print(f"{label:30} {pair}  {off}", flush=True)


ENGINES = {"exact": "auto", "numpy": "numpy", "deep": "auto", "fast": "auto"}
SCALE = {"uint8": 1.0, "uint16": 1 / 257, "float32": 255.0}
