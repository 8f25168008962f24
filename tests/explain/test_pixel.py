"""`--at`: a pixel's window, what the filter does with it, and the level that the run stores."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Bilateral, Blur, Convolve, Edges, Gaussian, Kernel, Median, NLMeans
from imgfilt.border import BORDERS
from imgfilt.errors import EngineError, ImageError
from imgfilt.explain import trace_pixels
from imgfilt.explain.format_pixel import format_pixel
from imgfilt.filters import FILTERS
from imgfilt.image import Image, write_frames
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options

from ..cli_support import SAMPLES, files, invoke, refused, save, succeed
from ..examples import CASES, example, filling, picture, translucent
from ..pictures import book

pytestmark = pytest.mark.usefixtures("in_folder")

LECTURE = ["convolve", SAMPLES / "lecture-7x7.txt", "--kernel", SAMPLES / "lecture-kernel.txt"]
STORED = re.compile(r"^  stored: (\S+)", re.MULTILINE)


def shown(filt, pixels, place, alpha=False, extra=0, **options):
    """Return the lines that are printed for a pixel."""
    pixels = np.atleast_3d(pixels)
    (trace,) = trace_pixels(filt, pixels, alpha, Options(**options), place, extra=extra)
    return format_pixel(trace)


def squeezed(lines):
    """Return lines with one blank between words."""
    return [" ".join(line.split()) for line in lines]


def test_at_prints_the_lectures_example():
    assert succeed(*LECTURE, "--at", "1,2").stdout.splitlines()[1:] == [
        "<5>: the pixel",
        "grey",
        "  window        flipped kernel   products",
        "   1   1   1    1 0 1            1·1 1·0 1·1",
        "   0  <1>  1    0 1 0            0·0 1·1 1·0",
        "   0   0   1    1 0 1            0·1 0·0 1·1",
        "  sum: 1 + 0 + 1 + 0 + 1 + 0 + 0 + 0 + 1 = 4",
        "  stored: 4",
    ]


def test_steps_give_the_lectures_table():
    table = [*"1434112433123411331133110"]
    printed = succeed(*LECTURE, "--border", "valid", "--at", "0,0", "--steps", "99").stdout
    assert STORED.findall(printed) == table
    assert re.findall(r" = (\d)$", printed, re.MULTILINE) == table
    places = [tuple(map(int, place)) for place in re.findall(r"row (\d), column (\d)", printed)]
    assert places == [*np.ndindex(5, 5)]
    some = succeed(*LECTURE, "--border", "valid", "--at", "0,3", "--steps", "2").stdout
    assert STORED.findall(some) == table[3:6]


@pytest.mark.parametrize("seed", range(0, 200, 20))
def test_the_last_number_is_the_pixel_that_the_filter_writes(seed):
    """And the number before it, not rounded yet, is the definition's."""
    for number in range(seed, seed + 20):
        chance = np.random.default_rng(number)
        case = CASES[number % len(CASES)]
        filt = example(case).filter
        dtype = str(chance.choice(["uint8", "uint16", "float32"]))
        border = str(chance.choice(filt.borders))
        engine = str(chance.choice(["numpy", "opencv", "auto"]))
        depth = [None, None, None, "8", "16", "float"][chance.integers(6)]
        channels = int(chance.integers(1, 5))
        alpha = channels in (2, 4)
        pixels = (translucent if alpha else picture)((13, 15, channels), dtype, number)
        fill = filling(channels, dtype)
        options = Options(engine, border, fill, depth=depth)
        try:
            result = run(filt, pixels, alpha, options).pixels
        except EngineError:
            options = Options("auto", border, fill, depth=depth)
            result = run(filt, pixels, alpha, options).pixels
        row, column = (int(chance.integers(side)) for side in result.shape[:2])
        (trace,) = trace_pixels(filt, pixels, alpha, options, (row, column))
        stored = STORED.findall("\n".join(format_pixel(trace)))
        assert np.array(stored, float).astype(result.dtype).tolist() == result[row, column].tolist()
        values = example(case).meaning(
            pixels,
            border=border,
            fill=fill if border == "constant" else 0,
            alpha=alpha,
            depth=result.dtype,
        )
        sections = [section for section in trace.sections if section.stored is not None]
        for section, value in zip(sections, values[row, column], strict=True):
            steps = [after for words, after in section.conversions if not words.startswith("depth")]
            found = steps[-1] if steps else section.part.value
            assert float(found) == pytest.approx(float(value), rel=1e-6, abs=1e-6)


