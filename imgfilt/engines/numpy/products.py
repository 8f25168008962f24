"""Matrix products so small that the library of linear algebra starts no threads of its own.

NumPy passes a product to BLAS, for example OpenBLAS, which shares a large one among threads that
wait for each other in a loop. Inside the threads of this package they are in the way: a strip takes
ten times as long. A product of at most 2^18 multiplications stays in the thread that asks for it.
So (8 x 60) @ (60 x 3000), 1.4 million multiplications, is computed as 11 products of 256 columns,
a strided view of shape (11, 60, 256), and one of the 184 columns that are left: two calls.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...dtypes import Array

MOST = 1 << 18  # multiplications; OpenBLAS: SMP_THRESHOLD_MIN * GEMM_MULTITHREAD_THRESHOLD
_WIDEST = 256  # columns: wider products took no less time
_STEP = 32  # columns, to which the width of a product is rounded


def multiply(left: Array, right: Array, out: Array) -> None:
    """Write the matrix products left @ right.

    Parameters
    ----------
    left : (..., M, K) array
    right : (..., K, N) array
        Stacks of the same dtype, of floats.
    out : (..., M, N) array
        Its memory is not that of `left` or `right`.
    """
    (rows, columns), inner = out.shape[-2:], left.shape[-1]
    if rows * inner * columns <= MOST or rows == columns == 1:
        np.matmul(left, right, out=out)
        return
    if rows > columns:
        multiply(*(one.swapaxes(-1, -2) for one in (right, left, out)))
        return
    width = min(MOST // (rows * inner), _WIDEST, columns // 2)
    width = max(1, width // _STEP * _STEP or width)
    count = columns // width
    multiply(left[..., np.newaxis, :, :], _pieces(right, count, width), _pieces(out, count, width))
    if columns > count * width:
        rest = np.s_[..., count * width :]
        multiply(left, right[rest], out[rest])


def _pieces(matrix: Array, count: int, width: int) -> Array:
    """Return a (..., R, N) stack as a view (..., count, R, width)."""
    *outer, rows, _ = matrix.shape
    *far, row, element = matrix.strides
    return as_strided(matrix, (*outer, count, rows, width), (*far, width * element, row, element))
