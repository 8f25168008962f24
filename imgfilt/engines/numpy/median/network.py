"""A sorting network: minima and maxima of shifted pictures, as a graph without equal nodes.

Windows that overlap share comparisons. Take the medians of three neighbours for a tile of two
pixels. Under the two windows lie the pixels a b c d; both windows hold b and c:

    l = min(b, c)    h = max(b, c)      b and c in order, for both windows
    max(l, min(a, h))                   the median of a b c
    max(l, min(d, h))                   the median of b c d

With 7 3 5 1, l and h are 3 and 5, and the medians max(3, min(7, 5)) = 5 and max(3, min(1, 5)) = 3.
These are six operations; without sharing, there are four for each window.

All tiles are computed at once: an operand is a picture with one value for each tile. In the example
a and b are the pictures of the first and of the second pixels of the tiles; c and d are the first
and the second pixels of the next tile. So a value is a node and a shift in tiles: the node's
picture, read from another tile on. The shift of the second operand is kept relative to the first,
so that values which a tile shares with its neighbours are the same node, shifted. Nodes that no
other node needs are left out in the end.

Source: Knuth, The Art of Computer Programming 3, 5.3.4 "Networks for sorting".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

PIXEL, MINIMUM, MAXIMUM = range(3)

# A shift is rows · ROW + columns, in tiles, with columns between -ROW / 2 and ROW / 2.
ROW = 1 << 10

Value = tuple[int, int]  # node and shift


class Node(NamedTuple):
    """A picture with one value for each tile.

    Attributes
    ----------
    kind : int
        PIXEL, MINIMUM or MAXIMUM.
    first, second : int
        The row and column in the tile of a PIXEL, else the nodes that are compared.
    shift : int
        How much further on the second node is read than the first.
    """

    kind: int
    first: int
    second: int
    shift: int


class Network:
    """A graph that grows: each method returns a value, which it adds if it is new."""

    def __init__(self, tile: tuple[int, int]) -> None:
        self.tile = tile
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}

    def _add_node(self, node: Node) -> int:
        number = self._numbers.setdefault(node, len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(node)
        return number

    def pixel(self, row: int, column: int) -> Value:
        """Return a pixel by its distance from the first pixel of a tile."""
        (down, row), (across, column) = divmod(row, self.tile[0]), divmod(column, self.tile[1])
        return self._add_node(Node(PIXEL, row, column, 0)), down * ROW + across

    def sorted_pair(self, one: Value, other: Value) -> list[Value]:
        """Return the smaller and the larger of two values."""
        (first, start), (second, further) = sorted((one, other))
        pair = first, second, further - start
        return [(self._add_node(Node(kind, *pair)), start) for kind in (MINIMUM, MAXIMUM)]

    def twin(self, number: int) -> int:
        """Return the other node of a sorted pair; for a pixel, itself."""
        kind, *operands = self.nodes[number]
        other = {MINIMUM: MAXIMUM, MAXIMUM: MINIMUM}.get(kind, kind)
        return self._numbers[Node(other, *operands)]

    def merge(self, one: Sequence[Value], other: Sequence[Value]) -> list[Value]:
        """Return the values of two sorted lists in order: Batcher's odd-even merge (1968)."""
        if not (one and other):
            return [*one, *other]
        if len(one) == len(other) == 1:
            return self.sorted_pair(one[0], other[0])
        evens = self.merge(one[::2], other[::2])
        odds = self.merge(one[1::2], other[1::2])
        found = evens[:1]
        for even, odd in zip(evens[1:], odds, strict=False):
            found += self.sorted_pair(even, odd)
        common = min(len(evens) - 1, len(odds))
        return [*found, *evens[1 + common :], *odds[common:]]

    def ranks(
        self, one: Sequence[Value], other: Sequence[Value], first: int, last: int
    ) -> list[Value]:
        """Return the values with the ranks first..last of two sorted lists together.

        Values that can't have these ranks, by their place in their own list, aren't merged.

        Parameters
        ----------
        one, other : sequence of Value
        first, last : int
            From 0.
        """
        low_one, low_other = max(0, first - len(other)), max(0, first - len(one))
        found = self.merge(one[low_one : last + 1], other[low_other : last + 1])
        return found[first - low_one - low_other :][: last - first + 1]

    def needed_nodes(self, values: Iterable[Value]) -> set[int]:
        """Return the nodes needed to compute values, including the nodes that hold them."""
        seen: set[int] = set()
        ahead = [number for number, _ in values]
        while ahead:
            number = ahead.pop()
            if number not in seen:
                seen.add(number)
                node = self.nodes[number]
                if node.kind != PIXEL:
                    ahead += node.first, node.second
        return seen
