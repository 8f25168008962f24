"""Completion: what a word may become, and the scripts in real shells."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from imgfilt.cli import main_group
from imgfilt.cli.completion import SCRIPTS, read_script
from imgfilt.cli.completion.words import COMPLETERS
from imgfilt.filters import FILTERS
from imgfilt.image import OUTPUT_FORMATS
from imgfilt.kernel.preset_table import list_preset_names

from ..cli_support import PROGRAM, invoke, posix, succeed

pytestmark = pytest.mark.slow

# What words stand for that no list holds.
FREE = {
    *(
        "N",
        "NUMBER",
        "NUMBER[,...]",
        "N|WxH",
        "NUMBER|WxH",
        "TEXT",
        "LENGTH",
        "COLOUR",
        "PATTERN",
        "WORD",
    ),
    *("ROW,COL", "LEFT,TOP,WIDTH,HEIGHT", "[GAIN]", "[SECONDS]"),
}


def answers(*words, shell="zsh", line=None):
    """Return what the program answers to a shell, as (kind, value) of each line."""
    variables = {"_IMGFILT_COMPLETE": f"{shell}_complete"}
    if line is not None:
        variables["COMP_LINE"] = line
    done = subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, env={**os.environ, **variables}
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [tuple(line.split("\t")[:2]) for line in done.stdout.splitlines() if line]


def words(*given, **how):
    found = answers(*given, **how)
    assert {kind for kind, _ in found} <= {"word"}
    return [value for _, value in found]


def commands(group=main_group):
    for command in group.commands.values():
        yield from commands(command) if isinstance(command, click.Group) else [command]


def test_every_value_is_completed_or_is_free():
    for command in commands():
        for parameter in command.params:
            metavar = parameter.metavar or getattr(parameter.type, "name", "")
            has_words = getattr(parameter.type, "choices", None) or re.search("[a-z]{3}", metavar)
            known = metavar in COMPLETERS or has_words or getattr(parameter, "is_flag", False)
            assert known or metavar in FREE, (command.name, parameter.name, metavar)


def test_commands():
    assert words("") == list(main_group.commands)
    assert words("ga") == ["gaussian"]
    assert words("kernel", "s") == ["show", "save"]
    assert words("help", "ga") == ["gaussian"]
    assert words("help", "kernel", "") == ["list", "show", "save", "plot"]
    assert words("help", "kernel", "sh") == ["show"]
    assert words("help", "gaussian", "") == words("help", "kernel", "show", "") == []
    assert words("completion", "") == list(SCRIPTS)
    assert words("gausian", "") == []


def test_options():
    assert words("gaussian", "--bor") == ["--border", "--border-value"]
    assert {"--sigma", "--size", "-s"} <= set(words("gaussian", "-"))
    assert "--border" not in words("gaussian", "--border", "wrap", "-")
    assert "--kernel" in words("convolve", "--kernel", "sobel-x", "-")


@pytest.mark.parametrize("given", [["--border", "re"], ["--border=re"]])
def test_choices(given):
    assert words("gaussian", "a.png", *given) == ["replicate", "reflect"]


def test_other_values():
    assert words("edges", "--operator", "s") == ["sobel", "scharr"]
    assert words("nlmeans", "--strength", "") == ["auto"]
    assert words("median", "--size", "") == []
    assert words("blur", "-f", "") == list(OUTPUT_FORMATS)
    assert words("kernel", "plot", "--as", "re") == ["response"]
    assert words("compare", "--noise", "") == ["gaussian:", "salt-pepper:", "poisson"]
    assert words("compare", "--noise", "gaussian:2") == []


@pytest.mark.parametrize("name", ["compare", "chain"])
def test_filters_after_an_input(name):
    assert answers(name, "") == [("file", "")]
    filters = [("word", each) for each in FILTERS]
    assert answers(name, "a.png", "") == [*filters, ("file", "")]
    assert answers(name, "a.png", "b.png", "me") == [("word", "median"), ("file", "")]


def test_kernels():
    *presets, last = answers("convolve", "-k", "")
    assert last == ("file", "")
    assert [value.removesuffix(":") for _, value in presets] == list_preset_names()
    assert ("word", "gaussian:") in presets
    assert ("word", "sobel-x") in presets
    assert answers("kernel", "show", "sobel-x", "sharp") == [("word", "sharpen"), ("file", "")]
    assert answers("convolve", "-k", "gaussian:") == [("file", "")]


@pytest.mark.parametrize(
    "given",
    [
        *([name, "a.png", "p"] for name in FILTERS),
        *(["compare", "p"], ["border", ""], ["blur", "-o", ""], ["blur", "--mask=p"]),
        *(["chain", "a.png", "--recipe", ""], ["kernel", "save", "sobel-x", "-o", ""]),
    ],
    ids=" ".join,
)
def test_files(given):
    assert answers(*given) == [("file", "")]


def test_folders():
    assert answers("blur", "--base", "") == [("folder", "")]


def test_the_line_of_bash():
    assert words(shell="bash", line="imgfilt gaussian 'my photo.png' --border=re") == [
        *("replicate", "reflect")
    ]
    assert answers(shell="bash", line="imgfilt gaussian 'my ph") == [("file", "")]
    assert answers(shell="bash", line='imgfilt convolve -k "lap') == [
        *(("word", "laplacian"), ("word", "laplacian-8"), ("file", ""))
    ]
    assert words(shell="bash", line="imgfilt --hel") == ["--help"]


def test_wrong_words_before_it_say_nothing():
    assert answers("gaussian", "--sigma", "x", "--bogus", "--size") == [("word", "--size")]
    assert answers("chain", "'", "--recipe", "") == [("file", "")]


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_is_printed(shell):
    script = read_script(shell)
    assert succeed("completion", shell).stdout == script
    assert max(map(len, script.splitlines())) <= 100
    done = subprocess.run(
        PROGRAM, capture_output=True, env={**os.environ, "_IMGFILT_COMPLETE": f"{shell}_source"}
    )
    assert done.stdout.decode() == script
    missing = invoke("completion")
    assert missing.exit_code == 2
    assert missing.stderr.startswith("imgfilt: no bash|zsh|fish was given\n")


# In real shells: a line is typed, completed, and becomes the words of printf.

BEGIN = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ""),
    "zsh": (["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -u -D; bindkey -e; "),
}
LINES = [
    ("imgfilt gaus", ["gaussian"]),
    ("imgfilt gaussian ph", ["gaussian", "photo.jpg"]),
    (r"imgfilt gaussian my\ p", ["gaussian", "my photo.png"]),
    ("imgfilt gaussian 'my p", ["gaussian", "my photo.png"]),
    ("imgfilt gaussian it", ["gaussian", "it's.png"]),
    ("imgfilt gaussian --border ref", ["gaussian", "--border", "reflect"]),
    ("imgfilt gaussian --border=ref", ["gaussian", "--border=reflect"]),
    ("imgfilt convolve -k motio", ["convolve", "-k", "motion:"]),
    ("imgfilt convolve -k lec", ["convolve", "-k", "lecture-example"]),
    ("imgfilt convolve -k mine", ["convolve", "-k", "mine.txt"]),
    ("imgfilt blur --mask=ph", ["blur", "--mask=photo.jpg"]),
    ("imgfilt blur -o pict", ["blur", "-o", "pictures"]),
    ("imgfilt blur pictures/", ["blur", "pictures/one.png"]),
    ("imgfilt blur --base pict", ["blur", "--base", "pictures"]),
    ("IMGFILT_JOBS=2 imgfilt kernel sh", ["kernel", "show"]),
]


class Shell:
    """A shell on a terminal."""

    def __init__(self, command, folder):
        self.ours, its = pty.openpty()
        paths = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
        environment = {**os.environ, "PATH": paths, "TERM": "dumb", "PS1": "$ "}
        self.process = subprocess.Popen(
            command, stdin=its, stdout=its, stderr=its, start_new_session=True, env=environment
        )
        os.close(its)

    def type(self, keys):
        os.write(self.ours, keys.encode())

    def read(self, pattern):
        said, deadline = "", time.monotonic() + 20
        while not (found := re.search(pattern, said, re.DOTALL)):
            assert time.monotonic() < deadline, said
            if select.select([self.ours], [], [], 0.1)[0]:
                said += os.read(self.ours, 1 << 16).decode(errors="replace")
        return found

    def complete(self, line):
        """Type a line and the Tab key; return the words that the line then has."""
        # The shell reads no more keys until it has completed the word.
        self.type(f"{line}\t\x01printf '<%s>' \x05; printf 'E''ND\\n'\n")
        found = self.read(r"((?:<[^<%]*>)+)END")[1]
        return re.findall("<(.*?)>", found)


@pytest.fixture
def shop(in_folder):
    """A folder with pictures, and with the program in bin/."""
    for name in ("photo.jpg", "my photo.png", "it's.png", "mine.txt", "pictures/one.png"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    program = in_folder / "bin" / "imgfilt"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m imgfilt "$@"\n')
    program.chmod(0o755)
    return in_folder


@posix
@pytest.mark.parametrize("shell", BEGIN)
def test_in_a_shell(shell, shop):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    command, before = BEGIN[shell]
    running = Shell(command, shop)
    try:
        running.type(f'{before}eval "$(imgfilt completion {shell})"; printf "REA""DY\\n"\n')
        running.read("READY")
        for line, wanted in LINES:
            found = running.complete(line)
            assert found[-len(wanted) :] == wanted or found[-1] == f"{wanted[-1]}/", line
    finally:
        running.process.kill()
        running.process.wait()
        os.close(running.ours)


@posix
def test_in_fish(shop):
    if shutil.which("fish") is None:
        pytest.skip("there is no fish")
    paths = os.pathsep.join([str(shop / "bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": paths, "HOME": str(shop)}
    for line, wanted in LINES:
        script = 'imgfilt completion fish | source; complete -C "$argv[1]"'
        done = subprocess.run(
            ["fish", "--no-config", "-c", script, line],
            capture_output=True,
            text=True,
            env=environment,
        )
        first = done.stdout.partition("\n")[0].partition("\t")[0]
        assert first.removesuffix("/") == wanted[-1], (line, done.stderr)
