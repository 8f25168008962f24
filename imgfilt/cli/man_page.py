"""The manual page imgfilt(1), made from the help of all commands; it is troff in ASCII."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

from .. import __version__
from ..filters import FILTERS
from .click_classes import StrictCommand, help_record
from .help_format import Paragraph, split_paragraphs

Records = dict[str, Sequence[tuple[str, str]]]  # heading -> (option, help) of each option

_INDENT = 7  # columns of a page's text, and as many more of the text on an option
_WIDTH = 78 - _INDENT  # of text, in a terminal of 80 columns

# troff would replace these characters, or take them for its own.
_ESCAPES = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}


def format_man_page(root: click.Context) -> str:
    """Return the manual page of a program.

    Parameters
    ----------
    root : click.Context
        Of the group of all commands.
    """
    name, group = root.info_name or "", root.command
    assert isinstance(group, click.Group)
    contexts = list(_iter_contexts(root))
    # The options of all filters stand once on the page, as `blur` has them: it has no border and no
    # option that only some filters have.
    shared = _records(next(found for found in contexts if found.info_name == "blur"))
    sections = [(heading, rows) for heading, rows in shared.items() if heading != "Options"]
    summary, *paragraphs = _help(group)
    lines = [
        f'.TH {name.upper()} 1 "" "{name} {__version__}" "User Commands"',
        ".nr HY 0",
        ".SH NAME",
        _escape(f"{name} - {summary.lines[0].rstrip('.')}"),
        ".SH SYNOPSIS",
        *(line for found in contexts for line in _usage(found)),
        ".SH DESCRIPTION",
        *_text(paragraphs),
        ".SH OPTIONS",
        *_definitions(_records(root)["Options"]),
        ".SH COMMANDS",
        *(line for found in contexts for line in _command(found, sections)),
        ".SH OPTIONS OF THE FILTERS",
        *(line for heading, rows in sections for line in (f".SS {heading}", *_definitions(rows))),
        ".SH EXIT STATUS",
        *_text(split_paragraphs(group.epilog or "")),
    ]
    return "\n".join(lines) + "\n"


def _iter_contexts(context: click.Context) -> Iterator[click.Context]:
    """Yield the context of each command of a group, and of its groups."""
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found = command.context_class(command, info_name=name, parent=context)
        yield found
        if isinstance(command, click.Group):
            yield from _iter_contexts(found)


def _records(context: click.Context) -> Records:
    """Return the options of a command under each heading of its help."""
    command = context.command
    lists: Mapping[str, Sequence[click.Parameter]] = {"Options": command.get_params(context)}
    if isinstance(command, StrictCommand):
        lists = command.options_by_heading(context)
    return {
        heading: [row for option in options if (row := help_record(option, context))]
        for heading, options in lists.items()
    }


def _help(command: click.Command) -> list[Paragraph]:
    return split_paragraphs(inspect.cleandoc(command.help or ""))


def _usage(context: click.Context) -> list[str]:
    words = " ".join(context.command.collect_usage_pieces(context))
    return [".br", rf"\fB{_escape(context.command_path)}\fR {_escape(words)}"]


def _command(
    context: click.Context, shared: Sequence[tuple[str, Sequence[tuple[str, str]]]]
) -> Iterator[str]:
    """Yield the lines on a command: its help, its options, and which of the shared ones it has."""
    yield f".SS {_escape(context.command_path)}"
    yield from _text(_help(context.command))
    rows = [row for records in _records(context).values() for row in records]
    known = [row for _, records in shared for row in records]
    yield from _definitions(row for row in rows if row not in known)
    others = [term for term, text in known if (term, text) in rows]
    if context.info_name in FILTERS:
        yield from (".PP", "It also has the options of all filters, below.")
    elif len(others) > 1:
        names = ", ".join(re.findall(r"--[a-z-]+", " ".join(others)))
        yield from (".PP", _escape(f"Of the options of the filters, it has {names}."))


def _definitions(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in rows:
        first, *rest = split_paragraphs(text)
        yield from (".TP", rf"\fB{_escape(term)}\fR", _escape(first.lines[0]))
        for paragraph in rest:
            yield from _table(paragraph, _WIDTH - _INDENT)


def _text(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield ".PP"
        yield from [_escape(paragraph.lines[0])] if paragraph.is_text else _table(paragraph, _WIDTH)


def _table(paragraph: Paragraph, width: int) -> Iterator[str]:
    """Yield lines that stay apart; troff doesn't break them."""
    yield from (".EX", *map(_escape, paragraph.wrap(width)), ".EE")


def _escape(text: str) -> str:
    """Return a text for troff; a full stop at the start of a line would begin a request."""
    characters = (
        _ESCAPES.get(character, character if character.isascii() else f"\\[u{ord(character):04X}]")
        for character in text
    )
    escaped = "".join(characters)
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
