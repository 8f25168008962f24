"""Kernel: what it takes and refuses, that its weights are exact, and its algebra."""

import itertools
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d

from imgfilt import Kernel
from imgfilt.errors import KernelError
from imgfilt.kernel.formatting import format_text

from ..kernel_support import FRACTIONS, kernels

F = Fraction


@pytest.mark.parametrize(
    ("shape", "origin"),
    [
        ((1, 1), (0, 0)),
        ((1, 2), (0, 1)),
        ((2, 2), (1, 1)),
        ((3, 3), (1, 1)),
        ((4, 7), (2, 3)),
        ((5, 1), (2, 0)),
    ],
)
def test_origin_is_the_middle_by_default(shape, origin):
    kernel = Kernel(np.ones(shape, int))
    assert (kernel.shape, kernel.origin) == (shape, origin)


def test_any_cell_is_an_origin():
    for origin in np.ndindex(2, 3):
        assert Kernel([[1, 2, 3], [4, 5, 6]], origin).origin == origin
    kernel = Kernel([[1, 2]], np.array([0, 1]))
    assert kernel.origin == (0, 1)
    assert all(type(place) is int for place in kernel.origin)


@pytest.mark.parametrize("origin", [(2, 0), (0, 3), (-1, 0), (0, -1), (10**30, 0)])
def test_origin_outside_is_refused(origin):
    row, column = origin
    with pytest.raises(KernelError) as refusal:
        Kernel([[1, 2, 3], [4, 5, 6]], origin)
    assert str(refusal.value) == (
        f"the origin {row},{column} is outside the kernel of 2 x 3: rows are 0 to 1, columns 0 to 2"
    )


@pytest.mark.parametrize("origin", [1, "1,1", (1,), (1, 1, 1), (1.0, 1.0), (None, 0), {}])
def test_origin_is_two_whole_numbers(origin):
    with pytest.raises(KernelError, match="is not a row and a column"):
        Kernel(np.ones((3, 3)), origin)


