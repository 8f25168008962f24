"""Sources: what the inputs of a command line stand for: files, folders, patterns, stdin."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ..files import RealNames, real
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
    output: str | None = None,
) -> list[Source]:
    """Return what inputs stand for, each file once, in order.

    A folder stands for the pictures in it, by suffix, hidden ones apart; a pattern that the shell
    left alone for what it matches. Where that is nothing, each stands for itself: an input that
    will fail. Names are two where they lead to one file by links: each has an output of its own.

    Parameters
    ----------
    inputs : iterable of str
        As on the command line.
    listed : iterable of str
        More of them, of which none is a pattern.
    recursive : bool
        Whether a folder stands for those below it, too; links to folders aren't followed.
    apart : str, optional
        The folder of the outputs, which is left out wherever it is found below another.
    output : str, optional
        The output where it is a folder: left out, too, where it is given beside other inputs, as
        the shell gives it for `photos/*`.
    """
    names = RealNames(last=False)
    kept_apart, kept_output = apart and real(apart), output and real(output)

    given = list(chain.from_iterable(map(_matches, inputs))) + list(listed)
    others = [path for path in given if path == STREAM or real(path) != kept_output]
    found: dict[str, Source] = {}
    for path in others or given:
        for source in _standing_for(path, recursive, kept_apart):
            found.setdefault(source.path if source.path == STREAM else names(source.path), source)
    return list(found.values())


def _matches(given: str) -> list[str]:
    """Return what a pattern matches, or anything else as it is."""
    if given == STREAM or os.path.lexists(given) or not glob.has_magic(given):
        return [given]
    return sorted(glob.glob(given, recursive=True)) or [given]


def _standing_for(given: str, recursive: bool, apart: str | None) -> Iterator[Source]:
    """Give the pictures of a folder, or anything else as it is."""
    if given == STREAM or not os.path.isdir(given):
        yield Source(given)
        return
    found = False
    for source in _pictures(given, recursive, apart):
        found = True
        yield source
    if not found:
        yield Source(given)


def _pictures(given: str, recursive: bool, apart: str | None) -> Iterator[Source]:
    """Give the pictures in a folder by name, then those of the folders in it."""
    waiting = [Source(given)]
    while waiting:
        folder, below = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            # What can't be looked into is an input that will fail.
            yield Source(folder, below)
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if recursive and entry.is_dir(follow_symlinks=False):
                folders.append(Source(entry.path, os.path.join(below, entry.name)))
            elif _suffix(entry.name) in _SUFFIXES and not os.path.isdir(entry.path):
                # A link that leads nowhere, or a FIFO, is an input that will fail: not one lost.
                yield Source(entry.path, below)
        waiting += [folder for folder in reversed(folders) if real(folder.path) != apart]


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()
