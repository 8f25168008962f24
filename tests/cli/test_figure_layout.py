"""Figures from the command line: sizes in print, captions, fonts, pages, and their command."""

import shlex
from pathlib import Path, PurePath

import numpy as np
import pytest
from PIL import Image

from imgfilt.figure import face

from ..cli_support import files, load, posix, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")

SWEEP = "blur", "a.png", "-s", "3,5"


@pytest.mark.parametrize(
    ("options", "dots"),
    [
        (["--figure-width", "8cm"], 300),
        (["--figure-width", "80mm", "--dpi", "150"], 150),
        (["--figure-width", "3.149606in", "--dpi", "450"], 450),
        (["--figure-width", "226.772"], 300),
    ],
)
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_the_file_says_its_size_in_print(options, dots, suffix):
    save("a.png", 30, 40, 3)
    succeed(*SWEEP, *options, "-o", f"b.{suffix}")
    with Image.open(f"b.{suffix}") as figure:
        dpi = float(figure.info["dpi"][0])
        assert dpi == pytest.approx(dots, rel=0.01)
        assert figure.width / dpi * 2.54 == pytest.approx(8, abs=0.03)


@pytest.mark.parametrize(
    ("width", "dots", "pixels"),
    [("84mm", 600, 1984), ("6.4in", 300, 1920), ("85.5mm", 123.4, 415), ("5cm", 60, 118)],
)
@pytest.mark.parametrize(
    "words",
    ["", "--columns 2", "--columns 1 --title Title", "--zoom 3,5,17,12 --inset 4,6,3,3"],
)
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_width_and_dots_are_those_asked_for(width, dots, pixels, words, suffix):
    """What whole pictures leave of the width is in the margins and between the columns."""
    save("a.png", 40, 53, 3)
    size = ["--figure-width", width, "--dpi", dots]
    succeed(*SWEEP, *size, *words.split(), "-o", f"b.{suffix}")
    with Image.open(f"b.{suffix}") as figure:
        assert figure.width == pixels
        rounded = 0.5 if suffix == "jpg" else 0.02  # JPEG: whole numbers; PNG: dots a metre
        assert float(figure.info["dpi"][0]) == pytest.approx(dots, abs=rounded)


@pytest.mark.parametrize(("width", "points"), [("84mm", "238.1102"), ("6.4in", "460.8")])
def test_the_width_of_a_figure_without_pixels(width, points):
    save("a.png", 40, 53, 3)
    succeed(*SWEEP, "--figure-width", width, "-o", "b.svg")
    assert f'width="{points}pt"' in Path("b.svg").read_text()


@pytest.mark.parametrize(
    ("words", "pixels"),
    [
        (["--figure-width", "1920px"], 1920),
        (["--figure-width", "1921 px", "--dpi", "77"], 1921),
        (["--figure-width", "84 mm"], 992),
        (["--figure-width", "6.4\tin"], 1920),
        (["--figure-width", "0500px", "--dpi", "100"], 500),
    ],
)
def test_pixels_and_blanks_before_a_unit(words, pixels):
    save("a.png", 40, 53, 3)
    said = succeed(*SWEEP, *words, "--caption-size", "9 pt", "-o", "b.png").stderr
    assert said.splitlines()[0].startswith(f"imgfilt: b.png: a figure of 3 cells, {pixels} x ")
    with Image.open("b.png") as figure:
        assert figure.width == pixels
        dots = 300 if len(words) == 2 else float(words[-1])
        assert float(figure.info["dpi"][0]) == pytest.approx(dots, abs=0.02)


def test_a_width_without_a_unit_is_in_points_and_says_so():
    save("a.png", 40, 53, 3)
    said = succeed(*SWEEP, "--figure-width", "84", "--caption-size", "5", "-o", "b.png").stderr
    note = "imgfilt: --figure-width 84 has no unit: 84 points are 29.6mm"
    assert said.splitlines()[0] == note
    said = succeed(*SWEEP, "--figure-width", "84pt", "--caption-size", "5", "-o", "b.png").stderr
    assert "unit" not in said


@pytest.mark.parametrize("words", ["--animate", "--no-original --columns 1"])
def test_the_width_of_frames_and_of_one_column(words):
    save("a.png", 40, 53, 3)
    succeed(*SWEEP, "--figure-width", "3.333in", "--dpi", "100", *words.split(), "-o", "b.png")
    with Image.open("b.png") as figure:
        assert figure.width == 333


def test_dots_alone_are_those_of_16_cm():
    save("a.png", 40, 53, 3)
    for dots, pixels in ((72, 454), (300, 1890)):
        succeed(*SWEEP, "--dpi", dots, "-o", "b.tif")
        with Image.open("b.tif") as figure:
            assert (figure.width, float(figure.info["dpi"][0])) == (pixels, dots)


