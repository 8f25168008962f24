"""By rows: a result whose rows are computed as they are taken is the one made as a whole."""

import threading
import time

import numpy as np
import pytest

from imgfilt import Bilateral, Blur, Convolve, Gaussian, ImageError, Median, ParameterError
from imgfilt.engines.method import ChosenMethod
from imgfilt.geometry import Reach, Rect
from imgfilt.pipeline import cutting, strip_rows
from imgfilt.pipeline.apply import run, run_by_rows
from imgfilt.pipeline.options import Options
from imgfilt.row_source import RowSource

from ..examples import (
    DTYPES,
    FIRST,
    case_name,
    each_case,
    each_case_with_border,
    example,
    picture,
    translucent,
)

SHAPE = 23, 17


def strips(rows, columns):
    """Return a way to cut that makes strips of so many rows and columns, whatever the filter."""

    def cut(region, *given):
        return tuple(
            Rect(top, left, min(top + rows, region.bottom), min(left + columns, region.right))
            for top in range(region.top, region.bottom, rows)
            for left in range(region.left, region.right, columns)
        )

    return cut


@pytest.fixture(autouse=True)
def low_strips(monkeypatch):
    """Cut strips of four rows, however small the picture is."""
    monkeypatch.setattr(cutting, "cut", strips(4, 100))


def source(pixels):
    """Return a RowSource of an array, which gives copies."""
    return RowSource(pixels.shape, pixels.dtype, lambda rect: pixels[rect.slices].copy())


def taken(rows, height=3):
    """Return all rows of a RowSource, a few at a time from top to bottom."""
    tops = range(0, len(rows), height)
    return np.concatenate([rows[top : top + height].copy() for top in tops])


def assert_equal_both_ways(filt, pixels, alpha=False, mask=None, extra=0, height=3, **options):
    options = Options(**options)
    wanted = run(filt, pixels, alpha, options, mask=mask, extra=extra)
    reports, shares = [], []
    rows = run_by_rows(
        filt, source(pixels), alpha, options, shares.append, mask, extra, reports.append
    )
    assert (rows.shape, rows.dtype) == (wanted.pixels.shape, wanted.pixels.dtype)
    assert reports == []
    np.testing.assert_array_equal(taken(rows, height), wanted.pixels)
    (report,) = reports
    assert report.clipping == wanted.clipping
    assert (report.notes, report.range_note) == (wanted.notes, wanted.range_note)
    assert max(shares) == pytest.approx(1)


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@each_case
def test_each_filter(case, engine):
    """With each border and another depth, as grey, RGB and RGBA in turn."""
    filt = example(case).filter
    for number, border in enumerate(filt.borders):
        dtype, channels = DTYPES[number % 4], (1, 3, 4)[number % 3]
        pixels = (translucent if channels == 4 else picture)((*SHAPE, channels), dtype)
        values = "clip" if number % 2 else "stretch"
        options = {"engine": engine, "border": border, "border_value": 1, "values": values}
        assert_equal_both_ways(filt, pixels, channels == 4, **options)


@each_case_with_border
def test_strips_side_by_side(case, border, monkeypatch):
    monkeypatch.setattr(cutting, "cut", strips(4, 6))
    for dtype, alpha in (("uint8", False), ("float32", True)):
        pixels = translucent((*SHAPE, 4), dtype)[..., : 3 + alpha]
        assert_equal_both_ways(example(case).filter, pixels, alpha, border=border, border_value=1)


@pytest.mark.parametrize("height", [1, 4, 5, 100])
@pytest.mark.parametrize("depth", [None, "8", "16", "float"])
def test_rows_of_any_number_and_depth(height, depth):
    pixels = picture((*SHAPE, 3), "uint8")
    assert_equal_both_ways(Convolve("sobel-x"), pixels, height=height, depth=depth)
    assert_equal_both_ways(
        Gaussian(), pixels, height=height, depth=depth, linear=True, values="offset"
    )


REGIONS = {
    "inside": [(2, 3, 5, 9)],
    "rows": [(0, 6, 17, 5)],
    "side by side": [(0, 1, 3, 20), (5, 2, 4, 17), (10, 0, 1, 23)],
    "apart": [(1, 1, 2, 2), (8, 20, 3, 3)],
}


