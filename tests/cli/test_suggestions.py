"""A word that is no command is answered by a command line that runs."""

import shlex

import pytest

from imgfilt.cli.suggestions import _COMMANDS, suggest_command
from imgfilt.filters import FILTERS
from imgfilt.kernel.preset_table import list_preset_names

from ..cli_support import load, run, save, succeed

WORDS = sorted({*_COMMANDS, *list_preset_names()} - {*FILTERS, "pad"})


@pytest.mark.parametrize("word", WORDS)
def test_the_suggested_command_runs(in_folder, word):
    save("a.png", 20, 24, 3)
    places = {"INPUT": "a.png", "OUTPUT": "b.png", "FIGURE": "b.png"}
    program, *words = (places.get(part, part) for part in shlex.split(suggest_command(word)))
    assert program == "imgfilt"
    succeed(*words)
    assert load("b.png").size >= 20 * 24


def test_a_grid_that_is_padded():
    words = shlex.split(suggest_command("pad").replace("GRID", "'a b'"))[1:]
    assert succeed(*words).stdout.splitlines()[3] == "a b | a b | a b"


def test_the_error_names_the_command():
    done = run("Sharpen", "a.png")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == (
        "Error: No such command 'Sharpen'; this does it: "
        "imgfilt convolve INPUT --kernel sharpen -o OUTPUT"
    )


def test_other_words_are_answered_as_before():
    assert suggest_command("frobnicate") is None
    assert suggest_command("gausian") is None
    done = run("gausian", "a.png")
    assert done.returncode == 2
    assert b"No such command 'gausian'" in done.stderr
