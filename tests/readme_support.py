"""The commands that README and the other pages show."""

import re
from pathlib import Path

from .cli_support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# By path below the project's folder.
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *sorted((ROOT / "imgfilt").rglob("*.md"))]
}
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [block for text in PAGES.values() for block in _BLOCK.findall(text) if block[0]]
# Blocks of (command, what it prints).
SESSIONS = [
    [tuple(part.split("\n", 1)) for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]
    for kind, text in BLOCKS
    if kind == "console"
]
LINES = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
INSTALLATIONS = [line for line in LINES if line.startswith("python3 -m venv .venv && ")]
COMMANDS = [line for line in LINES if line.startswith(("imgfilt ", "cat "))]
# What can't be run by itself, as it takes a cluster: test_cluster.py runs it.
(ON_A_CLUSTER,) = (text.splitlines() for kind, text in BLOCKS if kind == "bash")


def read_tables(page: str) -> list[list[list[str]]]:
    """Return the tables of a page: rows of cells, without the heading; code without its marks."""
    found = re.findall(r"^\|[-|]+\|\n((?:\|.*\|\n)+)", PAGES[page], re.MULTILINE)
    return [[_split(line) for line in text.splitlines()] for text in found]


def _split(line: str) -> list[str]:
    cells = [cell.replace(r"\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    return [re.sub(r"^`([^`]*)`$", r"\1", cell) for cell in cells]


def find_links(page: str) -> list[tuple[str, Path]]:
    """Return the targets of a page's links, and where they lead from the page's folder."""
    folder = (ROOT / page).parent
    return [(target, folder / target) for target in re.findall(r"\]\(([^)#]+)\)", PAGES[page])]
