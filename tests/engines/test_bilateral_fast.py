"""The fast bilateral filter: near to the exact one, and the same however a picture is cut."""

import weakref
from dataclasses import replace

import numpy as np
import pytest
from skimage import data

import imgfilt
from imgfilt import Bilateral
from imgfilt.engines.numpy.bilateral import disc
from imgfilt.engines.numpy.bilateral.grid import Grid
from imgfilt.engines.numpy.bilateral.phases import choose_lattice, find_lattice, measure_error
from imgfilt.geometry import Rect
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.filter_run import FilterRun
from imgfilt.pipeline.options import Options
from imgfilt.pipeline.strips import filter_strip

from .. import reference
from ..pictures import photo

NOTE = "fast would not be faster here: the exact filter runs"
SIZES = {"grid": (35, 40, 30), "phases": (35, 40, 30)}
CHANNELS = {"grid": 1, "phases": 3}


def photograph(channels, dtype="uint8"):
    """Return a part of a photograph with a face, text and smooth parts."""
    levels = data.astronaut()[60:240, 130:330] if channels == 3 else data.camera()[100:280, 150:350]
    if dtype == "uint8":
        return levels.reshape(*levels.shape[:2], channels)
    top = reference.peak(dtype)
    values = levels.reshape(*levels.shape[:2], channels) * (top / 255)
    return (values if top == 1 else np.rint(values)).astype(dtype)


def decibels(found, wanted, dtype="uint8"):
    """Return the peak signal to noise ratio."""
    error = np.mean((found.astype(np.float64) - wanted) ** 2)
    return 20 * np.log10(reference.peak(dtype) / np.sqrt(max(error, 1e-30)))


def both(pixels, sizes, engine="numpy", **options):
    """Return the results of the fast and of the exact filter."""
    fast = imgfilt.apply(Bilateral(*sizes, fast=True), pixels, engine, values="clip", **options)
    return fast, imgfilt.apply(Bilateral(*sizes), pixels, "numpy", values="clip", **options)


# How near it is


@pytest.mark.slow
@pytest.mark.parametrize(
    ("channels", "sigma_color", "least"),
    [(1, 25, 54), (1, 75, 53), (1, 150, 53), (3, 25, 50.8), (3, 75, 50.3), (3, 150, 50.3)],
)
def test_it_is_near_on_photographs(channels, sigma_color, least):
    """With colours, a disc whose second moment doesn't match has 50.1 and 49.4 dB at 75 and 150."""
    fast, exact = both(photograph(channels), (35, sigma_color, 75), "auto")
    assert decibels(fast, exact) >= least
    assert not np.array_equal(fast, exact)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("dtype", ["uint16", "float32", "float64"])
@pytest.mark.parametrize(("channels", "least"), [(1, 52), (3, 49)])
def test_it_is_near_at_every_depth(channels, least, dtype, engine):
    pixels = photograph(channels, dtype)[:100, :120]
    fast, exact = both(pixels, (35, 40, 30), engine)
    assert fast.dtype == exact.dtype
    assert fast.shape == exact.shape
    assert decibels(fast, exact, dtype) >= least


@pytest.mark.parametrize("border", Bilateral.borders)
@pytest.mark.parametrize(("channels", "least"), [(1, 52), (3, 49)])
def test_it_is_near_with_every_border(channels, least, border):
    fast, exact = both(photograph(channels)[:80, 40:130], (35, 40, 30), border=border)
    assert fast.shape == exact.shape
    assert decibels(fast, exact) >= least


@pytest.mark.parametrize(
    ("sizes", "channels", "least"),
    [
        ((27, 75, 75), 1, 52),
        ((61, 150, 20), 1, 52),
        ((35, 1e5, 75), 1, 52),  # a mean by distance alone
        ((61, 75, 20), 3, 47),
        ((61, 60, 5), 3, 49),  # the disc is cut where there is no weight
        ((91, 60, 12), 3, 47),
    ],
)
def test_it_is_near_whatever_the_sizes(sizes, channels, least):
    fast, exact = both(photograph(channels)[:90, 40:140], sizes)
    assert decibels(fast, exact) >= least
    assert not np.array_equal(fast, exact)


def test_in_linear_light():
    fast, exact = (
        run(Bilateral(35, 40, 30, fast), photograph(1), False, Options(linear=True)).pixels
        for fast in (True, False)
    )
    assert decibels(fast, exact) >= 50


