"""Sources: what the inputs of a command line stand for: files, folders, patterns, stdin."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator

from ..files import real
from ..image import FORMATS, TEXT_SUFFIXES
from .job import STREAM


def find(inputs: Iterable[str]) -> list[str]:
    """Return the paths that inputs stand for, each once, in order.

    A folder stands for the pictures in it, by suffix, hidden ones apart; a pattern that the shell
    left alone for what it matches. Where that is nothing, each stands for itself: an input that
    will fail.
    """
    found: dict[str, str] = {}
    for given in inputs:
        for path in _expanded(given):
            found.setdefault(path if path == STREAM else real(path), path)
    return list(found.values())


def _expanded(given: str) -> Iterator[str]:
    if given == STREAM or os.path.isfile(given):
        yield given
    elif os.path.isdir(given):
        names = sorted(os.listdir(given))
        pictures = [os.path.join(given, name) for name in names if _is_picture(given, name)]
        yield from pictures or [given]
    elif not os.path.lexists(given) and glob.has_magic(given):
        yield from sorted(glob.glob(given)) or [given]
    else:
        yield given


def _is_picture(folder: str, name: str) -> bool:
    suffix = os.path.splitext(name)[1].lower()
    # A text is as likely to be notes as a picture.
    known = {s for form in FORMATS.values() for s in form.suffixes if s not in TEXT_SUFFIXES}
    # A link that leads nowhere, or a FIFO, is an input that will fail: not one that is lost.
    folder_itself = os.path.isdir(os.path.join(folder, name))
    return not name.startswith(".") and suffix in known and not folder_itself
