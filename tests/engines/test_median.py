"""Median: every method against the slow reference, and the parts that they are made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import imgfilt
from imgfilt import Median
from imgfilt.engines.numpy import median
from imgfilt.engines.numpy.median import bit_masks, execution, narrowing, rank_select
from imgfilt.engines.numpy.median.network import MAXIMUM, MINIMUM, PIXEL, ROW, Network
from imgfilt.engines.numpy.median.schedule import compile_network, make_program
from imgfilt.engines.numpy.median.tiling import median_network

from .. import reference
from ..examples import picture, translucent

DTYPES = "uint8", "uint16", "float32", "float64"
SIZES = range(1, 32, 2)
TILES = [(1, 1), (1, 2), (2, 1), (2, 2), (4, 2), (2, 8), (4, 4)]

each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def few_levels(shape, dtype, count=5):
    """Return a picture in which most values occur many times, below 0 too where they can."""
    levels = np.random.default_rng(sum(shape)).integers(0, count, shape)
    return (levels - count // 2 if dtype.startswith("float") else levels).astype(dtype)


def middles(padded, rows, columns=None):
    """Return the middle value of each window, as partial sorting finds it."""
    columns = columns or rows
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), (0, 1))
    middle = rows * columns // 2
    return np.partition(windows.reshape(*windows.shape[:3], -1), middle, axis=-1)[..., middle]


def applying(size, dtype):
    """Return the methods that can do it in reasonable time."""
    found = ["masks"]
    found += ["network"] * (size <= 21)
    return [*found, "levels"] if dtype == "uint8" else found


@pytest.mark.slow
@each_dtype
@pytest.mark.parametrize("size", SIZES)
def test_every_method_is_exact(size, dtype):
    for shape in ((size, size, 1), (size + 1, size + 10, 2), (size + 37, size + 5, 1)):
        for padded in (picture(shape, dtype), few_levels(shape, dtype)):
            wanted = middles(padded, size)
            for name in [*applying(size, dtype), None]:
                found = median.run(padded, (size, size), name)
                assert found.dtype == padded.dtype
                assert np.array_equal(found, wanted), name


@each_dtype
@pytest.mark.parametrize(
    "sides", [(1, 5), (3, 1), (3, 7), (9, 3), (1, 99), (21, 5), (301, 1), (61, 81)], ids=str
)
def test_rectangles(sides, dtype):
    """(rows, columns): of one row or column, with rows past 8 bits, and narrowed."""
    rows, columns = sides
    several = picture((rows + 9, columns + 12, 2), dtype)
    for padded in (several, few_levels((rows, columns, 1), dtype)):
        wanted = middles(padded, rows, columns)
        names = ["masks"] + ["network"] * (rows * columns < 441) + ["levels"] * (dtype == "uint8")
        for name in [*names, None]:
            assert np.array_equal(median.run(padded, sides, name), wanted), name


@pytest.mark.slow
@each_dtype
@pytest.mark.parametrize("size", [61, 161, 257])
def test_large_windows(size, dtype):
    """Narrowed, with larger tiles, and with rows and columns past 8 bits."""
    shape = (size + 40, size + 33, 1)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    slope = np.asarray((200 * rows + 37 * columns)[..., np.newaxis] % 60000, dtype="float64")
    slope = slope / 256 if dtype == "uint8" else slope
    for padded in (picture(shape, dtype), slope.astype(dtype), few_levels(shape, dtype, 2)):
        rows = [0, 1, 31, 39, 40]
        wanted = np.concatenate([middles(padded[row : row + size], size) for row in rows])
        for name in sorted(
            {*applying(size, dtype), median.choose_method((size, size), np.dtype(dtype))}
        ):
            assert np.array_equal(median.run(padded, (size, size), name)[rows], wanted), name


@pytest.mark.slow
@each_dtype
@pytest.mark.parametrize("border", Median.borders)
def test_borders(border, dtype):
    """With windows as large as the picture and larger; test_filters has the small ones."""
    for engine, size, shape in [
        ("numpy", 1, (1, 1, 1)),
        ("numpy", 9, (1, 9, 2)),
        ("auto", 13, (5, 4, 1)),
        ("numpy", 17, (5, 4, 1)),
        ("auto", 9, (14, 15, 3)),
    ]:
        if border == "valid" and min(shape[:2]) < size:
            continue
        pixels = picture(shape, dtype)
        fill = [3, 4, 5][: shape[2]] if border == "constant" else [0] * shape[2]
        wanted = reference.median(pixels, border, np.array(fill, dtype), size=size)
        found = imgfilt.apply(Median(size), pixels, engine, border, fill)
        assert np.array_equal(found, wanted.astype(dtype))


@pytest.mark.slow
@each_dtype
@pytest.mark.parametrize("size", [7, 15, 31])
def test_the_cut_changes_nothing(size, dtype):
    """Rows of any number at a time: each pixel is the same."""
    padded = picture((size + 70, size + 50, 1), dtype)
    for name in applying(size, dtype):
        whole = median.run(padded, (size, size), name)
        for top, bottom in ((0, 1), (1, 24), (24, 71), (5, 6)):
            part = median.run(padded[top : bottom + size - 1], (size, size), name)
            assert np.array_equal(part, whole[top:bottom])


@pytest.mark.slow
@each_dtype
def test_many_blocks(dtype, monkeypatch):
    """Planes so small that the network takes many blocks, and the masks many batches."""
    padded = picture((90, 101, 2), dtype)
    wanted = {size: middles(padded, size) for size in (5, 11)}
    monkeypatch.setattr(execution, "_PLANE", 512)
    monkeypatch.setattr(rank_select, "_AT_ONCE", 1)
    monkeypatch.setattr(rank_select, "_NARROWED", 1)
    for size, values in wanted.items():
        for name in applying(size, dtype):
            assert np.array_equal(median.run(padded, (size, size), name), values), name


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [3, 9, 17, 63])
def test_infinities_are_in_order(size, dtype):
    padded = picture((size + 9, size + 8, 1), dtype)
    chance = np.random.default_rng(size).random(padded.shape)
    padded[chance < 0.55], padded[chance > 0.8] = np.inf, -np.inf
    wanted = middles(padded, size)
    assert np.isinf(wanted).any()
    for name in applying(size, dtype):
        assert np.array_equal(median.run(padded, (size, size), name), wanted)


@pytest.mark.slow
@each_dtype
@pytest.mark.parametrize("size", [1, 3, 9, 25, 61])
def test_transparent_pixels_are_left_out(size, dtype):
    pixels = translucent((12, 14, 3), dtype)
    pixels[:5, :6, -1] = 0
    wanted = reference.median(pixels, "replicate", alpha=True, size=size)
    found = imgfilt.apply(Median(size), pixels, "auto", "replicate", alpha=True)
    assert np.array_equal(found, wanted.astype(dtype))


def test_transparent_pixels_by_ranges(monkeypatch):
    """With the levels narrowed, where pixels of the same tile see very different numbers."""
    monkeypatch.setattr(rank_select, "_NARROWED", 1)
    pixels = translucent((30, 40, 2), "uint16")
    pixels[:, 20:, -1] *= np.random.default_rng(0).random((30, 20)) < 0.1
    wanted = reference.median(pixels, "reflect", alpha=True, size=9)
    found = imgfilt.apply(Median(9), pixels, "auto", "reflect", alpha=True)
    assert np.array_equal(found, wanted.astype("uint16"))


@pytest.mark.slow
@given(
    padded=st.integers(1, 9).flatmap(
        lambda side: arrays(
            np.float32,
            (side + 6, 12, 1),
            elements=st.floats(width=32, allow_nan=False),
        )
    ),
    size=st.sampled_from([1, 3, 5, 7]),
)
def test_any_floats(padded, size):
    wanted = middles(padded, size)
    for name in ("network", "masks"):
        assert np.array_equal(median.run(padded, (size, size), name), wanted)


@pytest.mark.slow
@pytest.mark.parametrize("tile", TILES, ids=str)
@pytest.mark.parametrize("size", [1, 3, 5, 7, 9])
def test_a_network_is_right_for_zeros_and_ones(size, tile):
    """A network of minima and maxima that is right for those is right for any values (Knuth)."""
    if max(tile) > size:
        return
    made = compile_network((size, size), median_network((size, size), tile))
    for share in np.linspace(0.3, 0.7, 9):
        padded = (np.random.default_rng(size).random((60, 61, 1)) < share).astype(np.uint8)
        assert np.array_equal(execution.run(padded, made), middles(padded, size))


@given(st.lists(st.integers(0, 9), max_size=9), st.lists(st.integers(0, 9), max_size=9), st.data())
def test_merge(one, other, data):
    """Any two sorted lists, and any ranks of them."""
    network = Network((1, 1))
    values = [network.pixel(0, column) for column in range(len(one) + len(other))]
    held = sorted(one) + sorted(other)

    def worth(value):
        number, shift = value
        kind, first, second, further = network.nodes[number]
        if kind == PIXEL:
            return held[shift]
        pair = worth((first, shift)), worth((second, shift + further))
        return min(pair) if kind == MINIMUM else max(pair)

    lists = values[: len(one)], values[len(one) :]
    assert [worth(value) for value in network.merge(*lists)] == sorted(held)
    if held:
        first = data.draw(st.integers(0, len(held) - 1))
        last = data.draw(st.integers(first, len(held) - 1))
        found = [worth(value) for value in network.ranks(*lists, first, last)]
        assert found == sorted(held)[first : last + 1]


def test_what_neighbours_share_is_one_node():
    """The pair of two pixels, and that of those a tile further on."""
    network = Network((2, 2))
    here = network.sorted_pair(network.pixel(0, 0), network.pixel(1, 1))
    there = network.sorted_pair(network.pixel(3, 5), network.pixel(2, 4))
    assert [number for number, _ in here] == [number for number, _ in there]
    assert [shift for _, shift in there] == [ROW + 2] * 2
    assert network.twin(here[0][0]) == here[1][0]


def test_a_tile_saves_operations():
    """For 7 x 7 a quarter of what one pixel alone takes."""
    alone, tiled = make_program((7, 7), (1, 1)), make_program((7, 7), (2, 4))
    assert alone.operations == 390
    assert 100 < tiled.operations < 115
    assert tiled.slots < 110
    kinds = {kind for kind, *_ in tiled.steps.tolist()}
    assert kinds == {PIXEL, MINIMUM, MAXIMUM}


@given(bits=arrays(np.uint64, (7,), elements=st.integers(1, 2**64 - 1)), share=st.floats(0, 1))
def test_nth_bit(bits, share):
    places = [[at for at in range(64) if word >> at & 1] for word in bits.tolist()]
    numbers = [min(int(share * len(at)), len(at) - 1) for at in places]
    found = bit_masks.select_bit(bits, np.array(numbers, np.uint8))
    assert found.tolist() == [at[number] for at, number in zip(places, numbers, strict=True)]


def test_range_holds_the_medians():
    """And what is below it is counted."""
    levels = picture((24 + 8, 32 + 8, 1), "uint16")[..., 0]
    ranks = np.full((24, 32), 40)
    found = narrowing.narrow_median_range(levels, ranks, None, (9, 9), 8)
    wanted = middles(levels[..., np.newaxis], 9)[..., 0].reshape(3, 8, 4, 8)
    assert (found.first <= wanted.min(axis=(1, 3)).ravel()).all()
    assert (found.last > wanted.max(axis=(1, 3)).ravel()).all()
    assert (found.last - found.first).min() < 30000
    windows = np.lib.stride_tricks.sliding_window_view(levels, (9, 9))
    first = found.first.reshape(3, 4).repeat(8, axis=0).repeat(8, axis=1)
    assert np.array_equal(found.below, (windows < first[..., None, None]).sum(axis=(2, 3)))


@each_dtype
def test_method_by_size(dtype):
    names = [median.choose_method((size, size), np.dtype(dtype)) for size in range(1, 301, 2)]
    assert names[:6] == ["network"] * 6
    assert names[-1] == ("levels" if dtype == "uint8" else "masks")
    assert all(median.operations((size, size), np.dtype(dtype)) >= 0 for size in (1, 9, 21, 63))
