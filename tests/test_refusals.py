"""What is absurd is refused at once; what is odd is refused in one clean line."""

import json
import time

import numpy as np
import pytest
import scipy.signal

import imgfilt
from imgfilt import Convolve, Kernel
from imgfilt.errors import ImgfiltError, KernelError
from imgfilt.filters.sweep import parse_values
from imgfilt.kernel.files import format_content, parse_content
from imgfilt.kernel.source import parse_source
from imgfilt.parameters import Integers, Number, PerAxis, Ratio, Side

from .cli_support import invoke, refused, run, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")

PRIMES = [n for n in range(10_007, 40_000) if all(n % p for p in range(2, 200))]


def npy(shape, dtype="<f8"):
    """A .npy file that has a header and nothing else."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header = header.ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


# The file's content and suffix, and what is said.
ABSURD_FILES = {
    "one line": (b"1 " * 1_100_000, "", "k:1: more than 1,000,000 weights"),
    "commas": (b"," * 1_100_000, "", "k:1: more than 1,000,000 weights"),
    "lines": (b"1 2\n" * 2_100_000, ".csv", "k: more than 2,000,000 lines"),
    "a thousand lines": ((b"1 " * 4000 + b"\n") * 1000, "", "k:251: more than 1,000,000 weights"),
    "digits": (b"1" * 1_000_000, "", "k:1:1: '1111"),
    "letters": (b"1 " + b"x" * 1_000_000, "", "k:1:3: 'xxxx"),
    "exponent": (b"1e999999999999999999", "", "k:1:1: '1e999999999999999999' is too large"),
    "small": (b"1e-999999999999999999", "", "k:1:1: '1e-999999999999999999' is too near to 0"),
    "denominators": (
        " ".join(f"1/{10**9 + 2 * n + 1}" for n in range(5000)).encode(),
        "",
        "k:1:",
    ),
    "npy": (npy((10**6, 10**6)), ".npy", "k: a kernel of 1000000 x 1000000 weights is too large"),
    "npy without data": (npy((1000, 1000)), ".npy", "k: truncated or broken .npy"),
    "npy of brackets": (npy("(" * 50_000), ".npy", "k: truncated or broken .npy"),
    "mat": (b"999999999 999999999\n1", ".mat", "k:1:1: a size of 999999999 x 999999999; at most"),
    "mat of 1e300": (b"1e300 1e300\n1", ".mat", "k:1:1: a size of 1e+300 x 1e+300; at most"),
    "mat of a small scale": (b"1 1 1e-320\n1", ".mat", "k:1:5: a kernel is scaled by a finite n"),
    "mat past float64": (b"1 1 1e-300\n1e100", ".mat", "k:1:5: a kernel's weight is more than fl"),
    "imagemagick": (b"99999x99999: 1", "", "k:1:1: a size of 99999x99999; a kernel has 1 to"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ABSURD_FILES)
def test_an_absurd_file_is_refused(name):
    content, suffix, said = ABSURD_FILES[name]
    began = time.process_time()
    with pytest.raises(KernelError) as refusal:
        parse_content(content, suffix, "k")
    assert str(refusal.value).startswith(said), str(refusal.value)[:200]
    assert time.process_time() - began < 2
    assert len(str(refusal.value)) < 200


ABSURD_SOURCES = {
    "motion:16383,30": "motion's size: 16383 is not an odd number from 1 to 1000",
    "log:9999,0.001": "log's size: 9999 is not an odd number from 1 to 1000",
    "unsharp:99999,1,1": "unsharp's size: 99999 is not an odd number from 1 to 1000",
    "average:" + "9" * 100_000: "average's size: '99999",
    "gaussian:7,1e999": "gaussian's sigma: '1e999' is not a number",
    "gaussian:7,1e-999": "gaussian's sigma: '1e-999' is too near to 0",
    "x" * 100_000: "no preset or kernel file is called 'xxx",
    "sobel-x:" + "9" * 100_000: "the preset 'sobel-x' takes no arguments, found '999",
    "disk:" + "1," * 50_000: "the preset 'disk' is written disk:SIZE; found 'disk:1,1",
    "1;" * 50_000 + "2 3": "kernel:50001: 2 numbers, but the rows above have 1",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", ABSURD_SOURCES, ids=lambda source: source[:20])
def test_an_absurd_source_is_refused(source):
    began = time.process_time()
    with pytest.raises(KernelError) as refusal:
        parse_source(source)
    assert str(refusal.value).startswith(ABSURD_SOURCES[source])
    assert len(str(refusal.value)) < 400
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1000000000", "--size: 1000000000 is not a whole number from 1 to 16383"),
        ("1:1e9:1", "--size: '1:1e9:1' has more than 400 values"),
        ("1:1e9:1e-9", "--size: '1:1e9:1e-9' has more than 400 values"),
        ("1:1e308:5e-324", "--size: '1:1e308:5e-324' has more than 400 values"),
        ("1," * 50_000, "--size: 50001 values; at most 400"),
        ("9" * 100_000, "--size: '99999"),
    ],
    ids=lambda text: text[:20],
)
def test_absurd_values_are_refused(text, said):
    with pytest.raises(ImgfiltError) as refusal:
        parse_values(PerAxis(Side()), text, "--size")
    assert str(refusal.value).startswith(said)
    assert len(str(refusal.value)) < 200


def test_a_composition_is_refused_before_its_last_kernels_are_made(in_folder):
    sources = ["-k", "average:600"] * 2 + ["-k", "nonsense"]
    refused(
        "a kernel of 1199 x 1199 weights is too large: at most 1,000,000 can be used",
        *("convolve", "a.png", *sources, "-o", "b.png"),
    )


def test_a_list_of_one_endless_name_is_refused(in_folder):
    (in_folder / "list").write_bytes(b"a.png\n" + b"x" * 10_000_000)
    refused(
        "--files-from list: line 2 is too long for a path",
        *("blur", "--files-from", "list", "-o", "out/"),
    )


@pytest.mark.slow
def test_the_program_refuses_ten_megabytes_at_once(tmp_path):
    """In half a second alone on a machine; it took 42."""
    (tmp_path / "k.txt").write_bytes(b"1 " * 5_000_000)
    done = run("kernel", "show", "k.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == b"imgfilt: k.txt:1: more than 1,000,000 weights\n"


ODD = "\x1b[31mred\x07\u202e\n\udcff\x9b"


@pytest.mark.parametrize(
    "arguments",
    [
        [ODD],
        ["blur", f"--{ODD}"],
        ["blur", f"-{ODD}"],
        ["blur", ODD, "-o", "b.png"],
        ["blur", "a.png", "--size", ODD, "-o", "b.png"],
        ["blur", "a.png", "--border", ODD, "-o", "b.png"],
        ["blur", "a.png", "--region", ODD, "-o", "b.png"],
        ["blur", "a.png", "--background", ODD, "-o", "b.png"],
        ["blur", "a.png", "--frame", ODD, "-o", "b.png"],
        ["blur", "a.png", "-o", f"{ODD}/b.png"],
        ["blur", "a.png", "-o", f"{ODD}"],
        ["blur", "a.png", "-f", ODD, "-o", "b"],
        ["convolve", "a.png", "-k", f"nonsense {ODD}", "-o", "b.png"],
        ["compare", "a.png", f"blur --size {ODD}", "-o", "b.png"],
        ["compare", "a.png", f"blur '{ODD}", "-o", "b.png"],
        ["kernel", ODD],
        ["kernel", "show", "1", "--as", ODD],
        ["kernel", "save", "1", "-o", f"{ODD}/k.txt"],
    ],
    ids=lambda arguments: " ".join(arguments).replace(ODD, "ODD"),
)
def test_nothing_that_a_terminal_obeys_is_printed(arguments, in_folder):
    save("a.png", 4, 4, 1)
    result = invoke(*arguments)
    assert result.exit_code in (1, 2)
    assert "\\x1b" in result.stderr or "?[31mred?" in result.stderr
    assert all(line.isprintable() for line in result.stderr.splitlines())
    assert len(result.stderr.splitlines()) <= 4


def test_what_is_asked_for_is_printed_without_control_characters(in_folder):
    save("a.png", 4, 4, 1)
    shown = succeed("convolve", "a.png", "-k", "1 0\n;2 3 ", "--explain")
    assert shown.stdout.splitlines()[0].startswith("a.png: 1 0\\n;2 3 ")
    odd = "a\x1b\u202e.png"
    (in_folder / "a.png").rename(in_folder / odd)
    said = json.loads(succeed("blur", odd, "--explain", "--json").stdout)
    assert said["input"] == odd


@pytest.mark.slow
def test_a_stream_that_lacks_characters_is_written_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = run("kernel", "show", "gaussian:5", "1\u2212", cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        b"imgfilt: kernel:1:1: '1-' is not a number or a fraction a/b",
    )


# Numbers that are none, wherever one is read.
NO_NUMBERS = [
    "1_0",
    "0x10",
    "\uff11",
    "\u0663",
    "1e999",
    "-1e999",
    "1e-999",
    "nan",
    "inf",
    "",
    "1e",
]


@pytest.mark.slow
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_no_numbers_are_refused_everywhere(text):
    for kind in (Number(), Number(whole=True), PerAxis(Side()), Ratio(), Integers(("A",))):
        with pytest.raises(ImgfiltError, match="--x: "):
            parse_values(kind, text, "--x")
    with pytest.raises(KernelError):
        Kernel.parse(text)
    refused("--border-value: ...", "blur", "a.png", "--border-value", text, "-o", "b.png")


# Kernels whose weights, sums or digits are more than float64 or a text can hold.
EXTREME = {
    "a zero beside wide numerators": ["gaussian:7,1", "0"],
    "a sum past float64": ["1e308 1e308"],
    "a range past float64": ["1e308 -1e308 1e308"],
    "a square past float64": ["1e308 1e308; 1e308 1e308"],
    "a square of many digits": ["1.2345678901234567e308 1; 1 1.7654321098765432e308"],
    "a product of many digits": ["1.2345678901234567e308 1.7654321098765432e308", "1; 1"],
    "factors past float64": ["1e308; 1e-300"],
    "both ends": ["1e308 5e-324"],
    "the least": ["5e-324 5e-324"],
    "less than the least": ["1e-300", "1e-300"],
    "thousands of digits": ["1e-300 1"] * 20,
    "many denominators": [" ".join(f"1/{n}" for n in PRIMES[:400])],
    "an angle of nearly 0": ["motion:9,5e-324", "gaussian:7,1e-3"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXTREME)
@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["show", "--as", "scipy"],
        ["plot", "-o", "k.png"],
        *(["save", "-o", f"k{suffix}"] for suffix in (".txt", ".csv", ".mat", ".npy")),
    ],
    ids=" ".join,
)
def test_extreme_kernels(name, command, in_folder):
    """Each command does what it is asked, or says in a line why it can't."""
    result = invoke("kernel", command[0], *EXTREME[name], *command[1:])
    if result.exit_code:
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.stderr
        assert result.stderr.startswith("imgfilt: ")
        assert list(in_folder.iterdir()) == []
    elif command[0] == "save":
        assert invoke("kernel", "show", command[-1]).exit_code == 0


