"""Missing pixels: they have no weight, and what has no neighbour stays missing."""

from functools import partial

import numpy as np
import pytest
import scipy.ndimage

from imgfilt import Bilateral, Blur, Convolve, Edges, Gaussian, Median, NLMeans
from imgfilt.errors import EngineError, ImgfiltError, ParameterError
from imgfilt.pipeline.apply import run, run_by_rows
from imgfilt.pipeline.options import Options
from imgfilt.row_source import RowSource

from .. import reference
from ..examples import DTYPES, filling, picture

MEAN, SIZE = reference.mean_of_present, (12, 13)
LEVELS = {"uint8": 0, "uint16": 700, "float32": -9999, "float64": np.nan}

# By filter: what it means, and whether OpenCV can compute it.
FILTERS = {
    "blur": (Blur((4, 3)), partial(MEAN, weights=np.ones((3, 4)), divisor=12), True),
    "gaussian": (
        Gaussian(sigma=(1.2, 0.5)),
        partial(MEAN, weights=np.outer(reference.sampled(5, 0.5), reference.sampled(11, 1.2))),
        True,
    ),
    "sum": (
        Convolve("0 2 1; 1 0 3", origin=(0, 1)),
        partial(MEAN, weights=[[0, 2, 1], [1, 0, 3]], origin=(0, 1)),
        True,
    ),
    "median": (Median((5, 3)), partial(reference.median_of_present, size=(5, 3)), False),
    "bilateral": (
        Bilateral(5, 150, 1.5),
        partial(reference.bilateral_of_present, diameter=5, sigma_color=150, sigma_space=1.5),
        False,
    ),
    "nlmeans": (
        NLMeans(60, 3, 5),
        partial(reference.nlmeans_of_present, strength=60, patch=3, search=5),
        False,
    ),
}
SOME = ["blur", "median", "bilateral", "nlmeans"]
each_filter = pytest.mark.parametrize("name", FILTERS)
each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def with_holes(dtype, channels=1, seed=0):
    """Return a picture with single missing pixels and a large hole, and where they are."""
    pixels = picture((*SIZE, channels), dtype, seed)
    lost = np.random.default_rng(seed).random(SIZE) < 0.15
    lost[:7, 4:] = True
    lost[3, 8] = False
    if pixels.dtype.kind == "u":
        pixels = np.maximum(pixels, 1)
    pixels[lost] = LEVELS[dtype]
    return pixels, lost


def options(dtype, **others):
    """Return the options that say what is missing."""
    level = LEVELS[dtype]
    return Options(**({"ignore_nan": True} if np.isnan(level) else {"nodata": level}), **others)


def is_missing(pixels, dtype):
    level = LEVELS[dtype]
    return np.isnan(pixels) if np.isnan(level) else pixels == level


def assert_means(found, wanted, dtype, slack=0.0):
    """Compare with values in which NaN is missing; whole levels are rounded."""
    assert found.dtype == dtype
    gone = np.isnan(wanted)
    assert np.array_equal(is_missing(found, dtype), gone)
    if np.dtype(dtype).kind == "u":
        wanted, slack = np.clip(wanted, 0, reference.peak(dtype)), slack + 0.5
    assert np.abs(found.astype(float) - wanted)[~gone].max(initial=0) <= slack + 1e-5


@each_dtype
@pytest.mark.parametrize("border", ["zero", "constant", "reflect", "wrap", "valid"])
@each_filter
def test_filter(name, border, dtype):
    filt, meaning, has_opencv = FILTERS[name]
    for channels in (1, 3):
        pixels, lost = with_holes(dtype, channels)
        fill = filling(channels, dtype)
        if border == "zero" and dtype == "uint8":
            continue  # its zeros are missing pixels
        wanted = meaning(pixels, lost, border, fill if border == "constant" else [0] * channels)
        for engine in ("numpy", "opencv", "auto"):
            asked = options(dtype, engine=engine, border=border, border_value=fill)
            if engine == "opencv" and not has_opencv:
                with pytest.raises(EngineError, match="takes missing pixels for values"):
                    run(filt, pixels, False, asked)
                continue
            assert_means(run(filt, pixels, False, asked).pixels, wanted, dtype)


def test_a_mean_as_scipy_has_it():
    pixels, lost = with_holes("float64")
    there = np.where(lost, 0, pixels[..., 0])
    weights = np.array([[1, 2, 3], [2, 5, 1], [0, 1, 2]])
    convolve = partial(scipy.ndimage.convolve, weights=weights, mode="mirror")
    with np.errstate(invalid="ignore"):
        wanted = convolve(there) / convolve(1.0 - lost)
    found = run(Convolve("1 2 3; 2 5 1; 0 1 2", normalize=True), pixels, False, options("float64"))
    assert np.allclose(found.pixels[..., 0], wanted, rtol=1e-12, equal_nan=True)


