"""Marks: empty files for the moment, by which others show that they see the same folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .atomic import unfinished, unused_name


class Mark:
    """A mark in a folder, until it is removed, or the process abandons what it has begun.

    Attributes
    ----------
    path : str
        Its path; the folder's own where it takes no file.
    """

    def __init__(self, folder: str):
        name = unused_name(Path(folder))
        unfinished.add(name)
        try:
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self.path = str(name)
        except OSError:
            unfinished.discard(name)
            self.path = folder

    def remove(self) -> None:
        """Remove it."""
        name = Path(self.path)
        if name in unfinished:
            with suppress(OSError):
                name.unlink()
            unfinished.discard(name)
