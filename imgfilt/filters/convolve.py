"""Convolution with any kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, ClassVar

from .. import engines
from ..border import BORDERS
from ..errors import KernelError
from ..geometry import Reach
from ..parameters import Flag, Integers, Ratio, Side
from .declaration import parameter
from .kernel_sources import KernelSources
from .linear import Linear

if TYPE_CHECKING:
    from ..engines.numpy.convolution.taps import Taps
    from ..engines.numpy.integer_sums import IntegerForm
    from ..kernel.kernel import Kernel


@dataclass(frozen=True)
class Convolve(Linear):
    """Convolve with a kernel: it is flipped, and never normalised unless asked.

    Examples
    --------
    The weight of the left neighbour stands on the right of the kernel: it is flipped.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Convolve("0 0 1"), picture, border="zero"))
    [[0 1 2]
     [0 4 5]
     [0 7 8]]
    """

    title: ClassVar[str] = "Convolution"
    example: ClassVar[str] = (
        "imgfilt convolve photo.jpg --kernel sobel-x --values offset -o edges.png"
    )
    leaves_range: ClassVar[bool] = True
    borders: ClassVar[tuple[str, ...]] = tuple(BORDERS)

    kernel: Any = parameter(
        KernelSources(),
        help="A kernel file, a preset such as sobel-x or average:5 (the command `imgfilt kernel "
        'list` prints them all), or rows separated by ; such as "1 0 -1; 2 0 -2; 1 0 -1". Several '
        "are composed into one kernel, by convolution.",
        short="k",
    )
    size: int | None = parameter(
        Side(),
        None,
        "Side, in pixels, of a preset that is named without its arguments, such as average.  "
        "[default: none]",
        short="s",
    )
    correlate: bool = parameter(Flag(), False, "Correlate: use the kernel without flipping it.")
    origin: tuple[int, int] | None = parameter(
        Integers(("ROW", "COL")),
        None,
        "The cell of the kernel that lies on the output pixel, counted from 0.  [default: the "
        "file's, or the middle: rows // 2, columns // 2]",
    )
    scale: Fraction | float | str | None = parameter(
        Ratio(),
        None,
        "Multiply every weight by this, besides a scale in the kernel file. Fractions such as 1/9 "
        "are exact.  [default: 1]",
    )
    normalize: bool = parameter(Flag(), False, "Divide the weights by their sum.")

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.composed  # raises KernelError now if something is wrong with the kernel

    def describe(self, texts: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
        """Return the parameters to name, and the title; a preset by formula has its own title."""
        from ..kernel.preset_table import FORMULAS

        formula = FORMULAS.get(texts.get("kernel", ""))
        if formula is None:
            return super().describe(texts)
        rest = {name: text for name, text in texts.items() if name != "kernel"}
        return super().describe(rest)[0], formula.title

    @property
    def operation(self) -> str:
        """The name of the operation, as `--explain` prints it."""
        return "correlation" if self.correlate else "convolution"

    @cached_property
    def kernels(self) -> tuple[Kernel, ...]:
        """The kernels that the user gave, from which `composed` is made."""
        from ..kernel.exact import check_shape
        from ..kernel.kernel import Kernel
        from ..kernel.source import parse_source

        kernels: list[Kernel] = []
        rows = columns = 1
        for source in self.kernel:
            kernel = source if isinstance(source, Kernel) else parse_source(source, self.size)
            kernels.append(kernel)
            rows, columns = rows + kernel.shape[0] - 1, columns + kernel.shape[1] - 1
            check_shape((rows, columns))  # before more are made
        return tuple(kernels)

    @cached_property
    def composed(self) -> Kernel:
        """The exact kernel that all parameters together make."""
        from ..kernel.kernel import Kernel

        if self.size is not None and not any(isinstance(source, str) for source in self.kernel):
            raise KernelError("a size goes with a preset that is named without its arguments")
        if len(self.kernels) > 1 and self.origin is not None:
            raise KernelError("an origin goes with one kernel; several have 'origin' lines")
        if self.scale is not None and self.normalize:
            raise KernelError("a scale has no effect beside normalize, which divides by the sum")
        kernel = reduce(lambda first, then: first.composed(then), self.kernels)
        if self.origin is not None:
            kernel = Kernel(kernel, self.origin)
        if self.scale is not None:
            kernel = kernel.scaled(Fraction(self.scale))
        return kernel.normalized() if self.normalize else kernel

    def effective_parameters(self) -> dict[str, Any]:
        """Return the composed kernel, whatever parameters made it; see Declared."""
        return {"kernel": self.composed.flipped() if self.correlate else self.composed}

    @property
    def exact_form(self) -> IntegerForm:
        """The exact kernel, flipped unless the filter correlates."""
        kernel = self.composed if self.correlate else self.composed.flipped()
        divisor = kernel.rational.denominator
        return engines.numpy.integer_sums.correlation([kernel.numerators], divisor)

    @property
    def reach(self) -> Reach:
        """Rows above for the kernel's rows below its origin and so on: the kernel is flipped."""
        return self._reach_of(self.composed)

    def _reach_of(self, kernel: Kernel) -> Reach:
        (rows, columns), (row, column) = kernel.shape, kernel.origin
        above, left = rows - 1 - row, columns - 1 - column
        if self.correlate:
            return Reach(row, above, column, left)
        return Reach(above, row, left, column)

    @property
    def later_reach(self) -> Reach:
        """The reach of all `kernels` but the first, added up."""
        reaches = zip(*map(self._reach_of, self.kernels[1:]), strict=True)
        return Reach(*map(sum, reaches)) if len(self.kernels) > 1 else Reach(0, 0, 0, 0)

    @cached_property
    def taps(self) -> Taps:
        """The kernel, flipped unless the filter correlates; in whole numbers if possible."""
        integers = self.composed.integers
        weights, divisor = integers or (self.composed.weights, 1)
        if not self.correlate:
            weights = weights[::-1, ::-1]
        return engines.numpy.convolution.taps.Taps(weights, divisor, whole=integers is not None)
