"""Filter a grid of exact numbers: whole numbers over a common denominator; nothing is rounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from ..border import pad
from ..dtypes import Array
from ..engines.numpy.integer_sums import as_integers
from ..errors import ImageError, KernelError
from ..filters.base import Filter
from ..geometry import Reach, Rect
from ..kernel.exact import from_fractions
from ..numbers import WHOLE, nearest_float, parse_number, to_fraction
from .chain import Step, step_context
from .options import Options
from .plan import Plan, output_size
from .validation import border_fill, region_rects

_LARGEST_FLOAT = 2**53  # whole numbers up to here are exact in float64
_WHITE, _MID_GREY = 255, 128

# Operations: about half a second with int64; Python's numbers take this many times as long.
_QUICK, _PYTHON_FACTOR = 10**8, 50
_MOST = 100 * _QUICK
_MOST_QUICK_FRACTIONS = 20_000  # to parse one takes microseconds


class NotExactError(ImageError):
    """Numbers can't be filtered exactly, or that takes long."""

    def __init__(self, reason: str):
        message = f"{reason}; without exact there are decimals"
        super().__init__(message, parameters=("exact",))


class ExactGrid(NamedTuple):
    """Exact numbers: whole numbers over one denominator.

    Attributes
    ----------
    numerators : (H, W, 1) array
        int64, or Python's whole numbers.
    denominator : int
    """

    numerators: Array
    denominator: int

    @property
    def floats(self) -> Array:
        """The nearest float64 numbers, (H, W, 1)."""
        numerators, denominator = self
        if max(int(np.abs(numerators).max()), denominator) <= _LARGEST_FLOAT:
            return np.asarray(numerators.astype(np.float64) / denominator)
        floats = [nearest_float(Fraction(n, denominator)) for n in numerators.ravel().tolist()]
        return np.array(floats).reshape(numerators.shape)

    @property
    def fractions(self) -> list[list[Fraction]]:
        """The numbers, row by row."""
        rows = self.numerators[..., 0].tolist()
        return [[Fraction(numerator, self.denominator) for numerator in row] for row in rows]

    def over(self, denominator: int) -> Array:
        """Return the numerators over a multiple of the denominator."""
        factor = denominator // self.denominator
        return as_integers(self.numerators, factor) * factor


def parse_grid(words: Sequence[Sequence[str]], quick: bool = False) -> ExactGrid:
    """Return the numbers that words stand for.

    Parameters
    ----------
    words : sequence of sequences of str
        Numbers, row by row.
    quick : bool
        Whether to give up what takes more than a moment.

    Raises
    ------
    NotExactError
        If it would take long and `quick` is set, or the common denominator is too long.
    """
    flat = [word for row in words for word in row]
    numerators, denominator = [], 1
    if all(map(WHOLE.fullmatch, flat)):
        numerators = list(map(int, flat))
    elif quick and len(flat) > _MOST_QUICK_FRACTIONS:
        raise NotExactError(f"more than {_MOST_QUICK_FRACTIONS} fractions")
    else:
        try:
            numerators, denominator = from_fractions(
                parse_number(word) or Fraction() for word in flat
            )
        except KernelError:
            raise NotExactError("the common denominator has too many digits") from None
    grid = np.array(numerators, object).reshape(len(words), -1, 1)
    return ExactGrid(as_integers(grid), denominator)


def why_not_exact(filt: Filter, options: Options) -> str | None:
    """Return why results of fractions aren't fractions, or can't be computed; None if they can."""
    if filt.exact_form is None:
        return f"this {filt.title} computes with other numbers"
    if options.may_miss:
        return "numbers that may be missing are floats"
    if options.linear:
        return "linear light makes other numbers"
    if options.depth in ("8", "16"):
        return f"depth {options.depth} has whole levels"
    return "OpenCV computes with floats" if options.engine == "opencv" else None


def plan_exactly(plan: Plan, filt: Filter) -> Plan:
    """Return the plan for a filter with an `exact_form`, given the plan for floats."""
    form, (height, width, _) = filt.exact_form, plan.shape
    assert form is not None  # as `why_not_exact` says
    return plan._replace(
        engine="numpy",
        reason="a grid of numbers, exact",
        method="whole numbers",
        operations=2.0 * form.terms - 1,
        strips=(Rect(0, 0, height, width),),
        engine_extends=False,
    )