def test_what_is_decided_for_the_picture_is_in_the_numbers():
    """A strength measured in it, and an approximation; the stored level is that of the run."""
    pixels = book((90, 120, 1), "uint8")
    lines = shown(NLMeans("auto", patch=3, search=5), pixels, (40, 50))
    (strength,) = re.findall(
        r"strength ([\d.]+)", run(NLMeans("auto"), pixels, False, Options()).notes[0]
    )
    (square,) = re.findall(r"h²: ([\d.]+)", "\n".join(lines))
    assert float(square) == pytest.approx(float(strength) ** 2, rel=0.01)
    fast = Bilateral(25, 20, 9, fast=True)
    result = run(fast, pixels, False, Options()).pixels
    exact = run(Bilateral(25, 20, 9), pixels, False, Options()).pixels
    row, column, _ = np.argwhere(result != exact)[0]
    end = shown(fast, pixels, (row, column))[-1]
    assert STORED.findall(end) == [str(result[row, column, 0])]
    (computed,) = re.findall(r"\(--fast approximates, and computes ([\d.]+)\)$", end)
    assert round(float(computed)) == result[row, column, 0]


def test_cells_beyond_the_edge_are_in_brackets():
    pixels = picture((4, 5, 1), "uint8")
    for border in set(BORDERS) - {"valid", "full"}:
        for row, column in np.ndindex(4, 5):
            filt = Convolve(Kernel(np.ones((3, 4), int)))
            lines = shown(filt, pixels, (row, column), border=border)
            cells = [
                cell
                for line in lines[3:6]
                for cell in re.findall(r"(\[?)<?(\d+)[>\]]? +", line)[:4]
            ]
            beyond = 0
            for (down, across), at in zip(np.ndindex(3, 4), cells, strict=True):
                where = row + down - filt.reach.top, column + across - filt.reach.left
                inside = 0 <= where[0] < 4 and 0 <= where[1] < 5
                assert (at[0] == "") == inside
                assert not inside or int(at[1]) == pixels[where][0]
                beyond += not inside
            assert ("beyond the edge" in lines[0]) == (beyond > 0)


def test_the_pixel_is_marked_at_the_origin():
    pixels = np.arange(1, 10, dtype=np.uint8).reshape(3, 3)
    lines = shown(Convolve("1 2 3", origin=(0, 0)), pixels, (1, 2))
    assert squeezed(lines)[3] == "4 5 <6> 3 2 1 4·3 5·2 6·1"
    # Where the picture grows, the pixel itself may lie beyond the edge.
    assert "<[0]>" in "".join(shown(Convolve("1 2 3"), pixels, (0, 0), border="full"))


def test_median_in_numbers():
    pixels = np.array([[0, 1, 2], [3, 99, 0], [6, 5, 4]], np.uint8)
    assert squeezed(shown(Median(3), pixels, (1, 1)))[2:] == [
        *("window", "0 1 2", "3 <99> 0", "6 5 4"),
        "in order: 0 0 1 2 <3> 4 5 6 99",
        "stored: 3",
    ]


def test_median_leaves_transparent_pixels_out():
    pixels = np.array([[[10, 0], [20, 255], [30, 9]]], np.uint8)
    assert squeezed(shown(Median((3, 1)), pixels, (0, 1), alpha=True)) == [
        "<5>: the pixel, -: not used",
        *("grey", "window", "- <20> 30", "in order: <20> 30", "stored: 20"),
        *("alpha", "window", "0 <255> 9", "in order: 0 <9> 255", "stored: 9"),
    ]


