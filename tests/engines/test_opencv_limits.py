"""Where an engine would fail without a word: the other one, or an error, takes its place."""

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Convolve, EngineError, ImageError, Kernel, Median, NLMeans
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options

NOISE = (np.random.default_rng(0).integers(0, 2, (24, 24, 3)) * 255).astype(np.uint8)


def test_large_patches_overflow_cv2():
    filt = NLMeans(400, 105, 3)
    exact = imgfilt.apply(filt, NOISE, "numpy", values="clip")
    assert exact.mean() > 60
    assert np.array_equal(imgfilt.apply(filt, NOISE, values="clip"), exact)
    with pytest.raises(EngineError, match="patches of 105"):
        imgfilt.apply(filt, NOISE, "opencv", values="clip")
    assert np.abs(imgfilt.apply(NLMeans(40, 103, 3), NOISE, "opencv").astype(int)).max() > 0


def test_large_weights_overflow_float32():
    filt = Convolve(Kernel([[1e-300, 1e300]]))
    pixels = np.zeros((3, 5, 1), np.uint8)
    pixels[1, 2] = 1
    result = run(filt, pixels, False, Options())
    assert result.plan.engine == "numpy"
    assert np.count_nonzero(result.pixels) == 1
    assert str(result.clipped).startswith("6.7 % of values fell outside 0..255 (0..1e+300)")
    with pytest.raises(EngineError, match="weights as large as these"):
        run(filt, pixels, False, Options(engine="opencv"))


def test_a_window_larger_than_the_picture_runs_on_numpy():
    pixels = NOISE[:2, :2]
    plan = run(Bilateral(41), pixels, False, Options()).plan
    assert (plan.engine, plan.area) == ("numpy", 4)
    assert run(Bilateral(5), NOISE, False, Options()).plan.engine == "opencv"


def test_absurd_times_are_refused():
    large = np.zeros((3000, 3000, 3), np.uint8)
    with pytest.raises(ImageError, match=r"would take about \d+ hours; at most 12 are allowed"):
        imgfilt.apply(NLMeans(10, 7, 1023), large)


@pytest.mark.parametrize(
    ("depth", "mid"), [("8", 128), ("16", 32768), ("float", 0.5), (None, None)]
)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_the_offset_is_the_output_s_own_mid_grey(depth, mid, dtype):
    own = {"uint8": 128, "uint16": 32768, "float32": 0.5}[dtype]
    flat = np.full((5, 5, 1), 1, dtype)
    found = run(Convolve("sobel-x"), flat, False, Options(values="offset", depth=depth)).pixels
    assert np.array_equal(found, np.full(found.shape, own if mid is None else mid))


def test_linear_light_is_for_grey_and_rgb():
    with pytest.raises(imgfilt.ParameterError, match="4 colour channels"):
        run(Median(3), np.zeros((3, 3, 4), np.uint8), False, Options(linear=True))


def test_weights_may_sum_to_infinity():
    pixels = np.array([[[0], [0], [1]]], np.float64)
    found = imgfilt.apply(Convolve("1e308 1e308"), pixels, "numpy", "zero", values="clip")
    assert found.ravel().tolist() == [0, 1e308, 1e308]
