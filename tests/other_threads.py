"""Print the filters in which other threads than imgfilt's compute: BLAS', as NumPy starts them.

Each runs with NumPy, with two threads of its own. A program of its own, because BLAS reads its
number of threads once.
"""

import threading
from pathlib import Path

import numpy as np

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Edges, Gaussian, Kernel, Median, NLMeans

MOST = 2.0  # milliseconds; one product on two threads takes more
PICTURES = ("uint8", 1), ("uint8", 3), ("uint16", 3), ("float32", 1), ("float64", 1)

chance = np.random.default_rng(0)


def used():
    """Return the milliseconds of processors of all threads that Python doesn't know."""
    tasks = {int(path.name): path for path in Path("/proc/self/task").iterdir()}
    for ours in threading.enumerate():
        tasks.pop(ours.native_id, None)
    return sum(int((path / "schedstat").read_text().split()[0]) for path in tasks.values()) / 1e6


def filters():
    """Return filters that run every method with products."""
    factors = chance.random((4, 31)) - 0.3
    kernels = [Kernel(chance.random((size, size))) for size in (2, 3, 5, 7, 9, 11, 15, 17, 31)]
    kernels += [Kernel(np.outer(factors[0, :n], factors[1, :n])) for n in (3, 7, 15, 31)]
    kernels += [Kernel(factors[:2, :n].T @ factors[2:, :n]) for n in (13, 31)]  # of rank 2
    return [
        *map(Convolve, [*kernels, "sobel-x"]),
        *(Gaussian(sigma=sigma) for sigma in (1, 3, 6, 8, 20)),
        *(Blur(15), Edges("sobel"), Median(5), Median(35), NLMeans("auto", 3, 7), Bilateral(5)),
        *(Bilateral(35, sigma_color, fast=True) for sigma_color in (25, 75, 150)),
    ]


def main():
    """Filter a picture of each kind, and print in which filters other threads computed."""
    shades = chance.integers(0, 60, (240, 700, 3)) + np.linspace(0, 195, 700)[:, np.newaxis]
    for dtype, channels in PICTURES:
        white = {"uint8": 255, "uint16": 65535}.get(dtype, 1)
        pixels = (shades[..., :channels] / 255 * white).astype(dtype)
        for filt in filters():
            before = used()
            imgfilt.apply(filt, pixels, "numpy", values="clip", workers=2)
            if used() - before > MOST:
                print(f"{dtype}, {channels} channels, {filt!r:.40}: {used() - before:.0f} ms")


if __name__ == "__main__":
    main()
