"""The options of a run other than the filter, and the tables of choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..border import BORDERS, find_border
from ..dtypes import DEPTHS
from ..errors import ParameterError
from ..numbers import as_real, describe
from ..parameters import Number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ENGINES = {
    "auto": "the faster of the two for the filter and the picture",
    "numpy": "imgfilt's own code, exact",
    "opencv": "OpenCV, within a level of that (nlmeans: two); what it can't do is an error",
}
VALUES = {
    "clip": "the nearest end of the range; floats and grids of numbers stay",
    "abs": "the absolute value, then as clip",
    "offset": "mid-grey is added (128, 32768 or 0.5, by depth); then as clip",
    "stretch": "the lowest value becomes black and the highest white",
    "raw": "the value as it is, in levels of the input; needs a float output",
}

# Called, by any thread, with the share that is done, from 0 to 1.
Progress = Callable[[float], None]

_WORKERS = Number(1, whole=True)
_NODATA = Number()
_MAX_CHANNELS = 1 << 16  # of a border value
MOST_RECTANGLES = 1000


def output_dtype(depth: str | None, dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return the dtype of the output.

    Parameters
    ----------
    depth : str or None
        A key of DEPTHS; None keeps the input's dtype.
    dtype : dtype
        The input's.

    Examples
    --------
    >>> output_dtype("16", "uint8"), output_dtype(None, "uint8"), output_dtype("float", "float64")
    (dtype('uint16'), dtype('uint8'), dtype('float64'))
    """
    import numpy as np

    dtype = np.dtype(dtype)
    if depth is None or (depth == "float" and dtype.kind == "f"):
        return dtype
    return np.dtype(DEPTHS[depth])


def progress_of_part(progress: Progress, number: int, count: int) -> Progress:
    """Return the Progress of one of several equal parts.

    Parameters
    ----------
    progress : callable
        The Progress of all parts together.
    number : int
        How many parts are done before this one.
    count : int
        The number of parts.
    """
    return lambda share: progress((number + share) / count)


@dataclass(frozen=True)
class Options:
    """The options of a run other than the filter.

    Attributes
    ----------
    engine, border, values : str
        Keys of ENGINES, BORDERS and VALUES.
    border_value : number, or sequence of one for each channel
        In levels of the picture. In a grid of numbers a fraction stays exact.
    depth : str, optional
        A key of DEPTHS; by default the output has the input's dtype.
    linear : bool
        Whether to filter in linear light.
    ignore_nan : bool
        Whether pixels that are NaN have no weight.
    nodata : float, optional
        Pixels of this level have no weight.
    region : tuple of (left, top, width, height)
        Rectangles in pixels; the other pixels stay as they are. If empty, all are filtered.
    workers : int, optional
        How many threads run at once; by default one for each core.
    verbose : bool
        Whether to return more notes, such as the error of an approximate filter.
    is_grid : bool
        Whether the picture is a grid of numbers, in which 255 is white and which isn't rounded.
    count_clipped : bool
        Whether to count clipped values. Without counting, kernels of up to 9 weights on uint8
        pictures take 1/1.1 to 1/1.5 of the time.
    """

    engine: str = "auto"
    border: str = "reflect"
    border_value: float | Fraction | Sequence[float | Fraction] = 0
    values: str = "clip"
    depth: str | None = None
    linear: bool = False
    ignore_nan: bool = False
    nodata: float | None = None
    region: tuple[tuple[int, int, int, int], ...] = ()
    workers: int | None = None
    verbose: bool = False
    is_grid: bool = False
    count_clipped: bool = True

    @property
    def may_miss(self) -> bool:
        """Whether pixels may be missing, and have no weight then."""
        return self.ignore_nan or self.nodata is not None

    def __post_init__(self) -> None:
        tables: dict[str, dict[str, Any]] = {"engine": ENGINES, "border": BORDERS, "values": VALUES}
        for name, table in tables.items():
            key = getattr(self, name)
            if not (isinstance(key, str) and key in table):
                found = f"{name}: {describe(key)} is none of {', '.join(table)}"
                near = find_border(key) if name == "border" and isinstance(key, str) else None
                raise ParameterError(f"{found}; did you mean {near}?" if near else found)
        for rectangle in self.region:
            if min(rectangle[2:]) < 1:
                text = ",".join(map(str, rectangle))
                raise ParameterError(f"region: {text} is empty; wanted a WIDTH and HEIGHT from 1")
        if len(self.region) > MOST_RECTANGLES:
            raise ParameterError(
                f"region: {len(self.region)} rectangles; at most {MOST_RECTANGLES}, and a mask "
                "may have any number"
            )
        if self.region and BORDERS[self.border].growth:
            raise ParameterError(f"a region can't go with the border {self.border!r}")
        if self.values == "raw" and self.depth in ("8", "16"):
            raise ParameterError(f"values: 'raw' needs a float output, and depth is {self.depth}")
        if self.nodata is not None:
            object.__setattr__(self, "nodata", _NODATA.check(self.nodata, "nodata"))
        if self.workers is not None:
            object.__setattr__(self, "workers", _WORKERS.check(self.workers, "workers"))
        if not _is_number_or_numbers(self.border_value):
            text = describe(self.border_value)
            raise ParameterError(f"border value: {text} is neither a number nor one a channel")


def _is_number_or_numbers(value: Any) -> bool:
    """Return whether a value is a number that float64 can hold, or a sequence of such numbers."""
    is_sequence = isinstance(value, Sequence) or len(getattr(value, "shape", ())) == 1
    try:
        if is_sequence and len(value) > _MAX_CHANNELS:
            return False
        for number in value if is_sequence and not isinstance(value, str | bytes) else [value]:
            float(as_real(number))
    except (TypeError, ValueError, OverflowError):
        return False
    return True
