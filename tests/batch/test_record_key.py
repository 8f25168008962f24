"""Keys of the record: literal, so that none that was written once is misunderstood later."""

import dataclasses
import inspect
import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt import Blur, Gaussian
from imgfilt.batch import Job, JobOptions, Recipe
from imgfilt.batch.record import NAME
from imgfilt.batch.record_file import FileStamp
from imgfilt.batch.record_key import (
    FIGURE,
    JOB_OPTIONS,
    OPTIONS,
    WITHOUT_EFFECT,
    RecordKeys,
    decisive_values,
)
from imgfilt.figure import Layout
from imgfilt.filters import FILTERS
from imgfilt.pipeline.chain import Step
from imgfilt.pipeline.options import Options

from ..cli_support import files, invoke, load, refused, save, succeed
from ..examples import EXAMPLES

# A command, its key, and the one that lines without a version have.
GOLDEN = {
    ("gaussian",): (
        "ded5ed8e98e04a0b06029c14634bf026",
        "fa006ba926e8d34fc49e880d0adfa387",
    ),
    (
        "gaussian",
        "--size",
        "5",
    ): (
        "ded5ed8e98e04a0b06029c14634bf026",
        "e5cbce19daa90f854dd7674ce9a0aaff",
    ),
    (
        "gaussian",
        "--sigma",
        "2",
    ): (
        "5a7443af4db4dd3f5b3faf222e62119c",
        "639896d63e515582824f1f198477ad70",
    ),
    (
        "gaussian",
        "--size",
        "11",
        "--sigma",
        "2",
        "--border",
        "wrap",
    ): (
        "7f3088ec520baa32bc762efa6ed093f3",
        "9be8c95ba9d2ad6613a5ec611d714623",
    ),
    (
        "gaussian",
        "--size",
        "7",
        "--integrated",
        "--linear",
    ): (
        "1166a3cf3c551560f95c61698845ad9d",
        "75bc62ebe7474e66d2e12bd0a4359314",
    ),
    (
        "blur",
        "--size",
        "5x3",
        "--depth",
        "16",
    ): (
        "148bd982237953726f9982c7b16cfe96",
        "2098228de8e3aba53b4e559d2da64a2d",
    ),
    (
        "blur",
        "--size",
        "7",
        "--border",
        "constant",
        "--border-value",
        "1,2,3",
    ): (
        "4f60abcda37d67e99da1071e3551a81d",
        "3408c921021cc46a42fcc6c0d3f86da4",
    ),
    (
        "blur",
        "--strip",
        "--quality",
        "80",
        "--background",
        "red",
        "--frame",
        "0",
    ): (
        "597ec88cac39fb35bd57abd3b109fc7c",
        "04fa54e02b265b4742b6654b8e287917",
    ),
    (
        "median",
        "--size",
        "3",
        "--region",
        "1,2,3,4",
    ): (
        "0caa7436a0c79e68c7d85a979debe302",
        "a8fd5b1bbf765e1501234fd02c97b347",
    ),
    (
        "bilateral",
        "--diameter",
        "9",
        "--sigma-color",
        "40.5",
        "--fast",
    ): (
        "da2750dec8709ce1cc46fcb6ad0b9e58",
        "017f39d5b75f634d62b7b424d27e9801",
    ),
    (
        "nlmeans",
        "--strength",
        "auto",
    ): (
        "06d2ca24d531675f71108865b52016ac",
        "aae88a01be138ac4f76e6408aaa3ba48",
    ),
    (
        "nlmeans",
        "--strength",
        "1",
        "--patch",
        "3",
        "--search",
        "5",
        "--mask",
        "mask.png",
    ): (
        "19f5f1c6fe62c8d566529fece8544678",
        "cd0b665aa95ff73570499dcdc7414184",
    ),
    (
        "convolve",
        "--kernel",
        "edge.txt",
        "--values",
        "offset",
        "--scale",
        "1/4",
    ): (
        "9dccb8faebc5341f736a6a0366a1407c",
        "d0c3d022cbe064333a51cff843dd4050",
    ),
    (
        "convolve",
        "-k",
        "sobel-x",
        "-k",
        "average:3",
        "--correlate",
        "--values",
        "abs",
        "--engine",
        "numpy",
    ): (
        "4012e67b46d63774f783892decfe1201",
        "2cd228e3e7b9ea1f39b54f50d89c9eeb",
    ),
    (
        "convolve",
        "-k",
        "1 2; 3 4",
        "--origin",
        "0,0",
        "--normalize",
    ): (
        "1cfd8a9327d6062d7508384a986f5a78",
        "eb855637a89449fc3fdb3ec1a1cf31b5",
    ),
    (
        "convolve",
        "-k",
        "average",
        "--size",
        "7",
    ): (
        "b8170364aa47d9a5f2e7bf0f9e6ab365",
        "a03fe3248d017cd5492fb534ff000e74",
    ),
    (
        "blur",
        "--size",
        "3,5,7",
    ): (
        "e0768a59cde103fde3d0724a673c1010",
        "1c928ff847a4ad08d01de45d582b0a41",
    ),
    (
        "gaussian",
        "--sigma",
        "1,2",
        "--size",
        "3,5",
        "--columns",
        "2",
        "--title",
        "T",
        "--cell-width",
        "50",
        "--zoom",
        "1,2,10,8",
        "--no-original",
        "--reference",
        "a.png",
    ): (
        "2ca7dc878f85b93b0f590e26aa387576",
        "7f18d739764c79b13ff705e76fbf9517",
    ),
}

