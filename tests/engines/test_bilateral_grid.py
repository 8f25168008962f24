"""Parts of the fast bilateral filter: cells, sums over a disc, and range weights as a series."""

import numpy as np
import pytest

from imgfilt.engines.numpy import bilateral
from imgfilt.engines.numpy.bilateral import coarse, moments
from imgfilt.engines.numpy.bilateral.centres import evenly_spaced, largest_distance
from imgfilt.engines.numpy.bilateral.grid import BilateralGrid

SHAPES = [(1, 1), (1, 50), (37, 1), (16, 20), (45, 163)]


def fill_cells(plane, side, cells):
    """Return a plane of whole cells, by copies of its last row and column."""
    more = cells.rows * side - plane.shape[0], cells.columns * side - plane.shape[1]
    return np.pad(plane, ((0, more[0]), (0, more[1])), "edge")


@pytest.mark.parametrize("side", [1, 2, 3, 4, 11])
@pytest.mark.parametrize("shape", SHAPES)
def test_cells_sum_their_pixels(shape, side):
    plane = np.random.default_rng(1).integers(0, 99, shape).astype(np.float32)
    cells = BilateralGrid(plane, side)
    whole = cells.fill_cells(plane)
    assert np.array_equal(whole, fill_cells(plane, side, cells))
    sums = np.empty((cells.rows, cells.columns), np.float32)
    for band in cells.bands(0, len(whole)):
        cells.downsample(whole[band.pixels], sums[band.cells])
    wanted = whole.reshape(cells.rows, side, cells.columns, side).sum(axis=(1, 3))
    assert np.array_equal(sums, wanted)


@pytest.mark.parametrize("side", [1, 2, 3, 4, 11])
@pytest.mark.parametrize("shape", SHAPES)
def test_pixels_between_cells_lie_on_straight_lines(shape, side, monkeypatch):
    monkeypatch.setattr("imgfilt.engines.numpy.bilateral.grid._BLOCK", 1 << 11)
    cells = BilateralGrid(np.empty(shape), side)
    planes = np.random.default_rng(2).random((2, cells.rows, cells.columns)).astype(np.float32)
    top, bottom = shape[0] // 3, shape[0]
    found = np.full((2, bottom - top, cells.width), np.nan, np.float32)
    framed = cells.pad_edge(planes)
    for band in cells.bands(top, bottom):
        rows = np.empty((2, band.pixels.stop - band.pixels.start, cells.width), np.float32)
        cells.upsample_rows(cells.upsample_columns(framed, band.cells), rows)
        found[:, band.out] = rows[:, band.inner]
    down = (np.arange(top, bottom) + 0.5) / side - 0.5
    across = (np.arange(cells.width) + 0.5) / side - 0.5
    for plane, got in zip(planes, found, strict=True):
        lines = np.array([np.interp(across, np.arange(cells.columns), line) for line in plane])
        wanted = [np.interp(down, np.arange(cells.rows), column) for column in lines.T]
        assert np.abs(got - np.transpose(wanted)).max() < 1e-6


@pytest.mark.parametrize(("side", "count"), [(1, 1), (3, 9), (4, 17)])
@pytest.mark.parametrize("shape", [(1, 1), (2, 40), (35, 20)])
def test_sums_over_the_disc(shape, side, count, monkeypatch):
    monkeypatch.setattr(coarse, "_BLOCK", 1 << 9)
    kernel = coarse.make_quadrant(15, 6.0, side)
    reach = len(kernel) - 1
    planes = np.random.default_rng(3).random((count, *shape)).astype(np.float32)
    padded = np.pad(planes, ((0, 0), (reach, reach), (reach, reach)), "edge").astype(np.float64)
    wanted = np.zeros(planes.shape)
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            seen = padded[:, reach + row :, reach + column :][:, : shape[0], : shape[1]]
            wanted += kernel[abs(row), abs(column)] * seen
    coarse.sum_over_disc(planes, kernel)
    assert np.abs(planes - wanted).max() < 1e-5 * coarse.sum_of_quadrant(kernel)
    assert coarse.sum_of_quadrant(kernel) == pytest.approx(whole_disc(15, 6.0), rel=1e-6)


def whole_disc(diameter, sigma):
    steps = np.arange(-(diameter // 2), diameter // 2 + 1) ** 2
    far = steps[:, np.newaxis] + steps
    return np.exp(-0.5 * far / sigma**2)[bilateral.disc(diameter)].sum()


@pytest.mark.parametrize(("span", "alone"), [(0, True), (0.9, True), (1.7, True), (2.5, True)])
@pytest.mark.parametrize("mixed", [False, True])
def test_range_weight_is_a_series(span, alone, mixed):
    """Within its span the polynomials give the range weight, and the weight times the level."""
    matrix = moments.fit_coefficients(span, alone).astype(np.float64)
    p, q = np.meshgrid(np.linspace(-span, span, 41), np.linspace(-span, span, 37))
    orders, _, moments_of = matrix.shape
    powers = p[..., np.newaxis] ** np.arange(orders)
    seen = np.exp(-0.5 * q**2)[..., np.newaxis] * q[..., np.newaxis] ** np.arange(moments_of)
    found = np.einsum("abj,jk,abk->ab", powers, matrix[:, int(mixed)], seen)
    found *= np.exp(-0.5 * p**2)
    wanted = np.exp(-0.5 * (p - q) ** 2) * (q if mixed else 1)
    assert np.abs(found - wanted).max() < 0.02 * max(span, 0.5)
    assert np.sqrt(np.mean((found - wanted) ** 2)) < 0.004 * max(span, 0.5)


def test_centres_of_levels():
    levels = np.array([10.0, 240.0, 128.0])
    (middle,) = evenly_spaced(levels, 75).ravel()
    assert middle == 125
    several = evenly_spaced(levels, 20).ravel()
    assert len(several) == 3
    steps = np.diff([10 - several[0], *several, 0])[1:-1]
    assert np.allclose(steps, 230 / 3)
    assert largest_distance(several / 20, 0.5, 12) == pytest.approx(230 / 3 / 40)
    assert evenly_spaced(levels, 2) is None
    assert evenly_spaced(levels + 1e9, 75) is None
    assert evenly_spaced(np.array([7.0]), 1e-3).shape == (1, 1)


@pytest.mark.parametrize("sigma_color", [17, 20, 30, 60])
def test_several_centres_are_near(sigma_color):
    """Levels that no single series spans, some of them in no sample."""
    chance = np.random.default_rng(5)
    padded = np.clip(chance.normal([[60], [180]], 12, (2, 2400)), 0, 255).reshape(60, 80, 1)
    padded[40:, ::7] = 255
    padded[5, 5] = 0
    exact = bilateral.run(padded, 21, sigma_color, 9)
    centres = evenly_spaced(padded, sigma_color)
    assert (len(centres) > 1) == (sigma_color < 50)
    found, far = moments.run(padded, 21, sigma_color, 9, centres)
    off = (found - exact)[~far]
    assert 20 * np.log10(255 / np.sqrt(np.mean(off**2))) > 48
    assert np.mean(far) < 0.2
    few = moments.run(padded, 21, sigma_color, 9, evenly_spaced(padded[:10, 10:], sigma_color))
    assert np.abs((few[0] - exact)[~few[1]]).max() < 25
