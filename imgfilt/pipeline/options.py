"""Options: what is said of a run beside the filter, and the tables of choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..border import BORDERS
from ..dtypes import DEPTHS
from ..errors import ParameterError
from ..numbers import as_real, describe
from ..parameters import Number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ENGINES = {
    "auto": "the faster of the two for the filter and picture at hand",
    "numpy": "imgfilt's own, exact",
    "opencv": "OpenCV, within a level",
}
VALUES = {
    "clip": "what lies outside the range becomes its end",
    "abs": "without its sign",
    "offset": "mid-grey added, so that 0 is 128",
    "stretch": "least to greatest becomes the full range",
    "raw": "the input's own levels, unscaled; needs a float output",
}
_WORKERS = Number(1, whole=True)
_MOST_CHANNELS = 1 << 16  # of a border value
MOST_RECTANGLES = 1000


def output_dtype(depth: str | None, dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return the dtype of the output for a key of DEPTHS, or None, and the input's dtype.

    Examples
    --------
    >>> output_dtype("16", "uint8"), output_dtype(None, "uint8"), output_dtype("float", "float64")
    (dtype('uint16'), dtype('uint8'), dtype('float64'))
    """
    import numpy as np

    stored = np.dtype(dtype)
    if depth is None or (depth == "float" and stored.kind == "f"):
        return stored
    return np.dtype(DEPTHS[depth])


@dataclass(frozen=True)
class Options:
    """What is said of a run beside the filter.

    Attributes
    ----------
    engine, border, values : str
        Keys of ENGINES, BORDERS and VALUES.
    border_value : number, or one a channel
        In stored levels.
    depth : str, optional
        A key of DEPTHS; the input's own by default.
    linear : bool
        Filter in linear light.
    region : tuple of (left, top, width, height)
        In pixels; what lies in none of them stays as it is. Without any, all is filtered.
    workers : int, optional
        Threads; the cores by default.
    measured : bool
        What only comes near to an exact filter says how near.
    tallied : bool
        What clips is counted.
    """

    engine: str = "auto"
    border: str = "reflect"
    border_value: float | Sequence[float] = 0
    values: str = "clip"
    depth: str | None = None
    linear: bool = False
    region: tuple[tuple[int, int, int, int], ...] = ()
    workers: int | None = None
    measured: bool = False
    tallied: bool = True

    def __post_init__(self) -> None:
        tables: dict[str, dict[str, Any]] = {"engine": ENGINES, "border": BORDERS, "values": VALUES}
        for name, table in tables.items():
            found = getattr(self, name)
            if not (isinstance(found, str) and found in table):
                raise ParameterError(f"{name}: {describe(found)} is none of {', '.join(table)}")
        for rectangle in self.region:
            if min(rectangle[2:]) < 1:
                found = ",".join(map(str, rectangle))
                raise ParameterError(f"region: {found} is empty; wanted a WIDTH and HEIGHT from 1")
        if len(self.region) > MOST_RECTANGLES:
            raise ParameterError(
                f"region: {len(self.region)} rectangles; at most {MOST_RECTANGLES}, and a mask "
                "may have any number"
            )
        if self.region and self.border == "valid":
            raise ParameterError("a region can't go with the border 'valid'")
        if self.values == "raw" and self.depth in ("8", "16"):
            raise ParameterError(f"values: 'raw' needs a float output, and depth is {self.depth}")
        if self.workers is not None:
            object.__setattr__(self, "workers", _WORKERS.check(self.workers, "workers"))
        if not _are_numbers(self.border_value):
            found = describe(self.border_value)
            raise ParameterError(f"border value: {found} is neither a number nor one a channel")


def _are_numbers(value: Any) -> bool:
    """Return whether a value is a number that float64 can hold, or a sequence of them."""
    several = isinstance(value, Sequence) or len(getattr(value, "shape", ())) == 1
    try:
        if several and len(value) > _MOST_CHANNELS:
            return False
        for number in value if several and not isinstance(value, str | bytes) else [value]:
            float(as_real(number))
    except (TypeError, ValueError, OverflowError):
        return False
    return True
