"""Timing: ours and a peer's, turn by turn in one process, as a ratio of medians with its spread."""

import time
from statistics import median, quantiles
from typing import NamedTuple

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


def paired(ours, peer, rounds=None, prepare=lambda side: None):
    """Time two calls turn by turn, each first in every other round; both are warmed up before.

    `prepare` is called, untimed, with "ours" or "peer" before each turn.
    """
    prepare("ours")
    ours()
    prepare("peer")
    peer()
    times, end = [], time.perf_counter() + _SECONDS
    while len(times) < (rounds or _LEAST_ROUNDS) or (
        rounds is None and len(times) < _MOST_ROUNDS and time.perf_counter() < end
    ):
        turns = {"ours": ours, "peer": peer}
        found = {}
        for side in sorted(turns, reverse=bool(len(times) % 2)):
            prepare(side)
            found[side] = timed(turns[side])
        times.append((found["ours"], found["peer"]))
    ratios = [one / other for one, other in times]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    our_median, their_median = (median(column) for column in zip(*times, strict=True))
    return Pair(our_median, their_median, our_median / their_median, low, high)


def timed(call):
    """Return the seconds that a call takes."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
