"""Lost: what is said of items that were begun and never finished."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import ImgfiltError


class Lost(NamedTuple):
    """What became of an item whose worker died, or raised what no item should raise."""

    reason: str


class Gone(ImgfiltError):
    """All that does items went away, in the middle of them."""
