"""What files are called: as it can be printed, and without links."""

from __future__ import annotations

import os


def displayed(path: object) -> str:
    r"""Return a file's name as it can be printed anywhere, on one line.

    Examples
    --------
    >>> print(displayed(b"caf\xe9\n.png"))
    caf\udce9\n.png
    """
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    text = name.decode(errors="surrogateescape") if isinstance(name, bytes) else str(name)
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def stem(path: str) -> str:
    """Return the name of a file without folder and suffix, for captions."""
    return os.path.splitext(os.path.basename(path))[0]


def real(path: str) -> str:
    """Return a path without links, by which two names of one file are known to be one."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path  # the working folder is gone: reading or writing will say so


class RealNames:
    """Paths without links, of many files: each folder's is looked up once.

    Parameters
    ----------
    last : bool
        Whether a path that is a link itself is followed, too.
    """

    def __init__(self, *, last: bool = True) -> None:
        self._last = last
        self._folders: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """Return a path without links, as real does."""
        folder, name = os.path.split(path)
        if name in ("", ".", "..") or (self._last and os.path.islink(path)):
            return real(path)
        if folder not in self._folders:
            self._folders[folder] = real(folder or ".")
        return os.path.join(self._folders[folder], name)
