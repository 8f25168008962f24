"""Parameters: what a filter refuses to be made with, in one line that says what was wanted."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import imgfilt
from imgfilt import (
    Bilateral,
    Blur,
    Convolve,
    Gaussian,
    Kernel,
    KernelError,
    Median,
    NLMeans,
)
from imgfilt.cli.options import filter_options
from imgfilt.engines.numpy.convolution.taps import Taps
from imgfilt.errors import ParameterError
from imgfilt.filters import FILTERS
from imgfilt.filters.sweep import sweep
from imgfilt.parameters import Choice, Flag

REQUIRED = {"convolve": {"kernel": "1 2; 3 4"}}
NUMBERS = [
    (name, parameter.name)
    for name, kind in FILTERS.items()
    for parameter in kind.parameters()
    if hasattr(parameter.kind, "minimum") and parameter.name not in ("scale", "origin")
]
ODD = [
    (Median, "size"),
    (Gaussian, "size"),
    (Bilateral, "diameter"),
    (NLMeans, "patch"),
    (NLMeans, "search"),
]


def refusal(kind, **given):
    with pytest.raises(ParameterError) as refused:
        kind(**given)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


@pytest.mark.parametrize(("name", "parameter"), NUMBERS)
def test_number_that_can_not_be(name, parameter):
    for value in (float("nan"), float("inf"), -float("inf"), -1, 1e151, 10**400, "a", None, [], 1j):
        kind = FILTERS[name]
        if (
            value is None
            and next(p for p in kind.parameters() if p.name == parameter).default is None
        ):
            continue
        said = refusal(kind, **REQUIRED.get(name, {}), **{parameter: value})
        assert said.startswith(f"{parameter}: ")


@pytest.mark.parametrize(("kind", "name"), ODD)
@pytest.mark.parametrize("value", [2, 4, 22])
def test_even_size_names_both_neighbours(kind, name, value):
    said = refusal(kind, **{name: value})
    advice = f"; sigma={value} is a standard deviation" if kind is Gaussian else ""
    assert said == f"{name}: {value} is even; odd are {value - 1} and {value + 1}{advice}"


@pytest.mark.parametrize(("kind", "name"), ODD)
def test_whole_number_that_is_none(kind, name):
    assert "is not an odd number from 1 to " in refusal(kind, **{name: 2.5})
    assert "is not an odd number from 1 to " in refusal(kind, **{name: 0})


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (Blur, {"size": 16384}, "size: 16384 is not a whole number from 1 to 16383"),
        (Blur, {"size": (3, 0)}, "size: 0 is not"),
        (Blur, {"size": (3, 4, 5)}, r"size: \(3, 4, 5\) is neither a side nor \(width, height\)"),
        (Blur, {"size": "5"}, "size: '5' is not"),
        (Median, {"size": 16385}, "size: 16385 is not an odd number from 1 to 16383"),
        (Gaussian, {"sigma": 2000.5}, "sigma: 2000.5 is not a number from 0 to 2000"),
        (Gaussian, {"sigma": -1}, "sigma: -1 is not a number from 0 to 2000"),
        (Bilateral, {"diameter": 1025}, "diameter: 1025 is not an odd number from 1 to 1023"),
        (NLMeans, {"patch": 1025}, "patch: 1025 is not an odd number from 1 to 1023"),
        (NLMeans, {"search": 1025}, "search: 1025 is not an odd number from 1 to 1023"),
        (NLMeans, {"strength": -0.5}, "strength: -0.5 is not a number from 0"),
        (Convolve, {"kernel": "1 2; 3"}, "kernel:2: 1 number, but the rows above have 2"),
        (Convolve, {"kernel": ()}, "kernel: .* is neither a Kernel nor a text"),
        (Convolve, {"kernel": 5}, "kernel: 5 is neither a Kernel nor a text"),
        (Convolve, {"kernel": "sobel-z"}, "'sobel-z'; sobel-x and sobel-y are"),
        (
            Convolve,
            {"kernel": "1 2", "origin": (0, 2)},
            "origin 0,2 is outside the kernel of 1 x 2",
        ),
        (Convolve, {"kernel": "1 2", "origin": (1,)}, "origin: "),
        (Convolve, {"kernel": ("1", "2"), "origin": (0, 0)}, "an origin goes with one kernel"),
        (Convolve, {"kernel": "sobel-x", "normalize": True}, "weights sum to 0"),
        (Convolve, {"kernel": "1 2", "size": 3}, "a size was given beside the kernel"),
        (Convolve, {"kernel": Kernel([[1]]), "size": 3}, "a size goes with a preset"),
        (Convolve, {"kernel": "1", "scale": float("nan")}, "scale: .* is not a finite number"),
        (Convolve, {"kernel": "1", "scale": "1/0"}, "scale: .* is not a finite number"),
    ],
)
def test_message(kind, given, message):
    with pytest.raises(ParameterError, match=message):
        kind(**given)


def test_kernel_errors_are_their_own_kind():
    for given in ({"kernel": "1 a"}, {"kernel": "sobel-z"}, {"kernel": "1", "origin": (3, 3)}):
        with pytest.raises(KernelError):
            Convolve(**given)


def test_numbers_of_any_type():
    """NumPy's numbers are as good as Python's, and what is held is Python's own."""
    assert Blur(np.int64(4)) == Blur(4)
    assert Blur([np.uint8(4), 3]) == Blur((4, 3))
    assert Gaussian(sigma=np.float32(0.5)) == Gaussian(sigma=0.5)
    assert Gaussian(sigma=Fraction(1, 2)) == Gaussian(sigma=0.5)
    assert type(NLMeans(strength=np.float64(3)).strength) is float
    assert type(Median(np.int16(3)).size) is int
    assert Convolve("1", scale=0.1).scale == Fraction(1, 10)
    assert Convolve("1", origin=np.array([0, 0])).origin == (0, 0)


