"""Insets, hairlines and rows of inputs: where they lie, and that they show the right pixels."""

from itertools import combinations

import numpy as np
import pytest

from imgfilt.errors import ParameterError
from imgfilt.figure import Cell, Layout, Span
from imgfilt.figure.figure import Figure
from imgfilt.figure.insets import COLOURS
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Box, Path, Picture, Text
from imgfilt.parameters import MOST_INSETS


def noise(height, width, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 200, (height, width, channels), np.uint8)


def lay_out(cells, layout, inputs=1, as_raster=True):
    figure = Figure(layout, len(cells), False, as_raster, inputs)
    for cell in cells:
        figure.add(cell)
    return figure.to_scene()


def pictures(scene, is_cell=True):
    return [item for item in scene.items if isinstance(item, Picture) and item.is_cell == is_cell]


def frames(scene, colour):
    """Return the boxes inside and outside of the frames of a colour, in pixels."""
    scale, found = scene.pixels_per_point, []
    for item in scene.items:
        if isinstance(item, Path) and item.stroke == colour:
            (left, top), _, (right, bottom), _ = item.points
            half = item.width / 2
            found.append(
                [
                    np.array([left + d, top + d, right - d, bottom - d]) * scale
                    for d in (half, -half)
                ]
            )
    return found


def edges(box, scale):
    return np.round(np.array([box.left, box.top, box.right, box.bottom]) * scale, 6)


def shown(page, box, scale):
    left, top, right, bottom = edges(box, scale).astype(int)
    return page[top:bottom, left:right]


