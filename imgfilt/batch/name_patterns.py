"""Choose among the files of folders by patterns of their names: `--include` and `--exclude`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple


class NamePatterns(NamedTuple):
    """Shell patterns for names, or, with a slash, for paths below the input folder.

    Upper and lower case don't differ, as they don't in the suffixes of pictures.

    Parameters
    ----------
    include : sequence of str
        At least one of these patterns must match a file; if there are none, all files match.
    exclude : sequence of str
        None of these patterns may match a file, or a folder on the way to it.

    Examples
    --------
    >>> patterns = NamePatterns(include=["*.png"], exclude=["draft*", "old/*"])
    >>> [path for path in ("a.png", "a.jpg", "x/draft.png", "old/a.png") if patterns.takes(path)]
    ['a.png']
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def takes(self, path: str) -> bool:
        """Return whether a file is taken, by its path below the input folder."""
        included = not self.include or any(_matches(path, pattern) for pattern in self.include)
        return included and not self.excludes(path)

    def excludes(self, path: str) -> bool:
        """Return whether a file or folder is left out, by its path below the input folder."""
        return any(_matches(path, pattern) for pattern in self.exclude)


def _matches(path: str, pattern: str) -> bool:
    path, pattern = path.replace(os.sep, "/").lower(), pattern.lower().rstrip("/")
    return fnmatchcase(path if "/" in pattern else path.rpartition("/")[2], pattern)
