"""File names: text that can be printed, and paths for a shell, and paths without symbolic links."""

from __future__ import annotations

import os
import re


def printable_path(path: object) -> str:
    r"""Return a file's name on one line, with characters that can't be printed escaped.

    Examples
    --------
    >>> print(printable_path(b"caf\xe9\n.png"))
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


def quote_for_shell(word: str) -> str:
    r"""Return a word as a shell reads it, in one line.

    >>> print(quote_for_shell("a b.png"), quote_for_shell("a\tb"))
    'a b.png' $'a\x09b'
    """
    if re.fullmatch(r"[-\w@%+=:,./]+", word, re.ASCII):
        return word
    if word.isprintable():
        import shlex  # late: few commands need it

        return shlex.quote(word)
    try:
        encoded = os.fsencode(word)
    except UnicodeEncodeError:  # No file can have the name.
        encoded = word.encode("utf-8", "surrogatepass")
    content = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}"
        for byte in encoded
    )
    return f"$'{content}'"


def split_name(path: str | os.PathLike[str]) -> tuple[str, str]:
    """Return the name of a file without folder and suffix, and its suffix, as pathlib would.

    pathlib takes 5 ms to load.

    Examples
    --------
    >>> split_name("folder/photo.small.jpg"), split_name(".hidden"), split_name("end.")
    (('photo.small', '.jpg'), ('.hidden', ''), ('end.', ''))
    """
    name, suffix = os.path.splitext(os.path.basename(path))
    return (name, suffix) if suffix != "." else (f"{name}.", "")


def real_path(path: str) -> str:
    """Return a path without symbolic links: two names of one file have the same real path."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path  # The working folder is gone; reading or writing will fail with a message.


class RealPathCache:
    """Finds the real paths of many files; the real path of each folder is computed once.

    Parameters
    ----------
    follow_last : bool
        Whether a symbolic link at the end of a path is followed, too.
    """

    def __init__(self, *, follow_last: bool = True) -> None:
        self._follow_last = follow_last
        self._folders: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """Return the real path of a file."""
        folder, name = os.path.split(path)
        if name in ("", ".", "..") or (self._follow_last and os.path.islink(path)):
            return real_path(path)
        if folder not in self._folders:
            self._folders[folder] = real_path(folder or ".")
        return os.path.join(self._folders[folder], name)
