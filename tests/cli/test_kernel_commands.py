"""The commands of `imgfilt kernel`: what they print and write, and what they refuse."""

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgfilt import Convolve, Kernel, KernelError
from imgfilt.kernel.files import format_content, parse_content
from imgfilt.kernel.formatting import format_fractions, format_kernel_weights
from imgfilt.kernel.preset_table import FORMULAS, describe_presets, list_preset_names
from imgfilt.kernel.source import parse_source
from imgfilt.pipeline.plan import make_plan
from imgfilt.pipeline.working_space import WorkingSpace

from ..cli_support import files, invoke, load, refused, run, succeed
from ..kernel_support import FRACTIONS, kernels

pytestmark = pytest.mark.usefixtures("in_folder")

SAMPLE = {"size": "5", "sigma": "1.5", "angle": "30", "amount": "0.7"}
NAMED = [
    ":".join([name, ",".join(SAMPLE[word] for word in FORMULAS[name].arguments)])
    if name in FORMULAS
    else name
    for name in list_preset_names()
]


def shown(*sources):
    """What is printed of a kernel, and its entries by name."""
    lines = succeed("kernel", "show", *sources).stdout.splitlines()
    entries = {line[:12].strip(): line[12:] for line in lines[1:] if line[:1].isalpha()}
    return lines, entries


def test_list_has_a_line_for_each_preset():
    lines = succeed("kernel", "list").stdout.splitlines()
    assert [tuple(line.split(maxsplit=1)) for line in lines] == describe_presets()
    assert all(len(line) < 110 for line in lines)


def test_show():
    found = succeed("kernel", "show", "y-derivative-average").stdout
    *begin, method, _, _, factors, _, down, across, scale, first, second, third = found.splitlines()
    assert begin == [
        "y-derivative-average",
        "   1/9  1/6  1/9",
        "     0    0    0",
        "  -1/9 -1/6 -1/9",
        "",
        "size        3 rows x 3 columns",
        "origin      row 1, column 1",
        "sum         0",
        "rank        1: separable",
        "operations  17 a pixel directly (2·3² − 1)",
    ]
    assert method.startswith("method      ")
    assert factors == "              by factors: m·n·2(2k − 1) = 3000·2000·2(2·3 − 1) = 60 M"
    assert [down, across] == ["down        1 0 -1", "across      1/9 1/6 1/9"]
    assert scale == "integers    scale 1/18"
    assert [first, second, third] == ["   2  3  2", "   0  0  0", "  -2 -3 -2"]


def test_show_the_lectures_integers():
    lines, entries = shown("gaussian-integer")
    assert entries["integers"] == "scale 1/923521"
    printed = [6, 61, 242, 343, 242, 61, 6]
    grid = [[int(cell) for cell in line.split()] for line in lines[-7:]]
    assert grid == np.outer(printed, printed).tolist()
    assert [line.split() for line in lines[1:8]] == [
        [str(Fraction(cell, 923521)) for cell in line] for line in grid
    ]
    assert entries["sum"] == "1"
    assert entries["down"] == entries["across"] == " ".join(f"{n}/961" for n in printed)


def test_show_the_factor_of_the_integrated_gaussian():
    _, entries = shown("gaussian-integrated:7,1")
    factor = "0.00597982 0.06062574 0.24184286 0.38310316 0.24184286 0.06062574 0.00597982"
    assert entries["down"] == entries["across"] == factor
    assert entries["sum"] == "1 (rounded)"
    assert entries["integers"] == "no exact whole-number form"


@pytest.mark.parametrize(
    ("source", "entry", "text"),
    [
        ("average:3", "sum", "1"),
        ("1/3 1/7", "sum", "10/21"),
        ("1 2 3; 4 5 6", "size", "2 rows x 3 columns"),
        ("1 2 3; 4 5 6", "origin", "row 1, column 1"),
        ("1 2 3; 4 5 6", "operations", "11 a pixel directly (2·2·3 − 1)"),
        ("5", "size", "1 row x 1 column"),
        ("laplacian", "rank", "2: not separable"),
        ("0 0", "rank", "0: every weight is 0"),
        ("-1 0 1", "integers", "the weights above"),
        ("log:5,1", "sum", "0 (rounded)"),
        ("1e300 1", "sum", "1.000e+300 (rounded)"),
        ("1e300 -1e300 1e-300", "rank", "1: separable"),
    ],
)
def test_entry(source, entry, text):
    assert shown(source)[1][entry] == text


