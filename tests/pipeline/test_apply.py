"""Apply: how a picture is cut, and by how many workers it is done, never changes a pixel.

Except for sums in float32 that aren't repaired: in another cut, some 10 of a million round
otherwise.
"""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgfilt
from imgfilt import (
    Bilateral,
    Blur,
    Convolve,
    Gaussian,
    Kernel,
    Median,
    NLMeans,
    ParameterError,
)
from imgfilt.concurrency import threads
from imgfilt.geometry import Reach, Rect, rects_outside, row_blocks
from imgfilt.pipeline import blocks as blocks_module
from imgfilt.pipeline import cutting, prepare
from imgfilt.pipeline import strips as strips_module
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options
from imgfilt.pipeline.plan import make_plan
from imgfilt.pipeline.validation import region_rects

from ..examples import (
    DTYPES,
    FIRST,
    case_name,
    each_case,
    example,
    noisy,
    picture,
    translucent,
    whole,
)
from ..reference import NUMPY_PAD

LARGE = [
    Blur((3, 60)),
    Gaussian(31),
    Median(9),
    Median(33),
    Bilateral(11, 60, 4),
    NLMeans(25, 5, 9),
    Convolve(Kernel(whole(40, 23)), scale="1/900"),
    Convolve(Kernel(noisy(21, 20) / 20)),
]


def strips(rows):
    """Return a way to cut that makes strips of so many rows, whatever the filter."""

    def cut(region, *given):
        tops = range(region.top, region.bottom, rows)
        return tuple(
            Rect(top, region.left, min(top + rows, region.bottom), region.right) for top in tops
        )

    return cut


def outcome(filt, pixels, alpha=False, **options):
    """Return all that comes of a run: the pixels, and what clipped."""
    result = run(filt, pixels, alpha, Options(**options))
    return result.pixels, result.clipped


def assert_same(found, wanted):
    assert found[0].dtype == wanted[0].dtype
    if found[0].dtype.kind == "f":
        # Float sums may be grouped otherwise in another strip.
        assert np.allclose(found[0], wanted[0], rtol=0, atol=1e-6, equal_nan=True)
    else:
        assert np.array_equal(found[0], wanted[0])
    assert found[1] == wanted[1]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "auto"])
@each_case
def test_strips_of_any_height(case, engine, monkeypatch):
    """With each border, another depth and with or without alpha in turn."""
    filt = example(case).filter
    for border, dtype, alpha in zip(
        filt.borders, DTYPES * 2, [False, True, True] * 3, strict=False
    ):
        values = "clip" if border in ("zero", "constant", "replicate") else "stretch"
        given = {"engine": engine, "border": border, "values": values, "border_value": 1}
        pixels = translucent((17, 15, 4), dtype)[..., : 4 if alpha else 3]
        monkeypatch.setattr(cutting, "cut", strips(1000))
        wanted = outcome(filt, pixels, alpha, **given)
        monkeypatch.setattr(cutting, "cut", strips(2))
        assert_same(outcome(filt, pixels, alpha, **given), wanted)


BLOCKWISE = "sobel-x", "sharpen", Kernel(noisy(3, 4)), Kernel(np.eye(5) / 5)


@pytest.mark.slow
@pytest.mark.parametrize("values", ["clip", "stretch"])
@pytest.mark.parametrize("border", Convolve.borders)
@pytest.mark.parametrize("kernel", BLOCKWISE, ids=range(4))
def test_blocks_of_any_height(kernel, border, values, monkeypatch):
    """At each depth, with alpha, a mask, a region and NaN in turn."""
    filt, masked = Convolve(kernel), border not in ("valid", "full")
    for dtype, alpha in zip(DTYPES, [False, True] * 2, strict=True):
        pixels = translucent((23, 15, 4), dtype)[..., : 4 if alpha else 3]
        if dtype == "float32":
            pixels[3, 9], pixels[11, 2] = np.nan, np.inf
        region = ((2, 3, 11, 17),) if masked and dtype != "uint16" else ()
        mask = picture((23, 15), "uint8") if masked and dtype != "uint8" else None
        options = Options("numpy", border, 1, values=values, region=region)
        at_once = run(filt, pixels, alpha, options, mask=mask)
        with monkeypatch.context() as patch:
            for module in (strips_module, blocks_module):
                patch.setattr(module, "row_blocks", lambda rows, *sizes: row_blocks(rows, 1, 3))
            found = run(filt, pixels, alpha, options, mask=mask)
        assert found.plan.block
        assert_same((found.pixels, found.clipped), (at_once.pixels, at_once.clipped))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("filt", LARGE, ids=lambda filt: repr(filt)[:40])
