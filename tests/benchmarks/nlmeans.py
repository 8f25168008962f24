"""Non-local means against cv2.fastNlMeansDenoising, both with two threads: 512 x 512 pixels.

Words choose rows: auto, numpy, deep, skimage (its fast mode, with the one thread that it has).
"""

import numpy as np

import imgfilt
from imgfilt import NLMeans
from imgfilt.engines.opencv.module import cv2

from .bilateral import photo, with_two_threads
from .timing import HEADING, paired

SHAPE = 512, 512
ENGINES = {"auto": "auto", "numpy": "numpy", "deep": "auto", "skimage": "auto"}


def main(words):
    """Print the table."""
    print(f"{'':30} {HEADING}  worst, in 8-bit levels")
    for channels in (1, 3):
        pixels = photo(SHAPE, channels)
        for kind in words or ENGINES:
            row(kind, pixels)


def row(kind, pixels):
    """Print a row, or those of two depths."""
    filt = NLMeans()
    depths = {"uint16": pixels.astype(np.uint16) * 257, "float32": (pixels / 255).astype("f4")}
    for name, given in depths.items() if kind == "deep" else [("uint8", pixels)]:
        pair = paired(
            lambda given=given: imgfilt.apply(filt, given, ENGINES[kind]),
            PEERS[kind](pixels),
        )
        part = np.ascontiguousarray(given[:150, :150])
        exact = imgfilt.apply(filt, part, "numpy").astype(np.float64)
        scale = {"uint8": 1, "uint16": 1 / 257, "float32": 255}[name]
        off = np.abs(imgfilt.apply(filt, part, ENGINES[kind]) - exact).max() * scale
        label = f"{kind} {name} {'grey' if pixels.shape[2] == 1 else 'RGB'}"
        print(f"{label:30} {pair}  {off:.3g}", flush=True)


def opencv(pixels):
    """Return the call of cv2."""
    return with_two_threads(lambda: cv2().fastNlMeansDenoising(pixels, None, 10, 7, 21))


def skimage(pixels):
    """Return the call of scikit-image, with the same patches, search and strength."""
    from skimage.restoration import denoise_nl_means

    given = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    axis = None if pixels.shape[2] == 1 else 2
    return lambda: denoise_nl_means(given, 7, 10, 10 / 255, fast_mode=True, channel_axis=axis)


PEERS = {"auto": opencv, "numpy": opencv, "deep": opencv, "skimage": skimage}
