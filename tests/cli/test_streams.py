"""Streams: pictures through pipes, and what is closed, broken, full or a terminal."""

import io
import os
import shlex
import subprocess

import numpy as np
import pytest
from PIL import Image

from imgfilt import Blur, apply
from imgfilt.filters import FILTERS
from imgfilt.image import FORMATS

from ..cli_support import PROGRAM, files, invoke, load, posix, refused, run, save, succeed
from ..examples import FILTER_COMMANDS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_folder")]

GRID = b"0 1 1\n0 0 1\n"
COMMAND = shlex.join(PROGRAM)


@pytest.fixture
def pixels(in_folder):
    return save("a.png", 14, 11, 3)


def shell(line):
    """Run a line of a shell, in which `imgfilt` is the program."""
    line = line.replace("imgfilt", COMMAND)
    return subprocess.run(["bash", "-c", line], capture_output=True, timeout=60)


def piped(content, *arguments):
    """Return what a command sends to stdout when a picture comes from stdin."""
    return io.BytesIO(succeed(*arguments, "-", "-o", "-", given=content).stdout_bytes)


@pytest.mark.parametrize("name", FILTERS)
def test_stdin_and_stdout(name, pixels):
    words, filt = FILTER_COMMANDS[name]
    with open("a.png", "rb") as file:
        content = file.read()
    with Image.open(piped(content, name, *words)) as found:
        assert found.format == "PNG"
        assert np.array_equal(np.asarray(found), apply(filt, pixels, values="clip"))
    assert list(files()) == ["a.png"]


@pytest.mark.parametrize("key", ["bmp", "tiff", "ppm", "npy"])
def test_a_stream_of_another_format(key, pixels):
    succeed("blur", "a.png", "-s", "1", "-o", f"in{FORMATS[key].suffixes[0]}")
    with open(f"in{FORMATS[key].suffixes[0]}", "rb") as file:
        found = piped(file.read(), "blur", "-f", key)
    found = np.load(found) if key == "npy" else np.asarray(Image.open(found))
    assert np.array_equal(found, apply(Blur(), pixels))


def test_stdin_has_a_name_in_folders_and_templates(pixels):
    with open("a.png", "rb") as file:
        content = file.read()
    for output in ("made/", "{parent}/x{stem}.{ext}"):
        succeed("blur", "-", "-o", output, given=content)
    assert sorted(files()) == ["a.png", "made/stdin.png", "xstdin.png"]
    assert np.array_equal(load("xstdin.png"), apply(Blur(), pixels))


def test_stdin_twice_is_one():
    assert succeed("blur", "-", "-", "-o", "out/", given=GRID).stderr == ""
    assert list(files()) == ["out/stdin.png"]


def test_a_grid_of_numbers():
    shifted = succeed("convolve", "-", "-k", "1 0 0", "-f", "txt", "-o", "-", given=GRID)
    assert shifted.stdout_bytes == b"1 1 1\n0 1 0\n"
    found = succeed("blur", "-", "-s", "1", "-f", "csv", "-o", "-", given=b"0.5 -1e3\n")
    assert found.stdout_bytes == b"0.5,-1000\n"
    found = piped(GRID, "blur", "-s", "1", "-f", "png")
    assert np.asarray(Image.open(found)).tolist() == [[0, 1, 1], [0, 0, 1]]


def test_a_grid_stays_a_grid():
    """Without -o and with -o -, also through the shell's pipe, where stdin can't go back."""
    assert piped(GRID, "blur", "-s", "1").read() == GRID
    assert shell("printf '# a\n1 2\n' | imgfilt blur - -s 1").stdout == b"1 2\n"
    assert (
        shell(
            "(sleep 0.1; printf '1 2\n'; sleep 0.1; printf '3 4\n') | imgfilt median - -s 1"
        ).stdout
        == b"1 2\n3 4\n"
    )


def test_a_figure_through_a_pipe():
    with Image.open(piped(GRID, "blur", "-s", "1,3")) as found:
        assert (found.format, found.mode) == ("PNG", "RGB")
    with Image.open(piped(GRID, "compare", "blur", "-f", "jpeg")) as found:
        assert found.format == "JPEG"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "stdin: is empty"),
        (b"\x89PNG\r\n\x1a\n", "stdin: truncated ..."),
        (b"words\n", "stdin: is no picture of a known format (..."),
        (b"1 2\n3\n", "stdin:2: 1 number, but the rows above have 2"),
    ],
)
@pytest.mark.parametrize("output", ["-", "o.png", "made/"])
def test_a_stream_that_is_no_picture(content, line, output, tmp_path):
    result = invoke("blur", "-", "-o", output, given=content)
    assert (result.exit_code, result.stdout_bytes) == (1, b"")
    assert result.stderr.startswith(f"imgfilt: {line.removesuffix('...')}")
    _, *below = result.stderr.splitlines()
    assert below == (["    3", "     ^"] if content == b"1 2\n3\n" else [])
    assert list(tmp_path.iterdir()) == []


# As programs of a pipe


@posix
def test_a_pipe(pixels):
    done = shell("cat a.png | imgfilt blur - -o - | imgfilt blur -f npy - -o - > b.npy")
    assert (done.returncode, done.stderr) == (0, b"")
    assert np.array_equal(np.load("b.npy"), apply(Blur(), apply(Blur(), pixels)))


