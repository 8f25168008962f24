"""Fonts: which letters come from which font, what is drawn with lines, and what nobody has."""

import gc
import io
import weakref

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from imgfilt.errors import ParameterError, command_note
from imgfilt.figure import face
from imgfilt.figure.fonts import Fonts, clean
from imgfilt.figure.raster import draw_raster
from imgfilt.figure.scene import Scene, Text
from imgfilt.figure.signs import DRAWN, FRAME

from ..vector_support import make_font

BUILT_IN = ImageFont.load_default(9).font_bytes


def draw(string, fonts, size=60):
    """Return where a line has ink: (height, width) of bool."""
    text = Text(string, 20, 80, size)
    return draw_raster(Scene(600, 120, 1, fonts=fonts, items=[text]))[..., 0] < 200


def test_the_width_of_a_line_is_that_of_its_font():
    measured = ImageFont.truetype(io.BytesIO(BUILT_IN), 100).getlength("Median, 31.4 dB")
    assert Fonts().width("Median, 31.4 dB", 20) == pytest.approx(measured / 5)


@pytest.mark.parametrize("sign", "×−–—σµμ°±")
def test_signs_are_drawn_within_their_advance(sign):
    found = Fonts()
    ((run,),) = [list(found.split(sign))]
    rows, columns = np.nonzero(draw(sign, found))
    assert run.face is found.first
    assert len(rows) > 40
    assert columns.min() >= 20
    assert columns.max() <= 20 + 60 * run.advance + 1
    assert 80 - 60 < rows.min() <= rows.max() < 80 + 20
    assert not found.missing


def test_a_minus_and_a_cross_have_their_shapes():
    rows, columns = np.nonzero(draw("−", Fonts()))
    assert np.ptp(columns) > 4 * np.ptp(rows)
    rows, columns = np.nonzero(draw("×", Fonts()))
    assert np.ptp(columns) == pytest.approx(np.ptp(rows), abs=2)


def test_a_letter_that_no_font_has_is_a_frame_and_is_said(monkeypatch):
    monkeypatch.setattr(face, "_INSTALLED", ())
    found = Fonts()
    assert found.describe_missing() is None
    assert draw("高", found).sum() > 100
    assert found.missing == {"高"}
    assert command_note(found.describe_missing()).startswith("no typeface here has 高: frames")
    assert "--font FILE" in command_note(found.describe_missing())


def test_a_sign_that_has_no_part_is_another_font_s_or_a_frame(monkeypatch):
    """The sign of micro is drawn around a u."""
    monkeypatch.setattr(face, "_INSTALLED", ())
    found = Fonts(make_font("abc"))
    assert [run.drawn for run in found.split("×µ")] == [DRAWN["×"], FRAME]
    assert found.missing == {"µ"}


def test_fonts_of_a_run_take_the_memory_of_one():
    """Pillow keeps a copy of the font's file for each size."""
    data = make_font("abc") + bytes(1_000_000)
    found = []
    for size in range(10, 60):
        found.append(weakref.ref(Fonts(data)))
        draw("abc", found[-1]() or Fonts(data), size)
    gc.collect()
    assert not any(reference() for reference in found)
    assert Fonts(data).first is Fonts(data).first
    opened = [one for one in gc.get_objects() if isinstance(one, ImageFont.FreeTypeFont)]
    assert sum(getattr(one, "font_bytes", None) == data for one in opened) < 20


def test_what_is_no_font_is_refused():
    with pytest.raises(ParameterError, match="font: wanted a TrueType or OpenType font"):
        Fonts(b"\x00\x01\x00\x00 but no tables")


def test_the_given_font_comes_first():
    found = Fonts(BUILT_IN)
    assert [run.face is found.first for run in found.split("a×b")] == [True] * 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc\x00d\u2028e\u00a0f", "a b c d e f"),
        ("caf\udce9.png", "caf .png"),
        ("5 × 5", "5 × 5"),
    ],
)
def test_control_characters_are_blanks(text, shown):
    assert clean(text).split() == shown.split()


def test_bold_text_has_more_ink_at_the_same_place():
    page = [
        draw_raster(Scene(300, 120, 1, items=[Text("31.4 dB", 20, 80, 60, bold=bold)]))[..., 0]
        for bold in (False, True)
    ]
    thin, bold = (pixels < 128 for pixels in page)
    assert bold.sum() > 1.2 * thin.sum()
    assert bold[thin].all()


def test_text_is_as_pillow_draws_it():
    page = Image.new("L", (600, 120))
    font = ImageFont.truetype(io.BytesIO(BUILT_IN), 60)
    ImageDraw.Draw(page).text((20, 80), "Averaging", 255, font, anchor="ls")
    shown = draw_raster(Scene(600, 120, 1, items=[Text("Averaging", 20, 80, 60)]))[..., 0]
    wanted = 255 + (32 - 255) * (np.asarray(page) / 255)
    assert np.abs(shown - wanted).max() <= 0.51


def test_a_line_from_right_to_left_with_numbers_is_one_run():
    """The order of its words and numbers depends on the whole line."""
    fonts = Fonts()
    line = "חציון 5 על 5"
    if fonts.extent([line]) and fonts.missing:
        pytest.skip("no installed font has Hebrew letters")
    assert [run.string for run in fonts.split(line)] == [line]
