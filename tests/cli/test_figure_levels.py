"""What a figure says of levels that it shows as black or white, or that can't be told apart."""

import numpy as np
import pytest

import imgfilt

from ..cli_support import succeed

pytestmark = pytest.mark.usefixtures("in_folder")

STRETCH = "; convolve --kernel identity --values stretch makes them fit"
RAMP = np.linspace(0, 1, 1000).reshape(20, 50, 1)
IN_RANGE = RAMP.astype("f4")


def write(pixels, alpha=False, name="a.tif"):
    imgfilt.write(name, imgfilt.Image(pixels, alpha))


def notes(*words, command="compare"):
    """Return what a figure says, but for the line on the figure itself."""
    *said, made = succeed(command, "a.tif", *words, "-o", "f.png").stderr.splitlines()
    assert made.startswith("imgfilt: f.png: a figure of ")
    return [line.removeprefix("imgfilt: a.tif: ") for line in said]


def with_value(value, share=0.25):
    pixels = IN_RANGE.copy()
    pixels[: round(20 * share)] = value
    return pixels


@pytest.mark.parametrize(
    ("pixels", "note"),
    [
        ((RAMP - 0.5).astype("f4"), "50.0 % of values are outside 0..1 (−0.5..0.5)"),
        ((255 * RAMP).astype("f4"), "99.6 % of values are outside 0..1 (0..255)"),
        (255 * RAMP - 1e6, "100.0 % of values are outside 0..1 (−1000000..−999745)"),
        (with_value(np.inf), "25.0 % of values are outside 0..1 (0.25..inf)"),
        (np.dstack([255 * IN_RANGE] * 3), "99.6 % of values are outside 0..1 (0..255)"),
    ],
)
@pytest.mark.parametrize("words", [[], ["--no-original"]], ids=str)
def test_values_beyond_black_and_white_are_said_once(pixels, note, words):
    write(pixels)
    line = f"{note} and are shown as black or white{STRETCH}"
    assert notes("median --size 3", "median --size 1", *words) == [line]
    assert notes("--size", "3,5", *words, command="median") == [line]


def test_what_is_no_number_is_said_once():
    write(with_value(np.nan))
    assert notes("median -s 1", "blur -s 1") == ["25.0 % of values are NaN and are shown as black"]


def test_of_a_result_it_is_said_with_its_caption_and_what_fits():
    stripes = np.full((20, 50, 3), 0.2, "f4")
    stripes[:, ::3] = 0.9
    write(stripes)
    black = "and are shown as black or white"
    said = notes("D=convolve -k '1 0 -9'", "S=convolve -k '0 3 0'", "Z=convolve -k '9 0 -9'")
    assert [line.partition(": ")[0] for line in said] == ["D", "S", "Z"]
    assert all(black in line for line in said)
    remedies = [line.rpartition("; ")[2] for line in said]
    assert remedies == [
        "--values stretch makes them fit",
        "the weights sum to 3: --normalize divides by it",
        "--values offset or abs keeps negative results",
    ]


def test_noise_may_leave_the_range():
    write(np.full((20, 20, 1), 0.9, "f4"))
    (line,) = notes("median", "--noise", "gaussian:40")
    assert line.startswith("Noisy: ")


def test_transparent_pixels_and_rounding_errors_are_not_counted():
    pixels = np.dstack([IN_RANGE, np.ones_like(IN_RANGE)])
    pixels[:5] = 300, 0
    pixels[5:] += 1e-6, 0
    write(pixels, True)
    assert notes("median -s 1") == []


@pytest.mark.parametrize(
    ("pixels", "levels"),
    [
        (300 + RAMP * 1638, "1938 of 65535"),
        (RAMP * 0, "0 of 65535"),
        (IN_RANGE * 0.05, "0.05 of 1"),
        (np.dstack([RAMP * 3855] * 3), "3855 of 65535"),
    ],
)
def test_nearly_black_pictures_of_more_than_8_bits(pixels, levels):
    write(pixels if pixels.dtype == "f4" else np.rint(pixels).astype("u2"))
    line = f"levels up to {levels} are nearly black{STRETCH}"
    assert notes("median --size 1", "blur --size 1") == [line]
    succeed("convolve", "a.tif", "--kernel", "identity", "--values", "stretch", "-o", "s.tif")
    if pixels.any():
        imgfilt.write("a.tif", imgfilt.read("s.tif"))
        assert notes("median --size 1") == []


@pytest.mark.parametrize("most", [(3856, "u2"), (0.06, "f4"), (3, "u1")])
def test_other_pictures_are_shown_without_a_word(most):
    level, dtype = most
    write((RAMP * level).astype(dtype))
    assert notes("median -s 1") == []


def test_python_warns_of_what_a_figure_does_not_show():
    with pytest.warns(imgfilt.ClippedWarning, match="99.6 % of values are outside 0..1") as told:
        imgfilt.compare((255 * RAMP).astype("f4"), [imgfilt.Median(3)])
    assert [warning.filename for warning in told] == [__file__]
    assert "--" not in str(told[0].message)
