"""A chain gives what one run after the other gives; region and mask hold for the whole."""

import itertools
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from scipy import signal

import imgfilt
from imgfilt import Bilateral, Blur, Chain, Convolve, Edges, Gaussian, Median, NLMeans, apply
from imgfilt.border import BORDERS
from imgfilt.pipeline import cutting
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.chain import Step, run_chain, run_chain_by_rows
from imgfilt.pipeline.composition import compose, find_composable
from imgfilt.pipeline.options import Options

from ..examples import picture

FILTERS = [
    Convolve("1 0 -1; 2 0 -2", origin=(0, 1)),
    Blur((2, 3)),
    Gaussian(sigma=1),
    Median(3),
    Bilateral(5),
    NLMeans(10, patch=3, search=5),
    Edges(),
]
DTYPES = "uint8", "uint16", "float32"


@pytest.fixture(autouse=True)
def several_strips(monkeypatch):
    """Cut also small pictures, so that a strip is written while others are read."""
    monkeypatch.setattr(cutting, "_MIN_ROWS", 1)
    monkeypatch.setattr(cutting, "_MAX_ROWS", 3)


def noise(shape, dtype, seed=0):
    """Return noise; floats are in 0 to 1, as alpha must be."""
    return np.clip(picture(shape, dtype, seed), 0, 1 if dtype[0] == "f" else None)


def steps_of(filters, **options):
    return [Step(filt, Options(**options), type(filt).__name__) for filt in filters]


def one_after_the_other(steps, pixels, alpha):
    for step in steps:
        pixels = run(step.filter, pixels, alpha, step.options).pixels
    return pixels


