"""Storing: what --values makes of signed results, rounding half to even, and what clipped."""

import itertools

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Median, ParameterError
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import VALUES, Options

from .. import reference
from ..examples import DTYPES, ENGINES, case_name, example, picture, translucent

SIGNED = ("convolve", 2)  # Prewitt: both signs, and beyond the range
# One of sums and one that takes levels as they are: what is stored doesn't know the filter.
FEW = [SIGNED, ("median", 0)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mode", VALUES)
def test_mode(mode, engine, dtype):
    pixels = picture((9, 10, 3), dtype)
    values = example(SIGNED).meaning(pixels, "reflect")
    if mode == "raw" and pixels.dtype.kind != "f":
        with pytest.raises(ParameterError, match="'raw' needs a float output"):
            imgfilt.apply(example(SIGNED).filter, pixels, engine, values=mode)
        return
    wanted = reference.stored(reference.valued(values, pixels, mode), dtype)
    found = imgfilt.apply(example(SIGNED).filter, pixels, engine, values=mode)
    off = np.abs(found - wanted).max()
    assert off <= (2e-5 if pixels.dtype.kind == "f" else engine != "numpy")


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_raw_needs_floats(dtype):
    for depth in ("8", "16"):
        with pytest.raises(ParameterError, match=f"'raw' needs a float output, .* is {depth}"):
            Options(values="raw", depth=depth)
    with pytest.raises(ParameterError, match=r"'raw' needs a float output$"):
        run(example(SIGNED).filter, picture((9, 10, 3), dtype), False, Options(values="raw"))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_raw_keeps_the_input_s_levels(dtype):
    pixels = picture((9, 10, 3), dtype)
    options = Options(engine="numpy", values="raw", depth="float")
    found = run(example(SIGNED).filter, pixels, False, options)
    assert found.pixels.dtype == np.float32
    wanted = example(SIGNED).meaning(pixels, "reflect").astype(np.float64)
    assert np.abs(found.pixels - wanted).max() <= 1e-6 * max(1, np.abs(wanted).max())
    assert found.clipped is None


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("case", FEW, ids=case_name)
def test_stretch_uses_the_full_range(case, engine):
    """Of all colours together; a filter that only reorders levels is stretched like any other."""
    for dtype in DTYPES:
        pixels = picture((9, 10, 3), dtype) // 2 if dtype == "uint8" else picture((9, 10, 3), dtype)
        found = imgfilt.apply(example(case).filter, pixels, engine, values="stretch")
        assert found.min() == 0
        assert abs(found.max() - reference.peak(dtype)) < 1e-6


@pytest.mark.parametrize("dtype", DTYPES)
def test_stretch_of_one_colour(dtype):
    for filt in (Blur(3), Median(3)):
        found = imgfilt.apply(filt, np.full((4, 5), 1, dtype), values="stretch")
        assert (found == 0).all()


@pytest.mark.parametrize("mode", ["clip", "abs", "offset", "stretch"])
@pytest.mark.parametrize("case", FEW, ids=case_name)
def test_alpha_is_untouched(case, mode):
    for dtype in DTYPES:
        pixels = translucent((7, 8, 4), dtype)
        plain = imgfilt.apply(example(case).filter, pixels, "numpy", alpha=True, values="clip")
        found = imgfilt.apply(example(case).filter, pixels, "numpy", values=mode, alpha=True)
        assert np.array_equal(found[..., 3], plain[..., 3])


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_halves_go_to_the_even(dtype, engine):
    pixels = np.array([[0, 1, 2, 3, 4, 5, 6]], dtype)
    found = imgfilt.apply(Convolve("1/2"), pixels, engine, values="clip")
    assert found.tolist() == [[0, 0, 1, 2, 2, 2, 3]]


def clipped(kernel, pixels, **given):
    return run(Convolve(kernel), pixels, False, Options(**given)).clipped


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("kernel", "levels", "text"),
    [
        ("2", [0, 100, 255], "33.3 % of values fell outside 0..255 (0..510)"),
        ("-1", [0, 100, 255, 0], "50.0 % of values fell outside 0..255 (−255..0)"),
        ("-3", [200], "100.0 % of values fell outside 0..255 (−600..−600)"),
        ("2", [1] * 1999 + [128], "0.1 % of values fell outside 0..255 (2..256)"),
        ("2", [1] * 2001 + [128], "less than 0.1 % of values fell outside 0..255 (2..256)"),
    ],
)
def test_what_clipped_is_told(kernel, levels, text, engine):
    found = clipped(kernel, np.array(levels, np.uint8).reshape(1, -1, 1), engine=engine)
    assert str(found) == text


