"""Pictures that aren't in memory: a rectangle is read, or computed, when it is indexed."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, cast

from .dtypes import Array
from .geometry import Rect

if TYPE_CHECKING:
    import numpy as np

    ReadRect = Callable[[Rect], Array]


class RowSource:
    """A picture (H, W, C) that is indexed like an array, and gives arrays.

    The first two indices are slices without a step or arrays of integers from 0 on; the third is
    any that NumPy knows. An Ellipsis isn't supported.

    Parameters
    ----------
    shape : (int, int, int)
    dtype : dtype
    read : callable
        Rect -> the pixels of the rectangle, (h, w, C), of which there is at least one. Several
        threads may call it at once.
    """

    ndim = 3

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any], read: ReadRect):
        self.shape, self.dtype, self.read = shape, dtype, read

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Array:
        import numpy as np

        given = index if isinstance(index, tuple) else (index,)
        rows, columns, channels, *_ = *given, slice(None), slice(None)
        left, right, columns = _find_span(columns, self.shape[1])
        pixels: Array
        if isinstance(rows, slice):
            top, bottom, rows = _find_span(rows, self.shape[0])
            pixels = self._read(top, bottom, left, right)
        else:
            needed = np.unique(rows)
            # Rows that follow each other are read at once. With the border `wrap` rows come from
            # both ends of the picture.
            runs = np.split(needed, np.flatnonzero(np.diff(needed) > 1) + 1)
            spans = [_find_span(run, self.shape[0]) for run in runs]
            parts = [self._read(top, bottom, left, right) for top, bottom, _ in spans]
            pixels, rows = np.concatenate(parts), np.searchsorted(needed, rows)
        pixels = pixels[rows, columns, channels]
        return pixels

    def _read(self, top: int, bottom: int, left: int, right: int) -> Array:
        if top < bottom and left < right:
            return self.read(Rect(top, left, bottom, right))
        import numpy as np

        shape = max(0, bottom - top), max(0, right - left), self.shape[2]
        return np.empty(shape, self.dtype)

    def with_context(self, context: Callable[[], AbstractContextManager[object]]) -> Array:
        """Return a RowSource that reads within a context, such as one that changes errors."""

        def read(rect: Rect) -> Array:
            with context():
                return self.read(rect)

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


class Undecoded(RowSource):
    """The pixels of a picture of which only the header was read: they have a shape and a dtype."""

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any]):
        super().__init__(shape, dtype, self._refuse)

    def _refuse(self, rect: Rect) -> Array:
        raise ValueError("only the header of the picture was read")


def _find_span(index: Any, length: int) -> tuple[int, int, Any]:
    """Return the first place of an index, the end of its places, and the index from the first on.

    Parameters
    ----------
    index : slice or array of int
    length : int
        How many places there are.

    Raises
    ------
    IndexError
        If a slice has a step, or a place doesn't exist.
    """
    if isinstance(index, slice):
        start, end, step = index.indices(length)
        if step != 1:
            raise IndexError(f"a slice with the step {step}; wanted 1")
        return start, end, slice(None)
    if not index.size:
        return 0, 0, index
    start, end = int(index.min()), int(index.max()) + 1
    if start < 0 or end > length:
        raise IndexError(f"places {start} to {end - 1}; wanted 0 to {length - 1}")
    return start, end, index - start


def make_row_source(shape: tuple[int, int, int], dtype: np.dtype[Any], read: ReadRect) -> Array:
    """Return a RowSource, typed as an array: those who take one use what both have.

    Parameters
    ----------
    shape, dtype, read
        As of RowSource.
    """
    return cast("Array", RowSource(shape, dtype, read))
