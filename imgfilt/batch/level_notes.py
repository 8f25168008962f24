"""Notes on levels that a figure, which has 8 bits, can't tell apart, or shows as black or white."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..dtypes import white_level
from ..errors import Note
from ..filters import Filter
from ..image import Image
from ..pipeline.blocks import iter_rows
from ..pipeline.clipping import Clipping, format_percent
from .run_notes import describe_remedy

_NEARLY_BLACK = 15 / 255  # of white; a picture without higher levels looks black
_HALF = 0.5 / 255  # half a level of a figure
_NUMBERS = Note("numbers shows the numbers", ("numbers",))
_STRETCH = "convolve --kernel identity --values stretch makes them fit"


class LevelNote(NamedTuple):
    """What isn't shown as it is, and what to do: an option or a command; "" for nothing.

    `is_lost` says that levels are shown that aren't those of the picture.
    """

    text: str
    remedy: str = ""
    is_lost: bool = True

    def after(self, name: str) -> Note:
        """Return the line for the user, which begins with the name of the input."""
        line = f"{name}: {self.text}"
        return Note(self.remedy).after(f"{line}; ") if self.remedy else Note(line)


def describe_outside(image: Image, filt: Filter | None = None) -> dict[str, LevelNote]:
    """Return notes on values of a float picture that aren't shown as they are, by their kind.

    Parameters
    ----------
    image : Image
        Transparent pixels aren't counted.
    filt : Filter, optional
        Of which the picture is the result.

    Returns
    -------
    mapping
        "outside": on values outside 0..1; "NaN": on what is no number.
    """
    if image.pixels.dtype.kind != "f":
        return {}
    undefined, clipping = 0, Clipping(1)
    for rows in iter_rows(image.pixels):
        values = rows[..., : image.colours]
        if image.alpha:
            values = values[rows[..., -1] > 0]
        clipping.total += values.size
        is_nan = np.isnan(values)
        undefined += int(is_nan.sum())
        values = values[~is_nan]
        clipping.count += int(((values < 0) | (values > 1)).sum())
        clipping.least = min(clipping.least, float(values.min(initial=np.inf)))
        clipping.greatest = max(clipping.greatest, float(values.max(initial=-np.inf)))
    notes = {}
    # Rounding errors around 0 and 1 have no effect on what is shown.
    if clipping.least < -_HALF or clipping.greatest > 1 + _HALF:
        own = filt is not None and filt.leaves_range
        remedy = describe_remedy(clipping, filt) if filt and own else _find_remedy(image)
        share = format_percent(clipping.count, clipping.total)
        span = f"{_format_level(clipping.least)}..{_format_level(clipping.greatest)}"
        values_outside = f"{share} % of values are outside 0..1 ({span})"
        text = f"{values_outside} and are shown as black or white"
        notes["outside"] = LevelNote(text, remedy)
    if undefined:
        share = format_percent(undefined, clipping.total)
        notes["NaN"] = LevelNote(f"{share} % of values are NaN and are shown as black")
    return notes


def describe_dark(image: Image) -> LevelNote | None:
    """Return a note on a picture whose levels are so low that it is nearly black, or None.

    Parameters
    ----------
    image : Image
        Of more than 8 bits, whose levels can be told apart otherwise, or a grid of numbers; 8-bit
        pictures look so in every program.
    """
    pixels = image.pixels
    if pixels.dtype == np.uint8 and not image.metadata.words:
        return None
    white, most = white_level(pixels.dtype), 0.0
    for rows in iter_rows(pixels):
        colours = rows[..., : image.colours]
        shown = colours[rows[..., -1] > 0] if image.alpha else colours
        most = max(most, float(np.nanmax(shown, initial=0)))
        if most > _NEARLY_BLACK * white:
            return None
    text = f"levels up to {most:.5g} of {white} are nearly black"
    return LevelNote(text, _find_remedy(image), is_lost=False)


def _format_level(level: float) -> str:
    text = f"{level:.0f}" if 1000 <= abs(level) < 1e15 else f"{level:.3g}"
    return text.replace("-", "−")


def _find_remedy(image: Image) -> str:
    """Return what shows the levels of a grid, or of another picture."""
    return _NUMBERS if image.metadata.words else _STRETCH
