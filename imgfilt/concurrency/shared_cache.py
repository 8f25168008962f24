"""Keep the arrays used last; threads that need the same array at once share its computation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..dtypes import Array


class SharedCache:
    """Arrays by number, of which those that were used last are kept.

    Parameters
    ----------
    compute : callable
        number -> the array. Several threads may call it at once, for different numbers.
    max_bytes : int
        The most bytes of arrays that are kept.
    """

    def __init__(self, compute: Callable[[int], Array], max_bytes: int):
        self._compute, self._max_bytes = compute, max_bytes
        self._lock = Lock()
        self._arrays: dict[int, Future[Array]] = {}  # the one that was used last is the last
        self._size = 0  # bytes of the arrays that are computed

    def get_arrays(self, numbers: Iterable[int]) -> Iterator[tuple[int, Array]]:
        """Yield (number, array); arrays that another thread is computing come at the end.

        So threads that need the same arrays share the work.
        """
        others = []
        for number in numbers:
            with self._lock:
                future = self._arrays.pop(number, None)
                is_new = future is None
                future = self._arrays[number] = future or Future()
            if is_new:
                self._fill(number, future)
            if future.done():
                yield number, future.result()
            else:
                others.append((number, future))
        for number, future in others:
            yield number, future.result()

    def _fill(self, number: int, future: Future[Array]) -> None:
        try:
            array = self._compute(number)
        except BaseException as error:
            with self._lock:
                del self._arrays[number]
            future.set_exception(error)
            return
        with self._lock:
            future.set_result(array)
            self._size += array.nbytes
            while self._size > self._max_bytes:
                oldest = next(key for key, one in self._arrays.items() if one.done())
                self._size -= self._arrays.pop(oldest).result().nbytes
