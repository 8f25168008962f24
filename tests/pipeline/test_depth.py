"""Depth: a picture means the same at each, and the identity kernel returns every level of it."""

import numpy as np
import pytest
from PIL import Image as Pillow

import imgfilt
from imgfilt.image import FORMATS, Image, read, write

from .. import reference
from ..cli_support import SAMPLES, succeed
from ..examples import EXAMPLES
from ..image_support import COLOURS, HELD

CASES = [(name, filt) for name, entry in EXAMPLES.items() for filt in entry.promoted]


def ramp():
    """Every level of red beside every level of green; blue falls."""
    rows, columns = np.mgrid[:64, :256]
    return np.stack([columns, rows * 4, 255 - columns], axis=2).astype(np.uint8)


def photograph():
    with Pillow.open(SAMPLES / "book-noise.png") as file:
        return np.asarray(file.convert("RGB").crop((420, 260, 540, 340)))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("make", [ramp, photograph])
@pytest.mark.parametrize(("name", "filt"), CASES, ids=repr)
def test_a_promoted_picture_comes_out_the_same(name, filt, make, engine):
    """But for rounding at 8 bits, at 16, and the level that cv2 may be off at each."""
    pixels = make()
    eight = imgfilt.apply(filt, pixels, engine, values="clip").astype(float)
    assert np.abs(eight - pixels).max() > (20 if make is photograph else 1)
    off = {"numpy": 0, "auto": EXAMPLES[name].opencv_levels}[engine]
    for dtype in ("uint16", "float32", "float64"):
        scale = reference.peak(dtype) / 255
        found = imgfilt.apply(filt, (pixels * scale).astype(dtype), engine, values="clip")
        assert found.dtype == dtype
        back = np.clip(found / scale, 0, 255)
        # Some values do lie at the very bound; float64 ends what it holds of it.
        assert np.abs(back - eight).max() <= 0.5 + off + (0.5 + off) / 257 + 1e-12


LOSSLESS = [kind for kind in HELD if not FORMATS[kind[0]].lossy]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "colour", "depth", "alpha"), LOSSLESS)
def test_the_identity_kernel_returns_every_level(name, colour, depth, alpha, tmp_path):
    """From a format into itself, and to and from TIFF, which holds everything."""
    channels = COLOURS[colour] + alpha
    if np.dtype(depth).kind == "f":
        levels = np.random.default_rng(4).normal(0.5, 3, (128, 128, channels)).astype(depth)
        levels.flat[:4] = -1e9, 1e9, -1e-30, 1 / 3
        if alpha:
            levels[..., -1] = np.linspace(0, 1, 128)
    else:
        count = reference.peak(depth) + 1
        flat = np.arange(count, dtype=depth)
        sides = (256, 256) if depth == "uint16" else (16, 16)
        levels = np.stack([np.roll(flat, 77 * n).reshape(sides) for n in range(channels)], axis=2)
    suffix = FORMATS[name].suffixes[0]
    source, target = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    write(source, Image(levels, alpha))
    succeed("convolve", source, "--kernel", "identity", "-o", target)
    succeed("convolve", target, "--kernel", "0 0 0; 0 1 0; 0 0 0", "-o", tmp_path / "c.tif")
    text = name in ("csv", "txt") and depth != "uint8"
    back = ["--values", "raw", "--depth", "float"] if text and depth == "uint16" else []
    succeed(
        "convolve", tmp_path / "c.tif", "--kernel", "identity", "-o", tmp_path / f"d{suffix}", *back
    )
    for path in (target, tmp_path / "c.tif", tmp_path / f"d{suffix}"):
        found = read(path)
        assert found.alpha == alpha
        assert found.pixels.dtype == ("float64" if text else depth)
        # Colour of 64 bits is multiplied by alpha and divided again, each time with one rounding.
        rounding = 2.0**-51 if depth == "float64" and alpha and path != target else 0
        np.testing.assert_allclose(found.pixels.astype(depth), levels, rtol=rounding, atol=0)


@pytest.mark.parametrize("depth", ["16", "float"])
@pytest.mark.parametrize("name", ["png", "tiff", "ppm", "pfm", "npy", "jp2"])
def test_a_finer_depth_and_back_returns_every_level(name, depth, tmp_path):
    dtype = {"16": "uint16", "float": "float32"}[depth]
    colour, channels = ("grey", 1) if name == "jp2" else ("RGB", 3)
    if (name, colour, dtype, False) not in HELD:
        return
    levels = np.roll(np.arange(256, dtype=np.uint8), 9).reshape(16, 16, 1).repeat(channels, axis=2)
    write(tmp_path / "a.png", Image(levels))
    finer = tmp_path / f"b{FORMATS[name].suffixes[0]}"
    succeed("convolve", tmp_path / "a.png", "--kernel", "identity", "--depth", depth, "-o", finer)
    found = read(finer).pixels
    assert np.array_equal(found, (levels * (reference.peak(dtype) / 255)).astype(dtype))
    succeed("convolve", finer, "--kernel", "identity", "--depth", "8", "-o", tmp_path / "c.png")
    assert np.array_equal(read(tmp_path / "c.png").pixels, levels)
