"""Figures: where everything is placed, what is drawn there, and the quality measures."""

import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from imgfilt import concurrency, engines
from imgfilt.errors import ImageError, ParameterError
from imgfilt.figure import PRINTED_WIDTH, Cell, Layout, Span, face
from imgfilt.figure.figure import Figure
from imgfilt.figure.fonts import Fonts
from imgfilt.figure.quality import psnr, ssim
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.reduction import reduce
from imgfilt.figure.text import split_notes, wrap
from imgfilt.image.display import DisplayedPicture

from ..figure_support import (
    assert_boxes_fit,
    assert_drawn_in_boxes,
    assert_laid_out,
    captions_of,
    draw_figure,
    find_pixels,
    lay_out_cells,
    make_scene,
    pictures,
    text_box,
    texts,
    title_of,
)

CAPTIONS = ["Original", *(f"{n} × {n} Averaging" for n in range(5, 56, 10))]
LONG = [
    "Original",
    "a caption that goes on and on, well beyond the width of any picture of a sensible size",
    "convolve --kernel 0.1,0.2,0.1;0.2,0.4,0.2;0.1,0.2,0.1;" + "0.123," * 60,
    "",
    "jgy|(Q)",
    "two\nlines\tand\x00more",
    "non-local means, PSNR 31.42 dB, SSIM 0.912",
]
STRANGE = [
    "שלום עולם",
    "Schärfe → 高斯 \U0001f600",
    "5 × 5, σ = 3, −1°",
    "مرشح",
    "a\u0301\u0308 e\u0327",
]
SIZES = [(1, 1), (1, 900), (900, 1), (32, 32), (900, 1200), (4000, 6000)]


def noise(height, width, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 255, (height, width, channels), np.uint8)


def to_display_rgb(*picture):
    return DisplayedPicture(*picture)[:, :]


def flat(height, width):
    """Return a picture of any size that needs no memory, for tests that draw nothing."""
    return np.broadcast_to(np.uint8(90), (height, width, 1))


@pytest.mark.slow
@pytest.mark.parametrize("captions", [CAPTIONS, LONG, STRANGE], ids=["lecture", "long", "strange"])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_boxes_do_not_overlap_and_lie_inside_the_page(size, count, captions):
    pixels = flat(*size)
    shrunk = [pixels[n : max(n + 1, size[0] - n), n:] for n in (0, *[min(9, *size) // 2] * 6)]
    for cells in (
        [Cell(caption, pixels) for caption in captions[:count]],
        [Cell(caption, part) for caption, part in zip(captions[:count], shrunk, strict=False)],
    ):
        for layout in (Layout(), Layout(title=" ".join(CAPTIONS)), Layout(2, cell_width=40)):
            for as_raster in (True, False):
                assert_laid_out(lay_out_cells(cells, layout, as_raster), layout.columns)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    captions=st.lists(st.text(), min_size=1, max_size=5),
    notes=st.lists(st.tuples(st.text(), st.booleans()), max_size=2),
    sides=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=5, max_size=5),
    columns=st.integers(1, 6),
    title=st.none() | st.text(),
    cell_width=st.none() | st.integers(1, 300),
    how=st.fixed_dictionaries(
        {
            "caption_size": st.floats(1, 25),
            "captions": st.sampled_from(["above", "below", "none"]),
            "letters": st.booleans(),
            "figure_width": st.none() | st.integers(600, 900),
        }
    ),
)
def test_random_captions_and_sizes_have_boxes_that_do_not_overlap(
    captions, notes, sides, columns, title, cell_width, how
):
    cells = [
        Cell(caption, noise(*side), tuple(Span(*note) for note in notes))
        for caption, side in zip(captions, sides, strict=False)
    ]
    layout = Layout(columns, title, None if how["figure_width"] else cell_width, **how)
    for as_raster in (True, False):
        scene = make_scene(cells, layout, as_raster=as_raster)
        assert_boxes_fit(scene)
        if as_raster:
            assert all(min(placed.size) >= 1 for placed in find_pixels(scene))
            assert draw_raster(scene).shape == (*scene.pixels, 3)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    captions=st.lists(st.text(st.characters(max_codepoint=0x17F)), min_size=1, max_size=5),
    sides=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=5, max_size=5),
    layout=st.builds(
        Layout,
        columns=st.integers(1, 6),
        title=st.none() | st.text(st.characters(max_codepoint=0x7E)),
        cell_width=st.none() | st.integers(1, 300),
        captions=st.sampled_from(["above", "below"]),
    ),
)
def test_ink_of_random_captions_lies_in_their_boxes(captions, sides, layout):
    cells = [Cell(c, noise(*side)) for c, side in zip(captions, sides, strict=False)]
    scene = make_scene(cells, layout)
    assert_drawn_in_boxes(draw_raster(scene), scene)