def test_bilateral_in_numbers():
    """exp(-1/2) is 0.60653; differences of 10 and 20 weigh exp(-1/2) and exp(-2) = 0.13534."""
    pixels = np.array([[0, 110, 0], [100, 100, 120], [0, 90, 0]], np.uint8)
    filt = Bilateral(3, sigma_color=10, sigma_space=1)
    assert squeezed(shown(filt, pixels, (1, 1), engine="numpy")) == [
        "<5>: the pixel, -: not used",
        "all channels",
        "weight by distance difference from the pixel weight by difference weight, the product",
        "- 0.6065 - - 10 - - 0.6065 - - 0.3679 -",
        "0.6065 1 0.6065 0 0 20 1 1 0.1353 0.6065 1 0.08208",
        "- 0.6065 - - 10 - - 0.6065 - - 0.3679 -",
        *("grey", "window", "- 110 -", "100 <100> 120", "- 90 -"),
        # 110 / e, 100 exp(-1/2), 100, 120 exp(-5/2), 90 / e; and the weights alone
        "sum of weight·level: 40.47 + 60.65 + 100 + 9.85 + 33.11 ≈ 244.079154",
        "sum of the weights: 0.3679 + 0.6065 + 1 + 0.08208 + 0.3679 ≈ 2.424374541",
        "their quotient: 100.6771643",
        "stored: 101 (rounded)",
    ]


def test_nlmeans_in_numbers():
    """Patches of one pixel: D is 100 and 400, the weights are exp(-1) and exp(-4)."""
    pixels = np.array([[60, 70, 90]], np.uint8)
    filt = NLMeans(10, patch=1, search=3)
    lines = shown(filt, pixels, (0, 1), border="zero", engine="numpy")
    assert squeezed(lines) == [
        "<5>: the pixel, [5]: beyond the edge",
        "all channels",
        "D, mean squared difference weight exp(-D/h²), 0 below 0.001",
        *("4900 4900 4900 0 0 0", "100 0 400 0.3679 1 0.01832", "4900 4900 4900 0 0 0"),
        "h²: 100",
        *("grey", "window", "[0] [0] [0]", "60 <70> 90", "[0] [0] [0]"),
        # 60 / e, 70, 90 exp(-4); and the weights alone
        "sum of weight·level: 0 + 0 + 0 + 22.07 + 70 + 1.648 + 0 + 0 + 0 ≈ 93.72117397",
        "sum of the weights: 0 + 0 + 0 + 0.3679 + 1 + 0.01832 + 0 + 0 + 0 ≈ 1.38619508",
        "their quotient: 67.61037845",
        "stored: 68 (rounded)",
    ]


def test_nlmeans_compares_whole_patches():
    """The patch of 3 x 3 to the right of the pixel differs in one column by 90: D is 9 · 900."""
    pixels = np.tile(np.array([10, 10, 10, 100], np.uint8), (3, 1))
    lines = shown(NLMeans(50, patch=3, search=3), pixels, (1, 1), border="replicate")
    assert [line.split()[:3] for line in lines[3:6]] == [["0", "0", "2700"]] * 3


def test_edges_in_numbers():
    pixels = np.array([[10, 20, 30], [10, 20, 30], [10, 20, 70]], np.uint8)
    assert squeezed(shown(Edges(), pixels, (1, 1))) == [
        "<5>: the pixel",
        "grey",
        "window weights across weights down",
        *("10 20 30 -1 0 1 -1 -2 -1", "10 <20> 30 -2 0 2 0 0 0", "10 20 70 -1 0 1 1 2 1"),
        "x: -10 + 0 + 30 - 20 + 0 + 60 - 10 + 0 + 70 = 120",
        "y: -10 - 40 - 30 + 0 + 0 + 0 + 10 + 40 + 70 = 40",
        "√(x² + y²): 126.4911064",
        "divided by 4: 31.6227766",
        "stored: 32 (rounded)",
    ]


