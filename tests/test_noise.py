"""Noise: its statistics at every depth, what it leaves alone, and how it is written."""

import numpy as np
import pytest

from imgfilt.dtypes import white_level
from imgfilt.errors import ParameterError
from imgfilt.noise import Noise, NoiseType

DEPTHS = ["uint8", "uint16", "float32", "float64"]


def flat(level, depth, channels=3, side=200):
    """Return a picture of one level, given in 8-bit levels."""
    value = level * white_level(depth) / 255
    return np.full((side, side, channels), value).astype(depth)


def to_levels(pixels):
    return pixels.astype(np.float64) * 255 / white_level(pixels.dtype)


@pytest.mark.parametrize("depth", DEPTHS)
def test_gaussian_noise_has_its_mean_and_deviation_in_8_bit_levels(depth):
    clean = flat(120, depth)
    levels = to_levels(Noise("gaussian", 20, 3).add_to(clean)) - to_levels(clean)
    count = levels.size
    assert abs(levels.mean()) < 4 * 20 / count**0.5
    assert abs(levels.std() - 20) < 4 * 20 / (2 * count) ** 0.5
    share = (np.abs(levels) < 20).mean()  # one standard deviation: 68.3 %
    assert abs(share - 0.6827) < (0.03 if depth == "uint8" else 0.006)
    channels = levels.reshape(-1, 3).T
    assert np.abs(np.corrcoef(channels) - np.eye(3)).max() < 0.03


@pytest.mark.parametrize("depth", DEPTHS)
def test_gaussian_noise_by_its_definition(depth):
    clean = np.random.default_rng(1).random((700, 300, 3))
    clean = (clean * white_level(depth)).astype(depth)
    drawn = np.random.default_rng(7).standard_normal(clean.shape)
    wanted = clean + 25 / 255 * white_level(depth) * drawn
    found = Noise("gaussian", 25, 7).add_to(clean)
    assert found.dtype == clean.dtype
    if clean.dtype.kind == "u":
        wanted = np.clip(np.rint(wanted), 0, white_level(depth))
        assert {0, white_level(depth)} < set(found.ravel().tolist())
        assert np.abs(found - wanted).max() <= 1
        assert (found != wanted).mean() < 1e-4
    else:
        assert found.min() < 0 < 1 < found.max()
        np.testing.assert_allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("level", [1, 20, 150])
def test_poisson_noise_has_the_variance_of_its_mean(depth, level):
    clean = flat(level, depth)
    levels = to_levels(Noise("poisson").add_to(clean))
    mean = to_levels(clean).mean()
    count = levels.size
    assert abs(levels.mean() - mean) < 4 * (mean / count) ** 0.5
    # The fourth central moment of a Poisson distribution is mean + 3 mean².
    spread = ((mean + 2 * mean**2) / count) ** 0.5
    assert abs(levels.var() - mean) < 4 * spread


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("share", [0, 0.001, 0.05, 0.5, 1])
def test_salt_and_pepper_replace_an_exact_share_of_pixels(depth, share):
    clean = flat(120, depth, 3, side=51)
    noisy = Noise("salt-pepper", share, 5).add_to(clean)
    salt = (noisy == white_level(depth)).all(axis=2)
    pepper = (noisy == 0).all(axis=2)
    changed = (noisy != clean).any(axis=2)
    count = round(share * 51 * 51)
    assert changed.sum() == count
    assert (salt | pepper)[changed].all()
    assert pepper.sum() == count // 2
    assert salt.sum() == count - count // 2
    if 0.01 < share < 1:  # anywhere in the picture
        assert abs(changed[:25].mean() - changed[26:].mean()) < 0.06


def test_salt_on_cmyk_is_no_ink():
    noisy = Noise("salt-pepper", 1).add_to(flat(120, "uint8", 4, side=5))
    assert sorted(noisy[..., 0].ravel()) == [0] * 13 + [255] * 12


@pytest.mark.parametrize("kind", ["gaussian", "salt-pepper", "poisson"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_alpha_and_the_input_stay_and_a_seed_decides(kind, depth):
    clean = flat(120, depth, 4, side=20)
    clean[..., 3] = np.linspace(0, white_level(depth), 20).astype(depth)
    before = clean.copy()
    noisy = Noise(kind, 0.5, 1).add_to(clean, alpha=True)
    assert np.array_equal(clean, before)
    assert np.array_equal(noisy[..., 3], clean[..., 3])
    assert not np.array_equal(noisy, clean)
    assert np.array_equal(noisy, Noise(kind, 0.5, 1).add_to(clean, alpha=True))
    assert not np.array_equal(noisy, Noise(kind, 0.5, 2).add_to(clean, alpha=True))


def test_no_noise_is_the_picture():
    clean = np.random.default_rng(0).integers(0, 256, (9, 8, 3), np.uint8)
    for noise in (Noise("gaussian"), Noise("salt-pepper")):
        assert np.array_equal(noise.add_to(clean), clean)


def test_levels_that_no_photons_have_stay():
    odd = np.array([np.nan, np.inf, -np.inf, -0.5, 0, 1e300]).reshape(1, 6, 1)
    assert np.array_equal(Noise("poisson").add_to(odd), odd, equal_nan=True)


@pytest.mark.parametrize(
    ("text", "noise"),
    [
        ("gaussian:25", Noise("gaussian", 25, 0)),
        ("gaussian:2.5,1", Noise("gaussian", 2.5, 1)),
        ("salt-pepper:0.05,7", Noise("salt-pepper", 0.05, 7)),
        ("poisson", Noise("poisson", 0, 0)),
        ("poisson,9", Noise("poisson", 0, 9)),
    ],
)
def test_a_noise_in_words(text, noise):
    assert NoiseType().parse(text, "--noise") == noise


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "--noise: '' is not gaussian:SIGMA, salt-pepper:SHARE or poisson, and then ,SEED"),
        ("speckle:3", "'speckle:3' is not gaussian:SIGMA"),
        ("gaussian", "'gaussian' is not gaussian:SIGMA"),
        ("gaussian:", "--noise: SIGMA: '' is not a number from 0 to 1000"),
        ("gaussian:-1", "--noise: SIGMA: -1 is not a number from 0 to 1000"),
        ("gaussian:nan", "--noise: SIGMA: 'nan' is not a number from 0 to 1000"),
        ("salt-pepper:5", "--noise: SHARE: 5 is not a number from 0 to 1"),
        ("poisson:3", "'poisson:3' is not gaussian:SIGMA"),
        ("poisson,", "--noise: seed: '' is not a whole number from 0"),
        ("poisson,1.5", "--noise: seed: '1.5' is not a whole number"),
        ("poisson,1,2", "--noise: seed: '1,2' is not a whole number"),
    ],
)
def test_what_is_no_noise(text, why):
    with pytest.raises(ParameterError) as caught:
        NoiseType().parse(text, "--noise")
    assert why in str(caught.value)