@pytest.mark.slow
@pytest.mark.parametrize("captions", [CAPTIONS, LONG, STRANGE], ids=["lecture", "long", "strange"])
@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (32, 32), (90, 120)], ids=str)
def test_no_ink_is_cut_off(size, captions):
    cells = [Cell(caption, noise(*size)) for caption in captions]
    for layout in (Layout(), Layout(5, "Jigging (gypsy) queue", 60), Layout(1, "T" * 300)):
        scene = make_scene(cells, layout)
        assert_drawn_in_boxes(draw_raster(scene), scene)


def test_six_cells_make_two_rows_of_three():
    cells = [Cell(caption, noise(90, 120)) for caption in CAPTIONS[:6]]
    scene = make_scene(cells)
    placed = find_pixels(scene)
    tops = [picture.top for picture in placed]
    assert tops == [tops[0]] * 3 + [tops[3]] * 3
    assert tops[3] > placed[0].bottom
    assert [text.string for (text,) in captions_of(scene)] == CAPTIONS[:6]
    figure = draw_raster(scene)
    for cell, picture in zip(cells, placed, strict=True):
        assert np.array_equal(figure[picture.slices], cell.pixels)


@pytest.mark.parametrize(
    "layout", [Layout(), Layout(cell_width=50), Layout(cell_width=300), Layout(zoom=(9, 9, 20, 9))]
)
def test_a_figure_is_the_same_whether_or_not_the_widest_picture_is_known(layout):
    pixels = noise(900, 1201)
    cells = [Cell("a", pixels), Cell("b", noise(900, 1201, 1)), Cell("c", pixels[3:-3, 3:-3])]
    known, unknown = (draw_figure(cells, layout, widest) for widest in (True, False))
    assert np.array_equal(known, unknown)


@pytest.mark.parametrize("layout", [Layout(cell_width=50), Layout(zoom=(9, 9, 20, 9))])
def test_a_figure_keeps_no_picture_that_is_larger_than_shown(layout):
    figure, pixels = Figure(layout, 2), noise(90, 120)
    kept = weakref.ref(pixels)
    figure.add(Cell("", pixels))
    del pixels
    concurrency.shutdown_threads()  # a thread ends a moment after its work
    assert kept() is None


def test_short_last_row_is_at_the_left():
    placed = find_pixels(lay_out_cells([Cell("c", flat(50, 80))] * 4, Layout()))
    assert placed[3].left == placed[0].left


def test_one_row_is_no_wider_than_its_cells():
    assert lay_out_cells([Cell("c", flat(50, 80))] * 2, Layout(5)).pixels[1] < 3 * 80


@pytest.mark.parametrize("columns", range(1, 9))
@pytest.mark.parametrize("size", [(900, 1200), (4000, 6000), (9, 100_000)], ids=str)
def test_default_width_stays_under_the_limit(size, columns):
    height, width = size
    cells = [Cell("Original", flat(*size)), Cell("larger", flat(height + 7, width + 99))] * 4
    scene = lay_out_cells(cells, Layout(columns))
    _, shown = find_pixels(scene)[0].size
    assert scene.pixels[1] < 2400
    assert shown == width or scene.pixels[1] > 2400 - 5 * columns


@pytest.mark.parametrize("columns", [1, 2, 3, 6])
@pytest.mark.parametrize("captions", ["above", "below"])
def test_captions_have_their_size_in_print_whatever_the_columns(columns, captions):
    cells = [Cell("Original", flat(900, 1200))] * 6
    scene = lay_out_cells(cells, Layout(columns, "Title", caption_size=7, captions=captions))
    sizes = {round(text.size, 9) for text in texts(scene)}
    assert sizes == {7, 9.1}
    assert scene.width == pytest.approx(PRINTED_WIDTH, abs=columns / scene.pixels_per_point)
    scene = lay_out_cells(cells, Layout(columns, figure_width=300.5))
    assert scene.width == 300.5
    assert [text.size for text in texts(scene)] == pytest.approx([9] * 6, rel=0.01)


