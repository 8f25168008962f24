"""Results in the order of their items, by threads that stop when the caller does."""

import threading
import time

import pytest

from imgfilt.concurrency import ordered_map


class Slow:
    """A function that takes a while, and fails for 0; counts the calls that are running."""

    def __init__(self):
        self.lock, self.running, self.begun = threading.Lock(), 0, threading.Semaphore(0)

    def __call__(self, item):
        with self.lock:
            self.running += 1
        self.begun.release()
        time.sleep(0.02 if item == 0 else 0.2)
        with self.lock:
            self.running -= 1
        if item == 0:
            raise ValueError("broken")
        return item


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("most_ahead", [None, 1, 3])
def test_order(workers, most_ahead):
    def square(number):
        time.sleep(0.001 * (number % 3))
        return number * number

    found = list(ordered_map(square, range(20), workers, most_ahead))
    assert found == [number * number for number in range(20)]


@pytest.mark.parametrize("most_ahead", [1, 2, 4])
def test_no_more_items_are_drawn_than_may_wait(most_ahead):
    drawn = []
    items = (drawn.append(number) for number in range(20))
    results = ordered_map(lambda item: item, items, 8, most_ahead)
    next(results)
    assert len(drawn) == most_ahead
    results.close()


def test_after_an_error_no_call_is_running():
    slow = Slow()
    with pytest.raises(ValueError, match="broken"):
        list(ordered_map(slow, range(20), 3))
    assert slow.running == 0


def test_after_close_no_call_is_running():
    slow = Slow()
    results = ordered_map(slow, range(1, 20), 3)
    next(results)
    slow.begun.acquire()
    results.close()
    assert slow.running == 0
