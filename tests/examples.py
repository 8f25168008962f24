"""What the tests know of each filter, one entry of EXAMPLES a filter; and pictures to try it on."""

import shlex
from collections.abc import Callable, Container
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

from imgfilt import Bilateral, Blur, Convolve, Edges, Gaussian, Kernel, Median, NLMeans
from imgfilt.filters import Filter

from . import reference

DTYPES = "uint8", "uint16", "float32", "float64"
ENGINES = "numpy", "opencv", "auto"

ANY = range(1, 100)
EVERYTHING = dict.fromkeys(DTYPES, ANY)


class Example(NamedTuple):
    """A filter, its reference, and what cv2 can compute: dtype -> numbers of colour channels."""

    filter: Filter
    meaning: Callable
    opencv: dict[str, Container[int]] = EVERYTHING
    magnitude: float = 1  # Σ|w|


class Entry(NamedTuple):
    """What the tests know of one filter.

    Attributes
    ----------
    examples : list of Example
        Filters on small pictures, with every border, depth and engine.
    command : (str, Filter)
        Options of the command line, and the filter that they make.
    sample : (str, callable, int)
        Options for the sample pictures, the reference, and how far it reaches in pixels.
    promoted : list of Filter
        Filters that are compared on one picture at all depths.
    declared : str
        The parameters with their defaults, which `--changed` relies on.
    effects : dict
        Of each parameter options without and with it that change the result; None if none do.
    opencv_levels, opencv_floats : float
        How far OpenCV may be from the reference: in levels, and for floats in units of 1.
    """

    examples: list[Example]
    command: tuple[str, Filter]
    sample: tuple[str, Callable, int]
    promoted: list[Filter]
    declared: str
    effects: dict[str, tuple[str, str] | None]
    opencv_levels: float = 1
    opencv_floats: float = 3e-5


def linear(filt, weights, divisor=1, **options):
    meaning = partial(reference.convolved, weights=weights, divisor=divisor, **options)
    return Example(filt, meaning, magnitude=float(np.abs(weights).sum() / divisor))


def bell(filt, factor, divisor=1):
    return linear(filt, np.outer(factor, factor), divisor)


def ones(rows, columns):
    return np.ones((rows, columns), int)


def noisy(rows, columns, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, columns))


def whole(rows, columns, seed=0):
    return np.random.default_rng(seed).integers(-3, 9, (rows, columns))