def test_large_picture(filt, dtype, monkeypatch):
    """The strips that a picture is cut into of itself, and one strip of all of it."""
    pixels = picture((2100, 30, 1), dtype)
    found = run(filt, pixels, False, Options(engine="numpy", border="wrap"))
    assert len(found.plan.strips) > 1
    monkeypatch.setattr(cutting, "cut", strips(10_000))
    at_once = run(filt, pixels, False, Options(engine="numpy", border="wrap"))
    assert len(at_once.plan.strips) == 1
    assert np.array_equal(found.pixels, at_once.pixels)


@pytest.mark.slow
@pytest.mark.parametrize(("sigma", "method"), [(6, "separable uint8"), (15, "multirate uint8")])
def test_a_region_of_sums_that_are_not_repaired(sigma, method):
    pixels, region = picture((500, 1100, 1), "uint8"), (37, 53, 1000, 400)
    whole, part = (
        run(Gaussian(sigma=sigma), pixels, False, Options("numpy", region=rects))
        for rects in ((), (region,))
    )
    assert whole.plan.method == part.plan.method == method
    off = np.abs(whole.pixels.astype(int) - part.pixels)[53:453, 37:1037]
    assert off.max() <= 1
    assert np.mean(off > 0) <= 1e-4


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_workers(case, engine):
    for dtype in ("uint8", "float32"):
        pixels = picture((530, 20, 3), dtype)
        one, two, five = (
            outcome(example(case).filter, pixels, engine=engine, workers=workers)
            for workers in (1, 2, 5)
        )
        assert one[0].tobytes() == two[0].tobytes() == five[0].tobytes()
        assert one[1] == two[1] == five[1]


@pytest.mark.slow
@pytest.mark.parametrize("border", list(NUMPY_PAD))
@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_window_far_larger_than_the_picture(engine, border):
    pixels = picture((1, 7, 1), "uint8")
    wide = np.pad(pixels[0, :, 0].astype(int), 8191, **NUMPY_PAD[border])
    sums = np.convolve(wide, np.ones(16383, int), "valid")
    for filt in (Blur((16383, 1)), Blur((16383, 16383))):
        if border in ("zero", "constant") and filt.size[1] > 1:
            continue
        found = imgfilt.apply(filt, pixels, engine, border, 7, values="clip")
        assert np.abs(found[0, :, 0] - sums / 16383).max() <= (0.5 if engine == "numpy" else 1)


@given(
    st.integers(0, 99),
    st.integers(1, 5000),
    st.integers(1, 9000),
    st.tuples(*[st.integers(0, 2000)] * 4),
    st.integers(0, 2000),
)
def test_cut_covers_a_region_once(top, height, width, reach, rows):
    region = Rect(top, 7, top + height, 7 + width)
    cut = cutting.cut(region, Reach(*reach), 1 << 20, rows)
    assert cut[0].top == region.top
    assert cut[-1].bottom == region.bottom
    assert all(above.bottom == below.top for above, below in pairwise(cut))
    assert all(strip.left == region.left and strip.right == region.right for strip in cut)
    least = min(strip.bottom - strip.top for strip in cut)
    farthest = max(reach[:2])
    assert len(cut) == 1 or least >= max(4 * farthest, 250)
    assert len(cut) <= 2 or least >= rows
    assert cutting.cut(region, Reach(*reach), 1 << 20, rows) == cut


@pytest.mark.parametrize("engine", ["numpy", "opencv"])
@pytest.mark.parametrize("kernel", ["sobel-x", "sharpen", "-1 2.5 -1", "0 -9 0; 9 1 9; 0 -9 0"])
def test_who_counts_nothing_gets_the_same(kernel, engine):
    """Only where it is counted, what clips is known before it does."""
    pixels = picture((40, 50, 3), "uint8")
    counted = run(Convolve(kernel), pixels, False, Options(engine))
    assert counted.clipped.count > 0
    assert np.array_equal(
        imgfilt.apply(Convolve(kernel), pixels, engine, values="clip"), counted.pixels
    )


def test_progress():
    shares = []
    run(Blur(3), picture((5000, 9, 1), "uint8"), False, Options(), shares.append)
    assert len(shares) > 3
    assert sorted(shares)[-1] == 1
    assert sorted(shares)[0] == 1 / len(shares)


