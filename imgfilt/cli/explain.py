"""Print the plans of a command, or the computation of one pixel; no file is written."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..batch import Job, Recipe, Source, source_name
from ..batch.explain import explain_recipes, trace_inputs
from ..errors import ImgfiltError
from ..explain.format_pixel import format_pixel
from ..explain.format_plan import format_plan
from ..files import printable_path
from ..pipeline.chain import step_name
from ..pipeline.composition import describe_composable, find_composable
from .build import make_job_options, make_run_options
from .command_options import CommandOptions
from .console import Console, say


class _Printer:
    """Prints sections, with a blank line between two sections, and errors; sets `exit_code`."""

    exit_code = 0
    _first = True

    def print_section(self, title: str, lines: Sequence[str]) -> None:
        """Print a title, and lines below the title."""
        say(("" if self._first else "\n") + printable_path(title))
        for line in lines:
            say(line)
        self._first = False

    def print_failure(self, error: ImgfiltError) -> None:
        """Print the error for an input, and set the exit code to 1."""
        Console().failure(error.command_message)
        self.exit_code = 1


def print_plans(
    sources: list[Source], recipes: list[Recipe], jobs: list[Job], options: CommandOptions
) -> int:
    """Print the plan for each input and recipe, as lines or JSON; return the exit code.

    Parameters
    ----------
    sources : list of Source
        The inputs; if the list is empty, a picture is assumed.
    recipes : list of Recipe
    jobs : list of Job
        What would be done; empty if no output is named.
    options : CommandOptions
    """
    printer = _Printer()
    job_options, run_options = make_job_options(options), make_run_options(options)
    for result in explain_recipes(sources, recipes, jobs, job_options, run_options):
        if isinstance(result, ImgfiltError):
            printer.print_failure(result)
            continue
        steps, caption = result.recipe.steps, result.recipe.caption
        composable = find_composable(steps)
        infos = [explanation.to_dict() for explanation in result.explanations]
        if options.json:
            plan = infos[0]
            if len(steps) > 1:
                named = zip(steps, infos, strict=True)
                plan = {
                    "steps": [{"filter": step.caption, **info} for step, info in named],
                    "composable": [[number + 1 for number in run] for run in composable],
                }
            say(json.dumps({"input": result.source, "filter": caption, **plan}))
            continue
        name = "a picture assumed" if result.source is None else source_name(result.source)
        for number, info in enumerate(infos):
            title = f"{name}: {step_name(steps, number) or caption}"
            printer.print_section(title, [f"  {line}" for line in format_plan(info)])
        for run in composable:
            say(f"\n{describe_composable(run, steps, 'can be')}; see --compose")
    return printer.exit_code


def print_pixel(
    sources: list[Source], recipes: list[Recipe], options: CommandOptions, position: tuple[int, int]
) -> int:
    """Print how a pixel of each input and the next ones come about; return the exit code.

    Parameters
    ----------
    sources : list of Source
    recipes : list of Recipe
        With one step.
    options : CommandOptions
    position : (row, column)
    """
    printer = _Printer()
    job_options = make_job_options(options)
    for result in trace_inputs(sources, recipes, job_options, position, options.steps):
        if isinstance(result, ImgfiltError):
            printer.print_failure(result)
            continue
        trace = result.trace
        name = f"{source_name(result.source)}: {result.recipe.caption}"
        if result.frame is not None:
            name += f", frame {result.frame}"
        title = f"{name}, row {trace.row}, column {trace.column}"
        printer.print_section(title, format_pixel(trace))
    return printer.exit_code
