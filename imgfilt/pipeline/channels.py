"""A filter on all channels of a picture: colours and alpha together, each extra channel alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

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
    count = pixels.shape[2]
    fill = fill_of(options, pixels.dtype, count, alpha)
    alone = range(count - alpha - extra, count - alpha)
    groups = [[at for at in range(count) if at not in alone], *([at] for at in alone)]
    results: list[Result] = []
    for number, group in enumerate(groups):
        first = number == 0
        value = tuple(fill[group].tolist())
        given = replace(options, linear=options.linear and first, border_value=value)
        block = np.ascontiguousarray(pixels[..., group])
        advance = partial(_advance, progress, number, len(groups))
        results.append(run(filt, block, alpha and first, given, advance, mask))
    out = np.empty((*results[0].pixels.shape[:2], count), results[0].pixels.dtype)
    for group, found in zip(groups, results, strict=True):
        out[..., group] = found.pixels
    return replace(
        results[0],
        pixels=out,
        tally=Clipped.united([found.tally for found in results]),
        notes=tuple(dict.fromkeys(note for found in results for note in found.notes)),
        beyond=next((found.beyond for found in results if found.beyond), None),
    )


def _advance(progress: Callable[[float], None], number: int, count: int, share: float) -> None:
    """Tell the share that is done of a group in shares of all groups."""
    progress((number + share) / count)