def test_an_error_in_a_worker_comes_out():
    def refuse(share):
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        run(Blur(3), picture((5000, 9, 1), "uint8"), False, Options(), refuse)


REGIONS = [
    [(0, 0, 12, 11)],
    [(3, 2, 5, 4)],
    [(0, 10, 1, 1)],
    [(11, 0, 1, 11)],
    [(1, 1, 4, 5), (3, 3, 6, 4), (3, 3, 6, 4), (0, 9, 12, 2), (4, 4, 1, 1)],
    [(0, 0, 3, 3), (3, 0, 3, 3), (9, 0, 3, 11), (0, 3, 6, 1)],
]


def inside_of(region, shape):
    inside = np.zeros(shape, bool)
    for left, top, width, height in region:
        inside[top : top + height, left : left + width] = True
    return inside


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS, ids=str)
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_region(case, region):
    """Only what lies in it is changed, and its border is the picture around it."""
    filt = example(case).filter
    for pixels, alpha in [
        (picture((11, 12, 3), "uint8"), False),
        (translucent((11, 12, 4), "uint16"), True),
        (translucent((11, 12, 4), "float32"), True),
    ]:
        for engine, border, light in [
            ("numpy", "reflect", False),
            ("auto", "wrap", False),
            ("numpy", "zero", True),
        ]:
            options = {"engine": engine, "border": border, "linear": light}
            everywhere = outcome(filt, pixels, alpha, **options)[0]
            found = outcome(filt, pixels, alpha, **options, region=tuple(region))[0]
            inside = inside_of(region, pixels.shape[:2])
            assert np.array_equal(found[inside], everywhere[inside])
            assert np.array_equal(found[~inside], pixels[~inside])


@pytest.mark.parametrize("seed", range(40))
def test_rectangles_cover_each_pixel_once(seed):
    chance = np.random.default_rng(seed)
    height, width, count = (int(number) for number in chance.integers(1, 14, 3))
    region = []
    for _ in range(count):
        left, top = int(chance.integers(width)), int(chance.integers(height))
        across, down = chance.integers(1, (width - left + 1, height - top + 1)).tolist()
        region.append((left, top, across, down))
    spans = region_rects(region, height, width)
    counts = np.zeros((2, height, width), int)
    for number, group in enumerate((spans, rects_outside(spans, height, width))):
        for span in group:
            counts[number, span.top : span.bottom, span.left : span.right] += 1
    inside = inside_of(region, (height, width))
    assert np.array_equal(counts, [inside, ~inside])


@pytest.mark.parametrize("engine", ["numpy", "opencv"])
@pytest.mark.parametrize("filt", [Blur(9), Median(5), Gaussian(sigma=2)], ids=repr)
def test_several_rectangles_need_many_strips(filt, engine):
    pixels = picture((700, 300, 3), "uint8")
    region = (10, 20, 200, 600), (150, 300, 150, 400), (0, 0, 300, 7)
    result = run(filt, pixels, False, Options(engine=engine, region=region))
    assert len(result.plan.strips) > 3
    inside = inside_of(region, (700, 300))
    everywhere = run(filt, pixels, False, Options(engine=engine)).pixels
    assert np.array_equal(result.pixels, np.where(inside[..., None], everywhere, pixels))


def test_stretch_goes_by_all_rectangles():
    pixels = np.array([[[10], [50], [90], [130], [200]]], np.uint8)
    region = (1, 0, 1, 1), (3, 0, 1, 1)
    found = outcome(Convolve("1"), pixels, region=region, values="stretch")[0]
    assert found.ravel().tolist() == [10, 0, 90, 255, 200]


def test_region_at_another_depth():
    pixels = picture((6, 7, 3), "uint8")
    found = outcome(Blur(3), pixels, region=((2, 1, 3, 2),), depth="16", engine="numpy")[0]
    inside = np.zeros((6, 7), bool)
    inside[1:3, 2:5] = True
    everywhere = outcome(Blur(3), pixels, depth="16", engine="numpy")[0]
    assert np.array_equal(found[inside], everywhere[inside])
    assert np.array_equal(found[~inside], pixels[~inside] * np.uint16(257))


