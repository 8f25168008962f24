"""Plan: which engine, which method, which strips. A plan never changes a pixel.

What `--explain` prints is what apply runs: there is no second description.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from ..border import shape_out
from ..errors import ImageError
from ..filters.base import ChosenMethod, Filter
from ..geometry import Reach, Rect
from .engine import ABSENT, choose_engine
from .working_space import Working

# Rows of a strip, found on 2000 x 3000 pictures: fewer cost more in halo, more leave cores idle.
_FEWEST_ROWS, _MOST_ROWS = 64, 1024
_TIMES_REACH = 4
# Operations of a picture from which on threads gain more than it costs to start them.
_LONG, _FEWEST_STRIPS = 3e7, 2

_MOST_MEMORY = 8 << 30  # bytes of one worker; only windows much larger than the picture need more

# What a slow core does of the counted operations; a run longer than a night is a mistake.
_OPERATIONS_AN_HOUR, _MOST_HOURS = 3e12, 12


@dataclass(frozen=True)
class Plan:
    """All that is decided before the first pixel.

    Attributes
    ----------
    filter : Filter
    working : Working
        What the filter sees.
    border : str
    reach : Reach
    shape : (int, int, int)
        The result's height, width and channels.
    region : tuple of Rect
        The output pixels that are computed, each in one of them.
    engine : str
        `numpy` or `opencv`.
    reason : str
        Why this engine.
    method : str
        What it calls its way of doing it.
    operations : float
        An output pixel's, a channel at a time for the linear filters.
    strips : tuple of Rect
        What is computed at once, by one worker.
    sides : str or None
        The border that the engine is to go beyond the left and the right of a block with, by
        itself, which then need no padding.
    """

    filter: Filter
    working: Working
    border: str
    reach: Reach
    shape: tuple[int, int, int]
    region: tuple[Rect, ...]
    engine: str
    reason: str
    method: str
    operations: float
    strips: tuple[Rect, ...]
    sides: str | None = None

    @property
    def fallback(self) -> str | None:
        """What to tell someone whose machine lacks the engine that would have been chosen."""
        absent = self.reason.startswith(ABSENT)
        return f"{self.reason}, so this runs on NumPy" if absent else None

    @property
    def exactly(self) -> Plan:
        """The plan for the filter that this one's only comes near to."""
        filt = self.filter.exact_filter or self.filter
        working = replace(self.working, filter=filt)
        return replace(self, filter=filt, working=working, engine="numpy", sides=None)

    @property
    def area(self) -> int:
        """How many pixels are computed: cv2 computes the padding of a strip, too."""
        reach = self.reach if self.engine == "opencv" else Reach(0, 0, 0, 0)
        return sum(
            (strip.bottom - strip.top + reach.top + reach.bottom)
            * (strip.right - strip.left + reach.left + reach.right)
            for strip in self.strips
        )

    @property
    def memory(self) -> int:
        """About how many bytes one worker needs for its strip."""
        return max(self._memory(strip) for strip in self.strips)

    def _memory(self, strip: Rect) -> int:
        rows, columns = strip.height, strip.width
        reach, channels = self.reach, self.shape[2]
        padded = (rows + reach.top + reach.bottom) * (columns + reach.left + reach.right) * channels
        # A float64 copy of the padded strip and one of its values, each with one at work.
        return padded * (self.working.dtype.itemsize + 16) + rows * columns * channels * 16


def make_plan(
    working: Working,
    shape: tuple[int, int, int],
    border: str,
    engine: str = "auto",
    region: tuple[Rect, ...] = (),
) -> Plan:
    """Return the plan for a filter on a picture.

    Parameters
    ----------
    working : Working
        The filter, and the picture's dtype and alpha.
    shape : (int, int, int)
        The picture's height, width and channels.
    border, engine : str
        Keys of BORDERS and ENGINES.
    region : tuple of Rect
        The parts that are computed, which don't overlap; the whole where there are none.

    Raises
    ------
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If `valid` leaves no pixel.
    """
    reach = Reach(0, 0, 0, 0) if working.filter.identity else working.filter.reach
    height, width = shape_out(border, shape[0], shape[1], reach)
    if not (height and width):
        rows, columns = reach.top + reach.bottom + 1, reach.left + reach.right + 1
        raise ImageError(
            f"a picture of {shape[1]} x {shape[0]} has no pixel where a window of "
            f"{columns} x {rows} fits whole, and the border is 'valid'"
        )
    if border != "valid" and not working.filter.identity:
        working = replace(working, filter=working.filter.folded_to(height, width, border))
        reach = working.filter.reach
    filt = working.filter
    colours = shape[2] - working.alpha
    larger = reach.top + reach.bottom > height and reach.left + reach.right > width
    block_info = working.block_info(colours)._replace(strict_rounding=engine == "numpy")
    chosen, reason = choose_engine(working, block_info, engine, larger)
    method = filt.choose_method(chosen, block_info)
    region = region or (Rect(0, 0, height, width),)
    entire = all(span.left == 0 and span.right == width for span in region)
    beyond = chosen == "opencv" and entire and filt.engine_pads_columns(border, block_info)
    at_once = _at_once(region, method)
    plan = Plan(
        filt,
        working,
        border,
        reach,
        (height, width, shape[2]),
        region,
        chosen,
        reason,
        method.name,
        method.operations,
        tuple(strip for span in region for strip in cut(span, reach, at_once)),
        border if beyond else None,
    )
    _check_cost(plan, shape)
    return plan


def _at_once(region: tuple[Rect, ...], method: ChosenMethod) -> int:
    """Return how many pixels of a region to compute at once."""
    area = sum(rect.height * rect.width for rect in region)
    if method.operations * area <= _LONG:
        return method.strip
    return min(method.strip, area // _FEWEST_STRIPS)


def _check_cost(plan: Plan, shape: tuple[int, int, int]) -> None:
    """Raise ImageError where a run would need absurd memory or time."""
    reach = plan.reach
    window = f"{reach.left + reach.right + 1} x {reach.top + reach.bottom + 1}"
    what = f"a window of {window} on a picture of {shape[1]} x {shape[0]} would take"
    if plan.memory > _MOST_MEMORY:
        raise ImageError(
            f"{what} about {plan.memory >> 30} GB of memory; "
            f"at most {_MOST_MEMORY >> 30} are allowed"
        )
    hours = plan.operations * plan.area / _OPERATIONS_AN_HOUR
    if hours > _MOST_HOURS:
        raise ImageError(f"{what} about {hours:.0f} hours; at most {_MOST_HOURS} are allowed")


def cut(region: Rect, reach: Reach, pixels: int) -> tuple[Rect, ...]:
    """Return strips that cover a region once; they depend on the picture and the filter alone.

    They are of nearly equal height, of about so many pixels where the reach lets them.
    """
    height, width = region.height, region.width
    rows = min(max(pixels // width, _FEWEST_ROWS), _MOST_ROWS)
    rows = max(rows, _TIMES_REACH * max(reach.top, reach.bottom))
    count = max(1, height // rows)
    # An odd strip would leave half of the workers idle at the end.
    count -= count % 2 if count > 1 else 0
    edges = [region.top + number * height // count for number in range(count + 1)]
    return tuple(Rect(top, region.left, bottom, region.right) for top, bottom in pairwise(edges))
