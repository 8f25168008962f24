"""Make the steps of a filter or chain, and warn of what their run has lost."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..errors import ClippedWarning, ParameterError
from ..filters.base import Filter
from ..filters.chain import Chain, Chainable
from ..lazy import is_instance
from ..numbers import describe
from ..pipeline.chain import Step, step_name
from ..pipeline.filter_run import RunReport
from ..pipeline.options import Options


def make_steps(
    filter: Filter | Chain,
    engine: str,
    border: str,
    border_value: float | Sequence[float],
    values: str | None,
    workers: int | None,
    **others: Any,
) -> list[Step]:
    """Return the steps of a filter or chain.

    Parameters
    ----------
    filter, engine, border, border_value, values, workers
        As of `apply`. In a chain, `values` holds for filters whose results may be signed.
    **others
        More fields of Options.

    Raises
    ------
    ParameterError
        If the filter is none, or an option is wrong.
    """
    if not isinstance(filter, Filter | Chain):
        raise ParameterError(f"filter: {_describe_no_filter(filter)}")
    filters = filter.filters if isinstance(filter, Chain) else (filter,)
    steps = []
    for filt in filters:
        warns = values is None and filt.leaves_range
        is_clipped = values is None or (len(filters) > 1 and not filt.leaves_range)
        mode: Any = "clip" if is_clipped else values
        options = Options(
            engine,
            border,
            border_value,
            mode,
            workers=workers,
            count_clipped=warns,
            **others,
        )
        steps.append(Step(filt, options, repr(filt), filt.heading(filt.given_texts)))
    return steps


def warn_of_results(steps: Sequence[Step], reports: Sequence[RunReport], stacklevel: int) -> None:
    """Warn of values that were clipped unasked, and of thresholds that don't fit the picture.

    Parameters
    ----------
    steps : sequence of Step
    reports : sequence of RunReport
    stacklevel : int
        As of `warnings.warn`.
    """
    for number, (step, report) in enumerate(zip(steps, reports, strict=True)):
        prefix = f"{step_name(steps, number)}: " if len(steps) > 1 else ""
        if step.options.count_clipped and report.clipped:
            shows = {
                "normalize": f"the weights sum to {step.filter.weight_sum:.6g}, by which "
                "normalize=True divides; ",
                "signed": "values='offset' or 'abs' shows negative ones, ",
                "stretch": "values='stretch' makes them fit, ",
            }[report.clipped.choose_remedy(step.filter, step.options.values)]
            text = (
                f"{report.clipped} and were clipped; {shows}numpy.asarray(picture, 'float32') "
                "keeps them, values='clip' says that this is meant"
            )
            warnings.warn(prefix + text, ClippedWarning, stacklevel=stacklevel)
        if report.range_note:
            warnings.warn(prefix + report.range_note, stacklevel=stacklevel)


def _describe_no_filter(value: Any) -> str:
    """Return what a value is that should be a filter, and what was probably meant."""
    kind = type(value).__name__
    if hasattr(value, "__array_interface__") or is_instance(value, "imgfilt.image.image", "Image"):
        shape = getattr(value, "shape", None) or getattr(value, "size", "")
        return f"{kind} {shape} was given; the filter comes first: apply(filter, picture)"
    if is_instance(value, "imgfilt.kernel.kernel", "Kernel"):
        return "a Kernel was given; Convolve(kernel) is its filter"
    if isinstance(value, type) and issubclass(value, Filter):
        return f"the class {value.__name__} was given; wanted a filter: {value.__name__}(...)"
    if isinstance(value, list | tuple) and value and all(isinstance(f, Chainable) for f in value):
        chain = " | ".join(describe(filt) for filt in value[:4])
        return f"a {kind} was given; one after the other is {chain}"
    return f"{describe(value)} is no filter; wanted such as Gaussian(size=5)"
