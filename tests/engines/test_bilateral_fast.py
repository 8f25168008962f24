"""The fast bilateral filter: near to the exact one, which is what it is where that costs little."""

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral
from imgfilt.engines.numpy import bilateral
from imgfilt.engines.numpy.block_info import BlockInfo
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options

from .. import reference
from ..pictures import photo

GREY_DB, COLOUR_DB = 50, 45


def decibels(found, wanted, dtype):
    """Return the peak signal to noise ratio."""
    error = np.mean((found.astype(np.float64) - wanted) ** 2)
    return 20 * np.log10(reference.peak(dtype) / np.sqrt(max(error, 1e-30)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dtype", "border"),
    [*(("uint8", border) for border in Bilateral.borders)]
    + [(dtype, "reflect") for dtype in ("uint16", "float32", "float64")],
)
@pytest.mark.parametrize(("channels", "least"), [(1, GREY_DB), (3, COLOUR_DB)])
def test_it_is_near(channels, least, dtype, border):
    pixels = photo((90, 101, channels), dtype)
    exact = imgfilt.apply(Bilateral(35), pixels, "numpy", border)
    found = imgfilt.apply(Bilateral(35, fast=True), pixels, "auto", border)
    assert found.dtype == exact.dtype
    assert found.shape == exact.shape
    assert decibels(found, exact, dtype) >= least
    assert not np.array_equal(found, exact)


@pytest.mark.parametrize(
    ("diameter", "sigma_color", "sigma_space"), [(27, 75, 75), (21, 30, 5), (55, 150, 20)]
)
def test_it_is_near_whatever_the_sigmas(diameter, sigma_color, sigma_space):
    pixels = photo((80, 75, 1), "uint8")
    filt = Bilateral(diameter, sigma_color, sigma_space)
    found = imgfilt.apply(Bilateral(diameter, sigma_color, sigma_space, True), pixels)
    assert decibels(found, imgfilt.apply(filt, pixels, "numpy", values="clip"), "uint8") >= GREY_DB


@pytest.mark.parametrize("filt", [Bilateral(13), Bilateral(35, 75, 2), Bilateral(35, 2)], ids=repr)
def test_it_is_exact_where_that_costs_little_or_it_can_not_be_near(filt):
    pixels = photo((40, 41, 3), "uint8")
    fast = Bilateral(filt.diameter, filt.sigma_color, filt.sigma_space, True)
    result = run(fast, pixels, False, Options(verbose=True))
    assert result.notes == ("fast would not be faster here: the exact filter runs",)
    assert np.array_equal(result.pixels, imgfilt.apply(filt, pixels, values="clip"))


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 40, 3), (37, 1, 1), (3, 4, 3), (16, 19, 2)])
def test_tiny_pictures(shape):
    pixels = photo(shape, "uint8")
    found = imgfilt.apply(Bilateral(21, fast=True), pixels)
    wanted = imgfilt.apply(Bilateral(21), pixels, "numpy")
    assert np.abs(found.astype(int) - wanted).max() <= 6


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_one_colour_stays(dtype):
    pixels = np.full((30, 40, 3), [10, 200, 90]).astype(dtype)
    found = imgfilt.apply(Bilateral(35, fast=True), pixels)
    assert np.abs(found - pixels.astype(np.float64)).max() <= (0 if dtype != "float32" else 1e-3)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_alpha_is_a_weight(dtype):
    pixels = photo((60, 70, 4), dtype)
    pixels[..., 3] = reference.peak(dtype)
    pixels[20:40, 10:50] = 0
    exact = imgfilt.apply(Bilateral(35), pixels, "numpy", alpha=True)
    found = imgfilt.apply(Bilateral(35, fast=True), pixels, alpha=True)
    seen = exact[..., 3] > 0.1 * reference.peak(dtype)
    assert decibels(found[seen], exact[seen], dtype) >= 40
    assert decibels(found[..., 3], exact[..., 3], dtype) >= 40


