"""Large pictures: a command that filters by rows writes and says what it does with whole ones."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import tifffile

from imgfilt import geometry
from imgfilt.batch import image_job
from imgfilt.image import read_options
from imgfilt.pipeline.strip_rows import StripRows

from ..cli_support import PROGRAM, SIGNALS, files, invoke, posix, succeed, until
from ..examples import picture, translucent

pytestmark = pytest.mark.usefixtures("in_folder")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def fail(*arguments):
    raise AssertionError("the picture is filtered as a whole")


@pytest.fixture
def by_rows(monkeypatch):
    """Run a command with every picture taken for a large one."""

    def run(*arguments):
        with monkeypatch.context() as changed:
            changed.setattr(read_options, "LARGE", 0)
            changed.setattr(image_job, "run_chain", fail)
            return invoke(*arguments)

    return run


def assert_same(by_rows, *arguments, names=("o.tif",), code=0):
    """Run a command both ways; each must say the same, and write the same bytes."""
    outcomes = []
    for run in (invoke, by_rows):
        for name in names:
            Path(name).unlink(missing_ok=True)
        result = run(*arguments)
        assert result.exit_code == code, result.stderr
        written = [Path(name).read_bytes() for name in names if Path(name).exists()]
        outcomes.append((result.stdout, re.sub(r"[\d.]+ s,", "", result.stderr), written))
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][2]) == (0 if code else len(names))
    assert not [name for name in os.listdir() if name.startswith(".imgfilt-")]
    return outcomes[0][1]


def tiff(name="a.tif", pixels=None, **options):
    pixels = picture((90, 70, 3), "uint8") if pixels is None else pixels
    tifffile.imwrite(name, pixels, photometric="rgb", **{"rowsperstrip": 7} | options)
    return pixels


@pytest.mark.parametrize(
    "options",
    [
        ["gaussian"],
        ["gaussian", "--sigma", "3", "--border", "wrap", "--engine", "numpy"],
        ["convolve", "--kernel", "sobel-x"],
        ["convolve", "--kernel", "sobel-x", "--values", "stretch", "--depth", "16"],
        ["convolve", "--kernel", "sobel-x", "--depth", "float", "--values", "raw"],
        ["blur", "--size", "9", "--region", "10,20,30,40", "--region", "35,5,30,80"],
        ["median", "--size", "5", "--mask", "mask.png", "--linear"],
        ["blur", "--size", "8", "--border", "valid"],
        ["convolve", "--kernel", "1 2;3 4;5 6", "--normalize", "--border", "full"],
        ["bilateral", "--verbose"],
        ["nlmeans", "--search", "5"],
        ["edges", "-j", "1"],
        ["blur", "--strip"],
    ],
    ids=" ".join,
)
def test_each_way_writes_and_says_the_same(options, by_rows):
    mask = np.random.default_rng(0).integers(0, 256, (90, 70), np.uint8)
    PIL.Image.fromarray(mask).save("mask.png")
    tiff(compression="zlib", predictor=True, description="by a test", resolution=(300, 200))
    assert_same(by_rows, *options, "a.tif", "-o", "o.tif")
    np.save("a.npy", picture((90, 70, 3), "float32"))
    assert_same(by_rows, *options, "a.npy", "-o", "o.npy", names=["o.npy"])
    assert_same(by_rows, *options, "a.npy", "-o", "o.tif")


@pytest.mark.parametrize("level", ["0", "9"])
def test_a_level_of_compression(level, by_rows):
    tiff(pixels=picture((2000, 300, 3), "uint8"))
    assert_same(by_rows, "blur", "--compression", level, "a.tif", "-o", "o.tif")


def test_alpha_and_extra_channels(by_rows):
    pixels = translucent((90, 70, 4), "uint16")
    tiff(pixels=pixels, extrasamples=("unassalpha",), tile=(16, 32))
    assert_same(by_rows, "gaussian", "a.tif", "-o", "o.tif")
    five = np.dstack([pixels[..., :3], pixels[..., :2]])
    tiff(pixels=five, extrasamples=("unspecified", "unassalpha"))
    assert_same(by_rows, "gaussian", "a.tif", "-o", "o.tif", "--verbose")


def test_alpha_outside_its_range(by_rows):
    pixels = translucent((90, 70, 4), "float32")
    pixels[77, 3, 3] = 2
    np.save("a.npy", pixels)
    said = assert_same(by_rows, "blur", "a.npy", "-o", "o.npy", names=["o.npy"], code=1)
    assert said == "imgfilt: a.npy: alpha is 2 at 77,3; wanted 0 to 1\n"


def test_pages(by_rows):
    with tifffile.TiffWriter("a.tif") as file:
        for seed in range(3):
            page = picture((40 + seed, 70, 3), "uint8", seed)
            file.write(page, photometric="rgb", rowsperstrip=9, compression="zlib")
    said = assert_same(by_rows, "convolve", "--kernel", "sobel-x", "a.tif", "-o", "o.tif")
    assert said.count("frame") >= 3
    assert_same(by_rows, "blur", "a.tif", "--frame", "1", "-o", "o.tif")
    np.save("a.npy", picture((3, 40, 30), "uint8"))
    assert_same(by_rows, "blur", "a.npy", "--axes", "ZYX", "-o", "o.npy", names=["o.npy"])


def test_in_place_and_records(by_rows):
    tiff("in.tif")
    tiff()
    by_rows("gaussian", "--in-place", "--changed", "a.tif")
    succeed("gaussian", "in.tif", "-o", "o.tif")
    assert Path("a.tif").read_bytes() == Path("o.tif").read_bytes()
    assert by_rows("gaussian", "--in-place", "--changed", "a.tif").exit_code == 0
    assert Path("a.tif").read_bytes() == Path("o.tif").read_bytes()


def test_several_pictures_in_worker_processes(monkeypatch):
    monkeypatch.setattr(read_options, "LARGE", 0)
    for name in ("a", "b", "c"):
        tiff(f"{name}.tif", rowsperstrip=11)
    succeed("gaussian", "--sigma", "2", "a.tif", "b.tif", "c.tif", "-o", "out/", "-j", "2")
    monkeypatch.setattr(read_options, "LARGE", geometry.LARGE)
    succeed("gaussian", "--sigma", "2", "a.tif", "-o", "o.tif")
    assert set(files("out").values()) == {Path("o.tif").read_bytes()}


@pytest.mark.parametrize("target", ["o.png", "o.jpg"])
def test_formats_that_need_the_whole_picture(target, monkeypatch):
    monkeypatch.setattr(read_options, "LARGE", 0)
    pixels = tiff()
    succeed("blur", "--size", "1", "a.tif", "-o", target)
    with PIL.Image.open(target) as file:
        assert file.size == (70, 90)
        assert target == "o.jpg" or np.array_equal(file, pixels)


def test_a_background_needs_the_whole_picture(monkeypatch):
    monkeypatch.setattr(read_options, "LARGE", 0)
    pixels = translucent((90, 70, 4), "uint8")
    tiff(pixels=pixels, extrasamples=("unassalpha",))
    succeed("blur", "--size", "1", "a.tif", "--background", "black", "-o", "o.tif")
    found = tifffile.imread("o.tif")
    share = pixels[..., 3:] / 255
    np.testing.assert_array_equal(found, np.rint(pixels[..., :3] * share))


def test_alpha_that_a_format_has_no_room_for(by_rows, monkeypatch):
    """CMYK with alpha into .npy: whether all is opaque is known when all is read."""
    pixels = picture((90, 70, 5), "uint8")
    pixels[..., 4] = 255
    options = {"photometric": "separated", "extrasamples": ("unassalpha",), "rowsperstrip": 7}
    tifffile.imwrite("a.tif", pixels, **options)
    outcomes = []
    for limit in (geometry.LARGE, 0):
        monkeypatch.setattr(read_options, "LARGE", limit)
        result = invoke("blur", "a.tif", "-o", "o.npy")
        written = Path("o.npy").read_bytes() if Path("o.npy").exists() else None
        outcomes.append((result.exit_code, result.stderr, written))
    assert outcomes[0] == outcomes[1]


# What goes wrong


def test_a_strict_run_leaves_nothing(by_rows):
    tiff()
    clipped = ["convolve", "--kernel", "sobel-x", "--strict", "a.tif", "-o", "o.tif"]
    said = assert_same(by_rows, *clipped, code=1)
    assert said.startswith("imgfilt: a.tif: ")
    Path("o.tif").write_text("old")
    assert by_rows(*clipped).exit_code == 1
    assert Path("o.tif").read_text() == "old"


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"tile": (16, 16)}], ids=str)
@pytest.mark.parametrize("cut", [30, 9000])
def test_a_truncated_file(options, cut, by_rows):
    tiff(**options)
    content = Path("a.tif").read_bytes()
    Path("a.tif").write_bytes(content[:-cut])
    said = assert_same(by_rows, "gaussian", "a.tif", "-o", "o.tif", code=1)
    assert said == "imgfilt: a.tif: truncated or broken TIFF\n"
    said = assert_same(by_rows, "gaussian", "a.tif", "-o", "new/o.tif", names=["new/o.tif"], code=1)
    assert not Path("new").exists()


@pytest.mark.parametrize("strip", [0, 6, 12])
def test_a_file_that_is_broken_inside(strip, by_rows):
    tiff(compression="zlib")
    with tifffile.TiffFile("a.tif") as file:
        place = file.pages[0].dataoffsets[strip]
    content = bytearray(Path("a.tif").read_bytes())
    content[place : place + 40] = bytes(40)
    Path("a.tif").write_bytes(content)
    for border in ("reflect", "wrap"):
        said = assert_same(by_rows, "gaussian", "--border", border, "a.tif", "-o", "o.tif", code=1)
        assert said == "imgfilt: a.tif: truncated or broken TIFF\n"


def test_a_truncated_array(by_rows):
    np.save("a.npy", picture((90, 70, 3), "uint8"))
    Path("a.npy").write_bytes(Path("a.npy").read_bytes()[:-1])
    said = assert_same(by_rows, "gaussian", "a.npy", "-o", "o.npy", names=["o.npy"], code=1)
    assert said == "imgfilt: a.npy: is truncated\n"


@posix
def test_a_file_that_shrinks_while_it_is_read(by_rows, monkeypatch):
    """Another program cuts it after the first strips were filtered."""
    np.save("a.npy", picture((40_000, 70, 3), "uint8"))
    Path("o.npy").write_text("old")
    begin = image_job._FrameFilter._filter_by_rows

    def cut(*arguments):
        filtered = begin(*arguments)
        os.truncate("a.npy", 10**6)
        return filtered

    monkeypatch.setattr(image_job._FrameFilter, "_filter_by_rows", cut)
    result = by_rows("gaussian", "a.npy", "-o", "o.npy")
    assert (result.exit_code, result.stderr) == (1, "imgfilt: a.npy: is truncated\n")
    assert files() == {"a.npy": Path("a.npy").read_bytes(), "o.npy": b"old"}


def test_no_memory_for_a_strip(by_rows, monkeypatch):
    filter_strip = StripRows._filter

    def starve(self, strip):
        if strip.top:
            raise MemoryError
        return filter_strip(self, strip)

    monkeypatch.setattr(StripRows, "_filter", starve)
    tiff(pixels=picture((3000, 70, 3), "uint8"))
    result = by_rows("gaussian", "a.tif", "-o", "o.tif")
    assert (result.exit_code, result.stderr) == (1, "imgfilt: a.tif: not enough memory\n")
    assert list(files()) == ["a.tif"]


@posix
@pytest.mark.slow
@pytest.mark.parametrize("name", ["o.npy", "o.tif"])
def test_a_disk_that_becomes_full(name):
    """As a limit for the size of a file makes it: the 300 MB that are read don't fit."""
    import resource

    large("a.npy")
    Path(name).write_text("old")
    before = {"a.npy", name}
    done = subprocess.run(
        [*PROGRAM, "blur", "a.npy", "-o", name],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10**8, 10**8)),
    )
    assert (done.returncode, done.stderr) == (1, f"imgfilt: {name}: File too large\n")
    assert set(os.listdir()) == before
    assert Path(name).read_text() == "old"


