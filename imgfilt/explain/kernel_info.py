"""A kernel, explained: its weights, their structure, and what it costs."""

from __future__ import annotations

from ..filters.convolve import Convolve
from ..kernel.formatting import in_columns, kernel_written, sum_written, written
from ..kernel.kernel import Kernel
from ..pipeline.options import Options
from .explanation import ASSUMED, assumed
from .format_plan import direct_said, operations_said, size_said


def kernel_lines(kernel: Kernel) -> list[str]:
    """Return all there is to say of a kernel, as lines."""
    cells, whole = kernel_written(kernel)
    rows, columns = kernel.shape
    entries = {
        "size": size_said(rows, columns),
        "origin": "row {}, column {}".format(*kernel.origin),
        "sum": sum_written(kernel.sum),
        "rank": _rank(kernel),
        "operations": f"{2 * rows * columns - 1:,} a pixel directly ({direct_said(rows, columns)})",
        "method": _method(kernel),
    }
    shortened = [] if whole else ["  (to 8 places)"]
    return [
        *(f"  {line}" for line in in_columns(cells)),
        *shortened,
        "",
        *(f"{name:12}{text}" for name, text in entries.items()),
        *_factors(kernel),
        *_integers(kernel),
    ]


def _rank(kernel: Kernel) -> str:
    if kernel.rank == 1:
        return "1: separable"
    return f"{kernel.rank}: not separable" if kernel.rank else "0: every weight is 0"


def _method(kernel: Kernel) -> str:
    """Return what would be chosen for a picture of a usual kind, and what a pixel costs then."""
    plan = assumed(Convolve(kernel), Options()).plan
    height, width, _ = ASSUMED
    return (
        f"{plan.method} ({plan.engine}), {operations_said(plan.operations)}, "
        f"for an 8-bit RGB picture of {width} x {height}"
    )


def _factors(kernel: Kernel) -> list[str]:
    if kernel.factors is None:
        return []
    found = []
    for name, factor in zip(("down", "across"), kernel.factors, strict=True):
        weights = [weight for row in factor.fractions for weight in row]
        ((cells,), _) = written([weights])
        found.append(f"{name:12}{' '.join(cells)}")
    return found


def _integers(kernel: Kernel) -> list[str]:
    if kernel.integers is None:
        return ["integers    none that float64 can hold"]
    numerators, divisor = kernel.rational
    if divisor == 1:
        return ["integers    as they stand"]
    columns = kernel.shape[1]
    cells = [str(number) for number in numerators]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    return [f"integers    scale 1/{divisor}", *(f"  {line}" for line in in_columns(rows))]