def test_captions_of_small_pictures_are_legible():
    """Captions of 13 pixels or more; the figure is then wider in print than its pictures need."""
    for width in (1, 9, 100, 300):
        scene = lay_out_cells([Cell("c", flat(9, 9))], Layout(cell_width=width))
        assert scene.pixels_per_point * 9 >= 13
    scene = lay_out_cells([Cell("c", flat(9, 9))], Layout(cell_width=9, figure_width=200))
    assert scene.width == 200


def test_dots_per_inch_set_the_pixels():
    for dpi, columns in ((300, 3), (72, 2), (151.5, 1)):
        cells = [Cell("Original", flat(900, 1200))] * 6
        scene = lay_out_cells(cells, Layout(columns, dpi=dpi, figure_width=400))
        assert scene.width == 400
        assert scene.pixels_per_point == pytest.approx(dpi / 72, rel=0.01)


def test_a_long_word_widens_all_columns_alike():
    scene = lay_out_cells([Cell(c, flat(9, 9)) for c in ("a", "Averaging", "b")], Layout())
    a, b, c = (placed.left for placed in find_pixels(scene))
    (line,) = captions_of(scene)[1]
    width = text_box(scene, line).width * scene.pixels_per_point
    assert b - a == c - b > width
    assert line.string == "Averaging"


def test_a_title_widens_a_narrow_figure():
    scene = lay_out_cells([Cell("c", flat(1, 1))], Layout(title="Incomprehensibly"))
    assert [line.string for line in title_of(scene)] == ["Incomprehensibly"]
    assert_laid_out(scene, 1)


def test_captions_wrap_at_blanks_and_long_words_are_broken():
    scene = lay_out_cells([Cell("one two three", flat(9, 9)), Cell("w" * 99, flat(9, 9))], Layout())
    short, long = captions_of(scene)
    assert " ".join(line.string for line in short) == "one two three"
    assert "".join(line.string for line in long) == "w" * 99
    assert len(long) > 1


@pytest.mark.parametrize("captions", ["below", "none"])
@pytest.mark.parametrize("title", [None, "A title"])
def test_where_captions_stand(captions, title):
    cells = [Cell("one", flat(40, 60), (Span("a note"),)), Cell("two", flat(30, 60))]
    scene = lay_out_cells(cells, Layout(title=title, captions=captions))
    assert_boxes_fit(scene)
    lowest = max(picture.box.bottom for picture in pictures(scene))
    shown = [text for text in texts(scene) if text not in title_of(scene)]
    assert [text.string for text in title_of(scene)] == [title] * bool(title)
    assert [text.string for text in shown] == ["one", "a note", "two"] * (captions == "below")
    assert all(text_box(scene, text).top >= lowest for text in shown)
    assert len({text.baseline for text in shown if text.string in ("one", "two")}) <= 1


def test_letters_count_on_after_z():
    cells = [Cell("", flat(1, 1))] * 30
    scene = make_scene(cells, Layout(30, letters=True))
    strings = [text.string for text in texts(scene)]
    assert strings[:2] + strings[25:28] == ["(a)", "(b)", "(z)", "(aa)", "(ab)"]


def test_without_free_type(monkeypatch):
    bitmap = ImageFont.load_default_imagefont()
    monkeypatch.setattr(ImageFont, "load_default", lambda size=None: bitmap)
    face.built_in.cache_clear()
    with pytest.raises(ParameterError, match="Pillow was built without FreeType"):
        make_scene([Cell("a", noise(3, 3))])


def test_enlarging_repeats_whole_pixels():
    pixels = noise(7, 5)
    scene = make_scene([Cell("c", pixels)], Layout(cell_width=20))
    (placed,) = find_pixels(scene)
    assert np.array_equal(draw_raster(scene)[placed.slices], pixels.repeat(4, 0).repeat(4, 1))
    uneven = draw_figure([Cell("", pixels)], Layout(cell_width=23))
    assert np.array_equal(
        np.unique(uneven.reshape(-1, 3), axis=0)[:-1], np.unique(pixels.reshape(-1, 3), axis=0)
    )


