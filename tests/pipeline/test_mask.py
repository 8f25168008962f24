"""Masks: the filtered pixel where they are full, the picture's where they are 0, and between."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imgfilt.image
from imgfilt import Blur, Convolve, ImageError, Median
from imgfilt.filters import FILTERS
from imgfilt.filters.linear import Linear
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.levels import blend
from imgfilt.pipeline.options import Options

from .. import reference
from ..cli_support import files, invoke, load, refused, save, succeed
from ..examples import FILTER_COMMANDS, FIRST, case_name, example, picture, translucent

pytestmark = pytest.mark.usefixtures("in_folder")

DEPTHS = {"8": "uint8", "16": "uint16", "float": "float32"}
SHAPE = (7, 8)
# Exact sums, a choice of levels, and a mean of weights: what is blended doesn't know the filter.
FEW = [("convolve", 0), ("median", 0), ("bilateral", 0)]


def levels(dtype="uint8", shape=SHAPE, seed=0):
    """Return a mask: none, full and between in equal shares."""
    chance = np.random.default_rng(seed)
    top = reference.peak(dtype)
    between = chance.random(shape) if top == 1 else chance.integers(1, top, shape)
    kind = chance.integers(0, 3, shape)
    return np.where(kind == 0, 0, np.where(kind == 1, top, between)).astype(dtype)


def masked(filt, pixels, mask, alpha=False, **options):
    return run(filt, pixels, alpha, Options(**options), mask=mask).pixels


def lerp(filtered, original, share, alpha, least):
    """Return one pixel of a blend: premultiplied where there is alpha."""
    if share in (0, 1):
        return filtered if share else original
    taken, kept = (share, 1 - share)
    if not alpha:
        return [taken * f + kept * o for f, o in zip(filtered, original, strict=True)]
    taken, kept = taken * filtered[-1], kept * original[-1]
    if taken + kept <= least:
        return [*original[:-1], taken + kept]
    pairs = zip(filtered[:-1], original[:-1], strict=True)
    return [*((taken * f + kept * o) / (taken + kept) for f, o in pairs), taken + kept]


def expected(values, pixels, mask, dtype, alpha=False):
    """Return what unrounded values blended with the picture are, stored at a depth."""
    scale = Fraction(reference.peak(dtype), reference.peak(pixels.dtype))
    least = 0.5 if np.dtype(dtype).kind == "u" else reference.LEAST_ALPHA
    full = reference.peak(mask.dtype)
    found = np.empty(values.shape, object)
    for place in np.ndindex(mask.shape):
        share = Fraction(mask[place].item()) / full
        filtered, original = (
            [Fraction(level) * scale for level in array[place].tolist()]
            for array in (values, pixels)
        )
        found[place] = lerp(filtered, original, share, alpha, least)
    return reference.stored(found, dtype).astype(dtype)


def assert_near(found, wanted, filt):
    assert found.dtype == wanted.dtype
    off = np.abs(found.astype(np.float64) - wanted)
    if found.dtype.kind == "f":
        assert off.max() <= 2e-5
    elif isinstance(filt, Linear | Median):
        assert off.max() == 0
    else:
        assert off.max() <= 1
        assert np.count_nonzero(off) <= 0.02 * off.size


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("dtype", DEPTHS.values())
@pytest.mark.parametrize("case", FEW, ids=case_name)
def test_blend(case, dtype, depth):
    pixels, filt = picture((*SHAPE, 3), dtype), example(case).filter
    values = example(case).meaning(pixels, "reflect")
    for kind in DEPTHS.values():
        mask = levels(kind)
        found = masked(filt, pixels, mask, engine="numpy", depth=depth)
        # A float filter's own error can tip what is all but a half of a finer level.
        exact = None if dtype == "float32" else filt
        assert_near(found, expected(values, pixels, mask, DEPTHS[depth]), exact)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("dtype", DEPTHS.values())
@pytest.mark.parametrize("case", FEW, ids=case_name)
def test_blend_with_alpha(case, dtype, depth):
    pixels, filt = translucent((*SHAPE, 4), dtype), example(case).filter
    values = example(case).meaning(pixels, "zero", alpha=True, depth=DEPTHS[depth])
    found = masked(filt, pixels, levels(), True, engine="numpy", depth=depth, border="zero")
    wanted = expected(values, pixels, levels(), DEPTHS[depth], True)
    if dtype == "float32" and depth == "float":
        # A filtered alpha that is nothing but for rounding has a colour that is anything.
        assert np.abs(found[..., 3] - wanted[..., 3]).max() <= 2e-5
        seen = wanted[..., 3] > 1e-3
        assert seen.any()
        found, wanted = found[seen], wanted[seen]
        assert np.abs(found - wanted).max() <= 2e-3
        return
    assert_near(found, wanted, None)


@pytest.mark.parametrize("values", ["abs", "offset", "stretch"])
@pytest.mark.parametrize("dtype", DEPTHS.values())
def test_blend_is_of_what_values_makes(dtype, values):
    """And is stored, and clipped, only then."""
    pixels, filt = picture((*SHAPE, 3), dtype), Convolve("-1 0 1")
    raw = reference.convolved(pixels, "reflect", weights=[[-1, 0, 1]]).astype(np.float64)
    made = reference.valued(raw, pixels, values, shown=levels() > 0)
    found = masked(filt, pixels, levels(), engine="numpy", values=values)
    assert_near(found, expected(made, pixels, levels(), dtype), filt)


def test_raw_blends_the_input_s_levels():
    pixels = np.array([[[10], [20], [40]]], np.uint8)
    mask = np.array([[255, 51, 0]], np.uint8)
    found = masked(Convolve("-2"), pixels, mask, values="raw", depth="float")
    assert np.allclose(found.ravel(), [-20, 0.2 * -40 + 0.8 * 20, 40], rtol=1e-6, atol=0)
    assert found.dtype == np.float32


@pytest.mark.slow
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("dtype", DEPTHS.values())
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_ends_are_exact(case, dtype, alpha):
    for engine in ("numpy", "auto"):
        filt = example(case).filter
        pixels = translucent((*SHAPE, 4), dtype) if alpha else picture((*SHAPE, 3), dtype)
        for options in ({}, {"depth": "8"}, {"depth": "16"}, {"depth": "float"}, {"linear": True}):
            given = {"engine": engine, **options}
            plain = run(filt, pixels, alpha, Options(**given)).pixels
            full = masked(filt, pixels, np.full(SHAPE, 255, np.uint8), alpha, **given)
            assert full.tobytes() == plain.tobytes()
            none = masked(filt, pixels, np.zeros(SHAPE, np.uint8), alpha, **given)
            output = DEPTHS.get(given.get("depth"), dtype)
            kept = pixels.astype(np.float64) * (reference.peak(output) / reference.peak(dtype))
            assert none.tobytes() == reference.stored(kept, output).astype(output).tobytes()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("alpha", [False, True])
def test_numbers_that_are_none_do_not_leak(alpha, bad):
    """What has no share doesn't count; what has some does."""
    good, wrong = np.full((1, 3, 4), 0.5), np.full((1, 3, 4), 0.5)
    wrong[..., :3] = bad
    share = np.array([[0, 0.25, 1]])
    dtype = np.dtype("float32")
    with np.errstate(invalid="ignore"):
        found = blend(wrong, good, share, alpha, dtype)
        assert (found[0, 0] == 0.5).all()
        assert not np.isfinite(found[0, 1:, :3]).any()
        found = blend(good, wrong, share, alpha, dtype)
    assert (found[0, 2] == 0.5).all()
    assert not np.isfinite(found[0, :2, :3]).any()
    if alpha:
        wrong[..., 3] = 0
        with np.errstate(invalid="ignore"):
            found = blend(wrong, good, share, True, dtype)
        assert np.allclose(found[0, 1], [0.5, 0.5, 0.5, 0.375], rtol=1e-12, atol=0)