def test_edges_of_luma_share_one_magnitude():
    pixels = np.zeros((1, 3, 3), np.uint8)
    pixels[0, 2] = 10, 20, 30  # luma 299 · 10 + 587 · 20 + 114 · 30 = 18150 thousandths
    lines = shown(Edges("central", "luma"), pixels, (0, 1))
    assert squeezed(lines)[1:5] == [
        *("all channels", "1000·luma weights across weights down"),
        *("[0] [0] [18150] 0 0 0 0 -1 0", "0 <0> 18150 -1 0 1 0 0 0"),
    ]
    assert "  √(x² + y²): 18150" in lines
    assert lines[-9:] == [
        line
        for name in ("red", "green", "blue")
        for line in (name, "  magnitude of luma: 363/20 = 18.15", "  stored: 18 (rounded)")
    ]


def test_results_are_exact_and_decimal():
    pixels = np.array([[1, 2, 4]], np.uint8)
    assert shown(Convolve("1/2"), pixels, (0, 0))[-3:] == [
        "  sum: 1",
        "  divided by 2: 1/2 = 0.5",
        "  stored: 0 (rounded)",
    ]
    assert shown(Blur((3, 1)), pixels, (0, 1))[-2] == "  divided by 3: 7/3 ≈ 2.333333333"
    assert shown(Gaussian(3), pixels, (0, 1), border="zero")[-4:] == [
        "  [0] [0] [0]   1 2 1            0·1 0·2 0·1",
        "  sum: 0 + 0 + 0 + 2 + 8 + 8 + 0 + 0 + 0 = 18",
        "  divided by 16: 9/8 = 1.125",
        "  stored: 1 (rounded)",
    ]


def test_stored_line_names_rounding_and_clipping():
    pixels = np.array([[1, 2, 4]], np.uint8)

    def end(kernel, place, pixels=pixels, **options):
        return shown(Convolve(kernel), pixels, place, **options)[-2:]

    assert end("-100", (0, 1)) == ["  sum: -200", "  stored: 0 (clipped)"]
    assert end("-5/2", (0, 0))[-1] == "  stored: 0 (rounded -2, clipped)"
    assert end("100", (0, 2))[-1] == "  stored: 255 (clipped)"
    assert end("7", (0, 2))[-1] == "  stored: 28"
    assert end("-3", (0, 2), values="offset") == [
        "  values offset, plus 128: 116",
        "  stored: 116",
    ]
    assert end("3", (0, 2), values="offset", depth="float") == [
        "  depth float, scaled to 0..1, values offset, plus 0.5: 0.5470588235",  # 12/255 + 0.5
        "  stored: 0.5470588 (32-bit float)",
    ]
    assert end("7/2", (0, 0), values="abs", depth="16") == [
        "  values abs, depth 16, scaled to 0..65535: 899.5",
        "  stored: 900 (rounded)",
    ]
    assert end("1/3", (0, 2), depth="8")[-1] == "  stored: 1 (rounded)"
    assert end("1", (0, 2))[-1] == "  stored: 4 (kept, as the filter changes nothing)"
    region = ((1, 0, 2, 1),)
    assert end("100", (0, 2), region=region)[-1] == "  stored: 255 (clipped)"
    assert end("100", (0, 0), region=region) == [
        "grey",
        "  stored: 1 (kept, as it is outside the region)",
    ]
    assert end("-3", (0, 2), pixels.astype(np.float32))[-1] == "  stored: -12"
    # The range of the whole result, -4 to -1, becomes 0 to 255: -2 is 2/3 of the way.
    assert end("-1", (0, 1), values="stretch") == [
        "  values stretch, -4 to -1 become 0 to 255: 170",
        "  stored: 170",
    ]
    assert end("1 1", (0, 1), pixels * 0 + 9, values="stretch", depth="16") == [
        "  values stretch, the values of the picture are equal, depth 16: 0",
        "  stored: 0",
    ]


