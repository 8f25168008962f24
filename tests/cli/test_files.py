"""Files on the command line: which inputs there are, and where the outputs go."""

import os
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pytest

from imgfilt import Blur, Gaussian, apply, read
from imgfilt.image import FORMATS, format_from_suffix

from ..cli_support import PROGRAM, files, invoke, load, posix, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")


def blurred(pixels):
    return apply(Blur(), pixels)


# Outputs


@pytest.mark.parametrize("content", ["a.png", "a.webp", "a.gif"])
@pytest.mark.parametrize("name", ["b.jpg", "b.JPEG", "b.bmp", "b.png"])
def test_a_name_that_says_another_format_than_the_content_is_pointed_out(content, name):
    save(content, 5, 6, 3)
    Path(content).rename(name)
    form, found = format_from_suffix(name).label, format_from_suffix(content).label
    note = f"imgfilt: {name}: holds {found}, whatever its name says; written as {form}\n"
    expected = note if form != found else ""
    for output in (["-o", "made/"], ["-o", "made/{stem}.{ext}"], ["--in-place"]):
        assert succeed("blur", name, *output).stderr == expected
    assert succeed("blur", name, "-o", "other.png").stderr == ""
    assert succeed("blur", name, "-f", "png", "-o", "made/").stderr == ""


@pytest.mark.parametrize("folder", ["made/", "made/deeper/", "there"])
def test_several_into_a_folder(folder):
    Path("there").mkdir()
    pixels = [save(name, 5, 6, 3, seed=seed) for seed, name in enumerate(("a.png", "b.png"))]
    result = succeed("blur", "a.png", "b.png", "-o", folder)
    assert result.stderr == "imgfilt: 2 written, 0 failed\n"
    assert list(files(folder)) == ["a.png", "b.png"]
    for name, before in zip(("a.png", "b.png"), pixels, strict=True):
        assert np.array_equal(load(Path(folder, name)), blurred(before))


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{stem}-soft.png", "a-soft.png"),
        ("{stem}.{ext}", "a.png"),
        ("{parent}_{stem}_{filter}.{ext}", "in_a_gaussian.png"),
        ("made/{parent}/{stem}/{filter}.png", "made/in/a/gaussian.png"),
        ("made/{filter}/", "made/gaussian/a.png"),
        ("{sigma}-{size}.png", "0.50-5.png"),  # as typed
        ("{}{ stem}{1}{stem}.png", "{}{ stem}{1}a.png"),
        ("{{stem}}.png", "{a}.png"),
    ],
)
def test_template(template, name):
    Path("in").mkdir()
    pixels = save("in/a.png", 5, 6, 3)
    before = files()
    succeed("gaussian", "in/a.png", "--sigma", "0.50", "--size", "5", "-o", template)
    assert sorted(files()) == sorted([*before, name])
    assert np.array_equal(load(name), apply(Gaussian(5, 0.5), pixels))


@pytest.mark.parametrize(
    ("words", "template", "name"),
    [
        ("convolve --kernel average --size 3", "{kernel}{size}", "average3"),
        ("convolve --kernel masks/e.txt --scale 1/9", "{kernel}x{scale}", "ex1_9"),
        ("convolve --kernel sharpen --origin 0,1", "{kernel}-{origin}", "sharpen-0,1"),
        ("blur --size 3x5", "{size}", "3x5"),
        ("blur", "{size}", "5"),
        ("bilateral --sigma-color 20", "{sigma-color},{sigma_space},{diameter}", "20,75,9"),
        ("nlmeans --search 3", "{strength},{patch},{search}", "10,7,3"),
    ],
)
def test_template_with_parameters(words, template, name):
    Path("masks").mkdir()
    Path("masks/e.txt").write_text("1 2\n")
    save("a.png", 5, 6, 3)
    before = files()
    succeed(*words.split(), "a.png", "-q", "-o", template + ".png")
    assert sorted(files()) == sorted([*before, name + ".png"])


def test_template_with_an_unknown_word():
    save("a.png", 5, 6, 3)
    known = "{stem}, {ext}, {parent}, {index}, {frame}, {size}, {filter}"
    line = f"-o: unknown word {{sigma}}; known are {known}"
    refused(line, "blur", "a.png", "-o", "made/{stem}{sigma}.png")


@pytest.mark.parametrize("word", ["{size:03d}", "{size!r}", "{size }", "{stem.upper}"])
def test_a_word_that_is_not_only_a_name_is_no_part_of_a_file_name(word):
    save("a.png", 5, 6, 3)
    line = f"-o: unknown word {word}; ..."
    refused(line, "blur", "a.png", "--size", "3,5", "-o", f"{word}_{{size}}.png")
    refused(line, "compare", "a.png", "median", "-o", f"{word}.png")
    line = f"output: {word} goes with pictures; a kernel has one file"
    refused(line, "kernel", "save", "sobel-x", "-o", f"{word}.txt")
    refused(line, "kernel", "plot", "sobel-x", "-o", f"{word}.png")