@pytest.mark.parametrize("name", EXTREME)
def test_extreme_kernels_are_explained(name, in_folder):
    np.save("a.npy", np.arange(20, dtype=np.uint8).reshape(4, 5))
    options = [word for source in EXTREME[name] for word in ("-k", source)]
    json.loads(succeed("convolve", "a.npy", *options, "--explain", "--json").stdout)
    succeed("convolve", "a.npy", *options, "--at", "0,0")


def test_the_structure_of_weights_whose_sums_float64_can_not_hold():
    assert Kernel([[1.2345678901234567e308, 1], [1, 1.7654321098765432e308]]).rank == 2
    row = 1.2345678901234567e308, 1.7654321098765432e308
    alike = Kernel([row, row])
    assert alike.rank == 1
    down, across = (factor.weights for factor in alike.factors)
    assert np.allclose(down @ (across / 1e308), np.array([row, row]) / 1e308, rtol=1e-15, atol=0)
    assert Kernel.parse("1e308\n1e-300").factors is None


@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_large_weights_of_rank_2_are_no_product(engine):
    """Their sum is infinite, and so is the error that is allowed relative to it."""
    weights = np.array([[1, 1], [1, -1]])
    pixels = np.arange(20.0).reshape(4, 5) ** 2
    filt = Convolve(Kernel(weights * 1e308))
    found = imgfilt.apply(filt, pixels * 1e-308, engine=engine, border="zero", values="clip")
    wanted = scipy.signal.convolve2d(pixels, weights)[1:, 1:]
    assert np.allclose(found, wanted, rtol=0, atol=1e-9)


def test_a_sum_past_float64_is_said():
    assert "sum         a number beyond float64" in succeed("kernel", "show", "1e308 1e308").stdout


def test_a_text_that_could_not_be_read_back_is_not_written():
    deep = Kernel.parse("1e-300").composed(Kernel.parse("1e-300"))
    for suffix in ("", ".csv", ".mat", ".npy"):
        with pytest.raises(KernelError, match=r"^k: a "):
            format_content(deep, suffix, "k")


def test_an_empty_format_is_named(in_folder):
    save("a.png", 4, 4, 1)
    refused("-f : wanted one of png, jpeg...", "blur", "a.png", "-f", "", "-o", "b.png")


def test_a_long_colour_is_cut(in_folder):
    save("a.png", 4, 4, 1)
    shown = "'" + "w" * 37 + "...'"
    words = "--background", "w" * 5000, "-o", "b.png"
    refused(f"{shown} is no colour; one is a name such as...", "blur", "a.png", *words)
