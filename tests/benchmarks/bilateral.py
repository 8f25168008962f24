"""Bilateral against cv2.bilateralFilter.

Words choose tables: `exact`, `deep` and `numpy` on 2000 x 3000 pixels of photographs, `photos` on
photographs of 512 x 512, with sigma-color 75; `fast` on each of six photographs in grey and in
colour, with sigma-color 25, 75 and 150, as it is against cv2's exact filter. Numbers are diameters.
"""

import cv2
import numpy as np

import imgfilt
from imgfilt import Bilateral

from .pictures import COLOUR, GREY, as_depth, cropped, photographs
from .timing import HEADING, THREADS, paired

SIGMAS, SPACE = (25, 75, 150), 75
SCALE = {"uint8": 1.0, "uint16": 1 / 257, "float32": 255.0}
DIAMETERS = {"fast": (35, 101), "photos": (9, 35, 101)}


def difference(found, wanted):
    """Return the ratio of signal to noise in dB, and the greatest difference, of 8-bit levels."""
    off = (found.astype(np.float64) - wanted).ravel()
    return 10 * np.log10(255**2 / max(np.mean(off**2), 1e-12)), np.abs(off).max()


def main(words):
    """Print the tables that are named, or all."""
    chosen = [int(word) for word in words if word.isdigit()]
    for name in [word for word in words if not word.isdigit()] or TABLES:
        print(f"\n{name}\n{'':34} {HEADING}")
        for diameter in chosen or DIAMETERS.get(name, (5, 9, 15)):
            TABLES[name](diameter)


def measure(label, filt, picture, engine="auto", given=None, rounds=None):
    """Print a row: the times, and how far the result is from that of the exact filter of uint8."""
    given = picture if given is None else given
    sigmas = filt.sigma_color, filt.sigma_space
    pair = paired(
        lambda: imgfilt.apply(filt, given, engine, workers=THREADS),
        lambda: cv2.bilateralFilter(picture, filt.diameter, *sigmas),
        rounds,
    )
    found = imgfilt.apply(filt, given, engine).astype(np.float64) * SCALE[given.dtype.name]
    exact = imgfilt.apply(Bilateral(filt.diameter, *sigmas), picture)
    decibels, worst = difference(found, exact)
    print(f"{label:34} {pair}  {decibels:5.1f} dB, {worst:3.0f} at most", flush=True)
    return pair.ratio, decibels


def large(engine, *dtypes):
    def table(diameter):
        for channels in (1, 3):
            picture = photographs(channels)
            for dtype in dtypes:
                label = f"{dtype} {'grey' if channels == 1 else 'colour'} {diameter}"
                filt = Bilateral(diameter)
                measure(label, filt, picture, engine, as_depth(picture, dtype))

    return table


def photos(diameter):
    for name in (COLOUR[0], GREY[0]):
        measure(f"{name} {diameter}", Bilateral(diameter), cropped(name))


def fast(diameter):
    for kind, names in (("grey", GREY), ("colour", COLOUR)):
        found = []
        for name in names:
            picture = cropped(name)
            for sigma in SIGMAS:
                filt = Bilateral(diameter, sigma, SPACE, fast=True)
                rounds = 3 if diameter > 50 else None
                found.append(measure(f"{name} {diameter}, {sigma}", filt, picture, rounds=rounds))
        ratios, decibels = zip(*found, strict=True)
        worst = f"at most {max(ratios):.3f} of cv2's time, {min(decibels):.1f} dB or more"
        print(f"{kind} {diameter}: {worst}", flush=True)


TABLES = {
    "exact": large("auto", "uint8"),
    "numpy": large("numpy", "uint8"),
    "deep": large("auto", "uint16", "float32"),
    "photos": photos,
    "fast": fast,
}
