"""Compose linear filters of a chain: (I ∗ A) ∗ B = I ∗ (A ∗ B), as convolution is associative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..border import BORDERS
from ..filters.linear import Linear
from ..geometry import Reach
from .chain import Step


def find_composable(steps: Sequence[Step]) -> list[range]:
    """Return the runs of two or more neighbours that can be one kernel, as indices of steps.

    Neighbours are linear filters with the same border and engine, both in linear light or neither.
    The first may change its result by clipping only: `values` of the last step are kept.
    """
    runs: list[range] = []
    for number, (step, then) in enumerate(pairwise(steps)):
        if not _is_composable(step, then):
            continue
        if runs and runs[-1].stop == number + 1:
            runs[-1] = range(runs[-1].start, number + 2)
        else:
            runs.append(range(number, number + 2))
    return runs


def _is_composable(step: Step, then: Step) -> bool:
    fields = ("border", "border_value", "engine", "linear")
    is_same = all(getattr(step.options, name) == getattr(then.options, name) for name in fields)
    is_linear = isinstance(step.filter, Linear) and isinstance(then.filter, Linear)
    return is_linear and is_same and step.options.values == "clip"


def compose(steps: Sequence[Step]) -> tuple[list[Step], list[str]]:
    """Return steps in which neighbours are composed, and a note on each composed kernel.

    Parameters
    ----------
    steps : sequence of Step

    Returns
    -------
    steps : list of Step
        Composed ones are a Convolve of several kernels.
    notes : list of str
        Where the results may differ.

    Raises
    ------
    KernelError
        If a composed kernel would have too many weights.
    """
    from ..filters.convolve import Convolve

    composed, notes = list(steps), list[str]()
    for run in reversed(find_composable(steps)):
        parts = [steps[number] for number in run]
        filters = (part.filter for part in parts)
        kernels = tuple(f.convolution_kernel() for f in filters if isinstance(f, Linear))
        filt = Convolve(kernels)
        options = replace(
            parts[-1].options, depth=parts[0].options.depth, region=parts[-1].options.region
        )
        caption = " * ".join(part.caption for part in parts)
        heading = " * ".join(part.heading for part in parts)
        composed[run.start : run.stop] = [Step(filt, options, caption, heading)]
        difference = _describe_difference(filt.later_reach, options.border)
        notes.insert(0, f"{describe_composable(run, steps, 'are')}; {difference}")
    return composed, notes


def describe_composable(run: range, steps: Sequence[Step], verb: str) -> str:
    """Return a sentence such as "steps 1 and 2 are one kernel of 5 x 5".

    Parameters
    ----------
    run : range
        The indices of the composed steps.
    steps : sequence of Step
    verb : str
        Such as "are".
    """
    reaches = [steps[number].filter.reach for number in run]
    top, bottom, left, right = map(sum, zip(*reaches, strict=True))
    *others, last = (str(number + 1) for number in run)
    size = f"{left + right + 1} x {top + bottom + 1}"
    return f"steps {', '.join(others)} and {last} {verb} one kernel of {size}"


def _describe_difference(later_reach: Reach, border: str) -> str:
    """Return where the result of a composed kernel may differ."""
    places = "where one of them rounds or clips"
    if border != "wrap" and not BORDERS[border].growth:
        count = max(later_reach)
        places = f"within {count} pixel{'s' * (count > 1)} of the edge, and {places}"
    return f"{places}, the result may differ from one after the other"
