"""Find the files for the inputs of a command line: files, folders, patterns, stdin."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ..errors import CommandError, Note
from ..files import STREAM, RealPathCache, error_text, printable_path, real_path
from ..image import READABLE
from ..rows import TEXT_SUFFIXES
from .options import NamePatterns

# Text files in folders are left out: they are as likely to be notes as pictures.
_SUFFIXES = READABLE.difference(TEXT_SUFFIXES)


class Source(NamedTuple):
    """An input of one job.

    Attributes
    ----------
    path : str
        Its path, or `-`.
    relative_folder : str
        The folder of the file, relative to the folder that was given or to the base.
    obstacle : str, optional
        Why the input will fail, if that is already known.
    """

    path: str
    relative_folder: str = ""
    obstacle: str | None = None


def find_inputs(
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
    """Return the files for the inputs, each file once, in order.

    A folder gives the pictures in it, by suffix, without hidden ones; a pattern that the shell
    didn't expand gives its matches. A folder without pictures or a pattern without matches is an
    input that will fail. Two links to one file are two inputs, with an output each.

    Parameters
    ----------
    inputs : iterable of str
        As on the command line.
    listed : iterable of str
        More inputs, such as the names in `--files-from`; none is taken as a pattern.
    recursive : bool
        Whether folders in folders are searched; links to folders aren't followed.
    excluded_folder : str, optional
        The folder of the outputs, which is left out if it is found in a searched folder.
    output : str, optional
        The output, if it is a folder. It is left out if the inputs name it together with others,
        as `photos/*` does.
    patterns : NamePatterns, optional
        Which files of folders are taken; all by default.
    base : str, optional
        The folder to which `relative_folder` is relative; by default the input folder.
    unread : Counter, optional
        Gets the number of files in folders that aren't pictures, by suffix.

    Raises
    ------
    CommandError
        When there are patterns and no input is a folder; when an input isn't below the base.
    """
    canonical = RealPathCache(follow_last=False)
    excluded = excluded_folder and real_path(excluded_folder)
    search = _Search(
        recursive, excluded, patterns or NamePatterns(), Counter() if unread is None else unread
    )
    given = [*chain.from_iterable(map(_expand_pattern, inputs)), *map(_make_listed, listed)]
    sources: dict[str, Source] = {}
    for one in _without_output(given, output):
        for source in search.expand(one):
            path = source.path if source.path == STREAM else canonical(source.path)
            sources.setdefault(path, source)
    if patterns and not search.folders:
        message = "include and exclude go with a folder; no input is one"
        raise CommandError(message, parameters=("include", "exclude"))
    if base is None:
        return list(sources.values())
    return [_relative_to_base(source, base) for source in sources.values()]


def _make_listed(name: str) -> Source:
    """Return the source for a line of a list, which may have signs that are no part of a name."""
    if (name == name.strip(" \t\"'") and not name.startswith("#")) or os.path.lexists(name):
        return Source(name)
    return Source(name, obstacle="no such file; a line of the list is a name, to the letter")


def _expand_pattern(given: str) -> list[Source]:
    """Return the matches of a pattern; an input that is no pattern is returned as it is."""
    if given == STREAM or os.path.lexists(given):
        return [Source(given)]
    import glob

    if not glob.has_magic(given):
        return [Source(given)]
    matches = sorted(glob.glob(given, recursive=True))
    if "**" in given:
        matches = [path for path in matches if not _goes_through_link(path, given)]
    return list(map(Source, matches)) or [Source(given, obstacle=_describe_no_match(given))]


def _describe_no_match(pattern: str) -> str:
    path, _, page = pattern.removesuffix("]").rpartition("[")
    if page.isdecimal() and os.path.isfile(path):  # so ImageMagick names a page
        hint = f"frame {page} takes that page of {printable_path(path)}"
        return Note(hint, ("frame",)).after("no such file; ")
    return "no such file, and as a pattern it matches none"


def _without_output(given: list[Source], output: str | None) -> list[Source]:
    """Return the inputs without the output folder, unless it is the only input."""
    path = output and real_path(output)
    others = [one for one in given if one.path == STREAM or real_path(one.path) != path]
    return others or given


def _goes_through_link(path: str, pattern: str) -> bool:
    """Return whether a path goes through a link below the fixed start of a pattern; it may loop."""
    start = os.path.dirname(pattern.partition("**")[0])
    folder = os.path.dirname(path)
    while len(folder) > len(start):
        if os.path.islink(folder):
            return True
        folder = os.path.dirname(folder)
    return False


class _Search:
    """Searches folders for pictures; see find_inputs for the parameters.

    Attributes
    ----------
    folders : int
        How many folders were searched.
    """

    def __init__(
        self,
        recursive: bool,
        excluded_folder: str | None,
        patterns: NamePatterns,
        unread: Counter[str],
    ) -> None:
        self._recursive, self._excluded_folder = recursive, excluded_folder
        self._patterns, self._unread = patterns, unread
        self.folders = 0

    def expand(self, given: Source) -> Iterator[Source]:
        """Give the pictures of a folder; an input that isn't a folder is given unchanged."""
        if given.path == STREAM or not os.path.isdir(given.path):
            yield given
            return
        self.folders += 1
        is_empty = True
        for source in self._iter_pictures(given.path, self._recursive, self._unread):
            is_empty = False
            yield source
        if is_empty:
            yield given._replace(obstacle=self._why_empty(given.path))

    def _why_empty(self, folder: str) -> str:
        """Return why no picture was found in a folder."""
        what = "there is no picture in this folder"
        if self._patterns:
            what += " that include and exclude leave"
        parameters: tuple[str, ...] = ("include", "exclude") if self._patterns else ()
        if self._recursive:
            return Note(what, parameters)
        below = sum(
            source.obstacle is None for source in self._iter_pictures(folder, True, Counter())
        )
        hint = f"; recursive takes the {below} in folders below" if below else ""
        return Note(what + hint, (*parameters, "recursive"))

    def _iter_pictures(self, given: str, recursive: bool, unread: Counter[str]) -> Iterator[Source]:
        """Give the pictures in a folder by name, then the pictures in each folder below it."""
        waiting = [Source(given)]
        while waiting:
            folder, below, _ = waiting.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as error:
                # A folder that can't be read is an input that will fail.
                yield Source(folder, below, error_text(error))
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
                    # A broken link or a FIFO is an input that will fail.
                    if suffix in _SUFFIXES and not os.path.isdir(entry.path):
                        yield Source(entry.path, below)
                    elif os.path.isfile(entry.path):
                        unread[suffix or "without suffix"] += 1
            waiting += [
                folder for folder in reversed(folders) if not self._is_excluded(folder.path)
            ]

    def _is_excluded(self, folder: str) -> bool:
        """Return whether a folder that isn't a link is the excluded folder."""
        excluded = self._excluded_folder
        if excluded is None or os.path.basename(folder) != os.path.basename(excluded):
            return False  # The real path of a deep folder takes long to find.
        return real_path(folder) == excluded


def _relative_to_base(source: Source, base: str) -> Source:
    """Return a source with its folder relative to a base; CommandError if not below the base."""
    if source.path == STREAM:
        return source
    folder = source.path if os.path.isdir(source.path) else os.path.dirname(source.path) or "."
    for path, start in (
        (os.path.abspath(folder), os.path.abspath(base)),
        (real_path(folder), real_path(base)),
    ):
        try:
            below = os.path.relpath(path, start)
        except ValueError:  # On Windows, it is on another drive.
            continue
        if below.split(os.sep)[0] != os.pardir:
            return source._replace(relative_folder="" if below == os.curdir else below)
    error = CommandError(f"is not below base {printable_path(base)}", parameters=("base",))
    error.add_prefix(printable_path(source.path))
    raise error