@pytest.mark.parametrize("case", FIRST, ids=case_name)
@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_regions(region, case):
    for dtype in ("uint8", "float32"):
        pixels = translucent((*SHAPE, 4), dtype)
        given = {"region": tuple(region), "border": "wrap"}
        assert_equal_both_ways(example(case).filter, pixels, True, **given)
        given |= {"values": "stretch", "height": 4}
        assert_equal_both_ways(example(case).filter, pixels, True, **given)


@pytest.mark.parametrize("filt", [Blur(5), Median(3), Bilateral(5)], ids=repr)
def test_masks(filt):
    mask = np.random.default_rng(0).choice([0, 0, 7, 255], SHAPE).astype(np.uint8)
    for values in ("clip", "stretch"):
        pixels = translucent((*SHAPE, 4), "uint16")
        assert_equal_both_ways(filt, pixels, True, mask, values=values)
        assert_equal_both_ways(filt, pixels, True, mask, values=values, region=((1, 2, 8, 15),))


@pytest.mark.parametrize("alpha", [False, True])
def test_extra_channels(alpha):
    pixels = picture((*SHAPE, 5 + alpha), "uint8")
    for options in ({}, {"values": "stretch"}, {"border": "constant", "border_value": 9}):
        assert_equal_both_ways(Gaussian(sigma=1), pixels, alpha, extra=2, **options)
        assert_equal_both_ways(Convolve("sobel-x"), pixels, alpha, extra=2, **options)


def test_notes():
    pixels = picture((*SHAPE, 3), "float32")
    assert_equal_both_ways(Bilateral(5), pixels)
    assert_equal_both_ways(Bilateral(25, 60, 9, fast=True), pixels / 2, verbose=True)
    wild = Bilateral(5), pixels * 100, False
    assert run(*wild, Options()).range_note


def test_any_number_of_workers():
    pixels = picture((*SHAPE, 3), "uint8")
    for workers in (1, 2, 5):
        assert_equal_both_ways(Median(5), pixels, workers=workers)


def recorded(pixels, filt, alpha=False, **options):
    """Return a result by rows, and the rows (top, bottom) that have been read of the picture."""
    read = []

    def record(rect):
        read.append((rect.top, rect.bottom))
        return pixels[rect.slices].copy()

    given = RowSource(pixels.shape, pixels.dtype, record)
    return run_by_rows(filt, given, alpha, Options(**options)), read


def test_a_strip_is_computed_when_it_is_needed():
    rows, read = recorded(picture((4000, 10, 3), "uint8"), Blur(3), workers=2)
    for top in range(0, 4000, 4):
        rows[top : top + 4]
        # The strip that is given, six that are computed or wait, and a row below.
        assert max(bottom for _, bottom in read) <= top + 7 * 4 + 1


def test_few_strips_wait_where_memory_is_scarce(monkeypatch):
    """However many threads there are."""
    monkeypatch.setattr(strip_rows, "_MAX_AHEAD", 3 * (4 + 2) * (10 + 2) * 3)
    rows, read = recorded(picture((4000, 10, 3), "uint8"), Blur(3), workers=16)
    for top in range(0, 400, 4):
        rows[top : top + 4]
        assert max(bottom for _, bottom in read) <= top + 4 * 4 + 1


@pytest.mark.parametrize("filt", [Blur(3), Bilateral(3)], ids=repr)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("alpha", [False, True])
def test_all_rows_are_read_once_at_most_before_the_first_strip(alpha, dtype, filt):
    pixels = picture((4000, 10, 3 + alpha), dtype).clip(0)
    pixels[..., 3:] = 255 if dtype == "uint8" else 1
    _, read = recorded(pixels, filt, alpha, workers=2)
    is_needed = alpha or (dtype == "float32" and bool(filt.level_parameter))
    assert sum(bottom == 4000 for _, bottom in read) == is_needed


@pytest.mark.parametrize("options", [{"values": "raw"}, {"region": ((9, 9, 9, 9),)}, {"mask": 0}])
def test_nothing_is_read_for_wrong_options(options):
    def fail(rect):
        raise AssertionError("read")

    mask = np.zeros((3, 3), np.uint8) if "mask" in options else None
    options.pop("mask", None)
    unread = RowSource((*SHAPE, 4), np.dtype("uint8"), fail)
    with pytest.raises((ImageError, ParameterError)):
        run_by_rows(Blur(3), unread, True, Options(**options), mask=mask)


