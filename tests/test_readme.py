"""The README: what it shows can be run, and what there is it names."""

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image

from imgfilt import Kernel
from imgfilt.border import BORDERS
from imgfilt.cli import main_group
from imgfilt.image import OUTPUT_FORMATS
from imgfilt.kernel.preset import make_preset
from imgfilt.kernel.preset_table import list_preset_names

from .cli_support import PROGRAM, ROOT, invoke, load, posix
from .readme_support import BLOCKS, COMMANDS, INSTALLATIONS, LINES, PAGES, README, SESSIONS
from .slides import EXPANDED, TABLE


@pytest.fixture(scope="session")
def small_samples(tmp_path_factory):
    """The samples, their pictures cut down to what a command takes a moment for."""
    folder = tmp_path_factory.mktemp("small")
    for path in (ROOT / "sample_images").rglob("*.*"):
        target = folder / path.relative_to(ROOT / "sample_images")
        target.parent.mkdir(exist_ok=True)
        if path.suffix in (".png", ".jpg"):
            with Image.open(path) as picture:
                left, top = picture.width // 3, picture.height // 3
                picture.crop((left, top, left + 160, top + 120)).save(target)
        else:
            shutil.copy(path, target)
    return folder


@pytest.fixture
def with_samples(in_folder, monkeypatch):
    """A folder with the samples, and `imgfilt` on the path."""
    (in_folder / "sample_images").symlink_to(ROOT / "sample_images")
    program = in_folder / ".venv/bin/imgfilt"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return in_folder


def run(line):
    """Run a line, in a shell where it takes one, and return where it said its output went."""
    if line.startswith("imgfilt ") and "|" not in shlex.split(line):
        done = invoke(*shlex.split(line)[1:])
        code, printed, said = done.exit_code, done.stdout, done.stderr
    else:
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
        code, printed, said = done.returncode, done.stdout, done.stderr
    assert code == 0, said
    assert all(line.startswith("imgfilt: ") for line in said.splitlines())
    return printed


def test_every_line_is_one_to_run():
    assert sorted(INSTALLATIONS + COMMANDS) == sorted(LINES)
    assert len(COMMANDS) >= 20
    assert {kind for kind, _ in BLOCKS} == {"sh", "console", "bash", "python"}


def test_the_two_commands():
    first, second = INSTALLATIONS
    assert " -m pytest" in second
    assert second in (ROOT / ".ci/run").read_text().splitlines()
    assert first.split(" && ")[:-1] == ["python3 -m venv .venv", ".venv/bin/pip install ."]
    assert first.split(" && ")[-1].startswith(".venv/bin/imgfilt ")


@pytest.mark.slow
@posix
def test_the_figure_of_the_first_command(with_samples):
    run(INSTALLATIONS[0].split(" && ")[-1])
    height, width, channels = load("gaussian.png").shape
    assert width < 2400
    assert 0.4 < height / width < 0.7
    assert channels == 3


@pytest.mark.slow
@posix
@pytest.mark.parametrize("line", COMMANDS)
def test_command(line, with_samples, small_samples):
    # These are places in the true ones.
    if not {"--region", "--zoom", "--inset"} & {*shlex.split(line)}:
        Path("sample_images").unlink()
        Path("sample_images").symlink_to(small_samples)
    before = set(with_samples.rglob("*"))
    printed = run(line)
    words = shlex.split(line)
    if words[-2] == ">":
        target = words[-1]
    else:
        target = words[words.index("-o") + 1] if "-o" in words else "-"
    made = [path for path in set(with_samples.rglob("*")) - before if path.is_file()]
    if target == "-" or "--dry-run" in words:
        assert printed
        assert made == []
        return
    assert printed == ""
    assert made
    pattern = re.sub(r"{\w+}", "*", target) + ("*" if target.endswith("/") else "")
    others = [words[n + 1] for n, word in enumerate(words) if word in ("--report", "--table")]
    named = {path for glob in (pattern, *others) for path in with_samples.glob(glob)}
    assert sorted(made) == sorted(named)
    assert all(path.stat().st_size for path in made)


@posix
@pytest.mark.parametrize("session", SESSIONS, ids=[session[0][0] for session in SESSIONS])
def test_what_is_printed(session, with_samples):
    """The commands of a block run one after the other in one folder."""
    for line, printed in session:
        assert run(line) == printed


def test_the_slides_are_printed():
    """The lecture's example, and its three expanded pictures."""
    outputs = [re.sub(r"[^\w\s]", "", text).split() for each in SESSIONS for _, text in each]
    for slide in (TABLE, *EXPANDED.values()):
        assert slide.split() in outputs


@pytest.mark.slow
@posix
def test_python(with_samples):
    (code,) = (text for kind, text in BLOCKS if kind == "python")
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], timeout=60)
    assert done.returncode == 0


def test_the_kernel_file_is_the_preset():
    unfenced = re.sub(r"^```\w+\n.*?^```$", "", README, flags=re.DOTALL | re.MULTILINE)
    (text,) = re.findall(r"(?:^    .*\n)+", unfenced, re.MULTILINE)
    assert Kernel.parse(textwrap.dedent(text)) == make_preset("y-derivative-average")


@pytest.mark.parametrize(
    "name",
    [*main_group.commands, *(f"kernel {name}" for name in main_group.commands["kernel"].commands)],
)
def test_every_command_is_shown(name):
    lines = [*LINES, *(line for session in SESSIONS for line, _ in session)]
    assert any(re.search(rf"imgfilt {name}\b", line) for line in lines)


@pytest.mark.parametrize("name", list_preset_names())
def test_every_preset_is_named(name):
    assert re.search(rf"`{name}(:[A-Z,\[\]]+)?`", README)


def test_borders_are_pictured():
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? *\|", README, re.MULTILINE)
    found = {name: picture.replace(r"\|", "|") for name, picture in rows}
    assert list(found) == list(BORDERS)
    for name, border in BORDERS.items():
        assert found[name] == ("" if name == "valid" else border.example)


def test_every_option_exists():
    kernel = main_group.commands["kernel"]
    groups = [*main_group.commands.values(), *kernel.commands.values()]
    parameters = [parameter for command in groups for parameter in command.params]
    known = {word for parameter in parameters for word in parameter.opts}
    lines = "\n".join(PAGES).splitlines()
    ours = "\n".join(line for line in lines if not line.startswith("dask "))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours)) <= known


def test_every_format_is_named():
    for form in OUTPUT_FORMATS.values():
        assert form.label in README


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).is_file()
