"""Plan a run: engine, method and strips for one picture.

`run` follows the plan that `--explain` prints.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..border import BORDERS, output_shape, to_picture
from ..errors import ImageError
from ..filters.base import Filter
from ..geometry import LARGE, Reach, Rect
from .cutting import cut_large_region, cut_region, suit_opencv
from .engine import NO_OPENCV, choose_engine
from .working_space import WorkingSpace

_MAX_MEMORY = 8 << 30  # bytes for one worker; only windows much larger than the picture need more

# A slow core's counted operations in an hour. A run longer than a night is taken for a mistake.
_OPERATIONS_PER_HOUR, _MAX_HOURS = 3e12, 12


class Plan(NamedTuple):
    """All decisions that are made before the first pixel is computed.

    Attributes
    ----------
    filter : Filter
        The filter that runs: resolved for the picture, and folded to its size.
    working_space : WorkingSpace
        How pixels are converted for the filter, and its values back.
    border : str
        A key of BORDERS.
    reach, margin : Reach
        The filter's; 0 on all sides if it changes nothing.
    shape : (int, int, int)
        The result's height, width and channels.
    region : tuple of Rect
        The output pixels that are computed; the rectangles don't overlap.
    engine : str
        `numpy` or `opencv`.
    reason : str
        Why this engine.
    method : str
        The name of the engine's method for the filter.
    operations : float
        The number of operations for an output pixel; of linear filters, for each channel of it.
    strips : tuple of Rect
        The units of parallel work.
    block : int
        About how many values of a strip are computed, rounded and stored before the next ones; 0
        for all of a strip at once.
    engine_extends : bool
        Whether the engine itself continues the picture beyond its edges, with this border. Strips
        are then views of the picture, not padded, and not cut into blocks.
    """

    filter: Filter
    working_space: WorkingSpace
    border: str
    reach: Reach
    margin: Reach
    shape: tuple[int, int, int]
    region: tuple[Rect, ...]
    engine: str
    reason: str
    method: str
    operations: float
    strips: tuple[Rect, ...]
    block: int = 0
    engine_extends: bool = False

    @property
    def fallback(self) -> str | None:
        """A note for the user if only a missing OpenCV made the engine `numpy`."""
        is_missing = self.reason.startswith(NO_OPENCV)
        return f"{self.reason}, so this runs on NumPy" if is_missing else None

    @property
    def exact_plan(self) -> Plan:
        """The plan for the exact filter in place of an approximation, with the strips of that."""
        filt = self.filter.exact_filter or self.filter
        working_space = self.working_space._replace(filter=filt)
        return self._replace(
            filter=filt,
            working_space=working_space,
            margin=self.reach,
            engine="numpy",
            engine_extends=False,
        )

    @property
    def area(self) -> int:
        """How many pixels the engine computes; OpenCV computes the padding of strips, too."""
        top, bottom, left, right = self.margin if self.engine == "opencv" else (0, 0, 0, 0)
        return sum(
            (strip.height + top + bottom) * (strip.width + left + right) for strip in self.strips
        )

    @property
    def memory(self) -> int:
        """About how many bytes one worker needs for its strip."""
        padded, values = self.strip_values
        # The padded strip with two float64 copies, and its values with one.
        return padded * (self.working_space.dtype.itemsize + 16) + values * 16

    @property
    def strip_values(self) -> tuple[int, int]:
        """How many values the largest strip has, with padding and without."""
        top, bottom, left, right = self.margin
        rows, columns = top + bottom, left + right
        padded = max((strip.height + rows) * (strip.width + columns) for strip in self.strips)
        values = max(strip.height * strip.width for strip in self.strips)
        return padded * self.shape[2], values * self.shape[2]


def output_size(filt: Filter, border: str, height: int, width: int) -> tuple[int, int]:
    """Return the height and width of the result of a filter; ImageError if no pixel is left.

    Parameters
    ----------
    filt : Filter
    border : str
        A key of BORDERS.
    height, width : int
        The picture's.
    """
    reach = _effective_reach(filt)
    size = output_shape(border, height, width, reach)
    if 0 in size:
        rows, columns = reach.top + reach.bottom + 1, reach.left + reach.right + 1
        raise ImageError(
            f"a picture of {width} x {height} has no pixel where a window of "
            f"{columns} x {rows} fits whole, and the border is 'valid'"
        )
    return size


def output_offset(filt: Filter, border: str) -> tuple[int, int]:
    """Return the row and column of a result's first pixel in the picture that is filtered.

    The parameters are those of `output_size`.
    """
    first = to_picture(border, Rect(0, 0, 1, 1), _effective_reach(filt))
    return first.top, first.left


def _effective_reach(filt: Filter) -> Reach:
    return Reach(0, 0, 0, 0) if filt.identity else filt.reach


def make_plan(
    working_space: WorkingSpace,
    shape: tuple[int, int, int],
    border: str,
    engine: str = "auto",
    region: tuple[Rect, ...] = (),
) -> Plan:
    """Return the plan for a filter on a picture.

    Parameters
    ----------
    working_space : WorkingSpace
        Contains the filter and the picture's dtype.
    shape : (int, int, int)
        The picture's height, width and channels.
    border, engine : str
        Keys of BORDERS and ENGINES.
    region : tuple of Rect
        The rectangles to compute, which don't overlap; by default the whole picture.

    Raises
    ------
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If `valid` leaves no pixel, or the run would need too much memory or time.
    """
    filt = working_space.filter
    height, width = output_size(filt, border, shape[0], shape[1])
    reach = _effective_reach(filt)
    if not (BORDERS[border].growth or filt.identity):
        filt = filt.folded_to(height, width, border)
        working_space, reach = working_space._replace(filter=filt), filt.reach
    margin = reach if filt.identity else filt.margin
    region = region or (Rect(0, 0, height, width),)
    # The window is larger than the picture: OpenCV would compute more padding than pixels.
    is_mostly_padding = margin.top + margin.bottom > height and margin.left + margin.right > width
    block_info = working_space.block_info(shape[2] - working_space.alpha)
    block_info = block_info._replace(strict_rounding=engine == "numpy")
    chosen, reason = choose_engine(working_space, block_info, engine, is_mostly_padding)
    method = filt.choose_method(chosen, block_info)
    if chosen == "opencv":
        method = suit_opencv(method, margin)
    if math.prod(shape) * working_space.dtype.itemsize > LARGE:
        strips = cut_large_region(region, margin, method, shape[2] * block_info.dtype.itemsize)
    else:
        strips = cut_region(region, margin, method)
    extends = chosen == "opencv" and filt.engine_extends(border)
    # The zeros that OpenCV puts beyond the edge would be missing pixels.
    extends = extends and (border != "zero" or working_space.missing is None)
    plan = Plan(
        filter=filt,
        working_space=working_space,
        border=border,
        reach=reach,
        margin=margin,
        shape=(height, width, shape[2]),
        region=region,
        engine=chosen,
        reason=reason,
        method=method.name,
        operations=method.operations,
        strips=strips,
        block=method.block,
        engine_extends=extends,
    )
    _check_cost(plan, shape)
    return plan


def _check_cost(plan: Plan, shape: tuple[int, int, int]) -> None:
    """Raise ImageError if a run would need too much memory or time."""
    reach = plan.reach
    window = f"{reach.left + reach.right + 1} x {reach.top + reach.bottom + 1}"
    what = f"a window of {window} on a picture of {shape[1]} x {shape[0]} would take"
    if plan.memory > _MAX_MEMORY:
        raise ImageError(
            f"{what} about {plan.memory >> 30} GB of memory; "
            f"at most {_MAX_MEMORY >> 30} are allowed"
        )
    hours = plan.operations * plan.area / _OPERATIONS_PER_HOUR
    if hours > _MAX_HOURS:
        raise ImageError(f"{what} about {hours:.0f} hours; at most {_MAX_HOURS} are allowed")
