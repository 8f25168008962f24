"""Figures as SVG: valid, text as text, pictures pixel for pixel, and the same in a browser."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from imgfilt.figure.scene import Box, Picture, Scene, Text
from imgfilt.figure.svg import render

from ..browser_support import start_browser
from ..vector_support import (
    BOXES,
    CAPTIONS,
    NASTY,
    PICTURES,
    TEXTS,
    assert_apart,
    assert_looks_like_raster,
    make_grid,
    make_scene,
)

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"

# Of SVG 1.1, what the DTD allows for each element that is used.
PAINT = {"fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"}
ALLOWED = {
    "svg": {"version", "width", "height", "viewBox", "font-family"},
    "title": set(),
    "desc": set(),
    "rect": {"x", "y", "width", "height"} | PAINT,
    "circle": {"cx", "cy", "r"} | PAINT,
    "polygon": {"points"} | PAINT,
    "polyline": {"points"} | PAINT,
    "image": {"x", "y", "width", "height", "preserveAspectRatio", "style", f"{XLINK}href"},
    "text": {"x", "y", "transform", "font-size", "font-weight", "text-anchor", "textLength"}
    | {"lengthAdjust"}
    | PAINT,
}


def parse(scene):
    return ElementTree.fromstring(render(scene))


def decode(image):
    """Return the pixels of an image element."""
    kind, data = image.get(f"{XLINK}href").split(",")
    assert kind == "data:image/png;base64"
    return np.atleast_3d(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))))


def test_elements_and_attributes_are_those_of_svg():
    for element in parse(make_scene(title="t", command="c")).iter():
        name = element.tag.removeprefix(SVG)
        assert name in ALLOWED
        assert set(element.keys()) <= ALLOWED[name]


def test_pictures_are_their_own_pixels_in_their_boxes():
    images = parse(make_scene()).findall(f"{SVG}image")
    for image, pixels, box in zip(images, PICTURES, BOXES, strict=True):
        assert np.array_equal(decode(image), pixels)
        assert tuple(float(image.get(name)) for name in ("x", "y", "width", "height")) == box
        assert image.get("preserveAspectRatio") == "none"
    # The third has 60 pixels in 30 points, so its pixels are smaller than those of CSS.
    smooth = [False, False, True, False]
    assert [image.get("style") != "image-rendering:pixelated" for image in images] == smooth


def test_text_is_text():
    root = parse(make_scene(title=NASTY, command=f"imgfilt blur '{NASTY}'"))
    assert root.find(f"{SVG}title").text == NASTY
    assert root.find(f"{SVG}desc").text == f"imgfilt blur '{NASTY}'"
    assert root.find(f"{SVG}image").find(f"{SVG}title").text == NASTY
    found = root.findall(f"{SVG}text")
    assert [text.text for text in found] == [text.string for text in TEXTS]
    assert [text.get("text-anchor") for text in found] == ["start", "middle", "end", "middle"]
    assert [text.get("font-weight") for text in found] == [None, None, "bold", None]
    assert found[3].get("transform") == "rotate(-90 292 250)"
    assert root.get("font-family").startswith("'Aileron', ")


def test_what_xml_has_no_letters_for_becomes_a_blank():
    root = parse(Scene(9, 9, 1, items=[Text("a\x00b\x1bc\ud800d\ufffee", 0, 0, 1)], title="\x07."))
    assert root.find(f"{SVG}text").text == "a b c d e"
    assert root.find(f"{SVG}title").text == " ."


@pytest.mark.parametrize("background", [(255, 255, 255), (0, 0, 51), None])
def test_the_page(background):
    root = parse(Scene(453.5433, 100.00004, 1, background))
    assert (root.get("width"), root.get("height")) == ("453.5433pt", "100pt")
    assert root.get("viewBox") == "0 0 453.5433 100"
    fills = [rect.get("fill") for rect in root.findall(f"{SVG}rect")]
    assert fills == ([] if background is None else ["#{:02x}{:02x}{:02x}".format(*background)])


@pytest.fixture(scope="module")
def browser():
    with start_browser() as browser:
        yield browser


def open_svg(browser, tmp_path, scene):
    path = tmp_path / "figure.svg"
    path.write_bytes(render(scene))
    # A point is 4/3 pixels of CSS; two pixels of the screen are a pixel of the raster.
    return browser.open(path, 400, 400, ratio=1.5)


def test_a_browser_draws_what_the_raster_has(browser, tmp_path):
    page = open_svg(browser, tmp_path, make_scene())
    found = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
    assert_looks_like_raster(found[:600, :600], make_scene())
    page.close()


def test_text_has_its_measured_width_in_any_font(browser, tmp_path):
    """So what the layout has kept apart doesn't overlap where another font is used."""
    scene = make_scene()
    page = open_svg(browser, tmp_path, scene)
    for family in ("serif", "monospace", "DejaVu Sans"):
        lengths = page.evaluate(
            f"document.documentElement.setAttribute('font-family', {family!r}),"
            "[...document.querySelectorAll('text')].map(text => text.getBBox().width)"
        )
        for text, length in zip(TEXTS, lengths, strict=True):
            assert length == pytest.approx(scene.fonts.width(text.string, text.size), rel=0.02)
    page.close()


def test_nothing_overlaps_in_a_browser(browser, tmp_path):
    scene = make_grid()
    page = open_svg(browser, tmp_path, scene)
    boxes = page.evaluate(
        "[...document.querySelectorAll('text, image')].map(item => item.getBBox())"
        ".map(box => [box.x, box.y, box.x + box.width, box.y + box.height])"
    )
    page.close()
    assert len(boxes) > 2 * len(CAPTIONS)
    assert_apart(boxes, scene.width, scene.height)


def test_enlarged_pixels_stay_squares(browser, tmp_path):
    pixels = np.array([[[0], [255]], [[255], [0]]], np.uint8)
    page = open_svg(
        browser, tmp_path, Scene(300, 300, 2, items=[Picture(Box(0, 0, 300, 300), pixels)])
    )
    found = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))
    page.close()
    assert np.array_equal(found[:600, :600], np.kron(pixels[..., 0], np.ones((300, 300), np.uint8)))


def test_numbers_have_no_exponents():
    scene = Scene(1e-7, 1e6 / 3, 1, items=[Text("a", -1e-9, 12345678.9, 1e-5)])
    assert re.search(rb"\de[-+]?\d", render(scene).split(b">", 2)[2]) is None
