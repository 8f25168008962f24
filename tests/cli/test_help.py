"""Help: every command and option has it, it is true, and it comes without any library loaded."""

import os
import re
import shlex
import subprocess
import sys

import click
import pytest

from imgfilt.border import BORDERS
from imgfilt.cli import main_group
from imgfilt.cli.command_options import CommandOptions
from imgfilt.filters import FILTERS, SUMMARIES
from imgfilt.image import FORMATS, OUTPUT_FORMATS, why_no_figure
from imgfilt.pipeline.options import ENGINES, VALUES
from imgfilt.translate import SYSTEMS

from ..cli_support import invoke, run, save, succeed

HEAVY = {"numpy", "cv2", "PIL", "concurrent.futures"}
COMMANDS = [*FILTERS, "chain", "compare"]
OTHERS = ["kernel", "border", "info", "doctor", "completion", "help"]
ARGUMENTS = {
    "kernel": "SOURCE...",
    "border": "GRID",
    "info": "FILE...",
    "completion": "bash|zsh|fish",
    "help": "[COMMAND]...",
}
SECTIONS = [
    *("Input and output", "Part of the picture", "Borders and values", "Many files", "Figures"),
    *("Understanding", "Limits"),
]
KERNEL_COMMANDS = ["list", "show", "save", "plot"]
WORDS = [
    *([name] for name in [*COMMANDS, *OTHERS[1:]]),
    *(["kernel", name] for name in KERNEL_COMMANDS),
]

each_command = pytest.mark.parametrize("words", WORDS, ids=" ".join)


def command(words):
    """Return a command by its words."""
    found = main_group
    for word in words:
        found = found.commands[word]
    return found


def help_of(width, *words):
    """Return the help of a command in a width."""
    found = command(words)
    names = " ".join(["imgfilt", *words])
    return found.get_help(found.context_class(found, info_name=names, terminal_width=width))


def refuse(command, option, value):
    """Return the error for a value of an option."""
    words = {"border": ["1 2"], "compare": ["p.png", "median", "-o", "f.png"]}
    result = invoke(command, *words.get(command, ["p.png", "-o", "f.png"]), option, value)
    assert result.exit_code == 2
    return result.stderr


def options(*words):
    """Return the options of a command, by name."""
    parameters = command(words).params
    return {option.name: option for option in parameters if isinstance(option, click.Option)}


def shared():
    """Return the names of the options that all filters have."""
    return set.intersection(*(set(options(name)) for name in FILTERS))


def listed(*words):
    """Return the commands that a help lists."""
    return re.findall(r"^  (\w+)  +\S", succeed(*words, "--help").stdout, re.MULTILINE)


def test_every_filter_is_a_command():
    assert list(main_group.commands) == listed() == [*COMMANDS, *OTHERS]
    assert list(main_group.commands["kernel"].commands) == listed("kernel") == KERNEL_COMMANDS


def test_the_table_of_commands_says_what_each_says_of_itself():
    """It is written down so that help loads no command."""
    for group in (main_group, main_group.commands["kernel"]):
        for name, command in group.commands.items():
            assert group.summaries[name] == command.get_short_help_str(200)
    for kind in FILTERS.values():
        assert SUMMARIES[kind.__name__] == kind.__doc__.partition("\n")[0]


@pytest.mark.parametrize("flag", ["--help", "-h", "-?"])
@each_command
def test_help(words, flag):
    usage, _, sentence, *_ = succeed(*words, flag).stdout.splitlines()
    argument = ARGUMENTS.get(words[0], "INPUT...")
    takes = "" if words[-1] in ("list", "doctor") else f" {argument}"
    assert usage.startswith(f"Usage: imgfilt {' '.join(words)} [OPTIONS]{takes}")
    assert re.match(r"  [A-Z]", sentence)
    assert command(words).get_short_help_str(200).endswith(".")
    if words[-1] != "list":
        said = command(words).help
        where = "" if words[-1] in ("show", *OTHERS) else r".* -o \S+"
        assert re.search(rf"^  imgfilt {' '.join(words)}\b.*{where}$", said, re.MULTILINE)


@each_command
def test_every_option_has_help(words):
    for option in options(*words).values():
        assert option.help, option.name
        assert option.help[0].isupper() or option.name == "format"
        sentence, _, table = option.help.partition("\n\n\b\n")
        assert sentence.endswith((".", "]")), option.name
        assert all(re.match(r"\w+  +\S", row) for row in table.splitlines())


@pytest.mark.parametrize("name", FILTERS)
def test_options_are_the_parameters_of_the_filter(name):
    own = {key: option for key, option in options(name).items() if key not in shared()}
    if FILTERS[name].leaves_range:
        assert list(own.pop("values").type.choices) == list(VALUES)
    parameters = {parameter.name: parameter for parameter in FILTERS[name].parameters()}
    assert set(own) == set(parameters)
    for key, option in own.items():
        parameter = parameters[key]
        assert f"--{key.replace('_', '-')}" in option.opts
        assert option.required is parameter.required
        assert option.help.startswith(parameter.help.partition("  [")[0])
        if parameter.default not in (None, False) and not parameter.required:
            assert f"default: {parameter.default}]" in option.help


@pytest.mark.parametrize("name", FILTERS)
def test_parameters_are_explained_without_options(name):
    """The same words are in the documentation of the class."""
    for parameter in FILTERS[name].parameters():
        assert not re.search(r"(?<!\w)--?[a-z]", parameter.help)


@pytest.mark.parametrize("name", FILTERS)
def test_choices_are_the_tables(name):
    found = options(name)
    assert list(found["border"].type.choices) == list(FILTERS[name].borders)
    assert list(found["engine"].type.choices) == list(ENGINES)


