"""The benchmarks: `python -m tests.benchmarks NAME` prints one; without a name they are listed.

Each is a module beside this one with a `main(words)`; its docstring says what it compares.
"""

import importlib
import os
import sys
from pathlib import Path

# Commands are timed as they are once installed, their modules compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

NAMES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if path.stem not in ("__main__", "pictures", "timing")
)


def main():
    """Run the benchmark that is named."""
    name, words = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if name not in NAMES:
        sys.exit(f"usage: python -m tests.benchmarks {'|'.join(NAMES)}")
    importlib.import_module(f".{name}", __package__).main(words)


main()
