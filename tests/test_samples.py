"""The sample pictures: every filter on each of them, with every engine, against its reference."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from imgfilt import read
from imgfilt.filters import FILTERS
from imgfilt.pipeline.options import ENGINES

from . import reference
from .cli_support import SAMPLES, files, invoke, succeed
from .examples import EXAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_folder")]

# The left column and the top row of the part that is compared.
PLACES = {
    "book.png": (640, 300),  # type
    "book-small.png": (0, 0),  # the border
    "book-noise.png": (584, 438),  # the border across from there
    "book-salt.png": (250, 150),
    "steps.png": (467, 153),  # the edge of a disc
    "badge.png": (225, 110),  # from the seal over its shadow to nothing
    "lecture-7x7.txt": (0, 0),
}
WIDTH, HEIGHT = 16, 12

CANNOT = {
    ("steps.png", "nlmeans"): "its non-local means takes uint8 pictures, not uint16",
    ("badge.png", "median"): "it doesn't support transparency",
    ("badge.png", "bilateral"): "it doesn't support transparency",
    ("badge.png", "nlmeans"): "it doesn't support transparency",
}


def part(sample, reach=0):
    """Return the slices of the part, and of all that it depends on."""
    left, top = PLACES[sample]
    rows = slice(max(0, top - reach), top + HEIGHT + reach)
    return rows, slice(max(0, left - reach), left + WIDTH + reach)


@cache
def picture(sample):
    return read(SAMPLES / sample)


@cache
def expected(sample, name):
    """Return the part of a sample as its filter's reference makes it, in stored levels."""
    _, meaning, reach = EXAMPLES[name].sample
    rows, columns = part(sample, reach)
    pixels, alpha = picture(sample).pixels, picture(sample).alpha
    # What lies beyond the cut is too far away to matter; beyond the picture is its own border.
    found = meaning(pixels[rows, columns], "reflect", alpha=alpha)
    left, top = PLACES[sample]
    found = found[top - rows.start :, left - columns.start :][:HEIGHT, :WIDTH]
    return reference.stored(found, pixels.dtype)


def test_every_sample_and_filter_is_tried():
    pictures = [path.name for path in SAMPLES.iterdir() if path.suffix in (".png", ".txt")]
    others = {"lecture-kernel.txt", "lecture-letters.txt", "fringe.png"}
    assert sorted(PLACES) == sorted({*pictures} - others)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("sample", PLACES)
def test_filter(sample, name, engine):
    words, *_ = EXAMPLES[name].sample
    pixels = picture(sample).pixels
    rows, columns = part(sample)
    left, top = PLACES[sample]
    height, width = pixels[rows, columns].shape[:2]
    region = f"{left},{top},{width},{height}"
    found = invoke(
        *(name, SAMPLES / sample, *words.split(), "--engine", engine, "-q"),
        *("--region", region, "-o", "found.npy"),
    )
    if engine == "opencv" and (sample, name) in CANNOT:
        why = f"OpenCV can't do this: {CANNOT[sample, name]}; --engine numpy can"
        assert found.stderr == f"imgfilt: {SAMPLES / sample}: {why}\n"
        assert found.exit_code == 1
        assert files() == {}
        return
    assert (found.exit_code, found.output) == (0, "")
    found = np.load("found.npy").reshape(pixels.shape)
    assert found.dtype == pixels.dtype
    off = np.abs(found[rows, columns] - expected(sample, name))
    assert off.max() <= (0 if engine == "numpy" else EXAMPLES[name].opencv_levels)
    found[rows, columns] = pixels[rows, columns]
    assert np.array_equal(found, pixels)


def test_blur_is_to_convolve_with_the_average():
    picture = SAMPLES / "book.png"
    succeed("convolve", picture, "--kernel", "average:5", "--engine", "numpy", "-o", "a.png")
    succeed("blur", picture, "--size", "5", "--engine", "numpy", "-o", "b.png")
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kernel", [SAMPLES / "lecture-kernel.txt", "1 0 1; 0 1 0; 1 0 1"])
def test_the_table_of_the_lecture(kernel, engine):
    words = "--border", "valid", "--engine", engine, "-f", "txt", "-o", "-"
    table = succeed("convolve", SAMPLES / "lecture-7x7.txt", "--kernel", kernel, *words).stdout
    assert table == "1 4 3 4 1\n1 2 4 3 3\n1 2 3 4 1\n1 3 3 1 1\n3 3 1 1 0\n"


def test_sizes():
    assert sum(path.stat().st_size for path in SAMPLES.iterdir() if path.is_file()) < 4 << 20
    assert picture("book.png").pixels.shape == (900, 1200, 3)
    assert picture("steps.png").pixels.dtype == "uint16"
    assert picture("badge.png").alpha