def test_grey_and_colour_cells_in_one_figure():
    grey, colour = noise(6, 8, 1), noise(6, 8)
    for layout in (Layout(), Layout(cell_width=4)):
        scene = make_scene([Cell("grey", grey), Cell("colour", colour)], layout)
        first, second = find_pixels(scene)
        figure = draw_raster(scene)
        assert np.ptp(figure[first.slices], axis=2).max() == 0
        assert np.ptp(figure[second.slices], axis=2).max() > 0


@pytest.mark.parametrize("cell_width", [50, 61, 120, 170, 360])
@pytest.mark.parametrize("margin", [1, 2, 7])
def test_smaller_cells_are_sampled_where_the_first_is(cell_width, margin):
    pixels = noise(90, 120)
    part = pixels[margin:-margin, margin:-margin]
    cells = [Cell("Original", pixels), Cell("valid", part, offset=(margin, margin))]
    scene = make_scene(cells, Layout(cell_width=cell_width))
    whole, part = find_pixels(scene)
    figure = draw_raster(scene)
    second = whole.left + (part.left + part.right - whole.left - whole.right) // 2
    top, left = part.top - whole.top, part.left - second
    height, width = part.size
    original = figure[whole.slices][top:, left:][:height, :width]
    edge = 4 if cell_width < 120 else 0  # where a reduction looks past the smaller picture
    inner = np.s_[edge : height - edge, edge : width - edge]
    assert np.abs(figure[part.slices][inner].astype(int) - original[inner]).max() <= 1
    assert whole.size[1] == cell_width
    assert width == pytest.approx((120 - 2 * margin) * cell_width / 120, abs=2)


@pytest.mark.parametrize("offset", [(3, 10), (-4, 0), (0, -7)])
def test_cells_lie_where_their_pixels_belong(offset):
    top, left = offset
    cells = [Cell("Original", noise(30, 40)), Cell("other", noise(20, 44), offset=offset)]
    for layout in (Layout(1), Layout(1, cell_width=80)):
        whole, part = find_pixels(make_scene(cells, layout))
        scale = whole.size[1] // 40
        assert part.left - whole.left == scale * left
        assert part.size == (scale * 20, scale * 44)
    whole, part = find_pixels(make_scene(cells, Layout(2)))
    assert part.top - whole.top == top


