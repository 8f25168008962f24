"""Help: every command and option has it, it is true, and it comes without any library loaded."""

import re
import subprocess
import sys

import click
import pytest

import imgfilt
from imgfilt.border import BORDERS
from imgfilt.cli import commands
from imgfilt.filters import FILTERS
from imgfilt.options import ENGINES, VALUES

from .cli_support import invoke, run, save, succeed

HEAVY = {"numpy", "cv2", "PIL", "concurrent.futures"}
COMMANDS = [*FILTERS, "compare"]


def options(name):
    """Return the options of a command, by name."""
    parameters = commands.commands[name].params
    return {option.name: option for option in parameters if isinstance(option, click.Option)}


def shared():
    """Return the names of the options that all filters have."""
    return set.intersection(*(set(options(name)) for name in FILTERS))


def test_every_filter_is_a_command():
    assert list(commands.commands) == COMMANDS
    listed = re.findall(r"^  (\w+)  +\S", succeed("--help").stdout, re.MULTILINE)
    assert listed == COMMANDS


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help(name, flag):
    usage, _, sentence, *_ = succeed(name, flag).stdout.splitlines()
    assert usage.startswith(f"Usage: imgfilt {name} [OPTIONS] INPUT...")
    assert re.match(r"  [A-Z]", sentence)
    command = commands.commands[name]
    assert command.get_short_help_str(200).endswith(".")
    assert re.search(rf"^  imgfilt {name} .* -o \S+$", command.help, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name):
    for option in options(name).values():
        assert option.help, option.name
        assert option.help[0].isupper() or option.name == "format"
        assert option.help.rstrip().endswith((".", "]")), option.name


@pytest.mark.parametrize("name", FILTERS)
def test_options_are_the_parameters_of_the_filter(name):
    own = {key: option for key, option in options(name).items() if key not in shared()}
    if name == "convolve":
        assert list(own.pop("values").type.choices) == list(VALUES)
    parameters = {parameter.name: parameter for parameter in FILTERS[name].parameters()}
    assert set(own) == set(parameters)
    for key, option in own.items():
        parameter = parameters[key]
        assert f"--{key.replace('_', '-')}" in option.opts
        assert option.required is parameter.required
        assert parameter.help in option.help
        if parameter.default not in (None, False) and not parameter.required:
            assert f"[default: {parameter.default}]" in option.help


@pytest.mark.parametrize("name", FILTERS)
def test_choices_are_the_tables(name):
    found = options(name)
    assert list(found["border"].type.choices) == list(BORDERS)
    assert list(found["engine"].type.choices) == list(ENGINES)


def test_options_of_the_design():
    assert {"-k", "--kernel"} <= set(options("convolve")["kernel"].opts)
    for name in ("convolve", "blur", "gaussian", "median"):
        assert {"-s", "--size"} <= set(options(name)["size"].opts)
    assert {"-d", "--diameter"} <= set(options("bilateral")["diameter"].opts)
    for name in COMMANDS:
        assert {"-o", "--output"} <= set(options(name)["output"].opts)
        assert {"-f", "--format"} <= set(options(name)["format"].opts)


@pytest.mark.parametrize("name", FILTERS)
def test_examples_can_be_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for picture in ("photo.jpg", "noisy.png"):
        save(picture, 50, 60, 3)
    example = re.search(r"^  imgfilt (.*)$", commands.commands[name].help, re.MULTILINE)[1]
    succeed(*example.split())


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)], ids=" ".join
)
def test_help_loads_no_library(words):
    code = (
        "import sys\n"
        "from imgfilt.cli import commands\n"
        f"try: commands.main({words})\n"
        f"finally: print({HEAVY} & sys.modules.keys(), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "set()\n")


def test_importing_the_package_loads_no_library():
    code = f"import sys, imgfilt; print({HEAVY} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "set()\n"


def test_the_version():
    assert run("--version").stdout.decode().strip() == f"imgfilt, version {imgfilt.__version__}"


def test_no_command_is_help():
    found = invoke()
    assert found.exit_code == 2
    assert "Usage: imgfilt [OPTIONS] COMMAND" in found.output