# Commands that mean the same as another.
SAME = [
    (["gaussian", "--sigma", "2"], ["gaussian", "--sigma", "2.0"]),
    (["gaussian", "--sigma", "2"], ["gaussian", "--sigma", "2e0", "--size", "17"]),
    (["gaussian"], ["gaussian", "--size", "5"]),
    (["gaussian", "--size", "11"], ["gaussian", "--size", "11", "--sigma", "2"]),
    (["gaussian"], ["gaussian", "--integer"]),
    (["gaussian", "--sigma", "2"], ["gaussian", "--sigma", "2x2.0"]),
    (["gaussian", "--sigma", "3x1"], ["gaussian", "--sigma", "3.0x1", "--size", "25x9"]),
    (["gaussian", "--size", "5x3"], ["gaussian", "--size", "5x3", "--sigma", "0", "--integer"]),
    (["median"], ["median", "--size", "5x5"]),
    (["blur"], ["blur", "--size", "5x5"]),
    (["blur"], ["blur", "--border", "reflect", "--engine", "auto"]),
    (["blur"], ["blur", "-j", "1", "--max-pixels", "9999", "--strict", "--verbose", "--preserve"]),
    (["blur", "--border", "constant"], ["blur", "--border", "constant", "--border-value", "0.0"]),
    (["median", "-s", "3"], ["median", "--size", "3"]),
    (
        ["blur", "-s", "3,5", "--noise", "gaussian:25"],
        ["blur", "-s", "3,5", "--noise", "gaussian:25.0,0"],
    ),
    (["blur", "-s", "3,5", "--difference"], ["blur", "-s", "3,5", "--difference", "auto"]),
    (["nlmeans"], ["nlmeans", "--strength", "10.0", "--patch", "7", "--search", "21"]),
    (["convolve", "-k", "sobel-x"], ["convolve", "-k", "sobel.txt", "--values", "clip"]),
    (["convolve", "-k", "average:3"], ["convolve", "-k", "average", "--size", "3"]),
    (["convolve", "-k", "average:3"], ["convolve", "-k", "1 1 1; 1 1 1; 1 1 1", "--scale", "1/9"]),
    (["convolve", "-k", "average:3"], ["convolve", "-k", "2 2 2; 2 2 2; 2 2 2", "--normalize"]),
    (["convolve", "-k", "1 2 3"], ["convolve", "-k", "3 2 1", "--correlate"]),
]
OTHER = [
    (["gaussian", "--sigma", "2"], ["gaussian", "--sigma", "2.01"]),
    (["gaussian", "--size", "11"], ["gaussian", "--size", "11", "--integrated"]),
    (["blur", "--size", "3x5"], ["blur", "--size", "5x3"]),
    (["gaussian", "--sigma", "3x1"], ["gaussian", "--sigma", "1x3"]),
    (["median", "--size", "3x5"], ["median", "--size", "5x3"]),
    (["median"], ["median", "--nodata", "0"]),
    (["median", "--nodata", "1"], ["median", "--nodata", "0"]),
    (["convolve", "-k", "1 2 3"], ["convolve", "-k", "1 2 3", "--correlate"]),
    (["convolve", "-k", "1 2 3"], ["convolve", "-k", "1 2 3", "--origin", "0,0"]),
    (["convolve", "-k", "0.1 1"], ["convolve", "-k", "0.1000000000000000001 1"]),
    (["blur", "--mask", "mask.png"], ["blur", "--mask", "other.png"]),
    (["blur", "-s", "3,5"], ["blur", "-s", "3,5", "--noise", "poisson"]),
    (["blur", "-s", "3,5", "--noise", "poisson"], ["blur", "-s", "3,5", "--noise", "poisson,1"]),
    (["blur", "-s", "3,5"], ["blur", "-s", "3,5", "--difference"]),
    (["blur", "-s", "3,5"], ["blur", "-s", "3,5", "--animate"]),
    (["blur", "-s", "3,5", "--animate"], ["blur", "-s", "3,5", "--animate", "2"]),
    (["blur", "-s", "3,5", "--difference"], ["blur", "-s", "3,5", "--difference", "2"]),
    (
        ["blur", "-s", "3,5", "--reference", "a.png"],
        ["blur", "-s", "3,5", "--reference", "a.png", "--show-reference"],
    ),
    (["blur"], ["blur", "--engine", "opencv"]),
    (["blur"], ["blur", "--compression", "9"]),
    (["blur", "--compression", "0"], ["blur", "--compression", "9"]),
    (["blur", "-s", "3,5"], ["blur", "-s", "3,5", "--inset", "0,0,9,9"]),
    (
        ["blur", "-s", "3,5", "--inset", "0,0,9,9", "--inset", "9,0,9,9"],
        ["blur", "-s", "3,5", "--inset", "9,0,9,9", "--inset", "0,0,9,9"],
    ),
]


