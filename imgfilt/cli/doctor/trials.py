"""Trials of the doctor: each filter with both engines, each format written and read."""

from __future__ import annotations

import dataclasses
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import numpy as np

from ...dtypes import Array
from ...engines import opencv
from ...errors import EngineError
from ...figure.renderers import why_unavailable
from ...filters import FILTERS
from ...image import FORMATS, OUTPUT_FORMATS, Format
from ...image.round_trip import why_missing, write_and_read
from ...pipeline import apply
from ...pipeline.chain import Step
from ..command_options import CommandOptions
from ..spec import parse_spec
from ..spec_text import Spec
from .checks import Check, Missing, Status, run_check

_SIZE = 40, 56, 3
_MOST_LEVELS = 2  # by which the engines may differ: nlmeans


def check_filters() -> Iterator[Check]:
    """Give a check for each filter."""
    for name in FILTERS:
        yield run_check(name, partial(_try_filter, name))


def check_formats() -> Iterator[Check]:
    """Give a check for each format; files are written in a temporary folder if there can be one."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imgfilt-"))
        except OSError as error:
            folder = None
            text = f"none can be written ({error.strerror}), so formats are tested in memory"
            yield Check(Status.OK, "temporary", text)
        for name, format in OUTPUT_FORMATS.items():
            yield run_check(name, partial(_try_format, name, format, folder))


def _try_filter(name: str) -> str:
    """Filter with both engines; return in words how far the results differ."""
    step = _step_of_example(name)
    result = _run(step, "numpy")
    if opencv.import_error() is not None:
        return "numpy"
    try:
        other = _run(step, "opencv")
    except EngineError:
        return "numpy; OpenCV hasn't this filter"
    difference = int(np.abs(result.astype(int) - other).max())
    if difference > _MOST_LEVELS:
        raise EngineError(f"numpy and opencv differ by {difference} levels of 255")
    same = "the same" if not difference else f"within {difference} of 255 levels"
    return f"numpy and opencv, {same}"


def _step_of_example(name: str) -> Step:
    """Return the first step of the filter's example, `imgfilt NAME INPUT [OPTIONS] -o OUTPUT`."""
    _, _, _, *words = shlex.split(FILTERS[name].example)
    text = shlex.join([name, *words[: words.index("-o")]])
    recipes, _ = parse_spec(Spec(text), CommandOptions(quiet=True))
    return recipes[0].steps[0]


def _run(step: Step, engine: str) -> Array:
    """Return the result of a step on a picture of noise on a slope."""
    rows, columns, _ = np.indices(_SIZE)
    noise = np.random.default_rng(0).integers(-30, 30, _SIZE)
    pixels = (60 + rows + 2 * columns + noise).clip(0, 255).astype(np.uint8)
    options = dataclasses.replace(step.options, engine=engine)
    return apply.run(step.filter, pixels, False, options).pixels


def _try_format(name: str, format: Format, folder: str | None) -> str:
    if name not in FORMATS:
        if reason := why_unavailable(format):
            raise Missing(reason)
        return "for figures"
    if reason := why_missing(format):
        raise Missing(reason)
    write_and_read(format, folder)
    return "written and read"
