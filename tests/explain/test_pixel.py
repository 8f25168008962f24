"""`--at`: the window of one pixel, the kernel, the products, their sum and the stored level."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import imgfilt
from imgfilt import Convolve, Kernel
from imgfilt.border import BORDERS, output_shape
from imgfilt.explain import trace_pixel
from imgfilt.explain.format_pixel import format_pixel
from imgfilt.pipeline.options import Options

from .. import reference
from ..cli_support import SAMPLES, files, invoke, refused, save, succeed
from ..examples import filling, picture, translucent

pytestmark = pytest.mark.usefixtures("in_folder")

LECTURE = ["convolve", SAMPLES / "lecture-7x7.txt", "--kernel", SAMPLES / "lecture-kernel.txt"]


def test_at_prints_the_lectures_example():
    assert succeed(*LECTURE, "--at", "1,2").stdout.splitlines()[1:] == [
        "grey",
        "  window   flipped kernel   products",
        "  1 1 1    1 0 1            1 0 1",
        "  0 1 1    0 1 0            0 1 0",
        "  0 0 1    1 0 1            0 0 1",
        "  sum     1 + 0 + 1 + 0 + 1 + 0 + 0 + 0 + 1 = 4",
        "  stored  4",
    ]


def test_at_gives_each_value_of_the_lectures_table():
    table = [[1, 4, 3, 4, 1], [1, 2, 4, 3, 3], [1, 2, 3, 4, 1], [1, 3, 3, 1, 1], [3, 3, 1, 1, 0]]
    for (row, column), value in np.ndenumerate(table):
        printed = succeed(*LECTURE, "--border", "valid", "--at", f"{row},{column}").stdout
        assert printed.endswith(f" = {value}\n  stored  {value}\n")


KERNELS = {
    "flip": Kernel([[1, 2, 0], [3, -4, 5]]),
    "corner": Kernel([[1, 2, 7], [3, -4, 5]], (0, 0)),
    "fractions": Kernel([[Fraction(1, 9), Fraction(2, 3)], [Fraction(1, 6), 0]]),
    "floats": Kernel(np.random.default_rng(0).normal(size=(3, 4))),
    "large": Kernel(np.arange(63).reshape(9, 7), (8, 1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("correlate", [False, True])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", KERNELS)
def test_traced_sum_equals_the_definition(name, border, correlate):
    kernel = KERNELS[name]
    filt = Convolve(kernel, correlate=correlate)
    for shape in ((5, 6, 3), (12, 11, 1)):
        pixels = picture(shape, "uint8")
        if not all(output_shape(border, *shape[:2], filt.reach)):
            continue
        fill = filling(shape[2], "uint8")
        options = Options("numpy", border, fill)
        values = reference.convolved(
            pixels,
            border=border,
            fill=fill if border == "constant" else [0] * shape[2],
            weights=kernel.weights,
            origin=kernel.origin,
            correlate=correlate,
        )
        stored = imgfilt.apply(filt, pixels, "numpy", border, fill, values="clip")
        for row, column in ((0, 0), (values.shape[0] - 1, 0), (values.shape[0] // 2, 2)):
            if column >= values.shape[1]:
                continue
            found = trace_pixel(filt, pixels, False, options, (row, column))
            assert len(found) == shape[2]
            for channel, pixel in enumerate(found):
                total = sum(sum(line) for line in pixel.products) / pixel.divisor
                assert float(total) == pytest.approx(values[row, column, channel], abs=1e-9)
                assert pixel.stored == stored[row, column, channel]
                laid = kernel.fractions if correlate else kernel.flipped().fractions
                assert pixel.weights == [[w * pixel.divisor for w in line] for line in laid]


def test_levels_made_by_the_border_are_in_brackets():
    pixels = picture((4, 5, 1), "uint8")
    for border in set(BORDERS) - {"valid", "full"}:
        for row, column in np.ndindex(4, 5):
            filt = Convolve(Kernel(np.ones((3, 4), int)))
            (pixel,) = trace_pixel(filt, pixels, False, Options(border=border), (row, column))
            for (down, across), beyond in np.ndenumerate(pixel.beyond):
                at = row + down - filt.reach.top, column + across - filt.reach.left
                inside = 0 <= at[0] < 4 and 0 <= at[1] < 5
                assert beyond == (not inside)
                assert beyond or pixel.window[down, across] == pixels[at][0]
            text = "\n".join(format_pixel(pixel))
            assert len(re.findall(r"\[\d+\]", text)) == pixel.beyond.sum()
            assert ("in brackets" in text) == pixel.beyond.any()


def shown(kernel, pixels, place, alpha=False, **options):
    found = trace_pixel(Convolve(kernel), np.atleast_3d(pixels), alpha, Options(**options), place)
    return [format_pixel(pixel) for pixel in found]


def test_stored_line_names_rounding_and_clipping():
    pixels = np.array([[1, 2, 4]], np.uint8)
    assert shown("1/2", pixels, (0, 0))[0][-3:] == [
        "  sum     1",
        "  divided by 2: 1/2",
        "  stored  0 (rounded)",
    ]
    assert shown("-100", pixels, (0, 1))[0][-2:] == ["  sum     -200", "  stored  0 (clipped)"]
    assert shown("-5/2", pixels, (0, 0))[0][-1] == "  stored  0 (rounded -2, clipped)"
    assert shown("100", pixels, (0, 2))[0][-1] == "  stored  255 (clipped)"
    assert shown("7", pixels, (0, 2))[0][-1] == "  stored  28"
    assert shown("-3", pixels, (0, 2), values="offset")[0][-1] == "  stored  116 (values offset)"
    assert shown("1/3", pixels, (0, 2), depth="8")[0][-1] == "  stored  1 (rounded)"
    assert shown("1", pixels, (0, 2), depth="16")[0][-1] == "  stored  1028 (depth 16)"
    assert shown("100", pixels, (0, 2), region=((1, 0, 2, 1),))[0][-1] == "  stored  255 (clipped)"
    beside = shown("100", pixels, (0, 0), region=((1, 0, 2, 1),))[0][-1]
    assert beside == "  stored  1 (as it was: outside the region)"
    assert shown("-3", pixels.astype(np.float32), (0, 2))[0][-1] == "  stored  -12"


def test_floats_nan_and_infinity():
    pixels = np.array([[0.25, np.nan, np.inf]])
    (lines,) = shown("1 2 4", pixels, (0, 1), border="zero")
    assert lines[2].split() == ["0.25000000", "nan", "inf", "4", "2", "1", "1", "nan", "inf"]
    assert lines[-1] == "  stored  nan"
    assert shown("1/2", pixels, (0, 0))[0][-1] == "  stored  0.12500000"
    (lines,) = shown("1 2", np.array([[0.3, 0.1]], np.float32), (0, 0), border="zero")
    assert lines[2:4] == [
        "  0.30000001 0.10000000   2 1              0.60000002 0.10000000",
        "  sum     0.60000002 + 0.10000000 = 0.70000003",
    ]


def test_levels_are_shown_as_the_filter_sees_them():
    pixels = translucent((6, 7, 4), "uint8")
    found = shown("1 2 1", pixels, (3, 3), alpha=True)
    assert [lines[0] for lines in found] == [
        "red (times alpha)",
        "green (times alpha)",
        "blue (times alpha)",
        "alpha",
    ]
    (light,) = shown("1", np.full((1, 1), 188, np.uint8), (0, 0), linear=True, engine="numpy")
    assert light[0] == "grey (in linear light)"
    assert light[-1] == "  stored  188 (out of linear light)"
    opaque = np.full((2, 2, 4), 255, np.uint8)
    assert len(shown("1 1", opaque, (0, 0), alpha=True)) == 3


def test_stored_line_names_what_alpha_did():
    pixels = np.full((3, 4, 2), 200, np.uint8)
    pixels[:, :2, 1], pixels[:, 0, 0] = 0, 7

    def ends(kernel, place, **options):
        return [lines[-1] for lines in shown(kernel, pixels, place, alpha=True, **options)]

    mean = ends("average:3", (1, 2))
    assert mean == ["  stored  200 (divided by alpha)", "  stored  133 (rounded)"]
    twice = ends("2", (1, 2))
    assert twice[1] == "  stored  200 (divided by the sum of the weights)"
    clear = ends("1 1 1", (1, 0), border="zero")
    assert clear[0] == "  stored  7 (the colour as it was: transparent)"
    edge = ends("sobel-x", (1, 1), values="offset")
    assert edge == [
        "  stored  200 (the colour as it was: transparent)",
        "  stored  0 (as it was: the weights sum to 0)",
    ]


def test_at_prints_the_trace_of_each_channel():
    pixels = save("a.png", 6, 7, 3)
    before = files()
    printed = succeed("convolve", "a.png", "-k", "sobel-x", "--at", "2,3").stdout
    assert printed.startswith("a.png: sobel-x Convolution, row 2, column 3\nred\n")
    assert [line for line in printed.splitlines() if line in ("red", "green", "blue")] == [
        *("red", "green", "blue")
    ]
    expected = [
        line
        for pixel in trace_pixel(Convolve("sobel-x"), pixels, False, Options(), (2, 3))
        for line in format_pixel(pixel)
    ]
    assert printed.splitlines()[1:] == expected
    assert files() == before


def test_at_with_several_inputs_and_kernels():
    save("a.png", 6, 7, 1)
    save("b.png", 6, 7, 1)
    printed = succeed("convolve", "a.png", "b.png", "-k", "average", "-s", "1,3", "--at", "0,0")
    heads = [line for line in printed.stdout.splitlines() if ", row 0, column 0" in line]
    assert [head.partition(" Av")[0] for head in heads] == [
        *("a.png: 1 x 1", "a.png: 3 x 3", "b.png: 1 x 1", "b.png: 3 x 3")
    ]


def test_at_refuses_wrong_places_and_inputs():
    save("a.png", 6, 7, 1)
    Path("bad.png").write_text("no")
    kernel = ["-k", "sobel-x"]
    refused("--at: '1' is not ROW,COL: 2 whole numbers", "convolve", "a.png", *kernel, "--at", "1")
    line = "a.png: --at 6,0: rows of the result are 0 to 5, columns 0 to 6"
    refused(line, "convolve", "a.png", *kernel, "--at", "6,0", code=1)
    line = "a.png: --at 4,0: rows of the result are 0 to 3, columns 0 to 4"
    refused(line, "convolve", "a.png", *kernel, "--at", "4,0", "--border", "valid", code=1)
    refused("bad.png: ...", "convolve", "bad.png", *kernel, "--at", "0,0", code=1)
    assert "INPUT" in invoke("convolve", *kernel, "--at", "0,0").stderr
    assert "No such option" in invoke("median", "a.png", "--at", "0,0").stderr