PARTS = (20, 5, 12, 10), (0, 0, 12, 10), (48, 30, 12, 10)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("cell_width", [None, 150, 40])
@pytest.mark.parametrize("captions", ["above", "below", "none"])
def test_an_inset_shows_its_part_enlarged(count, cell_width, captions):
    cells = [Cell("a", noise(40, 60)), Cell("a longer caption", noise(40, 60, 1, 1))]
    layout = Layout(cell_width=cell_width, insets=PARTS[:count], captions=captions)
    scene = lay_out(cells, layout)
    page, scale = draw_raster(scene), scene.pixels_per_point
    insets = pictures(scene, is_cell=False)
    assert len(insets) == 2 * count
    for number, item in enumerate(insets):
        left, top, width, height = PARTS[number % count]
        part = cells[number // count].pixels[top : top + height, left : left + width]
        found = shown(page, item.box, scale)
        factor = found.shape[0] // height
        assert factor > (cell_width or 60) / 60
        enlarged = part.repeat(factor, 0).repeat(factor, 1)
        assert np.array_equal(found, np.broadcast_to(enlarged, found.shape))


def test_an_inset_of_a_reduced_picture_has_its_own_pixels():
    pixels = noise(400, 600)
    scene = lay_out([Cell("", pixels)], Layout(cell_width=60, insets=((100, 50, 20, 10),)))
    (item,) = pictures(scene, is_cell=False)
    found = shown(draw_raster(scene), item.box, scene.pixels_per_point)
    assert np.array_equal(found, pixels[50:60, 100:120].repeat(2, 0).repeat(2, 1))


def test_in_a_figure_without_a_raster_an_inset_has_the_pixels_of_its_part():
    pixels = noise(40, 60)
    scene = lay_out([Cell("", pixels)], Layout(insets=PARTS), as_raster=False)
    for item, (left, top, width, height) in zip(pictures(scene, False), PARTS, strict=True):
        assert np.array_equal(item.pixels, pixels[top : top + height, left : left + width])


@pytest.mark.parametrize("zoom", [None, (0, 0, 60, 40)])
def test_frames_lie_outside_of_what_they_show(zoom):
    scene = lay_out([Cell("a", noise(40, 60))], Layout(cell_width=180, insets=PARTS, zoom=zoom))
    scale, (cell,) = scene.pixels_per_point, pictures(scene)
    insets = pictures(scene, is_cell=False)
    for inset, colour, part in zip(insets, COLOURS, PARTS, strict=False):
        locator, frame = frames(scene, colour)
        assert np.allclose(frame[0], edges(inset.box, scale))
        left, top, _, _ = edges(cell.box, scale)
        x, y, width, height = (3 * number for number in part)
        assert np.allclose(locator[0], [left + x, top + y, left + x + width, top + y + height])
        for inner, outer in (locator, frame):
            assert np.allclose(outer, np.round(outer))
            assert np.allclose(np.abs(outer - inner), np.abs(outer - inner)[0])
    page = draw_raster(scene)
    for (left, top, right, bottom), colour in (
        (np.round(frames(scene, colour)[1][1]).astype(int), colour) for colour in COLOURS[:3]
    ):
        assert (page[top, left:right] == colour).all()
        assert (page[top:bottom, right - 1] == colour).all()


@pytest.mark.parametrize("count", range(1, MOST_INSETS + 1))
@pytest.mark.parametrize("captions", ["above", "below", "none"])
def test_nothing_overlaps(count, captions):
    parts = tuple((7 * n, 3 * n, 5 + 4 * n, 20 - 3 * n) for n in range(count))
    layout = Layout(2, "A title", insets=parts, captions=captions)
    cells = [Cell(f"Caption {n}", noise(90, 120, seed=n), (Span("31.4 dB"),)) for n in range(4)]
    scene = lay_out(cells, layout)
    scale = scene.pixels_per_point
    boxes = [edges(item.box, scale) for item in pictures(scene)]
    for colour in COLOURS[:count]:
        boxes += [outer for _, outer in frames(scene, colour)[1::2]]
    for item in scene.items:
        if isinstance(item, Text):
            width = scene.fonts.width(item.string, item.size)
            left = item.x - item.anchor * width
            box = Box(left, item.baseline - 0.75 * item.size, width, 0.9 * item.size)
            boxes.append(edges(box, scale))
    for one, other in combinations(boxes, 2):
        inner = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
        assert min(inner) <= 1e-6
    for left, top, right, bottom in boxes:
        assert left >= 0 and top >= 0 and right <= scene.pixels[1] and bottom <= scene.pixels[0]


def test_insets_are_no_wider_than_the_picture_and_nearly_as_high_as_each_other():
    parts = (0, 0, 40, 40), (10, 10, 10, 10), (100, 50, 20, 20)
    scene = lay_out([Cell("", noise(300, 400))], Layout(insets=parts))
    (cell,), insets = pictures(scene), pictures(scene, is_cell=False)
    heights = {round(item.box.height * scene.pixels_per_point) for item in insets}
    assert heights == {120}  # 3 x 120 and the frames are less than 400, 3 x 160 is more
    assert min(item.box.left for item in insets) >= cell.box.left
    assert max(item.box.right for item in insets) <= cell.box.right


def test_insets_of_a_flat_picture_are_higher_than_the_picture():
    pixels = noise(20, 900)
    scene = lay_out([Cell("", pixels)], Layout(insets=((100, 2, 30, 15),)))
    (inset,) = pictures(scene, is_cell=False)
    assert np.array_equal(inset.pixels, pixels[2:17, 100:130].repeat(29, 0).repeat(29, 1))


def test_a_smaller_picture_has_its_insets_where_the_first_has_them():
    pixels = noise(40, 60)
    cells = [Cell("", pixels), Cell("valid", pixels[4:-4, 4:-4], offset=(4, 4))]
    scene = lay_out(cells, Layout(insets=((2, 10, 12, 10),)))
    whole, part = pictures(scene, is_cell=False)
    one, other = frames(scene, COLOURS[0])[1::2]
    assert np.allclose(one[0][1::2], other[0][1::2])
    assert np.allclose(one[0][2] - one[0][0], other[0][2] - other[0][0])
    factor = whole.pixels.shape[0] // 10
    assert np.array_equal(part.pixels, whole.pixels[:, 2 * factor :])
    assert np.isclose(part.box.right * scene.pixels_per_point, other[0][2])


@pytest.mark.parametrize("as_raster", [True, False])
def test_an_inset_without_pixels_has_no_frame(as_raster):
    pixels = noise(40, 60)
    cells = [Cell("", pixels), Cell("valid", pixels[9:-9, 9:-9], offset=(9, 9))]
    scene = lay_out(cells, Layout(insets=((0, 0, 8, 9), (20, 10, 8, 9))), as_raster=as_raster)
    assert len(frames(scene, COLOURS[0])) == 2
    assert len(frames(scene, COLOURS[1])) == 4


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (
            {"insets": ((50, 0, 20, 9),)},
            "inset 50,0,20,9 does not lie inside the picture of 60 x 40",
        ),
        ({"insets": ((0, 35, 2, 9),)}, "inset 0,35,2,9 does not lie inside the picture of 60 x 40"),
        ({"zoom": (0, 0, 61, 9)}, "zoom 0,0,61,9 does not lie inside the picture of 60 x 40"),
        (
            {"zoom": (5, 5, 10, 10), "insets": ((9, 5, 9, 9),)},
            "inset 9,5,9,9 does not lie inside the zoom 5,5,10,10",
        ),
        (
            {"insets": ((0, 0, 60, 40),)},
            "inset 0,0,60,40 can't be enlarged below a cell of 60 x 40 pixels: give a smaller "
            "part or a larger cell_width",
        ),
        (
            {"insets": ((0, 0, -1, 40),)},
            "inset 0,0,-1,40: wanted a LEFT and TOP from 0, a WIDTH and HEIGHT from 1",
        ),
        ({"insets": 7 * ((0, 0, 1, 1),)}, "7 insets: wanted 6 or fewer, in as many colours"),
    ],
)
def test_parts_that_cannot_be_shown(layout, message):
    with pytest.raises(ParameterError) as caught:
        lay_out([Cell("", noise(40, 60))], Layout(**layout))
    assert str(caught.value) == message