def test_an_engine_with_another_value_is_named(monkeypatch):
    pixels, exact = picture((5, 5, 1), "uint8"), Median.opencv
    monkeypatch.setattr(Median, "opencv", lambda *block: exact(*block) + np.uint8(1))
    middle = int(np.sort(pixels[1:4, 1:4], axis=None)[4])
    line = f"  stored: {middle + 1} (opencv computes {middle + 1})"
    assert shown(Median(3), pixels, (2, 2), engine="opencv")[-1] == line
    assert shown(Median(3), pixels, (2, 2), engine="numpy")[-1] == f"  stored: {middle}"


def test_floats_nan_and_infinity():
    pixels = np.array([[0.25, np.nan, np.inf]])
    lines = shown(Convolve("1 2 4"), pixels, (0, 1), border="zero")
    assert squeezed(lines)[3] == "0.25 <nan> inf 4 2 1 0.25·4 nan·2 inf·1"
    assert lines[-1] == "  stored: nan"
    assert shown(Convolve("1/2"), pixels, (0, 0))[-1] == "  stored: 0.125"
    lines = shown(Convolve("1 2"), np.array([[0.3, 0.1]], np.float32), (0, 0), border="zero")
    assert lines[-2:] == [
        "  sum: 0.6 + 0.1 ≈ 0.7000000253",
        "  stored: 0.70000005 (32-bit float)",
    ]
    lines = shown(Convolve("1 2"), np.array([[0.5, 0.25]]), (0, 0), border="zero")
    assert lines[-2:] == ["  sum: 1 + 0.25 = 1.25", "  stored: 1.25"]
    for filt in (Median(3), Bilateral(3), NLMeans(patch=1, search=3), Edges()):
        assert shown(filt, pixels, (0, 1))[-1] == "  stored: nan"
    assert shown(Convolve("2"), pixels, (0, 1), depth="8")[-1] == "  stored: 0 (0 for NaN)"


def test_levels_are_shown_as_the_filter_sees_them():
    names = ("red", "green", "blue")
    pixels = translucent((6, 7, 4), "uint16")

    def titles(filt, pixels=pixels, alpha=True, **options):
        lines = shown(filt, pixels, (3, 3), alpha, **options)
        return [line for line in lines[1:] if not line.startswith(" ")]

    assert titles(Convolve("1 2 1")) == [*(f"{name} (times alpha)" for name in names), "alpha"]
    assert titles(Median(3)) == [*names, "alpha"]
    levels = "(in 8-bit levels, times alpha 0 to 1)"
    assert titles(NLMeans(patch=1, search=3)) == [
        *(f"{name} {levels}" for name in ("all channels", *names)),
        "alpha (in 8-bit levels)",
    ]
    opaque = np.full((6, 7, 4), 255, np.uint8)
    assert titles(Blur(3), opaque) == [*names]
    light = "(in linear light)"
    assert titles(Blur(3), opaque[..., :3], False, linear=True) == [f"{n} {light}" for n in names]
    cmyk = [*("cyan", "magenta", "yellow", "black")]
    assert titles(Blur(3), opaque, False) == cmyk
    assert titles(Blur(3), opaque[..., [0] * 6], False, extra=3) == [
        *names,
        *(f"extra channel {number}" for number in (1, 2, 3)),
    ]


def test_an_extra_channel_is_filtered_as_a_grey_picture():
    pixels = picture((6, 7, 5), "uint8")
    lines = shown(Edges(), pixels, (3, 3), alpha=True, extra=1)
    alone = shown(Edges(), pixels[..., 3:4], (3, 3))
    assert lines[lines.index("extra channel 1") + 1 :] == alone[2:]


