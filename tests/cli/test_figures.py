"""Figures from the command line: which cells there are, their captions, and where all is."""

import json
import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt import Bilateral, Blur, Convolve, Gaussian, Median, apply
from imgfilt.concurrency import parallel
from imgfilt.figure.figure import Figure

from ..cli_support import files, load, posix, refused, save, succeed
from ..figure_support import (
    assert_drawn_in_boxes,
    assert_laid_out,
    find_pixels,
    make_scene,
    title_of,
)

pytestmark = pytest.mark.usefixtures("in_folder")

SIZES = range(5, 46, 10)


@pytest.fixture
def drawn(monkeypatch):
    """The cells and the layout of every figure that is drawn."""
    found = []

    class Drawn(Figure):
        def __init__(self, layout, *others):
            super().__init__(layout, *others)
            self.given = []
            found.append((self.given, layout))

        def add(self, cell):
            self.given.append(cell._replace(pixels=cell.pixels[:, :]))
            return super().add(cell)

        def set_notes(self, number, notes):
            self.given[number] = self.given[number]._replace(notes=notes)

    monkeypatch.setattr("imgfilt.batch.figure_job.Figure", Drawn)

    def here(work, numbers, workers, **how):
        return ((number, work(number)) for number in numbers)

    monkeypatch.setattr(parallel, "parallel_map", here)
    return found


def captions(drawn):
    """Return the captions of the one figure."""
    ((cells, _),) = drawn
    return [
        f"{cell.caption}\n{', '.join(span.string for span in cell.notes)}".rstrip("\n")
        for cell in cells
    ]


def assert_shown(path, drawn, pictures, inputs=1):
    """Hold a file to the scene of its cells, and its cells to pictures of their own size."""
    ((cells, layout),) = drawn
    scene, found = make_scene(cells, layout, inputs=inputs), load(path)
    assert_drawn_in_boxes(found, scene)
    assert_laid_out(scene, layout.columns)
    for placed, picture in zip(find_pixels(scene), pictures, strict=True):
        shown = np.broadcast_to(picture, (*picture.shape[:2], 3))
        assert np.array_equal(found[placed.slices], shown)
    return scene


@pytest.mark.parametrize(
    ("command", "filters", "title"),
    [
        ("blur", map(Blur, SIZES), "Averaging"),
        ("convolve -k average", [Convolve(f"average:{n}") for n in SIZES], "Averaging"),
        ("gaussian", map(Gaussian, SIZES), "Gaussian"),
        ("convolve -k gaussian", [Convolve(f"gaussian:{n}") for n in SIZES], "Gaussian"),
        ("median", map(Median, SIZES), "Median"),
    ],
)
def test_the_figures_of_the_lecture(command, filters, title, drawn):
    pixels = save("a.png", 50, 70, 3)
    succeed(*command.split(), "a.png", "--size", "5:45:10", "-o", "b.png")
    assert captions(drawn) == ["Original", *(f"{n} × {n} {title}" for n in SIZES)]
    pictures = [pixels, *(apply(filt, pixels, values="clip") for filt in filters)]
    scene = assert_shown("b.png", drawn, pictures)
    tops = [placed.top for placed in find_pixels(scene)]
    assert tops == [tops[0]] * 3 + [tops[3]] * 3
    assert sorted(files()) == ["a.png", "b.png"]