def test_what_clipped_is_told_at_other_depths():
    pixels = np.array([[[0], [40000]]], np.uint16)
    assert "50.0 % of values fell outside 0..65535 (0..80000)" in str(clipped("2", pixels))
    assert "50.0 % of values fell outside 0..255 (0..311)" in str(clipped("2", pixels, depth="8"))
    assert clipped("2", pixels, depth="float") is None
    assert clipped("2", pixels.astype(np.float32)) is None
    halved = (pixels / 40000).astype(np.float32)
    assert "50.0 % of values fell outside 0..255 (0..510)" in str(clipped("2", halved, depth="8"))


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("clip", "100.0 % of values fell outside 0..255 (−200..−20)"),
        ("offset", "33.3 % of values fell outside 0..255 (−72..108)"),
        ("abs", None),
        ("stretch", None),
    ],
)
def test_what_clipped_is_told_of_the_values_asked_for(mode, text):
    found = clipped("-2", np.array([[[10], [20], [100]]], np.uint8), values=mode)
    assert found is None if text is None else str(found).startswith(text)


def test_nothing_clipped():
    for filt in (Blur(3), Median(3), Convolve("identity")):
        for pixels, alpha in [
            (picture((9, 8, 3), "uint8"), False),
            (translucent((9, 8, 4), "uint8"), True),
        ]:
            assert run(filt, pixels, alpha, Options()).clipped is None


def test_hidden_colour_and_alpha_are_not_counted():
    pixels = np.array([[[200, 255], [10, 255], [0, 255], [0, 255]]], np.uint8)
    found = run(Convolve("2"), pixels, True, Options()).clipped
    assert str(found).startswith("25.0 % of values fell outside 0..255 (0..400)")


def test_no_number_has_no_level():
    """NaN in whole levels is 0, infinity an end of the range; all of them count as clipped."""
    pixels = np.array([[[np.nan], [np.inf], [-np.inf], [0.5]]], np.float32)
    found = run(Convolve("1"), pixels, False, Options(depth="8", engine="numpy"))
    assert found.pixels.ravel().tolist() == [0, 255, 0, 128]
    assert str(found.clipped).startswith(
        "75.0 % of values fell outside 0..255 (−inf..inf) or are NaN"
    )
    found = run(Convolve("1"), pixels[:, [0, 3]], False, Options(depth="8", engine="numpy"))
    assert str(found.clipped) == "50.0 % of values are NaN"


@pytest.mark.slow
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e35, -1e300])
@pytest.mark.parametrize("filt", [Blur(3), Median(3), Bilateral(3)], ids=repr)
def test_numbers_far_outside_say_nothing_on_stderr(filt, value):
    """NumPy's warnings are no message to anyone; every mode and depth takes such numbers."""
    for dtype in ("float32", "float64"):
        if dtype == "float32" and np.isfinite(value) and abs(value) > 1e38:
            continue
        pixels = np.full((5, 6, 3), value, dtype)
        for mode, depth in itertools.product(VALUES, ["8", "16", "float", None]):
            if mode == "raw" and depth in ("8", "16"):
                continue
            for region in ((), ((1, 1, 2, 2),)):
                options = Options(engine="numpy", values=mode, depth=depth, region=region)
                assert run(filt, pixels, False, options).pixels.shape == (5, 6, 3)