def test_a_level_range_beyond_white():
    """Floats from -1 to 2.5: three times the usual range, which the nodes have to span."""
    pixels = photograph(1, "float64")[:90, 40:140] * 3.5 - 1
    fast, exact = both(pixels, (35, 120, 30))
    plan = run(Bilateral(35, 120, 30, fast=True), pixels, False, Options()).plan
    assert plan.method == "grid"
    assert decibels(fast, exact, "float64") >= 44


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3])
def test_one_colour_stays(dtype, channels):
    white = reference.peak(dtype)
    pixels = np.full((30, 40, channels), np.array([0.11, 0.8, 0.4])[:channels] * white, dtype)
    found = imgfilt.apply(Bilateral(35, fast=True), pixels)
    tolerance = {"uint8": 0, "uint16": 8, "float32": 2e-4}[dtype] if channels == 1 else 1e-6
    assert np.abs(found - pixels.astype(np.float64)).max() <= tolerance


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 40, 3), (37, 1, 1), (3, 4, 3), (16, 19, 2)])
@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_tiny_pictures(shape, engine):
    fast, exact = both(photo(shape, "uint8"), (35, 75, 75), engine)
    assert np.abs(fast - exact.astype(int)).max() <= 8


# What must not matter


def cut(plan, pieces):
    """Return pieces of the plan's result: strips, or rectangles at random."""
    height, width = plan.shape[:2]
    if isinstance(pieces, int):
        edges = range(0, height + pieces, pieces)
        return [Rect(a, 0, min(a + pieces, height), width) for a in edges if a < height]
    chance = np.random.default_rng(4)
    corners = chance.integers(0, (height - 1, width - 1), (pieces[0], 2)).tolist()
    sides = chance.integers(1, 50, (pieces[0], 2)).tolist()
    return [
        Rect(row, column, min(row + down, height), min(column + across, width))
        for (row, column), (down, across) in zip(corners, sides, strict=True)
    ]


@pytest.mark.parametrize("pieces", [1, 7, 50, (15,)], ids=str)
@pytest.mark.parametrize(("border", "sizes"), [("wrap", (35, 40, 30)), ("valid", (51, 75, 75))])
@pytest.mark.parametrize(("channels", "dtype"), [(1, "uint8"), (1, "float32"), (3, "uint8")])
def test_the_cut_changes_no_pixel(channels, dtype, border, sizes, pieces):
    pixels = photograph(channels, dtype)[: 60 if pieces == 1 else 120, :101]
    if border == "valid":
        pixels = np.vstack([pixels, pixels[::-1]])
    filt = Bilateral(*sizes, fast=True)
    whole = FilterRun(filt, pixels, False, Options("numpy", border), print, None, None)
    assert whole.plan.method == ("grid" if channels == 1 else "phases")
    plan, fill = whole.plan, whole.fill
    values = filter_strip(plan, pixels, Rect(0, 0, *plan.shape[:2]), fill)
    for rect in cut(plan, pieces):
        assert np.array_equal(filter_strip(plan, pixels, rect, fill), values[rect.slices])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("border", ["reflect", "constant"])
def test_a_region_has_the_pixels_of_the_whole(channels, border):
    pixels, filt = photograph(channels)[:120, :150], Bilateral(35, 40, 30, fast=True)
    whole = imgfilt.apply(filt, pixels, border=border)
    options = Options(border=border, region=((13, 21, 60, 31), (80, 50, 17, 33)))
    found = run(filt, pixels, False, options).pixels
    for left, top, width, height in options.region:
        here = slice(top, top + height), slice(left, left + width)
        assert np.array_equal(found[here], whole[here])


@pytest.mark.parametrize("channels", [1, 3])
def test_workers_change_no_pixel(channels):
    pixels, filt = (
        np.tile(photograph(channels), (4, 4 if channels == 1 else 1, 1)),
        Bilateral(35, 40, 30, fast=True),
    )
    first, second = (
        run(filt, pixels, False, Options("numpy", workers=workers)) for workers in (1, 3)
    )
    assert len(first.plan.strips) > 1
    assert np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_stay_local(channels, value):
    pixels = photograph(channels, "float32")[:90, 40:120].copy()
    without = imgfilt.apply(Bilateral(35, 40, 30, fast=True), pixels)
    pixels[30, 40] = value
    found = imgfilt.apply(Bilateral(35, 40, 30, fast=True), pixels)
    hit = np.zeros((90, 80), bool)
    hit[13:48, 23:58] = disc(35)
    assert np.array_equal(np.isfinite(found).all(axis=2), ~hit)
    assert np.abs(found - without)[~hit].max() < 0.02


def test_numbers_as_large_as_float64_has():
    pixels = photograph(1, "float64")[:60, :70].copy()
    pixels[3, 66] = 1e200
    fast, exact = both(pixels, (35, 75, 75))
    assert np.abs(fast - exact)[:, :40].max() < 0.05
    assert fast[3, 66] == 1e200


