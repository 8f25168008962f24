"""Pictures that aren't in memory: their rows are read, or computed, when they are indexed."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, cast

from .dtypes import Array

if TYPE_CHECKING:
    import numpy as np

    ReadRows = Callable[[int, int], Array]


class RowSource:
    """A picture (H, W, C) that is indexed like an array, and gives arrays.

    The first index is a slice without a step or an array of integers; the others are any that NumPy
    knows, but not `...`.

    Parameters
    ----------
    shape : (int, int, int)
    dtype : dtype
    read : callable
        (top, bottom) -> the rows from `top` to before `bottom`, (bottom - top, W, C). There is at
        least one. Several threads may call it at once.
    """

    ndim = 3

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any], read: ReadRows):
        self.shape, self.dtype, self.read = shape, dtype, read

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Array:
        rows, *others = index if isinstance(index, tuple) else (index,)
        if isinstance(rows, slice):
            top, bottom, _ = rows.indices(len(self))
            found, rows = self._read(top, bottom), slice(None)
        else:
            found, rows = self._take(rows)
        pixels: Array = found[(rows, *others)]
        return pixels

    def _take(self, rows: Array) -> tuple[Array, Array]:
        """Return an array that has the rows of an index, and the index of these rows in it."""
        import numpy as np

        needed, parts = np.unique(rows), []
        # Rows that follow each other are read at once.
        for run in np.split(needed, np.flatnonzero(np.diff(needed) > 1) + 1):
            top, bottom = (run[0], run[-1] + 1) if run.size else (0, 0)
            parts.append(self._read(int(top), int(bottom)))
        return np.concatenate(parts), np.searchsorted(needed, rows)

    def _read(self, top: int, bottom: int) -> Array:
        if top < bottom:
            return self.read(top, bottom)
        import numpy as np

        return np.empty((0, *self.shape[1:]), self.dtype)

    def within(self, context: Callable[[], AbstractContextManager[object]]) -> Array:
        """Return a RowSource that reads within a context, such as one that changes errors."""

        def read(top: int, bottom: int) -> Array:
            with context():
                return self.read(top, bottom)

        return make_row_source(self.shape, self.dtype, read)

    @property
    def size(self) -> int:
        """How many values the picture has."""
        return math.prod(self.shape)

    @property
    def itemsize(self) -> int:
        """How many bytes a value has."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """How many bytes the picture would take in memory."""
        return self.size * self.itemsize


def make_row_source(shape: tuple[int, int, int], dtype: np.dtype[Any], read: ReadRows) -> Array:
    """Return a RowSource, typed as an array: those who take one use what both have."""
    return cast("Array", RowSource(shape, dtype, read))
