"""What other programs write beside pixels: it is heeded or kept, or its loss is said."""

import io

import numpy as np
import pytest
from PIL import Image

from imgfilt.image import read

from . import metadata_files as made
from .test_metadata_cases import again, with_exif


@pytest.mark.parametrize("label", ["PNG", "JPEG", "TIFF", "WebP", "JPEG 2000"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [1, 3, 4])
@pytest.mark.parametrize("count", [1, 2])
def test_an_orientation_of_any_unsigned_type_turns_the_picture(label, order, kind, count):
    order = "<" if label == "TIFF" else order
    entry = made.numbers(kind, *[6] * count, order=order)
    content = with_exif(label, {274: entry}, order)
    plain = read(io.BytesIO(with_exif(label, {}, order))).pixels
    assert np.array_equal(read(io.BytesIO(content)).pixels, np.rot90(plain, -1))
    result, _ = again(content, label)
    with Image.open(io.BytesIO(result)) as file:
        assert file.size == (6, 8)
        tags = file.getexif()
        if label == "JPEG 2000":
            tags.load(result[result.index(made.EXIF_UUID) + 16 :])
        assert tags[274] == 1
