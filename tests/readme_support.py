"""The commands that the README shows."""

import re

from .cli_support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# With the pages that it links to.
PAGES = [
    README,
    *((ROOT / page).read_text("utf-8") for page in re.findall(r"\((imgfilt/.*?\.md)\)", README)),
]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
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
