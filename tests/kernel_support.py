"""Kernels drawn at random."""

from hypothesis import strategies as st

from imgfilt import Kernel

FRACTIONS = st.fractions(-100, 100, max_denominator=100)


@st.composite
def kernels(draw, most=4, numbers=FRACTIONS):
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    row = st.lists(numbers, min_size=columns, max_size=columns)
    weights = draw(st.lists(row, min_size=rows, max_size=rows))
    return Kernel(weights, (draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))))
