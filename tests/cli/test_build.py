"""What the options of a command become: the number of workers, and where it is from."""

import pytest

from imgfilt.cli.build import make_run_options
from imgfilt.cli.command_options import CommandOptions

from ..cli_support import refused, save, succeed


@pytest.fixture
def variable(monkeypatch):
    return lambda text: monkeypatch.setenv("IMGFILT_JOBS", text)


@pytest.mark.parametrize(
    ("text", "given", "wanted"), [("3", None, 3), ("3", 5, 5), ("", None, None), (" 2 ", None, 2)]
)
def test_workers_are_from_the_option_then_from_the_variable(text, given, wanted, variable):
    variable(text)
    assert make_run_options(CommandOptions(jobs=given)).workers == wanted


def test_the_variable_is_of_this_machine_and_not_of_a_cluster(variable):
    variable("3")
    assert make_run_options(CommandOptions(cluster="tcp://host:1")).workers is None


@pytest.mark.parametrize("text", ["0", "many", "1.5", "-1", "1025", "2,3"])
def test_a_wrong_variable_is_a_wrong_command(text, variable, in_folder):
    save("a.png", 5, 6, 3)
    variable(text)
    quoted = text if text in ("0", "1025", "-1") else f"'{text}'"
    line = f"IMGFILT_JOBS: {quoted} is not a whole number from 1 to 1024"
    refused(line, "blur", "a.png", "-o", "b.png")
    refused(line, "blur", "a.png", "a.png", "-o", "out/")
    succeed("blur", "a.png", "-o", "b.png", "-j", "1")
