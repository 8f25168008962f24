"""Filters: every filter, border, engine, depth and number of channels against its reference."""

import ast
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Kernel, NLMeans
from imgfilt.engines.numpy.bilateral.grid import Grid
from imgfilt.filters import FILTERS
from imgfilt.filters.fast_bilateral import GridBilateral
from imgfilt.pipeline.options import ENGINES

from .. import examples
from ..examples import (
    DTYPES,
    EXAMPLES,
    assert_within,
    each_case_with_border,
    example,
    filling,
    picture,
)

SHAPES = [(1, 1, 1), (1, 6, 3), (7, 1, 2), (3, 4, 3), (8, 9, 1), (6, 7, 5)]


def test_every_filter_and_engine_is_tried():
    assert list(EXAMPLES) == list(FILTERS)
    assert all(
        type(one.filter) is FILTERS[n] for n, some in EXAMPLES.items() for one in some.examples
    )
    assert set(examples.ENGINES) == set(ENGINES)


@cache
def expected(case, border, dtype, shape):
    """Return the reference's values; None where `valid` leaves nothing."""
    fill = filling(shape[2], dtype) if border == "constant" else 0
    values = example(case).meaning(picture(shape, dtype), border, fill)
    return values if values.size else None


@pytest.mark.parametrize("dtype", DTYPES)
@each_case_with_border
def test_filter(case, border, dtype):
    for engine in ENGINES:
        filt = example(case).filter
        for shape in SHAPES:
            pixels, fill = picture(shape, dtype), filling(shape[2], dtype)
            values = expected(case, border, dtype, shape)
            if engine == "opencv" and shape[2] not in example(case).opencv.get(dtype, ()):
                with pytest.raises(
                    imgfilt.EngineError if values is not None else imgfilt.ImgfiltError
                ):
                    imgfilt.apply(filt, pixels, engine, border, fill, values="clip")
            elif values is None:
                with pytest.raises(imgfilt.ImageError, match="no pixel where a window of"):
                    imgfilt.apply(filt, pixels, engine, border, fill, values="clip")
            else:
                found = imgfilt.apply(filt, pixels, engine, border, fill, values="clip")
                assert_within(found, values, case, engine, dtype, max(np.abs(pixels).max(), *fill))


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_boundless_likeness_is_a_mean(dtype, engine):
    pixels = picture((12, 13, 3), dtype)
    disc = np.add.outer(np.arange(-3, 4) ** 2, np.arange(-3, 4) ** 2) <= 9
    disc = Convolve(Kernel(disc.astype(int)), normalize=True)
    square = Blur(5)
    for filt, mean in [(Bilateral(7, 1e6, 1e6), disc), (NLMeans(1e6, 3, 5), square)]:
        off = imgfilt.apply(filt, pixels, engine, values="clip") - imgfilt.apply(
            mean, pixels, "numpy", values="clip"
        ).astype(float)
        assert np.abs(off).max() <= (1e-4 if dtype == "float32" else engine == "auto")


def test_type_checkers_see_every_filter():
    """They don't know what `__getattr__` returns."""
    source = ast.parse(Path(imgfilt.filters.__file__).read_text("utf-8"))
    lines = [node for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    imported = {(node.module, alias.asname) for node in lines for alias in node.names}
    assert {(name.lower(), name) for name in imgfilt.filters.SUMMARIES} <= imported


def test_what_is_found_for_a_picture_is_part_of_a_filter():
    kernel = Convolve(np.ones((9, 9)))
    folded = [kernel.folded_to(height, 3, "reflect") for height in (3, 3, 4)]
    assert folded[0] == folded[1] != folded[2]
    assert hash(folded[0]) == hash(folded[1])
    assert repr(folded[0]) == f"FoldedKernel(original={kernel!r})"

    def fast(low, high):
        return GridBilateral(35, fast=True, grid=Grid(35, 75, 75, low, high, False))

    assert fast(0, 255) == fast(0, 255) != fast(0, 100)
    assert hash(fast(0, 255)) == hash(fast(0, 255)) != hash(fast(0, 100))
    assert repr(fast(0, 255)) == "GridBilateral(diameter=35, fast=True)"
