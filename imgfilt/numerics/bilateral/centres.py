"""Centres: few colours that those of a picture are near to, for the fast bilateral filter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..taps import Array

# In sigma-color: so far apart levels of grey lie, and so far from its nearest centre a colour may
# be before its pixels are computed exactly.
SPACING, FAR = 1.0, 1.0
MOST_LEVELS, MOST_CENTRES = 24, 32
_SAMPLES = 1 << 14
_MOST_FAR = 0.02  # the share of far pixels from which the exact filter is as fast


def choose(blocks: Sequence[Array], sigma_color: float) -> Array | None:
    """Return the (K, C) centres for a picture, or None where too many would be needed.

    Grey has evenly spaced levels. Colours are taken one after the other, each the farthest from
    those before it (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985).

    Parameters
    ----------
    blocks : sequence of (h, w, C) arrays
        Samples of the picture, in 8-bit levels.
    """
    colours = np.concatenate([block.reshape(-1, block.shape[2]) for block in blocks])
    colours = colours[:: max(1, len(colours) // _SAMPLES)].astype(np.float64)
    colours = colours[np.isfinite(colours).all(axis=1)]
    if not len(colours):
        return None
    if colours.shape[1] == 1:
        low, high = colours.min(), colours.max()
        count = max(2, int(np.ceil((high - low) / (SPACING * sigma_color))) + 1)
        return np.linspace(low, high, count)[:, np.newaxis] if count <= MOST_LEVELS else None
    centres = [np.median(colours, axis=0)]
    distance = np.abs(colours - centres[0]).sum(axis=1)
    while len(centres) < MOST_CENTRES and distance.max() > FAR / 2 * sigma_color:
        centres.append(colours[distance.argmax()])
        distance = np.minimum(distance, np.abs(colours - centres[-1]).sum(axis=1))
    enough = np.mean(distance > FAR * sigma_color) <= _MOST_FAR
    return np.array(centres) if enough else None
