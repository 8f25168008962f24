"""A filter on all channels of a picture: colours and alpha together, each extra channel alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..dtypes import Array
from ..filters.base import Filter
from .apply import Result, run
from .options import Options
from .output import Clipped
from .validation import fill_of


def run_channels(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    extra: int,
    options: Options,
    progress: Callable[[float], None] = lambda share: None,
    mask: Array | None = None,
) -> Result:
    """Return a picture filtered, with the plan of its colours and what clipped.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
        Colours, then extra channels, then alpha.
    alpha : bool
        Whether the last channel is alpha.
    extra : int
        How many channels have no known meaning. Each is filtered as a grey picture of its own:
        neither alpha nor linear light has an effect on it.
    options, progress, mask
        As `apply.run` has them.

    Raises
    ------
    ParameterError, EngineError, ImageError
        As `apply.run` does.
    """
    if not extra:
        return run(filt, pixels, alpha, options, progress, mask)
    channels = pixels.shape[2]
    fill = fill_of(options, pixels.dtype, channels, alpha)
    first = channels - alpha - extra
    groups = [[*range(first), *range(first + extra, channels)]]
    groups += [[number] for number in range(first, first + extra)]
    results: list[Result] = []
    for number, group in enumerate(groups):
        given = options if number == 0 else replace(options, linear=False)
        if options.border == "constant":
            given = replace(given, border_value=tuple(fill[group].tolist()))

        def advance(share: float, done: int = number) -> None:
            progress((done + share) / len(groups))

        block = np.ascontiguousarray(pixels[..., group])
        found = run(filt, block, alpha and number == 0, given, advance, mask)
        if not results:
            out = np.empty((*found.pixels.shape[:2], channels), found.pixels.dtype)
        out[..., group] = found.pixels
        results.append(replace(found, pixels=out))
    notes = dict.fromkeys(note for found in results for note in found.notes)
    tally = Clipped.united([found.tally for found in results])
    return replace(results[0], tally=tally, notes=tuple(notes))
