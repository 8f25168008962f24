"""Figures as PDF: pictures pixel for pixel, text that can be found, and the size of the page."""

import re
from io import BytesIO
from subprocess import run
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from imgfilt.figure.fonts import Fonts
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Picture, Scene, Text

from ..vector_support import (
    BOXES,
    CAPTIONS,
    NASTY,
    PICTURES,
    TEXTS,
    assert_apart,
    assert_looks_like_raster,
    make_font,
    make_grid,
    make_scene,
    run_program,
)

pytest.importorskip("fpdf", reason="the extra pdf isn't installed")
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from imgfilt.figure.pdf import render
from imgfilt.figure.truetype import to_truetype

MOST_ERROR = 0.1 / 25.4 * 72  # 0.1 mm in points


@pytest.fixture
def write(tmp_path):
    """Return a function that writes the PDF of a scene."""

    def write_scene(scene):
        path = tmp_path / "figure.pdf"
        path.write_bytes(render(scene))
        return path

    return write_scene


def show_info(path):
    """Return what pdfinfo says, by its names."""
    lines = run_program("pdfinfo", path).splitlines()
    return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}


def draw(path, dots_per_inch):
    """Return the page as pixels."""
    run_program("pdftoppm", "-r", dots_per_inch, "-png", "-singlefile", path, path.with_suffix(""))
    return np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"))


def find_words(path):
    """Return the words of the page, each with left, top, right and bottom in points."""
    page = ElementTree.fromstring(
        re.sub(r' xmlns="[^"]*"', "", run_program("pdftotext", "-bbox", path, "-"))
    )
    names = ("xMin", "yMin", "xMax", "yMax")
    return [(word.text, [float(word.get(name)) for name in names]) for word in page.iter("word")]


def test_pictures_are_their_own_pixels(write, tmp_path):
    path = write(make_scene())
    run_program("pdfimages", "-png", path, tmp_path / "picture")
    for number, pixels in enumerate(PICTURES):
        with Image.open(tmp_path / f"picture-{number:03}.png") as file:
            found = np.atleast_3d(np.asarray(file.convert("RGB" if pixels.shape[2] == 3 else "L")))
        assert np.array_equal(found, pixels)
    rows = [line.split() for line in run_program("pdfimages", "-list", path).splitlines()[2:]]
    for row, pixels, box in zip(rows, PICTURES, BOXES, strict=True):
        assert row[2:10] == ["image", *map(str, pixels.shape[1::-1]), *row[5:8], "image", "no"]
        assert int(row[12]) == pytest.approx(72 * pixels.shape[1] / box.width, abs=1)


def test_fonts_are_embedded_and_texts_can_be_found(write):
    path = write(make_scene())
    fonts = [line.split()[-5:-2] for line in run_program("pdffonts", path).splitlines()[2:]]
    assert len(fonts) >= 2
    assert all(font == ["yes", "yes", "yes"] for font in fonts)  # embedded, a part, with Unicode
    found = [
        " ".join(line.split())
        for line in run_program("pdftotext", "-layout", path, "-").splitlines()
    ]
    for text in TEXTS[:3]:
        assert text.string in found
    words = [word for word, _ in find_words(path)]
    assert {"upwards,", "3", "×"} <= set(words)


def test_signs_need_no_letters_of_the_font(write):
    scene = Scene(200, 50, 1, fonts=Fonts(make_font("ab")), items=[Text("a×b", 10, 40, 20)])
    assert run_program("pdftotext", write(scene), "-").split() == ["a×b"]


