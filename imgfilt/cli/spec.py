"""Parse the SPECs of a command line, and the lines of a recipe."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..errors import CommandError, ParameterError
from ..files import printable_path, read_text
from ..filters import FILTERS
from ..numbers import DECIMAL
from ..spelling import nearest_word
from .click_classes import StrictCommand
from .command_answers import find_command
from .command_options import CommandOptions
from .commands import COMMANDS
from .options import filter_options, step_options
from .spec_answers import suggest_spec
from .spec_text import Spec, find_spec, first_word
from .synonyms import MAIN_OPTIONS
from .typed_command import answer, typed_words
from .usage_errors import describe_usage_error

if TYPE_CHECKING:
    from ..batch import Recipe

# A line of a recipe up to its comment, whose # stands at the start of a word and not in quotes.
_CONTENT = re.compile(r"""(?:[^#'"\\]|(?<=\S)#|\\.|'[^']*'|"(?:\\.|[^"\\])*")*(?=(?<!\S)#|$)""")


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
    if "|" in arguments and any(argument in FILTERS for argument in arguments):
        raise CommandError(f"{command}: | stands inside a SPEC, such as 'median --size 3 | blur'")
    for argument in arguments:
        spec = find_spec(argument)
        if spec is not None:
            specs.append(spec)
            continue
        inputs.append(argument)
        name = printable_path(argument)
        if (meant := _use_suggestion(command, argument, arguments)) != argument:
            message = f"{command}: {name!r} is no file and no SPEC; did you mean {meant!r}?"
            typed = [_use_suggestion(command, word, arguments) for word in typed_words()]
            raise answer(message, typed)
        word = first_word(argument.rpartition("=")[2])
        if "." in word or os.path.lexists(argument):
            continue
        suggestion = _suggest(word)
        if word in ("imgfilt", *COMMANDS):
            suggestion = "a SPEC begins with a filter, such as 'median --size 3'"
        if suggestion:
            raise CommandError(f"{command}: {name!r} is no file and no SPEC; {suggestion}")
    return inputs, specs


def _use_suggestion(command: str, word: str, arguments: Sequence[str]) -> str:
    """Return the SPEC that one of the arguments means; the word if it is none, or a file."""
    if word not in arguments or os.path.lexists(word) or find_spec(word) is not None:
        return word
    meant = suggest_spec(word)
    if meant is None:
        return word
    spec = find_spec(meant)
    return meant[spec.start :] if spec and command == "chain" else meant  # chain has no captions


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
        meant = suggest_spec(text)
        wanted = f"did you mean {meant!r}?" if meant else _suggest(filter_name)
        wanted = wanted or f"wanted one of {', '.join(FILTERS)}"
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
        meant = suggest_spec(text)
        if meant is not None and meant not in (text, shlex.join([filter_name, *words])):
            typed = typed_words()
            corrected = [meant if word == spec.text else word for word in typed]
            message = f"{name}: did you mean {meant!r}?"
            raise answer(message, corrected if spec.text in typed else None) from None
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