def test_colours_stand_out_from_light_and_dark_pages():
    def luminance(colour):
        shares = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert len(set(COLOURS)) == len(COLOURS) == MOST_INSETS
    for page in ((255, 255, 255), (32, 32, 32)):
        for colour in COLOURS:
            low, high = sorted((luminance(colour), luminance(page)))
            assert (high + 0.05) / (low + 0.05) >= 2


@pytest.mark.parametrize("background", [(255, 255, 255), (0, 0, 0), None])
def test_a_zoomed_cell_has_a_hairline(background):
    white = np.full((40, 60, 1), 255, np.uint8)
    layout = Layout(zoom=(5, 5, 20, 10), background=background)
    scene = lay_out([Cell("", white)], layout)
    page, ((left, top, right, bottom),) = (
        draw_raster(scene),
        [edges(item.box, scene.pixels_per_point).astype(int) for item in pictures(scene)],
    )
    assert (page[top:bottom, left:right, :3] == 255).all()
    around = page[top - 1 : bottom + 1, left - 1 : right + 1, :3].astype(int)
    line = np.concatenate([around[0], around[-1], around[:, 0], around[:, -1]])
    assert np.ptp(line, axis=0).max() == 0
    for beside in {255} | set((background or (255,))[:1]):
        assert abs(line[0, 0] - beside) >= 64


def test_inputs_of_unlike_sizes_are_rows_of_one_width():
    cells = [Cell(c, noise(h, w)) for h, w in ((30, 60), (90, 45), (10, 10)) for c in "ab"]
    scene = lay_out(cells, Layout(2, labels=("one", "two", "three")), inputs=3)
    scale = scene.pixels_per_point
    found = [edges(item.box, scale) for item in pictures(scene)]
    assert {box[2] - box[0] for box in found} == {60}
    assert [box[3] - box[1] for box in found] == [30, 30, 120, 120, 60, 60]
    assert {box[0] for box in found[::2]} == {found[0][0]}