@pytest.fixture(autouse=True)
def inputs(in_folder):
    Image.fromarray((np.arange(3600) % 251).astype("uint8").reshape(30, 40, 3)).save("a.png")
    Image.fromarray((np.arange(1200) % 256).astype("uint8").reshape(30, 40)).save("mask.png")
    Image.fromarray((np.arange(1200) % 255).astype("uint8").reshape(30, 40)).save("other.png")
    Path("edge.txt").write_text("1 0 -1\n2 0 -2\n1 0 -1\n")
    Path("sobel.txt").write_text("# the same\n1.0 0 -1\r\n2 0 -2.0\n1 0 -1\n")


def input_of(command):
    """Return the input of a command: a JPEG where it says something of JPEGs alone."""
    if "--quality" not in command:
        return "a.png"
    Image.open("a.png").save("a.jpg")
    return "a.jpg"


def earlier_run(*command):
    """Run a command with --changed; return the line that it adds to the record."""
    target = Path("out", NAME)
    target.unlink(missing_ok=True)
    quiet = [] if "--verbose" in command else ["-q"]
    result = invoke(*command, input_of(command), "-o", "out/", "--changed", *quiet)
    assert result.exit_code == 0, result.stderr
    return json.loads(target.read_text())


@pytest.mark.parametrize("command", GOLDEN, ids=" ".join)
def test_keys_stay_as_they_are(command):
    assert earlier_run(*command)["key"] == GOLDEN[command][0]


@pytest.mark.parametrize("command", GOLDEN, ids=" ".join)
def test_lines_without_a_version_are_understood(command):
    """As they were written before there were versions."""
    name = input_of(command)
    succeed(*command, name, "-o", "out/", "-q")
    line = {
        "output": name,
        "filter": ["a caption"],
        "key": GOLDEN[command][1],
        "input": f"../{name}",
        "input_was": FileStamp.at(name),
        "output_is": FileStamp.at(f"out/{name}"),
    }
    Path("out", NAME).write_text(json.dumps(line) + "\n")
    result = succeed(*command, name, "-o", "out/", "--changed", "-v")
    assert "skipped, as it is unchanged" in result.stderr


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_means_the_same_has_one_key(one, other):
    assert earlier_run(*one)["key"] == earlier_run(*other)["key"]


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_means_another_thing_has_another_key(one, other):
    assert earlier_run(*one)["key"] != earlier_run(*other)["key"]


def test_a_border_value_without_effect_is_in_no_key():
    recipe = Recipe([Step(Blur(), Options(border="wrap", border_value=(7.0,)), "")], {})
    said = decisive_values(Job(("a.png",), "b.png", (recipe,)), JobOptions())
    assert said == {"filter": "blur", "border": "wrap"}


@pytest.mark.parametrize(("value", "said"), [(Fraction(1, 3), "1/3"), (0.5, 0.5), (3.0, 3)])
def test_a_border_value_that_is_a_fraction(value, said):
    options = Options(border="constant", border_value=(value,))
    job = Job(("a.txt",), "b.txt", (Recipe([Step(Blur(), options, "")], {}),))
    assert decisive_values(job, JobOptions())["border-value"] == said
    assert RecordKeys(JobOptions()).key_of(job).digest