def test_conversions_back_are_said_with_their_result():
    pixels = np.full((3, 4, 2), 200, np.uint8)
    pixels[:, :2, 1], pixels[:, 0, 0] = 0, 7

    def ends(kernel, place, **options):
        lines = shown(Convolve(kernel), pixels, place, alpha=True, **options)
        middle = lines.index("alpha")
        return lines[middle - 2 : middle] + lines[-2:]

    assert ends("average:3", (1, 2)) == [
        "  divided by alpha 133.3333333: 200",
        "  stored: 200",
        "  divided by 9: 400/3 ≈ 133.3333333",
        "  stored: 133 (rounded)",
    ]
    assert ends("2 2", (1, 2))[2:] == [
        "  divided by 4, the sum of the weights: 200",
        "  stored: 200",
    ]
    assert ends("1 1 1", (1, 0), border="zero")[:2] == [
        "  transparent, so the colour is kept: 7",
        "  stored: 7",
    ]
    assert ends("sobel-x", (1, 1), values="offset") == [
        "  transparent, so the colour is kept: 200",
        "  stored: 200",
        "  kept, as the weights sum to 0: 0",
        "  stored: 0",
    ]
    assert ends("sobel-x", (1, 2))[0] == "  divided by the pixel's alpha 200: 800"
    half = np.full((1, 1, 2), 0.5)
    line = "  divided by alpha 127.5/255, scaled to 0..1: 0.5"
    assert line in shown(NLMeans(patch=1, search=3), half, (0, 0), alpha=True)
    assert shown(Blur(3), np.full((1, 1), 188, np.uint8), (0, 0), linear=True)[-2:] == [
        "  out of linear light: 188",
        "  stored: 188",
    ]
    grey = np.full((1, 1), 257 * 8, np.uint16)
    assert shown(NLMeans(), grey, (0, 0))[-3:] == [
        "  their quotient: 8",
        "  scaled to 0..65535: 2056",
        "  stored: 2056",
    ]


@pytest.mark.parametrize(
    "filt", [Blur((3, 2)), Median(3), Bilateral(3, 90, 1), NLMeans(60, 3, 3)], ids=str
)
def test_missing_pixels(filt):
    """The number before the stored one comes from the same computation, alpha's too."""
    for alpha in (False, True):
        pixels = translucent((5, 6, 2), "float32")
        pixels[:3, 1:4, : 2 - alpha] = -9999
        options = Options(nodata=-9999, engine="numpy")
        stored = run(filt, pixels, alpha, options).pixels
        for trace in trace_pixels(filt, pixels, alpha, options, (0, 0), 99):
            for index, section in enumerate(trace.sections[-2:]):
                level = stored[trace.row, trace.column, index]
                value = section.conversions[-1][1] if section.conversions else section.part.value
                assert section.stored == level
                assert value == pytest.approx(level, rel=1e-5)
                assert "computes" not in section.note


def test_what_becomes_of_missing_pixels_is_said():
    pixels = np.array([[[2.0], [-1], [5]]])
    assert squeezed(shown(Blur((3, 1)), pixels, (0, 0), nodata=-1, border="zero"))[1:] == [
        *("grey (missing pixels are 0)", "window flipped kernel products"),
        *("[0] <2> 0 1 1 1 0·1 2·1 0·1", "sum: 0 + 2 + 0 = 2", "divided by 3: 2/3 ≈ 0.6666666667"),
        "divided by 0.6666666667, the weights' share of pixels that are there: 1",
        "stored: 1",
    ]
    pixels = np.array([[[20, 40], [-1, 200], [60, 80]]], np.float64) / 200
    pixels[0, 1, 0] = -1
    lines = squeezed(shown(Blur((3, 1)), pixels, (0, 1), alpha=True, nodata=-1))
    there = "divided by 0.6666666667, the weights' share of pixels that are there"
    # (0.1 * 0.2 + 0.3 * 0.4) / (0.2 + 0.4)
    assert f"{there}, divided by alpha 0.3: 0.2333333333" in lines
    assert lines[-2:] == [f"{there}: 0.3", f"stored: {lines[-1].split()[1]}"]
    gone = squeezed(shown(Median(1), np.full((1, 1), 7.0), (0, 0), nodata=7))
    assert gone[-1].startswith("stored: 7")
    gone = squeezed(shown(Median(3), np.full((1, 1), 7.0), (0, 0), nodata=7))
    assert "missing, as no pixel with a weight is there: 7" in gone


