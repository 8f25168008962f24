"""Notes: what a command says of a picture that its filter had a look at."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tifffile

from imgfilt import Bilateral, NLMeans, apply

from ..cli_support import files, load, save, succeed
from ..pictures import photo

pytestmark = pytest.mark.usefixtures("in_folder")


def saved(name, *shape):
    """Write and return a grey picture that few levels stand for."""
    pixels = photo((*shape, 1), "uint8")[..., 0]
    np.save(name, pixels)
    return pixels


def test_the_strength_that_was_found_is_said_of_each_picture():
    pixels = [saved(f"{name}.npy", 40, 50) for name in "ab"]
    result = succeed("nlmeans", "a.npy", "b.npy", "--strength", "auto", "--search", "5", "-o", "o/")
    found = re.findall(
        r"([ab])\.npy: noise of \S+ of 255 levels was found: --strength (\S+)", result.stderr
    )
    assert sorted(name for name, _ in found) == ["a", "b"]
    for name, one in zip("ab", pixels, strict=True):
        assert np.array_equal(np.load(f"o/{name}.npy"), apply(NLMeans("auto", 7, 5), one))


def test_auto_is_a_word_of_captions_and_templates():
    save("a.png", 20, 21, 1)
    succeed(
        "nlmeans", "a.png", "--strength", "3,auto", "--search", "3", "-o", "{stem}-{strength}.png"
    )
    assert {"a-3.png", "a-auto.png"} < set(files())
    result = succeed(
        "nlmeans", "a.png", "--strength", "3,auto", "--search", "3", "-o", "figure.png"
    )
    assert "a.png: strength auto Non-local means: noise of " in result.stderr


def test_how_near_a_fast_filter_came_is_said_where_details_are_asked_for():
    pixels = saved("a.npy", 60, 70)
    words = ["bilateral", "a.npy", "-d", "35", "--fast", "-o", "b.npy"]
    assert succeed(*words).output == ""
    assert np.array_equal(np.load("b.npy"), apply(Bilateral(35, fast=True), pixels))
    said = succeed(*words, "-v").stderr
    assert re.search(
        r"a\.npy: fast: \d\d\.\d dB against the exact filter, at most \S+ of 255", said
    )
    assert "dB" not in succeed("bilateral", "a.npy", "-d", "35", "-v", "-o", "c.npy").output


def test_details_make_no_picture_another():
    saved("a.npy", 60, 70)
    words = ["bilateral", "a.npy", "-d", "35", "--fast", "--changed", "-o", "b.npy"]
    succeed(*words)
    assert "skipped" in succeed(*words, "-v").stderr
    succeed(*words, "-v", "--report", "r.jsonl")
    assert json.loads(Path("r.jsonl").read_text())["status"] == "skipped"


def test_fast_is_a_word_of_captions():
    save("a.png", 20, 21, 1)
    succeed("bilateral", "a.png", "-d", "19,21", "--fast", "-o", "f.png")
    succeed("compare", "a.png", "bilateral -d 19", "bilateral -d 19 --fast", "-o", "g.png")
    assert load("g.png").shape[2] == 3


@pytest.mark.parametrize("words", [["bilateral", "-d", "3"], ["nlmeans", "--search", "3"]])
def test_the_unit_of_thresholds_is_said_once_of_a_file_beyond_it(words):
    pages = np.stack([photo((9, 8, 1), "uint8")[..., 0].astype(np.float32) for _ in range(3)])
    for name, given in [("a", pages), ("b", pages / 255)]:
        tifffile.imwrite(f"{name}.tif", given, photometric="minisblack")
    result = succeed(words[0], "a.tif", "b.tif", *words[1:], "-o", "o/")
    (line,) = [line for line in result.stderr.splitlines() if "1/255" in line]
    assert re.match(
        r"imgfilt: a\.tif: the picture has values outside 0\.\.1, .* in units of 1/255 of 1\.0",
        line,
    )


@pytest.mark.parametrize(
    ("kernel", "hint"),
    [
        ("1 1 1; 1 1 1; 1 1 1", "the weights sum to 9: --normalize divides by it"),
        ("-1 4 -1", "the weights sum to 2: --normalize divides by it"),
        ("sobel-x", "--values offset or abs keeps negative results"),
        ("-1/2 2 -1/2", "--values stretch makes them fit"),
    ],
)
def test_what_clips_is_told_what_fits(kernel, hint):
    save("a.png", 20, 21, 3)
    (line,) = succeed("convolve", "a.png", f"--kernel={kernel}", "-o", "b.png").stderr.splitlines()
    assert line.startswith("imgfilt: a.png: ")
    assert line.endswith(f" and were clipped; {hint}")


@pytest.mark.parametrize(
    ("words", "number"),
    [("bilateral", "--sigma-color 18800000"), ("nlmeans", "--strength 2500000")],
)
def test_floats_of_any_size_have_a_threshold(words, number):
    levels = np.linspace(0, 250_000, 30 * 40, dtype=np.float32).reshape(30, 40)
    np.save("a.npy", levels)
    (line,) = succeed(words, "a.npy", "-o", "b.npy").stderr.splitlines()
    assert " for levels up to 250000, " in line
    assert line.endswith(f" of 255 would be {number}")
    assert succeed(words, "a.npy", *number.split(), "-o", "b.npy").stderr == ""
    assert (np.load("b.npy") != levels).any()


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        (0.5, "2.2 % of values are NaN and became 0; --depth float keeps them"),
        (3, "49.8 % of values fell outside 0..255 (128..765) or are NaN and were clipped; ..."),
    ],
)
def test_values_that_no_integer_is(missing, line):
    levels = np.full((40, 40), 0.5, np.float32)
    levels[:18] = missing
    levels[20:24, 10:14] = np.nan
    np.save("a.npy", levels)
    said = succeed("blur", "a.npy", "--size", "3", "--depth", "8", "-o", "b.png").stderr
    assert said.startswith(f"imgfilt: a.npy: {line.removesuffix('...')}")
    assert load("b.png")[20:24, 10:14].max() == 0


def test_values_that_an_offset_does_not_fit():
    save("a.png", 20, 21, 3)
    words = "convolve", "a.png", "--kernel", "sobel-x", "--values", "offset", "-o", "b.png"
    assert succeed(*words).stderr.endswith("were clipped; --values stretch makes them fit\n")


def test_pages_that_become_an_animation():
    pages = np.zeros((3, 9, 8), np.uint8)
    tifffile.imwrite("s.tif", pages, photometric="minisblack")
    line = succeed("blur", "s.tif", "-o", "s.png").stderr
    template = "-o '{stem}-{frame}.png' makes a file of each"
    assert line == f"imgfilt: s.png: an animation of 3 pages; {template}\n"
    assert succeed("blur", "s.tif", "-o", "t.tif").stderr == ""
    assert succeed("blur", "s.png", "-o", "t.png").stderr == ""
