"""`imgfilt info`: what files hold, for people and as JSON; the others are said if one fails."""

import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from imgfilt.cli.format_facts import format_bytes

from ..cli_support import SAMPLES, files, invoke, run, save, succeed


def told(*words, code=0):
    """Return the lines on stdout and those on stderr."""
    before = files()
    result = invoke("info", *words)
    assert result.exit_code == code, result.stderr
    assert files() == before
    return result.stdout.splitlines(), result.stderr.splitlines()


def test_a_picture(in_folder):
    save("a.png", 30, 40, 4)
    assert told("a.png") == (
        ["a.png: PNG, 40 x 30, 8-bit RGB with alpha", "  memory      4.8 kB"],
        [],
    )


def test_all_that_a_picture_has(in_folder):
    frames = [PIL.Image.new("L", (8, 6), level) for level in (0, 90, 200)]
    frames[0].save("a.gif", save_all=True, append_images=frames[1:], duration=1500, loop=0)
    lines, _ = told("a.gif")
    assert lines[0].startswith("a.gif: GIF, 8 x 6, 8-bit ")
    assert lines[0].endswith(" from a palette")
    assert "  frames      3, in 4.5 s, without end" in lines


def test_the_name_of_a_format_is_that_of_its_content(in_folder):
    headers = {
        "PBM": b"P4\n8 1\n\xff",
        "PGM": b"P5\n1 1\n255\n.",
        "PPM": b"P6\n1 1\n255\n...",
        "PFM": b"Pf\n1 1\n-1\n\0\0\0\0",
    }
    for name, content in headers.items():
        Path("a.ppm").write_bytes(content)
        assert told("a.ppm")[0][0].startswith(f"a.ppm: {name}, ")
    (line,) = told("a.ppm", "--json")[0]
    assert json.loads(line)["format"] == "PFM"
    assert run("info", "-", input=headers["PGM"]).stdout.startswith(b"stdin: PGM, ")


def test_the_memory_of_one_page(in_folder):
    pages = [PIL.Image.new("L", (8, 6), level) for level in (0, 90)]
    pages[0].save("a.tif", save_all=True, append_images=pages[1:])
    assert told("a.tif")[0][1:] == ["  pages       2", "  memory      48 bytes a page"]


def test_grids_and_kernels(in_folder):
    Path("grid.csv").write_text("1,2.5,-3\n4,5,6\n")
    Path("kernel.txt").write_text("scale 1/4\norigin 0 1\n1 2 1\n")
    Path("kernel.mat").write_text("3 1 4\n1 2 1\n")
    lines, _ = told("grid.csv", "kernel.txt", "kernel.mat")
    assert [line for line in lines if line[0] != " "] == [
        "grid.csv: grid of numbers, 2 x 3 (rows x columns)",
        "kernel.txt: kernel, 1 x 3 (rows x columns)",
        "kernel.mat: kernel, 1 x 3 (rows x columns)",
    ]
    assert "  range       -3 to 6" in lines
    assert lines.count("  range       0.25 to 0.5") == lines.count("  sum         1") == 2


def test_one_that_fails_leaves_the_others(in_folder):
    save("a.png", 3, 4, 3)
    save("c.png", 3, 4, 1)
    Path("b.png").write_bytes(b"\x89PNG\r\n\x1a\n..")
    lines, failed = told("a.png", "b.png", "missing.png", "c.png", code=1)
    assert [line[:5] for line in lines if line[0] != " "] == ["a.png", "c.png"]
    assert failed == ["imgfilt: b.png: truncated PNG", "imgfilt: missing.png: no such file"]


def test_a_picture_that_is_refused(in_folder):
    save("a.png", 30, 40, 3)
    lines, failed = told("a.png", "--max-pixels", 1000, code=1)
    assert lines[-1] == ("  refused     40 x 30 is more than 1000 pixels; --max-pixels allows it")
    assert failed == []


def test_json(in_folder):
    save("a.png", 30, 40, 3)
    lines, failed = told("a.png", "missing.png", SAMPLES / "ninth.mat", "--json", code=1)
    picture, missing, kernel = map(json.loads, lines)
    assert (picture["file"], picture["width"], picture["height"]) == ("a.png", 40, 30)
    assert picture["channels"] == ["red", "green", "blue"]
    assert missing == {"file": "missing.png", "error": "no such file"}
    assert (kernel["format"], kernel["rows"], kernel["columns"]) == ("kernel", 3, 3)
    assert failed == ["imgfilt: missing.png: no such file"]


def test_folders(in_folder):
    for name in ("in/a.png", "in/below/b.png"):
        Path(name).parent.mkdir(exist_ok=True)
        save(name, 3, 4, 3)
    Path("in/notes.md").touch()
    lines, note = told("in")
    assert [line.split(":")[0] for line in lines if line[0] != " "] == ["in/a.png"]
    assert note == ["imgfilt: 1 not read: .md 1"]
    lines, _ = told("in", "-r", "--exclude", "a*")
    assert [line.split(":")[0] for line in lines if line[0] != " "] == ["in/below/b.png"]


@pytest.mark.slow
def test_stdin(in_folder):
    save("a.png", 30, 40, 3)
    done = run("info", "-", input=Path("a.png").read_bytes())
    assert done.stdout.decode().startswith("stdin: PNG, 40 x 30, 8-bit RGB\n")
    assert json.loads(run("info", "-", "--json", input=b"x").stdout)["file"] == "stdin"


def test_odd_names(in_folder):
    name = "a\nb\udcff.png"
    save(name, 3, 4, 3)
    lines, _ = told(name)
    assert lines[0].startswith(r"a\nb\udcff.png: PNG")
    assert json.loads(succeed("info", name, "--json").stdout)["file"] == name


def test_an_array(in_folder):
    np.save("a.npy", np.zeros((6, 64, 64)))
    _, failed = told("a.npy", code=1)
    assert "--axes ZYX reads 6 pages" in failed[0]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (2e15, "2.0 PB")],
)
def test_sizes(count, text):
    assert format_bytes(count) == text
