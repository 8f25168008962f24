"""What README and the guide say of other programs, where they are installed."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter

import imgfilt
from imgfilt.border import BORDERS
from imgfilt.kernel.source import parse_source

from .cli_support import SAMPLES, posix, succeed
from .readme_support import read_tables

pytestmark = pytest.mark.usefixtures("in_folder")

GUIDE = "imgfilt/translate/README.md"
PROGRAMS = "convert", "gm", "vips"
TABLES = read_tables(GUIDE)
(OTHERS,) = (rows for rows in read_tables("README.md") if rows[0][0].startswith("convert "))
PAIRS = [tuple(row) for rows in TABLES if len(rows[0]) == 3 for row in rows]


def in_shell(line):
    """Run a line of other programs, and return what it prints; skip without its program."""
    program = line.split()[0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_python(line, **names):
    """Return the value of an expression that uses other libraries."""
    names |= {"np": np, "cv2": cv2, "Image": Image, "ImageFilter": ImageFilter, "imgfilt": imgfilt}
    if re.match("ndimage|signal", line):
        pytest.importorskip("scipy")
        from scipy import ndimage, signal

        names |= {"ndimage": ndimage, "signal": signal}
    if line.startswith("filters"):
        names["filters"] = pytest.importorskip("skimage.filters")
    return eval(line, names)


@posix
@pytest.mark.slow
@pytest.mark.parametrize(("line", "printed"), [(row[0], row[1]) for row in OTHERS])
def test_what_others_print(line, printed, in_folder):
    (in_folder / "sample_images").symlink_to(SAMPLES)
    if line.startswith(PROGRAMS):
        found = " ".join(in_shell(line).split())
        printed = " ".join(printed.split())
    else:
        dot = np.asarray(Image.open(SAMPLES / "dot.pgm"))
        red = np.zeros((5, 5, 3), np.uint8)
        red[2, 2, 0] = 255
        row = np.array([[10, 200, 10, 200]], np.uint8)
        found = str(in_python(line, dot=dot, red=red, row=row))
    assert found == printed


def test_what_imgfilt_makes_of_the_same():
    def convolve(kernel, pixels, **options):
        return imgfilt.apply(imgfilt.Convolve(parse_source(kernel)), pixels, **options)

    dot = imgfilt.read(SAMPLES / "dot.pgm").pixels[..., 0]
    made = [
        convolve("1 2 3", dot)[2].tolist(),
        convolve("1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9", dot.astype(float))[1].round(2).tolist(),
        _point("book-small.png", 3, 243, 277),
        _point("badge.png", 4, 127, 140),
        convolve("1 0 -1; 2 0 -2; 1 0 -1", np.array([[10.0, 200, 10, 200]]), border="symmetric"),
        imgfilt.apply(imgfilt.Blur((3, 1)), np.array([[0, 0, 2]], np.uint8), border="symmetric"),
    ]
    wanted = [
        [0, 10, 20, 30, 0],
        [0, 1.11, 1.11, 1.11, 0],
        [66, 97, 128],
        [246, 183, 58, 65],
        [760, 0, 0, 760],
        [0, 1, 1],
    ]
    texts = [row[2] for row in OTHERS]
    for found, numbers in zip(made, wanted, strict=True):
        assert np.ravel(found).tolist() == numbers
        assert any(" ".join(map(str, numbers)) in text for text in texts)


def _point(sample, sigma, column, row):
    picture = imgfilt.apply(imgfilt.Gaussian(sigma=sigma), imgfilt.read(SAMPLES / sample))
    return picture.pixels[row, column].tolist()


def test_whose_blur_lets_the_green_of_transparent_pixels_in():
    ndimage = pytest.importorskip("scipy.ndimage")
    filters = pytest.importorskip("skimage.filters")
    with Image.open(SAMPLES / "badge.png") as badge:
        pixels = np.asarray(badge)
        made = [
            np.asarray(badge.filter(ImageFilter.GaussianBlur(4))),
            ndimage.gaussian_filter(pixels, (4, 4, 0)),
            filters.gaussian(pixels, 4, channel_axis=2) * 255,
        ]
    for found in made:
        red, green, _, _ = found[140, 127].astype(int).tolist()
        assert (red, green) == (pytest.approx(76, abs=2), pytest.approx(173, abs=2))


@posix
@pytest.mark.parametrize(
    ("line", "red"),
    [("gm convert {} -blur 0x4", 75), ("convert {} -gaussian-blur 0x4", 246)],
)
def test_what_programs_make_of_the_badge(line, red):
    in_shell(f"{line.format(SAMPLES / 'badge.png')} out.png")
    assert imgfilt.read("out.png").pixels[140, 127, 0] == pytest.approx(red, abs=1)


@posix
@pytest.mark.slow
@pytest.mark.parametrize(("there", "here", "difference"), PAIRS)
def test_both_make_the_same(there, here, difference):
    with Image.open(SAMPLES / "book-small.png") as picture:
        picture.crop((100, 100, 300, 260)).save("in.png")
    if there.startswith(PROGRAMS):
        in_shell(there)
        theirs = imgfilt.read("out.png").pixels
        Path("out.png").unlink()
        succeed(*shlex.split(here)[1:])
        ours = imgfilt.read("out.png").pixels
    else:
        i = Image.open("in.png")
        a = np.asarray(i)
        g = a[..., 1]
        names = {"i": i, "a": a, "g": g, "x": g.astype(float), "d": {"values": "clip"}}
        names["k"] = np.array([[0, -1, 0], [-1, 5, -2], [0, -1, 0]])
        theirs, ours = in_python(there, **names), in_python(here, **names)
    found = np.abs(np.asarray(theirs, float) - np.asarray(ours, float)).max()
    levels = int((re.match(r"(\d+) levels?\b", difference) or [0, 0])[1])
    assert levels or difference.startswith("equal")
    assert levels / 3 < found <= levels if levels else found < 1e-9


def test_borders_are_named_as_the_libraries_do():
    """Each library expands a row as the picture of the border shows."""
    (rows,) = (rows for rows in TABLES if len(rows[0]) == 7)
    picture = np.array([[1, 2, 3, 4]], np.uint8)
    assert [row[0] for row in rows] == [name for name in BORDERS if name not in ("valid", "full")]
    for name, _, opencv, _, _, numpy, _ in rows:
        wanted = BORDERS[name].example.replace(" |", "").split()
        numbers = [0 if each in ("0", "v") else "abcd".index(each) + 1 for each in wanted]
        padded = np.pad(picture, ((0, 0), (2, 2)), mode=numpy)
        assert padded[0].tolist() == numbers
        assert cv2.copyMakeBorder(picture, 0, 0, 2, 2, getattr(cv2, opencv))[0].tolist() == numbers