def large(name, height=10_000, width=10_000):
    """Make an array of 300 MB, of which the file system needs to store nothing."""
    np.lib.format.open_memmap(name, "w+", np.uint8, (height, width, 3)).flush()


def begin(*arguments):
    return subprocess.Popen([*PROGRAM, *arguments], stderr=subprocess.PIPE)


def is_writing(process):
    """Tell whether the process has written to a file that has no name yet, or a temporary one."""
    for descriptor in Path(f"/proc/{process.pid}/fd").glob("*"):
        with contextlib.suppress(OSError):  # it may be closed by now
            target = os.readlink(descriptor)
            if target.startswith((f"{Path.cwd()}/#", f"{Path.cwd()}/.imgfilt-")):
                return os.stat(descriptor).st_size > 10_000
    return False


@linux
@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [*SIGNALS, ("SIGKILL", -9)])
def test_an_interrupt_in_the_middle(name, code):
    large("a.npy")
    Path("o.npy").write_text("old")
    process = begin("median", "--size", "35", "a.npy", "-o", "o.npy")
    try:
        until(lambda: is_writing(process), process)
        process.send_signal(getattr(signal, name))
        _, said = process.communicate(timeout=5)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == code
    assert said == (b"" if code < 0 else f"imgfilt: interrupted ({name})\n".encode())
    time.sleep(0.1)
    assert set(os.listdir()) == {"a.npy", "o.npy"}
    assert Path("o.npy").read_text() == "old"


# Memory


def peak_memory(*arguments):
    """Run the program; return the most memory in MB that it had at once."""
    process = begin(*arguments)
    _, status, usage = os.wait4(process.pid, 0)
    said = process.stderr.read()
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    assert (process.returncode, said) == (0, b"")
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20)


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("o.npy", ["gaussian", "--sigma", "5"]),
        ("o.tif", ["median", "--size", "5"]),
        ("o.tif", ["blur", "--size", "45"]),
        ("o.tif", ["gaussian", "--sigma", "3", "--engine", "opencv", "--border", "wrap"]),
    ],
)
def test_memory_does_not_grow_with_the_picture(target, options):
    """The picture has 300 MB, and its result, too."""
    large("a.npy")
    np.save("b.npy", np.zeros((4, 4, 3), np.uint8))
    empty = peak_memory(*options, "b.npy", "-o", target)
    assert peak_memory(*options, "a.npy", "-o", target, "-j", "2") - empty < 150
    with open(target, "rb") as file:
        assert os.fstat(file.fileno()).st_size > 3 * 10**8