# Alpha and missing pixels


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3])
def test_alpha_is_a_weight(dtype, channels):
    pixels = photograph(channels, dtype)[:90, 40:140]
    alpha = np.full((90, 100, 1), reference.peak(dtype), dtype)
    alpha[20:40, 10:50] = 0
    alpha[50:60] = reference.peak(dtype) / 2
    fast, exact = both(np.concatenate([pixels, alpha], axis=2), (35, 40, 30), alpha=True)
    seen = exact[..., -1] > 0.1 * reference.peak(dtype)
    assert decibels(fast[seen], exact[seen], dtype) >= 44
    assert decibels(fast[..., -1], exact[..., -1], dtype) >= 44


@pytest.mark.parametrize("channels", [1, 3])
def test_missing_pixels_are_left_out(channels):
    pixels = photograph(channels, "float32")[:90, 40:140].copy()
    pixels[::7, ::9] = np.nan
    pixels[20:70, 30:80] = np.nan
    options = Options("numpy", ignore_nan=True)
    fast, exact = (
        run(Bilateral(35, 40, 30, fast), pixels, False, options).pixels for fast in (True, False)
    )
    there = np.isfinite(pixels)
    assert decibels(fast[there], exact[there], "float32") >= 48
    filled = np.isfinite(exact) & np.isfinite(fast)
    # In the middle of the hole, few pixels are within reach.
    assert np.mean(np.isfinite(exact) != np.isfinite(fast)) < 0.01
    assert decibels(fast[filled], exact[filled], "float32") >= 35


# When it is exact


@pytest.mark.parametrize(
    ("sizes", "channels"),
    [
        ((13, 75, 75), 1),
        ((35, 75, 75), 3),
        ((23, 150, 75), 1),
        ((33, 75, 75), 3),
        ((9, 75, 2), 3),
        ((15, 2, 75), 1),
    ],
)
def test_it_is_exact_where_that_is_as_fast(sizes, channels):
    pixels = photograph(channels)[:40, :50]
    result = run(Bilateral(*sizes, fast=True), pixels, False, Options(verbose=True))
    assert result.notes == (NOTE,)
    assert np.array_equal(result.pixels, imgfilt.apply(Bilateral(*sizes), pixels, values="clip"))


@pytest.mark.slow
def test_what_random_colours_need():
    """Between random colours no few of them are like all: the exact filter runs."""
    chance = np.random.default_rng(3)
    noise = chance.integers(0, 256, (128, 128, 3), np.uint8)
    for diameter in (35, 61):
        result = run(Bilateral(diameter, 40, fast=True), noise, False, Options(verbose=True))
        assert result.notes == (NOTE,)
    clean = photograph(3)[:128, :128]
    noisy = np.clip(clean + chance.normal(0, 25, clean.shape), 0, 255).astype(np.uint8)
    for pixels, sides in ((clean, [5]), (noisy, [2, 3])):
        plan = run(Bilateral(101, 40, fast=True), pixels, False, Options()).plan
        assert plan.filter.lattice.side in sides


def test_the_error_is_measured():
    """At the places where it is looked for, it is the error of the whole picture."""
    pixels = photograph(3, "float32")
    lattice = find_lattice(35, 75.0)
    error = measure_error([pixels * 255], 36_000, lattice, 35, 40.0, 75.0)
    fast, exact = both(pixels, (35, 40, 75), border="replicate")
    assert abs(20 * np.log10(255 / error) - decibels(fast, exact, "float32")) < 3
    assert measure_error([np.full((50, 50, 3), 7)], 2500, lattice, 35, 40.0, 75.0) == 0
    nothing = np.full((90, 90, 3), np.nan)
    assert choose_lattice(lambda: [nothing], 90 * 90, 35, 40.0, 75.0) == lattice


def test_samples_of_a_large_picture_are_not_kept():
    """Each may take hundreds of megabytes; the next one is read while the last is still there."""
    seen = []

    def read_samples():
        for number in range(6):
            sample = photo((60, 200 + number, 3), "uint8")
            seen.append(weakref.ref(sample))
            yield sample
            del sample
            assert sum(one() is not None for one in seen) <= 2

    choose_lattice(read_samples, 60 * 200 * 6, 35, 40.0, 75.0)
    assert len(seen) >= 6


# The plan


