"""Alpha: what is transparent has no colour to give, with any filter."""

from functools import cache
from itertools import product

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Median, NLMeans
from imgfilt.border import BORDERS

from .. import reference
from ..examples import (
    CASES,
    DTYPES,
    ENGINES,
    assert_within,
    each_case,
    each_case_with_border,
    example,
    filling,
    linear,
    ones,
    picture,
    translucent,
)

SHAPES = [(1, 1, 2), (2, 3, 4), (6, 5, 3)]
LARGE = [Gaussian(45), Blur(45), Median(45), Bilateral(21, 400, 100), NLMeans(500, 3, 21)]
EVERY = [example(case).filter for case in CASES] + LARGE


def opaque(shape, dtype):
    pixels = picture(shape, dtype)
    pixels[..., -1] = reference.peak(dtype)
    return pixels


@cache
def expected(case, border, dtype, shape):
    fill = filling(shape[2], dtype) if border == "constant" else 0
    values = example(case).meaning(translucent(shape, dtype), border, fill, alpha=True)
    return values if values.size else None


@each_case_with_border
def test_filter_with_alpha(case, border):
    """Of every depth with one border, and of one depth with each: neither knows the other."""
    depths = DTYPES if border == "zero" else [DTYPES[list(BORDERS).index(border) % 4]]
    for dtype, shape in product(depths, SHAPES):
        pixels, values = translucent(shape, dtype), expected(case, border, dtype, shape)
        fill = filling(shape[2], dtype)
        if values is None or (pixels[..., -1] == reference.peak(dtype)).all():
            continue
        for engine in ENGINES:
            if engine == "opencv" and not example(case).filter.opencv_takes_weights:
                with pytest.raises(imgfilt.EngineError, match="support transparency"):
                    imgfilt.apply(
                        example(case).filter,
                        pixels,
                        engine,
                        border,
                        fill,
                        alpha=True,
                        values="clip",
                    )
                continue
            found = imgfilt.apply(
                example(case).filter, pixels, engine, border, fill, alpha=True, values="clip"
            )
            assert_within(found, values, case, engine, dtype, max(np.abs(pixels).max(), *fill))


@pytest.mark.slow
@pytest.mark.parametrize("filt", EVERY, ids=repr)
def test_transparent_green_does_not_bleed(filt):
    for engine, dtype in product(ENGINES, DTYPES):
        if engine == "opencv" and not filt.opencv_takes_weights:
            continue  # said to be impossible
        pixels = np.zeros((9, 12, 4), dtype)
        pixels[:, :7, [0, 3]] = pixels[:, 7:, 1] = reference.peak(dtype)
        black = pixels.copy()
        black[..., 1] = 0
        for border in ("replicate", "zero", "wrap"):
            found = imgfilt.apply(filt, pixels, engine, border, alpha=True, values="clip")
            without = imgfilt.apply(filt, black, engine, border, alpha=True, values="clip")
            visible = found[..., 3] > reference.LEAST_ALPHA
            assert visible.any() or border == "zero"
            assert np.array_equal(found[visible], without[visible])
            assert (found[~visible] == pixels[~visible])[:, :3].all()


@pytest.mark.slow
@each_case
def test_opaque_alpha_changes_nothing(case):
    for engine in ENGINES:
        filt = example(case).filter
        for dtype in DTYPES:
            if engine == "opencv" and 3 not in example(case).opencv.get(dtype, ()):
                continue
            pixels = opaque((16, 17, 4), dtype)
            for border in set(filt.borders) - {"zero", "full"}:
                alone = imgfilt.apply(
                    filt, pixels[..., :3], engine, border, filling(3, dtype), values="clip"
                )
                found = imgfilt.apply(
                    filt, pixels, engine, border, filling(3, dtype), alpha=True, values="clip"
                )
                assert np.array_equal(found[..., :3], alone)
                assert (found[..., 3] == reference.peak(dtype)).all()


@each_case
def test_border_of_an_opaque_picture(case):
    """Zero is transparent black; a constant is opaque unless its alpha is given."""
    for dtype in ("uint8", "float32"):
        pixels = opaque((5, 4, 4), dtype)
        top, largest = reference.peak(dtype), np.abs(pixels).max()
        colours = filling(3, dtype)
        fills = [("zero", 0, 0), ("constant", colours, [*colours, top])]
        fills += [("constant", top, top), ("constant", [*colours, 0], [*colours, 0])]
        for border, given, meant in fills:
            values = example(case).meaning(pixels, border, meant, alpha=True)
            found = imgfilt.apply(
                example(case).filter, pixels, "numpy", border, given, alpha=True, values="clip"
            )
            assert_within(found, values, case, "numpy", dtype, largest)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("sides", [(2, 2), (3, 3), (2, 5), (4, 3)], ids=str)
def test_halves_at_the_edge_of_a_badge(sides, dtype):
    """Sums of a few opaque pixels over their number: many lie halfway between two levels."""
    pixels = picture((40, 40, 2), dtype)
    pixels[..., 1] = np.random.default_rng(3).choice([0, reference.peak(dtype)], (40, 40))
    mean = linear(Blur(sides[::-1]), ones(*sides), sides[0] * sides[1])
    found = imgfilt.apply(mean.filter, pixels, "numpy", "zero", alpha=True, values="clip")
    wanted = reference.stored(mean.meaning(pixels, "zero", alpha=True), dtype)
    assert np.array_equal(found, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kernel", ["sobel-x", "prewitt-y", "laplacian", "y-derivative"])
def test_edges_of_an_opaque_picture_stay_opaque(kernel, engine):
    for dtype in DTYPES:
        for channels in (2, 4):
            pixels = opaque((6, 7, channels), dtype)
            for values in ("clip", "abs", "offset", "stretch"):
                for border in ("wrap", "reflect", "replicate"):
                    found = imgfilt.apply(
                        Convolve(kernel), pixels, engine, border, 0, values, alpha=True
                    )
                    assert (found[..., -1] == reference.peak(dtype)).all()
                    assert (found[..., :-1] != pixels[..., :-1]).any()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kernel", ["identity", "0 0 0; 0 1 0; 0 0 0"])
def test_identity_kernel_returns_every_pixel(kernel, engine):
    for dtype in DTYPES:
        pixels = translucent((8, 9, 4), dtype)
        found = imgfilt.apply(Convolve(kernel), pixels, engine, "zero", alpha=True, values="clip")
        off = abs(found.astype(float) - pixels)
        assert off.max() <= (0 if dtype.startswith("uint") else 2.0**-22)
        assert (found[pixels[..., 3] == 0] == pixels[pixels[..., 3] == 0]).all()


def test_median_takes_the_lower_middle_of_what_is_visible():
    pixels = np.array([[[10, 255], [99, 0], [30, 255], [20, 9], [40, 200]]], np.uint8)
    found = imgfilt.apply(Median(5), pixels, "numpy", "zero", alpha=True)
    assert found[0, 2].tolist() == [30, 0]  # 20 of the 25 pixels are the border's: no alpha is left
    found = imgfilt.apply(Median(5), pixels, "numpy", "replicate", alpha=True)
    assert found[0, 2].tolist() == [20, 200]  # of 10 20 30 40, and of 0 9 200 255 255
