"""`imgfilt --version`: imgfilt's version first, then those of what it uses; nothing is imported."""

import platform
import subprocess
import sys
from importlib import metadata

import numpy as np
import pytest

import imgfilt
from imgfilt.cli import versions

from ..cli_support import succeed


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_versions(flag):
    first, python, *others = succeed(flag).stdout.splitlines()
    assert first == f"imgfilt, version {imgfilt.__version__}"
    assert python.startswith(f"Python {platform.python_version()} (")
    found = dict(line.split(" ", 1) for line in others)
    assert list(found) == [
        *("NumPy", "OpenCV", "Pillow", "Click", "fpdf2", "uharfbuzz", "distributed")
    ]
    assert found["NumPy"] == np.__version__
    assert found["Pillow"] == metadata.version("pillow")


def test_what_is_not_installed(monkeypatch):
    monkeypatch.setattr(versions, "_OPTIONAL", (("Nothing", "no_such_module", ("no-such",)),))
    assert succeed("--version").stdout.endswith("\nNothing not installed\n")


def test_a_module_without_a_distribution(monkeypatch):
    """As in Debian's python3-opencv."""
    monkeypatch.setattr(versions, "_OPTIONAL", (("json", "json", ("no-such", "none")),))
    assert succeed("--version").stdout.endswith("json of unknown version\n")


def test_several_distributions_of_one_module(monkeypatch):
    monkeypatch.setattr(versions, "_OPTIONAL", (("Two", "json", ("click", "pillow")),))
    click, pillow = map(metadata.version, ("click", "pillow"))
    assert f"\nTwo {click} (click), {pillow} (pillow)\n" in succeed("--version").stdout


@pytest.mark.slow
def test_they_are_printed_without_importing_the_libraries():
    code = "import sys; sys.modules['cv2'] = sys.modules['numpy'] = None; sys.argv[1:] = ['-V'];"
    code += "from imgfilt.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("imgfilt, version ")
