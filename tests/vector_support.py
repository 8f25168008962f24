"""A scene with items of every kind, and programs that look at what is drawn of it."""

import io
import shutil
import subprocess
from itertools import combinations

import numpy as np
import pytest

from imgfilt.figure import Cell, Layout, Span
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Box, Disc, Path, Picture, Scene, Text, rectangle

from . import figure_support

NASTY = '<img src=x onerror=alert(1)>.png & "it\'s" ]]>'
RED, BLUE, GREEN = (220, 30, 30), (20, 60, 200), (10, 130, 60)


def make_font(letters):
    """Return a font that has only some letters."""
    builder = pytest.importorskip("fontTools.fontBuilder").FontBuilder(1000)
    make_pen = pytest.importorskip("fontTools.pens.ttGlyphPen").TTGlyphPen
    names = [".notdef", *(f"letter{ord(letter)}" for letter in letters)]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, letters), names[1:], strict=True)))
    pen = make_pen(None)
    pen.moveTo((100, 0))
    for point in (100, 600), (500, 600), (500, 0):
        pen.lineTo(point)
    pen.closePath()
    glyphs = dict.fromkeys(names, pen.glyph())
    builder.setupGlyf(glyphs | {".notdef": make_pen(None).glyph()})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Few", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


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


CAPTIONS = (
    "Original",
    "a caption that goes on and on, well beyond the width of any picture of a sensible size",
    "",
    "two\nlines, 5 × 5",
    "שלום עולם, مرحبا",
    "😀 高斯滤波",
    NASTY,
    "--kernel=" + "0.125,0.25;" * 20,
)


def make_grid():
    """Return the scene of cells with awkward captions and notes, and a title."""
    pixels = PICTURES[0]
    notes = ("PSNR 31.42 dB, SSIM 0.912", "")
    cells = [Cell(caption, pixels, (Span(notes[n % 2]),)) for n, caption in enumerate(CAPTIONS)]
    layout = Layout(columns=3, title="A title that is long enough for two lines of text " * 2)
    return figure_support.make_scene(cells, layout, as_raster=False)


def assert_apart(boxes, width, height):
    """Hold (left, top, right, bottom) boxes to a page, and apart; but for what is above letters."""
    inner = []
    for left, top, right, bottom in boxes:
        margin = 0.15 * min(bottom - top, 20)
        inner.append((left + 0.5, top + margin, right - 0.5, bottom - margin))
    for left, top, right, bottom in inner:
        assert left >= 0 and top >= 0 and right <= width and bottom <= height
    for one, other in combinations(inner, 2):
        overlap = [min(one[n + 2], other[n + 2]) - max(one[n], other[n]) for n in (0, 1)]
        assert min(overlap) <= 0, (one, other)


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
