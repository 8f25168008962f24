"""A cache that threads share: each result is computed once, and kept while there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..dtypes import Array


class SharedCache:
    """Arrays by number.

    Parameters
    ----------
    compute : callable
        number -> the array. Several threads may call it at once, for different numbers.
    room : int
        How many bytes of arrays are kept: those that were used last.
    """

    def __init__(self, compute: Callable[[int], Array], room: int):
        self._compute, self._room = compute, room
        self._lock = Lock()
        self._arrays: dict[int, Future[Array]] = {}  # the one that was used last is the last
        self._size = 0  # bytes of the arrays that are computed

    def items(self, numbers: Iterable[int]) -> Iterator[tuple[int, Array]]:
        """Yield (number, array); arrays that another thread is computing come at the end.

        So threads that need the same arrays share the work.
        """
        others = []
        for number in numbers:
            with self._lock:
                array = self._arrays.pop(number, None)
                is_new = array is None
                array = self._arrays[number] = array or Future()
            if is_new:
                self._fill(number, array)
            if array.done():
                yield number, array.result()
            else:
                others.append((number, array))
        for number, array in others:
            yield number, array.result()

    def _fill(self, number: int, array: Future[Array]) -> None:
        try:
            values = self._compute(number)
        except BaseException as error:
            with self._lock:
                del self._arrays[number]
            array.set_exception(error)
            return
        with self._lock:
            array.set_result(values)
            self._size += values.nbytes
            while self._size > self._room:
                oldest = next(key for key, one in self._arrays.items() if one.done())
                self._size -= self._arrays.pop(oldest).result().nbytes
