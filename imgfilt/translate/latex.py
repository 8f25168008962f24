"""A kernel's matrix in LaTeX, with the common factor before it."""

from __future__ import annotations

import re

from ..kernel.formatting import align_columns, format_kernel_weights
from .convolution_spec import ConvolutionSpec

_MOST_COLUMNS = 10  # of a matrix of amsmath, unless its counter says more


def to_latex(spec: ConvolutionSpec) -> str:
    """Return a matrix of amsmath: whole numbers after a common factor, fractions, or decimals.

    Fractions are written if whole numbers would be too long; decimals, to 8 places, if people
    couldn't read the fractions.
    """
    kernel = spec.kernel
    (rows, columns), (row, column) = kernel.shape, kernel.origin
    lines = []
    if (row, column) != (rows // 2, columns // 2):
        lines.append(f"% origin: row {row}, column {column}, counted from 0")
    if columns > _MOST_COLUMNS:
        lines.append(rf"\setcounter{{MaxMatrixCols}}{{{columns}}}")
    cells, is_exact = format_kernel_weights(kernel)
    if not is_exact:
        lines.append("% to 8 places")
    elif kernel.integers is not None:
        cells = [[str(number) for number in line] for line in kernel.numerators.tolist()]
        divisor = kernel.rational.denominator
        lines += [rf"\frac{{1}}{{{divisor}}}"] if divisor != 1 else []
    grid = [
        [_format_cell(cell) + (" &" if at < columns - 1 else "") for at, cell in enumerate(line)]
        for line in cells
    ]
    body = [rf"  {line} \\" for line in align_columns(grid)]
    body[-1] = body[-1].removesuffix(r" \\")
    return "\n".join([*lines, r"\begin{pmatrix}", *body, r"\end{pmatrix}"])


def _format_cell(text: str) -> str:
    r"""Return a number in LaTeX: `a/b` as a fraction, and `e-10` as a power of ten.

    >>> _format_cell("-1/3"), _format_cell("2.5e-07")
    ('-\\frac{1}{3}', '2.5\\cdot10^{-7}')
    """
    text = re.sub(r"(\d+)/(\d+)", r"\\frac{\1}{\2}", text)
    return re.sub(r"e([+-]\d+)", lambda found: rf"\cdot10^{{{int(found[1])}}}", text)
