"""`--ignore-nan` and `--nodata`: what commands print and write of pictures with missing pixels."""

import json
from pathlib import Path

import numpy as np
import pytest

import imgfilt

from .. import metadata_files as made
from ..cli_support import files, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")


def heights(missing=-9999.0):
    """Write and return a float32 picture with a hole of 6 x 7 pixels."""
    pixels = np.random.default_rng(0).uniform(100, 900, (14, 15)).astype("float32")
    pixels[2:8, 3:10] = missing
    np.save("a.npy", pixels)
    return pixels


def test_a_hole_is_filled_from_its_edge():
    pixels = heights()
    succeed("median", "a.npy", "--size", "3x5", "--nodata", "-9999", "-o", "b.npy")
    found = np.load("b.npy")
    lost = np.zeros(pixels.shape, bool)
    lost[4:6, 4:9] = True
    assert np.array_equal(found == -9999, lost)
    assert found[~lost].min() >= 100
    heights(np.nan)
    succeed("median", "a.npy", "--size", "3x5", "--ignore-nan", "-o", "c.npy")
    assert np.array_equal(np.isnan(np.load("c.npy")), lost)
    assert np.array_equal(np.load("c.npy")[~lost], found[~lost])


def test_a_chain_leaves_them_out_in_every_step():
    heights()
    nodata = "--nodata", "-9999"
    succeed("chain", "a.npy", "median --size 3 | blur --size 3", *nodata, "-o", "b.npy")
    succeed("median", "a.npy", "--size", "3", *nodata, "-o", "c.npy")
    succeed("blur", "c.npy", "--size", "3", *nodata, "-o", "d.npy")
    assert np.array_equal(np.load("b.npy"), np.load("d.npy"))


def test_a_chain_of_another_depth_has_the_level_of_that_depth():
    pixels = np.maximum(save("a.png", 12, 13, 1), 1)
    pixels[pixels > 200] = 200
    pixels[3:9, 4:10] = 7
    imgfilt.write("a.png", imgfilt.Image(pixels))
    shared = "a.png", "--depth", "float", "--nodata", "7", "-o"
    succeed("chain", "median --size 3 | blur --size 3", *shared, "b.npy")
    succeed("median", "--size", "3", *shared, "c.npy")
    succeed("blur", "c.npy", "--size", "3", "--nodata", 7 / 255, "-o", "d.npy")
    assert np.array_equal(np.load("b.npy"), np.load("d.npy"))
    assert np.isclose(np.load("b.npy"), 7 / 255, rtol=1e-6).sum() == 4
    succeed("chain", "median --size 3 | blur --size 3", *shared[:-1], "--explain")


@pytest.mark.parametrize("value", ["-9999", "nan"])
def test_the_mark_of_a_geotiff_is_said(value):
    levels = np.full((4, 5, 1), 3, "uint8")
    Path("a.tif").write_bytes(made.tiff({42113: made.text(value.encode())}, levels))
    assert succeed("blur", "a.tif", "-o", "b.tif").stderr == ""  # 8 bits can't be that
    Path("a.tif").write_bytes(made.tiff({42113: made.text(b"3")}, levels))
    said = "imgfilt: a.tif: pixels marked as missing are filtered like others; --nodata 3 leaves "
    assert succeed("blur", "a.tif", "-o", "b.tif").stderr.startswith(said)
    assert succeed("blur", "a.tif", "--nodata", "3", "-o", "b.tif").stderr == ""


def test_explain_says_it():
    heights()
    mean = succeed("blur", "a.npy", "--nodata", "-9999", "--explain").stdout
    assert "\n  missing   -9999 without weight: normalised convolution\n" in mean
    none = succeed("median", "--ignore-nan", "--explain").stdout
    assert "\n  missing   NaN without weight; there is none\n" in none
    printed = succeed("blur", "a.npy", "--nodata", "-9999", "--explain", "--json").stdout
    assert json.loads(printed)["missing"] == {"nan": False, "level": -9999, "found": True}


def test_refused():
    heights()
    save("grey.png", 4, 5, 1)
    means = "missing pixels can be left out of means and medians; this"
    left = files()
    refused(f"--nodata: {means} Edges has...", *["edges", "a.npy", "--nodata", "0", "-o", "b.npy"])
    refused(
        f"--ignore-nan: {means} Convolution...",
        *["convolve", "a.npy", "-k", "sobel-x", "--ignore-nan", "-o", "b.npy"],
    )
    refused(
        "grey.png: --ignore-nan: 8-bit pixels can't be NaN",
        *["blur", "grey.png", "--ignore-nan", "-o", "b.png"],
        code=1,
    )
    refused(
        "a.npy: --nodata: what stays missing is -9999; 8-bit pixels can't be that",
        *["blur", "a.npy", "--nodata", "-9999", "--depth", "8", "-o", "b.png"],
        code=1,
    )
    refused(
        "--nodata: 'none' is not a number or a fraction a/b",
        "blur",
        "a.npy",
        "--nodata",
        "none",
        "-o",
        "b.npy",
    )
    assert files() == left
