"""Answer inputs that aren't files: a number, a second filter, an output without `-o`."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Sequence

import click

from ..errors import CommandError
from ..files import STREAM, printable_path, split_name
from ..filters import FILTERS
from .option_answers import answer_second_filter
from .synonyms import MAIN_OPTIONS
from .typed_command import answer, typed_words
from .words import Part, split_words

_NUMBER = re.compile(r"[0-9]*\.?[0-9]+(?:px)?")
_PAIR = re.compile(r"([0-9]*\.?[0-9]+)x([0-9]*\.?[0-9]+)")

_CROSSES = "x", "X"  # between a width and a height


def check_inputs(ctx: click.Context, inputs: Sequence[str]) -> None:
    """Raise CommandError for an input that is no file, but a number or the name of a filter."""
    for word in inputs:
        if word.startswith("@") and not os.path.lexists(word) and os.path.isfile(word[1:]):
            words = [part for typed in typed_words() for part in _as_list(typed, word)]
            raise answer(f"{printable_path(word)}: no such file; --files-from reads a list", words)
        is_number = _NUMBER.fullmatch(word) or _PAIR.fullmatch(word)
        if (is_number or word in FILTERS) and not os.path.lexists(word):
            raise _answer_number(ctx, word) if is_number else _answer_filter(ctx, word)
    if not any(word.startswith("-") and "." in word for word in typed_words()):
        return
    for part in split_words(_arguments(ctx), ctx.command.params):
        if part.option and "." in part.words[0] and os.path.isfile(part.words[0]):
            raise _answer_dash(part.words[0])


def _as_list(typed: str, word: str) -> list[str]:
    return ["--files-from", word[1:]] if typed == word else [typed]


def _answer_filter(ctx: click.Context, word: str) -> CommandError:
    return answer_second_filter(ctx, _arguments(ctx)) or CommandError(f"{word}: no such file")


def _answer_number(ctx: click.Context, word: str) -> CommandError:
    """Return the error for a number without its option."""
    name, value = ctx.command.name or "", word
    option = MAIN_OPTIONS.get(name)
    if pair := _PAIR.fullmatch(word):
        has_size = any("--size" in parameter.opts for parameter in ctx.command.params)
        option = "--size" if has_size else None
        if name in ("blur", "gaussian") and float(pair[1]) == 0:  # ImageMagick's radius x sigma
            name, option, value = "gaussian", "--sigma", pair[2]
    parts = split_words(_arguments(ctx), ctx.command.params)
    place = next(n for n, part in enumerate(parts) if part.words == (word,))
    if joined := _join_values(ctx, parts, place):
        return joined
    message = f"{word}: no such file; a number needs its option"
    if option is None or not _is_alone(ctx, parts, place, option):
        return answer(message, [*ctx.command_path.split(), "--help"])
    new = Part((option, value.removesuffix("px")), option)
    if place and parts[place - 1].words == ("-r",):
        message = f"{word}: no such file; -r takes folders below folders"
        parts[place - 1 : place + 1] = [new]
    else:
        parts[place : place + 1] = []
        last = max((n for n, part in enumerate(parts) if not part.option), default=-1)
        parts.insert(last + 1, new)
    words = [word for part in parts for word in part.words]
    return answer(message, ["imgfilt", name, *words])


def _is_alone(ctx: click.Context, parts: Sequence[Part], place: int, option: str) -> bool:
    """Return whether a number is the only one among the inputs, and its option isn't given."""
    others = [*parts[:place], *parts[place + 1 :]]
    names = {name for known in ctx.command.params if option in known.opts for name in known.opts}
    inputs = [part.words[0] for part in others if not part.option]
    is_given = any(part.option in names for part in others)
    return not (is_given or any(word in _CROSSES or _NUMBER.fullmatch(word) for word in inputs))


def _join_values(ctx: click.Context, parts: Sequence[Part], place: int) -> CommandError | None:
    """Return the error for a value with blanks in it, such as `31 x 1` or `5 9`; None for others.

    Parameters
    ----------
    ctx : click.Context
    parts : sequence of Part
        Of the command line.
    place : int
        Of the first number among the inputs.
    """
    cross = parts[place - 1].words[0] in _CROSSES if place else False
    first = place - 1 - cross
    option, value = parts[first].option if first >= 0 else "", parts[max(first, 0)].value
    known = next((known for known in ctx.command.params if option in known.opts), None)
    if not value or known is None or not _NUMBER.fullmatch(value.rstrip(",")):
        return None
    others = itertools.takewhile(lambda part: _NUMBER.fullmatch(part.words[0]), parts[place:])
    values = [value.rstrip(","), *(part.words[0] for part in others)]
    metavar = known.make_metavar(ctx)
    name = ctx.command.name or ""
    kinds = FILTERS[name].parameters() if name in FILTERS else []
    sweeps = any(kind.option in known.opts and kind.kind.sweeps for kind in kinds)
    if not (metavar.endswith("WxH") and len(values) == 2 if cross else sweeps or "," in metavar):
        return None
    text = ("x" if cross else ",").join(values)
    after = parts[place + len(values) - 1 :]
    made = [*parts[:first], Part((option, text), option), *after]
    words = [word for part in made for word in part.words]
    message = f"{option}: a value stands in one word: {option} {text}"
    return answer(message, [*ctx.command_path.split(), *words])


def _answer_dash(word: str) -> CommandError:
    """Return the error for a file whose name begins with `-`, which was read as options."""
    words = [
        os.path.join(".", other) if other.startswith("-") and os.path.isfile(other) else other
        for other in typed_words()
    ]
    return answer(f"{printable_path(word)} is a file here, and was read as options", words)


def describe_missing_output(ctx: click.Context, inputs: Sequence[str]) -> CommandError:
    """Return the error for a command without an output: with the one that was probably meant."""
    *others, last = inputs or ("",)
    words, message = list(typed_words()), "no output is named: -o is missing"
    if not inputs:
        return answer(message, [*words, "-o", "out/"])
    if others and not os.path.lexists(last) and split_name(last)[1]:
        words.reverse()
        words[words.index(last) : words.index(last) + 1] = [last, "-o"]
        words.reverse()
        return answer(message, words)
    name = ctx.command.name
    if len(inputs) == 1 and last == STREAM:
        output = "-"
    elif others or os.path.isdir(last) or {*last} & {*"*?["}:
        output = "out/"
    else:
        stem, suffix = split_name(last)
        output = f"{stem}-{name}{suffix or '.png'}"
    return answer(message, [*words, "-o", output])


def _arguments(ctx: click.Context) -> tuple[str, ...]:
    """Return the words after the command's name."""
    return typed_words()[len(ctx.command_path.split()) :]