def test_flipped_is_the_kernel_on_the_window():
    lines, entries = shown("1 2 3; 4 5 6", "--flipped")
    assert lines[:3] == ["1 2 3; 4 5 6, flipped", "  6 5 4", "  3 2 1"]
    assert entries["origin"] == "row 0, column 1"
    line = "--flipped goes without --as scipy, which flips if it must"
    refused(line, "kernel", "show", "1 2", "--flipped", "--as", "scipy")


@pytest.mark.parametrize("source", ["laplacian", "average:7", "gaussian:9,2", "log:15,2"])
def test_the_method_is_that_of_a_plan(source):
    working = WorkingSpace(Convolve(source), np.dtype(np.uint8), may_round=True)
    plan = make_plan(working, (2000, 3000, 3), "reflect", "auto")
    assert shown(source)[1]["method"] == (
        f"{plan.method} ({plan.engine}), about {plan.operations:,.0f} operations a pixel, "
        "for an 8-bit RGB picture of 3000 x 2000"
    )


def test_one_operation_is_one():
    assert ", about 1 operation a pixel, " in shown("1000")[1]["method"]


@pytest.mark.parametrize("name", [*NAMED, "1/3 0.1; 7 -2", "1 1/3; 0.12345678901234567 4"])
def test_weights_are_written_as_their_fractions_are(name):
    kernel = parse_source(name)
    assert format_kernel_weights(kernel) == format_fractions(kernel.fractions)


def test_several_are_composed():
    (name, *lines), _ = shown("1 2", "1 3")
    assert name == "1 2 * 1 3"
    Path("k.txt").write_text("origin 0 2\n1 5 6\n")
    assert lines == shown("k.txt")[0][1:]
    Path("k.txt").write_text("origin 0 0\n1 2\n")
    lines, entries = shown("k.txt", "1 3")
    assert lines[0] == "k * 1 3"
    assert entries["origin"] == "row 0, column 1"


@pytest.mark.slow
@pytest.mark.parametrize("one", NAMED)
def test_two_presets_are_read_back(one):
    for other in NAMED[::6]:
        succeed("kernel", "save", one, other, "-o", "ab.txt")
        assert shown("ab.txt")[0][1:] == shown(one, other)[0][1:]
        both = parse_source(one).composed(parse_source(other))
        assert parse_content(Path("ab.txt").read_bytes(), ".txt", "ab.txt") == both


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(kernels(5, FRACTIONS))
def test_random_kernels_are_read_back(kernel):
    for suffix in (".txt", ".csv", ""):
        content = format_content(kernel, suffix, "k")
        assert parse_content(content, suffix, "k") == kernel
    middle = Kernel(kernel.fractions)
    assert parse_content(format_content(middle, ".mat", "k.mat"), ".mat", "k.mat") == middle
    whole = Kernel([[round(weight) for weight in line] for line in kernel.fractions])
    assert parse_content(format_content(whole, ".npy", "k.npy"), ".npy", "k.npy") == whole


@settings(deadline=None, max_examples=50)
@given(kernels(4, st.floats(allow_nan=False, allow_infinity=False)))
def test_floats_are_read_back(kernel):
    for suffix in (".txt", ".csv"):
        assert parse_content(format_content(kernel, suffix, "k"), suffix, "k") == kernel
    middle = Kernel(kernel.fractions)
    assert parse_content(format_content(middle, ".npy", "k.npy"), ".npy", "k.npy") == middle


def test_files_by_suffix():
    kernel = Kernel([[1, 2, 1]]).scaled(Fraction(1, 4))
    assert format_content(kernel, ".txt", "k") == b"scale 1/4\n1 2 1\n"
    assert format_content(kernel, ".csv", "k") == b"1/4,1/2,1/4\n"
    assert format_content(kernel, ".MAT", "k") == b"3 1 4 0\n1 2 1\n"
    succeed("kernel", "save", "1/4 1/2 1/4", "-o", "k.npy")
    assert np.load("k.npy").tolist() == [[0.25, 0.5, 0.25]]


@pytest.mark.parametrize(
    ("suffix", "kernel", "message"),
    [
        (".npy", Kernel([[Fraction(1, 9)]]), "k.npy: a .npy can't hold these weights exactly"),
        (".npy", Kernel([[1, 2]], (0, 0)), "k.npy: a .npy has no place for the origin 0,0"),
        (".mat", Kernel([[1, 2]], (0, 0)), "k.mat: a .mat has no place for the origin 0,0"),
    ],
)
def test_what_a_file_can_not_hold_is_refused(suffix, kernel, message):
    with pytest.raises(KernelError) as refusal:
        format_content(kernel, suffix, f"k{suffix}")
    assert str(refusal.value).startswith(message)
    assert "; a .txt " in str(refusal.value)


