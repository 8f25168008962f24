"""Kernel files that are not imgfilt's own text: libvips' matrices, and arrays."""

import io

import numpy as np
import pytest

from imgfilt import Kernel, KernelError
from imgfilt.kernel import parse_content


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
        ("", "a.mat:1: '' is not width height [scale [offset]]"),
        ("3\n1 1 1", "a.mat:1: '3' is not width height [scale [offset]]"),
        ("1 1 1 1 1\n1", "a.mat:1: '1 1 1 1 1' is not width height [scale [offset]]"),
        ("1 1 1 128\n1", "a.mat:1: an offset of 128; --values offset adds mid-grey"),
        ("1 1 0\n1", "a.mat:1: the scale is zero"),
        ("3 1\n1 2", "a.mat: 2 x 1 numbers, but the first line says 3 x 1"),
        ("2 2\n1 2\n3 x", "a.mat:3: 'x' is not a number or a fraction a/b"),
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
    [b"", npy(np.ones(3)), npy(np.array([[np.nan]])), npy(np.ones((2, 2)))[:-3], b"1 2 3"],
)
def test_what_is_no_array(content):
    with pytest.raises(KernelError, match=r"^a\.npy: "):
        parse_content(content, ".npy", "a.npy")
