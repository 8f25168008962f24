"""A kernel as lines of text, as `kernel show` prints it: weights, structure and cost."""

from __future__ import annotations

from ..filters.convolve import Convolve
from ..kernel.formatting import align_columns, format_fractions, format_kernel_weights, format_sum
from ..kernel.kernel import Kernel
from ..pipeline.options import Options
from .cost import format_cost, format_direct_cost
from .explanation import ASSUMED, Explanation, assumed_picture, explain_run
from .format_plan import format_operations, format_size


def format_kernel(kernel: Kernel) -> list[str]:
    """Return the lines that `kernel show` prints for a kernel."""
    cells, exact = format_kernel_weights(kernel)
    rows, columns = kernel.shape
    explanation = explain_run(Convolve(kernel), assumed_picture(), False, Options())
    entries = {
        "size": format_size(rows, columns),
        "origin": "row {}, column {}".format(*kernel.origin),
        "sum": format_sum(kernel.sum),
        "rank": _format_rank(kernel),
        "operations": f"{2 * rows * columns - 1:,} a pixel directly "
        f"({format_direct_cost(rows, columns)})",
        "method": _format_method(explanation),
        "cost": f"\n{'':12}".join(format_cost(explanation.to_dict())),
    }
    return [
        *(f"  {line}" for line in align_columns(cells)),
        *([] if exact else ["  (to 8 places)"]),
        "",
        *(f"{name:12}{text}" for name, text in entries.items() if text),
        *_format_factors(kernel),
        *_format_integers(kernel),
    ]


def _format_rank(kernel: Kernel) -> str:
    if kernel.rank == 1:
        return "1: separable"
    return f"{kernel.rank}: not separable" if kernel.rank else "0: every weight is 0"


def _format_method(explanation: Explanation) -> str:
    """Return the method that `auto` chooses for the assumed picture, and its cost a pixel."""
    plan = explanation.plan
    height, width, _ = ASSUMED
    return (
        f"{plan.method} ({plan.engine}), {format_operations(plan.operations)}, "
        f"for an 8-bit RGB picture of {width} x {height}"
    )


def _format_factors(kernel: Kernel) -> list[str]:
    if kernel.factors is None:
        return []
    lines = []
    for name, factor in zip(("down", "across"), kernel.factors, strict=True):
        weights = [weight for row in factor.fractions for weight in row]
        ((cells,), _) = format_fractions([weights])
        lines.append(f"{name:12}{' '.join(cells)}")
    return lines


def _format_integers(kernel: Kernel) -> list[str]:
    if kernel.integers is None:
        return ["integers    no exact whole-number form"]
    divisor = kernel.rational.denominator
    if divisor == 1:
        return ["integers    the weights above"]
    rows = [[str(number) for number in row] for row in kernel.numerators.tolist()]
    return [f"integers    scale 1/{divisor}", *(f"  {line}" for line in align_columns(rows))]