def test_a_filter_of_no_number_behind_a_mask():
    pixels = picture((9, 9, 3), "float32")
    pixels[4, 4] = np.nan
    mask = np.ones((9, 9), np.float32)
    mask[3:6, 3:6] = 0
    found = masked(Blur(3), pixels, mask, engine="numpy")
    assert np.array_equal(found[3:6, 3:6], pixels[3:6, 3:6], equal_nan=True)
    assert np.count_nonzero(np.isnan(found)) == 3


def test_hidden_colour_does_not_bleed():
    """Between a clear red and an opaque blue lies blue, half seen."""
    pixels = np.array([[[255, 0, 0, 0], [0, 0, 255, 255]]], np.uint8)
    mask = np.full((1, 2), 102, np.uint8)
    found = masked(Convolve("0 0 1", correlate=True), pixels, mask, True, border="wrap")
    assert found.tolist() == [[[0, 0, 255, 102], [0, 0, 255, 153]]]


def test_hidden_colour_stays_where_nothing_is_seen():
    pixels = np.array([[[9, 8, 7, 0], [6, 5, 4, 0]]], np.uint8)
    mask = np.full((1, 2), 102, np.uint8)
    found = masked(Blur(3), pixels, mask, True)
    assert np.array_equal(found, pixels)
    # Less than half a level is stored as none.
    pixels[0, 1, 3] = 1
    mask = np.full((1, 2), 100, np.uint8)
    found = masked(Convolve("0 0 1", correlate=True), pixels, mask, True)
    assert found[0, 0].tolist() == [9, 8, 7, 0]