def test_nan_stays_local():
    pixels = photo((70, 80, 1), "float32")
    without = imgfilt.apply(Bilateral(35, fast=True), pixels)
    pixels[30, 40] = np.nan
    found = imgfilt.apply(Bilateral(35, fast=True), pixels)
    disc = bilateral.disc(35)
    hit = np.zeros((70, 80), bool)
    hit[13:48, 23:58] = disc
    assert np.array_equal(np.isnan(found[..., 0]), hit)
    assert np.abs(found - without)[~hit].max() < 0.05


def test_far_pixels_are_exact():
    """Few colours that no other is near to: each of them is as it would be."""
    pixels = np.full((90, 90, 3), 40, np.uint8)
    pixels[..., 1] += np.arange(90, dtype=np.uint8)
    chance = np.random.default_rng(1)
    for row, column in chance.integers(0, 90, (12, 2)):
        pixels[row, column] = chance.integers(0, 256, 3)
    exact = imgfilt.apply(Bilateral(35, 30), pixels, "numpy").astype(int)
    found = imgfilt.apply(Bilateral(35, 30, fast=True), pixels)
    assert np.abs(found - exact).max() <= 12


@pytest.mark.slow
def test_it_says_how_near_it_is():
    pixels = photo((300, 200, 1), "uint16")
    result = run(Bilateral(35, fast=True), pixels, False, Options(verbose=True))
    (note,) = result.notes
    assert note.startswith("fast: ")
    said = float(note.split()[1])
    exact = imgfilt.apply(Bilateral(35), pixels, "numpy")
    assert abs(said - decibels(result.pixels, exact, "uint16")) < 4
    assert run(Bilateral(35, fast=True), pixels, False, Options()).notes == ()
    assert run(Bilateral(35), pixels, False, Options(verbose=True)).notes == ()


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_its_plan(engine):
    plan = run(Bilateral(35, fast=True), photo((30, 30, 3), "uint8"), False, Options(engine)).plan
    assert (plan.engine, plan.method) == ("numpy", "centres")
    plan = run(Bilateral(35, fast=True), photo((30, 30, 1), "uint8"), False, Options(engine)).plan
    assert plan.method == "moments"
    assert (
        plan.operations
        < plan.exact_plan.filter.choose_method("numpy", BlockInfo(np.dtype("u1"))).operations
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_from_which_diameter_it_is_near(channels):
    pixels = photo((40, 40, channels), "uint8")
    for diameter, near in [(15, False), (17, True)]:
        filt = run(Bilateral(diameter, fast=True), pixels, False, Options()).plan.filter
        assert (filt.exact_filter is not None) == near


def test_few_colours_take_few_centres():
    blocks = [photo((90, 101, 3), "uint8")]
    centres = bilateral.choose_centres(blocks, 75)
    assert len(centres) < 24
    assert len(bilateral.choose_centres([np.full((9, 9, 3), 7)], 75)) == 1
    assert bilateral.choose_centres([np.full((9, 9, 3), np.nan)], 75) is None
    noise = [np.random.default_rng(0).integers(0, 256, (90, 90, 3))]
    assert bilateral.choose_centres(noise, 20) is None


def test_opencv_has_none():
    with pytest.raises(imgfilt.EngineError, match="no fast bilateral filter"):
        imgfilt.apply(Bilateral(35, fast=True), photo((30, 30, 1), "uint8"), "opencv")


def test_single_pixels_are_the_exact_filter():
    padded = photo((40, 45, 3), "float64") * 255
    places = np.array([[7, 7], [20, 30], [32, 37], [11, 9]])
    exact = bilateral.run(padded, 15, 40, 4)
    found = bilateral.means_at(padded, places, 15, 40, 4)
    assert np.abs(found - exact[places[:, 0] - 7, places[:, 1] - 7]).max() < 1e-9


def test_what_float32_can_not_hold_is_exact():
    pixels = photo((60, 70, 1), "float64")
    pixels[3, 66] = 1e200
    exact = imgfilt.apply(Bilateral(35), pixels, "numpy")
    assert np.array_equal(imgfilt.apply(Bilateral(35, fast=True), pixels), exact)
    pixels[3, 66] = 1e14
    found = imgfilt.apply(Bilateral(35, fast=True), pixels)
    assert np.isfinite(found).all()
