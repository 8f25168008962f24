"""Non-local means against cv2.fastNlMeansDenoising: 512 x 512 pixels of photographs.

Words choose rows: auto, numpy, deep, skimage (its fast mode, with the one thread that it has).
"""

import cv2
import numpy as np

import imgfilt
from imgfilt import NLMeans

from .pictures import as_depth, photographs
from .timing import HEADING, THREADS, paired

SHAPE = 512, 512
ENGINES = {"auto": "auto", "numpy": "numpy", "deep": "auto", "skimage": "auto"}
SCALE = {"uint8": 1, "uint16": 1 / 257, "float32": 255}


def main(words):
    """Print the table."""
    print(f"{'':30} {HEADING}  worst, in 8-bit levels")
    for channels in (1, 3):
        picture = photographs(channels, SHAPE)
        for kind in words or ENGINES:
            for dtype in ("uint16", "float32") if kind == "deep" else ("uint8",):
                row(kind, picture, dtype)


def row(kind, picture, dtype):
    """Print a row of the table."""
    filt, given = NLMeans(), as_depth(picture, dtype)
    peer = (skimage if kind == "skimage" else opencv)(picture)
    pair = paired(lambda: imgfilt.apply(filt, given, ENGINES[kind], workers=THREADS), peer)
    part = np.ascontiguousarray(given[:150, :150])
    exact = imgfilt.apply(filt, part, "numpy").astype(np.float64)
    off = np.abs(imgfilt.apply(filt, part, ENGINES[kind]) - exact).max() * SCALE[dtype]
    label = f"{kind} {dtype} {'grey' if picture.ndim == 2 else 'colour'}"
    print(f"{label:30} {pair}  {off:.3g}", flush=True)


def opencv(picture):
    """Return the call of cv2."""
    return lambda: cv2.fastNlMeansDenoising(picture, None, 10, 7, 21)


def skimage(picture):
    """Return the call of scikit-image, with the same patches, search and strength."""
    from skimage.restoration import denoise_nl_means

    axis = None if picture.ndim == 2 else 2
    return lambda: denoise_nl_means(picture, 7, 10, 10 / 255, fast_mode=True, channel_axis=axis)
