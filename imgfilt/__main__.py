"""The command: `imgfilt`, and `python -m imgfilt`."""

from __future__ import annotations

from . import interrupt


def main() -> None:
    """Run the command line."""
    # Before anything that takes time to load.
    interrupt.listen()
    from .workers.threads import alone_in_blas

    alone_in_blas()
    from .cli import commands, streams

    streams.occupy()
    # Click's glob expansion on Windows would eat kernels in brackets.
    commands.main(prog_name="imgfilt", windows_expand_args=False)


if __name__ == "__main__":
    main()
