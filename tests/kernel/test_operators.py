"""Kernel in Python: made from a preset or a text, combined by operators, shown in a notebook."""

import re
from fractions import Fraction

import numpy as np
import pytest

import imgfilt
from imgfilt import Kernel, KernelError
from imgfilt.kernel.source import parse_source

ONE, OTHER = Kernel([[1, 2], [3, 4]], (0, 1)), Kernel("1/2 0 -1")


@pytest.mark.parametrize("source", ["sobel-x", "average:3", "gaussian:5,1.5", "lecture-example"])
def test_preset(source):
    assert Kernel(source) == parse_source(source)
    assert Kernel(source, (0, 0)).origin == (0, 0)


@pytest.mark.parametrize("text", ["1 2; 3 4", "1 2; 3 4; ", "1 2\n3 4", "# a; b\n1 2\n3 4"])
def test_text(text):
    assert Kernel.parse(text) == Kernel([[1, 2], [3, 4]])
    if not text.startswith("#"):
        assert Kernel(text) == Kernel([[1, 2], [3, 4]])


def test_a_remark_of_a_text_stays():
    assert "a single row of 9 numbers" in Kernel("1 2 3 4 5 6 7 8 9").remark
    assert Kernel("1 2").remark is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sobel", "sobel-x and sobel-y are"),
        ("1 x; 2 3", "kernel:1:3: 'x' is not a number"),
        ("edge.txt", r"isn't read from a file; Convolve\('edge.txt'\) reads one"),
        ("average", "is written average:SIZE"),
    ],
)
def test_what_a_text_is_not(text, said):
    with pytest.raises(KernelError, match=said):
        Kernel(text)


def test_presets_are_listed():
    presets = imgfilt.list_presets()
    assert {"sobel-x", "average:SIZE", "gaussian:SIZE[,SIGMA]"} < set(presets)
    for name in presets:
        if ":" not in name:
            assert Kernel(name).shape


def test_operators():
    assert ONE.composed(OTHER) == ONE @ OTHER
    assert ONE.added(OTHER) == ONE + OTHER
    assert ONE.added(OTHER.scaled(-1)) == ONE - OTHER
    assert ONE.scaled(-1) == -ONE
    assert ONE.scaled(Fraction(1, 3)) == ONE / 3
    for three in (3, 3.0, Fraction(3), np.float64(3), np.uint8(3)):
        assert ONE * three == three * ONE == ONE.scaled(3)
        assert type(three * ONE) is Kernel


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Kernel.parse("sobel-x"), r"a preset, not rows of numbers: Kernel\('sobel-x'\)"),
        (lambda: ONE * OTHER, "kernel @ kernel composes"),
        (lambda: ONE / 0, "divided by 0"),
        (lambda: ONE / float("nan"), "divided by nan"),
        (lambda: ONE * float("inf"), "by a finite number"),
    ],
)
def test_refused(call, said):
    with pytest.raises(KernelError, match=said):
        call()


@pytest.mark.parametrize(
    "call",
    [lambda: ONE @ np.eye(2), lambda: ONE + 1, lambda: ONE * "a", lambda: np.eye(2) * ONE],
)
def test_other_types(call):
    with pytest.raises(TypeError):
        call()


def test_array():
    assert np.array_equal(np.asarray(ONE), [[1, 2], [3, 4]])
    assert np.asarray(ONE) is ONE.weights
    copy = np.array(ONE, np.float32)
    assert (copy.dtype, copy.flags.writeable) == (np.float32, True)


def test_shown_in_a_notebook():
    html = Kernel("average:3")._repr_html_()
    assert html.count("<td") == 9
    assert html.count("outline") == 2  # of the origin, and its place
    assert "1/9" in html
    cells = re.findall("background:#([0-9a-f]{6})", Kernel("1 0 -1")._repr_html_())
    assert len(set(cells)) == 3
    assert cells[1] == "ffffff"
    large = Kernel(np.ones((2, 26)))
    assert "2 rows x 26 columns" in large._repr_html_()
    assert "<td" not in large._repr_html_()
    assert len(repr(Kernel(np.ones((100, 100))))) < 80


def test_a_kernel_does_not_change():
    for name, value in {"weights": np.ones((3, 3)), "origin": (0, 0)}.items():
        with pytest.raises(AttributeError):
            setattr(ONE, name, value)
    with pytest.raises(ValueError, match="read-only"):
        ONE.weights[0, 0] = 5
