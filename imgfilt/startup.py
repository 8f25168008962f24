"""Prepare the process of a command, so that it starts fast: environment, collector, NumPy."""

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

_is_paused = False


def set_environment() -> None:
    """Set the variables that NumPy and OpenCV read; call this before they are loaded."""
    limit_blas_threads()
    # A value that the user has set stays.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")


def limit_blas_threads() -> None:
    """Have BLAS compute in the calling thread only; call this before NumPy is loaded.

    Values that the user has set are replaced: `--jobs` alone says how many threads compute.
    """
    for name in _BLAS_VARIABLES:
        os.environ[name] = "1"


def pause_garbage_collection() -> None:
    """Collect no garbage while modules are loaded, until `resume_garbage_collection`.

    The collector would look at all loaded objects many times; for a small picture that takes 15 ms
    of 200.
    """
    global _is_paused
    gc.disable()
    _is_paused = True


def resume_garbage_collection() -> None:
    """Collect garbage from now on, but no longer look at what is loaded.

    Forked workers share this memory until someone writes to it; the collector writes to every
    object that it looks at. If the collection wasn't paused here, nothing changes: the process is
    another program's.
    """
    global _is_paused
    if _is_paused:
        gc.freeze()
        gc.enable()
        _is_paused = False


def load_numpy() -> None:
    """Load NumPy; call this when few functions are on the stack, and before modules that import it.

    CPython keeps the frames of running functions in chunks of 16 KB. A call that doesn't fit into a
    chunk asks the system for a new one, and its return gives it back. NumPy's modules import each
    other many frames deep. Below the frames of Click and of further imports, some of their loops
    called functions just at the end of a chunk: 1700 new chunks, which took 12 of 200 ms.
    """
    import numpy  # noqa: F401