REFUSED = {
    "nothing": [],
    "an empty row": [[]],
    "an empty array": np.ones((0, 3)),
    "ragged rows": [[1, 2], [3]],
    "a row among numbers": [[1, 2], 3],
    "one dimension": [1, 0, -1],
    "an array of one dimension": np.array([1, 0, -1]),
    "three dimensions": [[[1, 2], [3, 4]]],
    "an array of three dimensions": np.ones((2, 2, 2)),
    "a number": 5,
    "an array of no dimension": np.array(5),
    "None": None,
    "NaN": [[1, float("nan")]],
    "NaN in an array": np.array([[1, np.nan]]),
    "infinity": [[1, float("-inf")]],
    "infinity in an array": np.array([[1, np.inf]], np.float32),
    "more than float64 holds": [[10**400]],
    "a fraction that float64 can't hold": [[F(10**400, 3)]],
    "an integer too long to print": [[10**5000]],
    "complex": [[1j]],
    "an array of complex": np.array([[1j]]),
    "an object": [[object()]],
    "an array of objects": np.array([[object(), 1]]),
    "None inside": [[None, 1]],
    "texts": [["1", "2"]],
    "an array of texts": np.array([["1", "2"]]),
    "an array of dates": np.array([["2018-01-01"]], "datetime64[D]"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name):
    with pytest.raises(KernelError) as refusal:
        Kernel(REFUSED[name])
    assert "kernel" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_refuses_more_than_a_million_weights():
    assert Kernel(np.ones((1000, 1000), np.uint8)).shape == (1000, 1000)
    with pytest.raises(KernelError, match=r"1001 x 1000 weights.* at most 1,000,000 "):
        Kernel(np.ones((1001, 1000), np.uint8))


EXACT = {
    "float": [[0.1]],
    "float64": [[np.float64(0.1)]],
    "float32": [[np.float32(0.1)]],
    "an array of float64": np.array([[0.1]]),
    "an array of float32": np.array([[0.1]], np.float32),
    "an array of objects": np.array([[F(1, 10)]], object),
    "big-endian": np.array([[0.1]], ">f8"),
    "Fraction": [[F(1, 10)]],
    "Decimal": [[Decimal("0.1")]],
}


@pytest.mark.parametrize("name", EXACT)
def test_a_float_is_the_decimal_that_it_prints_as(name):
    kernel = Kernel(EXACT[name])
    assert kernel.sum == F(1, 10)
    assert kernel.fractions == [[F(1, 10)]]
    assert kernel.weights.tolist() == [[0.1]]


def test_the_averaging_mask_of_the_lecture_sums_to_one():
    """As its Python example makes it: ones of float32, divided."""
    assert Kernel(np.ones((5, 5), np.float32) / 25).sum == 1


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64", "uint64", ">i4"])
def test_integers_stay_exact(dtype):
    most = 1 if dtype == "bool" else np.iinfo(dtype).max
    assert Kernel(np.full((2, 2), most, dtype)).sum == 4 * int(most)
    assert Kernel([[2**63, -(2**63) - 1]]).sum == -1


def test_sum_is_exact():
    assert Kernel([[F(1, 9)] * 3] * 3).sum == 1
    assert Kernel([[0.1, 0.2, -0.3]]).sum == 0
    assert Kernel([[1e16, 1, -1e16]]).sum == 1
    assert Kernel([[F(1, 3), 1e-20]]).sum == F(1, 3) + F(1, 10**20)


def test_weights_are_rounded_to_float64_and_read_only():
    kernel = Kernel([[F(1, 3), 2**53 + 1]])
    assert kernel.weights.dtype == np.float64
    assert kernel.weights.tolist() == [[1 / 3, float(2**53 + 1)]]
    kernels = [kernel, Kernel(np.ones((1, 2))), Kernel(np.ones((1, 2), int)), kernel.scaled(2)]
    for held in [*kernels, kernel.composed(kernel), Kernel(kernel)]:
        with pytest.raises(ValueError, match="read-only"):
            held.weights[0, 0] = 5


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "object"])
def test_what_was_given_is_neither_changed_nor_shared(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    before = array.copy()
    kernel = Kernel(array)
    assert (array == before).all()
    assert array.flags.writeable
    array[:] = 9
    assert kernel.fractions == [[0, 1, 2], [3, 4, 5]]
    assert kernel.weights.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_strides_do_not_matter():
    grid = np.arange(24.0).reshape(4, 6)
    for view in (grid[::-1, ::2], grid.T, np.broadcast_to(grid[0], (3, 6))):
        assert Kernel(view).fractions == view.tolist()


def test_kernel_of_a_kernel():
    kernel = Kernel([[F(1, 3), 2]], (0, 0))
    assert Kernel(kernel) == kernel
    moved = Kernel(kernel, (0, 1))
    assert (moved.origin, moved.fractions) == ((0, 1), kernel.fractions)
    assert kernel.origin == (0, 0)


def test_equal_by_weights_and_origin():
    kernel = Kernel([[0.5, 0.25]])
    assert kernel == Kernel(np.array([[0.5, 0.25]])) == Kernel([[F(1, 2), F(1, 4)]])
    assert kernel == Kernel([[2, 1]]).scaled(F(1, 4))
    assert kernel != Kernel([[0.5, 0.25]], (0, 0))
    assert kernel != Kernel([[0.5], [0.25]])
    assert kernel != Kernel([[0.5, 0.250000001]])
    assert Kernel([[F(1, 3)]]) != Kernel([[1 / 3]])
    assert kernel != [[0.5, 0.25]]


@pytest.mark.parametrize(
    "same",
    [
        [Kernel([[0.1, 2]]), Kernel(np.array([[0.1, 2]])), Kernel([[1, 20]]).scaled(F(1, 10))],
        [Kernel([[0]]), Kernel([[-0.0]]), Kernel(np.array([[-0.0]])), Kernel(np.array([[0]]))],
    ],
    ids=["a tenth", "zero"],
)
def test_equal_kernels_have_one_hash(same):
    assert len(set(same)) == 1


def test_integers_are_numerators_over_a_divisor():
    weights, divisor = Kernel([[F(1, 4), F(-1, 6)], [0.5, 0]]).integers
    assert (weights.dtype, weights.tolist(), divisor) == (np.float64, [[3, -2], [6, 0]], 12)
    weights, divisor = Kernel([[2, 4]]).integers
    assert (weights.tolist(), divisor) == ([[2, 4]], 1)


def test_integers_are_none_where_float64_would_round():
    assert Kernel([[2**53 - 1]]).integers is not None
    assert Kernel([[2**53]]).integers is None
    assert Kernel([[2**52, -(2**52)]]).integers is None
    assert Kernel([[F(1, 2**53 - 1)]]).integers is not None
    assert Kernel([[F(1, 2**53)]]).integers is None
    assert Kernel(np.random.default_rng(0).random((101, 100))).integers is None


def test_scaled():
    kernel = Kernel([[1, 2], [3, F(1, 2)]], (0, 1)).scaled(F(1, 3))
    assert kernel.fractions == [[F(1, 3), F(2, 3)], [1, F(1, 6)]]
    assert kernel.origin == (0, 1)
    assert Kernel([[0.1, -1]]).scaled(-10).fractions == [[-1, 10]]
    assert Kernel([[0.1, -1]]).scaled(0).sum == 0


def test_normalized_divides_by_the_sum():
    kernel = Kernel([[1, 2, 3]], (0, 0)).normalized()
    assert kernel.fractions == [[F(1, 6), F(1, 3), F(1, 2)]]
    assert kernel.origin == (0, 0)
    assert Kernel([[-1, -3]]).normalized().fractions == [[F(1, 4), F(3, 4)]]


@pytest.mark.parametrize("weights", [[[0]], [[1, -1]], [[0.1, 0.2, -0.3]]])
def test_a_sum_of_zero_is_not_normalized(weights):
    with pytest.raises(KernelError, match="sum to 0, so it can't be normalized"):
        Kernel(weights).normalized()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Kernel([[1e308]]).scaled(10),
        lambda: Kernel([[1]]).scaled(10**400),
        lambda: Kernel([[1e308, -1e308, 1e-300]]).normalized(),
        lambda: Kernel([[1e200]]).composed(Kernel([[1e200]])),
    ],
    ids=["scaled", "scaled by more than float64 holds", "normalized", "composed"],
)
def test_weights_past_float64_are_refused(make):
    with pytest.raises(KernelError):
        make()