def test_an_odd_median_as_numpy_has_it():
    """Each window has 9 pixels, or 7."""
    pixels = picture((30, 30, 1), "float32")
    pixels[::6, ::6] = pixels[1::6, ::6] = np.nan
    windows = np.lib.stride_tricks.sliding_window_view(pixels[..., 0], (3, 3))
    wanted = np.nanmedian(windows, axis=(2, 3))
    odd = np.isfinite(windows).sum(axis=(2, 3)) % 2 == 1
    found = run(Median(3), pixels, False, Options(border="valid", ignore_nan=True)).pixels[..., 0]
    assert odd.sum() > 600
    assert np.array_equal(found[odd], wanted[odd])


@each_dtype
@each_filter
def test_without_a_missing_pixel_it_is_the_same_run(name, dtype):
    filt, pixels = FILTERS[name][0], np.maximum(picture((*SIZE, 3), dtype), 0.001).astype(dtype)
    pixels[pixels == LEVELS[dtype]] += 1
    plain = run(filt, pixels, False, Options())
    result = run(filt, pixels, False, options(dtype))
    assert np.array_equal(result.pixels, plain.pixels)
    assert result.plan == plain.plan


@each_dtype
@each_filter
def test_where_all_is_missing_all_stays_missing(name, dtype):
    pixels = np.full((*SIZE, 2), LEVELS[dtype], dtype)
    found = run(FILTERS[name][0], pixels, False, options(dtype))
    assert is_missing(found.pixels, dtype).all()
    assert found.clipped is None


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
@each_filter
def test_a_missing_pixel_changes_the_windows_that_hold_it(name, dtype):
    filt, pixels = FILTERS[name][0], np.maximum(picture((21, 22, 1), dtype), 0.001).astype(dtype)
    pixels = np.maximum(pixels // 8, 1) if dtype == "uint8" else pixels
    pixels[9, 10] = pixels.max()
    whole = run(filt, pixels, False, Options(engine="numpy")).pixels
    holed = pixels.copy()
    holed[9, 10] = LEVELS[dtype]
    found = run(filt, holed, False, options(dtype, engine="numpy")).pixels
    far = np.ones(found.shape, bool)
    far[
        9 - filt.reach.bottom : 10 + filt.reach.top, 10 - filt.reach.right : 11 + filt.reach.left
    ] = 0
    assert np.abs(found[far].astype(float) - whole[far]).max() <= 1e-6
    assert np.any(found != whole)


@pytest.mark.parametrize("name", SOME)
def test_opaque_alpha_is_no_alpha(name):
    pixels, _ = with_holes("float64", 3)
    alpha = np.ones((*SIZE, 1))
    asked = options("float64")
    grey = run(FILTERS[name][0], pixels, False, asked).pixels
    found = run(FILTERS[name][0], np.concatenate([pixels, alpha], axis=2), True, asked).pixels
    assert np.allclose(found[..., :-1], grey, rtol=1e-12, equal_nan=True)
    assert np.array_equal(found[..., -1:], alpha)


def test_alpha_and_missing_pixels_are_weights_of_colours():
    """And alpha is the mean of the alpha of the pixels that are there."""
    pixels, lost = with_holes("float64", 2)
    alpha = np.random.default_rng(1).random((*SIZE, 1))
    mean = partial(MEAN, weights=np.ones((3, 3)), divisor=9)
    cover = mean(alpha, lost, "reflect", 0)
    with np.errstate(invalid="ignore"):
        colours = mean(pixels * alpha, lost, "reflect", [0, 0]) / cover
    found = run(Blur(3), np.concatenate([pixels, alpha], axis=2), True, options("float64")).pixels
    assert np.allclose(found[..., :-1], colours, rtol=1e-12, equal_nan=True)
    gone = np.isnan(cover)
    assert np.allclose(found[..., -1:][~gone], cover[~gone], rtol=1e-12)
    assert np.array_equal(found[..., -1:][gone], alpha[gone])


def test_median_with_alpha():
    pixels, lost = with_holes("uint8", 1)
    alpha = np.random.default_rng(1).choice([0, 100, 255], (*SIZE, 1)).astype("uint8")
    alpha[lost] = 255
    median = partial(reference.median_of_present, border="reflect", size=(3, 3))
    asked = options("uint8")
    found = run(Median(3), np.concatenate([pixels, alpha], axis=2), True, asked).pixels
    cover = median(alpha, lost, fill=0)
    colours = median(pixels, lost | (alpha[..., 0] == 0), fill=0)
    shown = cover > 0
    assert np.array_equal(found[..., -1:][shown], cover[shown])
    assert np.array_equal(found[..., :1][shown], colours[shown])


def test_a_transparent_pixel_is_not_missing():
    pixels = picture((9, 9, 2), "float32")
    pixels[..., 1] = 1
    pixels[4, 4] = 0.3, 0
    plain = run(Blur(3), pixels, True, Options()).pixels
    pixels[4, 4, 0] = np.nan
    found = run(Blur(3), pixels, True, Options(ignore_nan=True)).pixels
    assert np.array_equal(found, plain)


def test_a_colour_is_missing_if_all_its_levels_are_or_one_is_nan():
    pixels = np.full((1, 5, 3), 100, "uint8")
    pixels[0, 2], pixels[0, 4] = 0, (0, 0, 40)
    found = run(Blur((3, 1)), pixels, False, Options(nodata=0)).pixels
    assert found[0, 2].tolist() == [100, 100, 100]
    assert found[0, 3].tolist() == [50, 50, 70]
    floats = np.ones((1, 3, 3))
    floats[0, 1] = 5, np.nan, 7
    assert run(Blur((3, 1)), floats, False, Options(ignore_nan=True)).pixels.tolist() == [
        [[1, 1, 1]] * 3
    ]


def test_each_extra_channel_has_its_own_missing_pixels():
    pixels, lost = with_holes("float64", 2)
    pixels[..., 1] = pixels[::-1, ::-1, 0]
    found = run(Blur(3), pixels, False, options("float64"), extra=1).pixels
    for channel, gone in enumerate([lost, lost[::-1, ::-1]]):
        wanted = MEAN(
            pixels[..., [channel]], gone, "reflect", 0, weights=np.ones((3, 3)), divisor=9
        )
        assert np.allclose(found[..., [channel]], wanted, rtol=1e-12, equal_nan=True)


def test_a_border_of_the_level_is_missing():
    """So a mean at the edge is of the pixels inside."""
    pixels = np.array([[[1], [2], [6]]], np.float64)
    for border in ("constant", "zero"):
        asked = Options(border=border, border_value=-9999, nodata=0 if border == "zero" else -9999)
        for engine in ("numpy", "opencv"):
            found = run(Blur((3, 1)), pixels, False, Options(**vars(asked) | {"engine": engine}))
            assert np.allclose(found.pixels.ravel(), [1.5, 3, 4])


@pytest.mark.parametrize("name", SOME)
def test_region_and_mask(name):
    filt, (pixels, _) = FILTERS[name][0], with_holes("float64")
    whole = run(filt, pixels, False, options("float64")).pixels
    part = run(filt, pixels, False, options("float64", region=((3, 2, 8, 9),))).pixels
    wanted = pixels.copy()
    wanted[2:11, 3:11] = whole[2:11, 3:11]
    assert np.array_equal(part, wanted, equal_nan=True)
    mask = np.tile(np.array([0, 0.25, 1, 0.5]), (12, 4))[:, :13]
    found = run(filt, pixels, False, options("float64"), mask=mask).pixels
    share = mask[..., np.newaxis]
    mixed = share * whole + (1 - share) * pixels
    mixed = np.where(np.isnan(whole) | (share == 0), pixels, mixed)
    mixed = np.where(np.isnan(pixels) & (share > 0), whole, mixed)
    assert np.allclose(found, mixed, rtol=1e-12, equal_nan=True)


def test_a_mask_keeps_what_is_missing_in_the_input_of_a_chain():
    pixels, kept = np.full((1, 3, 1), 4.0), np.array([[[1.0], [np.nan], [np.nan]]])
    mask = np.array([[0.5, 0.5, 0]])
    found = run(Blur(1), pixels, False, Options(ignore_nan=True), mask=mask, kept=kept).pixels
    assert np.array_equal(found.ravel(), [2.5, 4, np.nan], equal_nan=True)


def test_the_range_of_stretch_is_of_what_is_there():
    pixels, lost = with_holes("float32")
    kernel, weights = Convolve("1 1; 1 1"), np.ones((2, 2))
    values = MEAN(pixels, lost, "reflect", 0, weights=weights)
    least, greatest = np.nanmin(values), np.nanmax(values)
    found = run(kernel, pixels, False, options("float32", values="stretch")).pixels
    assert_means(found, (values - least) / (greatest - least), "float32")
    levels, lost = with_holes("uint8")
    found = run(kernel, levels, False, options("uint8", values="offset"))
    assert_means(found.pixels, MEAN(levels, lost, "reflect", 0, weights=weights) + 128, "uint8")
    assert found.clipping.total == np.count_nonzero(found.pixels)


def test_linear_light():
    pixels, lost = with_holes("float64")
    pixels = abs(pixels)
    light = np.where(pixels > 0.04045, ((pixels + 0.055) / 1.055) ** 2.4, pixels / 12.92)
    mean = MEAN(light, lost, "reflect", 0, weights=np.ones((3, 3)), divisor=9)
    wanted = np.where(mean > 0.0031308, 1.055 * mean ** (1 / 2.4) - 0.055, 12.92 * mean)
    found = run(Blur(3), pixels, False, options("float64", linear=True)).pixels
    assert np.allclose(found, wanted, rtol=1e-9, equal_nan=True)


def test_another_depth():
    pixels, lost = with_holes("uint8")
    mean = MEAN(pixels, lost, "reflect", 0, weights=np.ones((3, 3)), divisor=9)
    found = run(Blur(3), pixels, False, options("uint8", depth="16")).pixels
    assert np.abs(found - np.nan_to_num(mean) * 257).max() <= 0.5 + 1e-6
    found = run(Blur(3), pixels, False, Options(nodata=0, depth="float")).pixels
    assert np.allclose(found, np.nan_to_num(mean) / 255, atol=1e-7)


def test_infinity_and_other_nan_stay_local():
    pixels = picture((9, 30, 1), "float32")
    pixels[4, 5], pixels[4, 15], pixels[4, 25] = np.nan, np.inf, -9999
    found = run(Blur(3), pixels, False, Options(nodata=-9999)).pixels
    assert np.argwhere(np.isnan(found[..., 0])).tolist() == [
        [row, column] for row in (3, 4, 5) for column in (4, 5, 6)
    ]
    assert np.isinf(found).sum() == 9


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_by_rows(name, dtype):
    filt, (pixels, _) = FILTERS[name][0], with_holes(dtype, 3)
    source = RowSource(pixels.shape, pixels.dtype, lambda rect: pixels[rect.slices].copy())
    rows = run_by_rows(filt, source, False, options(dtype))
    found = np.concatenate([rows[top : top + 4].copy() for top in range(0, 12, 4)])
    whole = run(filt, pixels, False, options(dtype)).pixels
    assert np.array_equal(found, whole, equal_nan=True)


def test_what_is_found_in_the_picture_is_found_in_what_is_there():
    """The noise, the range and the colours of the fast filter."""
    pixels = 0.5 + 0.02 * np.random.default_rng(0).normal(size=(80, 80, 1))
    strength = run(NLMeans("auto", 3, 5), pixels, False, Options()).plan.filter.strength
    holed = pixels.copy()
    holed[::9, ::7] = -9999
    result = run(NLMeans("auto", 3, 5), holed, False, Options(nodata=-9999))
    assert result.plan.filter.strength == pytest.approx(strength, rel=0.1)
    assert result.range_note is None
    fast = run(Bilateral(35, 60, 20, True), holed, False, Options(nodata=-9999))
    exact = run(Bilateral(35, 60, 20), holed, False, Options(nodata=-9999))
    assert fast.plan.filter.exact_filter is not None
    assert np.abs(fast.pixels - exact.pixels).max() < 0.01


@pytest.mark.parametrize(
    ("filt", "given", "dtype", "message"),
    [
        (Edges(), {"nodata": 0}, "uint8", "this Edges has negative weights"),
        (Convolve("sharpen"), {"nodata": 0}, "uint8", "this Convolution has negative weights"),
        (Convolve("0 0"), {"ignore_nan": True}, "float32", "weights that sum to 0"),
        (Blur(3), {"ignore_nan": True}, "uint8", "ignore_nan: 8-bit pixels can't be NaN"),
        (Blur(3), {"nodata": -1}, "uint8", "nodata: 8-bit pixels can't be -1"),
        (Blur(3), {"nodata": 1.5}, "uint16", "nodata: 16-bit pixels can't be 1.5"),
        (Blur(3), {"nodata": 1e300}, "float32", "nodata: float pixels can't be 1e"),
        (Blur(3), {"nodata": -9999, "depth": "8"}, "float32", "8-bit pixels can't be that"),
        (Blur(3), {"nodata": 7, "depth": "8"}, "uint16", "8-bit pixels can't be that"),
        (Blur(3), {"ignore_nan": True, "depth": "16"}, "float64", "stays missing is nan"),
        (Blur(3), {"nodata": "7"}, "uint8", "nodata: '7' is not a number"),
        (Blur(3), {"nodata": np.nan}, "uint8", "nodata: nan is not a number"),
    ],
)
def test_refused(filt, given, dtype, message):
    with pytest.raises(ParameterError, match=message) as refused:
        run(filt, picture((5, 5, 1), dtype), False, Options(**given))
    assert isinstance(refused.value, ImgfiltError)
    assert "\n" not in str(refused.value)
