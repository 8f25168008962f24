"""Plots of kernels: texts, colours, curves, ticks and the frequency response."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgfilt import Kernel
from imgfilt.figure.plot.canvas import INK, Canvas
from imgfilt.figure.plot.graph import Curve, Graph, choose_ticks, draw_graph
from imgfilt.figure.plot.heatmap import draw_heatmap, map_to_colours
from imgfilt.figure.plot.kernel_plot import frequency_response, plot_kernel
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Box
from imgfilt.geometry import Rect
from imgfilt.kernel.source import parse_source

from ..figure_support import are_disjoint, text_box, texts

KERNELS = {
    "identity": parse_source("identity"),
    "sobel-x": parse_source("sobel-x"),
    "gaussian-integer": parse_source("gaussian-integer"),
    "row": Kernel([[1, 2, 4, 8]], (0, 0)),
    "column": Kernel(np.arange(40).reshape(40, 1)),
    "tiny": Kernel([[1e-9, -3e-9], [2e-9, 0]]),
    "huge": Kernel([[1e9, 3e300]]),
    "nothing": Kernel([[0, 0], [0, 0]]),
    "one long": Kernel([[123456789, -1]]),
    "large": parse_source("gaussian:101,20"),
    "wide": Kernel(np.random.default_rng(0).normal(size=(3, 900))),
    "even": Kernel(np.arange(-60, 60).reshape(10, 12)).scaled(3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KERNELS)
def test_texts_do_not_overlap_or_leave_the_page(name):
    scene = plot_kernel(KERNELS[name], f"{name} " + "and more of the same " * 9)
    assert draw_raster(scene).shape == (*scene.pixels, 3)
    # The numbers of two axes meet at a corner; no digit is as high as the font.
    boxes = [shrink(text_box(scene, text), text.size / 8) for text in texts(scene)]
    for box in boxes:
        assert 0 <= box.top < box.bottom <= scene.height
        assert 0 <= box.left < box.right <= scene.width
    for one, other in itertools.combinations(boxes, 2):
        assert are_disjoint(one, other), (one, other)


def shrink(box, margin):
    return Box(box.left, box.top + margin, box.width, box.height - 2 * margin)


def plotted(kernel, name):
    """Return the texts in the plot of a kernel."""
    return [text.string for text in texts(plot_kernel(kernel, name))]


def test_title_description_and_axis_labels():
    words = plotted(KERNELS["sobel-x"], "sobel-x")
    assert "sobel-x" in words
    assert "3 x 3, origin 1,1 (framed), sum 0, rank 1" in words
    large = plotted(parse_source("average:100"), "average")  # without room for a frame
    assert "100 x 100, origin 50,50, sum 1, rank 1" in large
    assert "Weights of the 1-D factors" in words
    assert "Frequency response, magnitude" in words
    assert {"pixels from the origin", "cycles a pixel", "across", "down"} <= set(words)
    assert [words.count(weight) for weight in ("2", "-2")] >= [1, 1]


def test_small_kernels_have_their_weights_in_the_cells():
    words = plotted(KERNELS["gaussian-integer"], "g")
    printed = np.array([6, 61, 242, 343, 242, 61, 6])
    for weight in np.outer(printed, printed).ravel().tolist():
        words.remove(str(weight))
    assert "divided by 923521" in words
    assert len(plotted(KERNELS["large"], "g")) < 50


def test_colours_are_white_at_zero_and_strongest_at_the_ends():
    found = map_to_colours(np.array([[-2.0, -1, 0, 1, 2]]), 2).astype(int)[0]
    assert found[2].tolist() == [255, 255, 255]
    assert found[0].tolist() == [33, 102, 172]
    assert found[4].tolist() == [178, 24, 43]
    assert (found[1] == np.rint((found[0] + 255) / 2)).all()
    assert (np.abs(found[3] - (found[4] + 255) / 2) <= 0.5).all()


def test_a_cell_has_the_colour_of_its_weight():
    canvas = Canvas(400, 400)
    weights = np.array([[1.0, -1], [0.5, 0]])
    draw_heatmap(canvas, Rect(0, 0, 400, 400), weights, [], (0, 0))
    pixels = draw_raster(canvas.to_scene())
    wanted = map_to_colours(weights, 1)
    # The corners of a cell's middle, beside where its label would be.
    rows, columns = pixels.shape[:2]
    seen = {tuple(pixel) for pixel in pixels[::5, ::5].reshape(-1, 3).tolist()}
    assert {tuple(colour) for colour in wanted.reshape(-1, 3).tolist()} <= seen
    middle = pixels[: rows // 2, : columns // 2].reshape(-1, 3).tolist()
    assert middle.count(wanted[0, 0].tolist()) > 3000


@given(st.floats(-1e12, 1e12, allow_subnormal=False), st.floats(1e-9, 1e12, allow_subnormal=False))
def test_ticks_are_round_and_enclose_the_range(low, size):
    high = low + size
    if high - low < 1e-6 * max(abs(low), abs(high)):
        return
    found = choose_ticks(low, high)
    assert 2 <= len(found) <= 6
    slack = 1e-6 * (high - low)
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    steps = np.diff(found)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)
    assert f"{steps[0]:.0e}"[0] in "1259"


def test_ticks_for_a_single_value():
    assert choose_ticks(0, 0) == choose_ticks(0, 1)
    assert choose_ticks(3, 3)[0] == 0


def test_a_curve_goes_through_its_points():
    canvas = Canvas(400, 600)
    x = np.array([0.0, 1, 2])
    colour = 10, 120, 10
    curve = Curve("a", x, np.array([0.0, 1, 0]), colour, marked=True)
    draw_graph(canvas, Rect(0, 0, 400, 600), Graph("t", "b", [curve]))
    near = np.abs(draw_raster(canvas.to_scene()).astype(int) - colour).sum(2) < 30
    rows, columns = np.nonzero(near[80:])
    peak = columns[rows == rows.min()].mean()
    assert peak == pytest.approx((columns.min() + columns.max()) / 2, abs=3)
    # From the bottom to the top of the frame, and down again.
    assert np.ptp(rows) > 200


def test_lines_and_dashes_have_their_width():
    canvas = Canvas(60, 200)
    canvas.draw_line([(20, 10), (20, 190)], INK, 4)
    canvas.draw_line([(40, 10), (40, 100), (40, 190)], INK, 4, dash=9)
    dark = (draw_raster(canvas.to_scene()) < 128).all(2)
    assert dark[:30].sum(0)[20:180].tolist() == [4] * 160
    dashed = dark[30:].any(0)
    assert dashed[10:190].mean() == pytest.approx(0.5, abs=0.06)
    assert np.count_nonzero(np.diff(dashed.astype(int)) == 1) == 10


@pytest.mark.parametrize("name", ["sobel-x", "gaussian-integer", "row", "even"])
def test_frequency_response_is_the_fourier_transform(name):
    kernel = KERNELS[name]
    frequencies = np.fft.rfftfreq(256)
    across, down = frequency_response(kernel, frequencies)
    spectrum = np.abs(np.fft.fft2(kernel.weights, (256, 256)))
    np.testing.assert_allclose(across, spectrum[0, : len(across)], atol=1e-9)
    np.testing.assert_allclose(down, spectrum[: len(down), 0], atol=1e-9)


def test_frequency_response_of_means_and_derivatives():
    across, down = frequency_response(parse_source("sobel-x"), np.array([0, 0.25, 0.5]))
    np.testing.assert_allclose(across, [0, 8, 0], atol=1e-12)
    np.testing.assert_allclose(down, 0, atol=1e-12)
    across, down = frequency_response(parse_source("average:2"), np.array([0, 0.5]))
    np.testing.assert_allclose(across, [1, 0], atol=1e-12)
