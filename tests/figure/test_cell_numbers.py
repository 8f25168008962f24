"""Numbers on the pixels of a grid's cells: what is written, where, and in which ink."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from imgfilt.batch.grid_job import FilteredGrid
from imgfilt.errors import ParameterError
from imgfilt.figure import Cell, Layout
from imgfilt.figure.cell_numbers import format_numbers, to_levels
from imgfilt.figure.figure import Figure
from imgfilt.figure.scene import Picture, Scene, Text

from ..cli_support import load, refused, succeed


def lay_out(cells, layout):
    figure = Figure(layout, len(cells))
    for cell in cells:
        figure.add(cell)
    return figure.to_scene()


def split(scene):
    """Return the pictures of cells, those of insets, and the numbers."""
    pictures = [item for item in scene.items if isinstance(item, Picture)]
    texts = [item for item in scene.items if isinstance(item, Text)]
    cells = [item for item in pictures if item.is_cell]
    return cells, [item for item in pictures if not item.is_cell], texts


def make_cell(height, width, start=0):
    numbers = np.arange(start, start + height * width).reshape(height, width)
    levels = to_levels(numbers, start, start + height * width - 1)
    return Cell("", levels, numbers=numbers.astype(str))


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ([Fraction(1, 9), Fraction(2, 3), Fraction(0), Fraction(5)], ["1/9", "2/3", "0", "5"]),
        ([Fraction(-1, 2), Fraction(-3)], ["−1/2", "−3"]),
        ([Fraction(35, 9), Fraction(1)], ["3.889", "1"]),
        ([Fraction(1, 273), Fraction(41, 273)], ["0.004", "0.150"]),
        ([Fraction(1000, 3), Fraction(-1)], ["333.3", "−1"]),
        ([0.5, 12.25, 3.0], ["0.50", "12.25", "3"]),
        ([1e-9, 0.001], ["1e−09", "0.001"]),
        ([1e9, -3.5], ["1e+09", "−3.5"]),
        ([Fraction(123456), Fraction(0)], ["123456", "0"]),
        ([float("inf"), 1.5], ["inf", "1.500"]),
        ([float("nan"), 1.5, 20.25], ["nan", "1.50", "20.25"]),
        ([1.5, 20.25, float("nan")], ["1.50", "20.25", "nan"]),
        ([float("nan"), float("-inf")], ["nan", "−inf"]),
        ([-0.00001, 500.5, -0.0], ["0.0", "500.5", "0"]),
        ([0.5, 9999.96, 1e-9], ["0.5", "10000", "0.0"]),
        ([-0.04, 500.5], ["−0.04", "500.5"]),
        ([-0.0, 1e9], ["0", "1e+09"]),
    ],
)
def test_numbers_are_short(numbers, wanted):
    found = format_numbers(np.array([numbers], object))
    assert found.tolist() == [wanted]


def test_the_smallest_is_black_and_the_largest_white():
    numbers = np.array([[-3, 0], [1, 5]])
    assert to_levels(numbers, -3, 5)[..., 0].tolist() == [[0, 96], [128, 255]]
    assert (to_levels(numbers, 2, 2) == 255).all()
    strange = np.array([np.nan, np.inf, -np.inf, 5])
    assert to_levels(strange, -3, 5)[..., 0].tolist() == [0, 255, 0, 255]


@pytest.mark.parametrize(
    "layout",
    [
        Layout(2, numbers=True),
        Layout(1, numbers=True, zoom=(1, 1, 3, 2)),
        Layout(2, numbers=True, cell_width=700),
    ],
    ids=str,
)
def test_each_number_stands_in_the_middle_of_its_pixel(layout):
    cells = [make_cell(5, 7), make_cell(3, 5, 40)._replace(offset=(1, 1))]
    scene = lay_out(cells, layout)
    pictures, _, texts = split(scene)
    shown = [np.arange(35).reshape(5, 7), np.arange(40, 55).reshape(3, 5)]
    if layout.zoom:
        shown = [shown[0][1:3, 1:4], shown[1][0:2, 0:3]]
    for picture, numbers in zip(pictures, shown, strict=True):
        height, width = numbers.shape
        side = picture.box.width / width
        assert np.isclose(side, picture.box.height / height)
        for (row, column), number in np.ndenumerate(numbers):
            text = texts.pop(0)
            assert text.string == str(number)
            assert text.anchor == 0.5
            assert np.isclose(text.x, picture.box.left + (column + 0.5) * side)
            middle = picture.box.top + (row + 0.5) * side
            assert np.isclose(text.baseline - 0.35 * text.size, middle)
            assert scene.fonts.width(text.string, text.size) <= 0.8 * side + 1e-9
            assert text.size <= 0.8 * side + 1e-9
    assert texts == []


def test_insets_have_numbers_too():
    scene = lay_out([make_cell(6, 8)], Layout(1, cell_width=320, insets=((2, 1, 2, 2),)))
    _, (inset,), texts = split(scene)
    assert [text.string for text in texts[-4:]] == ["10", "11", "18", "19"]
    assert all(text.x > inset.box.left for text in texts[-4:])


def test_ink_is_readable_on_every_level():
    levels = np.arange(256, dtype=np.uint8).reshape(8, 32, 1)
    cell = Cell("", levels, numbers=levels[..., 0].astype(str))
    for text in split(lay_out([cell], Layout(1, numbers=True, figure_width=900)))[2]:
        (ink, level) = (
            (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
            for c in (text.colour[0] / 255, int(text.string) / 255)
        )
        low, high = sorted((ink, level))
        assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize(
    "layout", [Layout(1, numbers=True), Layout(1, numbers=True, cell_width=90)], ids=str
)
def test_too_many_numbers(layout):
    with pytest.raises(ParameterError, match="numbers: 100 x 100 of them have no room in a cell"):
        lay_out([make_cell(100, 100)], layout)


@pytest.mark.parametrize("options", [[], ["--no-original"], ["--cell-width", "90"]], ids=str)
def test_too_many_numbers_are_refused_before_the_work(options, in_folder, monkeypatch):
    filtered = []

    def filter_numbers(image, *others):
        filtered.append(image)
        return FilteredGrid(image.pixels.astype(float), None, [])

    monkeypatch.setattr("imgfilt.batch.number_cells.filter_numbers", filter_numbers)
    np.savetxt("a.txt", np.zeros((500, 500)), "%d")
    words = ["median", "a.txt", "-s", "3,5,7", "--numbers", *options, "-o", "b.png"]
    refused("a.txt: --numbers: 500 x 500 of them have no room ...", *words, code=1)
    assert len(filtered) == ("--no-original" in options)


def test_squares_are_of_one_whole_size_and_the_figure_under_the_limit():
    cells = [make_cell(7, 7)] * 3
    scene = lay_out(cells, Layout(3, numbers=True))
    widths = {item.box.width * scene.pixels_per_point for item in split(scene)[0]}
    (width,) = (round(width) for width in widths)
    assert width % 7 == 0
    assert 2300 < scene.pixels[1] < 2400


@pytest.fixture
def scenes(monkeypatch):
    """The scenes that are drawn."""
    found = []

    class Kept(Scene):
        def __init__(self, *given):
            super().__init__(*given)
            found.append(self)

    monkeypatch.setattr("imgfilt.figure.layout.Scene", Kept)
    return found


@pytest.mark.usefixtures("in_folder")
def test_the_picture_of_the_lecture_with_its_numbers(scenes):
    """With zeros outside, each number is the sum of the pixels under the kernel."""
    rows = ["0111000", "0011100", "0001110", "0001100", "0011000", "0110000", "1100000"]
    picture = np.array([list(map(int, row)) for row in rows])
    Path("g.txt").write_text("\n".join(map(" ".join, rows)))
    succeed(
        *("compare", "g.txt", "convolve -k '1 0 1; 0 1 0; 1 0 1' --border zero"),
        *("--numbers", "-o", "a.png"),
    )
    padded = np.pad(picture, 1)
    places = (0, 0), (0, 2), (1, 1), (2, 0), (2, 2)
    sums = sum(padded[row : row + 7, column : column + 7] for row, column in places)
    (scene,) = scenes
    (first, second), _, texts = split(scene)
    found = [text.string for text in texts if text.size != texts[-1].size]
    wanted = [str(number) for number in (*picture.ravel(), *sums.ravel())]
    assert found == wanted
    (bottom, right) = scene.pixels
    assert load("a.png").shape == (bottom, right, 3)
    levels = np.rint(255 * np.array([picture, sums]) / sums.max())
    side = first.pixels.shape[0] // 7
    for item, wanted_levels in zip((first, second), levels, strict=True):
        assert np.array_equal(item.pixels[side // 2 :: side, side // 2 :: side, 0], wanted_levels)


@pytest.mark.usefixtures("in_folder")
def test_fractions_are_written_exactly(scenes):
    Path("g.txt").write_text("1 0 0\n0 0 0\n0 0 1\n")
    succeed("blur", "g.txt", "-s", "1,3", "--border", "zero", "--numbers", "-o", "a.png")
    texts = [text.string for text in split(scenes[0])[2]]
    wanted = "1/9 1/9 0 1/9 2/9 1/9 0 1/9 1/9"  # each window holds both, one or none
    assert wanted in " ".join(texts)


@pytest.mark.usefixtures("in_folder")
def test_a_grid_of_small_levels_is_said_to_be_dark():
    command = "compare", "g.txt", "blur -s 1", "-o", "a.png"
    Path("g.txt").write_text("0 1\n")
    note = "imgfilt: g.txt: levels up to 1 of 255 are nearly black; --numbers shows the numbers"
    assert note in succeed(*command).stderr.splitlines()
    assert "dark" not in succeed(*command, "--numbers").stderr
