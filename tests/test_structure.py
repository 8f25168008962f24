"""The shape of the package, held by reading its source: imports go downwards, doors are few."""

import ast
import graphlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import imgfilt

ROOT = Path(imgfilt.__file__).parent
TESTS = Path(__file__).parent

# A part may import from the lines below its own: neither from those above nor from beside.
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
LAYERS = ARCHITECTURE.split("## Who may import whom")[1].split("```")[1]

# The packages that may import a library.
ALONE = {
    "click": {"cli"},
    "PIL": {"image", "figure"},
    "cv2": {"engines.opencv"},
    "concurrent": {"concurrency", "cluster"},
    "multiprocessing": {"concurrency"},
    "distributed": {"cluster"},
}

# The parts that may name a path or open a file, and what that looks like.
DOORS = {"files", "image", "batch", "cli"}
PATHS = {"pathlib", "glob", "tempfile", "shutil", "os.path"}
OPENERS = {
    *("open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes"),
    *("fromfile", "tofile", "loadtxt", "savetxt", "genfromtxt", "memmap", "imread", "imwrite"),
}

MOST_LINES = 250
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

FLOORS = [line.split() for line in reversed(LAYERS.strip().splitlines())]
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


def test_every_part_has_its_layer():
    assert {module.part for module in MODULES} - {""} == set(HEIGHT)


def test_imports_go_downwards():
    inner = [module for module in MODULES if module.name]  # not the public names, loaded late
    wrong = [
        (module.name, part)
        for module in inner
        for part in own_imports(module)
        if HEIGHT.get(part, HEIGHT[module.part]) >= HEIGHT[module.part]
    ]
    assert wrong == []


def test_errors_imports_nothing():
    (errors,) = (module for module in MODULES if module.name == "errors")
    assert imports(errors) == set()


def test_no_modules_import_each_other_in_a_circle():
    names = {module.name for module in MODULES if module.name}

    def module_of_name(name):
        """Return the module that holds a dotted name: the longest part of it that is one."""
        words = name.removeprefix("imgfilt.").split(".")
        parts = (".".join(words[:count]) for count in range(len(words), 0, -1))
        return next((part for part in parts if part in names), None)

    graph = {
        module.name: {
            target
            for name in imports(module)
            if name.startswith("imgfilt.")
            and (target := module_of_name(name)) not in (None, module.name)
        }
        for module in MODULES
        if module.name
    }
    graphlib.TopologicalSorter(graph).prepare()  # CycleError names the modules of a circle


def test_a_library_is_imported_by_its_packages_alone():
    wrong = [
        (module.name, library)
        for module in MODULES
        for library in {name.partition(".")[0] for name in imports(module)} & set(ALONE)
        if not any(f"{module.name}.".startswith(f"{home}.") for home in ALONE[library])
    ]
    assert wrong == []


def test_files_are_opened_at_their_doors_alone():
    wrong = []
    for module in MODULES:
        if module.part in DOORS:
            continue
        nodes = list(ast.walk(tree(module)))
        imported = {word for name in imports(module) for word in (name, name.rpartition(".")[0])}
        attributes = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
        calls = {called(node) for node in nodes if isinstance(node, ast.Call)}
        used = (imported | attributes) & PATHS | calls & OPENERS
        wrong += [(module.name, word) for word in used]
    assert wrong == []


def test_a_module_is_one_notion():
    lines = {m.name: len(m.path.read_text("utf-8").splitlines()) for m in MODULES}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
    assert [module.name for module in MODULES if VAGUE & set(module.name.split("."))] == []


def test_a_module_opens_with_one_sentence():
    openings = {m.name: (ast.get_docstring(tree(m)) or "").partition("\n")[0] for m in MODULES}
    assert {name: text for name, text in openings.items() if not text.endswith(".")} == {}


def public(node, name=""):
    """Yield the public classes and functions in a module or class, with their dotted names."""
    for child in ast.iter_child_nodes(node):
        kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(child, kinds) and not child.name.startswith("_"):
            yield f"{name}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{name}{child.name}.")


def test_what_is_public_says_what_it_is():
    silent = [
        (module.name, name)
        for module in MODULES
        for name, node in public(tree(module))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def described(docstring):
    """Return the names in the section Parameters of a docstring; an empty list without it."""
    section = re.search(
        r"^Parameters\n-+\n(.*?)(?=^\w+\n---|\Z)", docstring, re.DOTALL | re.MULTILINE
    )
    heads = re.findall(r"^\S.*", section[1] if section else "", re.MULTILINE)
    return [name.lstrip("*") for head in heads for name in head.partition(" :")[0].split(", ")]


def parameter_names(node):
    """Return the names of a function's parameters; of a class, those of `__init__` or fields."""
    if isinstance(node, ast.ClassDef):
        makers = [one for one in node.body if getattr(one, "name", "") == "__init__"]
        if not makers:
            fields = (one for one in node.body if isinstance(one, ast.AnnAssign))
            return [one.target.id for one in fields if "ClassVar" not in ast.unparse(one)]
        (node,) = makers
    parts = node.args
    every = [*parts.posonlyargs, *parts.args, parts.vararg, *parts.kwonlyargs, parts.kwarg]
    return [one.arg for one in every if one and one.arg not in ("self", "cls")]


def test_the_section_parameters_names_all_parameters():
    """It may be left out for a function with one or two, whose first line says enough."""
    wrong = []
    for module in MODULES:
        for name, node in public(tree(module)):
            names = parameter_names(node)
            found = described(ast.get_docstring(node) or "")
            is_function = not isinstance(node, ast.ClassDef)
            if sorted(found) != sorted(names) and (found or (is_function and len(names) > 2)):
                wrong.append((module.name, name, found, names))
    assert wrong == []


HEAVY = {"numpy", "cv2", "PIL", "click"}


def loaded(code):
    """Return which of the heavy libraries a fresh interpreter has loaded after some code."""
    watch = f"import sys; print(*({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{watch}"], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    return set(run.stdout.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "libraries"),
    [
        ("import imgfilt; imgfilt.__version__", set()),
        ("import imgfilt.filters, imgfilt.pipeline.options, imgfilt.parameters", set()),
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


def test_no_test_imports_another():
    """What several of them need is in a module of its own, whose name doesn't start with test_."""
    sources = {path.name: path.read_text("utf-8") for path in TESTS.rglob("test_*.py")}
    pattern = re.compile(r"^\s*from \.+(\w+\.)*test_\w+ import", re.MULTILINE)
    assert [name for name, source in sources.items() if pattern.search(source)] == []


def test_the_top_level_is_these():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT.parent, capture_output=True, text=True
    ).stdout
    names = {name.partition("/")[0] for name in listed.splitlines()}
    if names:  # else no clone
        assert {name for name in names if not name.startswith(".")} == {
            *("pyproject.toml", "README.md", "LICENSE"),
            *("imgfilt", "tests", "sample_images"),
        }
