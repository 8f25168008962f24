"""`imgfilt help` prints the help of a command, and the manual page with the help of all."""

import re
import shutil
import subprocess

import click
import pytest

from imgfilt.cli import main_group
from imgfilt.filters import FILTERS

from ..cli_support import invoke, succeed


def iter_commands(group=main_group, names=()):
    """Yield the words and the command of each command, also of those in groups."""
    for name, command in group.commands.items():
        yield [*names, name], command
        if isinstance(command, click.Group):
            yield from iter_commands(command, (*names, name))


@pytest.fixture(scope="module")
def page():
    return succeed("help", "--man").stdout


@pytest.mark.parametrize(
    "words", [[], ["gaussian"], ["chain"], ["kernel"], ["kernel", "show"], ["help"]], ids=" ".join
)
def test_help_of_a_command_is_that_of_its_option(words):
    wanted = succeed(*words, "--help").stdout
    assert succeed("help", *words).stdout == succeed(*words, "-?").stdout == wanted


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gausian"], "imgfilt gaussian --help"),
        (["sharpen"], "imgfilt convolve --kernel sharpen --help"),
        (["kernel", "shw"], "imgfilt kernel show --help"),
        (["gaussian", "sigma"], "gaussian has no command 'sigma'"),
        (["gaussian", "--man"], "--man goes without COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_help_of_no_command(words, message):
    result = invoke("help", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_the_page_has_every_command_and_option(page):
    plain = page.replace(r"\-", "-")
    for words, found in iter_commands():
        assert f".SS imgfilt {' '.join(words)}\n" in plain
        for option in found.params:
            assert option.param_type_name == "argument" or option.opts[0] in plain
    for name in FILTERS:
        assert main_group.commands[name].get_short_help_str(200) in plain


def test_options_of_all_filters_stand_once_on_the_page(page):
    terms = re.findall(r"^\.TP\n(.*)$", page.replace(r"\-", "-"), re.MULTILINE)
    assert len([term for term in terms if "--region" in term]) == 1
    assert len([term for term in terms if "--values" in term]) == 2  # of convolve and edges


def test_the_page_is_troff(page):
    assert page.isascii()
    assert page.startswith(".TH IMGFILT 1 ")
    known = {".TH", ".SH", ".SS", ".TP", ".PP", ".EX", ".EE", ".br", ".nr"}
    lines = page.splitlines()
    assert {line.split()[0] for line in lines if line.startswith((".", "'"))} == known
    assert lines.count(".EX") == lines.count(".EE")
    assert all(
        re.fullmatch(r"(?:[^\\]|\\([-e&]|\([a-z]{2}|\[u\w+\]|f[BR]))*", line) for line in lines
    )
    assert "\b" not in page


@pytest.mark.skipif(not shutil.which("groff"), reason="groff isn't installed")
def test_the_page_is_formatted_without_a_warning(page):
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8"], input=page, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    assert max(map(len, text.splitlines())) <= 78
    assert '"{stem}_{size}.png"' in text
    assert "imgfilt gaussian photo.jpg --sigma 3 -o soft.jpg" in text
