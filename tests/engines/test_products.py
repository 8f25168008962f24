"""Matrix products in pieces: the same numbers, whatever is cut, and no piece is too large."""

import numpy as np
import pytest

from imgfilt.engines.numpy import products


@pytest.mark.parametrize("most", [1, 60, 1000, 1 << 18])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((5, 7), (7, 300)),
        ((300, 7), (7, 5)),
        ((4, 33), (3, 33, 70)),
        ((2, 3, 90, 8), (8, 90)),
        ((1, 500), (500, 1)),
    ],
    ids=str,
)
def test_multiply(left, right, most, monkeypatch):
    monkeypatch.setattr(products, "MOST", most)
    monkeypatch.setattr(products.np, "matmul", matmul := Counted())
    chance = np.random.default_rng(0)
    left, right = (chance.integers(-9, 9, shape).astype(np.float32) for shape in (left, right))
    wanted = np.einsum("...ik,...kj->...ij", left, right)
    out = np.full(wanted.shape, np.nan, np.float32)
    products.multiply(left, right, out)
    assert np.array_equal(out, wanted)
    assert matmul.largest <= max(most, left.shape[-1])


class Counted:
    """np.matmul that keeps how many multiplications its largest product had."""

    def __init__(self):
        self.largest, self.run = 0, np.matmul

    def __call__(self, left, right, out):
        rows, columns = out.shape[-2:]
        self.largest = max(self.largest, rows * left.shape[-1] * columns)
        return self.run(left, right, out=out)


def test_strided_operands_and_results():
    whole = np.arange(2000.0).reshape(20, 100)
    out = np.zeros((40, 100))
    products.multiply(whole[::2, 3:13], whole[5:15], out[::4])
    assert np.array_equal(out[::4], np.einsum("ik,kj->ij", whole[::2, 3:13], whole[5:15]))
    assert not out[1::4].any()
