"""README and its pages: what they show can be run, and what there is they name."""

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imgfilt
from imgfilt import Kernel
from imgfilt.border import BORDERS
from imgfilt.cli import main_group
from imgfilt.filters import FILTERS
from imgfilt.image import OUTPUT_FORMATS
from imgfilt.kernel.preset import make_preset
from imgfilt.kernel.preset_table import list_preset_names
from imgfilt.pipeline.options import VALUES

from .cli_support import PROGRAM, ROOT, invoke, load, posix
from .readme_support import (
    BLOCKS,
    COMMANDS,
    INSTALLATIONS,
    LINES,
    PAGES,
    README,
    SESSIONS,
    find_links,
    read_tables,
)
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
    """Run a line, in a shell where it takes one; return what it prints, and with what it says."""
    if line.startswith("imgfilt ") and "|" not in shlex.split(line):
        done = invoke(*shlex.split(line)[1:])
        code, printed, said, both = done.exit_code, done.stdout, done.stderr, done.output
    else:
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
        code, printed, said = done.returncode, done.stdout, done.stderr
        both = printed + said
    assert code == 0, said
    assert all(line.startswith("imgfilt: ") for line in said.splitlines())
    return printed, both


def test_every_line_is_one_to_run():
    assert sorted(INSTALLATIONS + COMMANDS) == sorted(LINES)
    assert len(COMMANDS) >= 20
    assert {kind for kind, _ in BLOCKS} == {"sh", "console", "bash", "python"}


def test_the_two_commands():
    first, second = INSTALLATIONS
    assert " -m pytest" in second
    assert second in (ROOT / ".ci/run").read_text().splitlines()
    *before, last = first.split(" && ")
    assert before == ["python3 -m venv .venv", ". .venv/bin/activate", "pip install ."]
    assert last.startswith("imgfilt ")


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
    printed, _ = run(line)
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
        assert run(line)[1] == printed


def test_the_slides_are_printed():
    """The lecture's example, and its three expanded pictures."""
    outputs = [re.sub(r"[^\w\s]", "", text).split() for each in SESSIONS for _, text in each]
    for slide in (TABLE, *EXPANDED.values()):
        assert slide.split() in outputs


@pytest.mark.slow
@posix
def test_python(with_samples):
    for code in (text for kind, text in BLOCKS if kind == "python"):
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
    known = {"--help", *(word for parameter in parameters for word in parameter.opts)}
    lines = "\n".join(PAGES.values()).splitlines()
    others = "dask ", "| `vips ", "| here "  # whose options are of other programs
    ours = "\n".join(line for line in lines if not line.startswith(others))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours)) <= known


def test_every_format_is_named():
    for form in OUTPUT_FORMATS.values():
        assert form.label in README


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for target, path in find_links(page):
        assert target.startswith("https://") or path.is_file()


def test_every_page_is_linked():
    reached, waiting = set(), ["README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        found = {path.resolve().relative_to(ROOT).as_posix() for _, path in find_links(page)}
        waiting += (found & set(PAGES)) - reached
    assert reached == set(PAGES)


def test_the_figures_are_made_by_commands_of_readme(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "sample_images")
    from make_figures import FIGURES, find_command

    shown = re.findall(r"!\[.*?\]\(sample_images/(\w+)\.\w+\)", README)
    assert sorted(shown) == sorted([*FIGURES, "fringe"])
    assert all(find_command(output) for output, _ in FIGURES.values())


def test_readme_is_short():
    assert len(README.splitlines()) <= 350


def test_every_filter_has_a_row_with_its_parameters_and_defaults():
    (rows,) = (rows for rows in read_tables("README.md") if rows[0][0] == "convolve")
    assert [name for name, _, _ in rows] == list(FILTERS)
    for name, _, text in rows:
        shown = re.findall(r"`--([a-z-]+)`(?: ([\w.]+))?", text)
        parameters = {part.name.replace("_", "-"): part for part in fields(FILTERS[name])}
        assert {option for option, _ in shown} - {"size"} == set(parameters) - {"size"}
        for option, default in shown:
            if default not in ("", "or") and name != "gaussian":
                assert str(parameters[option].default) == default, (name, option)


def test_the_words_of_values_store_what_their_row_says():
    (rows,) = (rows for rows in read_tables("README.md") if rows[0][0] == "clip")
    assert [word for word, _, _ in rows] == list(VALUES)
    # Four pixels, far from each other, of a kernel that makes these values of a single 100.
    picture = np.zeros((1, 7), np.uint8)
    picture[0, 3] = 100
    filt = imgfilt.Convolve(imgfilt.Kernel([[-1, 0, 1, 3]]))
    for word, _, text in rows:
        given = picture.astype(np.float32) if word == "raw" else picture
        made = imgfilt.apply(filt, given, border="zero", values=word)[0, 1:5]
        wanted = [int(number.replace("−", "-")) for number in re.findall(r"−?\d+", text)]
        assert made.tolist() == wanted, word
