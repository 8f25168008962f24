"""Kernel: the kernel of users, made from numbers, a text or a preset; it has operators."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from ..errors import KernelError
from ..numbers import as_real, describe, quote, to_fraction
from . import SUFFIXES
from .algebra import ExactKernel, Weights
from .html import format_html
from .preset import make_kernel
from .preset_table import list_preset_names

_MOST_SHOWN = 15 * 15  # weights


class Kernel(ExactKernel):
    """A convolution kernel (the lecture's "mask"): weights on a grid, and the cell that is (0, 0).

    Parameters
    ----------
    weights : (rows, columns) array-like of int, float or Fraction, str, or Kernel
        A float stands for the decimal that Python prints for it, so 0.1 is exactly 1/10. A text is
        a preset, such as "sobel-x" or "gaussian:5,1.5" (`imgfilt.list_presets()` names them all),
        or rows of numbers separated by `;`, such as "1 2 1; 2 4 2".
    origin : (row, column), optional
        0-based, in the kernel before flipping; by default (rows // 2, columns // 2).

    Attributes
    ----------
    weights : (rows, columns) float64 array, read-only
        The weights rounded to float64; `numpy.asarray(kernel)` gives them, too.
    origin : (int, int)
        The origin's row and column.
    remark : str or None
        A note for the user on how the kernel's text was read.

    Raises
    ------
    KernelError
        If the rows differ in length or there are none, a weight is not a finite number, there are
        more than 1 000 000 weights, the origin is not a cell of the kernel, or a text is neither a
        preset nor rows of numbers.

    Examples
    --------
    >>> Kernel([[1, 0, -1]]).sum
    Fraction(0, 1)

    `@` composes kernels: the effect of one and then of the other. `+` and `-` align the origins,
    `*` and `/` multiply and divide every weight.

    >>> Kernel("1 1") @ Kernel("1 -1")
    Kernel([[1.0, 0.0, -1.0]], origin=(0, 2))
    >>> Kernel("identity") * 2 - Kernel("1 1 1") / 3
    Kernel([[-0.3333333333333333, 1.6666666666666667, -0.3333333333333333]], origin=(0, 1))
    """

    # NumPy's numbers leave `2 * kernel` to the kernel.
    __array_ufunc__ = None

    def __init__(self, weights: Weights | str, origin: Any = None):
        if isinstance(weights, str):
            if weights.lower().endswith(SUFFIXES):
                name = quote(weights)
                raise KernelError(f"a Kernel isn't read from a file; Convolve({name}) reads one")
            made = make_kernel(weights)
            self.remark, weights = made.remark, made
        super().__init__(weights, origin)

    @classmethod
    def parse(cls, text: str, name: str = "kernel") -> Self:
        """Return the kernel in a text; the README has the grammar.

        Parameters
        ----------
        text : str
            A row on each line; in a text of one line, rows may be separated by `;`.
        name : str
            The name of the text in errors, such as a file's name.

        Raises
        ------
        KernelError
            If the text is no kernel; the message has name, line, column and the wrong text, and a
            note shows the line.
        """
        if not isinstance(text, str):
            raise KernelError(f"a kernel's text was wanted; found {describe(text)}")
        if (preset := text.strip()) in list_preset_names():
            raise KernelError(f"{preset!r} is a preset, not rows of numbers: Kernel({preset!r})")
        if not set("\n#") & set(text.rstrip()):
            text = text.rstrip().removesuffix(";").replace(";", "\n")
        return cls.parse_lines(text, name)

    def __matmul__(self, other: Any) -> Self:
        return self.composed(other) if isinstance(other, ExactKernel) else NotImplemented

    def __add__(self, other: Any) -> Self:
        return self.added(other) if isinstance(other, ExactKernel) else NotImplemented

    def __sub__(self, other: Any) -> Self:
        return self.added(-other) if isinstance(other, Kernel) else NotImplemented

    def __neg__(self) -> Self:
        return self.scaled(-1)

    def __mul__(self, factor: Any) -> Self:
        if isinstance(factor, ExactKernel):
            raise KernelError("* multiplies by a number; kernel @ kernel composes two kernels")
        return NotImplemented if as_real(factor) is None else self.scaled(factor)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> Self:
        if as_real(divisor) is None:
            return NotImplemented
        number = to_fraction(divisor)
        if not number:
            raise KernelError(f"a kernel can't be divided by {describe(divisor)}")
        return self.scaled(1 / number)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.weights, dtype, copy=copy)

    def __repr__(self) -> str:
        if self.weights.size > _MOST_SHOWN:
            rows, columns = self.shape
            return f"<Kernel of {rows} x {columns} weights, origin={self.origin}>"
        return f"Kernel({self.weights.tolist()}, origin={self.origin})"

    def _repr_html_(self) -> str:
        return format_html(self)
