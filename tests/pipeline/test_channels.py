"""Extra channels: each is filtered as a grey picture, and alpha has no effect on it."""

import numpy as np
import pytest

from imgfilt import Bilateral, Convolve, Gaussian, Median
from imgfilt.errors import ImageError
from imgfilt.image import FORMATS, Image, ImageHeader, why_unsupported
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options

from ..examples import FILTER_COMMANDS, picture, translucent


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("name", FILTER_COMMANDS)
def test_an_extra_channel_is_a_grey_picture(name, engine, dtype):
    _, filt = FILTER_COMMANDS[name]
    seen = translucent((9, 11, 4), dtype)
    extra = picture((9, 11, 2), dtype, seed=5)
    whole = np.concatenate([seen[..., :3], extra, seen[..., 3:]], axis=2)
    options = Options(engine=engine, border="constant", border_value=(1, 0, 1, 1, 0))
    found = run(filt, whole, True, options, extra=2)
    given = Options(engine=engine, border="constant", border_value=(1, 0, 1))
    expected = run(filt, seen, True, given)
    assert np.array_equal(found.pixels[..., [0, 1, 2, 5]], expected.pixels)
    outside, total = expected.clipping.count, expected.clipping.total
    for number, value in enumerate((1, 0)):
        given = Options(engine=engine, border="constant", border_value=value)
        alone = run(filt, extra[..., number : number + 1], False, given)
        assert np.array_equal(found.pixels[..., 3 + number], alone.pixels[..., 0])
        outside, total = outside + alone.clipping.count, total + alone.clipping.total
    assert (found.clipping.count, found.clipping.total) == (outside, total)


def test_light_is_linear_for_colours_alone():
    pixels = picture((8, 8, 4), "uint8")
    found = run(Gaussian(3), pixels, False, Options(linear=True), extra=1).pixels
    assert np.array_equal(
        found[..., :3], run(Gaussian(3), pixels[..., :3], False, Options(linear=True)).pixels
    )
    assert np.array_equal(
        found[..., 3:], run(Gaussian(3), pixels[..., 3:], False, Options()).pixels
    )


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_level_outside_the_range_is_told_of_any_channel(channel):
    pixels = np.full((6, 7, 3), 0.5, np.float32)
    assert run(Bilateral(3), pixels, False, Options(), extra=2).range_note is None
    pixels[2, 3, channel] = 7
    found = run(Bilateral(3), pixels, False, Options(), extra=2)
    assert found.range_note in found.notes


def test_progress_never_goes_back():
    shares = []
    run(Median(3), picture((8, 8, 5), "uint8"), False, Options(), shares.append, extra=4)
    assert shares == sorted(shares) and shares[-1] == 1


def test_a_picture_that_shrinks_and_what_clips():
    pixels = picture((7, 9, 3), "uint8")
    found = run(Convolve("1 1 1"), pixels, False, Options(border="valid"), extra=2)
    assert found.pixels.shape == (7, 7, 3)
    assert found.clipped.total == 7 * 7 * 3


@pytest.mark.parametrize(
    ("name", "channels", "alpha", "extra", "reason"),
    [
        ("tiff", 5, True, 1, None),
        ("tiff", 5, False, 4, None),
        ("npy", 5, True, 1, None),
        ("png", 4, False, 1, "PNG can't hold 8-bit RGB with 1 extra channel"),
        (
            "jpeg",
            4,
            False,
            3,
            "JPEG can't hold 8-bit grey with 3 extra channels",
        ),
        (
            "avif",
            7,
            True,
            2,
            "AVIF can't hold 8-bit CMYK with 2 extra channels and alpha",
        ),
    ],
)
def test_who_can_hold_extra_channels(name, channels, alpha, extra, reason):
    found = why_unsupported(FORMATS[name], ImageHeader("uint8", (2, 2, channels), alpha, 1, extra))
    assert (found and str(found)) == (reason and f"{reason}; TIFF and .npy can")


def test_an_image_says_which_channels_are_extra():
    image = Image(np.arange(12, dtype=np.uint8).reshape(1, 2, 6), alpha=True, extra=2)
    assert image.colours == 3
    assert image.drop_extra().pixels.tolist() == [[[0, 1, 2, 5], [6, 7, 8, 11]]]
    for extra in (-1, 5, 6):
        with pytest.raises(ImageError, match="extra"):
            Image(image.pixels, alpha=True, extra=extra)
