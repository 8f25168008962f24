"""Parse SPECs: quoted filter commands, several joined by `|`.

Errors of the syntax show the SPEC with a caret under the place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from ..errors import CommandError, ParameterError
from ..files import printable_path, read_text
from ..filters import FILTERS
from ..numbers import DECIMAL
from ..spelling import nearest_word
from ..terminal import excerpt
from .click_classes import StrictCommand
from .command_answers import find_command
from .command_options import CommandOptions
from .commands import COMMANDS
from .options import filter_options, step_options
from .synonyms import MAIN_OPTIONS
from .usage_errors import describe_usage_error

if TYPE_CHECKING:
    from ..batch import Recipe

# A step up to the next `|` that isn't in quotes.
_STEP = re.compile(r"""(?:[^|'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")*""", re.DOTALL)
# A line of a recipe up to its comment, whose # stands at the start of a word and not in quotes.
_CONTENT = re.compile(r"""(?:[^#'"\\]|(?<=\S)#|\\.|'[^']*'|"(?:\\.|[^"\\])*")*(?=(?<!\S)#|$)""")


class Spec(NamedTuple):
    """A SPEC, or a line of a recipe.

    Attributes
    ----------
    text : str
        As it was typed, for errors.
    start : int
        Where the command begins in `text`, after `NAME=`.
    place : str
        The file and the line of a recipe for errors; "" for a SPEC of the command line.
    """

    text: str
    start: int = 0
    place: str = ""

    @property
    def name(self) -> str:
        """The caption that `NAME=` gives, or ""."""
        return self.text[: self.start].rpartition("=")[0].strip()

    def error(self, message: str, index: int) -> CommandError:
        """Return an error that shows a place in the text."""
        error = CommandError(f"{self.place or repr(self.text)}: {message}")
        error.add_note(excerpt(self.text, index + 1))
        return error

    def split(self) -> list[tuple[int, str]]:
        """Return the start and the text of each step; CommandError for an empty one."""
        steps, start = [], self.start
        while True:
            match = _STEP.match(self.text, start)
            assert match is not None  # it matches an empty text
            step, end = match[0], match.end()
            if end < len(self.text) and self.text[end] != "|":
                message = "wanted every quotation mark closed, and no backslash at the end"
                raise self.error(message, end)
            if not step.strip():
                raise self.error("a filter is missing here", min(start, len(self.text)))
            steps.append((start + len(step) - len(step.lstrip()), step.strip()))
            if end == len(self.text):
                return steps
            start = end + 1


def read_recipe(path: str) -> list[Spec]:
    """Return the lines of a recipe that hold filters.

    Raises
    ------
    CommandError
        If the file can't be read, or holds no filter.
    """
    specs = []
    for number, line in enumerate(read_text(path, CommandError, "--recipe ").splitlines(), 1):
        match = _CONTENT.match(line)
        content = match[0] if match else line  # else a quotation mark isn't closed
        if content.strip():
            specs.append(Spec(content, place=f"{printable_path(path)}:{number}"))
    if not specs:
        raise CommandError(f"--recipe {printable_path(path)}: holds no filter")
    return specs


def find_spec(argument: str) -> Spec | None:
    """Return the SPEC that an argument is, or None if it is an input.

    A SPEC's first word, after `NAME=`, is a filter. A text with `|` that is no file is one, too.
    """
    if _first_word(argument) in FILTERS:
        return Spec(argument)
    # A name may contain `=`: the name ends before the first `=` that a filter's name follows.
    for place, character in enumerate(argument):
        if character == "=" and _first_word(argument[place + 1 :]) in FILTERS:
            return Spec(argument, place + 1)
    return Spec(argument) if "|" in argument and not os.path.lexists(argument) else None


def _first_word(text: str) -> str:
    return next(iter(text.split(maxsplit=1)), "")


def split_arguments(command: str, arguments: Sequence[str]) -> tuple[list[str], list[Spec]]:
    """Return the inputs and the SPECs of a command line.

    Parameters
    ----------
    command : str
        The command's name, for errors.
    arguments : sequence of str

    Raises
    ------
    CommandError
        If an argument is neither a file nor a SPEC, but its first word is much like a filter.
    """
    inputs, specs = [], []
    for argument in arguments:
        spec = find_spec(argument)
        if spec is not None:
            specs.append(spec)
            continue
        inputs.append(argument)
        word = _first_word(argument.rpartition("=")[2])
        if "." in word or os.path.lexists(argument):
            continue
        suggestion = _suggest(word)
        if word in ("imgfilt", *COMMANDS):
            suggestion = "a SPEC begins with a filter, such as 'median --size 3'"
        if suggestion:
            name = printable_path(argument)
            raise CommandError(f"{command}: {name!r} is no file and no SPEC; {suggestion}")
    return inputs, specs


def _suggest(word: str) -> str:
    """Return what a word that is no filter may mean, as a part of a sentence; or ""."""
    if command := find_command(word):
        return f"this does it: {command.replace(' INPUT', '')}"
    near = nearest_word(word, FILTERS)
    return f"did you mean {near}?" if near else ""


def parse_spec(spec: Spec, shared: CommandOptions) -> tuple[list[Recipe], list[tuple[str, str]]]:
    """Return the recipes of a SPEC, one for each combination of values, and the files it reads.

    Parameters
    ----------
    spec : Spec
    shared : CommandOptions
        The options of the command, which hold for all SPECs.

    Returns
    -------
    recipes : list of Recipe
    files : list of (option, path)
        See `list_files_read`.
    """
    from ..batch.recipe import chain_recipes

    parsed = [_parse_step(spec, start, text, shared) for start, text in spec.split()]
    recipes = chain_recipes([recipes for recipes, _ in parsed])
    if spec.name:
        recipes = [recipe.with_name(spec.name, adds=len(recipes) > 1) for recipe in recipes]
    return recipes, [file for _, files in parsed for file in files]


def _parse_step(
    spec: Spec, start: int, text: str, shared: CommandOptions
) -> tuple[list[Recipe], list[tuple[str, str]]]:
    import shlex

    from .build import list_files_read, make_recipes

    filter_name, *words = shlex.split(text)
    if filter_name not in FILTERS:
        wanted = _suggest(filter_name) or f"wanted one of {', '.join(FILTERS)}"
        raise spec.error(f"{filter_name!r} is no filter; {wanted}", start)
    kind = FILTERS[filter_name]
    name = spec.place or repr(spec.text if text == spec.text[spec.start :].strip() else text)
    try:
        given, details = _parse_words(filter_name, list(words))
        parameters = {parameter.name: given.pop(parameter.name) for parameter in kind.parameters()}
        options = CommandOptions(**vars(shared) | given)
        recipes = make_recipes(kind, filter_name, parameters, options, details)
    except click.UsageError as error:
        number = next((word for word in words if DECIMAL.fullmatch(word)), None)
        option = MAIN_OPTIONS.get(filter_name)
        if type(error) is click.UsageError and option and words[:1] == [number]:
            fitting = f"{filter_name} {option} {number}"
            raise CommandError(f"{name}: a number needs its option: {fitting!r}") from None
        raise CommandError(f"{name}: {describe_usage_error(error, words)}") from None
    except ParameterError as error:
        error.add_prefix(name)
        raise
    return recipes, list_files_read(kind, parameters)


def _parse_words(filter_name: str, words: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Parse the words of a step by Click.

    Returns
    -------
    given : dict
        The parameters and options by name.
    details : list of str
        The options that were typed, for the caption; also those that have their default, because
        another SPEC may differ in them.
    """
    options = step_options(FILTERS[filter_name])
    parameters = [*filter_options(FILTERS[filter_name]), *options]
    command = StrictCommand(filter_name, params=parameters, add_help_option=False)
    context = command.make_context(filter_name, words)
    given = context.params
    names = [option.name or "" for option in options]
    typed = [n for n in names if context.get_parameter_source(n) is ParameterSource.COMMANDLINE]
    return given, [n if given[n] is True else f"{n} {given[n]}" for n in typed]
