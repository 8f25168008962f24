"""The command `imgfilt doctor`, which says what works on this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from ... import __version__, startup
from ..click_classes import StrictCommand
from ..console import say, say_row
from ..versions import describe_python
from .checks import LOADED, Check, Status, check_libraries, run_check

_WIDTH = 13  # columns of a name


def _callback() -> Callable[[], int]:
    return _print_checks


def _print_checks() -> int:
    """Print all checks; return the exit code."""
    say(f"imgfilt {__version__}, Python {describe_python()}")
    counts = Counter[Status]()
    _print_section("Libraries", check_libraries(), counts)
    loaded = [run_check("NumPy", _load_numpy), run_check("Pillow", _load_pillow)]
    if any(check.status is Status.FAILED for check in loaded):
        _print_section("Machine", loaded, counts)
    else:
        from . import machine, trials

        _print_section("Machine", machine.check_machine(), counts)
        _print_section("Filters", trials.check_filters(), counts)
        _print_section("Formats", trials.check_formats(), counts)
    failed, missing = counts[Status.FAILED], counts[Status.MISSING]
    what = f"{failed} failed" if failed else "nothing failed"
    say(f"\n{counts.total()} checks: {what}, {missing or 'nothing'} missing")
    return 1 if failed else 0


def _load_numpy() -> str:
    startup.load_numpy()
    return LOADED


def _load_pillow() -> str:
    from ... import image  # noqa: F401

    startup.resume_garbage_collection()
    return LOADED


def _print_section(title: str, checks: Iterable[Check], counts: Counter[Status]) -> None:
    """Print a title and checks below it, each when it is done; count them by status."""
    say(f"\n{title}")
    for check in checks:
        counts[check.status] += 1
        say_row(f"  {check.status:7} {check.name:{_WIDTH}} {check.text}".rstrip())


doctor = StrictCommand(
    "doctor",
    callback=_callback,
    short_help="Test what works on this machine, and say what is missing.",
    help="""Test what works on this machine, and say what is missing.

It prints the versions of the libraries, the number of workers, and the fonts that are found. Then
each filter filters a small picture with NumPy and with OpenCV, and each format is written and
read; both are compared. Where something is missing, it says what to do. The exit code is 1 if a
test fails; what is only missing doesn't count.

\b
Example:
  imgfilt doctor
""",
)