@pytest.mark.parametrize("name", ["{}", "{0}", "{3:4}", "{stem", "stem}"])
def test_other_braces_stand_for_themselves(name):
    save("a.png", 5, 6, 3)
    succeed("blur", "a.png", "-q", "-o", f"{name}.png")
    assert Path(f"{name}.png").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("output", ["made/", "made/{stem}.{ext}", "there", "a"])
@pytest.mark.parametrize("key", FORMATS)
def test_format(key, output):
    pixels = save("in.png", 5, 6, 1)
    Path("there").mkdir()
    depth = "float" if "uint8" not in FORMATS[key].depths else "8"
    succeed("blur", "in.png", "-f", key, "--depth", depth, "-o", output)
    suffix = FORMATS[key].suffixes[0]
    name = {"there": f"there/in{suffix}", "a": "a"}.get(output, f"made/in{suffix}")
    if output != "a":
        assert format_from_suffix(name) is FORMATS[key]
    if not FORMATS[key].lossy:
        found = read(name).pixels * (255 if depth == "float" else 1)
        assert np.abs(found[..., :1] - blurred(pixels)).max() < (0.51 if depth == "float" else 1e-9)


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.jfif"])
@pytest.mark.parametrize("said", ["jpeg", "jpg", "JPG"])
def test_format_that_agrees(name, said):
    save("in.png", 5, 6, 3)
    succeed("blur", "in.png", "-f", said, "-o", name)
    assert Path(name).read_bytes().startswith(b"\xff\xd8\xff")


def test_format_that_disagrees():
    save("a.png", 5, 6, 3)
    line = "b.png: its suffix says PNG, but -f says JPEG"
    refused(line, "blur", "a.png", "-f", "jpg", "-o", "b.png")
    refused(line.replace("b.png", "{stem}.png"), "blur", "a.png", "-f", "jpg", "-o", "{stem}.png")


def test_an_existing_output_is_replaced():
    pixels = save("a.png", 5, 6, 3)
    Path("b.png").write_text("old")
    succeed("blur", "a.png", "-o", "b.png")
    assert np.array_equal(load("b.png"), blurred(pixels))
    assert list(files()) == ["a.png", "b.png"]


@posix
def test_a_link_stays_and_what_it_leads_to_is_replaced():
    pixels = save("a.png", 5, 6, 3)
    Path("there").mkdir()
    Path("there/b.png").write_text("old")
    Path("b.png").symlink_to("there/b.png")
    succeed("blur", "a.png", "-o", "b.png")
    assert Path("b.png").is_symlink()
    assert np.array_equal(load("there/b.png"), blurred(pixels))


def test_a_missing_folder_of_a_file():
    save("a.png", 5, 6, 3)
    line = "missing/b.png: there is no folder missing; mkdir -p missing makes it"
    refused(line, "blur", "a.png", "-o", "missing/b.png", code=1)


def test_two_inputs_with_one_output():
    Path("in").mkdir()
    for name in ("a.png", "b.jpg", "in/a.png"):
        save(name, 5, 6, 3)
    line = "a.png and b.jpg would have the same output, c.png; name a folder, such as out/..."
    refused(line, "blur", "a.png", "b.jpg", "-o", "c.png")
    refused(line.replace("c.png", "-"), "blur", "a.png", "b.jpg", "-o", "-")
    line = "a.png and in/a.png would have the same output, out/a.png"
    refused(line, "blur", "a.png", "in/a.png", "-o", "out/")
    refused(line, "blur", "a.png", "in/a.png", "-o", "out/{stem}.png")


# An output that is one of the inputs


@pytest.mark.parametrize(
    ("inputs", "output", "name"),
    [
        (["a.png"], "a.png", "a.png"),
        (["a.png"], "./a.png", "./a.png"),
        (["./a.png"], "there/../a.png", "there/../a.png"),
        (["a.png"], ".", "./a.png"),
        (["a.png"], "{stem}.{ext}", "a.png"),
        (["b.png", "a.png"], "there/", "there/b.png"),
        (["a.png", "there/b.png"], "there", "there/b.png"),
        (["there"], "there/", "there/b.png"),
        (["a.png", "there/b.png"], "{stem}.png", "a.png"),
    ],
)
def test_an_output_that_is_an_input(inputs, output, name):
    Path("there").mkdir()
    for path in ("a.png", "b.png", "there/b.png"):
        save(path, 5, 6, 3)
    if inputs == ["b.png", "a.png"]:
        inputs = [*inputs, "there/b.png"]
    refused(f"{name}: the output is one of the inputs", "blur", *inputs, "-o", output)


@posix
def test_an_output_that_is_an_input_by_a_link():
    save("a.png", 5, 6, 3)
    Path("link.png").symlink_to("a.png")
    Path("folder").symlink_to(".")
    for source, target in [("a.png", "link.png"), ("link.png", "a.png"), ("a.png", "folder/a.png")]:
        refused(f"{target}: the output is one of the inputs", "blur", source, "-o", target)


