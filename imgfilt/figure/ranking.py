"""Quality: all measures of a picture, in words, and the best of several."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

from numpy.typing import NDArray

from . import Span
from .quality import mae, psnr, ssim


class Quality(NamedTuple):
    """How close a picture is to a reference.

    Attributes
    ----------
    psnr : float
        In decibels; infinity for equal pictures.
    ssim : float
        At most 1.
    mae : float
        In 8-bit levels.
    """

    psnr: float
    ssim: float
    mae: float


def measure(pixels: NDArray[Any], reference: NDArray[Any]) -> Quality:
    """Return all measures of a picture; the parameters and errors are those of `psnr`."""
    return Quality(*(function(pixels, reference) for function in (psnr, ssim, mae)))


def format_notes(found: Sequence[Quality | None], inputs: int) -> list[tuple[Span, ...]]:
    """Return PSNR and SSIM of cells as notes, such as "PSNR 31.42 dB", the best in bold.

    Parameters
    ----------
    found : sequence of Quality or None
        None gives no notes.
    inputs : int
        How many cells at the start show an input; they can't be the best.
    """
    ranked = [None] * inputs + list(found[inputs:])
    best = [
        find_best([quality and quality[number] for quality in ranked], digits)
        for number, digits in enumerate((2, 3))
    ]
    return [
        ()
        if quality is None
        else (
            Span("PSNR ∞" if quality.psnr == inf else f"PSNR {quality.psnr:.2f} dB", at in best[0]),
            Span(f"SSIM {quality.ssim:.3f}", at in best[1]),
        )
        for at, quality in enumerate(found)
    ]


def find_best(values: Sequence[float | None], digits: int, is_least: bool = False) -> set[int]:
    """Return the places of the best of several values; values that are printed alike are equal.

    Parameters
    ----------
    values : sequence of float or None
        None has no part in it. Of a single value the result is empty.
    digits : int
        After the point, in print.
    is_least : bool
        Whether the least value is the best; else the greatest.
    """
    printed = {at: round(value, digits) for at, value in enumerate(values) if value is not None}
    if len(printed) < 2:
        return set()
    best = (min if is_least else max)(printed.values())
    return {at for at, value in printed.items() if value == best}
