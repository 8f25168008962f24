"""The fields of a report: what was read, how it was filtered, and what came out."""

import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import imgfilt

from ..cli_support import invoke, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")


def reported():
    return [json.loads(line) for line in Path("said").read_text().splitlines()]


def report_of(*words):
    succeed(*words, "--report", "said", "-q")
    (said,) = reported()
    return said


def test_a_picture():
    save("a.png", 40, 50, 3)
    said = report_of("gaussian", "a.png", "--sigma", "2", "-o", "b.png")
    parameters = {"size": None, "sigma": 2, "integrated": False, "integer": False}
    assert said["steps"] == [{"filter": "gaussian", "parameters": parameters}]
    assert (said["width"], said["height"], said["frames"]) == (50, 40, 1)
    assert said["engine"] in ("numpy", "opencv")
    assert said["clipped"] == 0
    assert said["bytes_in"] == Path("a.png").stat().st_size
    assert said["bytes_out"] == said["size"] == Path("b.png").stat().st_size
    assert said["version"] == imgfilt.__version__


def test_the_share_that_was_clipped():
    imgfilt.write("a.png", np.array([[0, 0, 255, 255]], np.uint8))
    said = report_of("convolve", "a.png", "-k", "sobel-x", "--engine", "numpy", "-o", "b.png")
    # -4 x 0 + 4 x 255 stands twice.
    assert (said["clipped"], said["engine"]) == (0.5, "numpy")
    said = report_of("convolve", "a.png", "-k", "sobel-x", "--values", "abs", "-o", "b.png")
    assert said["clipped"] == 0.5
    said = report_of("convolve", "a.png", "-k", "sobel-x", "--depth", "float", "-o", "b.tif")
    assert said["clipped"] == 0


def test_kernels_as_they_were_given():
    save("a.png", 9, 8, 1)
    Path("k.txt").write_text("scale 1/3\n1 1 1\n")
    command = "convolve", "a.png", "-k", "sobel-x", "-k", "k.txt", "--scale", "1/3", "-o", "b.png"
    (step,) = report_of(*command)["steps"]
    assert step["parameters"]["scale"] == "1/3"
    name, text = step["parameters"]["kernel"]
    assert (name, imgfilt.Kernel.parse(text)) == ("sobel-x", imgfilt.Kernel([[1, 1, 1]]) / 3)
    np.save("k.npy", np.ones((30, 30)))
    (step,) = report_of("convolve", "a.png", "-k", "k.npy", "--normalize", "-o", "b.png")["steps"]
    assert step["parameters"]["kernel"] == ["30 x 30 kernel"]


def test_chains_animations_figures_and_grids():
    frames = [PIL.Image.new("L", (8, 6), level) for level in (0, 99, 200)]
    frames[0].save("a.gif", save_all=True, append_images=frames[1:])
    said = report_of("chain", "a.gif", "median --size 3 | edges", "-o", "b.gif")
    assert [step["filter"] for step in said["steps"]] == ["median", "edges"]
    assert (said["width"], said["height"], said["frames"]) == (8, 6, 3)
    save("a.png", 40, 50, 3)
    said = report_of("blur", "a.png", "-s", "3,5", "-o", "b.png")
    assert [cell[0]["parameters"]["size"] for cell in said["steps"]] == [3, 5]
    assert (said["width"], said["height"]) == (50, 40)
    Path("a.txt").write_text("1 2 3\n4 5 6\n")
    said = report_of("blur", "a.txt", "-s", "3", "-o", "b.txt")
    assert (said["width"], said["height"], said["engine"]) == (3, 2, "exact")


def test_in_place_the_size_of_the_input_is_that_of_before():
    save("a.png", 40, 50, 3)
    before = Path("a.png").stat().st_size
    said = report_of("blur", "a.png", "--in-place")
    assert said["bytes_in"] == before != said["bytes_out"]


def test_what_failed_has_the_same_fields():
    save("a.png", 9, 8, 3)
    assert invoke("blur", "a.png", "b.png", "--report", "said", "-o", "out/").exit_code == 1
    good, bad = sorted(reported(), key=lambda one: one["input"])
    assert list(good) == list(bad)
    assert (bad["status"], bad["width"], bad["clipped"], bad["bytes_in"]) == ("failed", *[None] * 3)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_append(jobs):
    for name in ("a.png", "b.png"):
        save(name, 9, 8, 3)
    command = "blur", "a.png", "b.png", "-j", jobs, "-o", "out/", "--report", "said"
    succeed(*command, "--report-append")
    succeed(*command, "--report-append")
    assert len(reported()) == 4
    succeed(*command)
    assert len(reported()) == 2


@pytest.mark.parametrize("report", [[], ["--report", "-"]])
def test_append_needs_a_file(report):
    save("a.png", 9, 8, 3)
    command = "blur", "a.png", "-o", "b.png", "--report-append", *report
    refused("--report-append goes with --report FILE", *command)
    assert not Path("b.png").exists()


def test_a_dry_run_has_the_steps_too():
    save("a.png", 9, 8, 3)
    said = json.loads(succeed("blur", "a.png", "-n", "--json", "-o", "b.png").stdout)
    assert said["steps"] == [{"filter": "blur", "parameters": {"size": 5}}]