SHARPEN = [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
SEVEN = np.outer(reference.tabled(7), reference.tabled(7))
ASYMMETRIC = [[1, 2, 0], [3, -4, 5]]
LARGE = whole(13, 14)  # of full rank, and too many weights to sum one by one

EXAMPLES: dict[str, Entry] = {
    "convolve": Entry(
        [
            linear(
                Convolve("1 2; 3 4", origin=(0, 1), scale="1/10"),
                [[1, 2], [3, 4]],
                10,
                origin=(0, 1),
            ),
            linear(
                Convolve(Kernel(ASYMMETRIC, (1, 2)), correlate=True),
                ASYMMETRIC,
                origin=(1, 2),
                correlate=True,
            ),
            linear(
                Convolve(("1 2 1", "1; 0; -1")), [[1, 2, 1], [0, 0, 0], [-1, -2, -1]], origin=(1, 1)
            ),
            linear(Convolve(Kernel(noisy(3, 4))), noisy(3, 4)),
            linear(Convolve(Kernel(LARGE), normalize=True), LARGE, int(LARGE.sum())),
        ],
        command=("--kernel '1 2; 3 4' --scale 1/10", Convolve("1 2; 3 4", scale="1/10")),
        sample=(
            "--kernel sharpen",
            partial(reference.convolved, weights=[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
            1,
        ),
        promoted=[Convolve("sharpen"), Convolve("1 2 1; 2 4 2; 1 2 1", normalize=True)],
        declared="kernel size=None correlate=False origin=None scale=None normalize=False",
        effects={
            "kernel": ("-k sobel-y", "-k sobel-x"),
            "size": ("-k average:3", "-k average --size 5"),
            "correlate": ("-k sobel-x", "-k sobel-x --correlate"),
            "origin": ("-k '1 2 3' --values abs", "-k '1 2 3' --values abs --origin 0,0"),
            "scale": ("-k identity", "-k identity --scale 1/2"),
            "normalize": ("-k '1 1 1'", "-k '1 1 1' --normalize"),
        },
    ),
    "blur": Entry(
        [
            linear(Blur(3), ones(3, 3), 9),
            linear(Blur(4), ones(4, 4), 16),
            linear(Blur((5, 2)), ones(2, 5), 10),
        ],
        command=("--size 3x4", Blur((3, 4))),
        sample=("", partial(reference.convolved, weights=ones(5, 5), divisor=25), 2),
        promoted=[Blur(5)],
        declared="size=5",
        effects={"size": ("", "--size 3")},
    ),
    "gaussian": Entry(
        [
            bell(Gaussian(), reference.tabled(5), 256),
            bell(Gaussian(11), reference.sampled(11, 2.0)),
            bell(Gaussian(sigma=0.7), reference.sampled(7, 0.7)),
            linear(
                Gaussian(sigma=(1.2, 0.5)),
                np.outer(reference.sampled(5, 0.5), reference.sampled(11, 1.2)),
            ),
            linear(Gaussian(sigma=(0, 0.5)), reference.sampled(5, 0.5)[:, np.newaxis]),
            linear(Gaussian((3, 7)), np.outer(reference.tabled(7), reference.tabled(3)), 256),
            linear(
                Gaussian(size=(5, 7), sigma=(0, 1), integer=True),
                np.outer([4, 54, 242, 399, 242, 54, 4], reference.tabled(5)),
                999 * 16,
            ),
            linear(
                Gaussian((5, 3), (1, 2), integrated=True),
                np.outer(reference.integrated(3, 2), reference.integrated(5, 1)),
            ),
            bell(Gaussian(size=5, sigma=1, integrated=True), reference.integrated(5, 1)),
            bell(
                Gaussian(size=7, sigma=1, integrated=True, integer=True),
                np.array([6, 61, 242, 383, 242, 61, 6]),
                1001**2,
            ),
        ],
        command=("--sigma 0.8", Gaussian(sigma=0.8)),
        sample=(
            "--size 7",
            partial(
                reference.convolved, weights=np.outer(*[reference.tabled(7)] * 2), divisor=64**2
            ),
            3,
        ),
        promoted=[Gaussian(sigma=2), Gaussian()],
        declared="size=None sigma=None integrated=False integer=False",
        effects={
            "size": ("", "--size 3"),
            "sigma": ("--size 5", "--size 5 --sigma 3"),
            "integrated": ("--size 5", "--size 5 --integrated"),
            "integer": ("--sigma 0.7", "--sigma 0.7 --integer"),
        },
    ),
    "median": Entry(
        [
            Example(
                Median(size),
                partial(reference.median, size=size),
                {"uint8": ANY} | (dict.fromkeys(["uint16", "float32"], ANY) if size <= 5 else {}),
            )
            for size in (3, 7)
        ]
        + [Example(Median((5, 1)), partial(reference.median, size=(5, 1)), {})],
        command=("-s 3", Median(3)),
        sample=("", partial(reference.median, size=5), 2),
        promoted=[Median(5)],
        declared="size=5",
        effects={"size": ("", "--size 3")},
    ),
    "bilateral": Entry(
        [
            Example(
                Bilateral(*sizes),
                partial(
                    reference.bilateral,
                    **dict(zip(("diameter", "sigma_color", "sigma_space"), sizes, strict=True)),
                ),
                dict.fromkeys(["uint8", "uint16", "float32"], (1, 3)),
            )
            for sizes in ((5, 150, 1.5), (3, 40, 9))
        ],
        command=("-d 5 --sigma-color 40", Bilateral(5, 40)),
        sample=("", partial(reference.bilateral, diameter=9, sigma_color=75, sigma_space=75), 4),
        promoted=[Bilateral()],
        declared="diameter=9 sigma_color=75 sigma_space=75 fast=False",
        effects={
            "diameter": ("", "--diameter 3"),
            "sigma_color": ("", "--sigma-color 9"),
            "sigma_space": ("", "--sigma-space 1"),
            "fast": None,  # another way to the same
        },
        opencv_floats=1 / 255,
    ),
    "nlmeans": Entry(
        [
            Example(
                NLMeans(*sizes),
                partial(
                    reference.nlmeans,
                    **dict(zip(("strength", "patch", "search"), sizes, strict=True)),
                ),
                {"uint8": (1, 2, 3, 4)},
            )
            for sizes in ((100, 3, 5), (40, 5, 3), (60, 1, 3))
        ],
        command=("--strength 60 --patch 3 --search 5", NLMeans(60, 3, 5)),
        sample=("--search 9", partial(reference.nlmeans, strength=10, patch=7, search=9), 7),
        promoted=[NLMeans(search=11)],
        declared="strength=10 patch=7 search=21",
        effects={
            "strength": ("", "--strength 90"),
            "patch": ("--strength 90", "--strength 90 --patch 3"),
            "search": ("--strength 90", "--strength 90 --search 3"),
        },
        opencv_levels=2,
        opencv_floats=1 / 255,
    ),
    "edges": Entry(
        [
            Example(
                Edges(operator, of),
                partial(reference.edges, operator=operator, of=of),
                magnitude=2 * 2**0.5,
            )
            for operator, of in (
                ("sobel", "channels"),
                ("scharr", "luma"),
                ("prewitt", "channels"),
                ("central", "luma"),
            )
        ],
        command=("--operator scharr --of luma", Edges("scharr", "luma")),
        sample=("", reference.edges, 1),
        promoted=[Edges(), Edges("scharr", "luma")],
        declared="operator=sobel of=channels",
        effects={"operator": ("", "--operator scharr"), "of": ("", "--of luma")},
    ),
}

FIRST = [(name, 0) for name in EXAMPLES]
CASES = [(name, at) for name, entry in EXAMPLES.items() for at in range(len(entry.examples))]

# A command of each filter, and the filter that it means.
FILTER_COMMANDS = {
    name: (shlex.split(entry.command[0]), entry.command[1]) for name, entry in EXAMPLES.items()
}


def case_name(case):
    return f"{case[0]}{case[1]}"


# The first of each filter is tried by every run of the tests, the others by a whole one.
each_case = pytest.mark.parametrize(
    "case",
    [case if case in FIRST else pytest.param(case, marks=pytest.mark.slow) for case in CASES],
    ids=case_name,
)


def each_case_with_border(test):
    """Try each case with each border that its filter takes."""
    parameters = [
        pytest.param(
            *(case, border),
            id=f"{case_name(case)}-{border}",
            marks=[] if case in FIRST else [pytest.mark.slow],
        )
        for case in CASES
        for border in example(case).filter.borders
    ]
    return pytest.mark.parametrize(("case", "border"), parameters)(test)


def example(case):
    name, at = case
    return EXAMPLES[name].examples[at]


def filling(channels, dtype):
    """Return the value of the border `constant`, one a channel; float32 holds each exactly."""
    levels = [9, 200, 30, 77, 1][:channels]
    return [level / 256 for level in levels] if np.dtype(dtype).kind == "f" else levels


def picture(shape, dtype, seed=0):
    """Return noise over the whole range of whole levels; of floats, somewhat beyond 0..1."""
    chance = np.random.default_rng([seed, *shape])
    if np.dtype(dtype).kind == "f":
        return chance.uniform(-0.2, 1.3, shape).astype(dtype)
    return chance.integers(0, reference.peak(dtype), shape, dtype, endpoint=True)


def translucent(shape, dtype, seed=0):
    """Return noise whose last channel, alpha, is none, full or between in equal shares."""
    pixels = picture(shape, dtype, seed)
    top = reference.peak(dtype)
    levels = [0, 0, top, top, *([0.25, 0.5] if top == 1 else [1, 77 * top // 255])]
    pixels[..., -1] = np.random.default_rng(seed).choice(levels, shape[:2])
    return pixels


def assert_within(found, values, case, engine, dtype, largest):
    """Hold a result to the bounds that an engine promises."""
    assert found.dtype == dtype
    wanted = reference.stored(values, dtype)
    assert found.shape == wanted.shape
    off = np.abs(found - wanted)
    if engine == "numpy" and wanted.dtype.kind == "i":
        assert off.max() <= 1
        assert np.count_nonzero(off) * 10_000 <= off.size
    elif engine == "numpy":
        assert off.max() <= 2.0**-20 * example(case).magnitude * largest
    elif wanted.dtype.kind == "i":
        assert off.max() <= EXAMPLES[case[0]].opencv_levels
    else:
        assert off.max() <= EXAMPLES[case[0]].opencv_floats
