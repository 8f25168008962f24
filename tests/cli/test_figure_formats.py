"""Formats that hold figures only, from the command line: what they take, and what they refuse."""

import base64
import importlib.util
import io
import os
import re
import shlex
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt import Image as Picture
from imgfilt import ImageError, apply, write
from imgfilt.filters import Median
from imgfilt.image import OUTPUT_FORMATS

from ..cli_support import files, invoke, refused, run, save, succeed
from ..vector_support import NASTY, run_program

pytestmark = pytest.mark.usefixtures("in_folder")

FORMATS = [key for key, form in OUTPUT_FORMATS.items() if form.renderer]
HAS_PDF = importlib.util.find_spec("fpdf") is not None
DRAWN = [
    pytest.param(
        key,
        marks=pytest.mark.skipif(
            key == "pdf" and not HAS_PDF, reason="the extra pdf isn't installed"
        ),
    )
    for key in FORMATS
]
SINGLE = (
    " holds figures only, and this is a single picture; several values for a parameter make a "
    "figure, and so does imgfilt compare"
)


def find_pictures(path):
    """Return the pictures of a figure as (H, W, 3) arrays."""
    if path.endswith(".pdf"):
        run_program("pdfimages", "-png", path, "picture")
        pictures = [Image.open(name) for name in sorted(files()) if name.startswith("picture-")]
    else:
        found = re.findall(rb"data:image/png;base64,([\w+/=]+)", Path(path).read_bytes())
        pictures = [Image.open(io.BytesIO(base64.b64decode(data))) for data in found]
    return [np.asarray(picture.convert("RGB")) for picture in pictures]


@pytest.mark.parametrize("format", DRAWN)
@pytest.mark.parametrize("shape", [(40, 60, 3), (9, 5, 1), (30, 2500, 3)])
def test_pictures_are_the_cells_pixel_for_pixel(format, shape):
    """A picture wider than a raster's limit, which is reduced there, too."""
    pixels = save("a.png", *shape)
    succeed("median", "a.png", "--size", "3,5", "-o", f"b.{format}")
    cells = [pixels, *(apply(Median(size), pixels) for size in (3, 5))]
    found = find_pictures(f"b.{format}")
    assert len(found) == 3
    for picture, cell in zip(found, cells, strict=True):
        assert np.array_equal(picture, np.broadcast_to(cell, (*shape[:2], 3)))


@pytest.mark.parametrize("format", DRAWN)
def test_a_zoom_is_cut_at_whole_pixels(format):
    pixels = save("a.png", 40, 60, 3)
    succeed("median", "a.png", "--size", "3,5", "--zoom", "7,9,20,10", "-o", f"b.{format}")
    assert np.array_equal(find_pictures(f"b.{format}")[0], pixels[9:19, 7:27])


@pytest.mark.parametrize("format", DRAWN)
def test_every_way_to_name_the_format_gives_the_same_file(format):
    save("a.png", 8, 9, 3)
    words = ["blur", "a.png", "--size", "2,3", "--strip"]
    succeed(*words, "-o", f"b.{format}")
    succeed(*words, "-f", format, "-o", "out/")
    succeed(*words, "-o", f"{{stem}}-{{filter}}.{format}")
    piped = run(*words, "-f", format, "-o", "-")
    contents = {files()[f"{name}.{format}"] for name in ("b", "out/a", "a-blur")} | {piped.stdout}
    assert len(contents) == 1
    assert b"--strip" not in piped.stdout  # what is stripped doesn't say its command


@pytest.mark.slow
@pytest.mark.parametrize("format", DRAWN)
def test_a_figure_is_the_same_in_every_run(format):
    save("a.png", 8, 9, 3)
    words = ["blur", "a.png", "--size", "2,3", "--title", "5 × 5, σ", "-o", f"b.{format}"]
    contents = set()
    for seed in "12":
        done = run(*words, env=os.environ | {"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
        contents.add(files()[f"b.{format}"])
    assert len(contents) == 1


@pytest.mark.parametrize("format", DRAWN)
def test_compare_and_kernel_plot_draw(format):
    save("a.png", 8, 9, 3)
    succeed("compare", "a.png", f"{NASTY.replace('=', '-')}=blur --size 3", "-o", f"b.{format}")
    succeed("kernel", "plot", "sobel-x", "-o", f"k.{format}")
    piped = run("kernel", "plot", "sobel-x", "-f", format, "-o", "-").stdout
    assert abs(len(piped) - len(files()[f"k.{format}"])) < 40  # they have different commands
    assert format == "pdf" or b"<img src-x" not in files()[f"b.{format}"]


def find_command(path):
    """Return the command that a file names."""
    if path.endswith(".pdf"):
        (line,) = re.findall(r"^Subject: +(.*)", run_program("pdfinfo", path), re.MULTILINE)
        return line
    if path.endswith(".png"):
        with Image.open(path) as file:
            return file.text["Comment"]
    content = Path(path).read_text("utf-8")
    return unescape(re.search("(?:<desc>|<code>)(.*?)</", content)[1])


@pytest.mark.parametrize("format", [*DRAWN, "png"])
def test_a_figure_says_which_command_made_it(format):
    save("a b.png", 8, 9, 3)
    title = "--title '<5 × 5> & −'"
    for words in (f"blur 'a b.png' --size 2,3 {title}", f"compare 'a b.png' blur {title}"):
        command = f"imgfilt {words} -o b.{format}"
        succeed(*shlex.split(command)[1:])
        assert find_command(f"b.{format}") == command
    command = f"imgfilt kernel plot '1 0 -1; 2 0 -2' -o b.{format}"
    succeed(*shlex.split(command)[1:])
    assert find_command(f"b.{format}") == command


@pytest.mark.parametrize("format", ["png", "jpg", "tif", "bmp", "gif", "webp", "ppm"])
def test_formats_without_text_or_resolution_lose_nothing_that_is_said(format):
    Image.new("L", (9, 8), 80).save("a.png")
    said = succeed("blur", "a.png", "--size", "1,2,3", "-o", f"b.{format}").stderr
    with Image.open(f"b.{format}") as file:
        assert said == f"imgfilt: b.{format}: a figure of 4 cells, {file.width} x {file.height}\n"
    assert succeed("blur", "a.png", "--size", "2,3", "-q", "-o", f"b.{format}").stderr == ""


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_a_drawing_has_cells_and_no_pixels(suffix):
    save("a.png", 8, 9, 3)
    said = succeed(
        "median", "a.png", "--size", "1:5:2", "--no-original", "-o", f"b.{suffix}"
    ).stderr
    assert said == f"imgfilt: b.{suffix}: a figure of 3 cells\n"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("gaussian --sigma 3,5", "--sigma 3x5"),
        ("blur --size 5,9", "--size 5x9"),
        ("gaussian --size 5,9 --sigma 2", "--size 5x9"),
        ("blur --size 5,9,13", ""),
        ("blur --size 5x3,9", ""),
        ("bilateral --diameter 3,5", ""),
    ],
)
def test_two_values_may_be_meant_for_the_axes(words, hint):
    save("a.png", 8, 9, 3)
    name, *options = words.split()
    said = succeed(name, "a.png", *options, "-o", "b.svg").stderr
    cells = 2 + words.count(",")
    assert said == f"imgfilt: b.svg: a figure of {cells} cells" + (
        f" (for across and down: {hint})\n" if hint else "\n"
    )


