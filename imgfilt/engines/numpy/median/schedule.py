"""The steps of a sorting network in order, each with the slots that it reads and writes.

A slot holds one value for each tile, row by row, and is reused when its values aren't needed any
more. A shift is a number of tiles, so that an operand is a slot from an offset on. In the example
of `network`, the first steps are: slot 0 gets a, slot 1 gets b, slot 2 gets the minimum of slot 1
and of slot 0 from the next tile on, which is c.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .network import PIXEL, ROW, Network
from .tiling import Medians, median_network


class Output(NamedTuple):
    """The place of the medians of one pixel of the tile.

    Attributes
    ----------
    row, column : int
        The pixel in the tile.
    slot : int
        The slot that holds its medians.
    shift : int
        The shift at which the slot is read.
    """

    row: int
    column: int
    slot: int
    shift: int


@dataclass(frozen=True)
class Program:
    """The operations that find the medians of windows.

    Attributes
    ----------
    sides : (int, int)
        Rows and columns of the window.
    tile : (int, int)
        Rows and columns of a tile.
    steps : (N, 7) int32 array
        Kind; first and second operand; the slot that is written; the shifts at which the operands
        are read; how much longer the result is than the outputs. Operands are slots; the operands
        of a PIXEL are the row and column in the tile.
    outputs : tuple of Output
        One for each pixel of the tile.
    slots : int
        How many slots the program needs.
    """

    sides: tuple[int, int]
    tile: tuple[int, int]
    steps: NDArray[np.int32]
    outputs: tuple[Output, ...]
    slots: int

    @property
    def operations(self) -> float:
        """How many minima and maxima are computed for each output pixel."""
        count = np.count_nonzero(self.steps[:, 0] != PIXEL)
        return float(count / (self.tile[0] * self.tile[1]))


@cache
def make_program(sides: tuple[int, int], tile: tuple[int, int]) -> Program:
    """Return the program for a window and tile; 9 x 9 takes 10 milliseconds, 21 x 21 takes 100."""
    return compile_network(sides, median_network(sides, tile))


def compile_network(sides: tuple[int, int], found: Medians) -> Program:
    """Return the program of a network."""
    network, outputs = found.network, found.values
    order = _order_nodes(network, found)
    spans = _find_spans(network, found, order)
    last_use = {}
    for step, number in enumerate(order):
        if network.nodes[number].kind != PIXEL:
            last_use.update(dict.fromkeys(network.nodes[number][1:3], step))
    kept = {number for number, _ in outputs.values()}
    slots: dict[int, int] = {}
    free: list[int] = []
    count = 0
    steps = []
    for step, number in enumerate(order):
        kind, first, second, shift = network.nodes[number]
        if not free:
            free.append(count)
            count += 1
        # Taken before the operands' slots are freed, so that a result doesn't overwrite them.
        slots[number] = free.pop()
        start, end = spans[number]
        if kind == PIXEL:
            steps.append((kind, first, second, slots[number], 0, 0, end))
            continue
        shifts = start - spans[first][0], start + shift - spans[second][0]
        steps.append((kind, slots[first], slots[second], slots[number], *shifts, end - start))
        free += [slots[used] for used in {first, second} - kept if last_use[used] == step]
    places = tuple(
        Output(*place, slots[number], shift - spans[number][0])
        for place, (number, shift) in outputs.items()
    )
    return Program(sides, network.tile, np.array(steps, np.int32), places, count)


def _order_nodes(network: Network, found: Medians) -> list[int]:
    """Return the needed nodes, each after the nodes it depends on and soon before it is used."""
    needed_nodes = network.needed_nodes(found.values.values())
    order: list[int] = []
    done: set[int] = set()
    for _, (output, _) in sorted(found.values.items()):
        ahead = [output]
        while ahead:
            number = ahead[-1]
            node = network.nodes[number]
            missing = () if node.kind == PIXEL else {node.first, node.second} - done
            if number in done or not missing:
                ahead.pop()
                # The other node of a pair reads the same operands, and frees them.
                ready = {number, network.twin(number)} & needed_nodes
                order += sorted(ready - done)
                done |= ready
            else:
                ahead += sorted(missing, reverse=True)
    return order


def _find_spans(network: Network, found: Medians, order: list[int]) -> dict[int, tuple[int, int]]:
    """Return the first and last shift at which each node is read, relative to the outputs.

    Shifts are compared as numbers: rows first. Pixels are read in whole rows, from shift 0 on.
    """
    spans: dict[int, tuple[int, int]] = {}

    def read(number: int, start: int, end: int) -> None:
        known = spans.get(number, (start, end))
        spans[number] = min(start, known[0]), max(end, known[1])

    for number, shift in found.values.values():
        read(number, shift, shift)
    for number in reversed(order):
        kind, first, second, shift = network.nodes[number]
        start, end = spans[number]
        if kind == PIXEL:
            spans[number] = 0, (end // ROW + 1) * ROW
        else:
            read(first, start, end)
            read(second, start + shift, end + shift)
    return spans
