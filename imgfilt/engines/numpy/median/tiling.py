"""The sorting network for the medians of a tile, whose windows share most of their pixels.

Sources: Adams, "Fast Median Filters using Separable Sorting Networks" (2021); Sugy, "A Fast
Parallel Median Filtering Algorithm Using Hierarchical Tiling" (2025). The rows and columns that all
windows of a tile have in common are its core. The core's pixels are sorted once: each column is a
sorted *line*, and the lines are merged. The rows above and below the core and the columns left and
right of it are sorted lines, too. Then the tile is halved until it is one pixel. The core of a half
is larger by some of these lines: they are merged into the sorted list of the core's pixels, and the
lines that cross the new part get longer. The list keeps the ranks that can still become the median.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .network import Network, Value

ROWS, COLUMNS = 0, 1

Span = tuple[int, int]  # from the first to before the last
Line = list[Value]  # in order of size


@dataclass(frozen=True)
class Medians:
    """A network and its value for each (row, column) of a tile."""

    network: Network
    values: dict[tuple[int, int], Value]


@dataclass(frozen=True)
class _Part:
    """A part of a tile: its rows and columns, and the sorted pixels of its windows.

    Attributes
    ----------
    spans : (Span, Span)
        The rows and the columns of the part.
    core : Line
        The pixels that all windows of the part share, without the `below` smallest and some of the
        largest.
    below : int
        How many of the smallest pixels `core` leaves out.
    lines : (dict, dict)
        For each row of the windows outside the core, its pixels in the core's columns; and for each
        such column, its pixels in the core's rows.
    """

    spans: tuple[Span, Span]
    core: Line
    below: int
    lines: tuple[dict[int, Line], dict[int, Line]]


def median_network(sides: tuple[int, int], tile: tuple[int, int]) -> Medians:
    """Return the medians of windows for a tile; both are rows x columns, a tile's powers of 2."""
    build = _Build(sides, Network(tile))
    found = Medians(build.network, {})
    build.halve(build.whole_tile(), found.values)
    return found


class _Build:
    def __init__(self, sides: tuple[int, int], network: Network) -> None:
        self.sides = sides
        self.network = network
        self._lines: dict[tuple[int, int, Span], Line] = {}

    def _common_span(self, axis: int, span: Span) -> Span:
        """Return the rows (or columns) that the windows of a span of outputs have in common."""
        return span[1] - 1, span[0] + self.sides[axis]

    def whole_tile(self) -> _Part:
        """Return the part that is the whole tile."""
        rows, columns = ((0, side) for side in self.network.tile)
        core_rows, core_columns = self._common_span(ROWS, rows), self._common_span(COLUMNS, columns)
        every = range(columns[1] + self.sides[COLUMNS] - 1)
        standing = {column: self._sort_line(COLUMNS, column, core_rows) for column in every}
        beyond = _positions_outside(range(rows[1] + self.sides[ROWS] - 1), core_rows)
        lying = {row: self._sort_line(ROWS, row, core_columns) for row in beyond}
        core: Line = []
        below = 0
        for piece in self._cut_span(COLUMNS, core_columns):
            added = self._merge(COLUMNS, piece, standing.__getitem__)
            pixels = (piece[1] - core_columns[0]) * (core_rows[1] - core_rows[0])
            core, below = self._prune(core, below, added, pixels)
        outside = {column: standing[column] for column in _positions_outside(every, core_columns)}
        return _Part((rows, columns), core, below, (lying, outside))

    def halve(self, part: _Part, found: dict[tuple[int, int], Value]) -> None:
        """Add the median of each pixel of a part to `found`."""
        sides = [last - first for first, last in part.spans]
        if max(sides) == 1:
            (found[part.spans[ROWS][0], part.spans[COLUMNS][0]],) = part.core
            return
        axis = COLUMNS if sides[COLUMNS] >= sides[ROWS] else ROWS
        first, last = part.spans[axis]
        middle = (first + last) // 2
        for half in ((first, middle), (middle, last)):
            self.halve(self._take_half(part, axis, half), found)

    def _take_half(self, part: _Part, axis: int, half: Span) -> _Part:
        """Return the half of a part with the given rows (or columns)."""
        across = 1 - axis
        old, new = self._common_span(axis, part.spans[axis]), self._common_span(axis, half)
        gained = (new[0], old[0]) if new[0] < old[0] else (old[1], new[1])
        added = self._merge(axis, gained, part.lines[axis].__getitem__)
        width = self._common_span(across, part.spans[across])
        pixels = (new[1] - new[0]) * (width[1] - width[0])
        core, below = self._prune(part.core, part.below, added, pixels)
        crossing = {
            at: self.network.merge(line, self._sort_line(across, at, gained))
            for at, line in part.lines[across].items()
        }
        outside = _positions_outside(range(half[0], half[1] + self.sides[axis] - 1), new)
        along = {at: part.lines[axis][at] for at in outside}
        if axis == ROWS:
            return _Part((half, part.spans[COLUMNS]), core, below, (along, crossing))
        return _Part((part.spans[ROWS], half), core, below, (crossing, along))

    def _prune(self, core: Line, below: int, added: Line, pixels: int) -> tuple[Line, int]:
        """Return the list of a larger core, and how many smaller pixels the list leaves out.

        If u pixels of the window are outside the core, the median has a rank in it from middle − u
        to middle.

        Parameters
        ----------
        core : Line
            The list of the smaller core.
        below : int
            How many smaller pixels it leaves out.
        added : Line
            The new pixels of the core.
        pixels : int
            All pixels of the larger core.
        """
        window = self.sides[ROWS] * self.sides[COLUMNS]
        middle, unseen = window // 2, window - pixels
        first = max(0, middle - unseen - below)
        last = min(middle - below, len(core) + len(added) - 1)
        return self.network.ranks(core, added, first, last), below + first

    def _sort_line(self, axis: int, at: int, span: Span) -> Line:
        """Return the sorted pixels of a row (or column) in a span of columns (or rows)."""
        key = axis, at, span
        if key not in self._lines:

            def pixel(along: int) -> Line:
                return [self.network.pixel(*((at, along) if axis == ROWS else (along, at)))]

            self._lines[key] = self._merge(1 - axis, span, pixel)
        return self._lines[key]

    def _merge(self, axis: int, span: Span, line: Callable[[int], Line]) -> Line:
        """Return the sorted values of a span of lines, merged so that neighbours share nodes."""
        pieces = list(self._cut_span(axis, span))
        if len(pieces) > 1:
            lists = [self._merge(axis, piece, line) for piece in pieces]
            while len(lists) > 1:
                sums = [len(lists[at]) + len(lists[at + 1]) for at in range(len(lists) - 1)]
                at = sums.index(min(sums))
                lists[at : at + 2] = [self.network.merge(*lists[at : at + 2])]
            return lists[0]
        first, last = span
        if last - first == 1:
            return line(first)
        middle = (first + last) // 2
        halves = (self._merge(axis, half, line) for half in ((first, middle), (middle, last)))
        return self.network.merge(*halves)

    def _cut_span(self, axis: int, span: Span) -> Iterator[Span]:
        """Cut a span into powers of 2 that have the same positions in every tile."""
        side = self.network.tile[axis]
        first, last = span
        while first < last:
            length = side
            while (first - side + 1) % length or first + length > last:
                length //= 2
            yield first, first + length
            first += length


def _positions_outside(positions: range, span: Span) -> list[int]:
    return [at for at in positions if not span[0] <= at < span[1]]
