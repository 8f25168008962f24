"""Subclasses of Click's command and group with imgfilt's rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import click

from ..lazy import LazyMapping
from .help_format import HelpContext, add_range

_LONG_NAME = re.compile(r"-[a-z][a-z-]{2,}")  # of a long option that lacks a dash

UNDERSTANDING = "Understanding"  # the heading of the options that print, such as --help


class RepeatedOption(click.UsageError):
    """An option that takes one value is given several times.

    Parameters
    ----------
    option : click.Parameter
    ctx : click.Context
    """

    def __init__(self, option: click.Parameter, ctx: click.Context):
        super().__init__(f"{long_name(option)}: given twice; it takes one value", ctx)
        self.option = option


class UnknownCommand(click.UsageError):
    """A word is no command of a group.

    Parameters
    ----------
    words : list of str
        The word, and those after it.
    ctx : click.Context
        The group's.
    """

    def __init__(self, words: list[str], ctx: click.Context):
        super().__init__(f"no command {words[0]}", ctx)
        self.words = words


class StrictCommand(click.Command):
    """A command that refuses a repeated option; Click would use the last value.

    Parameters
    ----------
    name : str
    params : sequence of click.Parameter
        Its own arguments and options.
    sections : mapping of str to sequence of click.Parameter, optional
        Further options, by the heading in the help under which they stand.
    **attributes
        Further attributes of a click.Command.
    """

    context_class = HelpContext

    def __init__(
        self,
        name: str,
        params: Sequence[click.Parameter] = (),
        sections: Mapping[str, Sequence[click.Parameter]] | None = None,
        **attributes: Any,
    ):
        self.sections = sections or {}
        shared = [option for options in self.sections.values() for option in options]
        super().__init__(name, params=[*params, *shared], **attributes)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options: its own, and those of each section."""
        for heading, options in self.options_by_heading(ctx).items():
            rows = [record for option in options if (record := help_record(option, ctx))]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def options_by_heading(self, ctx: click.Context) -> dict[str, list[click.Option]]:
        """Return the options of the command in the order of its help."""
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        shared = {id(option) for section in self.sections.values() for option in section}
        *own, help_option = (option for option in options if id(option) not in shared)
        sections: dict[str, list[click.Option]] = {"Options": own}
        for heading, section in self.sections.items():
            sections[heading] = [option for option in options if option in section]
        sections[UNDERSTANDING if self.sections else "Options"].append(help_option)
        return sections

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; RepeatedOption if an option that takes one value is given twice.

        The value of an option that needs none is a number, so another word isn't taken for it.
        """
        may_be_alone = {
            name: str(option.flag_value)
            for option in self.params
            if isinstance(option, click.Option) and option._flag_needs_value
            for name in option.opts
        }
        from ..numbers import DECIMAL  # late: the help needs no numbers

        for number, (word, value) in enumerate(pairwise([*args, ""])):
            alone = may_be_alone.get(word)
            if alone is not None and value != alone and not DECIMAL.fullmatch(value):
                args[number] = f"{word}={alone}"
        if not ctx.resilient_parsing:
            if any(_LONG_NAME.match(word) for word in args):
                self._refuse_one_dash(ctx, args)
            self._refuse_options_as_values(ctx, args)
            try:
                _, _, order = self.make_parser(ctx).parse_args(list(args))
            except click.BadOptionUsage as error:
                error.ctx = ctx  # Click doesn't say whose option has no value.
                raise
            single = [one for one in order if takes_value(one) and not one.multiple]
            for number, option in enumerate(single):
                if option in single[:number]:
                    raise RepeatedOption(option, ctx)
        return super().parse_args(ctx, args)

    def _refuse_options_as_values(self, ctx: click.Context, args: list[str]) -> None:
        """Raise BadOptionUsage for `--report -o out/`, where Click would take `-o` as the value."""
        options = {name: option for option in self.params for name in option.opts}
        for word, value in pairwise(args):
            option = options.get(word)
            if value in options and option is not None and takes_value(option):
                raise click.BadOptionUsage(word, "Option requires an argument.", ctx)
            if word == "--":
                return

    def _refuse_one_dash(self, ctx: click.Context, args: list[str]) -> None:
        """Raise NoSuchOption for `-sigma`, which Click would read as `-s igma`."""
        from .words import split_words

        for part in split_words(args, self.params):
            if _LONG_NAME.fullmatch(part.option):
                raise click.NoSuchOption(part.option, ctx=ctx)


def takes_value(parameter: click.Parameter) -> bool:
    """Return whether a parameter is an option that has a value."""
    return isinstance(parameter, click.Option) and not parameter.is_flag


def help_record(option: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
    """Return an option as help shows it, and its text with the range of its values; or None."""
    record = option.get_help_record(ctx)
    limits = getattr(getattr(option.type, "kind", None), "limits", "")
    return record and (record[0], add_range(record[1], limits))


def long_name(option: click.Parameter) -> str:
    """Return the longest name of an option: `--size` for an option with `-s` and `--size`."""
    return max(option.opts, key=len)


class LazyGroup(click.Group):
    """A group that loads a command when it is named; its help is in a table.

    Parameters
    ----------
    name : str, optional
    summaries : mapping of str to str
        A sentence for each command, in the order of the help.
    load : callable
        Returns the command of a name.
    **attributes
        Further attributes of a click.Group.
    """

    context_class = HelpContext

    def __init__(
        self,
        name: str | None,
        summaries: Mapping[str, str],
        load: Callable[[str], click.Command],
        **attributes: Any,
    ):
        super().__init__(name, **attributes)
        # Click only reads this mapping.
        self.commands = LazyMapping(summaries, load)  # type: ignore[assignment]
        self.summaries = summaries

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command that the first word names; UnknownCommand if it names none."""
        if not ctx.resilient_parsing and args[0] not in self.summaries:
            raise UnknownCommand(args, ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.summaries)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Return the commands and options that begin like a word; Click would load all commands.

        Parameters
        ----------
        ctx : click.Context
        incomplete : str
            The word up to the cursor.
        """
        from click.shell_completion import CompletionItem

        found = {name: help for name, help in self.summaries.items() if name.startswith(incomplete)}
        commands = [CompletionItem(name, help=help) for name, help in found.items()]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each command; Click would load all of them for their sentences."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))
