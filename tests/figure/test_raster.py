"""The raster of a scene: rectangles cover exact shares of pixels, and text is turned as a whole."""

from fractions import Fraction

import numpy as np
import pytest

from imgfilt.figure.fonts import Fonts
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Box, Scene, Text, rectangle


def cover(start, stop, pixel):
    return max(Fraction(0), min(stop, Fraction(pixel + 1)) - max(start, Fraction(pixel)))


@pytest.mark.parametrize("edges", [(3, 4, 8, 9), (3.5, 4.25, 8.125, 9.75), (-1, 2, 4, 99)])
@pytest.mark.parametrize("scale", [1, 2.5])
def test_a_filled_rectangle_covers_shares_of_pixels(edges, scale):
    left, top, right, bottom = edges
    page = Scene(12, 14, scale)
    page.items.append(rectangle(Box(left, top, right - left, bottom - top), fill=(0, 0, 0)))
    left, top, right, bottom = (Fraction(edge) * Fraction(scale) for edge in edges)
    found = draw_raster(page)[..., 1]
    for row, column in np.ndindex(found.shape):
        share = cover(top, bottom, row) * cover(left, right, column)
        assert abs(int(found[row, column]) - 255 * (1 - share)) <= 1


def test_the_line_of_a_rectangle_lies_on_its_edge():
    page = Scene(20, 20, 2)
    page.items.append(rectangle(Box(4, 5, 6, 7), stroke=(0, 0, 0), width=2))
    wanted = np.full((40, 40), 255)
    wanted[8:26, 6:22] = 0  # a point is two pixels; half of the line lies on each side
    wanted[12:22, 10:18] = 255
    assert np.array_equal(draw_raster(page)[..., 1], wanted)


@pytest.mark.parametrize("anchor", [0, 0.5, 1])
def test_text_at_an_angle_is_the_turned_page(anchor):
    level = Scene(80, 60, 2, items=[Text("Größe × 2", 40, 30, 9, anchor)])
    upright = Scene(60, 80, 2, items=[Text("Größe × 2", 30, 40, 9, anchor, angle=90)])
    turned = np.rot90(draw_raster(level))
    assert (turned < 255).any()
    assert np.array_equal(draw_raster(upright), turned)


def test_words_from_right_to_left_keep_their_order():
    """A line of them looks as the words do that are drawn one by one, the first on the right."""
    words, size = ["שלום", "עולם"], 20
    fonts = Fonts()
    runs = list(fonts.split(words[0]))
    if fonts.missing or len(runs) > 1:
        pytest.skip("no font has Hebrew letters")
    blank = runs[0].face.measure.getlength(" ") / 100 * size
    second = fonts.width(words[1], size)
    line = Scene(200, 40, 4, items=[Text(" ".join(words), 10, 30, size)])
    apart = Scene(200, 40, 4, items=[Text(words[1], 10, 30, size)])
    apart.items.append(Text(words[0], 10 + second + blank, 30, size))
    difference = draw_raster(line).astype(int) - draw_raster(apart)
    assert np.abs(difference).mean() < 1  # half of a pixel aside
    turned = Scene(200, 40, 4, items=[Text(" ".join(words[::-1]), 10, 30, size)])
    assert np.abs(draw_raster(turned).astype(int) - draw_raster(apart)).mean() > 4
