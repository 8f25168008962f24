"""Pairs: the sums that non-local means and bilateral share, and cv2's way of the first."""

import numpy as np
import pytest

import imgfilt
from imgfilt import NLMeans
from imgfilt.engines.numpy import bilateral, nlmeans
from imgfilt.engines.numpy.nlmeans import window_sums
from imgfilt.engines.numpy.pixel_pairs import cut_blocks, pair_slices
from imgfilt.engines.opencv import import_error

from ..pictures import book


@pytest.mark.parametrize("step", [1, 3, 7])
@pytest.mark.parametrize("size", range(1, 32, 2))
def test_windowed_sums(size, step):
    values = np.random.default_rng(size).integers(0, 99, 250).astype(float)
    length = len(values) - (size - 1) * step
    wanted = sum(values[n * step : n * step + length] for n in range(size))
    found, *free = window_sums([values.copy(), np.empty(250), np.empty(250)], size, step)
    assert np.array_equal(found, wanted)
    assert len(free) == 2
    assert not any(np.shares_memory(found, array) for array in free)


@pytest.mark.parametrize(("margin", "pixels"), [(3, 1), (3, 100), (0, 60), (13, 1 << 16)])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 1500), (30, 4), (31, 700), (600, 513)])
def test_blocks_cover_all_pixels(height, width, margin, pixels):
    places, (down, across) = cut_blocks(height, width, margin, pixels)
    covered = np.zeros((height, width), int)
    for top, left in places:
        assert top + down <= height
        assert left + across <= width
        covered[top : top + down, left : left + across] += 1
    assert covered.min() == 1
    assert len(places) <= 4 * (1 + covered.size / max(2 * margin, 1) ** 2)


def test_ends_reach_every_pixel_that_is_no_margin():
    rows, columns, margin = 9, 8, 2
    inside = {r * columns + c for r in range(2, 7) for c in range(2, 6)}
    for down in range(3):
        for across in range(-2 if down else 1, 3):
            firsts, seconds = pair_slices(rows, columns, margin, down, across)
            offset = down * columns + across
            pairs = list(
                zip(
                    range(firsts.start, firsts.stop),
                    range(seconds.start, seconds.stop),
                    strict=True,
                )
            )
            assert all(second - first == offset for first, second in pairs)
            assert inside <= {first for first, _ in pairs}
            assert inside <= {second for _, second in pairs}
            assert firsts.start >= 0
            assert seconds.stop <= rows * columns


@pytest.mark.parametrize("diameter", [3, 9, 33])
def test_blocks_change_no_bilateral_pixel(diameter, monkeypatch):
    pixels = book((70, 64, 2), "uint8")
    wanted = bilateral.run(pixels, diameter, 40, 9)
    monkeypatch.setattr("imgfilt.engines.numpy.bilateral.direct._BLOCK", 64)
    monkeypatch.setattr("imgfilt.engines.numpy.pixel_pairs._COLUMNS", 20)
    assert np.array_equal(bilateral.run(pixels, diameter, 40, 9), wanted)


@pytest.mark.skipif(import_error() is not None, reason="cv2 is missing")
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("strength", [0.5, 3, 10, 40, 300, 5000])
def test_16_bit_distances(strength, channels):
    from imgfilt.engines.opencv.nlmeans import fits_16_bits, patch_means

    for patch, search in ((1, 3), (3, 7), (7, 5), (13, 3)):
        pixels = book((40, 44, channels), "uint8")
        pixels[::7, ::5] = 255 - pixels[::7, ::5]
        if fits_16_bits(strength, patch, channels):
            exact = nlmeans.run(pixels, strength, patch, search)
            found = patch_means(pixels, strength, patch, search)
            assert np.abs(found - exact).max() < 0.5


def test_where_16_bits_are_enough():
    from imgfilt.engines.opencv.nlmeans import fits_16_bits

    assert fits_16_bits(10, 7, 3)
    assert fits_16_bits(100, 3, 1)
    assert not fits_16_bits(3, 101, 1)
    assert not fits_16_bits(1e6, 7, 1)


@pytest.mark.skipif(import_error() is not None, reason="cv2 is missing")
def test_an_older_cv2_has_its_own_way(monkeypatch):
    pixels = book((40, 44, 3), "uint8")
    exact = imgfilt.apply(NLMeans(20, 5, 7), pixels, "numpy").astype(int)
    for wide in (True, False):
        monkeypatch.setattr(
            "imgfilt.engines.opencv.nlmeans.looks_up_16_bits", lambda wide=wide: wide
        )
        found = imgfilt.apply(NLMeans(20, 5, 7), pixels, "opencv")
        assert np.abs(found - exact).max() <= (1 if wide else 2)
