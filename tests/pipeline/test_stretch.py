"""Stretch: what is flat but for rounding is 0, and 16 bits are within a level of the definition."""

import numpy as np
import pytest

import imgfilt
from imgfilt import Blur, Convolve, Gaussian, Kernel, Median
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options

from .. import reference
from ..examples import DTYPES, noisy

ZERO_SUM = noisy(7, 7) - noisy(7, 7).mean()
FLAT = [
    Convolve("0.1 0.2 -0.3"),
    Convolve(Kernel(ZERO_SUM)),
    Convolve("laplacian", scale="1/7"),
    Blur(9),
    Gaussian(sigma=3.3),
    Gaussian(sigma=5),
    Median(5),
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "opencv", "auto"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("filt", FLAT, ids=repr)
def test_a_flat_picture_is_flat(filt, dtype, engine):
    if isinstance(filt, Median) and dtype == "float64" and engine == "opencv":
        return
    for share in (0.3, 1):
        pixels = np.full((90, 71, 3), share * reference.peak(dtype), dtype)
        for border in ("reflect", "wrap", "valid"):
            found = imgfilt.apply(filt, pixels, engine, border, values="stretch")
            assert not found.any()


def test_flat_in_linear_light_and_with_alpha():
    pixels = np.full((50, 40, 2), (77, 130), np.uint8)
    for linear in (False, True):
        options = Options(values="stretch", linear=linear)
        for filt in FLAT[:4]:
            found = run(filt, pixels, True, options).pixels
            assert (found == (0, 130)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_straight_slope_has_a_flat_second_derivative(dtype):
    pixels = np.tile(np.linspace(0.1, 0.9, 60, dtype=dtype), (9, 1))
    found = imgfilt.apply(Convolve("1 -2 1"), pixels, border="valid", values="stretch")
    assert not found.any()


def test_small_steps_are_not_flat():
    pixels = np.full((20, 20), 8000.0)
    pixels[10, 10] += 1e-3
    found = imgfilt.apply(Convolve("identity", scale=2), pixels, values="stretch")
    assert (found.min(), found.max()) == (0, 1)
    pixels = np.full((20, 20), 40000, np.uint16)
    pixels[10, 10] += 1
    found = imgfilt.apply(Blur(3), pixels, values="stretch")
    assert np.array_equal(np.unique(found), [0, 65535])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "opencv", "auto"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize(
    ("filt", "weights"),
    [
        (Convolve("sobel-x"), np.outer([1, 2, 1], [1, 0, -1])),
        (Convolve(Kernel(ZERO_SUM)), ZERO_SUM),
        (Convolve(Kernel(np.ones((9, 9)) / 81)), np.full((9, 9), 1 / 81)),
    ],
    ids=["sobel", "floats", "mean"],
)
def test_it_is_the_definition_s(filt, weights, dtype, engine):
    """One level off on at most 1 in 10 000."""
    chance = np.random.default_rng(7)
    pixels = chance.integers(0, reference.peak(dtype) + 1, (120, 110, 1)).astype(dtype)
    pixels = pixels // 2 + pixels[::-1] // 3
    values = reference.convolved(pixels, "reflect", weights=weights).astype(np.float64)
    span = values.max() - values.min()
    wanted = np.rint(np.round((values - values.min()) * reference.peak(dtype) / span, 6))
    found = imgfilt.apply(filt, pixels, engine, values="stretch").astype(np.float64)
    off = np.abs(found - wanted)
    assert off.max() <= 1
    assert np.count_nonzero(off) * 10_000 <= off.size
