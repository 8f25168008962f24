"""PSNR, SSIM and MAE at every depth: of the pixels themselves, as scikit-image has them."""

from unittest import mock

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from imgfilt.engines import opencv
from imgfilt.figure.quality import mae, psnr, ssim, subtract
from imgfilt.image.display import DisplayedPicture

RNG = np.random.default_rng(0)
WAVES = np.sin(np.arange(300 * 47 * 3).reshape(300, 47, 3) / 50) / 2  # -0.5 to 0.5
NOISY = WAVES + 0.1 * RNG.standard_normal(WAVES.shape)

# Pictures, and their peak.
PAIRS = {
    "16 bits": (
        [np.rint(p.clip(-0.5, 0.5) * 65535 + 32767.5) for p in (NOISY, WAVES)],
        "u2",
        65535,
    ),
    "dark": ([np.rint((p + 1) * 100) for p in (NOISY, WAVES)], "u2", 65535),
    "signed": ([NOISY, WAVES], "f4", 1),
    "0 to 255": ([(NOISY + 1) * 255, (WAVES + 1) * 255], "f4", 1),
    "doubles": ([NOISY / 1000, WAVES / 1000], "f8", 1),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("has_opencv", [True, False])
def test_the_measures_are_those_of_the_pixels_at_their_own_depth(pair, channels, has_opencv):
    pictures, dtype, peak = PAIRS[pair]
    a, b = (p[..., :channels].astype(dtype) for p in pictures)
    wide = a.astype(np.float64), b.astype(np.float64)
    assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(*wide, data_range=peak), abs=1e-9)
    error = np.abs(wide[0] - wide[1]).mean() * 255 / peak
    assert mae(a, b) == pytest.approx(error, rel=1e-9)
    _, similarity = structural_similarity(
        *wide,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=peak,
        channel_axis=2,
        full=True,
    )
    why = None if has_opencv else "it isn't there"
    with mock.patch.object(opencv, "import_error", return_value=why):
        assert ssim(a, b) == pytest.approx(similarity[5:-5, 5:-5].mean(), abs=1e-9)
    assert (psnr(a, a), mae(a, a)) == (np.inf, 0)
    assert ssim(a, a) == pytest.approx(1, abs=1e-12)
    difference = (wide[0] - wide[1]).mean(axis=2, keepdims=True) * 255 / peak
    assert np.abs(subtract(a, b) - difference).max() <= 0.5 + 1e-3


def test_pictures_of_two_depths():
    levels = RNG.integers(0, 256, (20, 30, 3), np.uint8)
    for other in (levels.astype(np.uint16) * 257, levels / 255):
        assert mae(levels, other) < 1e-12
        assert mae(255 - levels, other) == pytest.approx(mae(255 - levels, levels))


@pytest.mark.parametrize(
    ("value", "shown"), [(np.nan, 0), (np.inf, 1), (-np.inf, 0), (1e300, None), (-1e300, None)]
)
def test_what_is_no_number_is_measured_as_it_is_shown(value, shown):
    a, b = np.full((2, 20, 30, 1), 0.5)
    a[7, 8] = value
    found = psnr(a, b), ssim(a, b), mae(a, b)
    assert np.isfinite(found).all()
    if shown is not None:
        a[7, 8] = shown
        assert found == (psnr(a, b), ssim(a, b), mae(a, b))
    else:
        assert abs(subtract(a, b)[7, 8, 0]) == 32767


def test_a_picture_is_measured_in_the_colours_that_are_shown():
    """Above 8 bits it isn't rounded; alpha and CMYK are converted by the same formulas."""
    for channels, alpha in [(1, False), (3, False), (2, True), (4, True), (4, False), (5, True)]:
        levels = RNG.integers(0, 256, (40, 30, channels), np.uint8)
        wanted = DisplayedPicture(levels, alpha)
        assert np.array_equal(wanted.levels, wanted[:, :])
        for wide in (levels.astype(np.uint16) * 257, (levels / 255).astype(np.float32)):
            shown = DisplayedPicture(wide, alpha)
            assert shown.levels.shape == shown.shape
            assert shown.levels.dtype == (np.float64 if alpha or channels > 3 else wide.dtype)
            assert mae(shown.levels, wanted[:, :]) < 0.3
    beyond = np.array([[[-0.5, 0.5], [2.0, 1.0]]])
    found = DisplayedPicture(beyond, True, None, (255, 0, 0)).levels
    assert np.allclose(found, [[[0.25, -0.25, -0.25], [2, 2, 2]]])