def check_time(steps: Sequence[Step], grid: ExactGrid, quick: bool = False) -> None:
    """Raise NotExactError if filtering a grid would take long.

    The numbers are bounded by the gains of the filters, so that nothing need be computed.

    Parameters
    ----------
    steps : sequence of Step
        The filters have an `exact_form`.
    grid : ExactGrid
    quick : bool
        Whether a second is long; by default minutes are.

    Raises
    ------
    NotExactError
    ImageError
        If `valid` leaves no number.
    """
    height, width, _ = grid.numerators.shape
    largest, operations = int(np.abs(grid.numerators).max()), 0
    for number, step in enumerate(steps):
        form, reach = step.filter.exact_form, step.filter.reach
        assert form is not None  # as `why_not_exact` says
        largest *= form.gain
        area = (height + reach.top + reach.bottom) * (width + reach.left + reach.right)
        operations += area * (1 + form.terms) * (_PYTHON_FACTOR if largest >= 2**63 else 1)
        if step.options.values == "stretch":
            largest *= 2 * _WHITE
        with step_context(steps, number):
            height, width = output_size(step.filter, step.options.border, height, width)
    if operations > (_QUICK if quick else _MOST):
        raise NotExactError("this filter would take minutes")


def run_exact_chain(steps: Sequence[Step], grid: ExactGrid) -> ExactGrid:
    """Return a grid filtered by all steps.

    Parameters
    ----------
    steps : sequence of Step
        The filters have an `exact_form`. Of the options, `border`, `border_value` and `values` are
        used, and the region of the last step.
    grid : ExactGrid

    Raises
    ------
    ParameterError
        If a border value or the region can't be used.
    ImageError
        If `valid` leaves no number.
    """
    result, region = grid, region_rects(steps[-1].options.region, *grid.numerators.shape[:2])
    for number, step in enumerate(steps):
        with step_context(steps, number):
            seen = region if number == len(steps) - 1 else ()
            result = _run_exact(step.filter, result, step.options, seen)
    return _paste(grid, result, region) if region else result


def _run_exact(
    filt: Filter, grid: ExactGrid, options: Options, region: Sequence[Rect]
) -> ExactGrid:
    """Return a grid filtered as a whole; the mode `stretch` measures a region of the result."""
    form, (height, width, _) = filt.exact_form, grid.numerators.shape
    assert form is not None  # as `why_not_exact` says
    beyond = _cell_beyond(options)
    reach = Reach(0, 0, 0, 0) if filt.identity else filt.reach
    rect = Rect(0, 0, *output_size(filt, options.border, height, width))
    divisor = math.lcm(grid.denominator, beyond.denominator)
    fill = np.array([int(beyond * divisor)], object)
    numbers = grid.over(divisor)
    if as_integers(fill).dtype == object:
        numbers = numbers.astype(object)
    padded = pad(numbers, rect, reach, options.border, fill)
    result = ExactGrid(padded, divisor)
    if not filt.identity:
        result = ExactGrid(form.run(padded), divisor * form.divisor)
    return _apply_values(result, options.values, region or (rect,))


def _cell_beyond(options: Options) -> Fraction:
    """Return the number beyond the edge; a float stands for the decimal that Python prints."""
    border_fill(options, np.dtype(np.float64), 1, False)  # checks the value
    given: Any = options.border_value if options.border == "constant" else 0
    (value,) = given if isinstance(given, Sequence) else [given]
    return to_fraction(value) or Fraction()


def _apply_values(grid: ExactGrid, mode: str, region: Sequence[Rect]) -> ExactGrid:
    """Return a result with a mode of VALUES applied; `stretch` measures the numbers of a region."""
    numbers = grid.numerators.astype(object)
    if mode == "abs":
        numbers = np.abs(numbers)
    elif mode == "offset":
        numbers = numbers + _MID_GREY * grid.denominator
    elif mode == "stretch":
        seen = [numbers[rect.slices] for rect in region]
        low, high = min(part.min() for part in seen), max(part.max() for part in seen)
        return ExactGrid(as_integers((numbers - low) * _WHITE), max(1, high - low))
    return grid._replace(numerators=as_integers(numbers))


def _paste(grid: ExactGrid, result: ExactGrid, region: Sequence[Rect]) -> ExactGrid:
    """Return a grid with the numbers of a region from its result."""
    divisor = math.lcm(grid.denominator, result.denominator)
    numbers, filtered = grid.over(divisor).astype(object), result.over(divisor)
    for rect in region:
        numbers[rect.slices] = filtered[rect.slices]
    return ExactGrid(as_integers(numbers), divisor)
