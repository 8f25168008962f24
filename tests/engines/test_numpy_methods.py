"""Methods: each way to sum gives the same values, whichever would be chosen."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgfilt import Gaussian
from imgfilt.engines.numpy import convolution
from imgfilt.engines.numpy.block_info import BlockInfo
from imgfilt.engines.numpy.convolution import multirate, rounding_repair
from imgfilt.engines.numpy.convolution.methods import METHODS
from imgfilt.engines.numpy.convolution.taps import Taps

from .. import reference
from ..examples import DTYPES, noisy, picture
from ..method_support import KERNELS, SHAPES, definition


def summed(padded, taps):
    """Return Σ weights[r, c] · padded[i + r, j + c], as Python adds whole numbers."""
    rows, columns = taps.shape
    height, width = padded.shape[0] - rows + 1, padded.shape[1] - columns + 1
    exact = padded.dtype.kind != "f" and taps.whole
    weights = taps.weights.astype(int).astype(object) if exact else taps.weights
    block = padded.astype(object) if exact else padded.astype(np.float64)
    total = 0
    for r, c in np.ndindex(rows, columns):
        total = total + weights[r, c] * block[r : r + height, c : c + width]
    if exact:
        return np.vectorize(lambda value: float(Fraction(value, taps.divisor)))(total)
    return total / taps.divisor


def check(found, wanted, padded, taps, name):
    """Hold values to what numerics promises of them, and to what float64 can."""
    assert found.shape == wanted.shape
    off = np.abs(found - wanted).max()
    largest = taps.magnitude / taps.divisor * np.abs(padded).max()
    fine = 5e-9 if name == "multirate" else 1e-13
    assert off <= largest * (fine if found.dtype == np.float64 else 2.0**-20) + 1e-300, name
    if padded.dtype.kind == "u" and np.abs(wanted).max() < 1e6:
        mistaken = np.rint(found) != np.rint(wanted)
        if not taps.whole:  # the definition in float64 isn't exact either
            mistaken &= np.abs(np.abs(wanted - np.rint(wanted)) - 0.5) > 1e-12 * largest
        assert np.count_nonzero(mistaken) <= (0 if taps.whole else mistaken.size / 10_000), name


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KERNELS.values(), ids=KERNELS)
def test_method(kind, shape):
    for dtype in DTYPES:
        taps = kind(*shape)
        padded = picture((shape[0] + 9, shape[1] + 10, 2), dtype)
        wanted = summed(padded, taps)
        names = convolution.suitable_methods(taps, BlockInfo(padded.dtype))
        assert convolution.choose_method(taps, BlockInfo(padded.dtype, 2)) in names
        for name in [*names, None]:
            check(convolution.run(padded, taps, name), wanted, padded, taps, name)


BELL = reference.sampled(49, 6.0)
KINDS = "uint8", "float32", "float64"  # of values
SMOOTH = np.cos(np.add.outer(np.arange(15) / 9, np.arange(16) / 7))  # of rank 2


def test_every_method_suits_something():
    some = [kind(4, 5) for kind in KERNELS.values()]
    some += [Taps((BELL, BELL)), Taps(SMOOTH), Taps(np.ones((3, 3)), 9, whole=True)]
    names = {
        name
        for taps in some
        for name in convolution.suitable_methods(taps, BlockInfo(np.dtype("uint8"), may_round=True))
    }
    assert names == set(METHODS)


@pytest.mark.slow
@given(st.data())
@settings(deadline=None, max_examples=150)
def test_methods_agree_on_anything(data):
    """Random kernels, sizes and depths: every method that suits, forced, against the definition."""
    rows, columns = data.draw(st.tuples(st.integers(1, 33), st.integers(1, 33)))
    seed, gain = data.draw(st.integers(0, 99)), data.draw(st.sampled_from([0.3, 1, 5, 40]))
    name = data.draw(st.sampled_from(sorted(KERNELS)))
    taps = KERNELS[name](rows, columns)
    if not taps.whole and taps.magnitude:
        taps = Taps(taps.weights * (gain / taps.magnitude))
    dtype = data.draw(st.sampled_from(DTYPES))
    channels = data.draw(st.integers(1, 3))
    height, width = data.draw(st.tuples(st.integers(1, 40), st.integers(1, 40)))
    block = np.random.default_rng(seed).random((height + rows - 1, width + columns - 1, channels))
    padded = (block * reference.peak(dtype)).astype(dtype)
    wanted = definition(padded, taps)
    for method in convolution.suitable_methods(taps, BlockInfo(padded.dtype)):
        check(convolution.run(padded, taps, method), wanted, padded, taps, method)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(3, 5), (40, 41), (1, 300)], ids=str)
def test_method_on_many_blocks(shape, dtype):
    """So large that every method works block by block, tile by tile and band by band."""
    padded = picture((330, 800, 1), dtype)
    for kind in ("ones", "whole", "factors"):
        taps = KERNELS[kind](*shape)
        rows, columns = taps.output(padded)
        sums = convolution.run(padded, taps, "fft").copy()
        for name in convolution.suitable_methods(taps, BlockInfo(padded.dtype)):
            values = convolution.run(padded, taps, name).copy()
            assert values.shape == (rows, columns, 1)
            for top, left in [(0, 0), (rows - 2, columns - 3), (rows // 2, columns // 2)]:
                window = np.s_[top : top + 2 + shape[0] - 1, left : left + 3 + shape[1] - 1]
                part = values[top : top + 2, left : left + 3]
                check(part, definition(padded[window], taps), padded, taps, name)
            largest = taps.magnitude / taps.divisor * np.abs(padded).max()
            assert np.abs(values - sums).max() <= 2.0**-20 * largest, name


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize(
    "factors",
    [
        (BELL, BELL),
        (Gaussian(sigma=4.3).taps.factors[0], Gaussian(sigma=11).taps.factors[0]),
        (reference.integrated(121, 15.0), Gaussian(sigma=25).taps.factors[0]),
        (Gaussian(sigma=60).taps.factors[0], BELL * 1.7),
        (BELL, np.append(BELL, [0, 0, 0])),
    ],
    ids=range(5),
)
def test_multirate(factors, dtype, channels):
    """Bells of different widths, not quite bells, of an even number; on steps, noise and flats."""
    taps = Taps(factors)
    assert multirate.suits(taps, "float32", "float64")
    rows, columns = np.indices((taps.shape[0] + 150, taps.shape[1] + 333))
    steps = 255.0 * ((rows // 90 + columns // 70) % 2)
    noise = np.random.default_rng(0).integers(0, 256, rows.shape)
    levels = np.where(rows > rows.max() // 2, noise, steps)[..., np.newaxis]
    levels = levels * reference.peak(dtype) / 255 * (np.arange(channels) + 1) / channels
    padded = levels.astype(dtype)
    wanted = np.stack([separately(padded[..., c], *factors) for c in range(channels)], 2)
    found = convolution.run(padded, taps, "multirate")
    check(found, wanted, padded, taps, "multirate")


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("down", "across"),
    [
        (reference.sampled(33, 3.9), reference.sampled(45, 4.4)),
        (reference.sampled(33, 6.0), np.linspace(1, 2, 36) / 54),
        (BELL, Gaussian(sigma=11).taps.factors[0]),
        (Gaussian(sigma=26).taps.factors[0], Gaussian(sigma=7.3).taps.factors[0]),
        (BELL, np.append(BELL, [0, 0, 0]) / 2),
    ],
    ids=range(5),
)
@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (300, 1), (31, 33), (170, 333)], ids=str)
def test_rounded_methods(shape, down, across, channels):
    """Each forced, on noise beside steps; halves are as good either way."""
    taps = Taps((down * 3, across), divisor=3)
    rows, columns = np.indices((shape[0] + len(down) - 1, shape[1] + len(across) - 1))
    steps = 255 * ((rows // 40 + columns // 30) % 2)
    noise = np.random.default_rng(0).integers(0, 256, (*rows.shape, channels))
    padded = np.where(rows[..., np.newaxis] % 90 > 44, noise, steps[..., np.newaxis])
    padded = padded.astype(np.uint8)
    wanted = np.stack([separately(padded[..., c], down, across) for c in range(channels)], 2)
    names = [
        name
        for name in convolution.suitable_methods(taps, BlockInfo(padded.dtype, may_round=True))
        if "uint8" in name
    ]
    assert len(names) == 1 + multirate.suits(taps, "uint8")
    for name in names:
        found = convolution.run(padded, taps, name)
        assert found.dtype == np.uint8
        assert np.abs(found - wanted).max() < 0.501, name
        mistaken = (found != np.rint(wanted)) & (np.abs(wanted % 1 - 0.5) > 1e-9)
        assert np.count_nonzero(mistaken) <= found.size / 10_000, name


@pytest.mark.parametrize(
    ("taps", "dtype"),
    [
        (Taps((BELL, BELL)), "uint16"),
        (Taps((BELL, BELL)), "float32"),
        (Taps((1.01 * BELL, BELL)), "uint8"),
        (Taps((BELL, -BELL)), "uint8"),
        (Taps((np.ones(40), np.arange(40.0)), divisor=31200, whole=True), "uint8"),
        (Taps((BELL[:20] / BELL[:20].sum(), BELL)), "uint8"),
    ],
)
def test_rounded_methods_are_for_means_of_uint8(taps, dtype):
    """None that could clip, whose sums are exact, or that is so small that halves are repaired."""
    found = convolution.suitable_methods(taps, BlockInfo(np.dtype(dtype), may_round=True))
    assert found == convolution.suitable_methods(taps, BlockInfo(np.dtype(dtype)))


@pytest.mark.slow
@pytest.mark.parametrize("white", [255, 1])
@pytest.mark.parametrize(
    "shape",
    [(1, 2), (2, 1), (3, 3), (4, 6), (15, 17), (16, 16), (17, 15), (60, 9), (301, 260)],
    ids=str,
)
def test_means_of_boxes(shape, white):
    """Halves go to the even level; on noise, on white, and on two levels, with many halves."""
    rows, columns = shape
    taps = Taps((np.ones(rows), np.ones(columns)), rows * columns, whole=True)
    noise = np.random.default_rng(0).integers(0, white + 1, (rows + 150, columns + 1300, 2))
    noise[:, 700:] = white
    padded = noise.astype(np.uint8)
    sums = np.zeros((len(noise) + 1, noise.shape[1] + 1, 2), int)
    sums[1:, 1:] = noise.cumsum(0).cumsum(1)
    sums = np.diff([sums[:-rows], sums[rows:]], axis=0)[0]
    sums = sums[:, columns:] - sums[:, :-columns]
    twice = 2 * sums + rows * columns  # over twice the area: the mean and a half
    wanted, rest = np.divmod(twice, 2 * rows * columns)
    wanted -= (rest == 0) & (wanted % 2 == 1)
    assert np.array_equal(convolution.run(padded, taps, "box uint8"), wanted)
    means = convolution.run(padded, taps, "box")
    assert np.array_equal(np.rint(means.astype(float) * (rows * columns)), sums)


@pytest.mark.parametrize(
    ("taps", "suits"),
    [
        (Taps(np.ones((2, 2)), 4, whole=True), True),
        (Taps(np.ones((2, 2)), 2, whole=True), False),
        (Taps(np.full((3, 3), 1 / 9)), True),
        (Taps(np.full((2, 3), 1 / 6)), False),  # halves of the definition in float64 go either way
        (Taps(-np.full((3, 3), 1 / 9)), False),
    ],
)
def test_box_rounds_means_only(taps, suits):
    found = convolution.suitable_methods(taps, BlockInfo(np.dtype("uint8"), may_round=True))
    assert ("box uint8" in found) == suits
    for info in (BlockInfo(np.dtype("uint8")), BlockInfo(np.dtype("uint16"), may_round=True)):
        assert "box uint8" not in convolution.suitable_methods(taps, info)


@pytest.mark.parametrize(
    ("gain", "dtype", "kept"),
    [
        (1, "uint8", "uint8"),
        (-1, "uint8", "int16"),
        (2, "uint8", "int16"),
        (500, "uint8", "float64"),
        (0.01, "uint16", "uint16"),
        (-0.01, "uint16", "int16"),
    ],
)
def test_rounded_values(gain, dtype, kept):
    """Rounded as the definition in float64, in a dtype that holds them."""
    weights = np.abs(noisy(5, 5))
    taps = Taps(weights * (gain / weights.sum()))
    padded = picture((60, 300, 2), dtype)
    found = convolution.run(padded, taps, "rows", may_round=True)
    assert found.dtype == kept
    assert np.array_equal(np.rint(found), np.rint(definition(padded, taps)))


def separately(plane, down, across):
    """Return sums down the columns, then along the rows, in float64."""
    windows = np.lib.stride_tricks.sliding_window_view
    between = windows(plane.astype(np.float64), len(down), 0) @ down
    return windows(between, len(across), 1) @ across


def test_multirate_is_for_wide_bells():
    ramp, bump = np.arange(1.0, 60), np.zeros(61)
    bump[[0, 60]] = 0.5
    for factor in (ramp, bump, -BELL, np.ones(61), Gaussian(sigma=2.4).taps.factors[0]):
        assert not any(multirate.suits(Taps((factor, factor)), name) for name in KINDS)
    assert not any(multirate.suits(Taps(noisy(40, 40)), name) for name in KINDS)


def test_near_halves_are_computed_again():
    """Values next to a half, which float32 sums put on its other side."""
    taps = Taps(noisy(7, 7) / 20)
    padded = picture((90, 300, 1), "uint8")
    wanted = definition(padded, taps)
    bound = 1e-3
    wrong = (wanted + np.where(wanted > np.rint(wanted), bound, -bound) * 0.9).astype(np.float32)
    assert np.count_nonzero(np.rint(wrong) != np.rint(wanted)) > 3
    found = rounding_repair.repair(wrong, padded, taps, bound, lambda: pytest.fail("too many"))
    assert np.array_equal(np.rint(found), np.rint(wanted))


def test_flats_next_to_a_half_are_computed_again_as_a_whole():
    taps = Taps(np.full((5, 5), 0.02) + np.eye(5) * 1e-9)
    padded = np.full((60, 70, 1), 255, np.uint8)
    again = definition(padded, taps)
    found = rounding_repair.repair(again.astype(np.float32), padded, taps, 1e-3, lambda: again)
    assert found is again
