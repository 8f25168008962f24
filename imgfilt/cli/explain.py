"""Print what a command would do, or how one pixel comes about; no file is written."""

from __future__ import annotations

import json
from typing import Any

from ..batch import Source, Step, source_name
from ..batch.explain import explain_steps, trace_pixels
from ..errors import ImgfiltError
from ..explain.format_pixel import format_pixel
from ..explain.format_plan import format_plan
from ..files import printable_path
from .build import conduct, settings
from .console import Console, say


def print_plans(sources: list[Source], steps: list[Step], given: dict[str, Any]) -> int:
    """Print what a run would do, as lines or JSON; return the exit code."""
    code, blank = 0, False
    for found in explain_steps(sources, steps, settings(given), conduct(given)):
        if isinstance(found, ImgfiltError):
            Console().failure(found.command_message)
            code = 1
            continue
        info = found.explanation.to_dict()
        if given["json"]:
            say(json.dumps({"input": found.source, "filter": found.step.caption, **info}))
            continue
        name = "a picture assumed" if found.source is None else source_name(found.source)
        say(("\n" if blank else "") + printable_path(f"{name}: {found.step.caption}"))
        for line in format_plan(info):
            say(f"  {line}")
        blank = True
    return code


def print_pixel(sources: list[Source], steps: list[Step], given: dict[str, Any]) -> int:
    """Print window, kernel, products and sum at one place; return the exit code."""
    row, column = given["at"]
    code, blank = 0, False
    for found in trace_pixels(sources, steps, settings(given), given["at"]):
        if isinstance(found, ImgfiltError):
            Console().failure(found.command_message)
            code = 1
            continue
        name = f"{source_name(found.source)}: {found.step.caption}, row {row}, column {column}"
        say(("\n" if blank else "") + printable_path(name))
        for channel in found.channels:
            for line in format_pixel(channel):
                say(line)
        blank = True
    return code