def test_a_figure_is_16_cm_wide_by_default():
    save("a.png", 300, 400, 3)
    succeed(*SWEEP, "-o", "b.png")
    with Image.open("b.png") as figure:
        assert figure.width / figure.info["dpi"][0] * 2.54 == pytest.approx(16, abs=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--figure-width 3parsec", "--figure-width: '3parsec' is not a length such as 16cm: ..."),
        ("--figure-width 9", "--figure-width: '9' is not from 36 to 14400 points; ..."),
        (
            "--figure-width 99px",
            "--figure-width: '99px' is not from 150 to 60000 pixels at 300 dpi",
        ),
        ("--figure-width 9.5px", "--figure-width: '9.5px' is not a length such as 16cm: ..."),
        ("--caption-size 9px", "--caption-size: '9px' is not a length such as 16cm: ..."),
        (
            "--figure-width 900px --cell-width 90",
            "--figure-width 900px and --cell-width both set the number of pixels; give one of them",
        ),
        ("--caption-size cm", "--caption-size: 'cm' is not a length such as 16cm: ..."),
        ("--dpi 3", "--dpi: 3 is not a number from 10 to 10000"),
        ("--font none.ttf", "--font none.ttf: no such file"),
        ("--font a.png", "--font a.png: wanted a TrueType or OpenType font"),
        (
            "--figure-width 40pt --columns 3",
            "a.png: --columns 3 and --caption-size 9 leave no room for pictures in "
            "--figure-width 40 points",
        ),
    ],
)
def test_what_is_impossible_is_refused_in_one_line(options, message):
    save("a.png", 30, 40, 3)
    code = 1 if message.startswith("a.png") else 2
    refused(message, *SWEEP, *options.split(), "-o", "b.png", code=code)
    assert sorted(files()) == ["a.png"]


def test_a_transparent_page_keeps_the_pictures_opaque():
    save("a.png", 30, 40, 3)
    succeed(*SWEEP, "--background", "none", "-o", "b.png")
    alpha = load("b.png")[..., 3]
    assert alpha[0, 0] == 0
    assert (alpha == 255).sum() >= 3 * 30 * 40


@pytest.mark.parametrize(("page", "ink"), [("black", 235), ("#ffd", 32), ("white", 32)])
def test_the_ink_follows_the_page(page, ink):
    pixels = save("a.png", 30, 40, 3)
    pixels[...] = 128
    Image.fromarray(pixels).save("a.png")
    succeed(*SWEEP, "--background", page, "-o", "b.png")
    levels = load("b.png")[..., 0].astype(int)
    assert (levels == ink).any()
    assert levels[0, 0] == (0 if page == "black" else 255)


def test_the_user_s_font_is_drawn():
    save("a.png", 30, 40, 3)
    mono = next(Path("/usr/share/fonts").rglob("DejaVuSansMono.ttf"), None)
    if mono is None:
        pytest.skip("no font is installed")
    succeed(*SWEEP, "-o", "b.png")
    succeed(*SWEEP, "--font", str(mono), "-o", "c.png")
    assert not np.array_equal(load("b.png"), load("c.png"))


@pytest.mark.parametrize(
    ("cells", "columns"), [(2, 2), (3, 3), (4, 2), (5, 3), (6, 3), (7, 4), (8, 4), (10, 5)]
)
def test_default_columns_leave_few_holes(cells, columns):
    save("a.png", 30, 400, 3)
    sizes = ",".join(str(2 * n + 1) for n in range(1, cells + 1))
    succeed("blur", "a.png", "-s", sizes, "--no-original", "-o", "b.png", "--cell-width", "200")
    assert load("b.png").shape[1] // 200 == columns


@posix
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "gif", "webp"])
def test_a_figure_says_which_command_made_it(suffix):
    save("a.png", 30, 40, 3)
    words = "blur", "a.png", "-s", "3,5", "--title", "5 × 5 & more", "-o", f"b.{suffix}"
    succeed(*words)
    command = shlex.join(["imgfilt", *words])
    content = Path(f"b.{suffix}").read_bytes()
    assert command.encode() in content
    succeed(*shlex.split(command)[1:])
    assert Path(f"b.{suffix}").read_bytes() == content


def test_letters_that_no_font_has_are_said(monkeypatch):
    monkeypatch.setattr(face, "_INSTALLED", ())
    save("a.png", 30, 40, 3)
    line = succeed("compare", "a.png", "高 5 × 5 ﬆ=blur", "-o", "b.svg").stderr
    said = "no typeface here has 高 ﬆ: frames are drawn instead; --font FILE names another"
    assert line == f"imgfilt: {said}\nimgfilt: b.svg: a figure of 2 cells\n"


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["p/x.png", "p/y.png"], ["x", "y"]),
        (["p/x.png", "p/x.jpg"], ["x.png", "x.jpg"]),
        (["p/x.png", "q/x.png"], ["p/x.png", "q/x.png"]),
        (["p/a/x.png", "q/a/x.png", "q/a/y.png"], ["p/a/x.png", "q/a/x.png", "q/a/y.png"]),
        (["r/p/a.png", "r/q/a.png"], ["p/a.png", "q/a.png"]),
    ],
)
def test_names_tell_inputs_apart(paths, labels):
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        save(path, 30, 40, 3)
    words = ["--table", "t.csv", "-o", "b.svg"]
    succeed("compare", *paths, "blur", "--no-original", *words)
    rows = [line.split(",")[0] for line in Path("t.csv").read_text().splitlines()[1:-1]]
    assert [PurePath(name) for name in rows] == [PurePath(name) for name in paths]
    assert all(PurePath(name).name in Path("b.svg").read_text() for name in labels)


def test_a_figure_of_an_animation_says_which_frame_it_shows(in_folder):
    frames = [Image.new("RGB", (9, 9), (level, 0, 0)) for level in (0, 90, 180)]
    frames[0].save("a.png", save_all=True, append_images=frames[1:], duration=50)
    command = "blur", "a.png", "--size", "3,5", "-o", "b.png"
    note = "a.png: shown is frame 0 of 3; --frame names another"
    assert note in succeed(*command).stderr
    assert "shown is" not in succeed(*command, "--frame", "2").stderr