def test_the_comparison_of_the_lecture(drawn):
    pixels = save("a.png", 50, 70, 3)
    specs = "Gaussian=gaussian --size 35", "Bilateral=bilateral --diameter 35"
    succeed("compare", "a.png", *specs, "-o", "b.png")
    assert captions(drawn) == ["Original", "Gaussian", "Bilateral"]
    assert_shown(
        "b.png", drawn, [pixels, apply(Gaussian(35), pixels), apply(Bilateral(35), pixels)]
    )


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("blur -s 3,4x5", ["3 × 3 Averaging", "4 × 5 Averaging"]),
        ("blur -s 9:3:-3", ["9 × 9 Averaging", "6 × 6 Averaging", "3 × 3 Averaging"]),
        ("gaussian --sigma .5,3", ["Gaussian, sigma .5", "Gaussian, sigma 3"]),
        (
            "gaussian --size 5 --sigma 0,1,2",
            ["5 × 5 Gaussian", "Gaussian, sigma 1", "Gaussian, sigma 2"],
        ),
        (
            "gaussian --size 3,5 --sigma 0,1",
            [
                *("3 × 3 Gaussian", "3 × 3 Gaussian, sigma 1"),
                *("5 × 5 Gaussian", "5 × 5 Gaussian, sigma 1"),
            ],
        ),
        ("gaussian --sigma 0.1:0.3:0.1", [f"Gaussian, sigma 0.{n}" for n in (1, 2, 3)]),
        ("gaussian --size 3,5 --sigma 1", ["3 × 3 Gaussian", "5 × 5 Gaussian"]),
        ("bilateral -d 3,5", ["Bilateral, diameter 3", "Bilateral, diameter 5"]),
        ("bilateral --sigma-color 9,25", ["Bilateral, sigma color 9", "Bilateral, sigma color 25"]),
        ("nlmeans --strength 5,6", [f"Non-local means, strength {h}" for h in (5, 6)]),
        ("nlmeans --search 3,5", [f"Non-local means, search {side}" for side in (3, 5)]),
        (
            "gaussian --size 3,5 --sigma 1,2",
            [f"{n} × {n} Gaussian, sigma {s}" for n in (3, 5) for s in (1, 2)],
        ),
        (
            "bilateral --sigma-color 1,2 -d 3,5",
            [f"Bilateral, diameter {d}, sigma color {s}" for d in (3, 5) for s in (1, 2)],
        ),
    ],
)
def test_captions_of_a_sweep(command, wanted, drawn):
    save("a.png", 5, 6, 1)
    succeed(*command.split(), "a.png", "-o", "b.png")
    assert captions(drawn) == ["Original", *wanted]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ("blur", ["5 × 5 Averaging"]),
        ("median --size 3", ["3 × 3 Median"]),
        ("bilateral", ["Bilateral, diameter 9"]),
        ("gaussian --sigma 2 --size 3", ["3 × 3 Gaussian, sigma 2"]),
        ("Soft = blur --size 3", ["Soft"]),
        ("A name, with words=blur", ["A name, with words"]),
        ("Soft=blur --size 3,5", ["Soft: 3 × 3 Averaging", "Soft: 5 × 5 Averaging"]),
        ("convolve --kernel sobel-x", ["sobel-x Convolution"]),
        ("convolve -k average -s 3", ["3 × 3 Averaging"]),
        ("convolve -k '1 2; 3 4' --normalize", ["1 2; 3 4 Convolution, normalize"]),
        ("convolve -k masks/edge.txt", ["edge Convolution"]),
    ],
)
def test_captions_of_a_spec(spec, wanted, drawn):
    save("a.png", 5, 6, 1)
    Path("masks").mkdir()
    Path("masks/edge.txt").write_text("1 2\n")
    succeed("compare", spec, "a.png", "-o", "b.png")
    assert captions(drawn) == ["Original", *wanted]


def test_a_spec_has_its_own_border_engine_and_light(drawn):
    pixels = save("a.png", 9, 8, 3)
    specs = [
        "blur --border zero --engine numpy",
        "blur --border constant",
        "blur --border valid",
        "blur --engine numpy",
        "blur --linear",
    ]
    succeed("compare", "a.png", *specs, "--border-value", "9", "-o", "b.png")
    wanted = [
        pixels,
        apply(Blur(), pixels, "numpy", "zero"),
        apply(Blur(), pixels, "auto", "constant", 9),
        apply(Blur(), pixels, "auto", "valid"),
        apply(Blur(), pixels, "numpy"),
    ]
    shown = [cell.pixels for cell in drawn[0][0]]
    assert all(map(np.array_equal, shown, wanted))
    succeed("blur", "a.png", "--linear", "-o", "linear.png")
    assert np.array_equal(shown[-1], load("linear.png"))