def test_reduction_is_antialiased():
    chequered = (np.indices((400, 600)).sum(0) % 2 * 255).astype(np.uint8)[..., np.newaxis]
    scene = make_scene([Cell("c", chequered)], Layout(cell_width=97))
    shown = draw_raster(scene)[find_pixels(scene)[0].slices].astype(int)
    assert np.abs(shown - 127).max() <= 12


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("size", "shown", "rows", "columns"),
    [
        ((90, 120), (45, 60), (0, 90), (0, 120)),
        ((300, 70), (43, 7), (0, 300), (0, 70)),
        ((97, 101), (96, 99), (0.25, 96.5), (1.5, 100.75)),
        ((40, 1000), (3, 50), (10.5, 20.25), (0, 1000)),
        ((1, 1), (1, 1), (0, 1), (0, 1)),
        ((5, 9), (1, 1), (4.2, 4.5), (0, 9)),
        ((5, 2), (5, 1), (0, 5), (0, 2)),
    ],
)
def test_a_reduction_is_the_picture_filtered_by_lanczos(size, shown, rows, columns, channels):
    """Pillow's filter of floats, rounded once."""
    pixels = noise(*size, channels)
    pixels[size[0] // 2 :, : size[1] // 2] = 255  # beside an edge, the mean leaves 0..255
    found = reduce(pixels, *shown, rows, columns)
    assert found.shape == (*shown, channels)
    box = columns[0], rows[0], columns[1], rows[1]
    for channel in range(channels):
        plane = Image.fromarray(pixels[..., channel].astype(np.float32))
        wanted = plane.resize(shown[::-1], Image.Resampling.LANCZOS, box)
        wanted = np.clip(np.asarray(wanted), 0, 255)
        assert np.abs(found[..., channel] - wanted).max() < 0.5 + 1e-3


def test_a_reduction_is_the_same_with_any_number_of_workers():
    pixels = noise(1200, 300)
    found = []
    for workers in (1, 2, 3):
        concurrency.set_worker_limit(workers)
        found.append(reduce(pixels, 400, 99, (0, 1200), (0, 300)).tobytes())
    concurrency.set_worker_limit(None)
    assert len(set(found)) == 1


def test_zoom_shows_whole_pixels_of_the_part():
    pixels = noise(90, 120)
    cells = [Cell("Original", pixels), Cell("valid", pixels[4:-4, 4:-4], offset=(4, 4))]
    scene = make_scene(cells, Layout(zoom=(100, 10, 20, 15)))
    whole, part = find_pixels(scene)
    figure = draw_raster(scene)
    enlarged = pixels[10:25, 100:120].repeat(6, 0).repeat(6, 1)
    assert np.array_equal(figure[whole.slices], enlarged)
    assert np.array_equal(figure[part.slices], enlarged[:, : -4 * 6])
    assert part.top == whole.top


@pytest.mark.parametrize(
    ("zoom", "cell_width", "shown"),
    [
        ((0, 0, 20, 15), None, (90, 120)),
        ((0, 0, 20, 15), 50, (30, 40)),
        ((0, 0, 20, 15), 10, (8, 10)),
        ((0, 0, 10, 80), None, (80, 10)),
        ((0, 0, 120, 90), None, (90, 120)),
    ],
)
def test_zoomed_part_is_enlarged_by_a_whole_factor(zoom, cell_width, shown):
    layout = Layout(zoom=zoom, cell_width=cell_width)
    (placed,) = find_pixels(make_scene([Cell("c", noise(90, 120))], layout))
    assert placed.size == shown


@pytest.mark.parametrize("cell_width", [None, 7])
def test_zoom_outside_a_smaller_picture_leaves_its_cell_empty(cell_width):
    cells = [Cell("Original", noise(90, 120)), Cell("valid", noise(10, 20), offset=(40, 50))]
    scene = make_scene(cells, Layout(zoom=(0, 0, 20, 15), cell_width=cell_width))
    whole, empty = pictures(scene)
    assert (empty.name, empty.pixels.size) == ("valid", 0)
    assert empty.box.width == whole.box.width
    assert_drawn_in_boxes(draw_raster(scene), scene)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"columns": 0}, "columns 0"),
        ({"cell_width": 0}, "cell_width 0"),
        ({"zoom": (0, 0, 0, 5)}, "zoom 0,0,0,5"),
        ({"zoom": (-1, 0, 5, 5)}, "zoom -1,0,5,5"),
        ({"zoom": (5, 0, 5, 5)}, "zoom 5,0,5,5"),
        ({"zoom": (0, 0, 5, 10)}, "9 x 9"),
        ({"cell_width": 10**12}, "cell_width or other columns"),
        ({"caption_size": 0.5}, "caption_size 0.5: wanted 1 or more points"),
        ({"figure_width": 5}, "figure_width 5: wanted 36 or more points"),
        ({"dpi": 3}, "dpi 3: wanted 10 or more"),
        ({"dpi": 300, "cell_width": 50}, "dpi and cell_width"),
        ({"figure_width": 40, "caption_size": 20}, "no room"),
        ({"font": b"not a font"}, "font: wanted a TrueType or OpenType font"),
    ],
)
def test_impossible_layout_is_refused(options, word):
    with pytest.raises(ParameterError, match=word) as error:
        make_scene([Cell("c", noise(9, 9))], Layout(**options))
    assert "\n" not in str(error.value)


def test_number_of_cells_and_pixels_is_limited():
    cell = Cell("c", noise(9, 9))
    with pytest.raises(ParameterError, match="401 cells"):
        lay_out_cells([cell] * 401, Layout())
    with pytest.raises(ParameterError, match="0 cells"):
        lay_out_cells([], Layout())
    with pytest.raises(ParameterError, match="max_pixels 100:"):
        make_scene([cell], max_pixels=100)
    assert len(pictures(lay_out_cells([cell] * 400, Layout(20)))) == 400


