"""Sources: what the inputs of a command line stand for: files, folders, patterns, stdin."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ..errors import CommandError
from ..files import RealNames, displayed, real, reason
from ..image import READABLE, TEXT_SUFFIXES
from .job import STREAM
from .name_patterns import NamePatterns

# A text is as likely to be notes as a picture.
_SUFFIXES = READABLE.difference(TEXT_SUFFIXES)


class Source(NamedTuple):
    """An input.

    Attributes
    ----------
    path : str
        Its path, or `-`.
    relative_folder : str
        In which folder below the one that was given, or below the base, it was found.
    obstacle : str, optional
        Why it will fail, where that is known from what was given.
    """

    path: str
    relative_folder: str = ""
    obstacle: str | None = None


def find(
    inputs: Iterable[str],
    listed: Iterable[str] = (),
    *,
    recursive: bool = False,
    excluded_folder: str | None = None,
    output: str | None = None,
    patterns: NamePatterns | None = None,
    base: str | None = None,
    unread: Counter[str] | None = None,
) -> list[Source]:
    """Return what inputs stand for, each file once, in order.

    A folder stands for the pictures in it, by suffix, without hidden ones; a pattern that the shell
    left alone for what it matches. Where that is nothing, each stands for itself: an input that
    will fail. Two links to one file count as two inputs; each gets its own output.

    Parameters
    ----------
    inputs : iterable of str
        As on the command line.
    listed : iterable of str
        More of them, of which none is a pattern.
    recursive : bool
        Whether a folder stands for those below it, too; links to folders aren't followed.
    excluded_folder : str, optional
        The folder of the outputs, which is left out wherever it is found below another.
    output : str, optional
        The output where it is a folder: left out, too, where it is given beside other inputs, as
        the shell gives it for `photos/*`.
    patterns : NamePatterns, optional
        Which files of folders are taken; all by default.
    base : str, optional
        The folder below which every source is found; by default that which was given.
    unread : Counter, optional
        Counts by suffix the files of folders that are no pictures.

    Raises
    ------
    CommandError
        When files are to be chosen, and no input is a folder; when an input isn't below the base.
    """
    names = RealNames(last=False)
    excluded = excluded_folder and real(excluded_folder)
    kept_output = output and real(output)
    search = _Search(
        recursive, excluded, patterns or NamePatterns(), Counter() if unread is None else unread
    )

    given = list(chain(chain.from_iterable(map(_matches, inputs)), map(Source, listed)))
    others = [one for one in given if one.path == STREAM or real(one.path) != kept_output]
    found: dict[str, Source] = {}
    for one in others or given:
        for source in search.expand(one):
            found.setdefault(source.path if source.path == STREAM else names(source.path), source)
    if patterns and not search.folders:
        raise CommandError("--include and --exclude go with a folder; no input is one")
    return list(found.values()) if base is None else [_below(one, base) for one in found.values()]


def _matches(given: str) -> list[Source]:
    """Return what a pattern matches, or anything else as it is."""
    if given == STREAM or os.path.lexists(given) or not glob.has_magic(given):
        return [Source(given)]
    matches = sorted(glob.glob(given, recursive=True))
    if "**" in given:
        matches = [path for path in matches if not _through_link(path, given)]
    return list(map(Source, matches)) or [
        Source(given, obstacle="no such file, and as a pattern it matches none")
    ]


def _through_link(path: str, pattern: str) -> bool:
    """Return whether a folder below the fixed start of a pattern is a link, which may loop."""
    start = os.path.dirname(pattern.partition("**")[0])
    folder = os.path.dirname(path)
    while len(folder) > len(start):
        if os.path.islink(folder):
            return True
        folder = os.path.dirname(folder)
    return False


class _Search:
    """Looks for pictures in folders.

    Attributes
    ----------
    folders : int
        How many it was given.
    """

    def __init__(
        self,
        recursive: bool,
        excluded_folder: str | None,
        patterns: NamePatterns,
        unread: Counter[str],
    ) -> None:
        self._recursive, self._excluded_folder, self._patterns = (
            recursive,
            excluded_folder,
            patterns,
        )
        self._unread = unread
        self.folders = 0

    def expand(self, given: Source) -> Iterator[Source]:
        """Give the pictures of a folder, or anything else as it is."""
        if given.path == STREAM or not os.path.isdir(given.path):
            yield given
            return
        self.folders += 1
        found = False
        for source in self._pictures(given.path, self._recursive, self._unread):
            found = True
            yield source
        if not found:
            yield given._replace(obstacle=self._obstacle(given.path))

    def _obstacle(self, folder: str) -> str:
        """Return why there is no picture to take from a folder."""
        what = "no picture in this folder"
        if self._patterns:
            what += " that --include and --exclude leave"
        if self._recursive:
            return f"there is {what}"
        below = sum(source.obstacle is None for source in self._pictures(folder, True, Counter()))
        return (
            f"there is {what}; -r takes the {below} in folders below"
            if below
            else f"there is {what}"
        )

    def _pictures(self, given: str, recursive: bool, unread: Counter[str]) -> Iterator[Source]:
        """Give the pictures in a folder by name, then those of the folders in it."""
        waiting = [Source(given)]
        while waiting:
            folder, below, _ = waiting.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as error:
                # What can't be looked into is an input that will fail.
                yield Source(folder, below, reason(error))
                continue
            folders = []
            for entry in entries:
                path = os.path.join(below, entry.name)
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if recursive and not self._patterns.excludes(path):
                        folders.append(Source(entry.path, path))
                elif self._patterns.takes(path):
                    suffix = os.path.splitext(entry.name)[1].lower()
                    # A link that leads nowhere, or a FIFO, is an input that will fail.
                    if suffix in _SUFFIXES and not os.path.isdir(entry.path):
                        yield Source(entry.path, below)
                    elif os.path.isfile(entry.path):
                        unread[suffix or "without suffix"] += 1
            waiting += [
                folder for folder in reversed(folders) if real(folder.path) != self._excluded_folder
            ]


def _below(source: Source, base: str) -> Source:
    """Return a source with its folder below a base; CommandError where it isn't there."""
    if source.path == STREAM:
        return source
    folder = source.path if os.path.isdir(source.path) else os.path.dirname(source.path) or "."
    for path, start in (
        (os.path.abspath(folder), os.path.abspath(base)),
        (real(folder), real(base)),
    ):
        try:
            below = os.path.relpath(path, start)
        except ValueError:  # of another drive
            continue
        if below.split(os.sep)[0] != os.pardir:
            return source._replace(relative_folder="" if below == os.curdir else below)
    raise CommandError(f"{displayed(source.path)}: is not below --base {displayed(base)}")