def test_several_inputs_are_rows(drawn):
    pictures = [save(name, 40, 50, 3, seed=seed) for seed, name in enumerate(["a.png", "b.png"])]
    succeed("compare", "a.png", "median --size 3", "b.png", "blur --size 3,5", "-o", "c.png")
    names = ["Original", "3 × 3 Median", "3 × 3 Averaging", "5 × 5 Averaging"]
    assert captions(drawn) == names + names
    assert drawn[0][1].columns == 4
    filters = Median(3), Blur(3), Blur(5)
    assert_shown(
        "c.png",
        drawn,
        [
            cell
            for p in pictures
            for cell in (p, *(apply(filt, p, values="clip") for filt in filters))
        ],
        inputs=2,
    )


@posix
def test_a_file_with_the_name_of_a_filter(drawn):
    save("a.png", 5, 6, 1)
    Path("a.png").rename("gaussian")
    Path("blur --size 3").write_bytes(Path("gaussian").read_bytes())
    succeed("compare", "./gaussian", "./blur --size 3", "median", "-o", "b.png")
    assert captions(drawn) == 2 * ["Original", "5 × 5 Median"]


def test_a_template_that_names_the_parameter(drawn):
    pixels = save("a.png", 5, 6, 3)
    line = succeed("blur", "a.png", "--size", "3:7:2", "-o", "{stem}_{size}.png").stderr
    assert line == "imgfilt: 3 written, 0 failed\n"
    assert sorted(files()) == ["a.png", "a_3.png", "a_5.png", "a_7.png"]
    for size in (3, 5, 7):
        assert np.array_equal(load(f"a_{size}.png"), apply(Blur(size), pixels))
    assert drawn == []


def test_a_template_that_names_one_of_two_parameters(drawn):
    save("a.png", 5, 6, 3)
    succeed("gaussian", "a.png", "--size", "3,5", "--sigma", "1,2", "-o", "{sigma}.png")
    assert sorted(files()) == ["1.png", "2.png", "a.png"]
    for (cells, _), sigma in zip(drawn, (1, 2), strict=True):
        wanted = [f"{n} × {n} Gaussian, sigma {sigma}" for n in (3, 5)]
        assert [cell.caption for cell in cells] == ["Original", *wanted]


def test_a_figure_of_each_input(drawn):
    save("a.png", 5, 6, 3)
    save("b.jpg", 5, 6, 1)
    succeed("median", "a.png", "b.jpg", "-s", "3,5", "-o", "out/")
    assert sorted(files("out")) == ["a.png", "b.jpg"]
    assert [len(cells) for cells, _ in drawn] == [3, 3]


@pytest.mark.parametrize("output", ["made/", "made/{stem}.{ext}", "made/{filter}.png"])
def test_where_a_comparison_goes(output):
    save("a.png", 5, 6, 3)
    succeed("compare", "a.png", "blur", "median", "-o", output)
    assert list(files("made")) == ["blur.png" if "filter" in output else "a.png"]


def test_a_sweep_of_one_value_is_a_picture(drawn):
    pixels = save("a.png", 5, 6, 3)
    succeed("blur", "a.png", "-s", "3:4:2", "-o", "b.png")
    assert np.array_equal(load("b.png"), apply(Blur(3), pixels))
    assert drawn == []


@pytest.mark.parametrize("command", [["blur", "-s", "3,5"], ["compare", "blur", "median"]])
def test_layout(command, drawn):
    pixels = save("a.png", 30, 40, 3)
    words = "--columns", "2", "--no-original", "--title", "How much is too much?"
    succeed(*command, "a.png", *words, "--cell-width", "80", "-o", "b.png")
    ((cells, layout),) = drawn
    assert len(cells) == 2
    assert (layout.columns, layout.cell_width) == (2, 80)
    doubled = [cell.pixels.repeat(2, 0).repeat(2, 1) for cell in cells]
    scene = assert_shown("b.png", drawn, doubled)
    assert " ".join(line.string for line in title_of(scene)) == "How much is too much?"
    first = apply(Blur(3 if command[0] == "blur" else 5), pixels)
    assert np.array_equal(cells[0].pixels, first)