@pytest.mark.parametrize("engine", ["numpy", "auto", "opencv"])
def test_its_plan(engine):
    colour, grey = photo((80, 80, 3), "uint8"), photo((80, 80, 1), "uint8")
    fast = Bilateral(35, fast=True)
    plan = run(fast, colour, False, Options(engine)).plan
    assert (plan.engine, plan.method) == ("numpy" if engine == "numpy" else "opencv", "phases")
    exact = plan.exact_plan
    method = exact.filter.choose_method("numpy", plan.working_space.block_info(3))
    assert plan.operations < method.operations / 3
    assert exact.margin == exact.reach == fast.reach
    if engine == "opencv":
        with pytest.raises(imgfilt.EngineError, match="no bilateral grid"):
            run(fast, grey, False, Options(engine))
    else:
        plan = run(fast, grey, False, Options(engine)).plan
        assert (plan.engine, plan.method) == ("numpy", "grid")


def test_it_says_how_near_it_is():
    pixels = photograph(1, "uint16")
    options = Options(verbose=True)
    result = run(Bilateral(35, 75, fast=True), pixels, False, options)
    (note,) = result.notes
    assert note.startswith("fast: ")
    said = float(note.split()[1])
    exact = imgfilt.apply(Bilateral(35, 75), pixels, "numpy")
    assert abs(said - decibels(result.pixels, exact, "uint16")) < 4
    assert run(Bilateral(35, fast=True), pixels, False, replace(options, verbose=False)).notes == ()
    assert run(Bilateral(35), pixels[:30], False, options).notes == ()


# Its parts


@pytest.mark.parametrize(("diameter", "sigma"), [(35, 75), (61, 20), (101, 75), (101, 12), (61, 5)])
def test_the_small_disc_is_as_wide_as_the_disc(diameter, sigma):
    """The mean of the squared distance, and about that of its square."""

    def moments(diameter, sigma, side):
        places = np.argwhere(disc(diameter)) - diameter // 2
        squares = (places**2).sum(axis=1)
        weights = np.exp(-squares / (2 * sigma**2))
        far = squares * side**2
        return np.average(far, weights=weights), np.average(far**2, weights=weights)

    lattice = find_lattice(diameter, float(sigma))
    wanted = moments(diameter, sigma, 1)
    found = moments(lattice.diameter, lattice.sigma_space, lattice.side)
    assert found[0] == pytest.approx(wanted[0], rel=1e-6)
    assert found[1] == pytest.approx(wanted[1], rel=0.1)


@pytest.mark.parametrize(("diameter", "sigma"), [(25, 75), (35, 75), (37, 9), (101, 75)])
def test_cells_see_a_disc_that_is_not_wider(diameter, sigma):
    """With the squares of cells and the interpolation, places have the disc's variance.

    Without the sharpening it would be 7 % larger.
    """
    grid = Grid(diameter, 75.0, float(sigma), 0.0, 255.0, True)
    reach = len(grid.kernel) // 2
    places = grid.side * np.arange(-reach, reach + 1)
    variance = np.average(places**2, weights=grid.kernel.sum(axis=0)) + grid.side**2 * (
        1 / 12 + 1 / 6
    )
    steps = np.arange(diameter) - diameter // 2
    bell = np.exp(-(steps**2) / (2 * sigma**2))
    wanted = np.average(steps**2, weights=(np.outer(bell, bell) * disc(diameter)).sum(axis=0))
    assert variance == pytest.approx(wanted, rel=0.02)
    assert grid.kernel.sum() == pytest.approx((np.outer(bell, bell) * disc(diameter)).sum())


@pytest.mark.parametrize(
    ("ground", "level", "diameter", "sigma_color"),
    [(128, 255, 101, 25), (0, 255, 101, 50), (0, 200, 101, 25)],
)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_lone_pixel_stays_near_its_level(ground, level, diameter, sigma_color, dtype):
    """Its weight is less than what the sums leave out; the mean must not be any number."""
    levels = np.full((120, 120), ground, np.uint8)
    levels[60, 60] = level
    pixels = levels if dtype == "uint8" else levels.astype(dtype) / 255
    fast, exact = (
        imgfilt.apply(Bilateral(diameter, sigma_color, fast=is_fast), pixels, "numpy")
        for is_fast in (True, False)
    )
    off = np.abs(fast.astype(float) - exact) * (1 if dtype == "uint8" else 255)
    assert off.max() <= 10


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_sigma_beyond_all_levels_is_a_mean(dtype):
    pixels = photograph(1, dtype)
    fast = imgfilt.apply(Bilateral(35, 1e150, 5, fast=True), pixels)
    mean = imgfilt.apply(Bilateral(35, 1e150, 5), pixels)
    assert decibels(fast, mean, dtype) > 45
