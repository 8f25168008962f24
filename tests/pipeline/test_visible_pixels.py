"""What is seen of a result: `--values`, its range and the count of what clips go by that alone."""

import numpy as np
import pytest

from imgfilt import Blur, Convolve, Gaussian, Median
from imgfilt.filters import FILTERS
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import VALUES, Options

from .. import reference
from ..cli_support import invoke, load, refused, save, succeed
from ..examples import DTYPES, example, picture, translucent

SHAPE = (7, 8)
TWICE = Convolve("2")
CHOICES = [(name, mode) for name in FILTERS for mode in VALUES if mode != "raw"]


def masked(filt, pixels, mask=None, alpha=False, **options):
    return run(filt, pixels, alpha, Options(engine="numpy", **options), mask=mask)


@pytest.mark.parametrize(("name", "mode"), CHOICES)
def test_a_colour_that_cannot_be_seen_stays(name, mode):
    """Whatever the filter and `--values` make of those that can."""
    dtype = DTYPES[CHOICES.index((name, mode)) % len(DTYPES)]
    pixels, case = translucent((*SHAPE, 4), dtype), example((name, 0))
    pixels[:4, :5, 3] = 0
    values = case.meaning(pixels, "reflect", alpha=True)
    wanted = reference.stored(reference.valued(values, pixels, mode, alpha=True), dtype)
    found = masked(case.filter, pixels, alpha=True, values=mode).pixels
    hidden = wanted[..., 3] == 0
    assert hidden.any()
    assert np.array_equal(found[hidden], pixels[hidden] * np.array([1, 1, 1, 0], dtype))
    assert np.abs(found.astype(float) - wanted).max() <= (2e-5 if found.dtype.kind == "f" else 0)


def test_raw_and_another_depth_keep_it():
    pixels = np.array([[[10, 255], [60, 255], [77, 0], [90, 0]]], np.uint8)
    for mode in ("raw", "abs", "offset", "stretch"):
        found = masked(Convolve("-1"), pixels, alpha=True, values=mode, depth="float").pixels
        scale = 1 if mode == "raw" else 255
        assert np.allclose(found[0, 2:, 0] * scale, [77, 90], rtol=1e-6, atol=0)
    found = masked(Convolve("-1"), pixels, alpha=True, values="offset", depth="16").pixels
    assert found[0, 2:].tolist() == [[77 * 257, 0], [90 * 257, 0]]


@pytest.mark.parametrize("dtype", DTYPES)
def test_stretch_goes_by_what_a_mask_takes(dtype):
    pixels, filt = picture((*SHAPE, 3), dtype), Blur(3)
    mask = np.zeros(SHAPE, np.uint8)
    mask[2:5, 3:6] = 255
    mask[1, 1] = 1
    values = reference.convolved(pixels, "reflect", weights=np.ones((3, 3), int), divisor=9)
    wanted = reference.valued(values, pixels, "stretch", shown=mask > 0)
    wanted = reference.stored(wanted, dtype)[mask == 255]
    found = masked(filt, pixels, mask, values="stretch").pixels
    off = np.abs(found[mask == 255].astype(float) - wanted).max()
    assert off <= (2e-5 if found.dtype.kind == "f" else 0)
    assert np.array_equal(found[mask == 0], pixels[mask == 0])


def test_a_blend_that_cannot_be_seen_has_no_say():
    """The mean has an alpha of 85 at the last pixel, and a 255th of that is stored as 0."""
    pixels = np.array([[[10, 255], [50, 255], [90, 255], [3, 0]]], np.uint8)
    mask = np.array([[255, 255, 255, 1]], np.uint8)
    given = {"weights": [[1, 1, 1]], "divisor": 3}
    values = reference.convolved(pixels, "zero", alpha=True, **given)
    assert values[0, 3].tolist() == [90, 85]
    wanted = reference.valued(values, pixels, "stretch", True, shown=[[True, True, True, False]])
    wanted = reference.stored(wanted, "uint8")[:, :3]
    found = masked(Convolve("1/3 1/3 1/3"), pixels, mask, True, values="stretch", border="zero")
    assert np.array_equal(found.pixels[:, :3], wanted)
    assert found.pixels[0, 3].tolist() == [3, 0]


@pytest.mark.parametrize("filt", [Gaussian(3), Median(3)], ids=repr)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_level_far_away_makes_nothing_flat(filt, dtype):
    """Missing elevations are -3.4e38: what no window of the region or the mask reaches."""
    pixels = np.random.default_rng(1).uniform(100, 900, (200, 30, 1)).astype(dtype)
    pixels[:60] = pixels[190:] = -3.4e38
    mask = np.zeros((200, 30), np.uint8)
    mask[70:180] = 255
    for given in ({"mask": mask}, {"region": ((0, 70, 30, 110),)}):
        for border in ("reflect", "wrap", "zero"):
            found = masked(filt, pixels, values="stretch", border=border, **given).pixels
            assert (found[70:180].min(), found[70:180].max()) == (0, 1)


def test_a_mask_that_takes_nothing():
    pixels = picture((*SHAPE, 3), "uint8")
    for values in ("stretch", "clip"):
        result = masked(TWICE, pixels, np.zeros(SHAPE, np.uint8), values=values)
        assert np.array_equal(result.pixels, pixels)
        assert result.clipped is None


def clipping(result):
    return result.clipping.count, result.clipping.total


def test_what_clips_is_counted_of_all_that_is_seen():
    pixels = np.array([[[100, 255], [200, 255], [200, 255], [250, 0]]], np.uint8)
    mask = np.array([[255, 255, 0, 255]], np.uint8)
    assert clipping(masked(TWICE, pixels, mask, True)) == (1, 3)
    assert clipping(masked(TWICE, pixels, None, True, region=((0, 0, 2, 1),))) == (1, 3)
    assert clipping(masked(TWICE, pixels[..., :1], mask)) == (2, 4)
    mask[0, 1] = 100  # 200 and 400, blended
    assert clipping(masked(TWICE, pixels, mask, True)) == (1, 3)
    mask[0, 1] = 50
    assert clipping(masked(TWICE, pixels, mask, True)) == (0, 3)


@pytest.mark.parametrize("given", [{"region": ((0, 0, 2, 1),)}, {"mask": [[255, 255, 0, 0]]}])
def test_what_a_filter_leaves_alone_may_clip_too(given):
    """Floats above 1 have no level of 8 bits."""
    pixels = np.array([[[0.5], [0.5], [2.0], [1.0]]], np.float32)
    if "mask" in given:
        given = {"mask": np.array(given["mask"], np.uint8)}
    found = masked(Blur(1), pixels, depth="8", **given)
    assert clipping(found) == (1, 4)
    assert (found.clipping.least, found.clipping.greatest) == (128, 510)


def test_strict_goes_by_what_is_shown(in_folder):
    save("a.png", *SHAPE, 3)
    np.save("none.npy", np.zeros(SHAPE, np.uint8))
    np.save("all.npy", np.full(SHAPE, 255, np.uint8))
    words = "convolve", "a.png", "--kernel", "2", "--strict", "-o", "b.png", "--mask"
    succeed(*words, "none.npy")
    assert np.array_equal(load("b.png"), load("a.png"))
    refused("a.png: ...", *words, "all.npy", code=1)
    loose = [word for word in words if word != "--strict"]
    assert "fell outside" in invoke(*loose, "all.npy").stderr
