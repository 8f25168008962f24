"""Where outputs go: a file for each input, or each frame, by the words of a template."""

import numpy as np
import pytest
from PIL import Image

from imgfilt.batch.template import fill_template, suggest_template, to_pattern
from imgfilt.errors import CommandError

from ..cli_support import files, invoke, load, refused, save, succeed


def fill(template, **parameters):
    words = {"stem": "a", "ext": "png", "parent": "in"}
    return fill_template(template, words, {"index": 7, "frame": 12}, parameters)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{stem}-{size}.{ext}", "a-1_9.png"),
        ("{index}.png", "7.png"),
        ("{index:04}.png", "0007.png"),
        ("{index:4}{frame:03}.png", "0007012.png"),
        ("{frame:1}.png", "12.png"),
        ("{parent}/{}{1}.png", "in/{}{1}.png"),
    ],
)
def test_words(template, filled):
    assert fill(template, size="1/9") == filled


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{name}", "did you mean {stem}?"),
        ("{n:04}", "did you mean {index:04}?"),
        ("{i}", "did you mean {index}?"),
        ("{idnex:3}", "did you mean {index:03}?"),
        ("{page}", "did you mean {frame}?"),
        ("{dir}", "did you mean {parent}?"),
        ("{siz}", "did you mean {size}?"),
        ("{size:03}", "did you mean {size}?"),
        ("{index:x}", "did you mean {index}?"),
        ("{sigma}", "known are {stem}, {ext}, {parent}, {index}, {frame}, {size}"),
    ],
)
def test_unknown_words(template, said):
    with pytest.raises(CommandError) as error:
        fill(template, size="5")
    assert error.value.command_message == f"-o: unknown word {template}; {said}"


def test_names_for_several_inputs():
    assert suggest_template("x/%5d.png") == "x/{index:05}.png"
    assert to_pattern("out/{stem}-soft.{ext}") == "out/*-soft.*"


def save_stack(name, frames, size=(9, 7)):
    shape = (frames, *size)
    stack = np.random.default_rng(frames).integers(0, 256, shape, dtype=np.uint8)
    first, *others = map(Image.fromarray, stack)
    first.save(name, save_all=True, append_images=others)
    return stack


def test_a_number_for_each_input(in_folder):
    for name in ("x.png", "b.png", "c.png"):
        save(name, 5, 6, 3)
    succeed("blur", "x.png", "b.png", "c.png", "x.png", "-o", "n/{index:02}-{stem}.png")
    assert set(files("n")) == {"01-x.png", "02-b.png", "03-c.png"}


def test_a_file_for_each_frame(in_folder):
    stack = save_stack("s.tif", 3)
    save("a.png", 5, 6, 3)
    done = succeed("blur", "s.tif", "a.png", "-s", "1", "-o", "n/{stem}-{frame:02}.png")
    assert done.stderr == "imgfilt: 4 written, 0 failed\n"
    assert set(files("n")) == {"s-00.png", "s-01.png", "s-02.png", "a-00.png"}
    for number, page in enumerate(stack):
        assert (load(f"n/s-{number:02}.png")[..., 0] == page).all()


def test_frames_of_every_animation(in_folder):
    for suffix in ("gif", "tif", "png", "webp"):
        save_stack(f"s.{suffix}", 4)
    np.save("s.npy", np.zeros((4, 9, 7), np.uint8))
    for name in ("s.gif", "s.tif", "s.png", "s.webp", "s.npy"):
        axes = ["--axes", "ZYX"] if name == "s.npy" else []
        succeed("blur", name, *axes, "-o", f"{name}_{{frame}}.png")
        assert {f"{name}_{number}.png" for number in range(4)} <= set(files())
        assert f"{name}_4.png" not in files()


def test_one_frame_of_all(in_folder):
    stack = save_stack("s.tif", 3)
    succeed("blur", "s.tif", "-s", "1", "--frame", "2", "-o", "{frame}.png")
    assert set(files()) == {"s.tif", "2.png"}
    assert (load("2.png")[..., 0] == stack[2]).all()


def test_a_figure_for_each_frame(in_folder):
    save_stack("s.tif", 2, (40, 30))
    succeed("blur", "s.tif", "-s", "1,3", "-o", "{frame}.png")
    assert files()["0.png"] != files()["1.png"]


def test_frames_are_known_when_they_are_changed(in_folder):
    save_stack("s.tif", 2)
    command = "blur", "s.tif", "-o", "n/{frame}.png", "--changed"
    succeed(*command)
    assert succeed(*command).stderr == "imgfilt: 0 written, 0 failed, 2 skipped\n"
    succeed(*command, "-s", "3")
    dry = succeed(*command, "--dry-run", "--json").stdout
    assert '"frame": 1, "action": "replace"' in dry


def test_a_missing_stack_fails_alone(in_folder):
    save_stack("s.tif", 2)
    result = invoke("blur", "s.tif", "missing.tif", "-o", "{stem}-{frame}.png")
    assert (result.exit_code, set(files())) == (1, {"s.tif", "s-0.png", "s-1.png"})
    assert "missing.tif: no such file" in result.stderr


def test_two_frames_with_one_name(in_folder):
    save_stack("s.tif", 2)
    save_stack("b.tif", 2)
    line = "s.tif and b.tif would have the same output, 0.png"
    refused(line, "blur", "s.tif", "b.tif", "-o", "{frame}.png")


def test_stdin_has_no_frames_of_its_own(in_folder):
    line = "-o: {frame} goes with files; of stdin, --frame N takes one frame"
    refused(line, "blur", "-", "-o", "{frame}.png")


def test_an_output_of_an_earlier_run(in_folder):
    (in_folder / "in").mkdir()
    save("in/a.png", 5, 6, 3)
    command = "blur", "in", "-o", "in/{stem}-soft.{ext}"
    succeed(*command)
    hint = "--exclude '*-soft.*' leaves it out of a folder"
    refused(f"in/a-soft.png: the output is one of the inputs; {hint}", *command)
    succeed(*command, "--exclude", "*-soft.*")


def test_a_folder_that_is_missing(in_folder):
    save("a.png", 5, 6, 3)
    line = "out/a.png: there is no folder out; mkdir -p out makes it, or -o out/"
    refused(line, "blur", "a.png", "-o", "out/a.png", code=1)


def test_a_device(in_folder):
    save("a.png", 5, 6, 3)
    line = "/dev/null: is a device, not a regular file; -o - > /dev/null writes to it"
    refused(line, "blur", "a.png", "-f", "png", "-o", "/dev/null", code=1)
