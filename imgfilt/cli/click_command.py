"""Command: a Click command that refuses an option of one value given twice."""

from __future__ import annotations

import click

from ..errors import CommandError


class Command(click.Command):
    """A command of imgfilt; Click itself takes the last of several values and drops the others."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; CommandError for an option that is there too often."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(list(args))
            single = [option for option in order if _takes_one_value(option)]
            for number, option in enumerate(single):
                if option in single[:number]:
                    raise CommandError(f"{long_name(option)}: given twice; it takes one value")
        return super().parse_args(ctx, args)


def _takes_one_value(parameter: click.Parameter) -> bool:
    if not isinstance(parameter, click.Option):
        return False
    return not (parameter.multiple or parameter.is_flag)


def long_name(option: click.Parameter) -> str:
    """Return the name of an option that says most: `--size` of `-s` and `--size`."""
    return max(option.opts, key=len)