def make_postscript_font():
    """Return an OpenType font with PostScript outlines, whose "o" is a ring and "b" a block."""
    builder = FontBuilder(1000, isTTF=False)
    names = [".notdef", "o", "b", "space"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("o"): "o", ord("b"): "b", ord(" "): "space"})
    glyphs = {}
    for name in names:
        pen = T2CharStringPen(800, None)
        for radius, turn in {"o": [(300, 1), (200, -1)], "b": [(250, 0)]}.get(name, []):
            pen.moveTo((400 + radius, 300))
            bend, corners = 0.552 * radius, [(0, 1), (-1, 0), (0, -1), (1, 0)]
            x, y = 1, 0
            for along, across in corners[::turn] if turn < 0 else corners:
                across *= turn or 1
                points = [
                    (400 + radius * x + bend * along, 300 + radius * y + bend * across),
                    (400 + radius * along + bend * x, 300 + radius * across + bend * y),
                    (400 + radius * along, 300 + radius * across),
                ]
                pen.curveTo(*points) if turn else pen.lineTo(points[-1])
                x, y = along, across
            pen.closePath()
        glyphs[name] = pen.getCharString()
    builder.setupCFF("Rings", {"FullName": "Rings"}, glyphs, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Rings", "styleName": "Regular", "psName": "Rings"})
    builder.setupOS2()
    builder.setupPost()
    stream = BytesIO()
    builder.save(stream)
    return stream.getvalue()


def test_postscript_outlines_are_embedded_as_what_they_are_called(write):
    data = make_postscript_font()
    scene = Scene(160, 60, 3, fonts=Fonts(data), items=[Text("bob ob", 10, 40, 30)])
    path = write(scene)
    (font,) = run_program("pdffonts", path).splitlines()[2:]
    assert font.split()[1:3] == ["CID", "TrueType"]
    fonts = run(["pdffonts", path], capture_output=True, text=True)
    drawn = run(["pdftoppm", "-r", "9", path, path], capture_output=True, text=True)
    assert (fonts.stderr, drawn.stderr) == ("", "")  # else "Mismatch between font type and ..."
    assert run_program("pdftotext", path, "-").split() == ["bob", "ob"]
    found, wanted = draw(path, 216), draw_raster(scene)
    assert np.abs(found.astype(int) - wanted).mean() < 2
    assert_looks_like_raster(found, scene)
    assert render(scene) == path.read_bytes()
    part = TTFont(BytesIO(to_truetype(data, "o")))
    assert set(part.getBestCmap()) == {ord("o")}


def test_truetype_outlines_stay(write):
    data = make_font("ab")
    assert to_truetype(data, "a") is data


def test_a_text_stays_as_it_is(write):
    scene = Scene(200, 50, 1, items=[Text("{nb} pages", 10, 40, 20)])
    assert run_program("pdftotext", write(scene), "-").split() == ["{nb}", "pages"]


@pytest.mark.parametrize("anchor", [0, 0.5, 1])
def test_a_line_of_text_lies_where_it_should(anchor, write):
    string = "Kerning AVAToWa 5 × 5"
    (_, first), *_, (_, last) = find_words(
        write(Scene(600, 100, 1, items=[Text(string, 300, 50, 20, anchor)]))
    )
    width = Fonts().width(string, 20)  # by which it was laid out
    left = 300 - anchor * width
    assert first[0] == pytest.approx(left, abs=0.2)
    assert last[2] == pytest.approx(left + width, abs=0.3)
    assert first[1] < 50 < first[3]


@pytest.mark.parametrize("anchor", [0, 0.5, 1])
def test_turned_text_near_the_corner_looks_like_the_raster(anchor, write):
    scene = Scene(90, 150, 2, items=[Text("Upright", 25, 65, 20, anchor, angle=90)])
    assert_looks_like_raster(draw(write(scene), 144), scene)


def test_a_page_looks_like_the_raster(write):
    scene = make_scene()
    assert_looks_like_raster(draw(write(scene), 144), scene)


def test_nothing_overlaps(write):
    scene = make_grid()
    path = write(scene)
    boxes = [item.box for item in scene.items if isinstance(item, Picture)]
    pictures = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    assert len(pictures) == len(CAPTIONS)
    words = find_words(path)
    assert {"Original", "PSNR", "31.42"} <= {word for word, _ in words}
    assert_apart([*pictures, *(box for _, box in words)], scene.width, scene.height)


def test_letters_of_other_scripts_are_drawn_as_the_raster_has_them(write):
    scene = Scene(300, 60, 2.5, items=[Text("שלום عربي 高斯 𝄞 ﷽", 150, 40, 24, 0.5)])
    scene.fonts.width(scene.items[0].string, 1)
    assert_looks_like_raster(draw(write(scene), 180), scene)


@pytest.mark.parametrize("size", [(453.5433, 311.811), (36, 1000.7), (300, 9)])
def test_the_page_has_its_size(size, write):
    found = show_info(write(Scene(*size, 1)))["Page size"]
    width, height = re.match(r"([\d.]+) x ([\d.]+) pts", found).groups()
    assert float(width) == pytest.approx(size[0], abs=MOST_ERROR)
    assert float(height) == pytest.approx(size[1], abs=MOST_ERROR)


def test_the_file_says_what_it_is(write):
    command = f"imgfilt blur '{NASTY}' \ud800"
    info = show_info(write(make_scene(title="Größe − 5 × 5", command=command)))
    assert info["Title"] == "Größe − 5 × 5"
    assert info["Subject"] == f"imgfilt blur '{NASTY}'"
    assert info["Creator"].startswith("imgfilt ")
    assert info["Pages"] == "1"


def test_equal_scenes_give_equal_files():
    assert render(make_scene(title="t")) == render(make_scene(title="t"))


def test_the_background(write):
    found = draw(write(Scene(100, 50, 1, background=(10, 200, 30))), 72)
    assert np.array_equal(np.unique(found.reshape(-1, 3), axis=0), [(10, 200, 30)])
    assert b" re f" not in render(Scene(100, 50, 1, background=None))
