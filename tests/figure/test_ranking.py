"""Quality: mean absolute error, differences, notes, and which value is the best."""

from math import inf

import numpy as np
import pytest

from imgfilt.errors import ParameterError
from imgfilt.figure import Cell, DifferenceScale, Layout, Span
from imgfilt.figure.quality import mae, psnr, ssim, subtract
from imgfilt.figure.ranking import Quality, find_best, format_notes, measure
from imgfilt.figure.reduction import reduce
from imgfilt.figure.scene import Picture

from ..figure_support import assert_boxes_fit, make_scene

LAYOUTS = [
    {},
    {"captions": "below", "title": "A title"},
    {"captions": "none", "figure_width": 50.0, "columns": 1},
    {"figure_width": 500.0, "dpi": 90, "columns": 1},
    {"cell_width": 7, "caption_size": 20.0},
    {"zoom": (5, 5, 10, 9), "insets": ((6, 6, 3, 3),)},
]


def noise(height, width, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (700, 800)], ids=str)
@pytest.mark.parametrize("channels", [(1, 1), (3, 3), (1, 3), (3, 1)], ids=str)
def test_error_and_difference_by_their_definitions(size, channels):
    a, b = noise(*size, channels[0]), noise(*size, channels[1], seed=1)
    difference = a.astype(np.float64) - b
    assert mae(a, b) == pytest.approx(np.abs(difference).mean(), rel=1e-12)
    found = subtract(a, b)
    assert found.shape == (*size, 1)
    assert np.abs(found[..., 0] - difference.mean(axis=2)).max() <= 0.5
    assert subtract(b, a).tolist() == (-found).tolist()
    assert measure(a, b) == Quality(psnr(a, b), ssim(a, b), mae(a, b))


def test_extreme_differences():
    black, white = np.zeros((3, 4, 3), np.uint8), np.full((3, 4, 3), 255, np.uint8)
    assert mae(black, white) == 255
    assert (subtract(black, white) == -255).all()
    assert (subtract(white, black) == 255).all()
    for function in (mae, subtract):
        with pytest.raises(ParameterError, match="reference: 4 x 3 pixels"):
            function(black[1:], white)


def test_differences_are_reduced_with_their_sign():
    halves = np.full((60, 80, 1), -255, np.int16)
    halves[:, 40:] = 255
    found = reduce(halves, 15, 20, (0, 60), (0, 80))
    assert found.dtype == np.int16
    assert (found[:, :7] == -255).all()
    assert (found[:, 13:] == 255).all()
    assert (found[:, :10] == -found[:, :9:-1]).all()


def test_the_best_by_what_is_printed():
    assert find_best([1.234, 1.231, 1.2], 2) == {0, 1}
    assert find_best([1.234, 1.231, 1.2], 3) == {0}
    assert find_best([1.0, 2.0, 1.0], 1, is_least=True) == {0, 2}
    assert find_best([None, inf, 3.0, inf], 2) == {1, 3}
    assert find_best([None, 5.0], 2) == find_best([], 2) == set()


def test_notes_have_the_best_filter_in_bold():
    found = [Quality(50, 0.9, 1), None, Quality(31.416, 0.5, 2), Quality(inf, 1, 0)]
    assert format_notes(found, 1) == [
        (Span("PSNR 50.00 dB"), Span("SSIM 0.900")),
        (),
        (Span("PSNR 31.42 dB"), Span("SSIM 0.500")),
        (Span("PSNR ∞", bold=True), Span("SSIM 1.000", bold=True)),
    ]


@pytest.mark.parametrize("options", LAYOUTS, ids=str)
@pytest.mark.parametrize("as_raster", [True, False])
@pytest.mark.parametrize("size", [(40, 60), (3, 200), (400, 700)], ids=str)
def test_differences_and_their_colour_bar_do_not_overlap_anything(options, as_raster, size):
    if size == (3, 200) and "zoom" in options:
        return
    pictures = [noise(*size, seed=seed) for seed in range(4)]
    notes = Span("PSNR 31.42 dB"), Span("SSIM 0.912", bold=True)
    cells = [Cell("Original", pictures[0])]
    cells += [Cell("A filter", p, notes, subtract(p, pictures[0])) for p in pictures[1:]]
    layout = Layout(**{"columns": 3} | options)
    scale = DifferenceScale("Original")
    scene = make_scene(cells, layout, as_raster=as_raster, difference_scale=scale)
    assert_boxes_fit(scene)
    found = [item for item in scene.items if isinstance(item, Picture) and item.is_part]
    shown = [item for item in found if "difference" in item.name]
    assert len(shown) == 3
    cells_shown = [item for item in scene.items if isinstance(item, Picture) and item.is_cell]
    for cell, difference in zip(cells_shown[1:], shown, strict=True):
        assert difference.box.width == pytest.approx(cell.box.width)
        assert difference.box.height == pytest.approx(cell.box.height)
        assert difference.pixels.shape[:2] == cell.pixels.shape[:2]