@pytest.mark.parametrize("name", list(FILTERS))
def test_a_filter_is_a_value(name):
    """Frozen, and equal to another of the same parameters."""
    kind, given = FILTERS[name], REQUIRED.get(name, {})
    one = kind(**given)
    assert one == kind(**given)
    assert hash(one) == hash(kind(**given))
    with pytest.raises(AttributeError):
        setattr(one, kind.parameters()[0].name, 3)
    assert kind.__name__ in imgfilt.__all__


def test_scale_and_normalize_are_exact():
    third = Convolve("1 1 1", scale="1/3").composed
    assert third.fractions == [[Fraction(1, 3)] * 3]
    assert Convolve("1 2 4", normalize=True).composed.fractions == [
        [Fraction(1, 7), Fraction(2, 7), Fraction(4, 7)]
    ]
    twice = Convolve("average:3", scale="9/2")
    assert twice.composed.sum == Fraction(9, 2)


def test_several_kernels_are_one():
    """Composed by convolution; origins add, and what is said beside them goes for the whole."""
    filt = Convolve(("1 1", "1; 1", "1 -1"), scale="1/2")
    assert filt.composed == Kernel([[1, 0, -1], [1, 0, -1]], (1, 2)).scaled(Fraction(1, 2))
    pixels = np.arange(56.0).reshape(7, 8) ** 2
    apart = pixels
    for kernel in ("1 1", "1; 1", "1 -1"):
        apart = imgfilt.apply(Convolve(kernel), apart, border="wrap", values="clip")
    assert np.array_equal(imgfilt.apply(filt, pixels, border="wrap", values="clip"), apart / 2)


@pytest.mark.parametrize("name", list(FILTERS))
def test_parameters_are_documented_from_their_declaration(name):
    """Each has a line in the class's docstring, before the worked example."""
    section, _, example = FILTERS[name].__doc__.partition("Parameters\n")[2].partition("Examples\n")
    assert ">>>" in example
    for parameter in FILTERS[name].parameters():
        assert f"\n{parameter.name} : " in section
        wanted = parameter.kind.description.replace("ROW,COL", "(row, col)")
        is_said = f"Takes {wanted}." in " ".join(section.split())
        # The type or the help itself says what a flag or a choice is.
        assert is_said is not isinstance(parameter.kind, Flag | Choice)


def test_a_required_parameter_need_be_no_kernel():
    """The kind of a parameter decides how its option is parsed, and whether it is repeatable."""

    @dataclasses.dataclass(frozen=True)
    class Lowest(Median):
        title = "Lowest"
        side: str = dataclasses.field(
            kw_only=True, metadata={"kind": Choice(("left", "right")), "help": "", "short": None}
        )

    option = {option.name: option for option in filter_options(Lowest)}["side"]
    assert (option.required, option.multiple) == (True, False)
    assert [one.filter.side for one in sweep(Lowest, {"side": "left,right"})] == ["left", "right"]


@pytest.mark.parametrize(("weights", "rank"), [([[0, 0]], 0), ([[1, 2], [2, 4]], 1)])
def test_rank_of_taps(weights, rank):
    assert Taps(np.array(weights, float)).rank == rank
    assert Taps(np.eye(3)).rank == 3