def test_a_long_sum_shows_terms_of_cells_that_are_shown():
    pixels = picture((30, 30, 1), "uint8")
    products = [f"{pixels[15, column, 0]}" for column in range(11, 19)]
    shown_terms = " + ".join(products)
    for kernel, before in (("average:13", 6 * 13 + 2), ("average:29", 14 * 29 + 10)):
        lines = shown(Convolve(kernel), pixels, (15, 15), border="wrap")
        (line,) = (line for line in lines if line.startswith("  sum"))
        size = int(kernel[8:])
        after = size * size - before - 8
        assert line.startswith(f"  sum: ({before} before) + {shown_terms} + ({after} more) = ")
    lines = shown(Convolve(Kernel(np.ones((1, 30), int), (0, 29))), pixels, (15, 10), border="wrap")
    row = " + ".join(map(str, pixels[15, 10:18, 0]))
    assert lines[-2].startswith(f"  sum: {row} + (22 more) = ")
    lines = shown(Blur((1, 99)), pixels[:, 3:4], (15, 0), border="wrap")
    column = " + ".join(map(str, pixels[11:19, 3, 0]))
    assert lines[-3].startswith(f"  sum: (45 before) + {column} + (46 more) = ")
    # Of a disc, cells are left out. Each row of the disc of diameter 11 is as wide as its partner.
    lines = shown(Bilateral(11, 1e6, 1e6), pixels, (15, 15))
    (line,) = (line for line in lines if "weight·level" in line)
    disc = Bilateral(11).window()
    half = (int(disc.sum()) - 1) // 2 - 4
    assert line.startswith(f"  sum of weight·level: ({half} before) + {shown_terms} + ({half + 1}")


def test_a_terminating_decimal_is_exact():
    pixels = np.full((1, 1), 227, np.uint8)
    lines = shown(Convolve("64902523/8"), pixels, (0, 0))
    assert lines[-2] == "  divided by 8: 14732872721/8 = 1841609090.125"


def test_large_windows_are_cut():
    pixels = picture((60, 60, 1), "uint8")
    lines = shown(Gaussian(45), pixels, (30, 30))
    assert all(len(line) <= 160 for line in lines)
    assert "  shown: the 9 x 9 cells around the pixel, of 45 x 45" in lines
    window = [re.findall(r"\d+", line.partition("   0.")[0]) for line in lines[3:12]]
    assert np.array(window, int).tolist() == pixels[26:35, 26:35, 0].tolist()
    assert re.fullmatch(r"  sum: \(1008 before\) .* \+ \(1009 more\) ≈ [\d.]+", lines[-2])
    lines = shown(Convolve(Kernel(np.ones((1, 30), int), (0, 29))), pixels, (30, 10))
    assert "  shown: the 1 x 9 cells around the pixel, of 1 x 30" in lines
    assert lines[3].split()[0] == f"<{pixels[30, 10, 0]}>"
    ordered = shown(Median(25), pixels, (30, 30))[-2]
    assert ordered.endswith(" (the middle 25 of 625)")
    assert re.search(r"order:( \d+){12} <(\d+)>( \d+){12} ", ordered)
    # Whole numbers of a 5 x 5 kernel still fit.
    assert shown(Blur(5), pixels, (30, 30))[-3].count(" + ") == 24


def test_windows_too_large_to_print():
    pixels = np.zeros((9, 9, 1), np.uint8)
    with pytest.raises(ImageError, match="window has 1001 x 1001 pixels; wanted 1000000 at most"):
        shown(Blur(1001), pixels, (0, 0))
    assert shown(Blur((1001, 1)), pixels, (0, 0))[-1] == "  stored: 0"