def test_zoom(drawn):
    pixels = save("a.png", 30, 40, 3)
    words = "--zoom", "10,5,8,6", "--cell-width", "33"
    succeed("blur", "a.png", "-s", "3,5", *words, "-o", "b.png")
    parts = [p[5:11, 10:18] for p in (pixels, apply(Blur(3), pixels), apply(Blur(5), pixels))]
    assert_shown("b.png", drawn, [part.repeat(4, 0).repeat(4, 1) for part in parts])


def test_reference(drawn):
    pixels = save("a.png", 30, 40, 3)
    save("b.png", 30, 40, 3, seed=1)
    succeed("compare", "b.png", "a.png", "blur -s 1", "--reference", "a.png", "-o", "c.png")
    differences = (load("b.png").astype(float) - pixels) ** 2
    decibels = f"PSNR {10 * np.log10(255**2 / differences.mean()):.2f} dB, SSIM "
    found = captions(drawn)
    assert found[0].startswith(f"Original\n{decibels}")
    assert found[1].startswith(f"1 × 1 Averaging\n{decibels}")
    assert found[2:] == [f"{name}\nPSNR ∞, SSIM 1.000" for name in ("Original", "1 × 1 Averaging")]


def test_cells_of_a_valid_border_are_centred(drawn):
    pixels = save("a.png", 40, 50, 3)
    succeed("blur", "a.png", "-s", "3,9", "--border", "valid", "-o", "b.png")
    pictures = [pixels, *(apply(Blur(n), pixels, border="valid") for n in (3, 9))]
    first, *others = find_pixels(assert_shown("b.png", drawn, pictures))
    for placed, margin in zip(others, (1, 4), strict=True):
        assert placed.top == first.top + margin
        assert placed.bottom == first.bottom - margin


def test_cells_of_a_full_border_are_centred(drawn):
    pixels = save("a.png", 40, 50, 3)
    words = ["convolve", "-k", "average", "-s", "3,9", "--border", "full"]
    succeed(*words, "a.png", "-o", "b.png")
    grown = [apply(Convolve(f"average:{n}"), pixels, border="full") for n in (3, 9)]
    _, small, large = find_pixels(assert_shown("b.png", drawn, [pixels, *grown]))
    assert small.top == large.top + 3
    assert small.bottom == large.bottom - 3


@pytest.mark.parametrize("suffix", ["svg", "html"])
@pytest.mark.parametrize(
    ("inputs", "options", "pixels"),
    [
        (["a.png"], [], 2 * 600),
        (["a.png", "c.png"], [], 4 * 600),
        (["a.png"], ["--difference"], 3 * 600),
        (["a.png"], ["--inset", "0,0,9,7"], 2 * (600 + 63)),
    ],
)
def test_the_pixels_of_all_pictures_count(suffix, inputs, options, pixels):
    save("a.png", 20, 30, 1)
    save("c.png", 20, 30, 1)
    words = ["compare", *inputs, "blur", *options, "-o", f"b.{suffix}", "--max-pixels"]
    refused(f"{inputs[-1]}: the figure would have at least ...", *words, str(pixels - 1), code=1)
    succeed(*words, str(pixels))


@pytest.mark.parametrize("options", [[], ["--zoom", "12,3,20,6"], ["--no-original"]], ids=str)
@pytest.mark.parametrize(
    "steps",
    [
        "'1 0 0 0 0' --origin 0,0 --border {}",
        "'0 0 0 1 0' --origin 0,3 --border {}",
        "'0 0 0; 0 0 0; 0 1 0' --origin 2,1 --border {}",
        "'1 0 0' --origin 0,0 --border {} | convolve --kernel '0 0 0 0 1' --origin 0,4 --border {}",
    ],
)
@pytest.mark.parametrize("border", ["valid", "full"])
def test_a_dot_has_one_place_in_all_cells(border, steps, options):
    """A kernel whose only 1 lies at its origin leaves each pixel where it is."""
    dot = np.zeros((12, 40), np.uint8)
    dot[5, 20] = 255
    Image.fromarray(dot).save("a.png")
    spec = "convolve --kernel " + steps.format(border, border)
    succeed("compare", "a.png", "blur --size 1", spec, *options, "-o", "b.html")
    page = Path("b.html").read_text()
    places = re.findall(r'data-top="(.+?)" data-left="(.+?)".*?base64,(.+?)"', page, re.DOTALL)
    assert len(places) == 3 - ("--no-original" in options)
    for top, left, picture in places:
        pixels = np.asarray(Image.open(BytesIO(b64decode(picture))))
        (row,), (column,) = np.nonzero(pixels)
        assert (row + int(top), column + int(left)) == (5, 20)


