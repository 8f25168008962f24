"""Exact filters against the definition in fractions; and the decimals nearest to its results."""

from contextlib import nullcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgfilt import Bilateral, Blur, Convolve, Edges, Gaussian, Kernel, Median, NLMeans
from imgfilt.border import BORDERS
from imgfilt.errors import ImageError
from imgfilt.pipeline.chain import Step, run_chain
from imgfilt.pipeline.exact import (
    NotExactError,
    check_time,
    parse_grid,
    run_exact_chain,
    why_not_exact,
)
from imgfilt.pipeline.options import VALUES, Options

from .. import reference
from ..kernel_support import kernels

NUMBERS = st.one_of(
    st.integers(-300, 300), st.fractions(-9, 9, max_denominator=12), st.integers(-(2**70), 2**70)
)


@st.composite
def grids(draw, numbers=NUMBERS):
    columns = draw(st.integers(1, 5))
    row = st.lists(numbers.map(Fraction), min_size=columns, max_size=columns)
    return draw(st.lists(row, min_size=1, max_size=5))


def exactly(filt, rows, **options):
    grid = parse_grid([[str(number) for number in row] for row in rows])
    return run_exact_chain([Step(filt, Options(**options), "")], grid)


def as_array(rows):
    return np.array([[[number] for number in row] for row in rows], object)


def defined(kernel, rows, border, fill):
    """Return Σ M[r, c] · I[i − (r − r0), j − (c − c0)], in fractions."""
    places = {
        (kernel.origin[0] - row, kernel.origin[1] - column): weight
        for row, line in enumerate(kernel.fractions)
        for column, weight in enumerate(line)
    }
    seen = reference.neighbours(as_array(rows), list(places), border, fill)
    return sum(weight * seen[place] for place, weight in places.items())[..., 0].tolist()


BORDER = st.sampled_from(sorted({*BORDERS} - {"valid"}))


@settings(max_examples=60)
@given(kernels(), grids(), BORDER, st.booleans())
def test_a_kernel(kernel, rows, border, correlate):
    value = 0.1 if border == "constant" else 0
    found = exactly(Convolve(kernel, correlate=correlate), rows, border=border, border_value=value)
    wanted = defined(kernel.flipped() if correlate else kernel, rows, border, Fraction(str(value)))
    assert found.fractions == wanted
    assert found.floats[..., 0].tolist() == [[float(number) for number in row] for row in wanted]


ROW = 1, 4, 6, 4, 1
SMOOTHING = [
    (Blur(3), Kernel([[Fraction(1, 9)] * 3] * 3)),
    (Blur((2, 3)), Kernel([[Fraction(1, 6)] * 2] * 3)),
    (Gaussian(size=5), Kernel([[Fraction(a * b, 256) for a in ROW] for b in ROW])),
]


@settings(max_examples=50)
@given(st.sampled_from(SMOOTHING), grids(), BORDER)
def test_factors(pair, rows, border):
    filt, kernel = pair
    if border in filt.borders:
        assert exactly(filt, rows, border=border).fractions == defined(kernel, rows, border, 0)


@settings(max_examples=50)
@given(grids(), st.sampled_from(Median.borders[:-1]))
def test_a_median(rows, border):
    seen = reference.neighbours(as_array(rows), reference.square(3), border, 0)
    wanted = [
        [sorted(cells)[4] for cells in zip(*lines, strict=True)]
        for lines in zip(*(picture[..., 0].tolist() for picture in seen.values()), strict=True)
    ]
    assert exactly(Median(3), rows, border=border).fractions == wanted


def test_valid():
    found = exactly(Blur(3), [[1, 2, 3, 4], [0, 0, 0, 0], [5, 6, 7, 8]], border="valid")
    assert found.fractions == [[Fraction(24, 9), Fraction(30, 9)]]


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("clip", [-4, -7, 2]),
        ("raw", [-4, -7, 2]),
        ("abs", [4, 7, 2]),
        ("offset", [124, 121, 130]),
        ("stretch", [85, 0, 255]),
    ],
)
def test_values(mode, wanted):
    """I[j - 1] - 2 I[j + 1], with zeros beyond: -2·2, 1 - 2·4 and 2."""
    found = exactly(Convolve("-2 0 1"), [[1, 2, 4]], border="zero", values=mode)
    assert found.fractions == [wanted]


def test_a_region_keeps_the_rest():
    rows = [[Fraction(1, 7), 2, 3], [4, 5, 6]]
    found = exactly(Blur(3), rows, border="zero", region=((1, 0, 2, 1),))
    total = Fraction(1, 7) + 20
    assert found.fractions == [[Fraction(1, 7), total / 9, Fraction(16, 9)], [4, 5, 6]]