def same(one, other):
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("first", "second"), list(itertools.product(FILTERS, repeat=2)), ids=repr)
def test_pairs(first, second, dtype):
    """Of all filters: each pair with another border, engine and number of channels."""
    number = 7 * FILTERS.index(first) + FILTERS.index(second)
    alpha = number % 2 == 1
    pixels = noise((11, 13, 3 + alpha), dtype, number)
    borders = [name for name, border in BORDERS.items() if border.growth <= 0]
    border, engine = borders[number % len(borders)], ("numpy", "auto")[number // 2 % 2]
    steps = steps_of([first, second], border=border, engine=engine)
    found, reports = run_chain(steps, pixels.copy(), alpha, reuse=True)
    assert same(found, one_after_the_other(steps, pixels, alpha))
    assert len(reports) == 2


@pytest.mark.parametrize("number", range(40))
def test_any_three(number):
    """Filters, borders, values and a depth at random; memory is reused."""
    random = np.random.default_rng(number)
    borders = [name for name, border in BORDERS.items() if border.growth <= 0]
    alpha, extra = bool(random.integers(2)), int(random.integers(2))
    shape = (*random.integers(20, 30, 2), 3 + extra + alpha)
    pixels = noise(shape, str(random.choice(DTYPES)), number)
    depth = [None, "8", "16", "float"][random.integers(4)]
    steps = []
    for filt in random.choice(np.array(FILTERS, object), 3):
        values = str(random.choice(["clip", "abs", "offset", "stretch"]))
        options = Options(border=str(random.choice(borders)), values=values)
        steps.append(Step(filt, options, ""))
    steps[0] = steps[0]._replace(options=replace(steps[0].options, depth=depth))
    expected = pixels
    for step in steps:
        expected = run(step.filter, expected, alpha, step.options, extra=extra).pixels
    found, _ = run_chain(steps, pixels.copy(), alpha, extra=extra, reuse=True)
    assert same(found, expected)
    by_rows = run_chain_by_rows(steps, pixels, alpha, extra=extra)
    assert same(by_rows[:], expected)


@pytest.mark.parametrize("number", range(30))
def test_a_region_of_the_whole_chain(number):
    """Outside it the input; inside what the chain makes of the whole picture."""
    random = np.random.default_rng(number)
    borders = [name for name, border in BORDERS.items() if not border.growth]
    height, width = random.integers(5, 60, 2)
    pixels = noise((height, width, 3), str(random.choice(DTYPES)), number)
    left, top = int(random.integers(width)), int(random.integers(height))
    right, bottom = random.integers(left + 1, width + 1), random.integers(top + 1, height + 1)
    region = ((left, top, int(right) - left, int(bottom) - top),)
    values = ["clip", "clip", "stretch"][number % 3]
    steps = [
        Step(filt, Options("numpy", border=str(random.choice(borders)), values=values), "")
        for filt in random.choice(np.array(FILTERS, object), 3)
    ]
    steps[-1] = steps[-1]._replace(options=replace(steps[-1].options, values="clip"))
    whole = one_after_the_other(steps, pixels, False)
    steps[-1] = steps[-1]._replace(options=replace(steps[-1].options, region=region))
    found, _ = run_chain(steps, pixels.copy(), False, reuse=True)
    inside = np.zeros((height, width, 1), bool)
    inside[top:bottom, left:right] = True
    # Sums of floats depend on how the picture is cut.
    np.testing.assert_allclose(found, np.where(inside, whole, pixels), rtol=0, atol=1e-5)
    assert found.dtype == pixels.dtype


@pytest.mark.parametrize("depth", [None, "16", "float"])
@pytest.mark.parametrize("alpha", [False, True])
def test_a_mask_of_the_whole_chain(alpha, depth):
    """White takes the chain's result, black the input in the result's depth."""
    pixels = picture((30, 40, 3 + alpha), "uint8")
    steps = steps_of([Convolve("sobel-x"), Median(3), Gaussian(5)])
    steps[0] = steps[0]._replace(options=replace(steps[0].options, values="offset", depth=depth))
    whole, _ = run_chain(steps, pixels, alpha)
    mask = np.zeros((30, 40), np.uint8)
    mask[:, 7:20] = 255
    kept = {
        None: pixels,
        "16": pixels.astype("uint16") * 257,
        "float": (pixels / np.float64(255)).astype("float32"),
    }[depth]
    expected = np.where(mask[..., np.newaxis] > 0, whole, kept)
    found, _ = run_chain(steps, pixels.copy(), alpha, mask=mask, reuse=True)
    assert same(found, expected)


def test_a_grey_mask_blends_the_input_with_the_result():
    pixels = picture((30, 40, 1), "float64")
    steps = steps_of([Median(3), Gaussian(5)])
    whole, _ = run_chain(steps, pixels, False)
    mask = np.linspace(0, 1, 40, dtype="float32") * np.ones((30, 1), "float32")
    found, _ = run_chain(steps, pixels, False, mask=mask)
    share = mask[..., np.newaxis].astype("float64")
    np.testing.assert_allclose(found, share * whole + (1 - share) * pixels, atol=1e-7)


def test_the_kept_picture_may_be_transparent_where_the_result_is_not():
    """Its hidden colour has no weight in the blend: half of it is half transparent."""
    pixels = np.full((7, 7, 2), 200, np.uint8)
    pixels[..., 1] = 255
    pixels[3, 3] = 7, 0  # the median leaves it out, so the second step sees opaque pixels
    mask = np.full((7, 7), 128, np.uint8)
    found, _ = run_chain(steps_of([Median(3), Blur(1)]), pixels, True, mask=mask)
    assert found[3, 3].tolist() == [200, 128]


def test_floats_are_not_rounded_between():
    pixels = np.array([[0, 0, 1, 0, 0]], np.uint8)
    steps = steps_of([Blur((3, 1)), Convolve("3")], border="zero")
    assert run_chain(steps, pixels[..., np.newaxis], False)[0].ravel().tolist() == [0] * 5
    steps[0] = steps[0]._replace(options=replace(steps[0].options, depth="float"))
    found, _ = run_chain(steps, pixels[..., np.newaxis], False)
    np.testing.assert_allclose(found.ravel() * 255, [0, 1, 1, 1, 0], atol=1e-6)


def test_memory_is_that_of_two_pictures():
    pixels = picture((1500, 2000, 1), "uint8")
    steps = steps_of([Median(3), Blur(3), Median(3), Blur(3), Median(3)], workers=1)
    expected = one_after_the_other(steps, pixels, False)
    tracemalloc.start()
    try:
        run_chain(steps[:2], pixels.copy(), False, reuse=True)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        run_chain(steps[:1], pixels, False)
        one = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.reset_peak()
        found, _ = run_chain(steps, pixels.copy(), False, reuse=True)
        chain = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert chain - pixels.nbytes < one + pixels.nbytes / 2  # less the copy of the input
    assert same(found, expected)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"border": "valid"}, "step 2, Blur: a picture of 18 x 18 has no pixel where a window"),
        ({"border": "constant", "border_value": (1, 2)}, "step 1, Median: border-value: 2 numbers"),
    ],
)
def test_an_error_names_the_step(options, named):
    with pytest.raises(imgfilt.ImgfiltError, match=named):
        run_chain(steps_of([Median(3), Blur(19)], **options), picture((20, 20, 1), "uint8"), False)


# Composition

BLUR, SOFT, SOBEL = Blur((2, 3)), Gaussian(3), Convolve("sobel-x")