def test_save_replaces_whole_files_alone():
    Path("k.npy").write_text("old")
    refused("k.npy: a .npy can't hold these ...", "kernel", "save", "average:3", "-o", "k.npy")
    words = ["kernel", "save", "1", "-o", "nowhere/k.txt"]
    refused("nowhere/k.txt: there is no folder ...", *words, code=1)
    succeed("kernel", "save", "sobel-x", "-o", "k.npy")
    assert np.load("k.npy").tolist() == [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    assert list(files()) == ["k.npy"]


@pytest.mark.slow
def test_the_list_is_as_wide_as_the_terminal():
    environment = {name: text for name, text in os.environ.items() if name != "COLUMNS"}
    whole = run("kernel", "list", env=environment).stdout.decode()
    assert len(whole.splitlines()) == len(list_preset_names())
    for columns, width in (("60", 60), ("80", 80), ("200", 100)):
        text = run("kernel", "list", env=environment | {"COLUMNS": columns}).stdout.decode()
        assert width - 12 < max(map(len, text.splitlines())) <= width
        assert text.split() == whole.split()


@pytest.mark.parametrize("name", ["k", "k.doc", "k/"])
def test_save_refuses_a_suffix_that_no_kernel_has(name):
    line = f"{name}: a kernel is saved as .txt, .csv, .mat or .npy; wanted such as k.txt"
    refused(line, "kernel", "save", "sobel-x", "-o", name)
    assert not files()


@pytest.mark.slow
def test_save_to_stdout():
    printed = run("kernel", "save", "average:3", "-o", "-")
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert printed.stdout.decode().splitlines() == ["scale 1/9", *["1 1 1"] * 3]


@pytest.mark.parametrize("command", ["show", "save -o k.txt", "plot -o k.png"])
def test_what_is_no_kernel(command):
    command = ["kernel", *command.split()]
    Path("bad.txt").write_text("1 2\n3 x\n")
    refused("bad.txt:2:3: 'x' is not a number or a fraction a/b", *command, "bad.txt")
    refused("kernel:1:3: 'x' is not a number or a fraction a/b", *command, "1 x")
    refused("missing.txt: no such file", *command, "missing.txt")
    refused("no preset or kernel file is called 'bell'; ...", *command, "bell")
    for words in ([], ["--nope"], ["-x", "sobel-x"], ["--nope=3", "sobel-x"]):
        result = invoke(*command, *words)
        assert result.exit_code == 2
        assert result.stderr.startswith(("imgfilt: no option ", "imgfilt: no SOURCE"))
    assert set(files()) == {"bad.txt"}


def test_what_begins_like_a_number_is_a_kernel():
    assert shown("-1 0 1")[0] == ["-1 0 1", *shown("-1 0 1;")[0][1:]]
    assert shown("-.5", "-1/2")[1]["sum"] == "1/4"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_stdout_can_be_written(encoding):
    import os

    done = run("kernel", "show", "sobel-x", env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"17 a pixel directly (2" in done.stdout


@pytest.mark.slow
def test_plot_writes_a_picture():
    succeed("kernel", "plot", "gaussian:9,1.5", "laplacian", "-o", "k.png")
    height, width, channels = load("k.png").shape
    assert (width, channels) == (1400, 3)
    assert 700 < height < 900
    assert np.unique(load("k.png")).size > 50
    piped = run("kernel", "plot", "sobel-x", "-o", "-")
    assert piped.stdout.startswith(b"\x89PNG")


def test_the_parts_of_a_plot_its_title_and_its_font():
    plot = "kernel", "plot", "sobel-x"
    succeed(*plot, "--as", "surface, heat", "--title", "σ & <3", "-o", "k.svg")
    drawn = Path("k.svg").read_text("utf-8")
    assert "σ &amp; &lt;3" in drawn
    assert drawn.index("0 around them") < drawn.index("the origin framed")
    assert ">sobel-x<" not in drawn
    assert "Frequency" not in drawn
    for parts, found in (("heat,bell", "'bell' is not one of"), ("heat,heat", "given twice")):
        done = invoke(*plot, "--as", parts, "-o", "no.png")
        assert done.exit_code == 2
        assert found in done.stderr
    refused("--font nope.ttf: no such file", *plot, "--font", "nope.ttf", "-o", "no.png")
    Path("no.ttf").write_text("no font")
    line = "--font no.ttf: wanted a TrueType or OpenType font"
    refused(line, *plot, "--font", "no.ttf", "-o", "no.png")
    assert not Path("no.png").exists()


def test_a_plot_is_a_picture():
    refused("k.doc: ...", "kernel", "plot", "sobel-x", "-o", "k.doc")
    words = ["kernel", "plot", "1", "-o", "nowhere/k.png"]
    refused("nowhere/k.png: there is no folder ...", *words, code=1)