@posix
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.usefixtures("pixels")
def test_closed_streams_that_are_not_needed(closed):
    """What opens next gets the closed stream's number, and must not be written to."""
    done = shell(f"imgfilt convolve a.png -k 'scharr-x' -q -o b.png {closed}")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    noted = shell(f"imgfilt convolve a.png -k 'scharr-x' -o c.png {closed}")
    assert (noted.returncode, noted.stdout) == (0, b"")
    assert noted.stderr.count(b"\n") == (0 if "2>" in closed else 1)
    assert np.array_equal(load("b.png"), load("c.png"))
    assert sorted(files()) == ["a.png", "b.png", "c.png"]


@posix
@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("imgfilt blur - -o b.png <&-", 1, "imgfilt: stdin: it is closed\n"),
        ("imgfilt blur a.png -o - >&-", 1, "imgfilt: stdout: it is closed\n"),
        ("imgfilt blur a.png -o - >/dev/full", 1, "imgfilt: stdout: No space left ..."),
        ("imgfilt blur c.png -o b.png 2>&-", 1, ""),
        ("imgfilt blur a.png -s 0 -o b.png 2>&-", 2, ""),
        ("imgfilt blur a.png --nope -o b.png 2>&-", 2, ""),
        ("imgfilt blur c.png -o b.png 2>/dev/full", 1, ""),
        ("imgfilt blur a.png -s 0 -o b.png 2>/dev/full", 2, ""),
        ("imgfilt blur a.png --nope -o b.png 2>/dev/full", 2, ""),
        ("imgfilt --help >&-", 0, ""),
        ("imgfilt blur --help >/dev/full", 1, "..."),
        ("imgfilt --version >/dev/full", 1, "..."),
    ],
)
@pytest.mark.usefixtures("pixels")
def test_closed_and_full_streams(line, code, said):
    if "/dev/full" in line and not os.path.exists("/dev/full"):
        pytest.skip("a device of Linux")
    done = shell(line)
    assert done.returncode == code, done.stderr
    assert done.stdout == b""
    assert done.stderr.decode().startswith(said.removesuffix("..."))
    assert done.stderr.count(b"\n") == bool(said)
    assert list(files()) == ["a.png"]


@posix
@pytest.mark.parametrize("words", ["-o -", "-s 3,5 -o -", "-f npy -o -", "--help"])
def test_a_broken_pipe(words):
    save("large.png", 400, 500, 3)
    done = shell(f"imgfilt blur large.png {words} | head -c 1 | wc -c; exit ${{PIPESTATUS[0]}}")
    assert done.stdout.split() == [b"1"]
    assert done.returncode in (0, 1)
    assert done.stderr.count(b"\n") <= 1
    assert b"Traceback" not in done.stderr
    assert list(files()) == ["large.png"]


@pytest.mark.usefixtures("pixels")
def test_two_pictures_do_not_fit_one_stream():
    save("b.png", 3, 4, 3)
    line = "a.png and b.png would have the same output, -; name a folder, such as out/"
    refused(line, "blur", "a.png", "b.png", "-o", "-")


@pytest.mark.usefixtures("pixels")
def test_a_picture_is_kept_from_a_terminal():
    pty = pytest.importorskip("pty")
    ours, terminal = pty.openpty()
    command = [*PROGRAM, "blur", "a.png", "-o", "-"]
    done = subprocess.run(command, stdout=terminal, stderr=subprocess.PIPE, timeout=60)
    line = b"imgfilt: -o -: stdout is a terminal; send it to a file or a pipe\n"
    assert (done.returncode, done.stderr) == (2, line)
    done = run("blur", "-", "-o", "b.png", stdin=terminal)
    assert done.returncode == 1
    assert done.stderr.startswith(b"imgfilt: stdin: it is a terminal")
    os.set_blocking(ours, False)
    with pytest.raises(BlockingIOError):
        os.read(ours, 1)
    os.close(ours)
    os.close(terminal)
    assert list(files()) == ["a.png"]


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
@pytest.mark.usefixtures("pixels")
def test_words_that_stderr_has_no_letters_for(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = run("convolve", "a.png", "-k", "sobel-x", "-o", "b.png", env=environment)
    assert done.returncode == 0
    assert b"% of values fell outside 0..255" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert run("gaussian", "--help", env=environment).returncode == 0


@posix
@pytest.mark.parametrize("encoding", ["ascii", "iso8859-2", "utf-8"])
def test_words_that_stdout_has_no_letters_for(encoding):
    """Another alphabet's names, and the signs of the help and of what is shown of a kernel."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    save("Ω.png", 5, 6, 3)
    for words, said in (
        (["blur", "Ω.png", "-n", "-o", "out/"], "write   {Ω}.png -> out/{Ω}.png"),
        (["gaussian", "--help"], "ceil(4"),
        (["kernel", "show", "sobel-x"], "17 a pixel directly (2{·}3{²} {−} 1)"),
    ):
        result = run(*words, env=environment)
        assert result.returncode == 0, result.stderr
        for sign, plain in (("Ω", r"\u03a9"), ("·", "*"), ("²", "^2"), ("−", "-")):
            kept = sign.encode(encoding, "ignore")
            said = said.replace(f"{{{sign}}}", sign if kept else plain)
        assert said.encode(encoding) in result.stdout


@pytest.mark.parametrize(
    ("encoding", "least"), [("latin-1", b"(-1020.."), ("utf-8", "(−1020..".encode())]
)
def test_a_minus_is_one_everywhere(encoding, least):
    np.save("a.npy", np.array([[0, 255, 0]] * 3, np.uint8).repeat(2, axis=1))
    words = "convolve", "a.npy", "--kernel", "sobel-x", "-o", "b.npy"
    result = run(*words, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert least in result.stderr, result.stderr