INTEGERS = st.integers(-(10**6), 10**6)


@settings(deadline=None, max_examples=50)
@given(kernels(numbers=INTEGERS), kernels(numbers=INTEGERS), FRACTIONS)
def test_composed_is_the_full_convolution(one, other, scale):
    both = one.composed(other.scaled(scale))
    full = convolve2d(one.weights.astype(np.int64), other.weights.astype(np.int64))
    assert both.fractions == [[scale * weight for weight in row] for row in full.tolist()]
    assert both.origin == tuple(np.add(one.origin, other.origin))
    assert both.shape == full.shape


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(), kernels())
def test_composing_is_commutative(one, other):
    assert one.composed(other) == other.composed(one)


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(3), kernels(3), kernels(3))
def test_composing_is_associative(one, other, third):
    assert one.composed(other).composed(third) == one.composed(other.composed(third))


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(), st.fractions(-9, 9, max_denominator=99))
def test_scaling_is_linear_and_keeps_the_origin(kernel, factor):
    scaled = kernel.scaled(factor)
    assert scaled.fractions == [[factor * weight for weight in row] for row in kernel.fractions]
    assert scaled.sum == factor * kernel.sum
    assert scaled.origin == kernel.origin


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels())
def test_normalized_sums_to_one(kernel):
    assume(kernel.sum != 0)
    assert kernel.normalized().sum == 1
    assert kernel.normalized().scaled(kernel.sum) == kernel


def test_composing_with_one_cell_is_neutral():
    kernel = Kernel([[1, 2], [3, F(1, 7)]], (0, 1))
    assert kernel.composed(Kernel([[1]])) == kernel == Kernel([[1]]).composed(kernel)


def test_a_composed_kernel_of_more_than_a_million_weights_is_refused():
    large = Kernel(np.ones((1, 1000), int))
    assert large.composed(Kernel(np.ones((1000, 1), int))).shape == (1000, 1000)
    with pytest.raises(KernelError, match=r"1001 x 1000 weights is too large: at most 1,000,000 "):
        large.composed(Kernel(np.ones((1001, 1), int)))


