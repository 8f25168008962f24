"""Marks: empty files for the moment, by which others show that they see the same folder."""

from __future__ import annotations

import os
from contextlib import suppress

from .atomic import unfinished, unused_name


class Mark:
    """A mark in a folder, until it is removed, or the process abandons what it has begun.

    Attributes
    ----------
    path : str
        Its path; the folder's own where it takes no file.
    """

    def __init__(self, folder: str):
        self.path = unused_name(folder)
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError:
            unfinished.discard(self.path)
            self.path = folder

    def remove(self) -> None:
        """Remove it."""
        if self.path in unfinished:
            with suppress(OSError):
                os.unlink(self.path)
            unfinished.discard(self.path)
