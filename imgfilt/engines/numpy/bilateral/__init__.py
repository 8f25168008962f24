"""The bilateral filter: a mean weighted by distance and by colour difference, exact and fast."""

from .centres import choose_centres
from .coarse import cell_side
from .direct import disc, operations, run
from .fast import operations as fast_operations
from .fast import run as run_fast
from .single import means_at

__all__ = [
    "cell_side",
    "choose_centres",
    "disc",
    "fast_operations",
    "means_at",
    "operations",
    "run",
    "run_fast",
]
