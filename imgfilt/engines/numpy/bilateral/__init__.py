"""The bilateral filter: a mean weighted by distance and by colour difference.

`direct` is exact. There are two approximations: `phases`, for any channels, filters with a few of
the disc's pixels; `grid`, for grey, sums at a lower resolution.
"""

from . import grid, phases
from .direct import disc, operations, run, spatial_weights

__all__ = ["disc", "grid", "operations", "phases", "run", "spatial_weights"]
