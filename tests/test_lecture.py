"""The lecture: its example, its expanded pictures, its masks and its Gaussians, as printed."""

import textwrap

import cv2
import numpy as np
import pytest

import imgfilt
from imgfilt import Blur, Convolve, Gaussian, Kernel
from imgfilt.kernel.source import parse_source

from . import reference
from .cli_support import succeed
from .examples import ENGINES, picture
from .slides import EXAMPLE, EXPANDED, TABLE

AVERAGING = [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
DERIVATIVE = [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
DERIVATIVE_AVERAGE = [[2, 3, 2], [0, 0, 0], [-2, -3, -2]]
INTEGERS = [6, 61, 242, 343, 242, 61, 6]


def grid(text, dtype=np.uint8):
    return np.array([line.split() for line in text.split("\n") if line.strip()]).astype(dtype)


def seen_through(kernel, pixels, engine="numpy", border="wrap"):
    """Return what a filter makes of a float picture, where nothing is rounded or clipped."""
    return imgfilt.apply(Convolve(kernel), pixels.astype(np.float64), engine, border, values="clip")


@pytest.mark.parametrize("engine", ENGINES)
def test_example(engine):
    found = imgfilt.apply(
        Convolve("lecture-example"), grid(EXAMPLE), engine, "valid", values="clip"
    )
    assert np.array_equal(found, grid(TABLE))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("border", list(EXPANDED))
def test_expanded_picture(border, engine):
    """A 5 x 5 mask with its one weight at (r, c) shows the pixels r and c steps from the far end.

    Flipped, that weight lies over the virtual pixel at (4 − r, 4 − c) of the window's corner.
    """
    letters = np.arange(1, 26, dtype=np.uint8).reshape(5, 5)
    levels = {"0": 0} | {chr(ord("a") + at): at + 1 for at in range(25)}
    wanted = np.vectorize(levels.get)(grid(EXPANDED[border], str))
    read = np.zeros((9, 9), int)
    for row, column in np.ndindex(5, 5):
        delta = np.zeros((5, 5), int)
        delta[row, column] = 1
        found = imgfilt.apply(Convolve(Kernel(delta)), letters, engine, border, values="clip")
        window = np.s_[4 - row : 9 - row, 4 - column : 9 - column]
        assert np.array_equal(found, wanted[window])
        read[window] += 1
    assert (read > 0).all()


@pytest.mark.parametrize("border", list(EXPANDED))
def test_expanded_picture_in_letters(border, in_folder):
    """As `imgfilt border` prints it: without its frame, the picture of the slide."""
    (in_folder / "letters.txt").write_text(
        "a b c d e\nf g h i j\nk l m n o\np q r s t\nu v w x y\n"
    )
    command = "border", "letters.txt", "--border", border, "--reach", "2", "--no-frame"
    assert succeed(*command).stdout == textwrap.dedent(EXPANDED[border]).lstrip("\n")


@pytest.mark.parametrize(
    ("name", "weights", "divisor"),
    [
        ("average:3", AVERAGING, 9),
        ("y-derivative", DERIVATIVE, 2),
        ("y-derivative-average", DERIVATIVE_AVERAGE, 18),
        ("x-derivative", np.transpose(DERIVATIVE), 2),
        ("gaussian-integer", np.outer(INTEGERS, INTEGERS), 961**2),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_mask_is_as_printed(name, weights, divisor, engine):
    """A single white pixel shows the mask itself; a mask laid on unflipped would be turned."""
    shown = np.zeros((9, 9))
    shown[4, 4] = 1
    found = imgfilt.apply(Convolve(name), shown, engine, "zero", values="clip")
    rows = slice(4 - len(weights) // 2, 5 + len(weights) // 2)
    assert np.allclose(found[rows, rows], np.array(weights) / divisor, rtol=1e-15, atol=0)
    assert np.count_nonzero(found) == np.count_nonzero(weights)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("correlate", [False, True])
@pytest.mark.parametrize("origin", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_flip_and_origin(origin, correlate, engine):
    """None of the lecture's masks proves the flip sideways, nor where the origin is: this one does.

    What a white pixel leaves is the mask with its origin on it, or, correlated, the mask turned.
    """
    mask, (row, column) = np.array([[1, 2], [3, 4]]), origin
    shown = np.zeros((5, 5), np.uint8)
    shown[2, 2] = 1
    filt = Convolve(Kernel(mask, origin), correlate=correlate)
    found = imgfilt.apply(filt, shown, engine, "zero", values="clip")
    wanted = np.zeros((5, 5), np.uint8)
    if correlate:
        wanted[1 + row : 3 + row, 1 + column : 3 + column] = mask[::-1, ::-1]
    else:
        wanted[2 - row : 4 - row, 2 - column : 4 - column] = mask
    assert np.array_equal(found, wanted)


def test_default_origin_is_the_cell_after_the_middle():
    shown = np.zeros((5, 5), np.uint8)
    shown[2, 2] = 1
    default = imgfilt.apply(Convolve("1 2; 3 4"), shown, border="zero", values="clip")
    assert np.array_equal(default[1:3, 1:3], [[1, 2], [3, 4]])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("filt", "bell"),
    [
        (Gaussian(7, 1), [0.0044, 0.0540, 0.2420, 0.3991, 0.2420, 0.0540, 0.0044]),
        (Gaussian(7, 1, integrated=True), [0.0060, 0.0606, 0.2418, 0.3831, 0.2418, 0.0606, 0.0060]),
        (Convolve("gaussian:7,1"), reference.sampled(7, 1)),
        (Convolve("gaussian-integrated:7,1"), reference.integrated(7, 1)),
    ],
    ids=repr,
)
def test_gaussian(filt, bell, engine):
    """In two dimensions the product of what it is in one, and the sum is 1."""
    shown = np.zeros((7, 7))
    shown[3, 3] = 1
    found = imgfilt.apply(filt, shown, engine, "zero", values="clip")
    assert np.allclose(found, np.outer(bell, bell), rtol=0, atol=5e-5)
    assert np.allclose(found.sum(axis=0), bell, rtol=0, atol=5e-5)
    assert abs(found.sum() - 1) < 1e-12


def test_gaussian_as_the_lecture_prints_it():
    found = Gaussian(7, 1, integrated=True).taps.factors[0]
    printed = " ".join(f"{weight:.3f}" for weight in found)
    assert printed == "0.006 0.061 0.242 0.383 0.242 0.061 0.006"
    exact = reference.sampled(7, 1)
    assert np.allclose(exact[3] / exact, np.exp(np.arange(-3, 4) ** 2 / 2))


@pytest.mark.parametrize("size", list(reference.TABLES))
def test_small_gaussian_is_tabled(size):
    bell = reference.tabled(size)
    assert parse_source(f"gaussian:{size}") == Kernel(np.outer(bell, bell)).scaled(
        1 / Kernel(np.outer(bell, bell)).sum
    )


@pytest.mark.parametrize("size", [11, 15, 35, 45])
def test_gaussian_of_a_size_alone(size):
    bell = reference.sampled(size, 0.3 * ((size - 1) / 2 - 1) + 0.8)
    assert np.allclose(Gaussian(size).taps.factors, [bell, bell], rtol=1e-12, atol=0)


@pytest.mark.parametrize(("sigma", "size"), [(0.1, 3), (0.25, 3), (0.26, 5), (1, 9), (2.5, 21)])
def test_gaussian_of_a_sigma_alone(sigma, size):
    assert Gaussian(sigma=sigma).shape == (size, size)
    bell = reference.sampled(size, sigma)
    assert np.allclose(Gaussian(sigma=sigma).taps.factors, [bell, bell], rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("size", [1, 3, 5, 7, 11, 31])
def test_sigma_0_beside_a_size_is_from_the_size(size):
    """As in the lecture's cv2.GaussianBlur(img, (5, 5), 0)."""
    found = Gaussian(size, 0)
    assert found.shape == (size, size)
    assert found.template_values() == Gaussian(size).template_values()
    bell = cv2.getGaussianKernel(size, 0, cv2.CV_64F)[:, 0]
    for factor in found.taps.factors:
        assert np.allclose(factor / found.taps.divisor**0.5, bell, rtol=1e-6, atol=0)
    pixels = picture((20, 21, 3), "uint8")
    for flags in ({}, {"integrated": True}, {"integer": True}):
        wanted = imgfilt.apply(Gaussian(size, **flags), pixels)
        assert np.array_equal(imgfilt.apply(Gaussian(size, 0, **flags), pixels), wanted)


def test_sigma_0_alone_is_the_identity():
    assert Gaussian(sigma=0).identity
    assert Gaussian(sigma=0).template_values()["sigma"] == "0"


@pytest.mark.parametrize(
    ("filt", "integers"),
    [
        (Gaussian(7, 1, integrated=True, integer=True), [6, 61, 242, 383, 242, 61, 6]),
        (Gaussian(7, 1, integer=True), [4, 54, 242, 399, 242, 54, 4]),
    ],
    ids=["integrated", "sampled"],
)
def test_integer_gaussian(filt, integers):
    assert filt.taps.whole
    assert np.array_equal(filt.taps.factors, [integers, integers])
    assert filt.taps.divisor == sum(integers) ** 2


def test_integer_kernel_sums_to_961():
    numerators, divisor = parse_source("gaussian-integer").rational
    assert divisor == sum(numerators) == 961**2 == sum(INTEGERS) ** 2


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("border", ["zero", "reflect", "wrap", "valid"])
def test_separability(border, engine):
    """Two passes of one dimension are one pass of two."""
    pixels = picture((12, 13), "float64")
    for bell in (reference.sampled(5, 1), reference.integrated(7, 1), reference.tabled(9)):
        passes = pixels
        for kernel in (bell[np.newaxis], bell[:, np.newaxis]):
            passes = imgfilt.apply(Convolve(Kernel(kernel)), passes, engine, border, values="clip")
        found = imgfilt.apply(
            Convolve(Kernel(np.outer(bell, bell))), pixels, engine, border, values="clip"
        )
        assert np.allclose(found, passes, rtol=0, atol=1e-13 * bell.sum() ** 2)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 12])
def test_blur_is_the_averaging_mask(size, dtype):
    pixels = picture((14, 15, 3), dtype)
    for border in ("reflect", "zero", "wrap"):
        averaged = imgfilt.apply(
            Convolve(f"average:{size}"), pixels, "numpy", border, values="clip"
        )
        assert np.array_equal(imgfilt.apply(Blur(size), pixels, "numpy", border), averaged)
