"""The expanded grid against walks beyond its edges, and the frame around the grid itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgfilt.border import BORDERS
from imgfilt.errors import ImageError
from imgfilt.explain.expansion import expand, format_expansion

from .. import reference

REACHES = st.tuples(st.integers(0, 9), st.integers(0, 9))


@given(
    st.integers(1, 4), st.integers(1, 4), REACHES, st.sampled_from(sorted({*BORDERS} - {"valid"}))
)
def test_every_cell_is_where_a_walk_ends(height, width, reach, border):
    words = [[f"{row}-{column}" for column in range(width)] for row in range(height)]
    cells, inside = expand(words, border, reach, "v")
    beyond = "v" if border == "constant" else "0"
    down, across = (steps * (2 if border == "full" else 1) for steps in reach)
    for row, line in enumerate(cells):
        for column, found in enumerate(line):
            at = reference.walked(border, row - down, height)
            left = reference.walked(border, column - across, width)
            assert found == (beyond if None in (at, left) else words[at][left])
    assert inside == (down, across, down + height, across + width)
    assert np.shape(cells) == (height + 2 * down, width + 2 * across)


def test_valid_frames_where_the_window_fits():
    words = [list("abcd"), list("efgh"), list("ijkl")]
    expansion = expand(words, "valid", (1, 1), "0")
    assert expansion == (words, (1, 1, 2, 3))
    assert format_expansion(expansion) == [
        "a   b c   d",
        "  +-----+",
        "e | f g | h",
        "  +-----+",
        "i   j k   l",
    ]
    with pytest.raises(ImageError, match="no cell on which a window of 5 rows x 3 columns fits"):
        expand(words, "valid", (2, 1), "0")


def test_columns_are_aligned_and_a_cell_may_be_a_bar():
    assert format_expansion(expand([["|", "-10"]], "replicate", (0, 1), "0")) == [
        "  +-------+",
        "| | | -10 | -10",
        "  +-------+",
    ]
    assert format_expansion(expand([["7"]], "zero", (0, 0), "0")) == ["+---+", "| 7 |", "+---+"]


def test_a_grid_of_too_many_cells():
    with pytest.raises(ImageError, match="more than 1,000,000 cells"):
        expand([["1"]], "wrap", (1000, 1000), "0")