def test_the_format_is_in_the_key_only_where_no_name_says_it():
    recipe = (Recipe([Step(Blur(), Options(), "")], {}),)
    keys = RecordKeys(JobOptions())

    def digest(target, form):
        return keys.key_of(Job(("a.png",), target, recipe, format=form)).digest

    assert digest("b.tif", "tiff") == digest("b.tif", None)
    assert digest("b", "tiff") != digest("b", "png")


def test_how_is_said_by_the_options():
    command = "gaussian", "--sigma", "2.50", "--border", "constant", "--border-value", "1,2,3"
    said = earlier_run(*command, "--region", "1,2,3,4")["how"]
    assert said == {
        "filter": "gaussian", "sigma": 2.5, "border": "constant", "border-value": [1, 2, 3],
        "region": [[1, 2, 3, 4]],
    }  # fmt: skip
    line = (
        "a.png: was filtered before: convolve --kernel '1 0 -1' --scale 1/4 --values abs; without"
    )
    succeed("convolve", "-k", "1 0 -1", "--scale", "1/4", "--values", "abs", "a.png", "--in-place")
    refused(f"{line}...", "median", "a.png", "--in-place", "--changed", code=1)


def test_no_name_of_python_is_in_a_key():
    before = earlier_run("gaussian", "--sigma", "2")
    kinds = Gaussian, Options, JobOptions, Layout, Recipe, Job
    names = [(kind.__name__, kind.__qualname__) for kind in kinds]
    try:
        for kind in kinds:
            kind.__name__ = kind.__qualname__ = "Another"
        after = earlier_run("gaussian", "--sigma", "2")
    finally:
        for kind, (name, qualified) in zip(kinds, names, strict=True):
            kind.__name__, kind.__qualname__ = name, qualified
    assert (after["key"], after["how"]) == (before["key"], before["how"])


def fields(record):
    return set(inspect.signature(record).parameters)


def unkeyed(record, *tables):
    """Return what a record has that no table names, and what the tables name beyond it."""
    named = {name for table in tables for item in table.values() for name in item.fields.split()}
    return fields(record) - named - WITHOUT_EFFECT, named - fields(record)


def test_every_field_is_in_the_key_or_without_effect():
    """A new field goes into the tables of batch/record_key.py, or among those without effect."""
    assert unkeyed(Options, OPTIONS) == (set(), set())
    assert unkeyed(JobOptions, JOB_OPTIONS, FIGURE) == (
        set(),
        fields(Layout) - {"first_row", "labels", "background"},
    )
    assert unkeyed(Layout, FIGURE)[0] == set()
    # Of a recipe and a job: what their key is made of, and what follows from it.
    assert fields(Recipe) == {"steps", "words", "caption", "heading", "across"}
    assert fields(Job) == {
        *("sources", "target", "recipes", "figure", "format", "makes_folder", "obstacles"),
        *("names", "frame"),
    }


def test_every_parameter_of_a_filter_is_known_with_its_default():
    """A new parameter needs a default with which nothing changes; then it is added there."""

    def written(parameter):
        return parameter.name if parameter.required else f"{parameter.name}={parameter.default}"

    found = {name: " ".join(map(written, kind.parameters())) for name, kind in FILTERS.items()}
    assert found == {name: entry.declared for name, entry in EXAMPLES.items()}


def test_a_new_field_is_noticed():
    with_more = dataclasses.make_dataclass(
        "Options", [("new", bool, False)], bases=(Options,), frozen=True
    )
    assert unkeyed(with_more, OPTIONS) == ({"new"}, set())


# In place


def test_another_spelling_of_the_parameters_filters_nothing_twice():
    succeed("gaussian", "a.png", "--sigma", "2", "--in-place", "--changed")
    once = files()
    for sigma in ("2.0", "2e0", "2"):
        result = succeed("gaussian", "a.png", "--sigma", sigma, "--in-place", "--changed", "-v")
        assert "skipped" in result.stderr
    assert files() == once


def in_place_line(**words):
    """Write a record whose one line says that a.png, as it is, was filtered in its place."""
    stamp = FileStamp.at("a.png")
    said = {"output": "a.png", "key": "0" * 32, "input": "a.png"}
    said |= {"input_was": stamp, "output_is": stamp, **words}
    Path(NAME).write_text(json.dumps(said) + "\n")


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ({"filter": ["sigma 2 Gaussian"]}, "sigma 2 Gaussian"),
        (
            {"version": 99, "how": {"filter": "gaussian", "sigma": 3}},
            "gaussian --sigma 3; now with --sigma 2",
        ),
        ({"version": 99, "how": {"filter": "gaussian", "sigma": 2}}, "gaussian --sigma 2"),
        ({"version": 99, "how": 5, "more": {}}, "in a way that this version doesn't know"),
        ({"version": "x", "how": {"filter": ["a"]}}, "in a way that this version doesn't know"),
        ({"filter": ["a\nb \x1b[31m"]}, r"a\nb \x1b[31m"),
        ({"version": 2}, "in a way that this version doesn't know"),
    ],
)
def test_what_cannot_be_compared_is_not_filtered_twice(words, how):
    in_place_line(**words)
    line = f"a.png: was filtered before: {how}; without --changed it is filtered again"
    refused(line, "gaussian", "a.png", "--sigma", "2", "--in-place", "--changed", code=1)
    result = invoke("gaussian", "a.png", "--sigma", "2", "--in-place", "--changed", "-n")
    assert result.exit_code == 1
    assert f"({line.removeprefix('a.png: ')})" in result.stdout


