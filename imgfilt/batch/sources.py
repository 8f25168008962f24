"""Sources: what the inputs of a command line stand for: files, folders, patterns, stdin."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..files import RealNames
from ..image import FORMATS, TEXT_SUFFIXES
from .job import STREAM

# A text is as likely to be notes as a picture.
_SUFFIXES = {s for form in FORMATS.values() for s in form.suffixes if s not in TEXT_SUFFIXES}


class Source(NamedTuple):
    """An input: its path, or `-`; in which folder below the one that was given it was found."""

    path: str
    below: str = ""


def find(
    inputs: Iterable[str],
    listed: Iterable[str] = (),
    *,
    recursive: bool = False,
    apart: str | None = None,
) -> list[Source]:
    """Return what inputs stand for, each file once, in order.

    A folder stands for the pictures in it, by suffix, hidden ones apart; a pattern that the shell
    left alone for what it matches. Where that is nothing, each stands for itself: an input that
    will fail.

    Parameters
    ----------
    inputs : iterable of str
        As on the command line.
    listed : iterable of str
        More of them, of which none is a pattern.
    recursive : bool
        Whether a folder stands for those below it, too; links to folders aren't followed.
    apart : str, optional
        The folder of the outputs, which is left out wherever it is found.
    """
    real = RealNames()
    kept_apart = apart and real(apart)
    found: dict[str, Source] = {}

    def take(sources: Iterable[Source]) -> None:
        for source in sources:
            key = source.path if source.path == STREAM else real(source.path)
            found.setdefault(key, source)

    def skipped(folder: str) -> bool:
        return kept_apart is not None and real(folder) == kept_apart

    for given in inputs:
        is_pattern = given != STREAM and not os.path.lexists(given) and glob.has_magic(given)
        matches = sorted(glob.glob(given, recursive=recursive)) if is_pattern else []
        for path in matches or [given]:
            take(_standing_for(path, recursive, skipped))
    for path in listed:
        take(_standing_for(path, recursive, skipped))
    return list(found.values())


def _standing_for(given: str, recursive: bool, skipped: Callable[[str], bool]) -> Iterator[Source]:
    """Give the pictures of a folder, or anything else as it is."""
    if given == STREAM or not os.path.isdir(given):
        yield Source(given)
        return
    found = False
    for source in _pictures(given, "", recursive, skipped):
        found = True
        yield source
    if not found:
        yield Source(given)


def _pictures(
    folder: str, below: str, recursive: bool, skipped: Callable[[str], bool]
) -> Iterator[Source]:
    """Give the pictures in a folder by name, then those of the folders in it."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        # What can't be looked into is an input that will fail.
        yield Source(folder)
        return
    folders = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if recursive and entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        elif os.path.splitext(entry.name)[1].lower() in _SUFFIXES and not entry.is_dir():
            # A link that leads nowhere, or a FIFO, is an input that will fail: not one lost.
            yield Source(entry.path, below)
    for name in folders:
        path = os.path.join(folder, name)
        if not skipped(path):
            yield from _pictures(path, os.path.join(below, name), recursive, skipped)
