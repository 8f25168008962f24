"""A TIFF's level of missing pixels follows the pixels to another depth."""

import numpy as np
import pytest
import tifffile

from ..cli_support import succeed


def mark(path):
    """Return the tag's text."""
    with tifffile.TiffFile(path) as file:
        return file.pages[0].tags[42113].value


@pytest.mark.parametrize(
    ("dtype", "options", "expected"),
    [
        ("uint8", [], "7"),
        ("uint8", ["--depth", "16"], "1799"),  # 7 of 255 is 1799 of 65535
        ("uint8", ["--depth", "16", "--nodata", "7"], "1799"),
        ("uint16", ["--depth", "float"], "0.00010681315327687495"),  # 7 / 65535
        ("float32", [], "7"),
    ],
)
def test_the_mark(in_folder, dtype, options, expected):
    pixels = np.arange(40, 76, dtype=dtype).reshape(6, 6)
    pixels[2, 3] = 7
    tifffile.imwrite("a.tif", pixels, metadata=None, extratags=[(42113, "s", 2, "7", True)])
    succeed("median", "a.tif", "--size", "1", *options, "-o", "b.tif", "-q")
    assert mark("b.tif") == expected
    if not options:
        return
    found = tifffile.imread("b.tif")
    assert np.argwhere(found == found.dtype.type(float(expected))).tolist() == [[2, 3]]
