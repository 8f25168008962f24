"""A check of the doctor: whether something works, and if not, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from ...errors import ImgfiltError
from ..versions import NOT_INSTALLED, optional_libraries, required_libraries

LOADED = "can be loaded"
# What the libraries of the extras are for.
_PURPOSES = {
    "fpdf2": "figures as PDF need it: pip install 'imgfilt[pdf]'",
    "uharfbuzz": "figures as PDF need it: pip install 'imgfilt[pdf]'",
    "distributed": "--cluster needs it: pip install 'imgfilt[cluster]'",
}


class Status(StrEnum):
    """What a check found; the values are printed."""

    OK = "ok"
    MISSING = "missing"
    FAILED = "FAILED"


class Check(NamedTuple):
    """The result of a check: its status, the name of what is checked, and a text."""

    status: Status
    name: str
    text: str


class Missing(Exception):
    """What is checked isn't there, and the rest works without it; the message says what to do."""


def run_check(name: str, check: Callable[[], str]) -> Check:
    """Return the result of a check, which returns a text or raises any error.

    Parameters
    ----------
    name : str
    check : callable
    """
    try:
        return Check(Status.OK, name, check())
    except Missing as missing:
        return Check(Status.MISSING, name, str(missing))
    except ImgfiltError as error:
        return Check(Status.FAILED, name, error.command_message)
    except Exception as error:  # a broken installation fails in any way
        reason = next(filter(None, str(error).split("\n")), type(error).__name__)
        if isinstance(error, ImportError):
            reason += f"; pip install --force-reinstall {name.lower()}"
        return Check(Status.FAILED, name, reason)


def check_libraries() -> Iterator[Check]:
    """Give the version of each library, without loading it."""
    for name, version in required_libraries().items():
        is_there = version != NOT_INSTALLED
        advice = "pip install imgfilt installs it"
        yield Check(Status.OK if is_there else Status.FAILED, name, version if is_there else advice)
    for name, version in optional_libraries().items():
        is_there = version != NOT_INSTALLED
        text = version if is_there else _PURPOSES[name]
        yield Check(Status.OK if is_there else Status.MISSING, name, text)