@posix
def test_another_name_of_an_input_is_replaced_alone():
    pixels = save("a.png", 5, 6, 3)
    os.link("a.png", "b.png")
    succeed("blur", "a.png", "-o", "b.png")
    assert np.array_equal(load("a.png"), pixels)
    assert np.array_equal(load("b.png"), blurred(pixels))


@pytest.mark.slow
@posix
def test_three_runs_on_one_folder():
    pixels = [save(name, 300, 400, 3, seed=seed) for seed, name in enumerate(("a.png", "b.png"))]
    command = [*PROGRAM, "blur", "a.png", "b.png", "-o", "out/"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [one.communicate()[1] for one in runs] == 3 * [b"imgfilt: 2 written, 0 failed\n"]
    assert list(files("out")) == ["a.png", "b.png"]
    for name, before in zip(("a.png", "b.png"), pixels, strict=True):
        assert np.array_equal(load(Path("out", name)), blurred(before))


@pytest.mark.slow
@posix
def test_a_working_folder_that_is_gone():
    save("a.png", 5, 6, 3)
    gone = f"mkdir gone; cd gone; rmdir ../gone; {shlex.join(PROGRAM)} blur {Path.cwd()}/a.png -o "
    done = subprocess.run(["bash", "-c", gone + "b.png"], capture_output=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(b"imgfilt: b.png: ")
    assert done.stderr.count(b"\n") == 1


# Inputs


def test_the_same_input_twice_is_one(tmp_path):
    pixels = save("a.png", 5, 6, 3)
    inputs = ["a.png", "./a.png", tmp_path / "a.png", "a*.png", "."]
    assert succeed("blur", *inputs, "-o", "b.png").stderr == ""
    assert np.array_equal(load("b.png"), blurred(pixels))


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("in/*.png", ["in/a.png", "in/b.png", "in/c[1].png"]),
        ("in/?.png", ["in/a.png", "in/b.png"]),
        ("in/[b].png", ["in/b.png"]),
        ("in/c[1].png", ["in/c[1].png"]),  # a name that exists is that file
        ("*/b.*", ["in/b.png"]),
    ],
)
def test_a_pattern_that_the_shell_left_alone(pattern, found):
    Path("in").mkdir()
    for name in ("in/a.png", "in/b.png", "in/c[1].png"):
        save(name, 5, 6, 3)
    succeed("blur", pattern, "-o", "out/")
    assert [f"in/{name}" for name in files("out")] == found


def test_a_pattern_that_matches_nothing_is_a_missing_file():
    save("a.png", 5, 6, 3)
    refused(
        "*.gif: no such file, and as a pattern it matches none",
        "blur",
        "*.gif",
        "-o",
        "out/",
        code=1,
    )


def test_a_folder_stands_for_its_pictures():
    Path("in/deeper").mkdir(parents=True)
    for name in ("b.png", "a.PNG", "c.jpg", ".hidden.png", "deeper/d.png"):
        save(Path("in", name), 5, 6, 3)
    np.save("in/e.npy", np.zeros((2, 2), np.uint8))
    for name in ("notes.txt", "table.csv", "readme.md", "photo"):
        Path("in", name).write_text("1 2\n")
    succeed("blur", "in", "-o", "out/")
    assert sorted(files("out")) == ["a.PNG", "b.png", "c.jpg", "e.npy"]


@pytest.mark.parametrize("command", [["blur"], ["compare", "blur"]], ids=" ".join)
def test_a_folder_without_pictures_is_said(command):
    Path("in").mkdir()
    result = invoke(*command, "in", "-o", "b.png")
    assert result.exit_code in (1, 2)
    assert result.stderr.startswith("imgfilt: in")
    assert result.stderr.count("\n") == 1


def test_a_bad_input_does_not_stop_the_rest():
    save("a.png", 5, 6, 3)
    save("c.png", 5, 6, 3)
    Path("b.png").write_text("words\n")
    result = invoke("blur", "missing.png", "a.png", "b.png", "c.png", "-o", "out/")
    assert result.exit_code == 1
    first, second, last = result.stderr.splitlines()
    assert first == "imgfilt: missing.png: no such file"
    assert second.startswith("imgfilt: b.png: is no picture of a known format")
    assert last == "imgfilt: 2 written, 2 failed"
    assert list(files("out")) == ["a.png", "c.png"]


@pytest.mark.parametrize("name", ["-a.png", "a b.png", "ä高.png", "{stem}.png", "%s.png"])
def test_odd_names(name):
    pixels = save(name, 5, 6, 3)
    succeed("blur", "-o", "out/", "--", name)
    assert np.array_equal(load(Path("out", name)), blurred(pixels))


@posix
def test_names_that_are_no_text():
    name = os.fsdecode(b"caf\xe9\n.png")
    pixels = save(name, 5, 6, 3)
    succeed("blur", name, "-o", "out/")
    assert np.array_equal(load(Path("out", name)), blurred(pixels))
    refused(
        r"b\udce9\n.png: no such file", "blur", os.fsdecode(b"b\xe9\n.png"), "-o", "b.png", code=1
    )