def test_a_cell_that_shows_nothing_keeps_its_place_and_caption():
    save("a.png", 40, 50, 3)
    words = ["compare", "a.png", "Small=blur -s 15 --border valid", "Soft=blur", "--columns", "2"]
    words += ["--zoom", "0,0,6,6", "-q"]
    for suffix in ("png", "svg", "pdf"):
        succeed(*words, "-o", f"b.{suffix}")
    succeed(*words, "-o", "b.html")
    page = Path("b.html").read_text("utf-8")
    items = re.findall(r"<li(.+?)</li>", page, re.DOTALL)
    captions = [re.findall(r'"caption" dir="auto">(.+?)<', item) for item in items]
    assert captions == [["Original"], ["Small"], ["Soft"]]
    assert ["data:image/png" in item for item in items] == [True, False, True]
    numbers = [re.findall(r'"number">(.+?)<', item) for item in items]
    assert numbers == [["1"], [], ["2"]]  # keys choose pictures


@pytest.mark.parametrize(
    ("shape", "dtype"), [((8, 9, 1), "uint8"), ((8, 9, 4), "uint8"), ((8, 9, 1), "uint16")]
)
def test_figures_are_8_bit_rgb(shape, dtype):
    save("a.png", *shape, dtype=dtype)
    succeed("median", "a.png", "-s", "3,5", "-o", "b.png")
    assert load("b.png").dtype == "uint8"
    assert load("b.png").shape[2] == 3


def test_what_clips_is_said_with_its_cell():
    np.save("a.npy", np.uint8([[0, 100, 255]]))
    specs = "Twice=convolve -k '2 0 -1' --border zero", "blur"
    line, _ = succeed("compare", "a.npy", *specs, "-o", "b.png").stderr.splitlines()
    share = "66.7 % of values fell outside 0..255 (−100..510) and were clipped"
    assert line == f"imgfilt: a.npy: Twice: {share}; --values stretch makes them fit"


def test_convolve_takes_values_in_a_spec(drawn):
    pixels = save("a.png", 5, 6, 3)
    succeed("compare", "a.png", "convolve -k sobel-x --values abs", "-q", "-o", "b.png")
    wanted = apply(Convolve("sobel-x"), pixels, values="abs")
    assert np.array_equal(drawn[0][0][1].pixels, wanted)


@pytest.mark.parametrize(
    ("specs", "captions"),
    [
        (
            ["blur --border reflect", "blur --border wrap", "blur"],
            ["5 × 5 Averaging, border reflect", "5 × 5 Averaging, border wrap", "5 × 5 Averaging"],
        ),
        (
            ["median --engine auto", "median --engine numpy --border zero --linear"],
            ["5 × 5 Median, engine auto", "5 × 5 Median, border zero, engine numpy, linear"],
        ),
        (
            ["convolve -k '1 -1' --values clip", "convolve -k '1 -1' --values abs"],
            ["1 -1 Convolution, values clip", "1 -1 Convolution, values abs"],
        ),
        (
            ["median --size 3 --border reflect | blur", "Own=blur --border reflect"],
            ["3 × 3 Median, border reflect | 5 × 5 Averaging", "Own"],
        ),
        (
            ["blur -s 3,5 --border wrap"],
            [f"{n} × {n} Averaging, border wrap" for n in (3, 5)],
        ),
    ],
)
def test_what_a_spec_names_is_in_its_caption(specs, captions):
    """Also what is the default, because the cell beside it may have another."""
    save("a.png", 9, 9, 3)
    succeed("compare", "a.png", *specs, "--table", "t.json", "-q", "-o", "b.png")
    rows = json.loads(Path("t.json").read_text("utf-8"))["rows"]
    assert [row["filter"] for row in rows] == captions
