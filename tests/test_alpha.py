"""Alpha: what is transparent has no colour to give, with any filter."""

from functools import cache

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Median, NLMeans
from imgfilt.border import BORDERS

from . import reference
from .examples import CASES, DTYPES, ENGINES, example, filling, picture, translucent
from .test_filters import assert_within

SHAPES = [(1, 1, 2), (2, 3, 4), (7, 1, 4), (8, 9, 2), (9, 8, 4)]
LARGE = Gaussian(45), Blur(45), Median(45), Bilateral(21, 400, 100), NLMeans(500, 3, 21)
SMOOTHING = [one.filter for case in CASES if (one := example(case)).magnitude == 1] + [*LARGE]


@cache
def expected(case, border, dtype, shape):
    fill = filling(shape[2], dtype) if border == "constant" else 0
    values = example(case).meaning(translucent(shape, dtype), border, fill, alpha=True)
    return values if values.size else None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}{case[1]}")
def test_filter_with_alpha(case, border, dtype):
    for shape in SHAPES:
        pixels, values = translucent(shape, dtype), expected(case, border, dtype, shape)
        fill = filling(shape[2], dtype)
        if values is None or (pixels[..., -1] == reference.peak(dtype)).all():
            continue
        for engine in ENGINES:
            if engine == "opencv" and not example(case).filter.linear:
                with pytest.raises(imgfilt.EngineError, match="knows no transparency"):
                    imgfilt.apply(example(case).filter, pixels, engine, border, fill, alpha=True)
                continue
            found = imgfilt.apply(example(case).filter, pixels, engine, border, fill, alpha=True)
            assert_within(found, values, case, engine, dtype, max(np.abs(pixels).max(), *fill))
