"""What makes the command start fast: when garbage is collected, and how NumPy is loaded."""

from __future__ import annotations

import gc
import os

# Environment variables that NumPy's BLAS reads when it is loaded.
_BLAS_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def begin_loading() -> None:
    """Prepare for loading modules: until `end_loading`, no garbage is collected.

    What is loaded stays, and the collector looks at all of it many times: for a small picture,
    15 of 200 ms.
    """
    gc.disable()
    limit_blas_threads()
    # OpenCV reads this when it is imported. A value that the user has set stays.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")


def limit_blas_threads() -> None:
    """Have BLAS compute in the calling thread only; call this before NumPy is loaded."""
    for name in _BLAS_VARIABLES:
        os.environ[name] = "1"


def load_numpy() -> None:
    """Load NumPy; call this from few frames deep, and before modules that import NumPy.

    CPython keeps the frames of running functions in chunks of 16 KB. A call that doesn't fit into a
    chunk maps a new one, and its return unmaps it. NumPy's modules import each other many frames
    deep. Below the frames of Click and of further imports, some of their loops called functions
    just at the end of a chunk: 1700 mappings, which took 12 of 200 ms.
    """
    import numpy  # noqa: F401


def end_loading() -> None:
    """Collect garbage from now on, but no longer look at what is loaded.

    The memory of worker processes is this one's until one of them writes to it, as the collector
    does to each object that it looks at. Without `begin_loading` nothing changes: the process is
    another program's.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
