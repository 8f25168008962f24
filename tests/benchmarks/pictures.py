"""Pictures for benchmarks: the photographs of scikit-image, and noise."""

import numpy as np
import skimage.data

COLOUR = "astronaut", "coffee", "chelsea", "rocket", "retina", "stereo_motorcycle"
GREY = "camera", "coins", "gravel", "brick", "moon", "page"

LARGE = 2000, 3000
_SIDE, _PART = 512, 190


def photograph(name):
    """Return a photograph as scikit-image has it: uint8, (H, W) or (H, W, 3)."""
    found = getattr(skimage.data, name)()
    return found[0] if isinstance(found, tuple) else found  # the motorcycle is a stereo pair


def cropped(name):
    """Return at most 512 x 512 pixels from the middle of a photograph."""
    picture = photograph(name)
    top, left = (max(0, side - _SIDE) // 2 for side in picture.shape[:2])
    return np.ascontiguousarray(picture[top : top + _SIDE, left : left + _SIDE])


def photographs(channels=1, shape=LARGE):
    """Return parts of photographs side by side, at their own size: (H, W) or (H, W, 3)."""
    parts = [photograph(name)[:_PART, : 2 * _PART] for name in (GREY if channels == 1 else COLOUR)]
    middle = len(parts) // 2
    rows = [np.concatenate(row, axis=1) for row in (parts, parts[middle:] + parts[:middle])]
    tile = np.concatenate(rows)
    down, across = (-(-side // have) for side, have in zip(shape, tile.shape, strict=False))
    whole = np.tile(tile, (down, across) + (1,) * (tile.ndim - 2))
    return np.ascontiguousarray(whole[: shape[0], : shape[1]])


def noise(channels=1, shape=LARGE):
    """Return levels at random, each as frequent as the others: (H, W) or (H, W, 3)."""
    levels = np.random.default_rng(0).integers(0, 256, (*shape, channels), np.uint8)
    return levels[..., 0] if channels == 1 else levels


PICTURES = {"photo": photographs, "noise": noise}


def as_depth(levels, dtype):
    """Return uint8 levels in another dtype: 0 to 65535, or 0 to 1."""
    if dtype == "uint8":
        return levels
    return levels.astype(dtype) * 257 if dtype == "uint16" else (levels / 255).astype(dtype)
