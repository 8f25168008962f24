"""Grids of numbers as input and output: as the definition has them, neither rounded nor clipped."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt import Gaussian, apply

from .. import reference
from ..cli_support import SAMPLES, files, invoke, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")

EXAMPLE, MASK = SAMPLES / "lecture-7x7.txt", SAMPLES / "lecture-kernel.txt"
TABLE = "1 4 3 4 1\n1 2 4 3 3\n1 2 3 4 1\n1 3 3 1 1\n3 3 1 1 0\n"
ZERO = "--border", "zero"


@pytest.fixture(autouse=True)
def grid(in_folder):
    Path("a.txt").write_text("# numbers\n1 2\n3 10\n")


def printed(*arguments, **how):
    result = succeed(*arguments, **how)
    assert result.stderr == ""
    return result.stdout


def test_the_lecture_example():
    for output in ([], ["-o", "-"]):
        assert printed("convolve", EXAMPLE, "-k", MASK, "--border", "valid", *output) == TABLE


def test_picture_and_kernel_can_change_places():
    full = printed("convolve", EXAMPLE, "-k", MASK, "--border", "full")
    assert full == printed("convolve", MASK, "-k", EXAMPLE, "--border", "full")
    assert [line.split()[2:7] for line in full.splitlines()[2:7]] == [
        line.split() for line in TABLE.splitlines()
    ]


def test_decimals_and_fractions():
    """All four numbers are in each window; in a row, both; and wrapped, one twice as often."""
    decimal = " ".join(["1.7777777777777777"] * 2)
    assert printed("blur", "a.txt", "-s", "3", *ZERO) == f"{decimal}\n{decimal}\n"
    assert printed("blur", "a.txt", "-s", "3", *ZERO, "--exact") == "16/9 16/9\n16/9 16/9\n"
    assert printed("blur", "a.txt", "-s", "3x1", *ZERO, "--exact") == "   1    1\n13/3 13/3\n"
    assert printed("median", "a.txt", "-s", "3", "--border", "wrap", "--exact") == "3 3\n2 2\n"


def test_a_fraction_is_a_value_of_an_option():
    command = "convolve", "a.txt", "-k", "1 1 0", "--border", "constant", "--border-value"
    assert printed(*command, "1/3", "--exact") == " 3  7/3\n13 31/3\n"
    assert printed(*command, "0.1", "--exact") == " 3  21/10\n13 101/10\n"
    assert printed(*command, "1/4") == " 3  2.25\n13 10.25\n"
    refused("--border-value: '1/0' is not a number or a fraction a/b", *command, "1/0")
    Path("b.txt").write_text("2 1/3 4")
    shared = "--nodata", "1/3", "--border", "zero"
    assert printed("blur", "b.txt", "-s", "3x1", *shared) == "1 3 2\n"


@pytest.mark.parametrize(
    ("text", "kernel", "wanted"),
    [
        ("0.1 0.2", "1 1 0", "0.3 0.2\n"),
        ("1/3", "3", "1\n"),
        ("1 1", "1e-7", "1e-07 1e-07\n"),
        ("9007199254740993 -9007199254740993", "1", "9007199254740993 -9007199254740993\n"),
        ("1e300", "-1e3", "-1e+303\n"),
        ("200", "-2", "-400\n"),
        ("300", "-2", "-600\n"),
        ("7", "1/2", "3.5\n"),
    ],
)
def test_one_number(text, kernel, wanted):
    Path("b.txt").write_text(text)
    assert printed("convolve", "b.txt", "-k", kernel, *ZERO) == wanted


def test_files_keep_their_form():
    succeed("convolve", "a.txt", "-k", "-1/4", "-o", "b.csv")
    succeed("convolve", "b.csv", "-k", "1", "-o", "b.txt")
    assert Path("b.csv").read_text() == "-0.25,-0.5\n-0.75,-2.5\n"
    assert Path("b.txt").read_text() == "-0.25 -0.5\n-0.75 -2.5\n"
    succeed("blur", "a.txt", "b.csv", "-s", "2", "--exact", *ZERO, "-o", "out/", "-q")
    assert Path("out/a.txt").read_text() == "   4   3\n13/4 5/2\n"
    assert Path("out/b.csv").read_text() == "-1,-3/4\n-13/16,-5/8\n"


def test_a_chain_is_neither_rounded_nor_clipped_between():
    halves = "convolve -k -1/2 --border zero"
    assert printed("chain", "a.txt", halves, halves) == "0.25 0.5\n0.75 2.5\n"
    assert printed("chain", "a.txt", halves, "median -s 1", "--exact") == "-1/2 -1\n-3/2 -5\n"
    Path("b.txt").write_text(printed("gaussian", "a.txt", "--sigma", "1"))
    piped = printed("bilateral", "b.txt", "-d", "3")
    assert printed("chain", "a.txt", "gaussian --sigma 1 | bilateral -d 3") == piped


def test_the_size_of_numbers_changes_nothing():
    """10 and 300 alike: 1 to 255 times as large gives results as many times as large."""
    Path("b.txt").write_text("100 200\n300 1000\n")
    for command in (["gaussian", "--sigma", "0.8"], ["edges"], ["convolve", "-k", "sobel-x"]):
        small, large = (
            np.array([line.split() for line in printed(*command, name).splitlines()], float)
            for name in ("a.txt", "b.txt")
        )
        np.testing.assert_allclose(100 * small, large, rtol=1e-12)


@pytest.mark.parametrize("scale", [1, 40])
def test_thresholds_are_in_levels_of_the_numbers(scale):
    numbers = scale * np.array([[1, 2, 9], [3, 10, 4]])
    Path("b.txt").write_text("\n".join(" ".join(map(str, row)) for row in numbers.tolist()))
    given = "--diameter", "3", "--sigma-color", "20", "--sigma-space", "2"
    found = [line.split() for line in printed("bilateral", "b.txt", *given).splitlines()]
    wanted = reference.bilateral(
        numbers[..., None] / 255, "reflect", diameter=3, sigma_color=20, sigma_space=2
    )
    np.testing.assert_allclose(np.array(found, float), 255 * wanted[..., 0], rtol=1e-9)


def test_values_and_depth_that_are_asked_for():
    command = "convolve", "a.txt", "-k", "0 0 -1", *ZERO
    assert printed(*command) == "0 -1\n0 -3\n"
    assert printed(*command, "--values", "clip") == "0 -1\n0 -3\n"
    assert printed(*command, "--values", "abs") == "0 1\n0 3\n"
    assert printed(*command, "--values", "offset") == "128 127\n128 125\n"
    assert printed(*command, "--values", "stretch") == "255 170\n255   0\n"
    assert printed(*command, "--depth", "float") == "0 -1\n0 -3\n"
    result = succeed("blur", "a.txt", "-s", "3", *ZERO, "--depth", "8")
    assert result.stdout == "2 2\n2 2\n"


def test_a_mask_and_linear_light_are_in_floats():
    Image.fromarray(np.uint8([[255, 0], [51, 255]])).save("mask.png")
    found = printed("convolve", "a.txt", "-k", "2", "--mask", "mask.png").split()
    np.testing.assert_allclose(np.array(found, float), [2, 2, 3.6, 20])
    found = np.array(printed("blur", "a.txt", "-s", "3", "--linear", *ZERO).split(), float)
    light = np.array([[1, 2], [3, 10]]) / 255 / 12.92
    total = light.sum() / 9 * 12.92 * 255
    np.testing.assert_allclose(found, total, rtol=1e-9)


def test_what_is_said_of_a_grid():
    plan = printed("blur", "a.txt", "-s", "3", "--explain")
    assert "  engine    numpy: a grid of numbers, exact\n" in plan
    assert "  method    whole numbers: about 11 operations a pixel" in plan
    assert "exact" not in printed("blur", "a.txt", "-s", "3", "--explain", "-o", "a.png")
    command = "convolve", "a.txt", "-k", "average:3", *ZERO, "--at"
    assert printed(*command, "1,0").splitlines()[-1] == "  stored: 1.7777777777777777"


def test_a_grid_and_a_picture_are_explained_each_for_itself():
    save("p.png", 3, 4, 1)
    inputs = "blur", "a.txt", "p.png", "-s", "3", "--explain"
    for output in (["-o", "out/"], ["-o", "{stem}-b.{ext}"], []):
        of_grid, of_picture = printed(*inputs, *output).split("\n\n")
        assert "1 channel, float64" in of_grid and "whole numbers" in of_grid
        assert "1 channel, uint8" in of_picture and "whole numbers" not in of_picture
    assert "whole numbers" not in printed(*inputs, "-o", "out/", "-f", "png")
    given = Path("a.txt").read_bytes()
    assert "whole numbers" in printed("blur", "-", "-s", "3", "--explain", given=given)


@pytest.mark.parametrize(
    ("command", "is_exact"),
    [
        (["convolve", "b.txt", "-k", "1"], True),
        (["convolve", "b.txt", "-k", "1", "--depth", "float"], True),
        (["convolve", "b.txt", "-k", "1", "--mask", "mask.png"], False),
        (["convolve", "b.txt", "-k", "1", "--engine", "opencv"], False),
        (["convolve", "b.txt", "-k", "1", "--nodata", "7"], False),
        (["chain", "b.txt", "convolve -k 1", "median --size 1"], True),
        (["chain", "b.txt", "convolve -k 1", "bilateral -d 1"], False),
    ],
)
def test_the_plan_is_exact_where_the_run_is(command, is_exact):
    """Of 2**53 + 1, floats lose the last digit."""
    Image.fromarray(np.uint8([[255, 255]])).save("mask.png")
    Path("b.txt").write_text("9007199254740993 1")
    assert (printed(*command) == "9007199254740993 1\n") == is_exact
    assert ("a grid of numbers, exact" in printed(*command, "--explain", "-o", "c.txt")) == is_exact


def test_what_takes_long_is_explained_as_it_is_done():
    Path("b.txt").write_text("\n".join(["1 " * 300] * 300))
    assert "whole numbers" in printed("median", "b.txt", "-s", "3", "--explain")
    assert "whole numbers" not in printed("median", "b.txt", "-s", "101", "--explain")


def test_a_pixel_is_looked_for_before_the_grid_is_filtered(monkeypatch):
    monkeypatch.setattr("imgfilt.batch.explain.filter_numbers", None)
    line = "a.txt: --at 2,0: the result has 2 x 2 pixels, ..."
    refused(line, "blur", "a.txt", "-s", "3", "--at", "2,0", code=1)


FRACTIONS = " ".join(f"1/{number}" for number in range(1, 99_999))


@pytest.mark.parametrize(
    ("numbers", "command", "why"),
    [
        ("1 " * 1_000_001, ["blur"], "more than 1000000 numbers"),
        (FRACTIONS, ["blur"], "the common denominator has too many digits"),
        ("1 " * 1000, ["median", "-s", "999"], "this filter would take minutes"),
    ],
    ids=["many", "denominator", "long"],
)
def test_why_there_are_no_fractions(numbers, command, why):
    Path("b.txt").write_text(numbers)
    line = f"b.txt: {why}; without --exact there are decimals"
    command = command[0], "b.txt", *command[1:], "--exact", "-o", "c.txt"
    refused(line, *command, code=1)
    refused(line, *command, "--explain", code=1)


def test_pictures_stay_pictures():
    pixels = save("p.png", 3, 4, 1)
    succeed("gaussian", "p.png", "-s", "3", "-o", "p.txt")
    wanted = apply(Gaussian(size=3), pixels)[..., 0]
    found = [list(map(int, line.split())) for line in Path("p.txt").read_text().splitlines()]
    assert found == wanted.tolist()
    succeed("blur", "a.txt", "-s", "3", *ZERO, "-o", "a.png")
    assert np.asarray(Image.open("a.png")).tolist() == [[2, 2], [2, 2]]
    assert succeed("blur", "a.txt", "-f", "png", "-o", "-").stdout_bytes.startswith(b"\x89PNG")


def test_without_an_output():
    save("p.png", 3, 4, 1)
    before = files()
    for inputs in (["p.png"], ["a.txt", "p.png"], ["a.txt", "-s", "3,5"], ["a.txt", "-f", "png"]):
        result = invoke("blur", *inputs)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "no output is named: -o is missing" in result.stderr
    assert files() == before
    Path("b.txt").write_text("1")
    line = "a.txt and b.txt would have the same output, -; name a folder, such as out/"
    refused(line, "blur", "a.txt", "b.txt")


def test_a_result_that_has_no_number():
    Path("b.txt").write_text("1e308")
    line = "b.txt: holds NaN or infinity, which .txt can't"
    refused(line, "convolve", "b.txt", "-k", "1e3", code=1)


def test_a_wrong_number_is_shown():
    Path("b.txt").write_text("1 2\n3 x # y\n")
    number = "is not a number or a fraction a/b; letters work in imgfilt border only"
    refused(f"b.txt:2:3: 'x' {number}", "blur", "b.txt", "-o", "b.csv", code=1)
