"""Strict: what would be clipped is a failure, with the numbers, and nothing is written."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

from ..cli_support import files, invoke, load, refused, save, succeed
from ..examples import picture

CLIPPED = ["--kernel", "1 0 -1"]

HINT = "--values offset or abs keeps negative results"


@pytest.fixture(autouse=True)
def here(in_folder):
    save("a.png", 7, 9, 3)


def numbers(*arguments):
    """What a run that clips says of it."""
    said = succeed(*arguments, "-o", "loose.png").stderr
    Path("loose.png").unlink()
    return said.removeprefix("imgfilt: a.png: ").removesuffix(
        " and were clipped; --values offset or abs keeps negative results\n"
    )


def test_a_result_that_clips_is_refused_with_the_numbers():
    said = numbers("convolve", "a.png", *CLIPPED)
    assert "% of values fell outside 0..255 (−" in said
    line = f"a.png: {said}, and --strict lets nothing be clipped; {HINT}"
    refused(line, "convolve", "a.png", *CLIPPED, "--strict", "-o", "o.png", code=1)


def test_an_old_output_stays():
    Path("o.png").write_text("old")
    refused("a.png: ...", "convolve", "a.png", *CLIPPED, "--strict", "-o", "o.png", code=1)
    refused("a.png: ...", "convolve", "a.png", *CLIPPED, "--strict", "--in-place", code=1)


@pytest.mark.parametrize("values", ["abs", "offset", "stretch", "clip"])
def test_it_is_no_failure_where_nothing_is_lost(values):
    kernel = ["--kernel", "1/2 0 -1/2"] if values != "clip" else ["--kernel", "1/2 1/2"]
    succeed("convolve", "a.png", *kernel, "--values", values, "--strict", "-o", "o.png")
    succeed("convolve", "a.png", *kernel, "--values", values, "-o", "p.png")
    assert (load("o.png") == load("p.png")).all()


def test_floats_are_never_clipped():
    command = ["convolve", "a.png", *CLIPPED, "--depth", "float", "--strict", "-o", "o.npy"]
    assert succeed(*command).stderr == ""


@pytest.mark.parametrize("dtype", ["int16", "uint32", "float32"])
@pytest.mark.parametrize("depth", ["8", "16"])
def test_what_fits_own_values_is_said(dtype, depth):
    """A finer depth doesn't: 0 to 1 are its levels. A blur has no --values."""
    tifffile.imwrite("own.tif", np.array([[0, 100], [200, 300]], dtype))
    kept = "; --depth float keeps them"
    for command, words in [
        (("convolve", "-k", "average:3"), f"{kept}, --values stretch makes them fit"),
        (("blur",), kept),
    ]:
        name, *rest = command
        words_of = [name, "own.tif", *rest, "--depth", depth, "-o"]
        said = succeed(*words_of, "o.png").stderr
        assert said.endswith(f" and were clipped{words}\n")
        refused("own.tif: ...", *words_of, "p.png", "--strict", code=1)
        said = invoke(*words_of, "p.png", "--strict").stderr
        assert said.endswith(f", and --strict lets nothing be clipped{words}\n")
        said = succeed(*words_of[:-3], "--depth", "float", "-o", "q.tif").stderr
        assert "clipped" not in said
    said = succeed("convolve", "own.tif", "-k", "average:3", "--values", "stretch", "-o", "r.tif")
    assert "clipped" not in said.stderr


@pytest.mark.parametrize(
    ("dtype", "target", "hint"),
    [
        ("int16", "o.png", "--depth 16 holds levels of 0 to 1"),
        ("uint32", "o.png", "--depth 16 holds levels of 0 to 1"),
        ("float32", "o.jpg", "--depth 8 holds levels of 0 to 1"),
        ("uint32", "o.pfm", ".txt can"),
        ("uint16", "o.jpg", "--depth 8 makes it fit"),
        ("uint8", "o.pfm", "--depth float makes it fit"),
    ],
)
def test_what_another_depth_does_to_them_is_said(dtype, target, hint):
    tifffile.imwrite("own.tif", np.array([[0, 100], [200, 255]], dtype))
    said = invoke("blur", "own.tif", "-o", target)
    assert said.exit_code == 1
    assert said.stderr.endswith(f"{hint}\n")


def test_the_rest_of_a_batch_goes_on():
    save("b.png", 1, 1, 1)  # a single pixel has no derivative
    result = invoke("convolve", "a.png", "b.png", *CLIPPED, "--strict", "-o", "out/")
    assert result.exit_code == 1
    assert "a.png: " in result.stderr
    assert "1 written, 1 failed" in result.stderr
    assert [name for name in files("out")] == ["b.png"]


def test_of_frames_nothing_is_written_either():
    from PIL import Image

    grey = picture((5, 6, 1), "uint8")[..., 0]
    frames = [Image.fromarray(grey * 0), Image.fromarray(grey)]
    frames[0].save("two.tif", save_all=True, append_images=frames[1:])
    refused("two.tif: ...", "convolve", "two.tif", *CLIPPED, "--strict", "-o", "o.tif", code=1)


def test_a_figure_names_the_cell():
    sweep = ["convolve", "a.png", "--kernel", "identity", "--scale", "1,3"]
    caption = "identity, scale 3 Convolution"
    assert invoke(*sweep, "-o", "f.png").stderr.startswith(f"imgfilt: a.png: {caption}: ")
    Path("f.png").unlink()
    refused(f"a.png: {caption}: ...", *sweep, "--strict", "-o", "f.png", code=1)


def test_a_report_tells_of_it():
    invoke("convolve", "a.png", *CLIPPED, "--strict", "--report", "r.jsonl", "-o", "o.png")
    (line,) = Path("r.jsonl").read_text().splitlines()
    assert json.loads(line)["status"] == "failed"
    assert "--strict" in json.loads(line)["message"]
