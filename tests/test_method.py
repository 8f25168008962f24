"""Methods: each way to sum gives the same values, whichever would be chosen."""

from fractions import Fraction

import numpy as np
import pytest

from imgfilt.numerics import convolution
from imgfilt.numerics.convolution import METHODS
from imgfilt.numerics.taps import Taps

from .examples import noisy, picture, whole

DTYPES = "uint8", "uint16", "float32", "float64"
SHAPES = [(1, 1), (1, 9), (8, 1), (2, 3), (4, 4), (12, 13), (31, 2)]


KERNELS = {
    "ones": lambda *shape: Taps(np.ones(shape), divisor=7, whole=True),
    "alike": lambda *shape: Taps(np.full(shape, -0.3)),
    "nothing": lambda *shape: Taps(np.zeros(shape), whole=True),
    "whole": lambda *shape: Taps(whole(*shape).astype(float), divisor=9, whole=True),
    "whole product": lambda rows, columns: Taps(
        6.0 * np.outer(whole(1, rows, 1), whole(1, columns, 2)), whole=True
    ),
    "factors": lambda rows, columns: Taps(
        (whole(1, rows, 1)[0] + 0.0, whole(1, columns, 2)[0] + 0.0), divisor=11, whole=True
    ),
    "floats": lambda *shape: Taps(noisy(*shape)),
    "float product": lambda rows, columns: Taps(np.outer(noisy(1, rows), noisy(1, columns, 1))),
    "sparse": lambda *shape: Taps(np.where(noisy(*shape) > 1, whole(*shape), 0.0), whole=True),
}


def applying(taps):
    """Return the methods that can do it."""
    needs = {"box": taps.uniform, "separable": taps.factors}
    return [name for name in METHODS if needs.get(name, True) is not None]


def summed(padded, taps):
    """Return Σ weights[r, c] · padded[i + r, j + c], as Python adds whole numbers."""
    rows, columns = taps.shape
    height, width = padded.shape[0] - rows + 1, padded.shape[1] - columns + 1
    exact = padded.dtype.kind != "f" and taps.whole
    weights = taps.weights.astype(int).astype(object) if exact else taps.weights
    block = padded.astype(object) if exact else padded.astype(np.float64)
    total = 0
    for r, c in np.ndindex(rows, columns):
        total = total + weights[r, c] * block[r : r + height, c : c + width]
    if exact:
        return np.vectorize(lambda value: float(Fraction(value, taps.divisor)))(total)
    return total / taps.divisor


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KERNELS.values(), ids=KERNELS)
def test_method(kind, shape, dtype):
    taps = kind(*shape)
    padded = picture((shape[0] + 9, shape[1] + 10, 2), dtype)
    wanted = summed(padded, taps)
    largest = taps.magnitude / taps.divisor * np.abs(padded).max()
    names = applying(taps)
    assert convolution.method(taps) in names
    for name in [*names, None]:
        values = convolution.run(padded, taps, name)
        assert values.shape == wanted.shape
        off = np.abs(values - wanted).max()
        if padded.dtype.kind != "f" and taps.whole:
            assert off == 0
        else:
            assert off <= largest * (1e-5 if dtype == "uint8" else 1e-13)


def test_every_method_applies_somewhere():
    names = {name for kind in KERNELS.values() for name in applying(kind(4, 5))}
    assert names == set(METHODS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(3, 5), (40, 41), (1, 300)], ids=str)
def test_method_on_many_blocks(shape, dtype):
    """So large that every method works block by block, tile by tile and band by band."""
    padded = picture((330, 800, 1), dtype)
    for kind in ("ones", "whole", "factors"):
        taps = KERNELS[kind](*shape)
        rows, columns = taps.output(padded)
        found = {name: convolution.run(padded, taps, name) for name in applying(taps)}
        for name, values in found.items():
            assert values.shape == (rows, columns, 1)
            off = np.abs(values - found["fft"]).max()
            exact = padded.dtype.kind != "f"
            assert off <= (0 if exact else 1e-13 * taps.magnitude * np.abs(padded).max()), name
        for top, left in [(0, 0), (rows - 2, columns - 3), (rows // 2, columns // 2)]:
            window = np.s_[top : top + 2 + shape[0] - 1, left : left + 3 + shape[1] - 1]
            off = np.abs(summed(padded[window], taps) - values[top : top + 2, left : left + 3])
            assert off.max() <= 1e-13 * taps.magnitude * np.abs(padded).max()
