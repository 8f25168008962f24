"""Folders: which of their files are taken, what isn't read, which tree is kept."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt.image import READABLE, read

from ..cli_support import files, invoke, load, posix, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")


def tree(*names):
    for seed, name in enumerate(names):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        save(name, 5, 6, 3, seed=seed)


def other(*names):
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def written(*arguments):
    succeed(*arguments, "-o", "out/", "-q")
    return sorted(files("out"))


# What isn't read


def test_what_is_not_read_is_counted_by_suffix():
    tree("in/a.png", "in/b.png")
    other("in/c.heic", "in/d.HEIC", "in/e.dng", "in/f.txt", "in/g.csv", "in/.h.heic", "in/README")
    other("in/x/i.heic", "in/.imgfilt.jsonl")
    note = "imgfilt: 6 not read: .heic 2, .csv 1, .dng 1, .txt 1, without suffix 1\n"
    for words in ([], ["--changed"]):
        said = succeed("blur", "in", "-o", "out/", *words).stderr
        assert said.endswith(f"{note}imgfilt: 2 written, 0 failed\n")
    assert succeed("blur", "in", "-o", "out/", "-q").stderr == ""
    note = "imgfilt: 7 not read: .heic 3, .csv 1, .dng 1, .txt 1, without suffix 1\n"
    assert succeed("blur", "-r", "in", "-o", "out/").stderr.startswith(note)
    dry = "imgfilt: dry run: 2 to replace\n"
    assert succeed("blur", "-r", "in", "-o", "out/", "-n").stderr == note + dry
    # What a pattern passes over was asked for.
    said = succeed("blur", "in", "-o", "out/", "--include", "*.[ph]*").stderr
    assert said.startswith("imgfilt: 2 not read: .heic 2\n")


@posix
def test_a_pattern_of_folders_follows_no_link():
    """As -r does: one that leads upwards would be followed again and again."""
    tree("in/a.png", "in/x/b.png")
    Path("in/x/up").symlink_to("..")
    assert written("blur", "in/**/*.png", "--base", "in") == ["a.png", "x/b.png"]


def test_many_suffixes_are_counted_together():
    tree("in/a.png")
    other(*(f"in/{number}.x{number}" for number in range(10)), "in/z.x7")
    said = succeed("blur", "in", "-o", "out/").stderr
    named = ", ".join(f".x{number} 1" for number in range(7))
    assert said == f"imgfilt: 11 not read: .x7 2, {named}, others 2\n"


def test_a_folder_with_nothing_but_unread_files():
    other("in/a.heic")
    result = invoke("blur", "in", "-o", "out/")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "imgfilt: in: there is no picture in this folder",
        "imgfilt: 1 not read: .heic 1",
    ]


def test_a_folder_with_pictures_only_below():
    tree("in/x/a.png", "in/x/y/b.png", "in/z/c.png", "in/.w/d.png")
    line = "in: there is no picture in this folder; -r takes the 3 in folders below"
    refused(line, "blur", "in", "-o", "out/", code=1)
    refused(line, "blur", "in", "--in-place", code=1)
    said = invoke("blur", "in", "-o", "out/", "-n").stdout
    assert f"({line.removeprefix('in: ')})" in said
    refused(line, "blur", "in", "--explain", code=1)
    refused(line, "convolve", "in", "-k", "identity", "--at", "0,0", code=1)
    other("in/x/e.heic")
    refused(line, "blur", "in", "-o", "out/", code=1)


def test_a_pattern_without_a_match_is_called_one():
    tree("a.png")
    line = "in/*.jpg: no such file, and as a pattern it matches none"
    refused(line, "blur", "in/*.jpg", "-o", "out/", code=1)
    result = invoke("blur", "in/*.jpg", "a.png", "-o", "out/")
    assert result.stderr == f"imgfilt: {line}\nimgfilt: 1 written, 1 failed\n"
    refused(f"{line}...", "compare", "in/*.jpg", "blur", "-o", "b.png", code=1)
    assert f"({line.removeprefix('in/*.jpg: ')})" in invoke("blur", "in/*.jpg", "-no", "c/").stdout


# Include and exclude


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ["a.png", "b.jpg", "old/a.png", "x/a.png", "x/old/c.png"]),
        (["--include", "*.jpg"], ["b.jpg"]),
        (["--include", "*.JPG"], ["b.jpg"]),
        (["--include", "*.jpg", "--include", "c.*"], ["b.jpg", "x/old/c.png"]),
        (["--include", "x/*"], ["x/a.png", "x/old/c.png"]),
        (["--exclude", "*.png"], ["b.jpg"]),
        (["--exclude", "old"], ["a.png", "b.jpg", "x/a.png"]),
        (["--exclude", "old/"], ["a.png", "b.jpg", "x/a.png"]),
        (["--exclude", "x/old"], ["a.png", "b.jpg", "old/a.png", "x/a.png"]),
        (["--exclude", "old/*"], ["a.png", "b.jpg", "x/a.png", "x/old/c.png"]),
        (["--include", "a.*", "--exclude", "x/*"], ["a.png", "old/a.png"]),
        (["--include", "[!a]*"], ["b.jpg", "x/old/c.png"]),
    ],
)
def test_include_and_exclude(words, found):
    tree("in/a.png", "in/b.jpg", "in/old/a.png", "in/x/a.png", "in/x/old/c.png")
    assert written("blur", "-r", "in", *words) == found


def test_patterns_choose_in_folders_alone():
    tree("in/a.png", "in/b.png", "c.png")
    assert written("blur", "in", "c.png", "--exclude", "[ac].png") == ["b.png", "c.png"]
    line = "--include and --exclude go with a folder; no input is one"
    refused(line, "blur", "c.png", "--include", "*.png", "-o", "d.png")
    line = "in: there is no picture in this folder that --include and --exclude leave"
    refused(line, "blur", "in", "--include", "*.tif", "-o", "new/", code=1)
    refused(line, "blur", "in", "-r", "--include", "*.tif", "-o", "new/", code=1)


# The tree below a base


def test_the_tree_below_a_base_is_kept_for_whatever_is_named():
    tree("in/a.png", "in/x/b.png", "in/x/y/c.png", "in/z/d.png")
    Path("list").write_text("in/z/d.png\n")
    named = "in/a.png", "in/*/*.png", "in/x/y", "--files-from", "list"
    assert written("blur", *named, "--base", "in") == ["a.png", "x/b.png", "x/y/c.png", "z/d.png"]
    assert written("blur", "in/x/y", "--base", ".")[-2:] == ["x/y/c.png", "z/d.png"]
    assert Path("out/in/x/y/c.png").exists()
    os.chdir("in/x")
    assert written("blur", "y/c.png", "../a.png", "--base", "../../in/") == ["a.png", "x/y/c.png"]


def test_parent_in_a_template_is_below_the_base():
    tree("in/a.png", "in/x/b.png", "in/x/y/c.png")
    base = "blur", "-r", "in", "--size", "3", "--base"
    succeed(*base, "in", "-o", "out/{parent}/{stem}_{size}.png")
    assert sorted(files("out")) == ["a_3.png", "x/b_3.png", "x/y/c_3.png"]
    succeed(*base, ".", "-o", "on/{parent}/new/")
    assert sorted(files("on")) == ["in/new/a.png", "in/x/new/b.png", "in/x/y/new/c.png"]
    succeed(*base, "in", "-o", "by{size}/")
    assert sorted(files("by3")) == ["a.png", "x/b.png", "x/y/c.png"]
    os.chdir("in/x")
    succeed("blur", "../a.png", "y/c.png", "--base", "..", "-o", "../../up/{parent}/{stem}.png")
    assert sorted(files("../../up")) == ["a.png", "x/y/c.png"]


def test_a_base_that_is_none():
    tree("in/a.png", "on/b.png")
    line = "on/b.png: is not below --base in"
    refused(line, "blur", "in/a.png", "on/b.png", "--base", "in", "-o", "out/")
    refused("in: is not below --base on", "blur", "in", "--include", "x", "--base", "on", "-oout/")
    line = "--base goes with an output folder, or with {parent} in -o"
    refused(line, "blur", "in/a.png", "--base", "in", "-o", "c.png")
    refused(line, "blur", "in/a.png", "--base", "in", "--in-place")
    refused(line, "blur", "in/a.png", "--base", "in", "-o", "{stem}-{size}.png")


def test_a_missing_input_below_a_base():
    tree("in/a.png")
    result = invoke("blur", "in/a.png", "in/no.png", "--base", "in", "-o", "out/")
    assert result.stderr == "imgfilt: in/no.png: no such file\nimgfilt: 1 written, 1 failed\n"


# Modification times


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg", "a.npy", "a.jp2"])
def test_preserve(name):
    tree("in/a.png")
    os.utime("in/a.png", ns=(0, 1_000_000_000_987_654_321))
    succeed(
        "blur", "in/a.png", "--preserve", "--depth", "8", "--region", "0,0,1,1", "-o", f"b{name}"
    )
    assert os.stat(f"b{name}").st_mtime_ns == 1_000_000_000_987_654_321
    succeed("blur", "in/a.png", "-o", "c.png")
    assert os.stat("c.png").st_mtime > 1_100_000_000


# What is readable


def test_all_that_can_be_read_is_taken_from_a_folder():
    other(*(f"in/a{suffix}" for suffix in READABLE))
    said = invoke("blur", "in", "-n", "-o", "out/").stdout
    taken = {line.split()[1].removeprefix("in/a") for line in said.splitlines()}
    assert taken == READABLE - {".csv", ".txt"}
    assert {".pbm", ".pnm", ".dib", ".mpo", ".j2c", ".jpc", ".npy", ".avifs"} <= taken


def test_bitmaps_are_read_and_not_written():
    Path("in").mkdir()
    Path("in/a.pbm").write_bytes(b"P4\n10 2\n" + bytes([0b10100000, 0b01000000, 0xFF, 0x80]))
    tree("in/b.png")
    pixels = np.full((2, 10), 255, np.uint8)
    pixels[0, [0, 2, 9]] = pixels[1, :9] = 0
    succeed("convolve", "--kernel", "identity", "in/a.pbm", "-o", "c.png")
    assert np.array_equal(load("c.png")[..., 0], pixels)
    line = "c.pbm: .pbm is read, but not written; .pgm is"
    refused(line, "blur", "in/b.png", "-o", "c.pbm")
    refused(f"in/{line.replace('c.', 'a.')}", "blur", "in/a.pbm", "--in-place", code=1)
    result = invoke("blur", "in", "-o", "out/")
    assert result.exit_code == 1
    assert result.stderr.startswith("imgfilt: out/a.pbm: .pbm is read, but not written; .pgm is\n")
    assert list(files("out")) == ["b.png"]
    assert written("blur", "in", "-f", "png") == ["a.png", "b.png"]


def dib(pixels, header):
    """Return a bitmap of 24 bits without the file's header, hand-made; 12 or 40 bytes long."""
    height, width, _ = pixels.shape
    if header == 12:
        start = struct.pack("<IHHHH", 12, width, height, 1, 24)
    else:
        start = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    padding = b"\0" * (-3 * width % 4)
    rows = [row[:, ::-1].tobytes() + padding for row in pixels[::-1]]
    return start + b"".join(rows)


@pytest.mark.parametrize("header", [12, 40])
def test_bitmaps_without_the_header_of_a_file(header):
    save("a.png", 5, 6, 3)
    pixels = load("a.png")
    Path("a.dib").write_bytes(dib(pixels, header))
    assert np.array_equal(read("a.dib").pixels, pixels)
    succeed("convolve", "--kernel", "identity", "a.dib", "--in-place")
    with Image.open("a.dib") as file:
        assert np.array_equal(np.asarray(file), pixels)


@pytest.mark.parametrize("suffix", ["mpo", "j2c", "jpc"])
def test_other_names_that_are_only_read(suffix):
    save("a.png", 40, 40, 1)
    name, form = f"a.{suffix}", "JPEG" if suffix == "mpo" else "JPEG2000"
    with Image.open("a.png") as file, open(name, "wb") as stream:
        file.save(stream, form, **({} if suffix == "mpo" else {"no_jp2": True}))
    with Image.open(name) as file:
        expected = np.asarray(file)
    assert np.array_equal(read(name).pixels[..., 0], expected)
    refused(
        f"b.{suffix}: .{suffix} is read, but not written...", "blur", "a.png", "-o", f"b.{suffix}"
    )