@pytest.mark.parametrize("extra", [0, 2])
def test_shares_are_reported_one_at_a_time(extra):
    pixels, shares, lock = picture((*SHAPE, 5), "uint8"), [], threading.Lock()

    def report(share):
        assert lock.acquire(blocking=False)
        time.sleep(0.003)
        shares.append(share)
        lock.release()

    run(Blur(3), pixels, False, Options(workers=4), report, extra=extra)
    taken(run_by_rows(Blur(3), pixels, False, Options(workers=4), report, extra=extra))
    half = len(shares) // 2
    assert shares == [*sorted(shares[:half]), *sorted(shares[half:])]


def test_an_error_of_the_source_comes_with_its_rows():
    pixels = picture((*SHAPE, 3), "uint8")

    def torn(rect):
        if rect.bottom > 20:
            raise ImageError("torn")
        return pixels[rect.slices].copy()

    rows = run_by_rows(Blur(3), RowSource(pixels.shape, pixels.dtype, torn), False, Options())
    rows[:16]
    with pytest.raises(ImageError, match=r"^torn$"):
        rows[16:20]


def test_an_error_of_the_report_comes_with_the_last_rows():
    def refuse(report):
        raise ImageError(f"{report.clipping.total} values")

    pixels = picture((*SHAPE, 3), "uint8")
    rows = run_by_rows(Convolve("sobel-x"), source(pixels), False, Options(), on_end=refuse)
    rows[:22]
    with pytest.raises(ImageError, match=f"{pixels.size} values"):
        rows[22:]


@pytest.mark.parametrize("columns", [slice(None), slice(2, 5), np.array([4, 4, 0])])
def test_a_source_is_indexed_like_an_array(columns):
    pixels = picture((*SHAPE, 3), "uint16")
    found = source(pixels)
    assert (len(found), found.ndim, found.size) == (23, 3, pixels.size)
    assert (found.nbytes, found.itemsize) == (pixels.nbytes, 2)
    wanted = pixels[:, columns]
    for rows in (slice(None), slice(3, 9), slice(20, 50), slice(7, 7)):
        np.testing.assert_array_equal(found[rows], pixels[rows])
        np.testing.assert_array_equal(found[rows, columns], wanted[rows])
        np.testing.assert_array_equal(found[rows, :, -1], pixels[rows, :, -1])
    for rows in ([3, 2, 1], [0, 22, 0, 11], [5], []):
        rows = np.array(rows, int)
        np.testing.assert_array_equal(found[rows], pixels[rows])
        index = np.arange(17)[columns]
        np.testing.assert_array_equal(found[np.ix_(rows, index)], pixels[np.ix_(rows, index)])


@pytest.mark.parametrize(
    "index", [np.s_[::2], np.s_[::-1], np.s_[:, ::2], np.array([-1, 3]), np.array([23])], ids=str
)
def test_an_index_that_a_source_does_not_know_is_an_error(index):
    with pytest.raises(IndexError, match="wanted"):
        source(picture((*SHAPE, 3), "uint8"))[index]


def test_what_is_wrong_with_a_picture_is_said_before_it_is_filtered():
    pixels = picture((*SHAPE, 2), "float32").clip(0, 1)
    pixels[19, 7, 1] = 3
    both = [run, run_by_rows]
    said = []
    for function, given in zip(both, (pixels, source(pixels)), strict=True):
        with pytest.raises(ValueError, match="alpha is 3 at 19,7") as caught:
            function(Blur(3), given, True, Options())
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("reach", [(0, 0, 0, 0), (2, 3, 20, 21), (90, 90, 90, 90)])
def test_a_large_picture_is_cut_into_columns(reach, monkeypatch):
    """Each pixel is in one strip, and a padded strip has few bytes."""
    monkeypatch.undo()
    region = Rect(0, 0, 2500, 40_000), Rect(2500, 100, 3000, 30_000)
    method = ChosenMethod("any", 100, 1 << 20)
    covered = np.zeros((3000, 40_000), np.uint8)
    for strip in cutting.cut_large_region(region, Reach(*reach), method, 3 * 8):
        covered[strip.slices] += 1
        rows = strip.height + reach[0] + reach[1]
        columns = strip.width + reach[2] + reach[3]
        assert rows * columns * 24 <= 64 << 20
        assert strip.width <= 8192
    assert covered[:2500].all()
    assert covered[2500:, 100:30_000].all()
    assert covered.sum() == 2500 * 40_000 + 500 * 29_900
