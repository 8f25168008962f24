"""Inputs that a file lists."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..batch import STREAM
from ..errors import CommandError, ImageError
from ..files import open_regular, printable_path

_LONGEST = 1 << 16  # bytes; no system has longer paths


def listed(path: str | None, inputs: Sequence[str]) -> list[str]:
    """Return the inputs that a file lists, one a line; NUL after each, if any, instead."""
    if path is None:
        return []
    try:
        if path != STREAM:
            with open_regular(path, or_pipe=True) as stream:
                content = stream.read()
        elif STREAM in inputs:
            raise CommandError("--files-from -: stdin is an input, too")
        elif sys.stdin is None or sys.stdin.closed:
            raise CommandError("--files-from -: stdin is closed")
        else:
            content = sys.stdin.buffer.read()
    except (ImageError, OSError) as error:
        raise CommandError(f"--files-from {error}") from None
    content = content.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in content:
        lines = content.split(b"\0")
    else:
        lines = content.replace(b"\r\n", b"\n").split(b"\n")
    if max(map(len, lines)) > _LONGEST:
        number = next(n for n, line in enumerate(lines, 1) if len(line) > _LONGEST)
        raise CommandError(
            f"--files-from {printable_path(path)}: line {number} is too long for a path"
        )
    names = [os.fsdecode(line) for line in lines if line]
    # Here it's a name like any other.
    return [os.path.join(".", name) if name == STREAM else name for name in names]