@pytest.mark.parametrize("filt", [Convolve("identity"), Convolve("0 1 0"), Median(1)], ids=repr)
@pytest.mark.parametrize("depth", ["8", "16", "float"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_what_does_not_change_is_stored_alike(dtype, depth, filt):
    """To the last bit: filtered to itself, beside the region, and where the mask is 0."""
    pixels = picture((40, 41, 3), dtype)
    mask = np.zeros((40, 41), np.uint8)
    mask[:, 20:] = 255
    for engine in ("numpy", "auto"):
        everywhere = run(filt, pixels, False, Options(engine=engine, depth=depth)).pixels
        options = Options(engine=engine, depth=depth, region=((3, 5, 20, 11),))
        assert run(filt, pixels, False, options).pixels.tobytes() == everywhere.tobytes()
        options = Options(engine=engine, depth=depth)
        assert run(filt, pixels, False, options, mask=mask).pixels.tobytes() == everywhere.tobytes()


@pytest.mark.parametrize(
    "region", [(0, 0, 13, 1), (0, 0, 1, 12), (12, 0, 1, 1), (0, 11, 1, 1), (-1, 0, 1, 1)]
)
def test_region_outside(region):
    with pytest.raises(
        ParameterError, match=r"region: .* does not lie inside the picture of 12 x 11"
    ):
        outcome(Blur(3), picture((11, 12, 3), "uint8"), region=((0, 0, 1, 1), region))


@pytest.mark.parametrize("region", [(5, 5, 0, 3), (5, 5, 3, 0), (5, 5, -1, 3)])
def test_region_empty(region):
    with pytest.raises(ParameterError, match=r"region: 5,5,.* is empty"):
        Options(region=((0, 0, 1, 1), region))


def test_a_region_of_too_many_rectangles():
    with pytest.raises(ParameterError, match="region: 1001 rectangles; at most 1000"):
        Options(region=((0, 0, 1, 1),) * 1001)


@pytest.mark.parametrize("border", ["valid", "full"])
def test_region_with_another_size(border):
    with pytest.raises(ParameterError, match=f"region can't go with the border '{border}'"):
        Options(region=((0, 0, 1, 1),), border=border)


def test_full_is_for_convolution():
    line = "border 'full' goes with Convolve, not with Median"
    with pytest.raises(ParameterError, match=line):
        imgfilt.apply(Median(3), picture((4, 5, 1), "uint8"), border="full")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"engine": "cuda"}, "engine: 'cuda' is none of auto, numpy, opencv"),
        ({"border": "mirror"}, "border: 'mirror' is none of zero, .*; did you mean reflect"),
        ({"values": "wrap"}, "values: 'wrap' is none of clip, abs, offset, stretch, raw"),
        ({"workers": 0}, "workers: 0 is not a whole number from 1 up"),
        ({"values": "raw"}, "values: 'raw' needs a float output"),
        (
            {"border": "constant", "border_value": 256},
            "border-value: 256 is outside .* range 0..255",
        ),
        (
            {"border": "constant", "border_value": -1},
            "border-value: -1 is outside .* range 0..255",
        ),
        ({"border": "constant", "border_value": float("nan")}, "border-value: nan is outside"),
        ({"border": "constant", "border_value": 1.5}, "border-value: .* wants whole numbers"),
        ({"border": "constant", "border_value": (1, 2)}, "border-value: 2 numbers .* 3 channels"),
        ({"border": "constant", "border_value": ()}, "border-value: 0 numbers .* 3 channels"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_options_that_can_not_be(given, message):
    with pytest.raises(ParameterError, match=message):
        imgfilt.apply(Blur(3), picture((4, 5, 3), "uint8"), **given)


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", ["from imgfilt.pipeline.apply import run", "import imgfilt.figure"]
)
def test_apply_is_a_function_whatever_is_imported_first(first):
    code = f"{first}; import imgfilt; assert callable(imgfilt.apply)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_worker_plans_like_pictures_once(monkeypatch):
    planned = []

    def spy(*arguments):
        planned.append(arguments)
        return make_plan(*arguments)

    monkeypatch.setattr(prepare, "make_plan", spy)
    monkeypatch.setattr(prepare, "_last", {})
    monkeypatch.setattr(threads, "in_pool_worker", True)
    filt, options = Gaussian(sigma=2), Options(workers=1)
    first, other = (picture((20, 30, 3), "uint8", seed) for seed in (0, 1))
    for pixels in (first, other, first):
        run(filt, pixels, False, options)
    assert len(planned) == 1
    others = [
        (filt, first[1:], options),
        (filt, first, options),
        (filt, first.astype(np.uint16), options),
        (filt, first, replace(options, border="zero")),
        (Gaussian(sigma=2), first, options),  # an equal one may have read another file
    ]
    for number, (other_filter, pixels, other_options) in enumerate(others):
        run(other_filter, pixels, False, other_options)
        assert len(planned) == number + 2