@pytest.mark.parametrize(
    ("steps", "runs"),
    [
        (steps_of([BLUR, SOFT, SOBEL]), [range(0, 3)]),
        (steps_of([BLUR, SOFT, Median(3), SOFT, SOBEL]), [range(0, 2), range(3, 5)]),
        (steps_of([Median(3), SOFT, Edges()]), []),
        ([*steps_of([BLUR]), *steps_of([SOFT], border="wrap")], []),
        ([*steps_of([BLUR]), *steps_of([SOFT], linear=True)], []),
        ([*steps_of([BLUR]), *steps_of([SOFT], engine="numpy")], []),
        ([*steps_of([SOBEL], values="abs"), *steps_of([SOFT])], []),
        ([*steps_of([SOFT]), *steps_of([SOBEL], values="abs")], [range(0, 2)]),
    ],
)
def test_what_can_be_composed(steps, runs):
    assert find_composable(steps) == runs


@pytest.mark.parametrize(
    ("filters", "weights"),
    [
        ((Blur((2, 3)), Gaussian(3)), (np.full((3, 2), 1 / 6), [1, 2, 1])),
        ((Convolve("1 2 4", correlate=True), Blur(3)), ([[4, 2, 1]], np.full((3, 3), 1 / 9))),
        ((Gaussian(5), Gaussian(7)), ([1, 4, 6, 4, 1], [2, 7, 14, 18, 14, 7, 2])),
    ],
)
def test_a_composed_kernel(filters, weights):
    """By SciPy: the full convolution of the kernels."""
    one, other = (
        np.outer(part, part) / np.sum(part) ** 2 if np.ndim(part) == 1 else np.array(part)
        for part in weights
    )
    (step,), notes = compose(steps_of(filters))
    found = np.asarray(step.filter.composed.weights)
    np.testing.assert_allclose(found, signal.convolve2d(one, other), rtol=1e-14)
    assert len(notes) == 1


@pytest.mark.parametrize("border", ["wrap", "valid", "reflect"])
def test_a_composed_chain_gives_the_same_inside(border):
    """Everywhere with `wrap` and `valid`; the note says how far from the edge it may differ."""
    pixels = picture((40, 40, 1), "float64")
    steps = steps_of([Blur(3), Gaussian(5), SOBEL], border=border)
    composed, (note,) = compose(steps)
    assert len(composed) == 1
    found, expected = (run_chain(one, pixels, False)[0] for one in (composed, steps))
    edge = 3 if border == "reflect" else 0
    assert ("within 3 pixels of the edge" in note) == (edge == 3)
    inside = slice(edge, len(found) - edge)
    np.testing.assert_allclose(found[inside, inside], expected[inside, inside], atol=1e-12)


def test_the_rest_of_a_composed_chain_stays():
    steps = steps_of([Median(3), Blur(3), Blur(3), Median(5)])
    steps[-1] = steps[-1]._replace(options=Options(region=((0, 0, 5, 5),)))
    composed, (note,) = compose(steps)
    assert note.startswith("steps 2 and 3 are one kernel of 5 x 5, now step 2; within 1 pixel")
    assert [step.caption for step in composed] == ["Median", "Blur * Blur", "Median"]
    assert composed[-1] is steps[-1]


# Python


def test_a_chain_in_python():
    pixels = picture((20, 21, 3), "uint8")
    expected = apply(Gaussian(sigma=1), apply(Median(3), pixels))
    for chain in (Chain(Median(3), Gaussian(sigma=1)), Median(3) | Gaussian(sigma=1)):
        assert same(apply(chain, pixels), expected)
    longer = Median(3) | Gaussian(sigma=1) | (Blur(3) | Blur(5))
    assert [type(filt) for filt in longer.filters] == [Median, Gaussian, Blur, Blur]
    assert longer == Chain(Median(3), Chain(Gaussian(sigma=1), Blur(3)), Blur(5))
    assert hash(longer) == hash(Chain(*longer.filters))
    assert repr(Median(3) | Blur(5)) == "Chain(Median(size=3), Blur(size=5))"


@pytest.mark.parametrize("wrong", [(), ("median",), (Median(3), None), (Median,)])
def test_what_is_no_chain(wrong):
    with pytest.raises(imgfilt.ParameterError):
        Chain(*wrong)
    with pytest.raises(TypeError):
        Median(3) | "blur"


def test_values_hold_for_signed_results_in_a_chain():
    """`offset` is added once: a mean of the shifted values isn't shifted again."""
    pixels = np.full((9, 9), 77, np.uint8)
    chain = Convolve("sobel-x") | Blur(3)
    assert (apply(chain, pixels, values="offset") == 128).all()


def test_a_chain_warns_of_clipping_by_step():
    pixels = picture((9, 9), "uint8")
    with pytest.warns(imgfilt.ClippedWarning, match=r"^step 2, Convolve\(.*fell outside 0\.\.255"):
        apply(Blur(3) | Convolve("sobel-x") | Blur(3), pixels)