@pytest.mark.parametrize("dtype", ["uint8", "uint16", ">u2", "float32", "float64", ">f4"])
@pytest.mark.parametrize("channels", [1, 3])
def test_to_display_rgb_of_each_depth(dtype, channels):
    levels = np.arange(256 * channels).reshape(-1, 2, channels) % 256
    white = 1 if "f" in dtype else np.iinfo(dtype).max
    pixels = (levels / 255 * white).round(0 if white > 1 else 9).astype(dtype)
    for shown in (
        to_display_rgb(pixels),
        to_display_rgb(np.dstack([pixels, np.full_like(pixels[..., :1], white)]), True),
    ):
        assert shown.dtype == np.uint8
        assert np.array_equal(shown, levels)


def test_to_display_rgb_rounds_and_clips():
    steps = np.arange(65536, dtype=np.uint16).reshape(-1, 64, 1)
    assert np.array_equal(to_display_rgb(steps), np.rint(steps / 257))
    odd = np.array([np.nan, np.inf, -np.inf, 1e300, -1, 0.5]).reshape(1, 6, 1)
    assert to_display_rgb(odd).ravel().tolist() == [0, 255, 0, 255, 0, 128]


@pytest.mark.parametrize("channels", [1, 3])
def test_alpha_lies_on_a_light_checkerboard(channels):
    clear = to_display_rgb(np.zeros((600, 300, channels + 1), np.uint8), True)
    assert clear.shape == (600, 300, channels)
    assert np.unique(clear).tolist() == [224, 255]
    step = int(np.argmax(clear[0, :, 0] != clear[0, 0, 0]))
    assert step >= 4
    assert (clear[step:] != clear[:-step]).all()
    assert (clear[:, step:] != clear[:, :-step]).all()
    half = to_display_rgb(np.full((600, 300, channels + 1), 128, np.uint8), True)
    assert np.abs(half - (clear * (127 / 255) + 128 * (128 / 255))).max() <= 0.5 + 1e-3


@pytest.mark.parametrize(
    ("channels", "alpha", "background"), [(4, True, None), (2, True, (1, 2, 3)), (4, False, None)]
)
def test_a_part_is_shown_as_in_the_whole(channels, alpha, background):
    picture = DisplayedPicture(noise(300, 200, channels) * 257.0 / 65535, alpha, None, background)
    assert np.array_equal(picture[:, :][90:130, 17:99], picture[90:130, 17:99])
    assert picture[:, :].shape == picture.shape


@pytest.mark.parametrize("zoom", [(9, 50, 60, 90), (0, 0, 90, 100), (30, 20, 270, 180)])
def test_a_zoomed_reduction_needs_the_part_and_what_the_filter_reaches(zoom):
    """It is the same as of the whole picture, and no more of it is converted than that."""
    taken = []

    class Watched(DisplayedPicture):
        def __getitem__(self, part):
            taken.append([axis.stop - axis.start for axis in part])
            return super().__getitem__(part)

    picture = Watched(noise(200, 300, 4), True)
    layout = Layout(zoom=zoom, cell_width=30)
    scene = make_scene([Cell("", picture)], layout)
    (placed,) = find_pixels(scene)
    shown = draw_raster(scene)[placed.slices]
    left, top, width, height = zoom
    edges = (top, top + height), (left, left + width)
    wanted = reduce(to_display_rgb(noise(200, 300, 4), True), *placed.size, *edges)
    assert np.abs(shown.astype(int) - wanted).max() <= 1
    assert np.mean(shown != wanted) < 0.01
    ((rows, columns),) = taken
    assert rows <= height + 6 * (height / placed.size[0] + 1)
    assert columns <= width + 6 * (width / placed.size[1] + 1)


def test_to_display_rgb_of_cmyk_and_of_wrong_channels():
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255], [0, 51, 255, 0]]], np.uint8)
    wanted = [[[255, 255, 255], [0, 255, 255], [0, 0, 0], [255, 204, 0]]]
    assert to_display_rgb(inks).tolist() == wanted
    for channels, alpha in [(2, False), (5, False), (6, True), (1, True), (3, True)]:
        with pytest.raises(ImageError, match=f"found {channels - alpha} channels"):
            to_display_rgb(np.zeros((1, 1, channels), np.uint8), alpha)


