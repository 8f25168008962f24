"""Translations to other systems: each is run and gives the result of imgfilt."""

import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest

import imgfilt
from imgfilt import Convolve, Kernel
from imgfilt.border import BORDERS
from imgfilt.kernel.source import parse_source
from imgfilt.translate import SYSTEMS, translate
from imgfilt.translate.convolution_spec import ConvolutionSpec

from ..cli_support import posix, refused, save, succeed
from ..examples import picture

pytestmark = pytest.mark.usefixtures("in_folder")

# They differ in symmetry, origin, parity of sides and scale.
KERNELS = {
    "sobel-x": parse_source("sobel-x"),
    "average": parse_source("average:5"),
    "sharpen": parse_source("sharpen"),
    "gaussian": parse_source("gaussian:7,1.3"),
    "even": Kernel([[1, 2, 3, 4], [5, 6, 7, 9]]).normalized(),
    "corner": Kernel([[5, -1, 2], [0, 3, 1]], (0, 0)).normalized(),
    "last corner": Kernel([[5, -1, 2], [0, 3, 1]], (1, 2)).normalized(),
    "row": Kernel([[1, 2, 4, 8]], (0, 3)).normalized(),
    "column": Kernel([[1], [2], [4]], (0, 0)).normalized(),
    "one": Kernel([[0.5]]),
}
SHAPES = [(9, 11), (17, 12, 3)]
PYTHON = ["opencv", "scipy", "skimage"]
PROGRAMS = {"imagemagick": ["convert"], "vips": ["vips", "vipsheader"]}
CALLS = [*PYTHON, *PROGRAMS]

each_border = pytest.mark.parametrize("border", BORDERS)
each_kernel = pytest.mark.parametrize("name", KERNELS)


def compare(found, kernel, pixels, border):
    """Assert that each value is rounded and clipped; halves may go either way."""
    wide = pixels.astype(np.float64)
    exact = imgfilt.apply(
        Convolve(kernel), wide, "numpy", border, border_value=77, values="clip"
    ).clip(0, 255)
    assert found.shape == exact.shape
    assert found.dtype == pixels.dtype
    assert np.abs(found - exact).max() <= 0.5 + 0.005


@pytest.mark.slow
@each_kernel
@each_border
@pytest.mark.parametrize("system", PYTHON)
def test_python_code_gives_the_result_of_imgfilt(system, border, name):
    code = translate(system, ConvolutionSpec(KERNELS[name], border, 77))
    for shape in SHAPES:
        pixels = picture(shape, "uint8")
        names = {"image": pixels.copy()}
        exec(code, names)
        assert (names["image"] == pixels).all()
        compare(names["result"], KERNELS[name], pixels, border)


@each_border
@pytest.mark.parametrize("system", ["scipy", "skimage"])
def test_python_code_rounds_halves_to_even(system, border):
    """The sums of whole numbers are exact, and divided once."""
    kernel = Kernel([[Fraction(each, 10)] for each in (1, 2, 3, 4)], (3, 0))
    pixels = picture((23, 31), "uint8")
    names = {"image": pixels}
    exec(translate(system, ConvolutionSpec(kernel, border, 77)), names)
    wanted = imgfilt.apply(
        Convolve(kernel), pixels, "numpy", border, border_value=77, values="clip"
    )
    assert (names["result"] == wanted).all()


# A vips command does one step: as many processes as steps. What a border takes of a kernel is how
# far it reaches to each side, so that one kernel that reaches nowhere alike meets all borders.
PROGRAM_KERNELS = {"imagemagick": list(KERNELS), "vips": ["average", "even", "corner", "row"]}
PROGRAM_CASES = [
    (system, border, name)
    for system, names in PROGRAM_KERNELS.items()
    for border in BORDERS
    for name in names
    if border == "reflect" or name == "even"
]


@pytest.mark.slow
@posix
@pytest.mark.parametrize(("system", "border", "name"), PROGRAM_CASES)
def test_shell_commands_give_the_result_of_imgfilt(system, border, name, in_folder):
    if not all(map(shutil.which, PROGRAMS[system])):
        pytest.skip(f"{system} is not installed")
    code = translate(system, ConvolutionSpec(KERNELS[name], border, 77))
    pixels = save("in.png", 19, 16, 1 if name == "average" else 3)
    done = subprocess.run(["sh", "-ec", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    compare(imgfilt.read("out.png").pixels, KERNELS[name], pixels, border)


@pytest.mark.parametrize("system", CALLS)
def test_kernel_show_as_prints_the_translation(system):
    shown = succeed("kernel", "show", "sobel-x", "average:3", "--as", system)
    both = KERNELS["sobel-x"].composed(parse_source("average:3"))
    assert shown.stdout == translate(system, ConvolutionSpec(both, "reflect")) + "\n"
    words = ["--border", "constant", "--border-value", "7"]
    shown = succeed("kernel", "show", "1 2; 3 4", "--as", system, *words)
    spec = ConvolutionSpec(Kernel([[1, 2], [3, 4]]), "constant", 7)
    assert shown.stdout == translate(system, spec) + "\n"


def test_every_system_is_tried():
    assert [*CALLS, "latex"] == list(SYSTEMS)


def test_border_options_need_as(in_folder):
    refused("--border goes with --as", "kernel", "show", "sobel-x", "--border", "zero")
    refused("--border-value goes with --as", "kernel", "show", "sobel-x", "--border-value", "3")
    line = "--border-value: 'x' is not a number or a fraction a/b"
    refused(line, "kernel", "show", "sobel-x", "--as", "vips", "--border-value", "x")


@pytest.mark.parametrize("system", ["imagemagick", "vips"])
@pytest.mark.parametrize(
    ("kernel", "border", "size"),
    [("average:5", "reflect", "3 x 3"), ("1 2 3 4; 5 6 7 8", "reflect", "3 x 2"),
     ("1", "reflect", None), ("average:5", "wrap", None), ("average:5", "replicate", None)],
)  # fmt: skip
def test_comment_names_pictures_too_small_for_a_mirrored_border(system, kernel, border, size):
    """They mirror a picture once, so that their result would be wrong or none."""
    printed = succeed("kernel", "show", kernel, "--as", system, "--border", border).stdout
    line = f"# no equivalent for a picture of less than {size} pixels (width x height)\n"
    assert printed.startswith(line) if size else "no equivalent" not in printed
    assert ("# No border is like reflect: " in printed) == bool(size)
