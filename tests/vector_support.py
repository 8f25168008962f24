"""A scene with items of every kind, and programs that look at what is drawn of it."""

import shutil
import subprocess

import numpy as np
import pytest

from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Box, Disc, Path, Picture, Scene, Text, rectangle

NASTY = '<img src=x onerror=alert(1)>.png & "it\'s" ]]>'
RED, BLUE, GREEN = (220, 30, 30), (20, 60, 200), (10, 130, 60)


def make_pictures():
    """Return pictures: colours, grey, smooth enough that rows are predicted, and a single pixel."""
    random = np.random.default_rng(3)
    ramp = np.linspace(0, 255, 60).astype(np.uint8)
    return [
        random.integers(0, 256, (40, 60, 3), dtype=np.uint8),
        random.integers(0, 256, (5, 7, 1), dtype=np.uint8),
        np.stack(np.broadcast_arrays(ramp[:, None], ramp[::-1], 90), axis=-1).astype(np.uint8),
        np.array([[[1, 2, 3]]], np.uint8),
    ]


PICTURES = make_pictures()
TEXTS = [
    Text("Größe 5 × 5, σ = 2 ± 1°", 20, 30, 12),
    Text(NASTY, 150, 50, 9, 0.5, BLUE),
    Text("−3.5 dB – µm", 280, 70, 9, 1, GREEN, bold=True),
    Text("upwards, 3 × 3", 292, 250, 9, 0.5, angle=90),
]
BOXES = [Box(20, 90, 60, 40), Box(100, 90, 70, 50), Box(200, 90, 30, 30), Box(240, 90, 20, 10)]


def make_scene(**attributes):
    """Return a scene of 300 x 300 points with items of every kind."""
    scene = Scene(300, 300, 2.0, **attributes)
    scene.items += map(Picture, BOXES, PICTURES, [NASTY, "grey", "ramp", ""])
    scene.items += TEXTS
    scene.items += [
        rectangle(Box(30, 170, 40, 30), stroke=RED, width=3, fill=(250, 240, 200)),
        Path(((100, 170), (140, 220), (180, 170)), BLUE, 2, dash=6),
        Path(((30, 230), (60, 280), (90, 230)), fill=GREEN),
        Disc(220, 190, 15, RED),
    ]
    return scene


def run_program(*words):
    """Return what a program prints; the test is skipped where it isn't installed."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    return subprocess.run(
        list(map(str, words)), capture_output=True, text=True, check=True, timeout=60
    ).stdout


def assert_looks_like_raster(found, scene):
    """Hold (H, W, 3) pixels to the raster: squares of 20 pixels have nearly the same mean colour.

    So letters may have another shape, but nothing may be missing or elsewhere.
    """
    wanted = draw_raster(scene)[..., :3]
    assert np.abs(np.array(found.shape) - wanted.shape).max() <= 1
    rows, columns = np.minimum(found.shape, wanted.shape)[:2] // 20
    parts = (
        pixels[: 20 * rows, : 20 * columns].reshape(rows, 20, columns, 20, 3).mean(axis=(1, 3))
        for pixels in (found, wanted)
    )
    assert np.abs(np.subtract(*parts)).max() < 60
