"""Pictures as photos are: steps, shading and noise."""

import numpy as np

from . import reference


def photo(shape, dtype):
    """Return a picture as photos are: large steps, shading, few details, and noise."""
    rows, columns = np.indices(shape[:2])
    clean = 80 * ((rows // 45 + columns // 61) % 3) + columns * 60 / shape[1]
    clean[rows % 40 == 9] = 10
    levels = clean[..., np.newaxis] + np.random.default_rng(2).normal(0, 6, shape)
    top = reference.peak(dtype)
    levels = np.clip(levels, 0, 255) * top / 255
    return (levels if top == 1 else np.rint(levels)).astype(dtype)


def book(shape, dtype):
    """Return a picture as filters that keep edges see them: steps, shading and noise."""
    rows, columns = np.indices(shape[:2])
    clean = 80 * ((rows // 9 + columns // 13) % 3) + columns * 60 / shape[1]
    levels = clean[..., np.newaxis] + np.random.default_rng(2).normal(0, 12, shape)
    top = reference.peak(dtype)
    levels = np.clip(levels, 0, 255) * top / 255
    return (levels if top == 1 else np.rint(levels)).astype(dtype)
