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
    The first only rounds and clips its result: `values` of the last step are kept.
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
    # Means that leave out missing pixels aren't associative.
    is_plain = step.options.values == "clip" and not step.options.may_miss
    return is_linear and is_same and is_plain


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
    composed, notes, done = list[Step](), list[str](), 0
    runs = find_composable(steps)
    for run in runs:
        composed += steps[done : run.start]
        step, difference = _compose_run([steps[number] for number in run])
        composed.append(step)
        is_only_step = len(run) == len(steps)
        now = "" if is_only_step else f", now step {len(composed)}"
        notes.append(f"{describe_composable(run, steps, 'are')}{now}; {difference}")
        done = run.stop
    return [*composed, *steps[done:]], notes


def _compose_run(steps: Sequence[Step]) -> tuple[Step, str]:
    """Return the step that does the same as some steps, and where its result may differ."""
    from ..filters.convolve import Convolve

    first, last = steps[0].options, steps[-1].options
    filters = (step.filter for step in steps)
    kernels = tuple(filt.convolution_kernel() for filt in filters if isinstance(filt, Linear))
    filt = Convolve(kernels)
    caption = " * ".join(step.caption for step in steps)
    heading = " * ".join(step.heading for step in steps)
    difference = _describe_difference(filt.later_reach, last.border)
    return Step(filt, replace(last, depth=first.depth), caption, heading), difference


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
    places = "around transparent pixels, and where one of them rounds or clips"
    if max(later_reach) and border != "wrap" and not BORDERS[border].growth:
        count = max(later_reach)
        places = f"within {count} pixel{'s' * (count > 1)} of the edge, {places}"
    return f"{places}, the result may differ from one after the other"
