"""Written by `python -m tests.function_types` from the declarations of the filters."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from .names import Border, Engine, Picture, Values

def convolve(
    picture: Picture,
    kernel: Any,
    size: int | None = None,
    correlate: bool = False,
    origin: tuple[int, int] | None = None,
    scale: Fraction | float | str | None = None,
    normalize: bool = False,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Convolve with a kernel: it is flipped, and never normalised unless asked."""

def blur(
    picture: Picture,
    size: int | tuple[int, int] = 5,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Blur: replace every pixel by the mean of the rectangle around it."""

def gaussian(
    picture: Picture,
    size: int | tuple[int, int] | None = None,
    sigma: float | tuple[float, float] | None = None,
    integrated: bool = False,
    integer: bool = False,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Smooth with a Gaussian of a given size, sigma or both."""

def median(
    picture: Picture,
    size: int | tuple[int, int] = 5,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Replace every pixel by the median of the rectangle around it, channel by channel."""

def bilateral(
    picture: Picture,
    diameter: int = 9,
    sigma_color: float = 75,
    sigma_space: float = 75,
    fast: bool = False,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Smooth with a mean weighted by distance and by similarity, which keeps edges."""

def nlmeans(
    picture: Picture,
    strength: float | Literal["auto"] = 10,
    patch: int = 7,
    search: int = 21,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Remove noise by non-local means: a mean of pixels whose surroundings are similar."""

def edges(
    picture: Picture,
    operator: Literal["sobel", "scharr", "prewitt", "central"] = "sobel",
    of: Literal["channels", "luma"] = "channels",
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Show edges: the magnitude of the gradient, white at a step from black to white."""
