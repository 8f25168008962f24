"""The types of the filters' functions, for type checkers: `python -m tests.function_types`.

It writes imgfilt/api/functions.pyi from the declared parameters; a test compares the file.
"""

import inspect
from pathlib import Path

import imgfilt.api
from imgfilt.api.functions import make_function
from imgfilt.filters import FILTERS

FILE = Path(imgfilt.api.__file__).with_name("functions.pyi")

HEAD = '''"""Written by `python -m tests.function_types` from the declarations of the filters."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from .names import Border, Engine, Picture, Values
'''


def format_types():
    """Return the content of functions.pyi."""
    return "\n\n".join([HEAD.rstrip(), *map(_format_function, FILTERS)]) + "\n"


def _format_function(name):
    function = make_function(name)
    lines, by_name = [], False
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.KEYWORD_ONLY and not by_name:
            by_name = True
            lines.append("*,")
        default = "" if one.default is one.empty else f" = {one.default!r}"
        lines.append(f"{one.name}: {one.annotation}{default},".replace("'", '"'))
    summary = function.__doc__.partition("\n")[0]
    parameters = "\n".join(f"    {line}" for line in lines)
    return f'def {name}(\n{parameters}\n) -> Picture:\n    """{summary}"""'


if __name__ == "__main__":
    FILE.write_text(format_types(), "utf-8")
