"""Convolve: any kernel, flipped as convolution has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from .. import engines
from ..errors import KernelError
from ..geometry import Reach
from ..numbers import seen
from ..parameters import Flag, Integers, Ratio, Side
from .base import parameter
from .linear import Linear

if TYPE_CHECKING:
    from ..engines.numpy.convolution.taps import Taps
    from ..kernel.kernel import Kernel


class KernelSources:
    """One kernel or several, each a Kernel, a file, a preset, or rows split by `;`."""

    sweeps: ClassVar[bool] = False
    metavar: ClassVar[str] = "SOURCE"

    def check(self, value: Any, name: str) -> Any:
        """Return the sources as a tuple; the filter makes its kernel of them."""
        from ..kernel.kernel import Kernel
        from ..kernel.lookup import is_file, read_kernel

        named: Any = Kernel | str | PathLike
        try:
            sources = (value,) if isinstance(value, named) else tuple(value)
        except Exception:  # a class may raise anything when it is iterated
            sources = ()
        if not sources or isinstance(value, bytes | Mapping):
            found = seen(value)
            raise KernelError(f"{name}: {found} is neither a Kernel nor a text that names one")
        if not all(isinstance(source, named) for source in sources):
            sources = (Kernel(value),)
        return tuple(
            read_kernel(source)
            if isinstance(source, PathLike) or (isinstance(source, str) and is_file(source))
            else source
            for source in sources
        )

    def caption(self, name: str, text: str) -> str:
        """Return the source as it was typed."""
        return text


@dataclass(frozen=True)
class Convolve(Linear):
    """Convolve with a kernel: flipped, at its origin, and divided by nothing unless told."""

    title: ClassVar[str] = "Convolution"
    signed: ClassVar[bool] = True

    kernel: Any = parameter(
        KernelSources(),
        help="A kernel file, a preset (sobel-x, average:5) or rows split by ';' ('1 0 -1; 2 0 -2; "
        "1 0 -1'). Several are composed into one.",
        short="k",
    )
    size: int | None = parameter(
        Side(), None, "Side in pixels of a preset named without its arguments.", short="s"
    )
    correlate: bool = parameter(Flag(), False, "Correlate: don't flip the kernel.")
    origin: tuple[int, int] | None = parameter(
        Integers(("ROW", "COL")), None, "The kernel's origin, 0-based (its middle, or the file's)."
    )
    scale: Fraction | float | str | None = parameter(
        Ratio(), None, "Multiply every weight; fractions such as 1/9 are exact."
    )
    normalize: bool = parameter(Flag(), False, "Divide by the sum of the weights.")

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.composed  # what is wrong with the kernel is said now

    def caption(self, words: Mapping[str, str]) -> str:
        """Return what a figure calls it; a preset by formula has a title of its own."""
        from ..kernel.formulas import FORMULAS

        formula = FORMULAS.get(words.get("kernel", ""))
        if formula is None:
            return super().caption(words)
        rest = {name: text for name, text in words.items() if name != "kernel"}
        return super().caption(rest).removesuffix(self.title) + formula.title

    @cached_property
    def parts(self) -> tuple[Kernel, ...]:
        """The kernels that are composed, as they were given."""
        from ..kernel.kernel import Kernel
        from ..kernel.source import parse_source
        from ..kernel.weights import check_shape

        parts: list[Kernel] = []
        rows = columns = 1
        for source in self.kernel:
            parts.append(source if isinstance(source, Kernel) else parse_source(source, self.size))
            rows, columns = rows + parts[-1].shape[0] - 1, columns + parts[-1].shape[1] - 1
            check_shape((rows, columns))  # before more are made
        return tuple(parts)

    @cached_property
    def composed(self) -> Kernel:
        """The one kernel that all parameters together make."""
        from ..kernel.kernel import Kernel

        if self.size is not None and not any(isinstance(source, str) for source in self.kernel):
            raise KernelError("a size goes with a preset that is named without its arguments")
        if len(self.parts) > 1 and self.origin is not None:
            raise KernelError("an origin goes with one kernel; several have 'origin' lines")
        if self.scale is not None and self.normalize:
            raise KernelError("a scale has no effect beside normalize, which divides by the sum")
        kernel = reduce(lambda first, then: first.composed(then), self.parts)
        if self.origin is not None:
            kernel = Kernel(kernel, self.origin)
        if self.scale is not None:
            kernel = kernel.scaled(Fraction(self.scale))
        return kernel.normalized() if self.normalize else kernel

    def decisive(self) -> dict[str, Any]:
        """Return the one kernel that is convolved with, whatever parameters have made it."""
        return {"kernel": self.composed.flipped() if self.correlate else self.composed}

    @property
    def reach(self) -> Reach:
        """A flipped kernel reaches up as far as it has rows below its origin."""
        (rows, columns), (row, column) = self.composed.shape, self.composed.origin
        above, left = rows - 1 - row, columns - 1 - column
        if self.correlate:
            return Reach(row, above, column, left)
        return Reach(above, row, left, column)

    @cached_property
    def taps(self) -> Taps:
        """The kernel, flipped unless it is to correlate; in whole numbers where it is rational."""
        integers = self.composed.integers
        weights, divisor = integers or (self.composed.weights, 1)
        if not self.correlate:
            weights = weights[::-1, ::-1]
        return engines.numpy.convolution.taps.Taps(weights, divisor, whole=integers is not None)
