"""The predictors of a TIFF: numbers are stored as differences, which compress better."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...image import Pixels
from .compression import NONE, PACKBITS

PREDICTOR_HORIZONTAL, PREDICTOR_FLOATINGPOINT = 2, 3


def choose_predictor(compression: int, pixels: Pixels) -> int | None:
    """Return the predictor to write, or None; differences of integers compress better.

    Methods without a predictor get None: libtiff's tools warn about the tag in such a file.
    """
    has_predictor = pixels.dtype.kind == "u" and compression not in (NONE, PACKBITS)
    return PREDICTOR_HORIZONTAL if has_predictor else None


def encode_differences(pixels: Pixels) -> Pixels:
    """Return rows (h, W, C) with each pixel replaced by its difference from the left neighbour."""
    first = np.zeros((len(pixels), 1, pixels.shape[2]), pixels.dtype)
    changes: Pixels = np.diff(pixels, axis=1, prepend=first)
    return changes


def decode_differences(values: Pixels) -> Pixels:
    """Return the pixels (h, w, c) whose differences from their left neighbours are `values`."""
    dtype = values.dtype
    integers = values.view(f"{dtype.str[0]}u{dtype.itemsize}")
    native = integers.dtype.newbyteorder("=")
    return np.add.accumulate(integers, axis=1, dtype=native).view(dtype.newbyteorder("="))


def decode_float_differences(
    plain: bytes, dtype: np.dtype[Any], shape: tuple[int, int, int]
) -> Pixels:
    """Return floats (h, w, c) from differences of bytes.

    In a row bytes are grouped by significance, and stored as differences from the byte before.

    Parameters
    ----------
    plain : bytes
        Decompressed rows: of all numbers the highest byte, then of all the next one.
    dtype : dtype
        The floats of the result; its byte order isn't used.
    shape : (height, width, samples)

    Returns
    -------
    (height, width, samples) array
        Big-endian floats of the size of `dtype`.

    Raises
    ------
    ValueError
        When `plain` is too short.
    """
    rows, columns, samples = shape
    size = rows * columns * samples * dtype.itemsize
    deltas = np.frombuffer(plain, np.uint8, size).reshape(rows, -1, samples)
    planes = np.add.accumulate(deltas, axis=1, dtype=np.uint8)
    planes = planes.reshape(rows, dtype.itemsize, columns * samples).transpose(0, 2, 1)
    return np.ascontiguousarray(planes).view(dtype.newbyteorder(">")).reshape(shape)
