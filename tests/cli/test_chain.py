"""The command `chain`: the pixels of one command after the other, and its errors."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ..cli_support import files, invoke, load, refused, run, save, succeed
from ..examples import picture

SPEC = "median --size 3 | gaussian --size 3 | convolve --kernel laplacian"


@pytest.fixture(autouse=True)
def inputs(in_folder):
    save("a.png", 22, 24, 3)


def pipe(name, suffix, *commands):
    """Filter a picture by one command after the other, through files; return the last name."""
    for number, command in enumerate(commands):
        output = f"step{number}{suffix}"
        succeed(*command, name, "-o", output, "-q")
        name = output
    return name


@pytest.mark.parametrize("specs", [[SPEC], SPEC.split(" | "), [SPEC.replace(" | ", "|")]])
def test_a_chain_is_a_pipe(specs):
    last = pipe("a.png", ".png", *(command.split() for command in SPEC.split(" | ")))
    result = succeed("chain", "a.png", *specs, "-o", "b.png")
    assert np.array_equal(load("b.png"), load(last))
    assert result.stderr.startswith("imgfilt: a.png: step 3, laplacian Convolution: ")


def test_through_a_shell_pipe():
    first = run("median", "--size", "3", "a.png", "-o", "-")
    second = run("gaussian", "-", "--sigma", "2", "-o", "-", input=first.stdout)
    chain = run("chain", "-", "median --size 3 | gaussian --sigma 2", "-o", "-", input=first.stdout)
    assert chain.returncode == second.returncode == 0
    Path("c.png").write_bytes(second.stdout)
    Path("d.png").write_bytes(
        run("chain", "a.png", "median --size 3|gaussian --sigma 2", "-o", "-").stdout
    )
    assert np.array_equal(load("c.png"), load("d.png"))


def test_a_depth_is_that_of_the_first_step():
    """`float`: nothing is rounded in between; `16`: each step rounds to 16 bits."""
    commands = ["blur", "--size", "3"], ["convolve", "--kernel", "3 -1; -1 0"], ["gaussian"]
    spec = " | ".join(" ".join(f"'{word}'" for word in command) for command in commands)
    for depth, suffix in (("float", ".npy"), ("16", ".png")):
        first = [*commands[0], "--depth", depth]
        last = pipe("a.png", suffix, first, *commands[1:])
        succeed("chain", "a.png", spec, "--depth", depth, "-o", f"b{suffix}", "-q")
        load_it = np.load if suffix == ".npy" else load
        assert np.array_equal(load_it(f"b{suffix}"), load_it(last))


def test_frames_and_alpha():
    frames = [Image.fromarray(picture((9, 11, 4), "uint8", seed)) for seed in range(3)]
    frames[0].save("a.webp", save_all=True, append_images=frames[1:], duration=70, lossless=True)
    last = pipe("a.webp", ".png", ["median", "--size", "3"], ["blur", "--size", "3"])
    succeed("chain", "a.webp", "median --size 3 | blur --size 3", "-o", "b.png")
    with Image.open("b.png") as found, Image.open(last) as expected:
        assert found.n_frames == expected.n_frames == 3
        for number in range(3):
            found.seek(number)
            expected.seek(number)
            assert np.array_equal(np.asarray(found), np.asarray(expected))


def test_a_region_and_a_mask_hold_for_the_whole():
    save("mask.png", 22, 24, 1)
    mask = np.zeros((22, 24), np.uint8)
    mask[5:9] = 255
    Image.fromarray(mask).save("mask.png")
    spec = "median --size 3 | gaussian --sigma 2"
    succeed("chain", "a.png", spec, "-o", "whole.png")
    succeed("chain", "a.png", spec, "--mask", "mask.png", "-o", "masked.png")
    succeed("chain", "a.png", spec, "--region", "0,5,24,4", "-o", "region.png")
    expected = np.where(mask[..., np.newaxis] > 0, load("whole.png"), load("a.png"))
    assert np.array_equal(load("masked.png"), expected)
    assert np.array_equal(load("region.png"), expected)


def test_a_folder_with_a_template_and_a_report():
    Path("in").mkdir()
    for number in range(3):
        save(f"in/{number}.png", 9, 8, 3, seed=number)
    output = "out/{stem}-{filter}-{size}.png"
    succeed("chain", "in", "median --size 3 | blur --size 5", "-o", output, "--report", "r.jsonl")
    names = [f"out/{number}-median-blur-3-5.png" for number in range(3)]
    assert sorted(files("out")) == [name.removeprefix("out/") for name in names]
    lines = [json.loads(line) for line in Path("r.jsonl").read_text().splitlines()]
    assert {line["filter"] for line in lines} == {"3 x 3 Median | 5 x 5 Averaging"}
    assert sorted(line["output"] for line in lines) == names


def test_changed_knows_the_steps_by_their_values():
    command = "chain", "a.png", "-o", "out/", "--changed"
    assert "1 skipped" not in succeed(*command, "median --size 3 | gaussian --sigma 2").stderr
    before = Path("out/a.png").stat().st_mtime_ns
    for same in ("median --size 3 | gaussian --sigma 2.0", "median -s 3x3|gaussian --sigma 2"):
        succeed(*command, *same.split("|"))
        assert Path("out/a.png").stat().st_mtime_ns == before, same
    others = (
        "gaussian --sigma 2 | median --size 3",
        "median --size 3 | gaussian --sigma 2 --border wrap",
        "median --size 3",
        "median --size 3 | median --size 3 | gaussian --sigma 2",
    )
    for other in others:
        succeed(*command, other)
        assert Path("out/a.png").stat().st_mtime_ns != before, other
        before = Path("out/a.png").stat().st_mtime_ns


def test_in_place_is_filtered_once():
    command = "chain", "a.png", "median --size 3 | blur", "--in-place", "--changed"
    succeed(*command)
    once = load("a.png")
    succeed(*command)
    assert np.array_equal(load("a.png"), once)


def test_another_chain_in_place_is_refused_by_its_name():
    command = "chain", "a.png", "--in-place", "--changed"
    succeed(*command, "median --size 3 | blur --size 3")
    refused(
        "a.png: was filtered before: chain 'median --size 3 | blur --size 3'; without --changed...",
        *(*command, "median --size 3 | blur --size 5"),
        code=1,
    )


def test_a_sweep_is_a_figure_or_files():
    spec = "median --size 3,5 | gaussian --sigma 1,2,4"
    succeed("chain", "a.png", spec, "-o", "figure.png")
    succeed("chain", "a.png", spec, "-o", "{stem}_{size}_{sigma}.png")
    made = set(files()) - {"a.png", "figure.png"}
    # `size` is that of both steps: of the Gaussian it follows from sigma.
    sizes = {"1": 9, "2": 17, "4": 33}
    assert made == {f"a_{a}-{sizes[s]}_{s}.png" for a in "35" for s in sizes}
    first = next(name for name in made if name.endswith("_2.png") and "_3-" in name)
    last = pipe("a.png", ".png", ["median", "--size", "3"], ["gaussian", "--sigma", "2"])
    assert np.array_equal(load(first), load(last))


def test_a_chain_in_compare():
    """Its cell is that of a figure of what the chain makes."""
    succeed("chain", "a.png", "median --size 3 | blur", "-o", "b.png")
    succeed("compare", "a.png", "Both=median --size 3 | blur", "-o", "one.png", "--no-original")
    succeed("compare", "b.png", "Both=blur --size 1", "-o", "other.png", "--no-original")
    assert np.array_equal(load("one.png"), load("other.png"))


def test_a_recipe(in_folder):
    text = "\ufeff# Clean, then soften.\r\nmedian --size 3 # small\r\n\r\ngaussian --sigma 1|blur #"
    Path("recipe.txt").write_text(text, newline="")
    succeed("chain", "a.png", "--recipe", "recipe.txt", "-o", "b.png")
    succeed("chain", "a.png", "median --size 3 | gaussian --sigma 1 | blur", "-o", "c.png")
    assert np.array_equal(load("b.png"), load("c.png"))
    refused(
        "recipe.txt: --recipe reads it; it can't be an output",
        *("chain", "a.png"),
        *("--recipe", "recipe.txt", "-f", "txt", "-o", "recipe.txt"),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# nothing\n", "--recipe r: holds no filter"),
        ("blur\nblurr --size 3\n", "r:2: 'blurr' is no filter; did you mean blur?"),
        ("blur | \n", "r:1: a filter is missing here"),
        ("blur --size 3#x 'abc\n", "r:1: wanted every quotation mark closed..."),
        ("median --size 4\n", "r:1: --size: 4 is even..."),
        ("\xff\n".encode("latin-1"), "--recipe r:1:1: not a text in UTF-8, found the byte 0xff"),
        (None, "--recipe r: no such file"),
    ],
)
def test_a_wrong_recipe(text, line):
    if text is not None:
        Path("r").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(line, "chain", "a.png", "--recipe", "r", "-o", "b.png")


@pytest.mark.parametrize(
    ("spec", "line", "caret"),
    [
        ("median | | blur", "'median | | blur': a filter is missing here", 8),
        ("median |", "'median |': a filter is missing here", 8),
        ("| blur", "'| blur': a filter is missing here", 0),
        ("|", "'|': a filter is missing here", 0),
        ("blur | sharpen", "... no filter; this does it: convolve --kernel sharpen", 7),
        ("gausian | blur", "... no filter; did you mean gaussian?", 0),
        ("blur | zzz", "... no filter; wanted one of convolve, blur, gaussian, median, ...", 7),
        ("blur --size '3", "... every quotation mark closed, and no backslash at the end", 12),
        ("Soft=blur", "'Soft=blur': a name sets a caption of compare; chain has one result", 0),
    ],
)
def test_a_caret_shows_the_place(spec, line, caret):
    result = invoke("chain", "a.png", spec, "-o", "b.png")
    said, text, mark = result.stderr.splitlines()
    begin, _, end = line.partition("...") if line.startswith("...") else (line, "", "")
    assert said.startswith(f"imgfilt: {begin}") and end.removesuffix("...").strip() in said
    assert (text, mark) == (f"    {spec}", f"    {' ' * caret}^")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("chain: no SPEC was given, such as 'median --size 3'", ["a.png"]),
        ("chain: 'denoise' is no file and no SPEC; this does it: nlmeans --strength auto",
         ["a.png", "denoise"]),
        ("chain: 'gausian --sigma 1' is no file and no SPEC; did you mean gaussian?",
         ["a.png", "blur", "gausian --sigma 1"]),
        ("--recipe names the filters, and a SPEC does, too; give one of them",
         ["a.png", "blur", "--recipe", "r"]),
        ("'blur --sigma 2': blur has no --sigma; gaussian has",
         ["a.png", "median | blur --sigma 2"]),
        ("'median --size 4': --size: 4 is even...", ["a.png", "median --size 4 | blur"]),
        ("'median --depth float': no option --depth", ["a.png", "median --depth float"]),
        ("more than 400 combinations of the values given",
         ["a.png", "blur --size 1:21:1 | median --size 1:39:2"]),
        ("'blur --border valid': a mask can't go with the border 'valid'...",
         ["a.png", "median | blur --border valid", "--mask", "a.png"]),
        ("--border-value goes with --border constant",
         ["a.png", "blur | median", "--border-value", "3"]),
    ],
)  # fmt: skip
def test_refused(line, arguments):
    refused(line, "chain", *arguments, "-o", "b.png")


@pytest.mark.parametrize("command", ["chain", "compare"])
@pytest.mark.parametrize("wrong", ["imgfilt blur", "kernel show", "compare", "chain median"])
def test_another_command_is_no_spec(command, wrong):
    line = f"{command}: '{wrong}' is no file and no SPEC; a SPEC begins with a filter, such as ..."
    refused(line, command, "a.png", "blur", wrong, "-o", "b.png")


@pytest.mark.parametrize("command", ["chain", "compare"])
def test_a_filter_without_quotes(command):
    result = invoke(command, "a.png", "median", "--size", "3", "-o", "b.png")
    assert result.exit_code == 2
    assert "no option --size; a filter and its options stand in quotes" in result.stderr
    assert "did you mean --title?" in invoke(command, "a.png", "--titel", "x", "-o", "b.png").stderr


def test_a_missing_input_is_no_wrong_spec():
    refused("edge.png: no such file", "chain", "edge.png", "blur", "-o", "b.png", code=1)


def test_an_error_of_a_step_names_it():
    refused(
        "a.png: step 2, 9 x 99 Averaging, border valid: a picture of 24 x 22 has no pixel...",
        *("chain", "a.png", "median | blur --size 9x99 --border valid", "-o", "b.png"),
        code=1,
    )


def test_strict_says_the_step():
    refused(
        "a.png: step 1, sobel-x Convolution: ...",
        *("chain", "a.png", "convolve -k sobel-x | blur", "--strict", "-o", "b.png"),
        code=1,
    )


def test_names_of_files_with_a_bar():
    """A file is an input; a bar in quotes belongs to a name."""
    save("a|b.png", 9, 9, 3)
    Path("k|1.txt").write_text("1 1\n")
    succeed("chain", "a|b.png", "convolve --kernel 'k|1.txt' --normalize | blur", "-o", "c.png")
    assert "c.png" in files()


def test_explain():
    spec = "blur --size 3 | gaussian --size 5 | median | blur --border wrap"
    said = succeed("chain", "a.png", spec, "--explain").stdout
    titles = [line for line in said.splitlines() if line and not line.startswith(" ")]
    assert titles == [
        "a.png: step 1, 3 x 3 Averaging",
        "a.png: step 2, 5 x 5 Gaussian",
        "a.png: step 3, 5 x 5 Median",
        "a.png: step 4, 5 x 5 Averaging, border wrap",
        "steps 1 and 2 can be one kernel of 7 x 7; see --compose",
    ]
    info = json.loads(succeed("chain", "a.png", spec, "--explain", "--json").stdout)
    assert [step["computes"] for step in info["steps"]][:3] == [
        "convolution",
        "convolution",
        "median",
    ]
    assert info["composable"] == [[1, 2]]
    plan = json.loads(succeed("chain", "blur | blur", "--compose", "--explain", "--json").stdout)
    assert plan["kernel"]["rows"] == 9 and plan["composed"]["kernels"] == 2


def test_explain_follows_shape_and_depth():
    spec = "blur --size 3 --border valid | blur --size 3"
    said = succeed("chain", "a.png", spec, "--depth", "float", "--explain", "--json").stdout
    first, second = json.loads(said)["steps"]
    assert (first["picture"]["dtype"], second["picture"]["dtype"]) == ("uint8", "float32")
    assert (second["picture"]["height"], second["picture"]["width"]) == (20, 22)


def test_compose():
    result = succeed("chain", "a.png", "blur --size 3 | blur --size 3", "--compose", "-o", "b.png")
    note = "imgfilt: steps 1 and 2 are one kernel of 5 x 5; within 1 pixel of the edge, around"
    assert result.stderr.startswith(note)
    succeed("convolve", "a.png", "-k", "average:3", "-k", "average:3", "-o", "c.png")
    assert np.array_equal(load("b.png"), load("c.png"))
