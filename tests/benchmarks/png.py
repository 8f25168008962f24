"""Writing PNGs: bytes and processor time, as ratios to Pillow at level 6 and to cv2's default.

Each encodes pixels into memory, in turns. Words choose rows: photo, icon, ... (a part of the name).
"""

import io
import time
from statistics import median

import cv2
import numpy as np
import PIL.Image
import skimage.data

from imgfilt.image import Image, write

from ..image.codecs.test_png_compression import PICTURES
from .batch import photograph

_ROUNDS = 5


def pictures():
    """Return larger pictures before and after a filter, and those of the test, by name."""
    large = photograph(np.random.default_rng(7), 2000, 3000)
    astronaut = skimage.data.astronaut()
    return {
        "photo, 6 megapixels": large,
        "the same, sigma 5": cv2.GaussianBlur(large, (0, 0), 5),
        "the same, sigma 50": cv2.GaussianBlur(large, (0, 0), 50),
        "astronaut": astronaut,
        "astronaut, sigma 2": cv2.GaussianBlur(astronaut, (0, 0), 2),
        "astronaut, sigma 20": cv2.GaussianBlur(astronaut, (0, 0), 20),
        "astronaut, median": cv2.medianBlur(astronaut, 5),
    } | PICTURES


def ours(pixels):
    """Return the bytes of imgfilt's file."""
    stream = io.BytesIO()
    write(stream, Image(pixels, pixels.shape[2] == 4), format="png")
    return stream.getvalue()


def pillow(pixels):
    """Return the bytes of Pillow's file, None for 16-bit colour."""
    if pixels.itemsize > 1 and pixels.shape[2] > 1:
        return None
    stream = io.BytesIO()
    picture = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    PIL.Image.fromarray(picture).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def opencv(pixels):
    """Return the bytes of cv2's file; the order of the channels makes no difference."""
    return cv2.imencode(".png", pixels)[1].tobytes()


def used(write_png, pixels):
    """Return the seconds of processors that writing takes once, and the number of bytes."""
    begun = time.process_time()
    for _ in range(turns := max(1, 2_000_000 // pixels.nbytes)):
        content = write_png(pixels)
    return (time.process_time() - begun) / turns, len(content or b"")


def main(words):
    """Print the table."""
    cv2.setNumThreads(1)
    print(
        f"{'':22} {'ms':>8}   {'bytes: level 6':>14} {'cv2':>6}   {'time: level 6':>13} {'cv2':>6}"
    )
    for name, pixels in pictures().items():
        if words and not any(word in name for word in words):
            continue
        sides = ours, pillow, opencv
        rounds = [[used(side, pixels) for side in sides] for _ in range(_ROUNDS)]
        (_, size), *others = rounds[0]
        sizes = [size / other if other else np.nan for _, other in others]
        times = [
            median(one[0][0] / one[index][0] for one in rounds) if other else np.nan
            for index, (_, other) in enumerate(others, 1)
        ]
        milliseconds = 1e3 * median(one[0][0] for one in rounds)
        print(
            f"{name:22} {milliseconds:8.2f}   {sizes[0]:14.3f} {sizes[1]:6.3f}   "
            f"{times[0]:13.3f} {times[1]:6.2f}",
            flush=True,
        )