@pytest.mark.parametrize("figure_width", [None, 200])
@pytest.mark.parametrize("captions", ["above", "below", "none"])
@pytest.mark.parametrize(
    "labels",
    [("one", "two"), ("Größe <b>&", "a name that is much longer than the picture is high")],
)
def test_labels_stand_beside_their_rows_and_captions_once(labels, captions, figure_width):
    cells = [
        Cell(c, noise(30, 60), (Span("note"),))
        for _ in range(2)
        for c in ("first", "second", "third")
    ]
    layout = Layout(3, labels=labels, captions=captions, figure_width=figure_width)
    scene = lay_out(cells, layout, inputs=2)
    texts = [item for item in scene.items if isinstance(item, Text)]
    upright = [item for item in texts if item.angle == 90]
    level = [item.string for item in texts if item.angle == 0]
    assert " ".join(item.string for item in upright) == " ".join(labels)
    assert level.count("note") == (0 if captions == "none" else 6)
    assert [word for word in level if word != "note"] == (
        [] if captions == "none" else ["first", "second", "third"]
    )
    rows = [pictures(scene)[:3], pictures(scene)[3:]]
    ends = []
    for item in upright:
        width = scene.fonts.width(item.string, item.size)
        ends.append((item.baseline + width / 2, item.baseline - width / 2))
        ascent, descent = scene.fonts.extent([item.string])
        assert item.x - ascent * item.size >= 0
        assert item.x + descent * item.size <= rows[0][0].box.left
    first = [end for end, item in zip(ends, upright, strict=True) if item.string in labels[0]]
    others = [end for end, item in zip(ends, upright, strict=True) if item.string not in labels[0]]
    assert max(bottom for bottom, _ in first) <= min(top for _, top in others)
    assert min(top for _, top in first) >= 0
    assert max(bottom for bottom, _ in others) <= scene.height
    for row, label_ends in zip(rows, (first, others), strict=True):
        assert min(top for _, top in label_ends) >= row[0].box.top - 1e-6


def test_short_labels_stand_as_near_to_their_row_as_long_ones():
    cells = [Cell("", noise(300, 60)) for _ in range(2)]
    long = "a name that goes on for more than one line"
    scene = lay_out(cells, Layout(1, labels=("short", long)), inputs=2)
    texts = [item for item in scene.items if isinstance(item, Text)]
    first, *others = [item.x for item in texts]
    assert len(others) == 2
    assert first == max(others)
    assert min(others) >= scene.fonts.extent([long])[0] * texts[0].size


def test_an_input_that_is_no_row_is_named_in_its_captions():
    cells = [Cell(c, noise(30, 60)) for c in ("first", "second", "third") * 2]
    scene = lay_out(cells, Layout(2, labels=("A", "B"), letters=True), inputs=2)
    assert [item.name for item in pictures(scene)] == [
        *("(a) A: first", "(b) A: second", "(c) A: third"),
        *("(d) B: first", "(e) B: second", "(f) B: third"),
    ]


def test_letters_of_column_captions():
    cells = [Cell(c, noise(30, 200)) for c in ("first", "second") * 2]
    for captions in ("above", "below"):
        layout = Layout(2, labels=("A", "B"), letters=True, captions=captions)
        texts = [item for item in lay_out(cells, layout, 2).items if isinstance(item, Text)]
        assert [t.string for t in texts if not t.angle] == ["(a) first", "(b) second"]


def test_a_zoom_has_one_scale_in_all_rows():
    cells = [Cell("", noise(h, w)) for h, w in ((30, 60), (90, 45))]
    layout = Layout(1, labels=("A", "B"), zoom=(3, 4, 10, 5))
    scene = lay_out(cells, layout, inputs=2)
    for item, cell in zip(pictures(scene), cells, strict=True):
        part = cell.pixels[4:9, 3:13]
        assert np.array_equal(item.pixels, part.repeat(6, 0).repeat(6, 1))
