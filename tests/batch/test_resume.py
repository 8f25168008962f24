"""Going on where a run stopped: what is skipped, what is done again; pictures in their place."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Blur, Median, apply
from imgfilt.batch.record import NAME

from ..cli_support import PROGRAM, files, invoke, load, posix, refused, save, succeed


@pytest.fixture(autouse=True)
def pixels(in_folder):
    Path("in/x").mkdir(parents=True)
    names = ("in/a.png", "in/b.png", "in/x/c.png")
    return {name: save(name, 5, 6, 3, seed=seed) for seed, name in enumerate(names)}


def counted(*arguments, code=0):
    """Run a command; return how many it wrote, failed and skipped."""
    result = invoke(*arguments)
    assert result.exit_code == code, result.stderr
    words = result.stderr.splitlines()[-1].removeprefix("imgfilt: ").split(", ")
    counts = {what: int(count) for count, what in (word.split(" ", 1) for word in words)}
    return counts["written"], counts["failed"], counts.get("skipped", 0)


def times(folder="out"):
    return {str(path): path.stat().st_mtime_ns for path in Path(folder).rglob("*.png")}


TREE = "-r", "in", "-o", "out/"
ONCE, TWICE = (lambda before: apply(Blur(), before)), (lambda b: apply(Blur(), apply(Blur(), b)))


def test_existing_outputs_are_skipped():
    Path("out").mkdir()
    Path("out/b.png").write_text("anything")
    assert counted("blur", *TREE, "--skip-existing") == (2, 0, 1)
    before = times()
    assert counted("blur", *TREE, "--skip-existing") == (0, 0, 3)
    assert counted("median", *TREE, "--skip-existing") == (0, 0, 3)
    assert times() == before
    assert Path("out/b.png").read_text() == "anything"
    assert not Path("out", NAME).exists()


def test_what_comes_by_stdin_is_never_unchanged(pixels):
    """It has no name by which it would be known; a picture beside it has one."""
    Path("out").mkdir()
    command = "blur", "-", "in/a.png", "-o", "out/{stem}.png", "--changed"
    for given, skipped in (("in/b.png", 0), ("in/x/c.png", 1)):
        result = succeed(*command, given=Path(given).read_bytes())
        counts = f"{2 - skipped} written, 0 failed{', 1 skipped' * skipped}"
        assert result.stderr == f"imgfilt: {counts}\n"
        assert np.array_equal(load("out/stdin.png"), apply(Blur(), pixels[given]))
        said = invoke(*command, "-n", given=b"").stdout.splitlines()
        assert [line.split()[0] for line in said] == ["replace", "skip"]
    assert "stdin.png" not in Path("out", NAME).read_text()


def test_a_figure_and_the_files_of_a_sweep_are_skipped_too():
    for output in ("out/", "out/{stem}-{size}.png"):
        command = "blur", "in/a.png", "in/b.png", "--size", "3,5", "-o", output, "--skip-existing"
        written = counted(*command)[0]
        assert counted(*command) == (0, 0, written)


def test_what_is_unchanged_is_left():
    assert counted("blur", *TREE, "--changed") == (3, 0, 0)
    before = times()
    assert counted("blur", *TREE, "--changed") == (0, 0, 3)
    assert times() == before
    lines = [json.loads(line) for line in Path("out", NAME).read_text().splitlines()]
    said = sorted((line["output"], line["input"]) for line in lines)
    assert said == [("a.png", "../in/a.png"), ("b.png", "../in/b.png")]
    assert Path("out/x", NAME).exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["median"],
        ["blur", "--size", "7"],
        ["blur", "--border", "wrap"],
        ["blur", "--engine", "numpy"],
        ["blur", "--linear"],
        ["blur", "--depth", "16"],
        ["blur", "--region", "1,1,2,2"],
        ["blur", "--mask", "mask.png"],
        ["blur", "--strip"],
        ["blur", "--background", "red"],
        ["blur", "--size", "3,5"],
    ],
    ids=" ".join,
)
def test_what_was_made_in_another_way_is_made_again(words):
    save("mask.png", 5, 6, 1)
    assert counted("blur", *TREE, "--changed") == (3, 0, 0)
    assert counted(*words, *TREE, "--changed") == (3, 0, 0)
    assert counted(*words, *TREE, "--changed") == (0, 0, 3)
    assert counted("blur", *TREE, "--changed") == (3, 0, 0)


def test_a_mask_of_another_content_is_another_way():
    for seed in (0, 1):
        save("mask.png", 5, 6, 1, seed=seed)
        assert counted("blur", *TREE, "--changed", "--mask", "mask.png") == (3, 0, 0)
    assert counted("blur", *TREE, "--changed", "--mask", "mask.png") == (0, 0, 3)


def test_a_kernel_file_of_another_content_is_another_way():
    command = "convolve", "--kernel", "k.txt", "-q", *TREE, "--changed"
    for text in ("1 2 3\n", "1 2 4\n"):
        Path("k.txt").write_text(text)
        before = succeed(*command) and times()
        assert succeed(*command) and times() == before
    assert len(Path("out", NAME).read_text().splitlines()) == 4


def test_how_many_work_is_no_other_way():
    assert counted("blur", *TREE, "--changed", "-j", "1") == (3, 0, 0)
    assert counted("blur", *TREE, "--changed", "-j", "3", "--max-pixels", "9999") == (0, 0, 3)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["input", "touched", "output", "gone", "replaced"])
def test_what_has_changed_is_made_again(what):
    assert counted("blur", *TREE, "--changed") == (3, 0, 0)
    if what == "input":
        save("in/a.png", 7, 6, 3)
    elif what == "touched":
        os.utime("in/a.png", ns=(0, 1))
    elif what == "output":
        Path("out/a.png").write_text("edited")
    elif what == "gone":
        Path("out/a.png").unlink()
    else:  # by a run that keeps no record
        succeed("median", "in/a.png", "-o", "out/")
    assert counted("blur", *TREE, "--changed") == (1, 0, 2)
    assert np.array_equal(load("out/a.png"), ONCE(load("in/a.png")))


def test_trees_may_be_moved_together():
    Path("all").mkdir()
    Path("in").rename("all/in")
    assert counted("blur", "-r", "all/in", "-o", "all/out/", "--changed") == (3, 0, 0)
    Path("all").rename("moved")
    assert counted("blur", "-r", "moved/in", "-o", "moved/out/", "--changed") == (0, 0, 3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-20],
        lambda content: b"",
        lambda content: b"\0\xff{}\n[1]\nnull\n{}\n" + content[:40],
        lambda content: content.replace(b'"key"', b'"kex"'),
    ],
)
def test_a_record_that_is_cut_off_or_spoilt_costs_no_more_than_time(spoil):
    command = "blur", "in", "-o", "out/", "--changed", "-j", "1"
    assert counted(*command) == (2, 0, 0)
    Path("out", NAME).write_bytes(spoil(Path("out", NAME).read_bytes()))
    assert counted(*command)[0] in (1, 2)
    assert counted(*command) == (0, 0, 2)


def test_a_record_that_can_not_be_written_leaves_the_output_as_it_was():
    Path("out", NAME).mkdir(parents=True)
    Path("out/a.png").write_text("old")
    result = invoke("blur", "in", "-o", "out/", "--changed")
    assert result.exit_code == 1
    assert f"imgfilt: out/{NAME}: is a folder, not a regular file\n" in result.stderr
    assert list(files("out")) == ["a.png"]
    assert Path("out/a.png").read_text() == "old"


# In place


@pytest.mark.parametrize("again", ["--changed", "-v"])
def test_in_place(again, pixels):
    """A first run keeps the record, too: else none could go on after it."""
    command = "blur", "-r", "in", "--in-place"
    assert counted(*command) == (3, 0, 0)
    assert counted(*command, again) == ((0, 0, 3) if again == "--changed" else (3, 0, 0))
    meaning = ONCE if again == "--changed" else TWICE
    for name, before in pixels.items():
        assert np.array_equal(load(name), meaning(before))
    assert sorted({path.name for path in Path("in").rglob("*")}) == [
        NAME, "a.png", "b.png", "c.png", "x",
    ]  # fmt: skip


def test_in_place_what_is_new_or_edited_is_filtered(pixels):
    command = "blur", "-r", "in", "--in-place", "--changed"
    assert counted(*command) == (3, 0, 0)
    edited, added = save("in/a.png", 5, 6, 3, seed=8), save("in/d.png", 5, 6, 3, seed=9)
    assert counted(*command) == (2, 0, 2)
    for name, before in (pixels | {"in/a.png": edited, "in/d.png": added}).items():
        assert np.array_equal(load(name), ONCE(before))
    Path("in").rename("moved")
    assert counted("blur", "-r", "moved", "--in-place", "--changed") == (0, 0, 4)


def test_in_place_another_filter_comes_on_top_only_without_changed(pixels):
    succeed("blur", "in/a.png", "--in-place", "--changed")
    line = "in/a.png: was filtered before: blur --size 5; without --changed it is filtered again"
    refused(line, "median", "in/a.png", "--in-place", "--changed", "-q", code=1)
    note = "imgfilt: 1 picture had been filtered before; --changed filters none twice\n"
    assert succeed("median", "in/a.png", "--in-place").stderr == note
    assert np.array_equal(load("in/a.png"), apply(Median(), ONCE(pixels["in/a.png"])))
    assert succeed("median", "in/a.png", "--in-place", "--changed").stderr == ""
    assert succeed("median", "in/a.png", "--in-place", "-q").stderr == ""


def test_in_place_a_line_without_its_output_is_no_reason_to_skip(pixels):
    """As where a run is killed just before the output takes its name."""
    old = Path("in/a.png").read_bytes()
    succeed("blur", "in/a.png", "--in-place", "--changed")
    Path("in/a.png").write_bytes(old)
    succeed("blur", "in/a.png", "--in-place", "--changed")
    assert np.array_equal(load("in/a.png"), ONCE(pixels["in/a.png"]))


def test_in_place_an_edit_meanwhile_is_not_lost(monkeypatch):
    from imgfilt.batch import image_job

    def slow(job, *given):
        save("in/a.png", 9, 9, 3, seed=5)
        return filter_image(job, *given)

    filter_image = image_job.filter_image
    monkeypatch.setattr(image_job, "filter_image", slow)
    result = invoke("blur", "in/a.png", "--in-place", "--changed")
    assert result.stderr == "imgfilt: in/a.png: another program changed it while it was filtered\n"
    assert load("in/a.png").shape == (9, 9, 3)
    assert not [name for name in files("in") if "imgfilt" in name]


@pytest.mark.slow
@posix
@pytest.mark.parametrize("size", [(40, 50, 3), (200, 250, 3)])
def test_three_runs_at_once_in_place_filter_once(size):
    pixels = {f"on/{n:02}.png": n for n in range(6)}
    Path("on").mkdir()
    pixels = {name: save(name, *size, seed=seed) for name, seed in pixels.items()}
    command = [*PROGRAM, "blur", "on", "--in-place", "--changed"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], said
    for name, before in pixels.items():
        assert np.array_equal(load(name), ONCE(before)), name
    assert counted("blur", "on", "--in-place", "--changed") == (0, 0, 6)


def test_in_place_and_what_it_does_not_go_with():
    refused("--in-place replaces the inputs...", "blur", "in", "--in-place", "-o", "out/")
    refused("--in-place keeps every picture's...", "blur", "in", "--in-place", "-f", "png")
    refused("--in-place: every output...", "blur", "in", "--in-place", "--skip-existing")
    refused("--in-place: stdin can't be replaced; name files", "blur", "-", "in", "--in-place")
    refused("--in-place: several values...", "blur", "in", "--in-place", "--size", "3,5")


def test_in_place_keeps_the_format_and_the_permissions():
    save("b.jpg", 20, 30, 3)
    Path("b.jpg").chmod(0o640)
    succeed("blur", "b.jpg", "--in-place")
    assert Path("b.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    assert os.name == "nt" or Path("b.jpg").stat().st_mode & 0o777 == 0o640