def test_repr_makes_the_kernel_again():
    kernel = Kernel([[0.1, -2]], (0, 0))
    assert repr(kernel) == "Kernel([[0.1, -2.0]], origin=(0, 0))"
    assert eval(repr(kernel)) == kernel


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels())
def test_turning(kernel):
    grid, (row, column), (rows, columns) = kernel.fractions, kernel.origin, kernel.shape
    flipped = kernel.flipped()
    assert flipped.fractions == [line[::-1] for line in grid[::-1]]
    assert flipped.origin == (rows - 1 - row, columns - 1 - column)
    assert kernel.transposed().fractions == [list(line) for line in zip(*grid, strict=True)]
    assert kernel.transposed().origin == (column, row)
    quarter = kernel.rotated()
    assert quarter.fractions == [list(line) for line in zip(*grid, strict=True)][::-1]
    assert quarter.fractions[quarter.origin[0]][quarter.origin[1]] == grid[row][column]
    assert quarter.rotated() == flipped == kernel.rotated(2) == kernel.rotated(-2)
    assert flipped.rotated(2) == kernel == kernel.rotated(4) == quarter.rotated(3)
    assert kernel.transposed().transposed() == kernel == kernel.rotated(0)


def test_a_quarter_turn_goes_against_the_clock():
    kernel = Kernel([[1, 2, 3], [4, 5, 6]], (0, 2)).rotated()
    assert (kernel.fractions, kernel.origin) == ([[3, 6], [2, 5], [1, 4]], (0, 0))


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(), kernels())
def test_adding_lays_origin_upon_origin(one, other):
    both = one.added(other)
    expected = {}
    for kernel in (one, other):
        for row, line in enumerate(kernel.fractions):
            for column, weight in enumerate(line):
                place = row - kernel.origin[0], column - kernel.origin[1]
                expected[place] = expected.get(place, 0) + weight
    for row, line in enumerate(both.fractions):
        for column, weight in enumerate(line):
            place = row - both.origin[0], column - both.origin[1]
            assert weight == expected.pop(place, 0)
    assert expected == {}
    assert both == other.added(one)
    assert both.sum == one.sum + other.sum
    sides = [max(a, b) for a, b in zip(one.shape, other.shape, strict=True)]
    assert all(side >= least for side, least in zip(both.shape, sides, strict=True))


@settings(deadline=None, max_examples=30)
@given(kernels(3), kernels(3), kernels(3))
def test_composing_distributes_over_adding(one, other, third):
    together = one.added(other).composed(third)
    apart = one.composed(third).added(other.composed(third))
    assert together == apart


def test_sharpen_is_the_identity_less_the_laplacian():
    laplacian = Kernel([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    sharpen = Kernel([[1]]).added(laplacian.scaled(-1))
    assert sharpen.fractions == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]


def test_kernels_far_apart_add_to_one_too_large():
    left, right = Kernel(np.ones((1, 900), int), (0, 0)), Kernel(np.ones((900, 1), int), (899, 0))
    assert left.added(right).shape == (900, 900)
    with pytest.raises(KernelError, match="is too large"):
        left.composed(left).added(right.composed(right))


def rank_by_minors(rows):
    """The size of the largest square of rows and columns whose determinant isn't 0."""

    def determinant(grid):
        if not grid:
            return F(1)
        return sum(
            (-1) ** at
            * grid[0][at]
            * determinant([line[:at] + line[at + 1 :] for line in grid[1:]])
            for at in range(len(grid))
        )

    sides = range(min(len(rows), len(rows[0])), 0, -1)
    return next(
        (
            side
            for side in sides
            for down in itertools.combinations(rows, side)
            for across in itertools.combinations(range(len(rows[0])), side)
            if determinant([[line[at] for at in across] for line in down])
        ),
        0,
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(3), kernels(3), st.sampled_from([1, F(1, 3), F(1, 10**9)]))
def test_rank_is_that_of_the_definition(one, other, scale):
    for kernel in (one, one.added(other).scaled(scale), one.composed(Kernel([[1, 2]]))):
        assert kernel.rank == rank_by_minors(kernel.fractions)


NEAR = F(1, 10**12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weights", "rank"),
    [
        ([[0, 0], [0, 0]], 0),
        ([[7]], 1),
        ([[1, 2], [2, 4]], 1),
        ([[1, 1], [1, 1 + NEAR]], 2),
        ([[F(1, 3), F(1, 7)], [F(2, 3), F(2, 7)]], 1),
        ([[F(1, 3), F(1, 7)], [F(2, 3), F(2, 7) + NEAR]], 2),
        ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 2),
        (np.eye(7, dtype=int), 7),
        (np.arange(35).reshape(5, 7), 2),
        (np.arange(400 * 300).reshape(400, 300), 2),
        (np.outer([0.1, 0.7, 0.2], [0.3, 0.123456789, 1e-9]), 1),
        (np.outer([0.1, 0.7, 0.2], [0.3, 0.1, 0.2]) + np.eye(3) * 1e-9, 3),
    ],
)
def test_rank(weights, rank):
    assert Kernel(weights).rank == rank
    assert Kernel(weights).transposed().rank == rank
    assert (Kernel(weights).factors is not None) == (rank == 1)


