"""`filter_files`: the files are those of the command, and the outcomes say what became of each."""

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

import imgfilt
from imgfilt import Convolve, Gaussian, Median, filter_files

from ..cli_support import files, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")
SOFT = Gaussian(sigma=2)


@pytest.fixture
def folder():
    Path("in/below").mkdir(parents=True)
    for number, name in enumerate(["a.png", "b.png", "below/c.png"]):
        save(f"in/{name}", 30, 40, 3, seed=number)
    Path("in/bad.png").write_bytes(b"bad")


def content(folder):
    return {name: Path(folder, name).read_bytes() for name in files(folder)}


def test_the_files_are_those_of_the_command(folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(multiprocessing, "get_context", lambda method: pytest.fail(method))
        outcomes = filter_files(SOFT, "in", "found/", recursive=True, border="wrap")
    Path("in/bad.png").unlink()
    succeed("gaussian", "in", "-r", "--sigma", "2", "--border", "wrap", "-o", "wanted/")
    assert content("found") == content("wanted")
    by_input = {one.input: one for one in outcomes}
    assert list(by_input) == ["in/a.png", "in/b.png", "in/bad.png", "in/below/c.png"]
    bad = by_input.pop("in/bad.png")
    assert (bad.status, bad.output, bad.width) == ("failed", "found/bad.png", None)
    assert bad.message.startswith("in/bad.png: is no picture")
    for one in by_input.values():
        assert (one.status, one.message, one.notes, one.clipped) == ("written", None, (), 0)
        assert (one.width, one.height, one.frames) == (40, 30, 1)
        assert one.bytes_in == Path(one.input).stat().st_size
        assert one.bytes_out == Path(one.output).stat().st_size


def test_chains_templates_and_paths(folder):
    output = "out/{stem}-{filter}-{size}-{sigma}.png"
    (one,) = filter_files(Median(3) | Gaussian(sigma=1), Path("in/a.png"), output)
    assert one.output == "out/a-median-gaussian-3-9-1.png"
    found = imgfilt.read(one.output)
    wanted = imgfilt.apply(Median(3) | Gaussian(sigma=1), imgfilt.read("in/a.png"))
    assert np.array_equal(found, wanted)
    names = [one.output for one in filter_files(SOFT, [Path("in/a.png"), "in/b*.png"], Path("o"))]
    assert names == ["o/a.png", "o/b.png", "o/bad.png"]


def test_what_a_run_skips(folder):
    statuses = []
    for options in ({"changed": True}, {"changed": True}, {"skip_existing": True}, {}):
        outcomes = filter_files(SOFT, ["in/a.png", "in/b.png"], "out/", **options)
        statuses.append([one.status for one in outcomes])
    assert statuses == [["written"] * 2, ["skipped"] * 2, ["skipped"] * 2, ["written"] * 2]
    outcomes = filter_files(SOFT, ["in/bad.png", "in/a.png"], "out/", fail_fast=True)
    assert [one.status for one in outcomes] == ["failed"]


def test_in_place(folder):
    wanted = imgfilt.apply(SOFT, imgfilt.read("in/a.png"))
    (one,) = filter_files(SOFT, "in/a.png", in_place=True)
    assert one.output == "in/a.png"
    assert np.array_equal(imgfilt.read("in/a.png"), wanted)


def test_options(folder):
    (one,) = filter_files(
        Convolve("sobel-x"), "in/a.png", "a.tif",
        depth="16", values="offset", region=(2, 3, 10, 12), linear=True, compression=9,
    )  # fmt: skip
    succeed(
        "convolve", "in/a.png", "-k", "sobel-x", "--depth", "16", "--values", "offset", "--linear",
        "--region", "2,3,10,12", "--compression", "9", "-o", "b.tif",
    )  # fmt: skip
    assert one.status == "written"
    for region in (np.array([[2, 3, 10, 12]]), np.array([2, 3, 10, 12]), iter([(2, 3, 10, 12)])):
        filter_files(SOFT, "in/a.png", "b.png", region=region)
        filter_files(SOFT, "in/a.png", "c.png", region=(2, 3, 10, 12))
        assert Path("b.png").read_bytes() == Path("c.png").read_bytes()
    assert Path("a.tif").read_bytes() == Path("b.tif").read_bytes()
    outcomes = filter_files(SOFT, "in", "out/", include="a*", exclude=["b*"])
    assert [one.input for one in outcomes] == ["in/a.png"]


def test_what_was_clipped(folder):
    (one,) = filter_files(Convolve("sobel-x"), "in/a.png", "a.png")
    assert 0.2 < one.clipped < 0.8
    assert "were clipped" in one.notes[0]
    assert "--" not in one.notes[0]
    (one,) = filter_files(Convolve("sobel-x"), "in/a.png", "b.png", strict=True)
    assert one.status == "failed"
    assert "--" not in one.message
    assert (one.width, one.height, one.frames, one.bytes_out) == (40, 30, 1, None)
    assert one.engine in ("numpy", "opencv")
    assert 0.2 < one.clipped < 0.8
    assert not Path("b.png").exists()


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        (("in", "a.png"), {}, "would have the same output, a.png; name a folder, such as out/"),
        (("in/a.png", "in/a.png"), {}, "in/a.png: the output is one of the inputs"),
        (("in/a.png", "{nope}.png"), {}, "output: unknown word {nope}"),
        (("in/a.png", "o.png"), {"include": "*"}, "include and exclude go with a folder"),
        (("in/a.png", "out/"), {"format": "xyz"}, "format xyz: wanted one of png"),
        (("in/a.png",), {}, "output: wanted a file, a folder such as 'out/', or a template"),
        (("in/a.png", "-"), {}, "output: wanted a file"),
        (("-", "a.png"), {}, "inputs: '-' is no path"),
        ((5, "a.png"), {}, "inputs: 5 is neither a path nor several"),
        (("in/a.png", "a.png"), {"in_place": True}, "in_place replaces the inputs"),
        (("in/a.png", "a.png"), {"base": "in"}, "base goes with an output folder"),
        (("in/a.png", "a.png"), {"depth": 8}, "depth: 8 is not one of 8, 16, float"),
        (("in/a.png", "png:-"), {}, "output png:-: is no file"),
        (("in/a.png", "a.png"), {"frame": "x"}, "frame: 'x' is not a whole number"),
        (("in/a.png", "a.png"), {"quality": 0}, "quality: 0 is not a whole number from 1 to 100"),
        (("in/a.png", "a.png"), {"workers": 0}, "workers: 0 is not a whole number from 1"),
        (("in/a.png", "a.png"), {"region": (1, 2)}, "region: 1,2 is not LEFT,TOP,WIDTH,HEIGHT"),
        (("in/a.png", "a.png"), {"region": 5}, "region: 5 is neither a rectangle nor several"),
        (("in/a.png", "a.png"), {"region": None}, "region: None is neither a rectangle nor"),
        (("in/a.png", "a.png"), {"format": 5}, "format: 5 is no text"),
        (("in/a.png", "out/"), {"base": 5}, "base: 5 is no path"),
        (("in", "out/"), {"include": 5}, "include: 5 is neither a text nor several"),
        (("in/a.png", "a.png"), {"background": 5}, "background: 5 is no colour"),
        (("in/a.png", "a.png"), {"border": "mirror"}, "border: 'mirror' is none of"),
        (("in/a.png", "a.png"), {"background": "x"}, "'x' is no colour"),
    ],
)
def test_refused_before_any_work(given, options, said, folder):
    before = files()
    with pytest.raises(imgfilt.ParameterError) as refusal:
        filter_files(SOFT, *given, **options)
    assert said in str(refusal.value)
    assert " --" not in str(refusal.value)
    assert files() == before