@pytest.mark.parametrize("format", ["png", "jpg", "tif"])
def test_a_picture_of_a_figure_says_its_size_in_print(format):
    """By default 16 cm, if its pixels aren't too few for the captions."""
    save("a.png", 300, 700, 3)
    succeed("blur", "a.png", "--size", "2,3", "-o", f"b.{format}")
    with Image.open(f"b.{format}") as file:
        across, down = map(float, file.info["dpi"])
        assert file.width / across * 2.54 == pytest.approx(16, abs=0.03)
        assert across == pytest.approx(down)


@pytest.mark.parametrize("format", FORMATS)
def test_a_single_picture_is_refused(format):
    save("a.png", 8, 9, 3)
    label = OUTPUT_FORMATS[format].label
    for words, name in (
        (["-o", f"b.{format}"], f"b.{format}"),
        (["-f", format, "-o", "-"], "stdout"),
        (["-f", format, "-o", "out/"], f"out/a.{format}"),
        (["--size", "3,5", "-o", f"{{size}}.{format}"], f"3.{format}"),
        (["-o", f"b.{format}", "--dry-run"], f"b.{format}"),
    ):
        refused(f"{name}: {label}{SINGLE}", "blur", "a.png", *words)
    with pytest.raises(ImageError, match=f"b.{format}: {label} holds figures only"):
        write(f"b.{format}", Picture(np.zeros((2, 2, 3), np.uint8)))


def test_a_picture_that_is_called_a_figure_is_refused_alone():
    save("a.png", 8, 9, 3)
    os.rename("a.png", "a.svg")
    save("b.png", 8, 9, 3)
    result = invoke("blur", "a.svg", "b.png", "-o", "out/")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == f"imgfilt: a.svg: SVG{SINGLE}"
    assert "out/b.png" in files()


@pytest.mark.parametrize("format", FORMATS)
def test_options_of_pictures_are_refused(format):
    save("a.png", 8, 9, 3)
    words = ["blur", "a.png", "--size", "2,3", "-o", f"b.{format}"]
    refused("--quality goes with ...", *words, "--quality", 3)
    refused("--compression goes with ...", *words, "--compression", 3)
    refused("--depth goes with pictures; a figure has 8 bits", *words, "--depth", 16)
    refused(f"b.{format}: its suffix says ...", *words, "-f", "png")


def test_a_figure_is_not_read():
    save("a.png", 8, 9, 3)
    succeed("blur", "a.png", "--size", "2,3", "-o", "a.svg")
    refused("a.svg: is an SVG file, which isn't read", "blur", "a.svg", "-o", "b.png", code=1)


@pytest.mark.parametrize("words", ["blur a.png --size 2,3", "compare a.png blur", "kernel plot 1"])
def test_a_pdf_without_its_library_is_refused(words, monkeypatch):
    save("a.png", 8, 9, 3)
    monkeypatch.setattr("imgfilt.figure.renderers.find_spec", lambda name: None)
    line = "b.pdf: PDF needs a library: pip install 'imgfilt[pdf]'"
    refused(line, *words.split(), "-o", "b.pdf")


@pytest.mark.parametrize("format", DRAWN)
def test_an_input_that_fails_leaves_the_old_figure(format):
    save("a.png", 8, 9, 3)
    Path("broken.png").write_bytes(Path("a.png").read_bytes()[:60])
    Path(f"b.{format}").write_text("old")
    refused(
        "broken.png: ...", "compare", "a.png", "broken.png", "blur", "-o", f"b.{format}", code=1
    )
