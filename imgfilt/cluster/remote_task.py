"""Run one item of a cluster's work: the part that is called on the worker's machine.

Dask finds `run_task`, `list_running` and `versions` there by their names in this module.
"""

from __future__ import annotations

import atexit
import pickle
import platform
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import packages_distributions, version
from typing import Any, NamedTuple

from .. import __version__
from ..concurrency.worker_process import TaskFailure
from ..startup import limit_blas_threads

# How many functions, with the masks or kernels that they hold, a worker keeps unpickled.
_FUNCTIONS_KEPT = 4


class TaskResult(NamedTuple):
    """The result of an item.

    Attributes
    ----------
    result : object
        The result of the function, or a TaskFailure.
    host : str
        The name of the machine that computed it.
    versions : dict
        The versions on that machine; see `versions`.
    """

    result: Any
    host: str
    versions: dict[str, str | None]


class _Cancelled(Exception):
    """The client doesn't wait for the item any more."""


@cache
def versions() -> dict[str, str | None]:
    """Return name -> version of all software that results may depend on; None if not installed."""
    installed: dict[str, str | None] = {"imgfilt": __version__}
    installed["Python"] = ".".join(platform.python_version_tuple()[:2])
    distributions = packages_distributions()
    for name, module in (("NumPy", "numpy"), ("OpenCV", "cv2")):
        # OpenCV comes in packages of several names.
        packages = distributions.get(module, [])
        installed[name] = version(packages[0]) if packages else None
    return installed


def list_running(dask_worker: Any) -> list[Any]:
    """Return the keys of the tasks that a worker, which Dask gives, runs, cancelled ones too."""
    return [task.key for task in dask_worker.state.executing]


def run_task(pickled_function: bytes, pickled_item: bytes) -> TaskResult:
    """Call a function on an item and on a Progress."""
    result: Any
    try:
        result = _unpickle(pickled_function)(pickle.loads(pickled_item), _make_progress())
    except Exception as error:
        # A bug in imgfilt; the other items go on.
        result = TaskFailure(f"unexpected {type(error).__name__} ({error})")
    return TaskResult(result, platform.node(), versions())


@lru_cache(_FUNCTIONS_KEPT)
def _unpickle(pickled: bytes) -> Callable[[Any, Callable[[float], None]], Any]:
    """Unpickle a function once in this process, and register its cleanup."""
    limit_blas_threads()  # Works if nothing has loaded NumPy yet.
    function, cleanup = pickle.loads(pickled)
    atexit.register(cleanup)
    return function  # type: ignore[no-any-return]


def _make_progress() -> Callable[[float], None]:
    """Return a Progress for the item of this thread; it raises once the item is cancelled."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def progress(share: float) -> None:
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise _Cancelled("it was cancelled")

    return progress
