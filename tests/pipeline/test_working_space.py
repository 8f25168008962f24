"""The working space: depth, 8-bit levels and linear light mean the same for every filter."""

import numpy as np
import pytest

import imgfilt
from imgfilt import Blur, Convolve
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.levels import linear_to_srgb, srgb_to_linear
from imgfilt.pipeline.options import Options

from .. import reference
from ..examples import DTYPES, ENGINES, FIRST, case_name, example, picture, translucent

SHAPES = [(1, 1, 3), (7, 8, 3), (5, 4, 1)]


def light(signals):
    """Return the linear light of sRGB signals 0..1, one by one as IEC 61966-2-1 has it."""

    def one(signal):
        return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4

    return np.vectorize(one, otypes=[float])(signals)


def signal(lights):
    def one(value):
        return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055

    return np.vectorize(one, otypes=[float])(np.maximum(lights, 0))


def in_range(shape, dtype):
    pixels = picture(shape, dtype)
    return np.clip(pixels, 0, 1) if pixels.dtype.kind == "f" else pixels


def in_light(case, pixels, border, alpha):
    """Return the values of a filter that sees linear light, as floats, in stored levels."""
    top = reference.peak(pixels.dtype)
    shown = pixels / np.float64(top)
    shown[..., : -1 if alpha else None] = light(shown[..., : -1 if alpha else None])
    values = reference.stored(example(case).meaning(shown, border, alpha=alpha), np.float64)
    colours = values[..., : -1 if alpha else None]
    colours[...] = signal(colours)
    return values * top


@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_linear_light(case):
    for dtype in DTYPES:
        if example(case).magnitude > 1:  # what lies outside of 0..1 is no light
            continue
        for engine, border in [("numpy", "reflect"), ("auto", "zero")]:
            for shape in SHAPES:
                pixels = in_range(shape, dtype)
                wanted = reference.stored(in_light(case, pixels, border, False), dtype)
                found = run(
                    example(case).filter,
                    pixels,
                    False,
                    Options(engine=engine, border=border, linear=True),
                ).pixels
                assert found.dtype == dtype
                assert np.abs(found - wanted).max() <= (1e-5 if pixels.dtype.kind == "f" else 0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_linear_light_with_alpha(case, dtype):
    if example(case).magnitude > 1:
        return
    pixels = translucent((7, 6, 4), dtype)
    wanted = reference.stored(in_light(case, pixels, "zero", True), dtype)
    options = Options(engine="numpy", border="zero", linear=True)
    found = run(example(case).filter, pixels, True, options).pixels
    alpha = wanted[..., 3]
    if not example(case).filter.level_parameter:  # its weights see no colour: exact in whole levels
        alpha = reference.stored(example(case).meaning(pixels, "zero", alpha=True), dtype)[..., 3]
    visible = alpha > 0
    assert np.array_equal(found[..., 3], alpha)
    assert np.array_equal(found[visible, :3], wanted[visible, :3])
    assert np.array_equal(found[~visible, :3], pixels[~visible, :3])


@pytest.mark.parametrize("engine", ENGINES)
def test_black_and_white_make_the_grey_of_half_the_light(engine):
    pixels = np.array([[0, 255], [255, 0]], np.uint8)[..., np.newaxis]
    for linear, grey in [(True, 188), (False, 128)]:
        options = Options(engine=engine, border="wrap", linear=linear)
        assert (run(Blur(2), pixels, False, options).pixels == grey).all()


def test_curve():
    signals = np.linspace(0, 1, 10_001)
    assert np.allclose(srgb_to_linear(signals), light(signals), rtol=1e-14, atol=0)
    assert np.allclose(linear_to_srgb(light(signals)), signals, rtol=0, atol=1e-6)
    assert np.allclose(linear_to_srgb(signals), signal(signals), rtol=1e-14, atol=0)
    assert np.array_equal(srgb_to_linear(-signals), -srgb_to_linear(signals))
    assert np.isnan(srgb_to_linear(np.array([np.nan]))).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_identity_in_linear_light_returns_every_level(dtype):
    levels = np.arange(reference.peak(dtype) + 1, dtype=dtype).reshape(256, -1, 1)
    for kernel in ("identity", "0 0 0; 0 1 0; 0 0 0"):
        found = run(Convolve(kernel), levels, False, Options(linear=True, engine="numpy")).pixels
        assert np.array_equal(found, levels)


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_promoted_picture(case, engine):
    """An 8-bit picture, as 16 bits or floats, gives the same picture again but for rounding."""
    for border in ("reflect", "zero", "constant"):
        pixels = picture((9, 10, 3), "uint8")
        value = 40 if border == "constant" else 0
        exact = example(case).meaning(pixels, border, value).astype(np.float64)
        exact = np.clip(exact, 0, 255)
        level = {"numpy": 0, "auto": 1}[engine]
        for scale, dtype in [(257, np.uint16), (1 / 255, np.float32), (1 / 255, np.float64)]:
            promoted = (pixels * np.float64(scale)).astype(dtype)
            found = imgfilt.apply(
                example(case).filter, promoted, engine, border, value * scale, values="clip"
            )
            back = np.clip(found / np.float64(scale), 0, 255)
            rounding = (0.5 + level) / 257 if dtype is np.uint16 else 1e-3 * example(case).magnitude
            assert np.abs(back - exact).max() <= rounding + 1e-9


def test_levels_of_every_depth():
    """To other depths and back: white stays white, and what can't be held is rounded."""
    eight = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    sixteen = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)

    def as_depth(pixels, depth):
        return run(Convolve("identity"), pixels, False, Options(depth=depth)).pixels

    assert np.array_equal(as_depth(eight, "16"), eight * np.uint16(257))
    assert np.allclose(as_depth(eight, "float"), eight / 255, rtol=1e-7, atol=0)
    assert np.array_equal(as_depth(as_depth(eight, "16"), "8"), eight)
    assert np.array_equal(as_depth(as_depth(eight, "float"), "8"), eight)
    assert np.array_equal(as_depth(as_depth(sixteen, "float"), "16"), sixteen)
    # 257 is odd: no level of 16 bits lies halfway between two of 8.
    assert np.array_equal(as_depth(sixteen, "8"), (sixteen.astype(int) + 128) // 257)


@pytest.mark.slow
@pytest.mark.parametrize("depth", ["8", "16", "float"])
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_depth_rounds_once(case, depth):
    for source in DTYPES:
        alpha = source == "uint16"
        pixels = translucent((12, 15, 4), source) if alpha else picture((12, 15, 3), source)
        dtype = {"8": "uint8", "16": "uint16", "float": "float32"}[depth]
        if depth == "float" and source == "float64":
            dtype = source  # it would lose precision
        values = example(case).meaning(pixels, "reflect", alpha=alpha, depth=dtype)
        top, scale = reference.peak(dtype), reference.peak(source)
        wanted = reference.stored(values.astype(np.float64) * (top / scale), dtype)
        options = Options(engine="numpy", depth=depth)
        found = run(example(case).filter, pixels, alpha, options).pixels
        assert found.dtype == dtype
        off = np.abs(found - wanted).max()
        inexact = 1 if source.startswith("float") else 0
        assert off <= (1e-6 * max(np.abs(wanted).max(), 1) if depth == "float" else inexact)
