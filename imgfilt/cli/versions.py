"""The versions of imgfilt, of Python and of the libraries that are installed."""

from __future__ import annotations

import platform
from importlib import metadata
from importlib.util import find_spec

import click

from .. import __version__

# The name of a library, the module that is imported, and the distributions that hold it.
_OPENCV = (
    *("opencv-python", "opencv-python-headless"),
    *("opencv-contrib-python", "opencv-contrib-python-headless"),
)
_LIBRARIES = (
    ("NumPy", "numpy", ("numpy",)),
    ("OpenCV", "cv2", _OPENCV),
    ("Pillow", "PIL", ("pillow",)),
    ("Click", "click", ("click",)),
)
NOT_INSTALLED = "not installed"
_OPTIONAL = (
    ("fpdf2", "fpdf", ("fpdf2",)),
    ("uharfbuzz", "uharfbuzz", ("uharfbuzz",)),
    ("distributed", "distributed", ("distributed",)),
)


def required_libraries() -> dict[str, str]:
    """Return the version in words of each library that imgfilt needs, by name."""
    return {name: _find_version(module, found) for name, module, found in _LIBRARIES}


def optional_libraries() -> dict[str, str]:
    """Return the version in words of each library of an extra, by name."""
    return {name: _find_version(module, found) for name, module, found in _OPTIONAL}


def describe_python() -> str:
    """Return the version of Python, and the system on which it runs."""
    version, implementation = platform.python_version(), platform.python_implementation()
    return f"{version} ({implementation}), {platform.system()} {platform.machine()}"


def _find_version(module: str, distributions: tuple[str, ...]) -> str:
    """Return the version of a library without importing it, or that it isn't installed."""
    versions = {name: version for name in distributions if (version := _installed_version(name))}
    if len(distributions) > 1 and versions:
        return ", ".join(f"{version} ({name})" for name, version in versions.items())
    if find_spec(module) is None:
        return NOT_INSTALLED
    return next(iter(versions.values()), "of unknown version")


def _installed_version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def print_versions() -> None:
    """Print the version of imgfilt in the first line, and the others below it."""
    lines = {"Python": describe_python(), **required_libraries(), **optional_libraries()}
    click.echo(f"imgfilt, version {__version__}")
    for name, version in lines.items():
        click.echo(f"{name} {version}")