def test_rank_depends_on_the_weights_alone():
    """Not on whether they came as floats or as a text."""
    bell = np.exp(-(np.arange(-3, 4) ** 2) / 2)
    kernel = Kernel(np.outer(bell, bell))
    assert kernel.rank == 1
    assert Kernel(kernel.fractions).rank == Kernel.parse(format_text(kernel)).rank == 1


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(5), kernels(5), st.sampled_from([1, F(-2, 3), F(1, 10**20)]))
def test_factors_compose_to_the_kernel_exactly(one, other, scale):
    column = Kernel([[line[0]] for line in one.fractions], (one.origin[0], 0)).scaled(scale)
    row = Kernel(other.fractions[:1], (0, other.origin[1]))
    kernel = column.composed(row)
    if not any(map(any, kernel.fractions)):
        assert kernel.factors is None
        return
    down, across = kernel.factors
    assert (down.shape[1], across.shape[0]) == (1, 1)
    assert down.composed(across) == kernel


def test_factors_have_the_root_of_the_sum():
    down, across = Kernel(np.ones((3, 2), int)).scaled(F(1, 6)).factors
    assert down.fractions == [[F(1, 3)]] * 3
    assert across.fractions == [[F(1, 2)] * 2]
    down, across = Kernel([[1, 0, -1], [2, 0, -2]], (0, 2)).factors
    assert (down.fractions, across.fractions) == ([[1], [2]], [[1, 0, -1]])
    assert (down.origin, across.origin) == ((0, 0), (0, 2))
    down, across = Kernel([[F(-1, 2), 0, F(1, 2)], [-1, 0, 1]]).factors
    assert (down.fractions, across.fractions) == ([[1], [2]], [[F(-1, 2), 0, F(1, 2)]])


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("odd", [False, True])
def test_factors_of_floats_are_close(sign, odd):
    bell = np.exp(-(np.arange(-4, 5) ** 2) / 3.3)
    across = np.gradient(bell) if odd else bell
    kernel = Kernel(sign * np.outer(bell, across))
    found = kernel.factors
    product = found[0].weights @ found[1].weights
    np.testing.assert_allclose(product, kernel.weights, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    "weights",
    [
        ["1e300", "-1e300", "1e-300"],  # a root of the sum asks for a factor of 1e450
        ["1e-300", "1e300"],
        ["1e300", "3e300"],
    ],
)
def test_factors_of_weights_near_the_ends_of_float64(weights):
    kernel = Kernel([[Fraction(weight) for weight in weights]] * 2)
    down, across = kernel.factors
    assert down.composed(across) == kernel
    assert np.isfinite(down.weights).all()
    assert np.isfinite(across.weights).all()


def test_factors_of_a_weight_that_composing_made_too_small():
    small = Kernel([[Fraction("1e-300"), 1]])
    down, across = small.composed(small).factors
    assert down == Kernel([[1]], (0, 0))
    assert across == small.composed(small)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9))
def test_any_floats_are_the_decimals_that_they_print_as(weights):
    assert Kernel(np.array([weights])).fractions == [[Fraction(repr(w)) for w in weights]]