def test_a_line_of_another_version_with_the_same_key_says_another_thing():
    key = earlier_run("blur")["key"]
    in_place_line(version=3, key=key, how={"filter": "blur", "size": 5})
    line = "a.png: was filtered before: blur --size 5; without..."
    refused(line, "blur", "a.png", "--in-place", "--changed", code=1)


def test_lines_of_other_machines_are_read_too():
    in_place_line(filter=["sigma 2 Gaussian"])
    Path(NAME).rename(".imgfilt-far.jsonl")
    line = "a.png: was filtered before: sigma 2 Gaussian; without..."
    refused(line, "blur", "a.png", "--in-place", "--changed", code=1)


def test_an_output_made_elsewhere_is_an_output_too():
    succeed("gaussian", "a.png", "-o", "out/", "--changed")
    line = "out/a.png: was filtered before: gaussian; without..."
    refused(line, "blur", "out", "--in-place", "--changed", code=1)


def test_one_that_is_edited_is_filtered():
    succeed("gaussian", "a.png", "--in-place")
    edited = save("a.png", 9, 8, 3)
    succeed("blur", "a.png", "--in-place", "--changed")
    assert load("a.png").shape == edited.shape


def test_how_many_were_filtered_before_is_said_once():
    Path("in").mkdir()
    for number in range(3):
        save(f"in/{number}.png", 5, 6, 3)
    succeed("blur", "in/0.png", "in/1.png", "--in-place")
    said = succeed("median", "in", "--in-place").stderr.splitlines()
    assert said == [
        "imgfilt: 2 pictures had been filtered before; --changed filters none twice",
        "imgfilt: 3 written, 0 failed",
    ]


def test_outputs_without_a_record_are_said_to_be_made_again():
    succeed("blur", "a.png", "mask.png", "-o", "out/")
    command = "blur", "a.png", "mask.png", "-o", "out/", "--changed"
    note = (
        "imgfilt: out: no record (.imgfilt.jsonl) says how its pictures were made; they are made "
    )
    assert succeed(*command).stderr == f"{note}again\nimgfilt: 2 written, 0 failed\n"
    assert succeed(*command).stderr == "imgfilt: 0 written, 0 failed, 2 skipped\n"


# Modification times


@pytest.mark.parametrize("name", ["a.png", "a.bmp"])
def test_preserved_times_do_not_confuse_the_record(name):
    """A BMP is of one size however it is filtered: then only the last line counts."""
    Image.open("a.png").save("a.bmp")
    os.utime(name, ns=(0, 1_600_000_000_123_456_789))
    command = name, "-o", "out/", "--changed", "--preserve", "-v"
    expected = {}
    for size in ("3", "5", "7"):
        succeed("blur", "--size", size, *command)
        expected[size] = load(f"out/{name}")
        assert abs(os.stat(f"out/{name}").st_mtime_ns - os.stat(name).st_mtime_ns) <= 100
    for size in ("3", "7", "5", "3"):
        assert "skipped" not in succeed("blur", "--size", size, *command).stderr
        assert np.array_equal(load(f"out/{name}"), expected[size])
    assert "skipped" in succeed("blur", "--size", "3", *command).stderr


def test_preserved_times_in_place():
    Image.open("a.png").save("a.bmp")
    os.utime("a.bmp", ns=(0, 1_600_000_000_123_456_789))
    succeed("blur", "a.bmp", "--in-place", "--changed", "--preserve")
    assert os.stat("a.bmp").st_mtime_ns == 1_600_000_000_123_456_889
    once = files()
    succeed("blur", "a.bmp", "--in-place", "--changed", "--preserve")
    assert files() == once


def test_preserved_times_of_streams():
    line = "--preserve goes with files; streams have no modification time"
    refused(line, "blur", "a.png", "--preserve", "-o", "-")
    refused(line, "blur", "-", "--preserve", "-o", "out/")
