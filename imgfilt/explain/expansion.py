"""The expanded picture: a grid with the cells beyond its edges, in numbers or in letters.

Source: the lecture's "Dealing with boundaries".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..border import BORDERS, output_shape, pad
from ..errors import ImageError
from ..geometry import Reach, Rect
from ..kernel.formatting import align_columns
from ..rows import format_word
from .format_plan import format_size

_MOST_CELLS = 1_000_000
_BAR = "\0"  # stands for a bar of the frame until all lines are made: a cell may be a bar


class Expansion(NamedTuple):
    """A grid with the cells beyond its edges.

    Attributes
    ----------
    cells : list of list of str
        All cells, row by row.
    inside : Rect
        The cells of the grid itself; with `valid`, those on which the whole window fits.
    """

    cells: list[list[str]]
    inside: Rect


def expand(
    words: Sequence[Sequence[str]], border: str, reach: tuple[int, int], value: str
) -> Expansion:
    """Return a grid expanded by a border.

    Parameters
    ----------
    words : sequence of sequences of str
        The cells, row by row.
    border : str
        A key of BORDERS.
    reach : (rows, columns)
        How far a window reaches beyond a cell, in each direction.
    value : str
        The cell beyond the edge with the border `constant`.

    Raises
    ------
    ImageError
        If there would be too many cells, or with `valid` no cell on which the window fits.

    Examples
    --------
    >>> expand([["a", "b", "c"]], "reflect", (0, 2), "0").cells
    [['c', 'b', 'a', 'b', 'c', 'b', 'a']]
    """
    grid = np.array(words, object)[..., np.newaxis]
    (height, width, _), (down, across) = grid.shape, reach
    sides = Reach(down, down, across, across)
    rows, columns = output_shape(border, height, width, sides)
    if not rows * columns:
        raise ImageError(
            f"a grid of {format_size(height, width)} has no cell on which a window of "
            f"{format_size(2 * down + 1, 2 * across + 1)} fits"
        )
    if (rows + 2 * down) * (columns + 2 * across) > _MOST_CELLS:
        raise ImageError(f"the expanded grid has more than {_MOST_CELLS:,} cells")
    fill = np.array([value if border == "constant" else "0"], object)
    cells = pad(grid, Rect(0, 0, rows, columns), sides, border, fill)
    growth = BORDERS[border].growth
    inside = Rect(0, 0, min(rows, height), min(columns, width))
    steps = 1 + max(0, growth)
    return Expansion(cells[..., 0].tolist(), inside.moved(steps * down, steps * across))


def format_expansion(expansion: Expansion, frame: bool = True) -> list[str]:
    r"""Return an expansion as lines of aligned columns, the inside framed.

    Examples
    --------
    >>> print("\n".join(format_expansion(expand([["a", "b"]], "replicate", (1, 1), "0"))))
    a   a b   b
      +-----+
    a | a b | b
      +-----+
    a   a b   b
    """
    inside = expansion.inside
    cells = [list(map(format_word, row)) for row in expansion.cells]
    if not frame:
        return align_columns(cells)
    for number, row in enumerate(cells):
        bar = _BAR if inside.top <= number < inside.bottom else " "
        row.insert(inside.right, bar)
        row.insert(inside.left, bar)
    lines = align_columns(cells)
    left, right = lines[inside.top].index(_BAR), lines[inside.top].rindex(_BAR)
    rule = " " * left + "+" + "-" * (right - left - 1) + "+"
    lines.insert(inside.bottom, rule)
    lines.insert(inside.top, rule)
    return [line.rstrip().replace(_BAR, "|") for line in lines]