@pytest.mark.parametrize("name", [*FILTERS, "chain"])
def test_formats_are_the_table(name):
    words = options(name)["format"].help.partition(": ")[2].partition(".")[0]
    pictures, figures = words.replace(" or ", ", ").split("; for a figure also ")
    assert pictures.split(", ") == list(FORMATS)
    assert figures.split(", ") == [key for key in OUTPUT_FORMATS if key not in FORMATS]


@pytest.mark.parametrize("words", [["compare"], ["kernel", "plot"]], ids=" ".join)
def test_formats_of_figures_are_those_that_can_hold_one(words):
    named = options(*words)["format"].help.partition(": ")[2].partition(".")[0]
    able = [key for key, form in OUTPUT_FORMATS.items() if why_no_figure(form) is None]
    assert named.replace(" or ", ", ").split(", ") == able


def test_help_has_the_range_of_each_number_that_has_one():
    """In the help, and in an error, which says the same."""
    ranges = {
        "gaussian --size": "1..16383",
        "gaussian --sigma": "0..2000",
        "bilateral --diameter": "1..1023",
        "blur --figure-width": "36pt..14400pt",
        "blur --quality": "1..100",
        "compare --columns": "1..400",
        "border --reach": "0..1000",
    }
    for words, limits in ranges.items():
        name, option = words.split()
        text = " ".join(help_of(98, name).split())
        assert re.search(rf"{option} [A-Z][^[]*\[{re.escape(limits)}; default: ", text), words
        first, last = limits.split("..")
        assert f"from {first.strip('pt')} to {last.strip('pt')}" in refuse(name, option, "99999")


def test_help_has_no_range_without_a_sensible_end():
    for name, option in (("bilateral", "--sigma-color"), ("nlmeans", "--strength")):
        assert re.search(rf"{option} [^[]*\[default: \d+\]", help_of(98, name))


def test_every_field_of_the_record_is_an_option():
    names = {option for name in COMMANDS for option in options(name)}
    assert set(CommandOptions.__annotations__) <= names


def test_systems_and_borders_of_a_kernel_are_the_tables():
    found = options("kernel", "show")
    assert list(found["system"].type.choices) == list(SYSTEMS)
    assert list(found["border"].type.choices) == list(BORDERS)


def test_options_of_the_design():
    assert {"-k", "--kernel"} <= set(options("convolve")["kernel"].opts)
    for name in ("convolve", "blur", "gaussian", "median"):
        assert {"-s", "--size"} <= set(options(name)["size"].opts)
    assert {"-d", "--diameter"} <= set(options("bilateral")["diameter"].opts)
    for name in ("save", "plot"):
        assert {"-o", "--output"} <= set(options("kernel", name)["output"].opts)
    assert "--as" in options("kernel", "show")["system"].opts
    for name in FILTERS:
        assert {"strict", "explain", "json"} <= set(options(name))
    for name in COMMANDS:
        assert {"-o", "--output"} <= set(options(name)["output"].opts)
        assert {"-f", "--format"} <= set(options(name)["format"].opts)


@pytest.mark.parametrize(
    "words",
    [words for words in WORDS if words not in (["compare"], ["kernel", "list"], ["completion"])],
)
def test_examples_can_be_run(words, in_folder):
    for picture in ("photo.jpg", "noisy.png"):
        save(picture, 50, 60, 3)
    example = re.search(r"^  imgfilt (.*)$", command(words).help, re.MULTILINE)[1]
    succeed(*shlex.split(example))


@each_command
def test_help_breaks_lines_between_words_only(words):
    found = []
    for width in (58, 78, 98):
        text = help_of(width, *words)
        assert max(map(len, text.splitlines())) <= width
        found.append(text.replace(" \\\n", "\n").split())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(("columns", "wanted"), [(60, 58), (80, 78), (200, 98)])
def test_help_is_as_wide_as_the_terminal_up_to_100_columns(columns, wanted):
    environment = os.environ | {"COLUMNS": str(columns)}
    lines = run("gaussian", "--help", env=environment).stdout.decode().splitlines()
    assert wanted - 8 < max(map(len, lines)) <= wanted


@pytest.mark.parametrize("name", COMMANDS)
def test_options_stand_in_sections(name):
    text = succeed(name, "--help").stdout
    headings = re.findall(r"^(\w.*):$", text, re.MULTILINE)
    some = {"compare": ["Input and output", *SECTIONS[2:3], *SECTIONS[4:]]}
    own = [] if name == "compare" else ["Options"]
    assert headings == [*own, *some.get(name, SECTIONS)]
    before, _, _ = text.partition("Input and output:")
    for parameter in FILTERS[name].parameters() if name in FILTERS else ():
        assert re.search(rf"^  .*{parameter.option}\b", before, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["kernel", "--help"], *([*words, "--help"] for words in WORDS)],
    ids=" ".join,
)
def test_help_loads_no_library(words):
    code = (
        "import sys\n"
        "from imgfilt.cli import main_group\n"
        f"try: main_group.main({words})\n"
        f"finally: print({HEAVY} & sys.modules.keys(), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "set()\n")


@pytest.mark.slow
def test_importing_the_package_loads_no_library():
    code = f"import sys, imgfilt; print({HEAVY} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "set()\n"


def test_no_command_is_help():
    found = invoke()
    assert found.exit_code == 2
    assert "Usage: imgfilt [OPTIONS] COMMAND" in found.output


@pytest.mark.parametrize("words", [[], ["kernel"]])
def test_no_command_prints_the_help(words):
    result = invoke(*words)
    assert result.exit_code == 2
    assert result.output == invoke(*words, "--help").output