def test_messages_name_parameters_and_keep_the_names_of_files():
    bad = ["my --fail-fast.png", "a -o b.png"]
    for name in bad:
        Path(name).write_bytes(b"bad")
    for name, outcome in zip(bad, filter_files(SOFT, bad, "out/"), strict=True):
        assert outcome.message.startswith(f"{name}: is no picture of a known format")
    np.save("depth.npy", np.zeros((4, 5), "float32"))
    (one,) = filter_files(SOFT, "depth.npy", "{stem}.png")
    assert one.message.startswith("depth.npy: PNG can't hold float grey; ")
    assert one.message.endswith("; depth 16 holds levels of 0 to 1")
    save("--values strict.png", 30, 40, 3)
    (one,) = filter_files(Convolve("sobel-x"), "--values strict.png", "o.png", strict=True)
    assert one.message.startswith("--values strict.png: ")
    said = ", and strict lets nothing be clipped; values offset or abs keeps negative results"
    assert one.message.endswith(said)


def test_an_error_keeps_its_hint(folder):
    with pytest.raises(imgfilt.OutputError) as refusal:
        filter_files(SOFT, "in/a.png", "none/a.png")
    assert refusal.value.hint == "mkdir -p none makes it, or -o none/"
    assert refusal.value.command_message.endswith(refusal.value.hint)


def test_a_filter_is_wanted(folder):
    with pytest.raises(imgfilt.ParameterError, match="'gaussian' is no filter"):
        filter_files("gaussian", "in", "out/")
    with pytest.raises(imgfilt.OutputError, match=r"^none/a\.png: there is no folder none$"):
        filter_files(SOFT, "in/a.png", "none/a.png")
