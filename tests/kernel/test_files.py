"""Kernel files that are not imgfilt's own text: libvips' matrices, and arrays."""

import io
from fractions import Fraction

import numpy as np
import pytest

from imgfilt import Kernel, KernelError
from imgfilt.kernel.files import parse_content


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("3 2\n1 2 3\n4 5 6\n", [[1, 2, 3], [4, 5, 6]]),
        ("3 3 9\n1 1 1\n1 1 1\n1 1 1\n", Kernel(np.ones((3, 3), int)).normalized()),
        ("2 1 0.5 0\r\n1 -1\r\n", [[2, -2]]),
    ],
)
def test_a_matrix_of_libvips(text, weights):
    assert parse_content(text.encode(), ".mat", "a.mat") == Kernel(weights)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.mat:1: nothing found; wanted width height [scale [offset]]"),
        ("3\n1 1 1", "a.mat:1:2: '3' is not width height [scale [offset]]"),
        ("1 1 1 1 1\n1", "a.mat:1:9: '1 1 1 1 1' is not width height [scale [offset]]"),
        ("1 one\n1", "a.mat:1:3: 'one' is not a number or a fraction a/b"),
        ("1 1.5\n1", "a.mat:1:3: the height 1.5 is not a whole number from 1"),
        ("0 1\n1", "a.mat:1:1: the width 0 is not a whole number from 1"),
        ("1 1 1 128\n1", "a.mat:1:7: an offset of 128; --values offset adds mid-grey"),
        ("1 1 0\n1", "a.mat:1:5: the scale is zero"),
        ("3 1\n1 2", "a.mat:2: 2 numbers, but the first line says 3"),
        ("1 1\n1\n2", "a.mat:3: row 2, but the first line says 1"),
        ("1 3\n1\n2", "a.mat:1:3: 2 rows found, but here stands 3"),
        ("1 1\n", "a.mat:1:3: 0 rows found, but here stands 1"),
        ("2 2\n1 2\n3 x", "a.mat:3:3: 'x' is not a number or a fraction a/b"),
        ("1 1\nscale 2\n1", "a.mat:2:1: 'scale' is not a number or a fraction a/b"),
    ],
)
def test_a_broken_matrix(text, message):
    with pytest.raises(KernelError) as refusal:
        parse_content(text.encode(), ".mat", "a.mat")
    assert str(refusal.value) == message


def test_an_array():
    assert parse_content(npy(np.array([[1, 0, -1]])), ".npy", "a.npy") == Kernel([[1, 0, -1]])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        npy(np.ones(3)),
        npy(np.ones((2, 2), complex)),
        npy(np.array([[np.nan]])),
        npy(np.ones((2, 2)))[:-3],
        b"1 2 3",
    ],
)
def test_what_is_no_array(content):
    with pytest.raises(KernelError, match=r"^a\.npy: "):
        parse_content(content, ".npy", "a.npy")


def test_an_array_is_refused_by_its_header():
    """There is no room for what it says that it holds."""
    content = npy(np.ones((10, 10))).replace(b"(10, 10), }        ", b"(99999999999, 9999)}")
    with pytest.raises(KernelError, match=r"^a\.npy: a kernel of 99999999999 x 9999 "):
        parse_content(content, ".npy", "a.npy")
    objects = npy(np.array([[1]])).replace(b"'<i8'", b"'|O' ")
    with pytest.raises(KernelError, match=r"^a\.npy: .* found an array of object$"):
        parse_content(objects, ".npy", "a.npy")


BROKEN_HEADERS = ["'descr':'''<f8'", "'descr': ',f8'", "'descr': '<08'"]


@pytest.mark.parametrize("header", BROKEN_HEADERS)
def test_a_header_that_is_no_python(header):
    content = npy(np.ones((2, 2))).replace(b"'descr': '<f8'", header.encode())
    with pytest.raises(KernelError, match=r"^a\.npy: truncated or broken \.npy"):
        parse_content(content, ".npy", "a.npy")


def test_an_array_that_python_2_wrote():
    content = npy(np.array([[1, 2, 3]])).replace(b"(1, 3), }  ", b"(1L, 3L), }")
    assert parse_content(content, ".npy", "a.npy") == Kernel([[1, 2, 3]])


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".mat", ""])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n", ":1:1: not a text in UTF-8, found the byte 0x89"),
        (b"1 2\n3 4 # \xe9", ":2:7: not a text in UTF-8, found the byte 0xe9"),
        (b"\xef\xbb\xbf1\xc3\xa9\xff", ":1:3: not a text in UTF-8, found the byte 0xff"),
    ],
)
def test_what_is_no_text(content, found, suffix):
    with pytest.raises(KernelError) as refusal:
        parse_content(content, suffix, f"a{suffix}")
    assert str(refusal.value) == f"a{suffix}{found}"


def test_commas_make_a_kernel():
    content = b"\xef\xbb\xbf# mean\r\n1/9,1/9, 1/9\r\n"
    assert parse_content(content, ".CSV", "a.csv") == Kernel([[1, 1, 1]]).scaled(Fraction(1, 9))
    with pytest.raises(KernelError, match=r"^a\.csv:2:3: a number is missing\n    1,,2\n      \^$"):
        parse_content(b"1,2\n1,,2\n", ".csv", "a.csv")
