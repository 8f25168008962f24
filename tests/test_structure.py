"""The shape of the package, held by reading its source: imports go downwards, doors are few."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import imgfilt

# A part may import from the lines below its own: neither from those above nor from beside.
TOWER = """
    __main__
    cli        interrupt
    batch      pictures
    figure     image      explain
    channels
    apply
    strip
    plan       store    fitting    probe
    blend      engine     stretch
    part
    options    working    region
    filters
    opencv     peer
    numerics   kernel
    values
    number     border   files   workers  terminal
    scratch
    errors
"""

# What is imported by these parts alone.
ALONE = {
    "click": {"cli"},
    "PIL": {"image", "figure"},
    "cv2": {"opencv"},
    "concurrent": {"workers"},
    "multiprocessing": {"workers"},
    "distributed": {"workers"},
}

# The parts that may name a path or open a file, and what that looks like.
DOORS = {"files", "image", "batch", "cli"}
PATHS = {"pathlib", "glob", "tempfile", "shutil", "os.path"}
OPENERS = {
    *("open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes"),
    *("fromfile", "tofile", "loadtxt", "savetxt", "genfromtxt", "memmap", "imread", "imwrite"),
}
RESOURCES = {("kernel.preset", "read_text")}  # the package's own files, by importlib.resources

MOST_LINES = 250
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

ROOT = Path(imgfilt.__file__).parent
FLOORS = [line.split() for line in reversed(TOWER.strip().splitlines())]
HEIGHT = {part: height for height, floor in enumerate(FLOORS) for part in floor}


class Module(NamedTuple):
    """A module of the package, its name without `imgfilt.`; the package itself is ``''``."""

    name: str
    path: Path

    @property
    def part(self):
        return self.name.partition(".")[0]

    @property
    def package(self):
        """The package that relative imports start from, as parts."""
        parts = self.name.split(".") if self.name else []
        return ["imgfilt", *(parts if self.path.name == "__init__.py" else parts[:-1])]


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path)


MODULES = sorted(map(module_of, ROOT.rglob("*.py")))

each_module = pytest.mark.parametrize("module", MODULES, ids=[m.name or "imgfilt" for m in MODULES])


@cache
def tree(module):
    return ast.parse(module.path.read_text("utf-8"))


def imports(module):
    """Return the dotted names that a module imports anywhere, in functions and for types, too."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            outer = module.package[: len(module.package) - node.level + 1] if node.level else []
            source = ".".join([*outer, *filter(None, [node.module])])
            found |= {f"{source}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            found |= {word.value for word in node.args[:1] if isinstance(word, ast.Constant)}
    return found


def own_imports(module):
    """Return the parts of the package that a module imports; ``''`` for its public names."""
    own = {name for name in imports(module) if name.partition(".")[0] == "imgfilt"}
    parts = {(name + ".").split(".")[1] for name in own - {"imgfilt.__version__"}}
    return {part if part in HEIGHT else "" for part in parts} - {module.part}


def called(node):
    """Return the last word of what is called: `open` of both `open(x)` and `path.open()`."""
    return getattr(node.func, "attr", getattr(node.func, "id", None))


def test_every_part_has_its_place_in_the_tower():
    assert {module.part for module in MODULES} - {""} == set(HEIGHT)


@each_module
def test_imports_go_downwards(module):
    if not module.name:
        return  # the public names, loaded late
    height = HEIGHT[module.part]
    assert not [part for part in own_imports(module) if HEIGHT.get(part, height) >= height]


def test_errors_imports_nothing():
    (errors,) = (module for module in MODULES if module.name == "errors")
    assert imports(errors) == set()


@each_module
def test_a_library_is_known_to_one_part_alone(module):
    libraries = {name.partition(".")[0] for name in imports(module)}
    wrong = [name for name in libraries & set(ALONE) if module.part not in ALONE[name]]
    assert not wrong


@each_module
def test_files_are_opened_at_their_doors_alone(module):
    if module.part in DOORS:
        return
    names = {word for name in imports(module) for word in (name, name.rpartition(".")[0])}
    assert not names & PATHS
    nodes = list(ast.walk(tree(module)))
    calls = {called(node) for node in nodes if isinstance(node, ast.Call)}
    assert not {(module.name, call) for call in calls & OPENERS} - RESOURCES
    assert not PATHS & {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}


@each_module
def test_a_module_is_one_notion(module):
    assert len(module.path.read_text("utf-8").splitlines()) <= MOST_LINES
    assert not VAGUE & set(module.name.split("."))


@each_module
def test_a_module_opens_with_one_sentence(module):
    opening = (ast.get_docstring(tree(module)) or "").partition("\n")[0]
    assert opening.endswith(".")


def public(node, name=""):
    """Yield the public classes and functions in a module or class, with their dotted names."""
    for child in ast.iter_child_nodes(node):
        kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(child, kinds) and not child.name.startswith("_"):
            yield f"{name}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{name}{child.name}.")


@each_module
def test_what_is_public_says_what_it_is(module):
    silent = [name for name, node in public(tree(module)) if not ast.get_docstring(node)]
    assert not silent


HEAVY = {"numpy", "cv2", "PIL", "click"}


def loaded(code):
    """Return which of the heavy libraries a fresh interpreter has loaded after some code."""
    watch = f"import sys; print(*({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{watch}"], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("code", "libraries"),
    [
        ("import imgfilt; imgfilt.__version__", set()),
        ("import imgfilt.filters, imgfilt.options, imgfilt.values", set()),
        ("import imgfilt; imgfilt.Median(size=3)", set()),
        ("import imgfilt; imgfilt.Kernel", {"numpy"}),
    ],
)
def test_libraries_are_loaded_when_they_are_needed(code, libraries):
    """Handlers of signals stand before NumPy is imported."""
    assert loaded(code) == libraries


def test_the_public_names_are_there():
    assert sorted(imgfilt.__all__) == imgfilt.__all__
    for name in imgfilt.__all__:
        assert getattr(imgfilt, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Sharpen'"):
        imgfilt.Sharpen  # noqa: B018