@pytest.mark.parametrize("depth", [None, *DEPTHS])
@pytest.mark.parametrize("region", [(2, 1, 4, 5), (0, 0, 1, 7), (7, 6, 1, 1), (0, 0, 8, 7)])
def test_region_and_mask(region, depth):
    """Only what lies in both changes."""
    left, top, width, height = region
    pixels, mask = picture((*SHAPE, 3), "uint8"), levels()
    both = masked(Blur(3), pixels, mask, region=(region,), depth=depth)
    inside = np.zeros(SHAPE, np.uint8)
    inside[top : top + height, left : left + width] = 255
    wanted = masked(Blur(3), pixels, np.minimum(mask, inside), depth=depth)
    assert both.tobytes() == wanted.tobytes()


@pytest.mark.slow
def test_strips_never_change_a_blend():
    pixels, mask = picture((2100, 30, 1), "uint8"), levels(shape=(2100, 30))
    filt = Convolve("1 2; 3 4", scale="1/10")
    result = run(filt, pixels, False, Options(engine="numpy"), mask=mask)
    assert len(result.plan.strips) > 1
    values = reference.convolved(pixels, "reflect", weights=[[1, 2], [3, 4]], divisor=10)
    assert np.array_equal(result.pixels, expected(values, pixels, mask, "uint8"))


def test_what_clipped_is_counted_after_blending():
    pixels = np.array([[[200], [200], [200], [0]]], np.uint8)

    def clipped(*mask):
        mask = np.array([mask], np.uint8)
        return run(Convolve("2"), pixels, False, Options(), mask=mask).clipped

    assert clipped(0, 0, 0, 255) is None
    assert clipped(51, 51, 51, 51) is None  # 240
    assert str(clipped(0, 51, 255, 0)).startswith("25.0 % of values fell outside 0..255 (0..400)")
    assert str(clipped(102, 0, 0, 0)).startswith("25.0 % of values fell outside 0..255 (0..280)")


@pytest.mark.parametrize("shape", [(7, 7), (8, 7), (1, 1), (70, 80)])
def test_a_mask_of_another_size(shape):
    words = f"the mask is {shape[1]} x {shape[0]}, the picture 8 x 7"
    with pytest.raises(ImageError, match=words):
        masked(Blur(3), picture((*SHAPE, 3), "uint8"), np.zeros(shape, np.uint8))


@pytest.mark.parametrize("name", FILTERS)
def test_every_command_takes_one(name):
    words, filt = FILTER_COMMANDS[name]
    pixels = save("a.png", *SHAPE, 3)
    Image.fromarray(levels()).save("mask.png")
    succeed(name, "a.png", *words, "--mask", "mask.png", "-o", "b.png")
    assert np.array_equal(load("b.png"), masked(filt, pixels, levels()))


@pytest.mark.parametrize("kind", ["uint16", "float32", "rgb", "opaque", "binary", "csv", "page"])
def test_what_a_mask_may_be(kind):
    pixels, mask = save("a.png", *SHAPE, 3), levels()
    name = "mask.png"
    if kind == "csv":
        name = "mask.csv"
        np.savetxt(name, mask, "%d", ",")
    elif kind in DEPTHS.values():
        name, mask = "mask.npy", levels(kind)
        np.save(name, mask)
    elif kind == "rgb":
        Image.fromarray(np.dstack([mask] * 3)).save(name)
    elif kind == "opaque":
        Image.fromarray(np.dstack([mask, np.full(SHAPE, 255, np.uint8)]), "LA").save(name)
    elif kind == "binary":
        mask = np.where(mask < 128, 0, 255).astype(np.uint8)
        Image.fromarray(mask).convert("1").save(name)
    else:
        name = "mask.tif"
        Image.fromarray(mask).save(name)
    succeed("blur", "a.png", "--mask", name, "-o", "b.png")
    assert np.array_equal(load("b.png"), masked(Blur(5), pixels, mask))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("channels", [2, 4])
def test_a_mask_with_alpha_is_its_alpha(channels, dtype):
    """Whatever its colours are: NaN and what lies outside the range, too."""
    pixels, cutout = save("a.png", *SHAPE, 3), picture((*SHAPE, channels), dtype)
    cutout[..., -1] = levels(dtype)
    if cutout.dtype.kind == "f":
        cutout[0, 0, 0], cutout[0, 1, 0] = np.nan, -7
    np.save("mask.npy", cutout)
    succeed("blur", "a.png", "--mask", "mask.npy", "-o", "b.png")
    assert np.array_equal(load("b.png"), masked(Blur(5), pixels, levels(dtype)))


