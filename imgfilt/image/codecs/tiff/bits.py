"""What stands in a TIFF's strips when they are uncompressed: packed numbers, differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....geometry import row_blocks
from ...image import Pixels


def unpacked(plain: bytes, bits: int, shape: tuple[int, int, int]) -> Pixels:
    """Return packed numbers of 1 to 15 bits; each row starts at a byte boundary."""
    height, width, samples = shape
    count = width * samples
    held = np.frombuffer(plain, np.uint8, height * (-(-count * bits // 8))).reshape(height, -1)
    if bits == 1:
        return np.unpackbits(held, axis=1, count=count).reshape(shape)
    values = np.empty((height, count), np.uint16 if bits > 8 else np.uint8)
    for rows in row_blocks(height, 16 * count):
        digits = np.zeros((rows.stop - rows.start, count, 8 * values.itemsize), np.uint8)
        digits[:, :, -bits:] = np.unpackbits(held[rows], axis=1, count=count * bits).reshape(
            -1, count, bits
        )
        values[rows] = np.packbits(digits, axis=2).view(f">u{values.itemsize}")[:, :, 0]
    return values.reshape(shape)


def summed(values: Pixels) -> Pixels:
    """Undo differences of each pixel (h, w, c) from the one before it, of whatever numbers."""
    stored_dtype = values.dtype
    whole = values.view(f"{stored_dtype.str[0]}u{stored_dtype.itemsize}")
    native = whole.dtype.newbyteorder("=")
    return np.add.accumulate(whole, axis=1, dtype=native).view(stored_dtype.newbyteorder("="))


def summed_floats(plain: bytes, stored_dtype: np.dtype[Any], shape: tuple[int, int, int]) -> Pixels:
    """Undo differences of floats: bytes are summed along a row, then lie by significance."""
    rows, columns, samples = shape
    size = rows * columns * samples * stored_dtype.itemsize
    deltas = np.frombuffer(plain, np.uint8, size).reshape(rows, -1, samples)
    planes = np.add.accumulate(deltas, axis=1, dtype=np.uint8)
    planes = planes.reshape(rows, stored_dtype.itemsize, columns * samples).transpose(0, 2, 1)
    return np.ascontiguousarray(planes).view(stored_dtype.newbyteorder(">")).reshape(shape)
