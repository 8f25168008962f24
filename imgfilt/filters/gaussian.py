"""The Gaussian filter: the lecture's smoothing mask, by size or by sigma."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .. import engines
from ..errors import ParameterError
from ..geometry import Reach, centred_reach
from ..numbers import describe
from ..parameters import LARGEST_SIGMA, Flag, Number, PerAxis, Side, join_axes, per_axis
from .declaration import parameter
from .linear import Linear

if TYPE_CHECKING:
    from ..engines.numpy.convolution.taps import Taps

_SIZE, _SIGMA = PerAxis(Side(odd=True)), PerAxis(Number(0, LARGEST_SIGMA))


class _Axis(NamedTuple):
    """The kernel's size along one axis, and its sigma; None if the size sets the sigma."""

    size: int
    sigma: float | None


@dataclass(frozen=True)
class Gaussian(Linear):
    """Smooth with a Gaussian of a given size, sigma or both.

    Examples
    --------
    Size 3 is the kernel 1 2 1 / 4, down and across.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[0, 0, 0], [0, 160, 0], [0, 0, 0]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Gaussian(size=3), picture, border="zero"))
    [[10 20 10]
     [20 40 20]
     [10 20 10]]
    """

    title: ClassVar[str] = "Gaussian"
    example: ClassVar[str] = "imgfilt gaussian photo.jpg --sigma 3 -o soft.jpg"

    size: int | tuple[int, int] | None = parameter(
        _SIZE,
        None,
        "Side of the kernel in pixels (odd), or its width and height.  [default: 5, or "
        "2·ceil(4·sigma)+1 if there is a sigma]",
        short="s",
    )
    sigma: float | tuple[float, float] | None = parameter(
        _SIGMA,
        None,
        "Standard deviation in pixels, or one across and one down. If it is 0 and there is a size, "
        "it has its default; if it is 0 alone, nothing is smoothed.  [default: from the size: "
        "0.3·((size-1)/2 - 1) + 0.8, with whole numbers for the sizes 3 to 9, such as 1 2 1 / 4]",
    )
    integrated: bool = parameter(
        Flag(), False, "Integrate the Gaussian over the area of each pixel, instead of sampling it."
    )
    integer: bool = parameter(
        Flag(),
        False,
        "Round the kernel to whole numbers with a divisor, and compute in whole numbers.",
    )

    def __post_init__(self) -> None:
        try:
            super().__post_init__()
        except ParameterError as error:
            if self.sigma is None and isinstance(self.size, int | float):
                advice = f"sigma={describe(self.size)} is a standard deviation"
                raise ParameterError(f"{error}; {advice}") from None
            raise

    def describe(self, texts: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
        """Return the parameters to name: the sigma only if the size doesn't set it; the title."""
        if self._sigma_from_size:
            texts = {name: text for name, text in texts.items() if name != "sigma"}
        return super().describe(texts or {"size": _SIZE.format(self._sizes)})

    def template_values(self) -> dict[str, str]:
        """Return the text of each parameter; a size or sigma that wasn't typed is computed."""
        from ..kernel.gaussian import default_sigma

        sigmas = [
            default_sigma(axis.size) if axis.sigma is None else axis.sigma for axis in self._axes
        ]
        return {
            **super().template_values(),
            "size": _SIZE.format(self._sizes),
            "sigma": _SIGMA.format(join_axes(*sigmas)),
        }

    def effective_parameters(self) -> dict[str, Any]:
        """Return the size and the sigma, whether or not both were given; see Declared."""
        from ..kernel.gaussian import default_sigma

        effective: dict[str, Any] = {} if self._sizes == 5 else {"size": self._sizes}
        if all(map(self._is_tabled, self._axes)):
            return effective
        sigmas = [
            None if self._is_tabled(axis) else axis.sigma or default_sigma(axis.size)
            for axis in self._axes
        ]
        flags = super().effective_parameters()
        return {
            **effective,
            "sigma": join_axes(*sigmas),
            **{name: flags[name] for name in ("integrated", "integer") if name in flags},
        }

    @cached_property
    def _axes(self) -> tuple[_Axis, _Axis]:
        """The kernel across and down."""
        from ..kernel.gaussian import default_size

        if self.size is None:
            sigmas = per_axis(self.sigma)
            across, down = (_Axis(5 if s is None else default_size(s), s) for s in sigmas)
        else:
            pairs = zip(per_axis(self.size), per_axis(self.sigma), strict=True)
            across, down = (_Axis(size, sigma or None) for size, sigma in pairs)
        return across, down

    @property
    def _sizes(self) -> Any:
        """The side of the kernel, or both sides (width, height) if they differ."""
        return join_axes(*(axis.size for axis in self._axes))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        across, down = self._axes
        return down.size, across.size

    @property
    def _sigma_from_size(self) -> bool:
        return all(axis.sigma is None for axis in self._axes)

    def _is_tabled(self, axis: _Axis) -> bool:
        """Return whether the weights along an axis are the whole numbers of a table."""
        from ..kernel.gaussian import TABLES

        by_size = axis.sigma is None and axis.size in TABLES and not self.integrated
        return axis.size == 1 or by_size

    @property
    def reach(self) -> Reach:
        """Half the sides in each direction."""
        return centred_reach(*self.shape)

    @cached_property
    def taps(self) -> Taps:
        """The one-dimensional kernels, down and across."""
        taps = engines.numpy.convolution.taps
        (columns, across, is_whole), (rows, down, are_whole) = map(self._make_kernel, self._axes)
        factors = taps.factor(rows), taps.factor(columns)
        return taps.Taps(factors, across * down, is_whole and are_whole)

    def _make_kernel(self, axis: _Axis) -> tuple[Any, int, bool]:
        """Return the weights along an axis, their divisor, and whether they are whole numbers."""
        from ..kernel import gaussian

        if self._is_tabled(axis):
            return *gaussian.TABLES[axis.size], True
        sigma = gaussian.default_sigma(axis.size) if axis.sigma is None else axis.sigma
        kernel = (gaussian.integrate if self.integrated else gaussian.sample)(axis.size, sigma)
        return (*gaussian.to_integers(kernel), True) if self.integer else (kernel, 1, False)
