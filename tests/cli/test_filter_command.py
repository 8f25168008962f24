"""The command line: every option reaches what it is said of."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Convolve, Gaussian, Kernel, apply
from imgfilt.border import BORDERS
from imgfilt.filters import FILTERS
from imgfilt.pipeline.options import ENGINES

from ..cli_support import files, invoke, load, save, succeed
from ..examples import FILTER_COMMANDS

pytestmark = pytest.mark.usefixtures("in_folder")

THIRDS = Kernel([[Fraction(1, 3), Fraction(-2, 3)]], origin=(0, 0))


def test_every_filter_is_asked():
    assert list(FILTER_COMMANDS) == list(FILTERS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FILTERS)
def test_one_in_one_out(name, engine):
    pixels = save("a.png", 14, 11, 3)
    before = files()
    words, filt = FILTER_COMMANDS[name]
    result = succeed(name, "a.png", *words, "--engine", engine, "-o", "b.png")
    assert result.output == ""
    assert np.array_equal(load("b.png"), apply(filt, pixels, engine, values="clip"))
    assert files() == before | {"b.png": Path("b.png").read_bytes()}


@pytest.mark.slow
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", FILTERS)
def test_border(name, border):
    pixels = save("a.png", 10, 11, 3)
    words, filt = FILTER_COMMANDS[name]
    if border not in filt.borders:
        done = invoke(name, "a.png", *words, "--border", border, "-o", "b.png")
        assert done.exit_code == 2
        assert f"imgfilt: --border: '{border}' goes with convolve" in done.stderr
        return
    value = ["--border-value", "7,8,9"] if border == "constant" else []
    succeed(name, "a.png", *words, "--border", border, *value, "-o", "b.png")
    assert np.array_equal(
        load("b.png"), apply(filt, pixels, "auto", border, (7, 8, 9), values="clip")
    )


@pytest.mark.parametrize(
    ("words", "filt"),
    [
        (["-k", "1 0 -1"], Convolve("1 0 -1")),
        (["--kernel", "1 0 -1; 2 0 -2; 1 0 -1"], Convolve("1 0 -1; 2 0 -2; 1 0 -1")),
        (["-k", "average:3"], Convolve("average:3")),
        (["-k", "average", "-s", "4"], Convolve("average:4")),
        (["-k", "gaussian:7,1"], Convolve("gaussian:7,1")),
        (["-k", "gaussian:3", "-k", "sobel-x"], Convolve(["gaussian:3", "sobel-x"])),
        (["-k", "edge.txt"], Convolve(THIRDS)),
        (["-k", "edge.txt", "-k", "emboss"], Convolve([THIRDS, "emboss"])),
        (["-k", "sharpen"], Convolve("1 1")),
        (["-k", "1 2; 3 4", "--correlate"], Convolve("1 2; 3 4", correlate=True)),
        (["-k", "1 2; 3 4", "--origin", "0,1"], Convolve("1 2; 3 4", origin=(0, 1))),
        (["-k", "edge.txt", "--scale", "1/10"], Convolve(THIRDS, scale="1/10")),
        (["-k", "1 2; 3 4", "--scale", "-.1"], Convolve("1 2; 3 4", scale="-1/10")),
        (["-k", "1 2; 3 4", "--normalize"], Convolve("1 2; 3 4", normalize=True)),
    ],
    ids=str,
)
def test_kernel(words, filt):
    pixels = save("a.png", 6, 7, 1)
    Path("edge.txt").write_text("scale 1/3 # a third\norigin 0 0\n1, -2\n")
    Path("sharpen").write_text("1 1\n")  # a file comes before a preset
    invoke("convolve", "a.png", *words, "-o", "b.png")
    assert np.array_equal(load("b.png"), apply(filt, pixels, values="clip"))


def test_a_folder_does_not_hide_a_preset():
    pixels = save("a.png", 6, 7, 1)
    for _ in range(2):
        succeed("convolve", "a.png", "--kernel", "sharpen", "-q", "-o", "sharpen/")
    assert np.array_equal(load("sharpen/a.png"), apply(Convolve("sharpen"), pixels, values="clip"))


@pytest.mark.parametrize("values", ["clip", "abs", "offset", "stretch"])
def test_values(values):
    pixels = save("a.png", 9, 8, 3)
    invoke("convolve", "a.png", "--kernel", "sobel-x", "--values", values, "-o", "b.png")
    wanted = apply(Convolve("sobel-x"), pixels, values=values)
    assert np.array_equal(load("b.png"), wanted)


def test_raw_values():
    pixels = save("a.png", 9, 8, 3)
    words = "--kernel", "sobel-x", "--values", "raw", "--depth", "float"
    assert succeed("convolve", "a.png", *words, "-o", "b.npy").output == ""
    wanted = apply(Convolve("sobel-x"), pixels.astype(np.float32), values="clip")
    assert np.array_equal(np.load("b.npy"), wanted)


@pytest.mark.parametrize(
    ("depth", "dtype", "top"), [(8, "u1", 255), (16, "u2", 65535), ("float", "f4", 1)]
)
def test_depth(depth, dtype, top):
    pixels = save("a.png", 4, 5, 3)
    succeed("blur", "a.png", "--size", "1", "--depth", depth, "-o", "b.npy")
    found = np.load("b.npy")
    assert found.dtype == dtype
    assert np.abs(found * (255 / top) - pixels).max() < 1e-4


def test_linear_light():
    save("a.png", 1, 2, 1)
    Path("a.csv").write_text("0,255\n")
    succeed("blur", "a.csv", "--size", "2x1", "--linear", "--border", "wrap", "-o", "b.csv")
    half = 255 * (1.055 * 0.5 ** (1 / 2.4) - 0.055)  # of the light
    found = [float(number) for number in Path("b.csv").read_text().split(",")]
    assert found == pytest.approx([half, half], abs=1e-9)


def test_region():
    pixels = save("a.png", 12, 15, 3)
    succeed("gaussian", "a.png", "--size", "9", "--region", "2,3,5,4", "-o", "b.png")
    wanted, part = pixels.copy(), np.s_[3:7, 2:7]
    wanted[part] = apply(Gaussian(9), pixels)[part]
    assert np.array_equal(load("b.png"), wanted)


def test_several_regions_add_up():
    """Whichever way they are written, where they overlap, too."""
    pixels = save("a.png", 12, 15, 3)
    regions = "--region", "2,3,5,4", "--region", "6x5+4+5", "--region", "2x1+13+11"
    succeed("gaussian", "a.png", "--size", "9", *regions, "-o", "b.png")
    inside = np.zeros((12, 15, 1), bool)
    for part in (np.s_[3:7, 2:7], np.s_[5:10, 4:10], np.s_[11:, 13:]):
        inside[part] = True
    wanted = np.where(inside, apply(Gaussian(9), pixels), pixels)
    assert np.array_equal(load("b.png"), wanted)


def test_jobs_never_change_pixels():
    save("a.png", 1100, 40, 3)
    for jobs in ("1", "2", "7"):
        succeed("gaussian", "a.png", "--sigma", "3", "-j", jobs, "-o", f"{jobs}.png")
    assert Path("1.png").read_bytes() == Path("2.png").read_bytes() == Path("7.png").read_bytes()


def test_what_clips_is_said_once_for_each_file():
    for name in ("a.png", "b.png"):
        np.save(name.replace("png", "npy"), np.uint8([[0, 100, 255]]))
    words = "convolve", "a.npy", "b.npy", "--kernel", "2 0 -1", "--border", "zero", "-o", "out/"
    lines = succeed(*words).stderr.splitlines()
    said = "66.7 % of values fell outside 0..255 (−100..510) and were clipped"
    said += "; --values stretch makes them fit"
    # Two pictures at once: either may be done first.
    assert sorted(lines[:-1]) == [f"imgfilt: a.npy: {said}", f"imgfilt: b.npy: {said}"]
    assert lines[-1] == "imgfilt: 2 written, 0 failed"
    assert succeed(*words, "-q").stderr == ""