@pytest.fixture(params=["OpenCV", "no OpenCV"])
def with_and_without_opencv(request, monkeypatch):
    if request.param == "no OpenCV":
        monkeypatch.setattr(engines.opencv, "import_error", lambda: "not installed")


@pytest.mark.usefixtures("with_and_without_opencv")
@pytest.mark.parametrize("pair", ["alike", "unlike", "flat", "black and white"])
@pytest.mark.parametrize(("height", "width"), [(11, 11), (40, 57), (300, 141)])
@pytest.mark.parametrize("channels", [1, 3])
def test_psnr_and_ssim_agree_with_skimage(height, width, channels, pair):
    a, b = noise(height, width, channels), noise(height, width, channels, 1)
    if pair == "alike":
        b = np.clip(a + b / 4.0, 0, 255).astype(np.uint8)
    elif pair == "flat":
        a, b = np.full_like(a, 255), np.full_like(b, 254)
    elif pair == "black and white":
        a, b = np.zeros_like(a), b // 128 * 255
    assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), abs=1e-9)
    _, similarity = structural_similarity(
        a,
        b,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=2,
        full=True,
    )
    inner = similarity[5:-5, 5:-5].mean()
    assert ssim(a, b) == pytest.approx(inner, abs=1e-12)


def test_ssim_is_the_same_with_any_number_of_workers():
    a, b = noise(530, 300), noise(530, 300, seed=1)
    found = set()
    for workers in (1, 2, 3):
        concurrency.set_worker_limit(workers)
        found.add(ssim(a, b))
    concurrency.set_worker_limit(None)
    assert len(found) == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (10, 3), (12, 2)], ids=str)
def test_psnr_and_ssim_of_pictures_smaller_than_the_window(size):
    a, b = noise(*size), noise(*size, seed=1)
    assert psnr(a, a) == np.inf
    assert ssim(a, a) == 1
    assert -1 <= ssim(a, b) < 1
    assert ssim(a, b) == pytest.approx(ssim(b, a), abs=1e-12)


def test_ssim_pads_small_pictures_symmetrically():
    a, b = noise(4, 13), noise(4, 13, seed=1)
    around = [(5, 5), (0, 0), (0, 0)]
    padded = [np.pad(pixels, around, mode="symmetric") for pixels in (a, b)]
    assert ssim(a, b) == pytest.approx(ssim(*padded), abs=1e-12)


def test_psnr_and_ssim_need_pictures_of_equal_size():
    grey, colour = noise(9, 8, 1), noise(9, 8)
    assert psnr(grey, colour) == psnr(np.repeat(grey, 3, 2), colour)
    for measured in (psnr, ssim):
        with pytest.raises(ParameterError, match=r"reference: 8 x 7 .* 8 x 9"):
            measured(colour, noise(7, 8))


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (200, [["PSNR 17.85 dB, SSIM 0.430"]]),
        (110, [["PSNR 17.85 dB,"], ["SSIM 0.430"]]),
        (40, [["PSNR"], ["17.85"], ["dB,"], ["SSIM"], ["0.430"]]),
    ],
)
@pytest.mark.parametrize("bold", [False, True])
def test_lines_end_between_notes_where_these_fit(width, lines, bold):
    notes = split_notes([Span("PSNR 17.85 dB", bold), Span("SSIM 0.430", bold)])
    found = wrap(notes, Fonts(), 12, width)
    assert [[span.string for span in line] for line in found] == lines


def test_notes_stand_below_their_caption():
    pixels = np.zeros((40, 300, 1), np.uint8)
    notes = Span("PSNR 31.42 dB", bold=True), Span("SSIM 0.91", bold=True), Span("slow")
    scene = make_scene([Cell("one", pixels, notes), Cell("two words", pixels)])
    caption, best, rest, alone = texts(scene)
    assert [text.string for text in (caption, best, rest, alone)] == [
        *("one", "PSNR 31.42 dB, SSIM 0.91,", "slow", "two words")
    ]
    assert [text.bold for text in (caption, best, rest, alone)] == [False, True, False, False]
    assert best.baseline == rest.baseline == alone.baseline > caption.baseline
    assert min(best.colour) > max(caption.colour)
    line = text_box(scene, best).left + text_box(scene, rest).right
    assert line == pytest.approx(2 * caption.x)
    assert_boxes_fit(scene)
