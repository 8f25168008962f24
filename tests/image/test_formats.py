"""Every format: what it can hold, and the pixels that come back from it."""

import numpy as np
import pytest

from imgfilt.geometry import row_blocks
from imgfilt.image import FORMATS, Image, read
from imgfilt.image.codec import load_codec

from ..cli_support import refused, succeed
from ..image_support import HELD, encoded, npy, picture, round_trip, smooth, tiff

SIZES = [(1, 1), (1, 9), (33, 1), (37, 29)]


def as_rgb(pixels):
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def test_the_table_holds_what_it_should():
    """So that the tests over it can't pass by an empty table."""
    assert len(HELD) == 86
    assert {name for name, *_ in HELD} == set(FORMATS)
    assert ("tiff", "RGB", "float32", True) in HELD
    assert ("png", "RGB", "uint16", True) in HELD
    assert ("jpeg", "RGB", "uint8", True) not in HELD


@pytest.mark.parametrize("border", ["valid", "full"])
def test_the_most_pixels_a_side_are_those_of_the_result(border, in_folder):
    width = {"valid": 16_385, "full": 16_381}[border]
    np.save("a.npy", np.zeros((9, width), np.uint8))
    words = ["convolve", "a.npy", "-o", "a.webp", "--border", border, "-k"]
    succeed(*words, "average:3")
    assert read("a.webp").pixels.shape[1] == 16_383
    one_more = "1 1 1 1" if border == "full" else "1 1"
    line = "a.npy: WebP holds 16383 pixels a side at most, not 16384 x 9"
    refused(line, *words, one_more, code=1)


def test_every_format_has_its_codec():
    for form in FORMATS.values():
        assert (load_codec(form).encode_frames is not None) >= bool(form.frames)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "colour", "depth", "alpha"), [kind for kind in HELD if not FORMATS[kind[0]].lossy]
)
def test_every_pixel_returns_from_every_lossless_format(name, colour, depth, alpha, size, tmp_path):
    image = picture(colour, depth, alpha, size)
    found = round_trip(image, name, tmp_path)
    if name in ("csv", "txt") and depth != "uint8":
        whole = depth == "uint16" and image.pixels.max() <= 255
        assert found.pixels.dtype == (np.uint8 if whole else np.float64)
    else:
        assert found.pixels.dtype == depth
    assert found.alpha == alpha
    np.testing.assert_array_equal(found.pixels.astype(depth), image.pixels)
    assert found.pixels.flags.c_contiguous


@pytest.mark.parametrize(
    ("name", "colour", "depth", "alpha"), [kind for kind in HELD if FORMATS[kind[0]].lossy]
)
def test_lossy_formats_stay_close(name, colour, depth, alpha):
    image = smooth(colour, alpha)
    found = round_trip(image, name)
    assert found.alpha == alpha
    assert found.pixels.shape[:2] == image.pixels.shape[:2]
    seen = image.pixels[..., -1:] > 0 if alpha else np.True_
    before, after = (i.pixels[..., :-1] if alpha else i.pixels for i in (image, found))
    difference = np.abs(as_rgb(after).astype(float) - as_rgb(before)) * seen
    assert difference.mean() < 4
    if alpha:
        np.testing.assert_array_equal(found.pixels[..., -1], image.pixels[..., -1])


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if not form.lossy])
def test_how_rows_are_cut_changes_nothing(name, monkeypatch):
    kinds = [kind for held, *kind in HELD if held == name]
    whole = [encoded(picture(*kind), name)[0] for kind in kinds]
    monkeypatch.setattr(row_blocks, "__defaults__", (1000,))
    for kind, stream in zip(kinds, whole, strict=True):
        cut = encoded(picture(*kind), name)[0]
        np.testing.assert_array_equal(read(cut).pixels, read(stream).pixels)
        assert name in ("png", "tiff") or cut.getvalue() == stream.getvalue()


def test_webp_of_quality_100_is_lossless():
    image = picture("RGB", alpha=True)
    found = round_trip(image, "webp", quality=100)
    np.testing.assert_array_equal(found.pixels, image.pixels)
    assert np.any(round_trip(image, "webp").pixels != image.pixels)


def test_a_full_16_bit_ramp_keeps_every_bit():
    ramp = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    image = Image(np.stack([ramp, ramp[::-1], ramp.T], axis=-1))
    for name in ("png", "tiff", "ppm", "npy"):
        np.testing.assert_array_equal(round_trip(image, name).pixels, image.pixels)


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_grey_is_read_in_native_order(order):
    ramp = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    for stream in (tiff(ramp[..., None], order=order), npy(ramp.astype(order + "u2"))):
        found = read(stream).pixels
        assert found.dtype.isnative
        np.testing.assert_array_equal(found[:, :, 0], ramp)
