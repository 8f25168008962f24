"""Complete a word of a command line: the answers that the scripts of the shells ask for.

A script calls imgfilt with the variable _IMGFILT_COMPLETE. Click then finds the command, and the
option or argument whose value is begun. Each answer is a line: a kind, a value and a help, with
tabs between. The kinds are `word`, and, without a value, `file` and `folder`: the shell completes
names of files itself.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from ...filters import FILTERS
from ...noise import KINDS, NoiseType
from ..click_classes import LazyGroup
from . import SCRIPTS, read_script

Completions = list[CompletionItem]
# Takes the value up to the cursor, and the values of the argument before it.
Completer = Callable[[str, Sequence[str]], Completions]
_WORD, _FILE, _FOLDER = "word", "file", "folder"
_MARK = "\x01"  # stands for the cursor


class Completed(click.ParamType):  # type: ignore[type-arg] # older versions of Click take no argument
    """The type of an option or an argument whose value is completed by a function."""

    name = "completed"

    def __init__(self, complete: Completer):
        self._complete = complete

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> Completions:
        """Return what a value may be that begins like this.

        Parameters
        ----------
        ctx, param
            The command and the parameter; of an argument there may be values before this one.
        incomplete : str
            The value up to the cursor.
        """
        return self._complete(incomplete, ctx.params.get(param.name or "") or ())


def _complete_files(incomplete: str, before: Sequence[str] = ()) -> Completions:
    return [CompletionItem("", type=_FILE)]


def _complete_folders(incomplete: str, before: Sequence[str]) -> Completions:
    return [CompletionItem("", type=_FOLDER)]


def _complete_inputs_and_specs(incomplete: str, before: Sequence[str]) -> Completions:
    """Return files, and after the first input the filters with which a SPEC begins."""
    specs = _complete_words(FILTERS, incomplete) if before else []
    return [*specs, *_complete_files(incomplete)]


def _complete_noises(incomplete: str, before: Sequence[str]) -> Completions:
    """Return the kinds of noise, up to the colon before their amount."""
    kinds = [kind + ":" * (amount is not None) for kind, amount in KINDS.items()]
    return _complete_words(kinds, incomplete)


def _complete_kernels(incomplete: str, before: Sequence[str]) -> Completions:
    """Return the presets, up to the colon before their arguments, and files."""
    if ":" in incomplete:
        return _complete_files(incomplete)
    from ...kernel.preset_table import describe_presets

    presets = {}
    for usage, sentence in describe_presets():
        name, colon, _ = usage.partition(":")
        presets[name + colon] = sentence
    return [*_complete_words(presets, incomplete, presets), *_complete_files(incomplete)]


def _complete_commands(incomplete: str, before: Sequence[str]) -> Completions:
    """Return the commands of the program, or of the group that the words before name."""
    from ..commands import COMMANDS, load_command

    summaries: Mapping[str, str] = COMMANDS
    if before:
        is_command = len(before) == 1 and before[0] in COMMANDS
        group = load_command(before[0]) if is_command else None
        summaries = group.summaries if isinstance(group, LazyGroup) else {}
    return _complete_words(summaries, incomplete, summaries)


def _complete_formats(incomplete: str, before: Sequence[str]) -> Completions:
    from ...image import OUTPUT_FORMATS

    return _complete_words(OUTPUT_FORMATS, incomplete)


def _complete_words(
    words: Iterable[str], incomplete: str, about: Mapping[str, str] | None = None
) -> Completions:
    return [
        CompletionItem(word, type=_WORD, help=(about or {}).get(word))
        for word in words
        if word.startswith(incomplete)
    ]


# By metavar, which says what a value is. In others, such as `sobel|scharr`, words in small letters
# are values.
COMPLETERS: dict[str, Completer] = {
    **dict.fromkeys(("FILE", "FILE...", "INPUT...", "GRID"), _complete_files),
    "INPUT... SPEC...": _complete_inputs_and_specs,
    **dict.fromkeys(("OUTPUT", "FIGURE", "ADDRESS"), _complete_files),
    **dict.fromkeys(("SOURCE", "SOURCE..."), _complete_kernels),
    "FOLDER": _complete_folders,
    "FORMAT": _complete_formats,
    "[COMMAND]...": _complete_commands,
    NoiseType.metavar: _complete_noises,
}


def _add_completers(command: click.Command) -> None:
    """Give each option and argument of a command a type that completes its values."""
    for parameter in command.params:
        metavar = str(parameter.metavar or getattr(parameter.type, "name", ""))
        words = re.findall(r"(?<![^|])[a-z][a-z0-9-]*(?![^|])", metavar) if "|" in metavar else []
        if metavar in COMPLETERS:
            parameter.type = Completed(COMPLETERS[metavar])
        elif choices := getattr(parameter.type, "choices", words):
            parameter.type = Completed(_make_word_completer(list(map(str, choices))))


def _make_word_completer(words: Sequence[str]) -> Completer:
    return lambda incomplete, before: _complete_words(words, incomplete)


class _WordCompletion(ShellComplete):
    """Completes a word that the script gives as the last argument, after the words before it."""

    source_template = ""

    def source(self) -> str:
        """Return the script of the shell."""
        return read_script(self.name)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the last one, and that."""
        *words, incomplete = sys.argv[1:] or [""]
        return words, incomplete

    def get_completions(self, args: list[str], incomplete: str) -> Completions:
        """Return what the incomplete word may be; nothing if the words before it are wrong.

        Parameters
        ----------
        args : list of str
            The words before it.
        incomplete : str
        """
        command = self.cli
        for word in args:
            if not isinstance(command, click.Group):
                break
            if word not in command.commands:
                return []
            command = command.commands[word]
        _add_completers(command)
        try:
            return super().get_completions(args, incomplete)
        except Exception:  # a command line may be wrong in any way while it is typed
            return []

    def format_completion(self, item: CompletionItem) -> str:
        """Return the line of a completion."""
        kind = _WORD if item.type == "plain" else item.type
        help = " ".join((item.help or "").split()).partition(". ")[0]
        return f"{kind}\t{item.value}\t{help}"


class _BashCompletion(_WordCompletion):
    """Completes the last word of the line in COMP_LINE.

    Bash has taken it into pieces at `=` and `:`, and replaces the last piece alone.
    """

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the last one, and that, without their quotation marks."""
        lexer = shlex.shlex(os.environ.get("COMP_LINE", "") + _MARK, posix=True)
        lexer.whitespace_split, lexer.commenters = True, ""
        words: list[str] = []
        try:
            for word in lexer:
                words.append(word)  # those before an error are kept
        except ValueError:  # a quotation mark isn't closed
            words.append(lexer.token)
        *words, incomplete = (word.replace(_MARK, "") for word in words)
        self._done = incomplete[: max(incomplete.rfind(mark) for mark in "=:") + 1]
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Return the line of a completion, without what bash has put aside of its value."""
        item.value = item.value.removeprefix(self._done)
        return super().format_completion(item)


def add_completion_classes() -> None:
    """Have Click complete with the scripts and answers of this package."""
    for shell in SCRIPTS:
        kind = _BashCompletion if shell == "bash" else _WordCompletion
        add_completion_class(type(kind.__name__, (kind,), {"name": shell}), shell)