def test_one_pixel_makes_alpha_the_mask():
    pixels, cutout = save("a.png", *SHAPE, 3), np.zeros((*SHAPE, 2), np.uint8)
    cutout[..., 1] = 255
    cutout[6, 7, 1] = 254
    Image.fromarray(cutout, "LA").save("mask.png")
    succeed("blur", "a.png", "--mask", "mask.png", "-o", "b.png")
    assert np.array_equal(load("b.png"), masked(Blur(5), pixels, cutout[..., 1]))


@pytest.mark.parametrize("words", ["mask.npy", "cutout.npy"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_an_inverted_mask(dtype, words):
    pixels, mask = save("a.png", *SHAPE, 3), levels(dtype)
    np.save("mask.npy", mask)
    np.save("cutout.npy", np.dstack([np.zeros_like(mask), mask]))
    succeed("blur", "a.png", "--mask", words, "--mask-invert", "-o", "b.png")
    turned = (reference.peak(dtype) - mask.astype(float)).astype(dtype)
    assert np.array_equal(load("b.png"), masked(Blur(5), pixels, turned))


@pytest.mark.parametrize(("extra", "words"), [(1, "1 extra channel"), (2, "2 extra channels")])
def test_a_mask_with_extra_channels(extra, words, monkeypatch):
    read = imgfilt.image.Image(np.zeros((*SHAPE, 1 + extra), np.uint8), extra=extra)
    monkeypatch.setattr("imgfilt.cli.option_files.read_frames", lambda *given, **more: iter([read]))
    save("a.png", *SHAPE, 3)
    line = f"--mask a.png: it has {words}; a mask is a grey picture"
    refused(line, "blur", "a.png", "--mask", "a.png", "-o", "b.png")


def test_a_sweep_has_it_in_every_cell():
    save("a.png", *SHAPE, 1)
    Image.fromarray(np.zeros(SHAPE, np.uint8)).save("none.png")
    words = "--columns", "1", "--no-original", "-o"
    succeed("blur", "a.png", "-s", "3,5", "--mask", "none.png", *words, "masked.png")
    succeed("blur", "a.png", "-s", "3,5", *words, "plain.png")
    assert not np.array_equal(load("masked.png"), load("plain.png"))
    succeed("blur", "a.png", "-s", "3,5", "--mask", "none.png", "-o", "{size}.png")
    for size in "35":
        assert np.array_equal(load(f"{size}.png"), load("a.png"))


@pytest.mark.parametrize("target", ["b.png", "{stem}_{size}.png"])
def test_pictures_of_another_size_fail_alone(target):
    Path("in").mkdir()
    Image.fromarray(levels()).save("mask.png")
    save("in/a.png", *SHAPE, 3)
    save("in/b.png", 9, 9, 3)
    result = invoke("blur", "in", "-s", "3", "--mask", "mask.png", "-o", "out/")
    line = "imgfilt: in/b.png: the mask is 8 x 7, the picture 9 x 9"
    assert line in result.stderr.splitlines()
    assert result.exit_code == 1
    assert set(files("out")) == {"a.png"}
    sizes = "3,5" if target == "b.png" else "3"
    refused(
        line.removeprefix("imgfilt: "),
        *("blur", "in/b.png", "-s", sizes, "--mask", "mask.png", "-o", target),
        code=1,
    )


def coloured():
    pixels = np.zeros((200, 8, 3), np.uint8)
    pixels[199, 7] = 3, 3, 4
    return pixels


@pytest.mark.parametrize(
    ("pixels", "mode", "found"),
    [
        (coloured(), "RGB", "it has colour"),
        (np.zeros((*SHAPE, 4), np.uint8), "CMYK", "it is CMYK"),
    ],
)
def test_what_is_no_mask(pixels, mode, found):
    save("a.png", *SHAPE, 3)
    Image.fromarray(pixels, mode).save("mask.tif")
    line = f"--mask mask.tif: {found}; a mask is a grey picture"
    refused(line, "blur", "a.png", "--mask", "mask.tif", "-o", "out/")


@pytest.mark.parametrize("level", [np.nan, -1e-6, 1.000001, np.inf])
def test_a_float_mask_outside_its_range(level):
    save("a.png", *SHAPE, 3)
    mask = np.zeros(SHAPE, np.float32)
    mask[6, 7] = level
    np.save("mask.npy", mask)
    line = "--mask mask.npy: it has levels outside 0..1; a mask is a grey picture"
    refused(line, "blur", "a.png", "--mask", "mask.npy", "-o", "b.png")


def test_a_mask_of_several_frames():
    save("a.png", *SHAPE, 3)
    pages = [Image.fromarray(levels(seed=seed)) for seed in range(2)]
    pages[0].save("mask.tif", save_all=True, append_images=pages[1:])
    line = "--mask mask.tif: it has 2 frames; a mask is a grey picture"
    refused(line, "blur", "a.png", "--mask", "mask.tif", "-o", "b.png")
