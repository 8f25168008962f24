"""Presets: that each is there, is the kernel that its name promises, and says how it is written."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from scipy.stats import norm

import imgfilt
from imgfilt import Convolve, Kernel
from imgfilt.errors import KernelError, ParameterError
from imgfilt.kernel.preset import make_preset
from imgfilt.kernel.preset_table import (
    FORMULAS,
    PRESET_WORDS,
    describe_presets,
    find_preset_name,
    list_preset_names,
    read_preset_texts,
)
from imgfilt.kernel.source import parse_source
from imgfilt.spelling import fold_letters

F = Fraction
Y_DERIVATIVE = [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
PRINTED = np.array([6, 61, 242, 343, 242, 61, 6])  # the lecture's, misprint and all
ENGINES = ["numpy", "opencv"]
REFLECT = cv2.BORDER_REFLECT_101

TABLES = {
    "identity": ([[1]], 1),
    "lecture-example": ([[1, 0, 1], [0, 1, 0], [1, 0, 1]], 1),
    "x-derivative": (np.transpose(Y_DERIVATIVE).tolist(), 2),
    "y-derivative": (Y_DERIVATIVE, 2),
    "y-derivative-average": ([[2, 3, 2], [0, 0, 0], [-2, -3, -2]], 18),
    "gaussian-integer": (np.outer(PRINTED, PRINTED).tolist(), 961**2),
    "sobel-x": (np.outer([1, 2, 1], [1, 0, -1]).tolist(), 1),
    "sobel-y": (np.outer([1, 0, -1], [1, 2, 1]).tolist(), 1),
    "prewitt-x": (np.outer([1, 1, 1], [1, 0, -1]).tolist(), 1),
    "prewitt-y": (np.outer([1, 0, -1], [1, 1, 1]).tolist(), 1),
    "scharr-x": (np.outer([3, 10, 3], [1, 0, -1]).tolist(), 1),
    "scharr-y": (np.outer([1, 0, -1], [3, 10, 3]).tolist(), 1),
    "laplacian": ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 1),
    "laplacian-8": ([[1, 1, 1], [1, -8, 1], [1, 1, 1]], 1),
    "sharpen": ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], 1),
    "emboss": ([[2, 1, 0], [1, 1, -1], [0, -1, -2]], 1),
}


def test_every_preset_is_known_here():
    """A new table is added above, so that its numbers are written twice."""
    assert set(read_preset_texts()) == set(TABLES)
    assert set(FORMULAS) == {
        *("average", "binomial", "disk", "gaussian", "gaussian-integrated", "log", "motion"),
        "unsharp",
    }
    assert list_preset_names() == sorted({*TABLES, *FORMULAS})


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_the_lecture_or_the_literature_has_it(name):
    weights, divisor = TABLES[name]
    kernel = make_preset(name)
    assert kernel.fractions == [[F(weight, divisor) for weight in row] for row in weights]
    assert kernel.origin == (len(weights) // 2, len(weights) // 2)
    assert parse_source(name) == kernel


@pytest.mark.parametrize("name", read_preset_texts())
def test_a_table_opens_with_what_it_is(name):
    assert read_preset_texts()[name].startswith("# ")


def sobel(picture, x, y):
    return cv2.Sobel(picture, cv2.CV_64F, x, y, ksize=3, borderType=REFLECT)


def scharr(picture, x, y):
    return cv2.Scharr(picture, cv2.CV_64F, x, y, borderType=REFLECT)


def laplacian(picture):
    return cv2.Laplacian(picture, cv2.CV_64F, ksize=1, borderType=REFLECT)


def correlated(picture, mask):
    return cv2.filter2D(picture, cv2.CV_64F, np.array(mask, float), borderType=REFLECT)


OPENCV = {
    "identity": lambda picture: picture,
    "sobel-x": lambda picture: sobel(picture, 1, 0),
    "sobel-y": lambda picture: sobel(picture, 0, 1),
    "scharr-x": lambda picture: scharr(picture, 1, 0),
    "scharr-y": lambda picture: scharr(picture, 0, 1),
    "prewitt-x": lambda picture: correlated(picture, [[-1, 0, 1]] * 3),
    "prewitt-y": lambda picture: correlated(picture, np.transpose([[-1, 0, 1]] * 3)),
    "x-derivative": lambda picture: correlated(picture, [[-0.5, 0, 0.5]] * 3),
    "y-derivative": lambda picture: correlated(picture, np.transpose([[-0.5, 0, 0.5]] * 3)),
    "laplacian": laplacian,
    "sharpen": lambda picture: picture - laplacian(picture),
    "average:5": lambda picture: cv2.blur(picture, (5, 5), borderType=REFLECT),
    "gaussian:15": lambda picture: cv2.GaussianBlur(picture, (15, 15), 0, borderType=REFLECT),
    "gaussian:7,1.5": lambda picture: cv2.GaussianBlur(picture, (7, 7), 1.5, borderType=REFLECT),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("source", OPENCV)
def test_as_a_convolution_it_equals_opencv(source, engine):
    picture = np.random.default_rng(5).random((16, 20)) * 255
    expected = OPENCV[source](picture)
    found = imgfilt.apply(Convolve(source), picture, engine=engine, border="reflect", values="clip")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    reach = len(parse_source(source).weights) // 2
    inside = expected[reach : 16 - reach, reach : 20 - reach]
    found = imgfilt.apply(Convolve(source), picture, engine=engine, border="valid", values="clip")
    np.testing.assert_allclose(found, inside, rtol=0, atol=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("x-derivative", (0, 3)),
        ("y-derivative", (3, 0)),
        ("y-derivative-average", (7 / 9, 0)),
        ("sobel-x", (0, 8)),
        ("sobel-y", (8, 0)),
        ("prewitt-x", (0, 6)),
        ("prewitt-y", (6, 0)),
        ("scharr-x", (0, 32)),
        ("scharr-y", (32, 0)),
    ],
)
def test_a_derivative_is_positive_toward_increasing_row_or_column(name, slope, engine):
    rows, columns = np.mgrid[:5, :6].astype(float)
    for ramp, expected in zip((rows, columns), slope, strict=True):
        found = imgfilt.apply(Convolve(name), ramp, engine=engine, border="valid", values="clip")
        np.testing.assert_allclose(found, np.full((3, 4), expected), rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 45, 100])
def test_an_average_sums_to_exactly_one(size):
    kernel = make_preset(f"average:{size}")
    assert kernel.sum == 1
    assert kernel.shape == (size, size)
    assert kernel.origin == (size // 2, size // 2)
    assert set(kernel.rational[0]) == {1}
    assert kernel.rational[1] == size**2


@pytest.mark.parametrize(
    ("size", "row", "divisor"),
    [
        (1, [1], 1),
        (3, [1, 2, 1], 4),
        (5, [1, 4, 6, 4, 1], 16),
        (7, [2, 7, 14, 18, 14, 7, 2], 64),
        (9, [4, 13, 30, 51, 60, 51, 30, 13, 4], 256),
    ],
)
def test_a_small_gaussian_is_that_of_opencv_as_a_table(size, row, divisor):
    kernel = make_preset(f"gaussian:{size}")
    assert kernel.fractions == [[F(a * b, divisor**2) for b in row] for a in row]
    assert kernel.sum == 1


@pytest.mark.parametrize(
    ("source", "sigma"),
    [
        ("gaussian:11", 2.0),
        ("gaussian:15", 2.6),
        ("gaussian:45", 7.1),
        ("gaussian:5,1", 1),
        ("gaussian:7,0.5", 0.5),
        ("gaussian:5,200", 200),
    ],
)
def test_a_gaussian_is_sampled_at_whole_distances(source, sigma):
    kernel = make_preset(source)
    middle = kernel.origin[0]
    bell = norm.pdf(np.arange(-middle, middle + 1), scale=sigma)
    expected = np.outer(bell, bell) / bell.sum() ** 2
    np.testing.assert_allclose(kernel.weights, expected, rtol=1e-12, atol=0)
    assert abs(kernel.sum - 1) < F(1, 10**14)


@pytest.mark.parametrize("size", [1, 3, 5, 7, 9, 11, 45])
def test_a_sigma_of_0_is_that_of_the_size(size):
    assert make_preset(f"gaussian:{size},0").fractions == make_preset(f"gaussian:{size}").fractions
    sigma = 0.3 * ((size - 1) / 2 - 1) + 0.8
    wanted = make_preset(f"gaussian-integrated:{size},{sigma}").weights
    found = make_preset(f"gaussian-integrated:{size},0").weights
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=0)


@pytest.mark.parametrize(("size", "sigma"), [(1, 1), (3, 0.4), (5, 1), (7, 2.5), (31, 3)])
def test_an_integrated_gaussian_is_integrated_over_each_pixel(size, sigma):
    kernel = make_preset(f"gaussian-integrated:{size},{sigma}")
    edges = norm.cdf(np.arange(size // 2 + 1) - size / 2, scale=sigma)
    tail = np.diff(edges)
    bell = np.concatenate([tail, [1 - 2 * edges[-1]], tail[::-1]])
    expected = np.outer(bell, bell) / bell.sum() ** 2
    np.testing.assert_allclose(kernel.weights, expected, rtol=1e-9, atol=0)
    assert abs(kernel.sum - 1) < F(1, 10**14)


def test_an_integrated_gaussian_is_the_lectures_but_for_its_misprint():
    thousandths = np.rint(make_preset("gaussian-integrated:7,1").weights.sum(0) * 1000)
    assert thousandths.tolist() == [6, 61, 242, 383, 242, 61, 6]
    assert np.flatnonzero(thousandths != PRINTED).tolist() == [3]


@pytest.mark.parametrize(
    ("size", "row"), [(1, [1]), (3, [1, 2, 1]), (5, [1, 4, 6, 4, 1]), (7, [1, 6, 15, 20, 15, 6, 1])]
)
def test_a_binomial_is_pascals_triangle(size, row):
    kernel = make_preset(f"binomial:{size}")
    assert kernel == Kernel(np.outer(row, row)).scaled(F(1, 4 ** (size - 1)))
    assert kernel.sum == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [9, 31, 255])
def test_a_binomial_is_two_ones_composed_with_themselves(size):
    two = Kernel([[F(1, 2), F(1, 2)]])
    row = two
    for _ in range(size - 2):
        row = row.composed(two)
    down, across = make_preset(f"binomial:{size}").factors
    assert across.fractions == row.fractions
    assert down == across.transposed()


def test_a_disk_is_the_mean_of_what_is_near():
    ring = F(1, 13)
    assert make_preset("disk:1").fractions == [[1]]
    assert make_preset("disk:3").fractions == [[0, F(1, 5), 0], [F(1, 5)] * 3, [0, F(1, 5), 0]]
    assert make_preset("disk:5").fractions[0] == [0, 0, ring, 0, 0]
    assert make_preset("disk:5").fractions[1] == [0, ring, ring, ring, 0]


@pytest.mark.parametrize("size", [3, 7, 8 + 1, 51])
def test_a_disk_is_that_of_the_bilateral_filter(size):
    """With sigmas so large that all its weights are alike."""
    picture = np.random.default_rng(0).integers(0, 255, (60, 60), np.uint8)
    flat = imgfilt.apply(imgfilt.Bilateral(size, 1e6, 1e6), picture, "numpy")
    assert (
        np.abs(
            flat - imgfilt.apply(Convolve(f"disk:{size}"), picture, values="clip").astype(int)
        ).max()
        <= 1
    )
    assert make_preset(f"disk:{size}").sum == 1


def on_the_line(size, angle, steps=400_001):
    """The share of many points on a line that lie in each pixel."""
    along = (np.arange(steps) - steps // 2) / steps * size
    angle = np.radians(angle)
    rows = np.rint(size // 2 - along * np.sin(angle)).astype(int)
    columns = np.rint(size // 2 + along * np.cos(angle)).astype(int)
    shares = np.zeros((size, size))
    np.add.at(shares, (rows, columns), 1 / steps)
    return shares


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3, 5, 15, 31])
@pytest.mark.parametrize("angle", [0, 90, 180, 45, -45, 30, 60, 123.4, -359, 1e-3])
def test_motion_is_the_mean_along_a_line(size, angle):
    kernel = make_preset(f"motion:{size},{angle}")
    rows, columns = kernel.shape
    whole = np.zeros((size, size))
    top, left = size // 2 - kernel.origin[0], size // 2 - kernel.origin[1]
    whole[top : top + rows, left : left + columns] = kernel.weights
    np.testing.assert_allclose(whole, on_the_line(size, angle), rtol=0, atol=2e-5)
    assert abs(kernel.sum - 1) < F(1, 10**14)
    assert (kernel.weights == kernel.weights[::-1, ::-1]).all()
    assert all(kernel.weights.any(axis).all() for axis in (0, 1))


def test_motion_along_an_axis_is_exact():
    assert make_preset("motion:5,0") == make_preset("motion:5,180") == Kernel([[F(1, 5)] * 5])
    assert make_preset("motion:5,90") == make_preset("motion:5,-90") == Kernel([[F(1, 5)]] * 5)


def test_motion_goes_up_to_the_right():
    assert make_preset("motion:3,45").weights[0, 2] > 0
    assert make_preset("motion:3,45").weights[0, 0] == 0


@pytest.mark.parametrize(("size", "sigma"), [(3, 0.5), (5, 0.8), (7, 1), (31, 3.3)])
def test_a_laplacian_of_gaussian_is_the_second_derivative(size, sigma):
    """By differences of a Gaussian much finer than a pixel."""
    step = 1e-3
    places = np.arange(size) - size // 2
    bell = np.exp(-0.5 * (places / sigma) ** 2)
    curved = [np.exp(-0.5 * ((places + d) / sigma) ** 2) for d in (-step, 0, step)]
    second = (curved[0] - 2 * curved[1] + curved[2]) / step**2
    expected = (np.outer(second, bell) + np.outer(bell, second)) / bell.sum() ** 2
    kernel = make_preset(f"log:{size},{sigma}")
    np.testing.assert_allclose(
        kernel.weights, expected - expected.mean(), rtol=0, atol=1e-5 * abs(expected).max()
    )
    assert kernel.weights[size // 2, size // 2] < 0
    assert abs(kernel.sum) < F(1, 10**12)


@pytest.mark.parametrize(("size", "sigma", "amount"), [(3, 1, 1), (5, 0.8, 0), (7, 2, 2.5)])
def test_unsharp_adds_what_a_gaussian_takes_away(size, sigma, amount):
    kernel = make_preset(f"unsharp:{size},{sigma},{amount}")
    expected = -amount * make_preset(f"gaussian:{size},{sigma}").weights
    expected[size // 2, size // 2] += 1 + amount
    np.testing.assert_allclose(kernel.weights, expected, rtol=1e-15)
    assert abs(kernel.sum - 1) < F(1, 10**13)


def test_the_list_has_each_as_it_is_written_and_a_sentence():
    found = dict(describe_presets())
    assert sorted(word.partition(":")[0] for word in found) == list_preset_names()
    assert {"gaussian:SIZE[,SIGMA]", "unsharp:SIZE,SIGMA,AMOUNT", "sobel-x"} <= set(found)
    for sentence in found.values():
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert len(sentence) < 75


def test_an_unknown_preset_offers_the_nearest_names():
    with pytest.raises(KernelError) as refusal:
        make_preset("sobell-x")
    assert str(refusal.value) == (
        "no preset or kernel file is called 'sobell-x'; did you mean sobel-x?"
    )
    for word in ("gauss", "Gaussian_Blur"):
        with pytest.raises(KernelError, match=rf"called '{word}'; did you mean gaussian\?$"):
            make_preset(f"{word}:5")
    with pytest.raises(KernelError) as refusal:
        make_preset("xyzzy")
    assert str(refusal.value).endswith(f"; presets are {', '.join(list_preset_names())}")


@pytest.mark.parametrize("name", ["Sobel-X", "sobelx", "SOBEL_X"])
def test_capitals_and_hyphens_make_no_difference(name):
    assert make_preset(name) == make_preset("sobel-x")


def test_names_differ_in_more_than_capitals_and_hyphens():
    letters = [name.replace("-", "") for name in list_preset_names()]
    assert len(set(letters)) == len(letters)


def test_words_of_other_programs_are_folded_and_mean_presets():
    assert {*PRESET_WORDS.values()} <= {*list_preset_names()}
    assert all(word == fold_letters(word) for word in PRESET_WORDS)
    assert not any(map(find_preset_name, PRESET_WORDS))


def test_the_example_of_every_formula_is_a_kernel():
    for name, formula in FORMULAS.items():
        assert make_preset(f"{name}:{formula.example}").shape[0] > 1


def test_an_unknown_preset_with_a_size_offers_the_nearest_names():
    with pytest.raises(KernelError, match=r"called 'avarage'; did you mean average\?$"):
        make_preset("avarage", 7)


REFUSED = {
    "average": "the preset 'average' is written average:SIZE; found average alone",
    "average:3,3": "the preset 'average' is written average:SIZE; found 'average:3,3'",
    "gaussian-integrated:7": "gaussian-integrated:SIZE,SIGMA; found 'gaussian-integrated:7'",
    "gaussian:7,1,1": "the preset 'gaussian' is written gaussian:SIZE",
    "sobel-x:3": "the preset 'sobel-x' takes no arguments, found '3'",
    "identity:": "the preset 'identity' takes no arguments, found ''",
    "average:": "average's size: '' is not a whole number",
    "average:0": "average's size: 0 is not a whole number from 1 to 1000",
    "average:1001": "average's size: 1001 is not a whole number from 1 to 1000",
    "average:-3": "average's size: -3 is not a whole number",
    "average:2.5": "average's size: '2.5' is not a whole number",
    "average:٣": "average's size: '٣' is not a whole number",
    "average:5x3": "average's size: '5x3' is not a whole number",
    "gaussian:4": "gaussian's size: 4 is even; odd are 3 and 5",
    "gaussian-integrated:6,1": "gaussian-integrated's size: 6 is even; odd are 5 and 7",
    "gaussian:5,-1": "gaussian's sigma: -1 is not a number from",
    "gaussian:5,1e9": "gaussian's sigma: 1000000000 is not a number from",
    "gaussian:5,nan": "gaussian's sigma: 'nan' is not a number",
    "gaussian:5,": "gaussian's sigma: '' is not a number",
    "log:5": "the preset 'log' is written log:SIZE,SIGMA; found 'log:5'",
    "log:5,0": "log's sigma: 0 is not a number from",
    "unsharp:5,1": "the preset 'unsharp' is written unsharp:SIZE,SIGMA,AMOUNT; found",
    "unsharp:5,1,-1": "unsharp's amount: -1 is not a number from 0 to 100",
    "motion:4,0": "motion's size: 4 is even; odd are 3 and 5",
    "motion:5,1e9": "motion's angle: 1000000000 is not a number from -360 to 360",
    "disk:4": "disk's size: 4 is even; odd are 3 and 5",
    "binomial:256": "binomial's size: 256 is not an odd number from 1 to 255",
}


@pytest.mark.parametrize("source", REFUSED)
def test_refuses_arguments(source):
    with pytest.raises(ParameterError) as refusal:
        make_preset(source)
    assert REFUSED[source] in str(refusal.value)


def test_a_refused_argument_is_an_error_of_the_kernel():
    with pytest.raises(KernelError):
        make_preset("average:0")


def test_a_size_is_the_argument_of_a_preset_named_without_any():
    assert make_preset("average", 7) == make_preset("average:7")
    assert make_preset("gaussian", 9) == parse_source("gaussian", 9) == make_preset("gaussian:9")
    assert Convolve("average", size=3).composed == make_preset("average:3")


@pytest.mark.parametrize("source", ["average:5", "sobel-x", "identity", "sobel-x:3"])
def test_a_size_beside_any_other_kernel_is_refused(source):
    with pytest.raises(KernelError, match=f"a size was given beside the kernel '{source}'"):
        make_preset(source, 5)


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("gaussian", 4, "gaussian's size: 4 is even; odd are 3 and 5"),
        ("average", 0, "average's size: 0 is not a whole number from 1 to 1000"),
        ("gaussian-integrated", 5, "is written gaussian-integrated:SIZE,SIGMA"),
    ],
)
def test_a_size_is_checked_like_an_argument(name, size, message):
    with pytest.raises(ParameterError) as refusal:
        make_preset(name, size)
    assert message in str(refusal.value)