def test_weights_of_a_kernel_are_exact():
    kernel = Kernel([[Fraction(1, 9), Fraction(2, 3)], [Fraction(1, 6), 0]])
    lines = shown(Convolve(kernel, correlate=True), np.full((3, 3), 18, np.uint8), (1, 1))
    assert lines[2].split() == ["window", "kernel", "products"]
    assert [line.split()[2:4] for line in lines[3:5]] == [["2", "12"], ["3", "0"]]
    assert lines[-2] == "  divided by 18: 17"


def test_every_filter_has_it_and_writes_nothing():
    save("a.png", 6, 7, 3)
    before = files()
    for name in FILTERS:
        kernel = ["-k", "sobel-x"] if name == "convolve" else []
        printed = succeed(name, "a.png", *kernel, "--at", "2,3").stdout
        assert printed.startswith("a.png: ")
        assert ", row 2, column 3\n<5>: the pixel" in printed
        assert len(STORED.findall(printed)) == 3
    assert files() == before


def test_at_with_several_inputs_and_values():
    save("a.png", 6, 7, 1)
    save("b.png", 6, 7, 1)
    printed = succeed("convolve", "a.png", "b.png", "-k", "average", "-s", "1,3", "--at", "0,0")
    heads = [line for line in printed.stdout.splitlines() if ", row 0, column 0" in line]
    assert [head.partition(" Av")[0] for head in heads] == [
        *("a.png: 1 x 1", "a.png: 3 x 3", "b.png: 1 x 1", "b.png: 3 x 3")
    ]


@pytest.mark.parametrize("suffix", ["gif", "tif", "webp", "png"])
def test_the_frame_is_named(suffix):
    frames = [Image(np.full((3, 3, 1), level, np.uint8), frames=3) for level in (10, 20, 30)]
    write_frames(f"a.{suffix}", frames)
    for options, frame in (([], 0), (["--frame", "2"], 2)):
        printed = succeed("median", "-s", "3", f"a.{suffix}", "--at", "1,2", *options).stdout
        head = f"a.{suffix}: 3 x 3 Median, frame {frame}, row 1, column 2"
        assert printed.splitlines()[0] == head
        level = int(STORED.findall(printed)[0])
        assert abs(level - 10 * (frame + 1)) <= 1  # WebP converts colours


def test_a_grid_of_numbers_is_not_rounded():
    """The stored numbers are those that the command prints without --at."""
    Path("g.txt").write_text("1 2 3\n4 5 6.5\n7 8 300\n")
    for filt in (["blur", "-s", "3"], ["convolve", "-k", "x-derivative"], ["median"], ["edges"]):
        table = succeed(*filt, "g.txt").stdout.split()
        assert (
            STORED.findall(succeed(*filt, "g.txt", "--at", "0,0", "--steps", "8").stdout) == table
        )
    lines = succeed("blur", "-s", "3", "g.txt", "--at", "0,0").stdout.splitlines()
    # The mean of 5 4 5 2 1 2 5 4 5.
    assert lines[-2:] == ["  divided by 9: 11/3 ≈ 3.666666667", "  stored: 3.6666666666666665"]
    lines = succeed("blur", "-s", "3", "g.txt", "--at", "0,0", "--depth", "8").stdout.splitlines()
    assert lines[-1] == "  stored: 4 (rounded)"


def test_at_refuses_wrong_places_and_inputs():
    save("a.png", 6, 7, 1)
    Path("bad.png").write_text("no")
    refused("--at: '1' is not ROW,COL: 2 whole numbers", "median", "a.png", "--at", "1")
    line = "a.png: --at 6,0: the result has 7 x 6 pixels, rows 0 to 5 and columns 0 to 6"
    refused(line, "median", "a.png", "--at", "6,0", code=1)
    line = "a.png: --at 2,0: the result has 3 x 2 pixels, rows 0 to 1 and columns 0 to 2"
    refused(line, "median", "a.png", "--at", "2,0", "--border", "valid", code=1)
    refused("bad.png: ...", "median", "bad.png", "--at", "0,0", code=1)
    assert "INPUT" in invoke("median", "--at", "0,0").stderr
