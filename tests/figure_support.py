"""What every figure keeps to: boxes that do not overlap, and ink inside of them."""

from io import BytesIO
from itertools import combinations, pairwise
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from imgfilt.figure import Layout
from imgfilt.figure.figure import Figure
from imgfilt.figure.fonts import Fonts
from imgfilt.figure.layout import lay_out
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scale import Size, compute_scales
from imgfilt.figure.scene import Box, Path, Picture, Text
from imgfilt.figure.view import ShownCell, View


def centre(cells):
    """Return cells that lie in the middle of the first."""
    middle = np.array(cells[0].pixels.shape[:2]) if cells else 0
    return [cell._replace(offset=tuple((middle - cell.pixels.shape[:2]) // 2)) for cell in cells]


def lay_out_cells(cells, layout, as_raster=True):
    """Return the scene of centred cells without their pixels, which takes no time."""
    sizes = [cell.pixels.shape[:2] for cell in cells]
    widest = max((width for _, width in sizes), default=1)
    size = Size(*(sizes or [(1, 1)])[0], widest)
    (scale,) = compute_scales([size], min(layout.columns, max(len(cells), 1)), layout)
    nothing = np.zeros((0, 0, 1), np.uint8)
    intervals = [scale.intervals(*cell.pixels.shape[:2], cell.offset) for cell in centre(cells)]
    shown = [ShownCell(View(nothing, *axes, (0, 0), size), []) for axes in intervals]
    return lay_out(cells, layout, shown, Fonts(layout.font), as_raster)


def make_scene(cells, layout=None, first_is_widest=False, as_raster=True, **limits):
    """Return the scene of some cells."""
    figure = Figure(layout or Layout(), len(cells), first_is_widest, as_raster, **limits)
    for cell in cells:
        figure.add(cell)
    return figure.to_scene()


def draw_figure(*arguments, **options):
    """Return the raster of some cells; for the arguments see `make_scene`."""
    return draw_raster(make_scene(*arguments, **options))


def pictures(scene):
    return [item for item in scene.items if isinstance(item, Picture)]


def texts(scene):
    return [item for item in scene.items if isinstance(item, Text)]


def text_box(scene, text):
    """Return the box that a line of text needs, in points."""
    width = scene.fonts.width(text.string, text.size)
    ascent, descent = (share * text.size for share in scene.fonts.extent([text.string]))
    if text.angle:  # it runs upwards
        top = text.baseline - (1 - text.anchor) * width
        return Box(text.x - ascent, top, ascent + descent, width)
    left = text.x - text.anchor * width
    return Box(left, text.baseline - ascent, width, ascent + descent)


class Pixels(NamedTuple):
    """The rows and columns of a raster that a picture covers."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self):
        return np.s_[self.top : self.bottom, self.left : self.right]

    @property
    def size(self):
        return self.bottom - self.top, self.right - self.left


def to_pixels(scene, picture):
    """Return the pixels of a picture, whose box lies on whole pixels."""
    box, scale = picture.box, scene.pixels_per_point
    edges = np.array([box.top, box.left, box.bottom, box.right]) * scale
    np.testing.assert_allclose(edges, np.rint(edges), atol=1e-6)
    return Pixels(*map(round, edges.tolist()))


def find_pixels(scene):
    return [to_pixels(scene, picture) for picture in pictures(scene)]


def are_disjoint(one, other, slack=1e-6):
    return (
        one.bottom <= other.top + slack
        or other.bottom <= one.top + slack
        or one.right <= other.left + slack
        or other.right <= one.left + slack
    )


def assert_boxes_fit(scene):
    """Assert that no boxes overlap or leave the page."""
    boxes = [picture.box for picture in pictures(scene)]
    boxes += [text_box(scene, text) for text in texts(scene)]
    for box in boxes:
        assert -1e-6 <= box.top < box.bottom <= scene.height + 1e-6
        assert -1e-6 <= box.left < box.right <= scene.width + 1e-6
    assert all(are_disjoint(one, other) for one, other in combinations(boxes, 2))


def title_of(scene):
    """Return the lines that are larger than captions of the default size."""
    return [text for text in texts(scene) if text.size > Layout.caption_size]


def captions_of(scene):
    """Return the lines above each picture: of those in its column, the ones next to it."""
    found, lines = pictures(scene), [[] for _ in pictures(scene)]
    for text in texts(scene):
        if text.size > Layout.caption_size or text.angle:
            continue
        line = text_box(scene, text)
        below = [n for n, picture in enumerate(found) if picture.box.top >= line.bottom - 1e-6]
        aside = {n: abs(middle(found[n].box) - middle(line)) for n in below}
        column = [n for n in below if aside[n] <= min(aside.values()) + 4 / scene.pixels_per_point]
        lines[min(column, key=lambda n: found[n].box.top)].append(text)
    return lines


def middle(box):
    return (box.left + box.right) / 2


def assert_laid_out(scene, columns):
    """Assert also that columns are evenly spaced and captions are above their pictures."""
    assert_boxes_fit(scene)
    pixel = 1 / scene.pixels_per_point
    cells = list(zip(pictures(scene), captions_of(scene), strict=True))
    middles = [middle(picture.box) for picture, _ in cells]
    steps = [b - a for a, b in pairwise(middles[:columns])]
    assert not steps or max(steps) - min(steps) <= 1.01 * pixel  # rounding
    for first in range(0, len(cells), columns):
        row = cells[first : first + columns]
        assert len({round(lines[-1].baseline, 6) for _, lines in row if lines}) <= 1
        for column, (_, lines) in enumerate(row):
            assert abs(middles[first + column] - middles[column]) <= 1.5 * pixel
            for line in lines:
                assert abs(middle(text_box(scene, line)) - middles[first + column]) <= 1.5 * pixel
    for line in title_of(scene):
        assert abs(middle(text_box(scene, line)) - scene.width / 2) <= pixel


def assert_drawn_in_boxes(raster, scene):
    """Assert that all ink lies in boxes or frames, and that text is drawn as Pillow draws it.

    The start and the baseline of a line lie on whole pixels, and an ogonek may stand out.
    """
    assert raster.shape == (*scene.pixels, 3)
    assert raster.dtype == np.uint8
    white, scale = raster.copy(), scene.pixels_per_point
    for placed in find_pixels(scene):
        white[placed.slices] = 255
    for path in (item for item in scene.items if isinstance(item, Path)):
        (left, top), (right, bottom) = (
            np.rint(np.array(corner) * scale + outwards * path.width * scale / 2).astype(int)
            for corner, outwards in ((path.points[0], -1), (path.points[2], 1))
        )
        white[top:bottom, left:right] = 255
    for text in texts(scene):
        box = text_box(scene, text)
        top, left = (max(floor(edge * scale) - 1, 0) for edge in (box.top, box.left - 1 / scale))
        bottom, right = ceil(box.bottom * scale) + 1, ceil(box.right * scale) + 2
        white[top:bottom, left:right] = 255
        runs = list(scene.fonts.split(text.string))
        plain = all(run.face is scene.fonts.first and not run.drawn for run in runs)
        if plain and not text.angle:
            assert_drawn(raster, text, round(box.left * scale), round(text.baseline * scale), scale)
    assert (white == 255).all()


def assert_drawn(raster, text, left, baseline, scale):
    """Assert that a line begins at a pixel of a white page, as Pillow draws it at that size."""
    size = text.size * scale
    font = ImageFont.truetype(BytesIO(ImageFont.load_default(9).font_bytes), size)
    top = max(baseline - ceil(2 * size), 0)
    raster, baseline = raster[top : baseline + ceil(size)], baseline - top
    height, width, _ = raster.shape
    page = Image.new("L", (width, height))
    ImageDraw.Draw(page).text((left, baseline), text.string, 255, font, anchor="ls")
    share = np.asarray(page)[..., np.newaxis] / np.float32(255)
    ink = np.rint(255 + (np.array(text.colour) - np.float32(255)) * share)
    is_ink = (ink < 255).any(2)
    assert is_ink.any()
    assert np.array_equal(raster[is_ink], ink[is_ink])
