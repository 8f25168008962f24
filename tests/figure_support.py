"""What every figure keeps to: boxes that do not overlap, and ink inside of them."""

from itertools import combinations, pairwise

import numpy as np
from imgfilt.figure.render import Figure
from PIL import Image, ImageDraw, ImageFont

from imgfilt.figure import Layout, layout
from imgfilt.figure.scale import compute_scale


def compute_placement(cells, of):
    """Return the placement of cells, whose pictures' sizes are known."""
    sizes = [cell.pixels.shape[:2] for cell in cells]
    scale = cells and compute_scale(*sizes[0], max(w for _, w in sizes), len(cells), of)
    return layout.compute_placement(cells, of, [scale.intervals(*size) for size in sizes])


def render_figure(cells, of=None, first_is_widest=False, **limits):
    """Return the figure of some cells."""
    figure = Figure(of or Layout(), len(cells), first_is_widest)
    for cell in cells:
        figure.add(cell)
    return figure.render(**limits)


def lines(placement):
    return [line for caption in (placement.title, *placement.captions) for line in caption]


def are_disjoint(one, other):
    return (
        one.bottom <= other.top
        or other.bottom <= one.top
        or one.right <= other.left
        or other.right <= one.left
    )


def assert_boxes_fit(placement):
    """Assert that no boxes overlap or leave the figure."""
    boxes = [p.box for p in placement.pictures if p.box.height and p.box.width]
    boxes += [line.box for line in lines(placement)]
    for box in boxes:
        assert 0 <= box.top < box.bottom <= placement.height
        assert 0 <= box.left < box.right <= placement.width
    assert all(are_disjoint(one, other) for one, other in combinations(boxes, 2))


def assert_laid_out(placement, columns):
    """Assert also that columns are evenly spaced and captions are above their pictures."""
    assert_boxes_fit(placement)
    assert all(13 <= line.size <= 52 for line in lines(placement))
    cells = list(zip(placement.pictures, placement.captions, strict=True))
    middles = [picture.box.left + picture.box.right for picture, _ in cells]
    steps = [b - a for a, b in pairwise(middles[:columns])]
    assert not steps or max(steps) - min(steps) <= 2  # twice a pixel of rounding
    for first in range(0, len(cells), columns):
        row = cells[first : first + columns]
        assert len({caption[-1].baseline for _, caption in row if caption}) <= 1
        for column, (picture, caption) in enumerate(row):
            assert abs(middles[first + column] - middles[column]) <= 3
            for line in caption:
                assert abs(line.box.left + line.box.right - middles[first + column]) <= 3
                assert line.box.bottom <= picture.box.top
    for line in placement.title:
        assert abs(line.box.left + line.box.right - placement.width) <= 2


def assert_drawn_in_boxes(figure, placement):
    """Assert that all ink lies in the boxes, and that each box holds its whole line."""
    assert figure.shape == (placement.height, placement.width, 3)
    assert figure.dtype == np.uint8
    white = figure.copy()
    for box in [p.box for p in placement.pictures] + [line.box for line in lines(placement)]:
        white[box.slices] = 255
    assert (white == 255).all()
    for line in lines(placement):
        page = Image.new("L", (line.box.width + 200, line.box.height + 200))
        font = ImageFont.load_default(line.size)
        ImageDraw.Draw(page).text((100, 100), line.text, fill=255, font=font)
        drawn = figure[line.box.slices][..., 0] < 255
        assert 0 < drawn.sum() == (np.asarray(page) > 1).sum()
