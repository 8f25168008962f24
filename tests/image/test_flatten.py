"""A ground for pictures with alpha, for every format and depth; its colour; opaque alpha."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import tifffile

from imgfilt.dtypes import DTYPES, white_level
from imgfilt.errors import ParameterError
from imgfilt.image import Image, flatten, parse_colour, read

from .. import image_support, reference
from ..cli_support import invoke, load, refused, succeed
from ..examples import picture, translucent

pytestmark = pytest.mark.usefixtures("in_folder")

IDENTITY = "convolve", "-k", "identity"


def composited(pixels, ground):
    """Return each pixel over a ground of as many colours (0 to 255), pixel by pixel, exactly."""
    top = int(reference.peak(pixels.dtype))
    shown = np.empty((*pixels.shape[:2], len(ground)), pixels.dtype)
    for place in np.ndindex(*pixels.shape[:2]):
        *colours, alpha = map(Fraction, pixels[place].tolist())
        colours = colours * len(ground) if len(colours) == 1 else colours
        share = alpha / top
        for at, (level, below) in enumerate(zip(colours, ground, strict=True)):
            value = level * share + Fraction(below) * top / 255 * (1 - share)
            shown[*place, at] = round(value) if pixels.dtype.kind == "u" else float(value)
    return shown


@pytest.mark.parametrize("ground", [(255, 255, 255), (10, 200, 30)], ids=str)
@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize(
    ("dtype", "target"),
    [
        ("uint8", "b.png"),
        ("uint8", "b.tif"),
        ("uint8", "b.npy"),
        ("uint8", "b.ppm"),
        ("uint16", "b.png"),
        ("uint16", "b.tif"),
        ("float32", "b.tif"),
        ("float64", "b.npy"),
    ],
)
def test_every_format(dtype, target, channels, ground):
    """Those that hold alpha, too."""
    pixels = translucent((5, 6, channels), dtype)
    np.save("a.npy", pixels)
    colour = "#" + bytes(ground).hex()
    succeed(*IDENTITY, "a.npy", "--background", colour, "-o", target)
    if target == "b.npy":
        found = np.atleast_3d(np.load(target))
    elif target == "b.tif":
        found = np.atleast_3d(tifffile.imread(target))
    else:
        image = read(target)
        assert not image.alpha
        found = image.pixels
    grey = channels == 2 and len(set(ground)) == 1
    wanted = composited(pixels, ground[:1] if grey else ground)
    if target == "b.ppm" and grey:
        found = found[..., :1]
    assert found.dtype == wanted.dtype
    if wanted.dtype.kind == "f":
        assert np.allclose(found, wanted, rtol=0, atol=1e-7)
    else:
        assert np.array_equal(found, wanted)


def test_filtered_first_and_then_put_on_the_ground():
    pixels = np.array([[[200, 255], [9, 0], [9, 0]]], np.uint8)
    np.save("a.npy", pixels)
    kernel = "1/3 1/3 1/3"
    words = "--border", "replicate", "--background", "black"
    succeed("convolve", "a.npy", "-k", kernel, *words, "-o", "b.npy")
    # Alpha of 170, 85 and 0; the colour stays 200 where anything is seen.
    assert np.load("b.npy").ravel().tolist() == [133, 67, 0]


@pytest.mark.parametrize("hidden", [np.nan, np.inf, -np.inf])
def test_hidden_numbers_are_not_seen(hidden):
    pixels = np.array([[[hidden, 0], [0.5, 1]]], np.float32)
    shown = flatten(Image(pixels, True), (255, 255, 255)).pixels
    assert shown.ravel().tolist() == [1, 0.5]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (10, 200, 30)], ids=str)
def test_cmyk(dtype, ground):
    """The ground has its colour, and black as its common part; what is opaque stays."""
    top = int(reference.peak(np.dtype(dtype)))
    pixels = picture((4, 5, 5), dtype)
    pixels[0, :, 4], pixels[1, :, 4] = top, 0
    np.testing.assert_array_equal(pixels[2, :, 4] > 0, True)
    image = flatten(Image(pixels, True), ground)
    assert not image.alpha
    assert np.array_equal(image.pixels[0], pixels[0, :, :4])
    inks = image.pixels[1, 0].astype(float) / top
    assert np.allclose((1 - inks[:3]) * (1 - inks[3]) * 255, ground, rtol=0, atol=1)
    assert inks[:3].min() == 0
    share = pixels[2, :, 4:].astype(float) / top
    wanted = pixels[2, :, :4] * share + inks * top * (1 - share)
    tolerance = 1 if top > 1 else 1e-6
    assert np.allclose(image.pixels[2], wanted, rtol=0, atol=tolerance)


@pytest.mark.parametrize("target", ["b.jpg", "b.bmp", "b.ppm"])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_that_is_opaque_everywhere_may_be_left_out(mode, target):
    pixels = picture((5, 6, len(mode)), "uint8")
    pixels[..., -1] = 255
    PIL.Image.fromarray(pixels, mode).save("a.png")
    succeed(*IDENTITY, "a.png", "-o", target)
    assert load(target).shape == (5, 6, len(mode) - 1)
    if target != "b.jpg":
        assert np.array_equal(load(target), pixels[..., :-1])
    pixels[4, 5, -1] = 254
    PIL.Image.fromarray(pixels, mode).save("c.png")
    label = {"b.jpg": "JPEG", "b.bmp": "BMP", "b.ppm": "PPM"}[target]
    line = f"c.png: {label} can't hold alpha; --background COLOUR removes it"
    refused(line, *IDENTITY, "c.png", "-o", f"new.{target}", code=1)


def test_opaque_alpha_where_a_format_holds_it_at_8_bits_alone():
    pixels = picture((5, 6, 2), "uint16")
    pixels[..., -1] = 65535
    np.save("a.npy", pixels)
    succeed(*IDENTITY, "a.npy", "-o", "b.jp2")
    assert read("b.jp2").pixels.shape == (5, 6, 1)
    np.save("a.npy", picture((5, 6, 2), "uint16"))
    refused("a.npy: JPEG 2000 can't hold ...", *IDENTITY, "a.npy", "-o", "c.jp2", code=1)


def test_alpha_that_the_border_makes_is_not_lost():
    pixels = picture((5, 6, 4), "uint8")
    pixels[..., -1] = 255
    PIL.Image.fromarray(pixels).save("a.png")
    result = invoke("blur", "a.png", "--border", "zero", "-o", "b.jpg")
    assert "a.png: JPEG can't hold alpha" in result.stderr
    assert (result.exit_code, Path("b.jpg").exists()) == (1, False)


@pytest.mark.parametrize("words", [["blur", "a.png", "-s", "1,3"], ["compare", "a.png", "blur"]])
@pytest.mark.parametrize("ground", ["white", "#0a14c8", None])
def test_a_figure_shows_alpha_on_it(words, ground):
    pixels = np.zeros((40, 40, 2), np.uint8)
    pixels[..., 0] = 90
    PIL.Image.fromarray(pixels, "LA").save("a.png")
    given = ["--background", ground] if ground else []
    succeed(*words, *given, "--columns", "1", "-o", "b.png")

    def area(*colour):
        return (load("b.png") == colour).all(axis=2).sum()

    # Of a cell's 1600 pixels half are the board's grey.
    assert (area(10, 20, 200) >= 3200) == (ground == "#0a14c8")
    assert (area(224, 224, 224) >= 1600) == (ground is None)


def test_the_reference_of_a_figure_lies_on_it():
    pixels = translucent((40, 40, 4), "uint8")
    PIL.Image.fromarray(pixels).save("a.png")
    words = "--reference", "a.png", "--no-original", "-s", "1,3", "-o"
    succeed("blur", "a.png", "--background", "red", *words, "b.png")
    PIL.Image.fromarray(composited(pixels, (255, 0, 0))).save("a.png")
    succeed("blur", "a.png", "--background", "red", *words, "c.png")
    width = load("b.png").shape[1] // 3
    assert np.array_equal(load("b.png")[:, :width], load("c.png")[:, :width])


@pytest.mark.parametrize("depth", DTYPES)
@pytest.mark.parametrize("colour", ["grey", "RGB"])
def test_flatten(depth, colour):
    image = image_support.picture(colour, depth, alpha=True)
    if image.pixels.dtype.kind == "f":
        image.pixels[..., -1] = np.linspace(0, 1, 37 * 29).reshape(37, 29)
    ground = (10, 200, 30)
    shown = flatten(image, ground)
    white = white_level(depth)
    opacity = image.pixels[..., -1:].astype(float) / white
    expected = image.pixels[..., :-1] * opacity + np.array(ground) / 255 * white * (1 - opacity)
    assert not shown.alpha
    assert shown.pixels.shape == (37, 29, 3)
    if image.pixels.dtype.kind == "f":
        np.testing.assert_allclose(shown.pixels, expected, rtol=1e-6, atol=1e-6)
    else:
        np.testing.assert_array_equal(shown.pixels, np.rint(expected))
    assert flatten(image, (7, 7, 7)).pixels.shape[2] == image_support.COLOURS[colour]
    assert flatten(shown, ground) is shown


def test_flatten_by_hand():
    pixels = np.array([[[0, 255], [100, 0], [100, 128]]], np.uint8)
    assert flatten(Image(pixels, True), (255, 255, 255)).pixels.ravel().tolist() == [0, 255, 177]


@pytest.mark.parametrize(
    ("text", "colour"),
    [("white", (255, 255, 255)), ("#102030", (16, 32, 48)), ("#fff", (255, 255, 255)),
     ("rgb(1,2,3)", (1, 2, 3)), ("hsl(120,100%,50%)", (0, 255, 0)), ("#010203ff", (1, 2, 3))],
)  # fmt: skip
def test_parse_colour(text, colour):
    assert parse_colour(text) == colour


@pytest.mark.parametrize(
    "text", ["", "whit", "#12345", "rgb(300,0,0)", "#00000080", "rgb(\u0661,2,3)", "12", "a\nb"]
)
def test_parse_colour_refuses(text):
    with pytest.raises(ParameterError) as caught:
        parse_colour(text)
    assert str(caught.value).isprintable()
