"""Inputs of a batch: folders below folders, lists, patterns and links, each picture once."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Blur, apply
from imgfilt.batch import Source, find_inputs

from ..cli_support import PROGRAM, files, invoke, load, posix, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")


def tree(*names):
    """Save a picture under each name; return the pixels of each."""
    pixels = {}
    for seed, name in enumerate(names):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        pixels[name] = save(name, 5, 6, 3, seed=seed)
    return pixels


def paths(*inputs, **how):
    return [source.path for source in find_inputs(inputs, **how)]


# Folders


def test_a_tree_is_kept():
    pixels = tree("in/b.png", "in/x/a.png", "in/x/y/a.png", "in/z/a.png")
    result = succeed("blur", "-r", "in", "-o", "out/")
    assert result.stderr == "imgfilt: 4 written, 0 failed\n"
    assert sorted(files("out")) == ["b.png", "x/a.png", "x/y/a.png", "z/a.png"]
    for name, before in pixels.items():
        assert np.array_equal(load(name.replace("in/", "out/")), apply(Blur(), before))


def test_without_r_a_folder_is_only_its_own():
    tree("in/b.png", "in/x/a.png")
    succeed("blur", "in", "-o", "out/")
    assert list(files("out")) == ["b.png"]


def test_a_tree_in_another_format():
    tree("in/b.png", "in/x/a.tif")
    succeed("blur", "-r", "in", "-f", "bmp", "-o", "out/")
    assert sorted(files("out")) == ["b.bmp", "x/a.bmp"]


def test_trees_that_meet():
    tree("in/x/a.png", "on/x/b.png")
    succeed("blur", "-r", "in", "on", "-o", "out/")
    assert sorted(files("out")) == ["x/a.png", "x/b.png"]
    tree("on/x/a.png")
    line = "in/x/a.png and on/x/a.png would have the same output, new/x/a.png"
    refused(line, "blur", "-r", "in", "on", "-o", "new/")


def test_order_and_what_is_hidden():
    tree(
        "in/b.png",
        "in/a.PNG",
        "in/.h.png",
        "in/.x/c.png",
        "in/y/d.png",
        "in/c/e.png",
        "in/c/.f.png",
    )
    for name in ("in/notes.txt", "in/table.csv", "in/y/photo"):
        Path(name).write_text("1 2\n")
    np.save("in/c/g.npy", np.zeros((2, 2), np.uint8))
    assert paths("in", recursive=True) == [
        "in/a.PNG", "in/b.png", "in/c/e.png", "in/c/g.npy", "in/y/d.png",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("output", ["in/out/", "in/x/../out/", "./in/out/{stem}.png"])
def test_the_output_folder_is_no_input(output):
    tree("in/a.png", "in/x/b.png")
    for _ in range(3):
        succeed("blur", "-r", "in", "-o", output)
    names = ["a.png", "b.png"] if "{" in output else ["a.png", "x/b.png"]
    assert sorted(files("in/out")) == names


@pytest.mark.parametrize("inputs", [["in/*"], ["in/a.png", "in/out", "in/b.png"]])
def test_the_output_folder_beside_other_inputs_is_no_input(inputs):
    tree("in/a.png", "in/b.png")
    for _ in range(2):
        result = succeed("blur", *inputs[: 1 if inputs == ["in/*"] else 3], "-o", "in/out/")
        assert result.stderr.endswith("2 written, 0 failed\n")
    assert sorted(files("in/out")) == ["a.png", "b.png"]


def test_the_output_folder_alone_is_refused():
    tree("in/a.png")
    refused("in/a.png: the output is one of the inputs", "blur", "in", "-o", "in/")


@pytest.mark.slow
def test_a_folder_of_thousands_of_levels():
    inner, home = "x/" * 600, os.getcwd()
    for _ in range(2):
        os.makedirs("x")
        os.chdir("x")
    os.chdir(home)
    os.makedirs(inner)
    save("x/a.png", 5, 6, 3)
    assert paths("x", recursive=True) == ["x/a.png"]


@posix
def test_links_to_folders_are_not_followed():
    tree("in/a.png", "far/b.png")
    Path("in/round").symlink_to(".")
    Path("in/far").symlink_to("../far")
    Path("in/folder.png").symlink_to("../far")
    assert paths("in", recursive=True) == ["in/a.png"]


@posix
def test_each_link_to_a_picture_has_its_own_output():
    pixels = tree("pool/a.png")["pool/a.png"]
    for name in ("cats/1.png", "dogs/1.png", "dogs/2.png"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).symlink_to("../pool/a.png")
    succeed("blur", "-r", "cats", "dogs", "-o", "out/{parent}/{stem}.{ext}")
    assert sorted(files("out")) == ["cats/1.png", "dogs/1.png", "dogs/2.png"]
    for name in files("out"):
        assert np.array_equal(load(Path("out", name)), apply(Blur(), pixels))


@posix
def test_in_place_a_picture_is_filtered_once_by_whatever_names():
    pixels = tree("in/a.png")["in/a.png"]
    Path("in/link.png").symlink_to("a.png")
    Path("on").symlink_to("in")
    succeed("blur", "in", "on/a.png", "on/link.png", "in/../in/a.png", "--in-place")
    assert np.array_equal(load("in/a.png"), apply(Blur(), pixels))
    assert Path("in/link.png").is_symlink()


@posix
def test_what_is_no_picture_after_all_fails_and_stops_nothing():
    tree("in/a.png")
    os.mkfifo("in/b.png")
    Path("in/c.png").symlink_to("nowhere")
    Path("in/d.png").symlink_to("d.png")
    Path("in/e.png").write_bytes(b"")
    Path("in/f.png").symlink_to("/dev/zero")
    result = invoke("blur", "in", "-o", "out/")
    assert result.exit_code == 1
    assert sorted(result.stderr.splitlines()) == [
        "imgfilt: 1 written, 5 failed",
        "imgfilt: in/b.png: is a FIFO, not a regular file",
        "imgfilt: in/c.png: no such file",
        "imgfilt: in/d.png: Too many levels of symbolic links",
        "imgfilt: in/e.png: is empty",
        "imgfilt: in/f.png: is a device, not a regular file",
    ]
    assert list(files("out")) == ["a.png"]


@pytest.mark.parametrize("words", [["-o", "out/"], ["-o", "out/{stem}.{ext}"], ["--in-place"]])
def test_a_folder_mistyped_is_a_missing_input(words):
    """What it lacks is not a suffix, and the rest goes on."""
    tree("in/a.png")
    result = invoke("blur", "inn", "in", *words)
    assert result.stderr == "imgfilt: inn: no such file\nimgfilt: 1 written, 1 failed\n"
    assert result.exit_code == 1


@posix
def test_a_dry_run_says_of_an_input_what_the_run_will_say():
    os.mkdir("in")
    os.mkfifo("in/a.png")
    os.symlink("nowhere", "in/b.png")
    expected = "is a FIFO, not a regular file", "no such file"
    said = invoke("blur", "in", "-o", "out/", "-n").stdout.splitlines()
    assert [line.partition(" (")[2].rstrip(")") for line in said] == list(expected)
    said = invoke("blur", "in", "-o", "out/", "-j", "1").stderr.splitlines()
    assert [line.split(": ", 2)[2] for line in said[:2]] == list(expected)


def test_an_empty_folder_fails_in_place_too():
    Path("in").mkdir()
    line = "in: there is no picture in this folder"
    refused(line, "blur", "in", "-o", "out/", code=1)
    refused(line, "blur", "in", "--in-place", code=1)


def test_a_folder_that_may_not_be_looked_into(monkeypatch):
    tree("in/a.png", "in/x/b.png")
    look = os.scandir

    def scandir(path):
        if str(path).endswith("x"):
            raise PermissionError(13, "Permission denied")
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = invoke("blur", "-r", "in", "-o", "out/")
    assert result.stderr == "imgfilt: in/x: permission denied\nimgfilt: 1 written, 1 failed\n"
    line = "fail    in/x -> out/x/x (permission denied)"
    assert invoke("blur", "-r", "in", "-n", "-o", "out/").stdout.splitlines()[-1] == line


# Patterns and lists


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("in/**/*.png", ["in/a.png", "in/x/b.png", "in/x/y/c.png"]),
        ("**/c.*", ["in/x/y/c.png"]),
        ("in/?", ["in/x/b.png"]),  # the folder in/x
        ("in/[!b]*", ["in/a.png", "in/x/b.png"]),
    ],
)
def test_patterns(pattern, found):
    tree("in/a.png", "in/x/b.png", "in/x/y/c.png", "in/x/.d.png")
    assert paths(pattern) == found


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        "a.png\nin\n\nb c.png\n",
        "\ufeffa.png\r\nin\r\nb c.png",
        "a.png\0in\0b c.png\0",
    ],
)
@pytest.mark.parametrize("by", ["file", "stdin"])
def test_files_from(content, by):
    tree("a.png", "b c.png", "in/d.png")
    if by == "file":
        Path("list").write_bytes(content.encode())
        succeed("blur", "--files-from", "list", "-o", "out/")
    else:
        succeed("blur", "--files-from", "-", "-o", "out/", given=content)
    assert sorted(files("out")) == ["a.png", "b c.png", "d.png"]


def test_a_list_holds_names_and_no_patterns():
    tree("-.png", "a.png", "[a].png")
    Path("a.png").rename("-")
    Path("list").write_text("[a].png\n*.png\n-\n")
    result = invoke("blur", "--files-from", "list", "-f", "png", "-o", "out/")
    assert result.stderr == "imgfilt: *.png: no such file\nimgfilt: 2 written, 1 failed\n"
    assert sorted(files("out")) == ["-.png", "[a].png"]


def test_a_list_beside_inputs_and_the_same_once():
    tree("a.png", "b.png")
    Path("list").write_text("b.png\n./a.png\n")
    result = succeed("blur", "a.png", "--files-from", "list", "-o", "out/")
    assert result.stderr == "imgfilt: 2 written, 0 failed\n"


def test_an_empty_list_is_nothing_to_do():
    result = succeed("blur", "--files-from", "-", "-o", "out/", given="\n")
    assert result.stderr == "imgfilt: 0 written, 0 failed\n"
    assert not Path("out").exists()


def test_lists_that_can_not_be_read():
    save("a.png", 5, 6, 3)
    Path("in").mkdir()
    refused("--files-from no: no such file", "blur", "--files-from", "no", "-o", "out/")
    refused("--files-from in: is a folder...", "blur", "--files-from", "in", "-o", "out/")
    line = "--files-from -: stdin is an input, too"
    refused(line, "blur", "-", "--files-from", "-", "-o", "out/")


@pytest.mark.slow
@posix
def test_a_list_through_a_pipe_of_the_shell():
    tree("a.png", "b.png")
    command = f"{' '.join(PROGRAM)} blur --files-from <(sleep 0.3; ls *.png) -o out/"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stderr == "imgfilt: 2 written, 0 failed\n"


@posix
def test_names_that_are_no_text_in_a_list_and_a_report():
    name = os.fsdecode(b"caf\xe9.png")
    save(name, 5, 6, 3)
    save("b.png", 5, 6, 3)
    Path("list").write_bytes(b"caf\xe9.png\nb.png\n")
    succeed("blur", "--files-from", "list", "--report", "said", "-o", "out/")
    assert sorted(os.listdir(b"out")) == [b"b.png", b"caf\xe9.png"]
    said = [json.loads(line) for line in Path("said").read_text().splitlines()]
    assert sorted(os.fsencode(one["input"]) for one in said) == [b"b.png", b"caf\xe9.png"]


@pytest.mark.slow
def test_a_hundred_thousand_paths_take_little_memory():
    """Beyond the list of them: some hundred bytes each, and no time to speak of."""
    import tracemalloc

    from imgfilt.batch import Recipe, Target, make_jobs
    from imgfilt.pipeline.chain import Step
    from imgfilt.pipeline.options import Options

    recipe = Recipe([Step(Blur(), Options(), "")], {})
    sources = [Source(f"in/{number:06}.png") for number in range(20_000)]
    tracemalloc.start()
    try:
        jobs = make_jobs(sources, Target("out/"), [recipe])
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(jobs) == 20_000
    assert kept / len(jobs) < 400
    assert most / len(jobs) < 1000
