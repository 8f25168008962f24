"""How single pixels come about, in words and numbers: from the window to the stored level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import Array
from ..errors import ImageError
from ..filters import Filter
from ..filters.pixel import Part
from ..geometry import Rect
from ..pipeline.apply import iter_runs
from ..pipeline.filter_run import FilterRun
from ..pipeline.options import Options
from .conversions import (
    describe_conversions,
    describe_rounding,
    describe_to_working,
    format_digits,
    list_conversions,
)
from .pixel_run import PixelRun

_COLOURS = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("cyan", "magenta", "yellow", "black")}
_FLOAT_DIFFERENCE = 1e-4  # of a stored float from the explained one, from which a note tells why


class Section(NamedTuple):
    """How the stored level of one channel comes about; or what all channels share.

    Attributes
    ----------
    name : str
        The channel's name, and in brackets how its levels are converted for the filter.
    part : Part
        What the filter does with the window.
    conversions : list of (str, number)
        What becomes of the filter's value: each conversion in words, and the number after it.
    stored : number, optional
        The level that is written to the output; None in what all channels share.
    note : str
        How the stored level comes from the number before; "" if it is that number.
    """

    name: str
    part: Part
    conversions: list[tuple[str, float]]
    stored: Any = None
    note: str = ""


class PixelTrace(NamedTuple):
    """How one output pixel comes about.

    Attributes
    ----------
    row, column : int
        In the result, which has another size with the borders `valid` and `full`.
    origin : (int, int)
        The row and column in the window of the cell that lies on the output pixel.
    beyond : (rows, columns) bool array
        True for cells of the window outside the picture, whose levels the border supplies.
    sections : list of Section
        None for alpha if the picture is opaque.
    """

    row: int
    column: int
    origin: tuple[int, int]
    beyond: Array
    sections: list[Section]


def trace_pixels(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    at: tuple[int, int],
    steps: int = 0,
    extra: int = 0,
) -> Iterator[PixelTrace]:
    """Give how an output pixel comes about, and the next ones row by row.

    Parameters
    ----------
    filt, pixels, alpha, options, extra
        As for `pipeline.apply.run`.
    at : (int, int)
        Row and column in the result, which has another size with the borders `valid` and `full`.
    steps : int
        How many pixels follow, unless the result ends before.

    Raises
    ------
    ImgfiltError
        If the run would fail, the result has no such pixel, or the window is too large.
    """
    (_, picture), *extras = iter_runs(filt, pixels, alpha, options, extra=extra)
    height, width, _ = picture.plan.shape
    row, column = at
    if row >= height or column >= width:
        raise ImageError(
            f"at {row},{column}: the result has {width} x {height} pixels, rows 0 to {height - 1} "
            f"and columns 0 to {width - 1}",
            parameters=("at",),
        )
    tracers = [_Tracer(picture, _name_colours(picture))]
    tracers += [
        _Tracer(run, [f"extra channel {number}"]) for number, (_, run) in enumerate(extras, 1)
    ]
    first = row * width + column
    for place in range(first, min(first + steps + 1, height * width)):
        rect = Rect(*divmod(place, width), place // width + 1, place % width + 1)
        sections = [section for tracer in tracers for section in tracer.trace(rect)]
        beyond, reach = tracers[0].pixels.mark_beyond_edge(rect), picture.plan.filter.unfolded.reach
        yield PixelTrace(rect.top, rect.left, (reach.top, reach.left), beyond, sections)


def _name_colours(run: FilterRun) -> list[str]:
    count = run.plan.shape[2] - run.plan.working_space.alpha
    return [*_COLOURS.get(count, [f"channel {number}" for number in range(count)])]


class _Tracer:
    """Traces pixels of one run, in words and numbers."""

    def __init__(self, run: FilterRun, colours: list[str]):
        self.run, self.pixels, self.space = run, PixelRun(run), run.plan.working_space
        of_colour, of_alpha = describe_to_working(self.space)
        self.names = [_add_in_brackets(name, of_colour) for name in colours]
        self.names += [_add_in_brackets("alpha", of_alpha)] * self.space.transparent
        self.shared_name = _add_in_brackets("all channels", of_colour)

    def trace(self, rect: Rect) -> list[Section]:
        """Return how the channels of an output pixel come about."""
        stored, is_inside = self.pixels.store(rect), self.pixels.find_strip(rect) is not None
        if self.pixels.filter.identity or not is_inside:
            why = "the filter changes nothing" if is_inside else "it is outside the region"
            return [
                Section(name, Part(), [], level, f"kept, as {why}")
                for name, level in zip(self.names, stored, strict=False)
            ]
        pixel = self.pixels.explain(rect)
        shared, parts = pixel.explanation
        words = describe_conversions(self.run, pixel.values, pixel.levels)
        approximates = self.run.plan.filter.exact_filter is not None
        sections = [Section(self.shared_name, shared, [])] if shared.tables else []
        for index, (name, part) in enumerate(zip(self.names, parts, strict=False)):
            numbers = [array[index].item() for array in (pixel.values, pixel.levels, pixel.outputs)]
            is_alpha = self.space.transparent and index == len(self.names) - 1
            note = describe_rounding(numbers[-1], self.run.dtype)
            if approximates or _differ(stored[index], pixel.stored[index]):
                who = "--fast approximates, and" if approximates else self.run.plan.engine
                note = f"{who} computes {format_digits(self.pixels.compute(rect)[index])}"
            conversions = list_conversions(numbers, words[is_alpha])
            sections.append(Section(name, part, conversions, stored[index], note))
        return sections


def _add_in_brackets(name: str, words: Sequence[str]) -> str:
    return f"{name} ({', '.join(words)})" if words else name


def _differ(stored: Any, expected: Any) -> bool:
    """Return whether a reader would ask why the stored level isn't the expected one."""
    if stored.dtype.kind != "f":
        return bool(stored != expected)
    return not np.isclose(stored, expected, 0, _FLOAT_DIFFERENCE, equal_nan=True)
