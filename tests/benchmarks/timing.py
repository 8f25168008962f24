"""Timing: ours and a peer's, turn by turn in one process, as a ratio of medians with its spread.

cv2 and imgfilt have THREADS; BLAS has those that it started with.
"""

import time
from statistics import median, quantiles
from typing import NamedTuple

import numpy as np

THREADS = 2
_SMALL = np.zeros((512, 512), np.uint8)

_LEAST_ROUNDS, _MOST_ROUNDS = 5, 41
_SECONDS = 6.0  # that a pair may take in all, once it had its least rounds


class Pair(NamedTuple):
    """Median seconds of both, and the middle half of the ratios of the rounds."""

    ours: float
    peer: float
    ratio: float
    low: float
    high: float

    def __str__(self):
        return (
            f"{1e3 * self.ours:9.2f} {1e3 * self.peer:9.2f} "
            f"{self.ratio:7.3f}  ({self.low:.3f} to {self.high:.3f})"
        )


HEADING = f"{'ours ms':>9} {'peer ms':>9} {'ratio':>7}  (middle half of the rounds)"


def paired(ours, peer, rounds=None, scale=1):
    """Time two calls turn by turn, each first in every other round; both are warmed up before.

    The peer's time is multiplied by a scale.
    """
    for call in (ours, peer):
        reset_cv2()
        call()
    times, end = [], time.perf_counter() + _SECONDS
    while len(times) < (rounds or _LEAST_ROUNDS) or (
        rounds is None and len(times) < _MOST_ROUNDS and time.perf_counter() < end
    ):
        turns = {"ours": ours, "peer": peer}
        found = {}
        for side in sorted(turns, reverse=bool(len(times) % 2)):
            reset_cv2()
            found[side] = timed(turns[side])
        times.append((found["ours"], scale * found["peer"]))
    ratios = [one / other for one, other in times]
    low, _, high = quantiles(ratios, n=4)
    our_median, their_median = (median(column) for column in zip(*times, strict=True))
    return Pair(our_median, their_median, our_median / their_median, low, high)


def reset_cv2():
    """Give cv2 its threads, already running, as in a program that never set a number."""
    import cv2

    cv2.setNumThreads(THREADS)
    cv2.blur(_SMALL, (3, 3))


def timed(call):
    """Return the seconds that a call takes."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
