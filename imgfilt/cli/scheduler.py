"""The scheduler of a cluster: an address, or the file where it has written its own."""

from __future__ import annotations

import json

from ..errors import CommandError, ImageError
from ..files import open_regular, printable_path


def scheduler(said: str | None) -> str | None:
    """Return the address that `--cluster` says, if it is given.

    Raises
    ------
    CommandError
        When it is neither an address nor a scheduler's file.
    """
    if said is None or "://" in said:
        return said
    try:
        with open_regular(said) as stream:
            found = json.load(stream)
    except ImageError as error:
        raise CommandError(f"--cluster {error}; wanted tcp://HOST:PORT or such a file") from None
    except (ValueError, OSError):
        found = None
    address = found.get("address") if isinstance(found, dict) else None
    if not isinstance(address, str):
        raise CommandError(f"--cluster {printable_path(said)}: no scheduler has written this file")
    return address
