"""The commands that the README shows."""

import re

from .cli_support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
LINES = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
INSTALLATIONS = [line for line in LINES if line.startswith("python3 -m venv .venv && ")]
COMMANDS = [line for line in LINES if line.startswith(("imgfilt ", "cat "))]
# What can't be run by itself, as it takes a cluster: test_cluster.py runs it.
(ON_A_CLUSTER,) = (text.splitlines() for kind, text in BLOCKS if kind == "bash")
