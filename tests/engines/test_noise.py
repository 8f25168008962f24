"""Noise: what is found of it, and the strength that comes of it."""

import numpy as np
import pytest
import scipy.signal
import scipy.stats

import imgfilt
from imgfilt import NLMeans, ParameterError
from imgfilt.engines.numpy import noise
from imgfilt.filters.sweep import sweep
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.blocks import sample_rows
from imgfilt.pipeline.options import Options
from imgfilt.pipeline.prepare import prepare

from .. import reference


def noisy(deviation, shape=(120, 130, 1), dtype="uint8", seed=0):
    """Return steps and shading with so much noise, in 8-bit levels."""
    rows, columns = np.indices(shape[:2])
    clean = 60 + 50 * ((rows // 30 + columns // 40) % 3) + columns * 20 / shape[1]
    levels = clean[..., np.newaxis] + np.random.default_rng(seed).normal(0, deviation, shape)
    levels = levels * (reference.peak(dtype) / 255)
    return (levels if reference.peak(dtype) == 1 else np.rint(levels)).astype(dtype)


def found_in(pixels, **options):
    """Return the strength that a picture gets."""
    return run(NLMeans("auto", 3, 5), pixels, options.pop("alpha", False), Options(**options))


@pytest.mark.parametrize("deviation", [2, 5, 12, 20])
def test_deviation(deviation):
    found = noise.estimate_noise([noisy(deviation)]).deviation
    assert 0.93 * deviation < found < 1.12 * deviation


def test_deviation_of_channels_is_their_mean_square():
    pixels = np.concatenate([noisy(3), noisy(9, seed=1)], axis=2)
    assert noise.estimate_noise([pixels]).deviation == pytest.approx(np.sqrt((9 + 81) / 2), rel=0.1)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 9, 1), (9, 2, 3), (0, 5, 1)])
def test_too_small_to_say(shape):
    assert noise.estimate_noise([np.ones(shape)]).deviation == 0


def test_nan_says_nothing():
    pixels = noisy(5, dtype="float64")
    wanted = noise.estimate_noise([pixels]).deviation
    pixels[40:50, 40:50] = np.nan
    assert noise.estimate_noise([pixels]).deviation == pytest.approx(wanted, rel=0.05)
    assert noise.estimate_noise([np.full((9, 9, 1), np.nan)]).deviation == 0


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_auto_is_in_levels_at_every_depth(dtype):
    pixels = noisy(8, dtype=dtype)
    result = found_in(pixels)
    strength = result.plan.filter.strength
    assert 7.4 < strength < 9
    (note,) = result.notes
    assert note == f"noise of {strength:.3g} of 255 levels was found: strength {strength:.3g}"
    wanted = imgfilt.apply(NLMeans(strength, 3, 5), pixels)
    assert np.array_equal(result.pixels, wanted)
    assert np.array_equal(imgfilt.apply(NLMeans("auto", 3, 5), pixels), wanted)


def test_each_picture_has_its_own():
    strengths = [found_in(noisy(deviation)).plan.filter.strength for deviation in (3, 6, 12)]
    assert strengths == sorted(strengths)
    assert strengths[2] > 3 * strengths[0]


def test_noise_is_that_of_what_is_seen():
    """Hidden colour has none, and half of it is seen of what is half transparent."""
    pixels = np.concatenate([noisy(8), np.full((120, 130, 1), 255, np.uint8)], axis=2)
    pixels[:70, :, 1] = 0
    pixels[:70, :, 0] = np.random.default_rng(1).integers(0, 256, (70, 130))
    assert 7.3 < found_in(pixels, alpha=True).plan.filter.strength < 9
    pixels[70:, :, 1] = 128
    assert 3.6 < found_in(pixels, alpha=True).plan.filter.strength < 4.5


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_a_flat_ground_has_no_say(dtype):
    """A noisy picture on a ground that takes more than half: its own noise, and it is said."""
    pixels = np.full((150, 140, 3), reference.peak(dtype), dtype)
    pixels[30:110, 40:130] = noisy(6, (80, 90, 3), dtype)
    result = found_in(pixels)
    assert 5.5 < result.plan.filter.strength < 6.8
    # Windows of 3 x 3 that lie wholly in the noise and 3 pixels from one that doesn't.
    share = 100 - 100 * 78 * 88 / (148 * 138)
    said = f"{share:.0f} % of the picture is flat or next to a flat part; noise of "
    assert result.notes[0].startswith(said)


def test_a_drawing_is_not_taken_for_noise():
    pixels = np.full((90, 90, 1), 255, np.uint8)
    pixels[np.eye(90, dtype=bool)] = 0
    result = found_in(pixels)
    assert result.plan.filter.identity
    said = "no noise was found, for nearly all of the picture is flat: strength 0"
    assert result.notes == (said,)


def test_without_noise_every_pixel_stays():
    pixels = np.full((20, 21, 3), 77, np.uint8)
    pixels[5:, 9:] = 200
    result = found_in(pixels)
    assert result.plan.filter.identity
    assert np.array_equal(result.pixels, pixels)


def test_a_large_picture_is_looked_at_here_and_there():
    pixels = np.tile(noisy(10, (200, 200, 1)), (6, 6, 1))
    whole = noise.estimate_noise([pixels]).deviation
    assert found_in(pixels).plan.filter.strength == pytest.approx(whole, rel=0.05)


@pytest.mark.parametrize("shape", [(5, 9), (6, 20_000), (120, 900), (1000, 70), (3000, 400)])
def test_samples_are_spread_from_top_to_bottom(shape):
    rows = np.broadcast_to(np.arange(shape[0])[:, np.newaxis, np.newaxis], (*shape, 1))
    samples = [block[:, 0, 0] for block in sample_rows(rows, 5)]
    assert min(map(len, samples)) >= min(3, shape[0])
    seen = np.concatenate(samples)
    if shape[0] * shape[1] <= 16 << 16:
        assert seen.tolist() == list(range(shape[0]))
    gaps = np.diff(seen, prepend=-1, append=shape[0]) - 1
    assert gaps.max() <= shape[0] / 16
    assert abs(gaps[0] - gaps[-1]) <= 1


@pytest.mark.parametrize("shape", [(120, 900), (3000, 400)])
@pytest.mark.parametrize("share", [0.2, 0.45])
def test_a_top_unlike_the_rest_counts_as_it_is_large(shape, share):
    """The median of all that the mask leaves, by SciPy."""
    pixels = noisy(4, (*shape, 1), "float64") * 0.5
    lower = round(share * shape[0])
    pixels[lower:] = noisy(16, (shape[0] - lower, shape[1], 1), "float64") * 0.5
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]])
    left = scipy.signal.convolve2d(pixels[..., 0] * 255, mask, "valid")
    wanted = np.median(np.abs(left)) / scipy.stats.norm.ppf(0.75) / 6
    filt = NLMeans("auto", 1, 1)
    for turned in (pixels, pixels[::-1]):
        found = prepare(filt, np.ascontiguousarray(turned), False, Options())[0].filter.strength
        assert found == pytest.approx(wanted, rel=0.03)


def test_auto_in_a_sweep():
    captions = [variant.caption for variant in sweep(NLMeans, {"strength": "5,auto"})]
    assert captions == ["strength 5 Non-local means", "strength auto Non-local means"]
    assert NLMeans("auto").template_values()["strength"] == "auto"


def test_neither_a_number_nor_auto():
    for wrong in ("Auto", -1, None, "5"):
        with pytest.raises(ParameterError, match=r"is not a number from 0 to 1e\+150, or auto"):
            NLMeans(wrong)