def test_a_chain():
    """[1 2 4] becomes [3 6 4], then halves of it, outside the region the first numbers."""
    steps = [
        Step(Convolve("1 1 0"), Options(border="zero"), ""),
        Step(Convolve("1/2"), Options(region=((1, 0, 2, 1),)), ""),
    ]
    found = run_exact_chain(steps, parse_grid([["1", "2", "4"]]))
    assert found.fractions == [[1, 3, 2]]


FILTERS = [
    Blur((4, 3)),
    Gaussian(size=3),
    Gaussian(sigma=1, integer=True),
    Median((3, 1)),
    Median(1),
    Convolve("sobel-x"),
    Convolve(["1 2 0", "-1/3; 1/7"], correlate=True),
]


@pytest.mark.parametrize("filt", FILTERS, ids=lambda filt: filt.caption({}))
@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("region", [(), ((1, 2, 4, 3), (5, 0, 2, 1))])
def test_the_same_in_floats(filt, values, region):
    """The other way, which large grids, masks and linear light take."""
    numbers = np.random.default_rng(5).integers(-900, 900, (19, 18, 1))
    grid = parse_grid([[f"{number}/10" for number in row] for row in numbers[..., 0].tolist()])
    borders = [name for name in filt.borders if not (region and BORDERS[name].growth)]
    for border in borders:
        value = 3.5 if border == "constant" else 0
        options = Options(
            border=border, border_value=value, values=values, region=region, is_grid=True
        )
        steps = [Step(filt, options, "")] * 2
        exact = run_exact_chain(steps, grid).floats
        floats, _ = run_chain(steps, numbers / 10, False)
        np.testing.assert_allclose(floats, exact, rtol=1e-9, atol=1e-8)


def test_a_window_much_larger_than_the_grid():
    """Of the columns -500 to 500, 501 are even, and of those around the other number odd."""
    found = exactly(Blur(1001), [[1, 2]], border="wrap")
    assert found.fractions == [[Fraction(501 + 2 * 500, 1001), Fraction(500 + 2 * 501, 1001)]]


@pytest.mark.parametrize(
    ("filt", "options", "why"),
    [
        (Edges(), {}, "this Edges computes with other numbers"),
        (Bilateral(3), {}, "this Bilateral computes with other numbers"),
        (NLMeans(), {}, "this Non-local means computes with other numbers"),
        (Gaussian(sigma=1), {}, "this Gaussian computes with other numbers"),
        (Gaussian(sigma=1, integer=True), {}, None),
        (Blur(3), {"linear": True}, "linear light makes other numbers"),
        (Blur(3), {"depth": "16"}, "depth 16 has whole levels"),
        (Blur(3), {"depth": "float"}, None),
        (Blur(3), {"engine": "opencv"}, "OpenCV computes with floats"),
    ],
)
def test_where_there_are_no_fractions(filt, options, why):
    assert why_not_exact(filt, Options(**options)) == why


ONES = [["1"] * 300] * 300


@pytest.mark.parametrize(
    ("filters", "words", "quick", "is_long"),
    [
        ([Blur(3)], [["1", "2"]], True, False),
        ([Blur(16_383)], [["1", "2"]], True, True),
        ([Blur(3)], ONES, True, False),
        ([Median(501)], ONES, False, True),
        # Together steps take long that alone do not; then numbers beyond int64.
        ([Blur(3), Convolve("1 " * 301)], ONES, True, False),
        ([Convolve("1 " * 301), Convolve("1 " * 301)], ONES, True, True),
        ([Convolve("1e15"), Blur(15)], ONES, True, False),
        ([Convolve("1e18"), Blur(15)], ONES, True, True),
    ],
)
def test_what_takes_long_is_known_before(filters, words, quick, is_long):
    steps = [Step(filt, Options(), "") for filt in filters]
    with pytest.raises(NotExactError, match="minutes") if is_long else nullcontext():
        check_time(steps, parse_grid(words), quick)


def test_no_cell_is_left_in_a_chain():
    steps = [Step(Blur(3), Options(border="valid"), "b")] * 2
    with pytest.raises(ImageError, match="step 2, b: "):
        check_time(steps, parse_grid([["1"] * 4] * 4))


@pytest.mark.parametrize(
    ("words", "quick", "why"),
    [
        ([["1/2"] * 200] * 200, True, "more than 20000 fractions; without exact there are"),
        ([[f"1/{number}" for number in range(1, 100_000)]], False, "the common denominator has"),
    ],
)
def test_numbers_that_arent_parsed(words, quick, why):
    with pytest.raises(NotExactError, match=why):
        parse_grid(words, quick)
