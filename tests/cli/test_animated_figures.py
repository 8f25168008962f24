"""Figures that show their cells in turn, from the command line."""

import numpy as np
import pytest
from PIL import Image

from ..cli_support import refused, succeed


@pytest.fixture(autouse=True)
def inputs(in_folder):
    levels = np.random.default_rng(0).integers(0, 256, (60, 200, 3), np.uint8)
    Image.fromarray(levels).save("a.png")


def load_frames(name):
    """Return the frames as arrays, and the seconds of each."""
    frames, seconds = [], []
    with Image.open(name) as image:
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            seconds.append(image.info.get("duration", 0) / 1000)
            frames.append(np.asarray(image.convert("RGB")).astype(int))
    return frames, seconds


@pytest.mark.parametrize("suffix", ["gif", "webp", "apng", "png", "avif"])
def test_a_frame_for_each_cell_in_every_format(suffix):
    succeed("blur", "a.png", "--size", "3,9", "--animate", "0.5", "-o", f"b.{suffix}")
    frames, seconds = load_frames(f"b.{suffix}")
    assert len(frames) == 3
    assert {frame.shape for frame in frames} == {frames[0].shape}
    assert seconds == [0.5] * 3
    # The blurred pictures vary less.
    assert frames[0][30:].std() > frames[1][30:].std() > frames[2][30:].std()
    with Image.open(f"b.{suffix}") as image:
        assert suffix == "avif" or image.info["loop"] == 0


def test_pictures_stay_in_place_whatever_the_captions():
    long = "a caption that needs several lines " * 3
    succeed("compare", "a.png", f"{long}=median", "x=median", "--animate", "-o", "b.png")
    (original, one, other), seconds = load_frames("b.png")
    assert seconds == [1.0] * 3
    different = np.argwhere((one != other).any(2))
    pictures = np.argwhere((original != other).any(2))
    assert different[:, 0].max() < pictures[:, 0].max() - 50  # captions only
    with Image.open("a.png") as image:
        levels = np.asarray(image)
    height = next(row for row in range(len(original)) if found(original, levels, row))
    assert (original[height : height + 60] != 255).any()


def found(page, levels, row):
    """Return whether a picture begins in a row of a page."""
    lefts = range(page.shape[1] - levels.shape[1] + 1)
    shown = page[row : row + 1, :]
    return any((shown[0, x : x + levels.shape[1]] == levels[0]).all() for x in lefts)


def test_a_smaller_picture_is_centred():
    words = "gaussian --size 9 --border valid", "median"
    succeed("compare", "a.png", *words, "--animate", "-o", "b.png")
    frames, _ = load_frames("b.png")
    _, valid, median = [np.argwhere((frame[40:] < 200).any(2)) for frame in frames]
    for axis in (0, 1):
        middle = [(place[:, axis].min() + place[:, axis].max()) / 2 for place in (valid, median)]
        assert middle[0] == pytest.approx(middle[1], abs=5)


def test_columns_have_no_effect():
    line = "--columns goes without --animate, which shows one cell at a time"
    words = "blur", "a.png", "--size", "3,5", "--animate", "--columns", "2", "-o", "b.gif"
    refused(line, *words)
    refused(
        "--animate: 0 is not a number from 0.01 to 600", *words[:4], "--animate=0", "-o", "b.gif"
    )
