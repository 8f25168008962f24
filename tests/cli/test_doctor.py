"""`imgfilt doctor`: what works is said, what is missing, and what to do; only failures fail."""

import os
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from imgfilt.cli.doctor import checks, machine, trials
from imgfilt.cli.doctor.checks import Check, Status
from imgfilt.errors import ImageError
from imgfilt.filters import FILTERS
from imgfilt.image import FORMATS, OUTPUT_FORMATS, round_trip

from ..cli_support import files, invoke, posix, run, succeed


def checked(lines):
    """Return {(heading, name): (status, text)} of what was printed."""
    found, heading = {}, ""
    for line in lines:
        if match := re.fullmatch(r"  (ok|missing|FAILED) +(\S+) *(.*)", line):
            status, name, text = match.groups()
            found[heading, name] = status, text
        elif line:
            heading = line
    return found


def told(code=0):
    result = invoke("doctor")
    assert result.exit_code == code, result.stdout
    assert result.stderr == ""
    return checked(result.stdout.splitlines()), result.stdout.splitlines()[-1]


def test_all_is_tried(in_folder):
    found, last = told()
    assert {status for status, _ in found.values()} <= {"ok", "missing"}
    assert [name for heading, name in found if heading == "Filters"] == list(FILTERS)
    assert [name for heading, name in found if heading == "Formats"] == list(OUTPUT_FORMATS)
    assert {"NumPy", "OpenCV", "Pillow", "Click"} <= {name for _, name in found}
    assert found["Filters", "median"] == ("ok", "numpy and opencv, the same")
    assert found["Formats", "png"] == ("ok", "written and read")
    assert re.fullmatch(r"\d+ checks: nothing failed, (nothing|\d+) missing", last)
    assert files() == {}


def test_a_filter_that_fails(monkeypatch):
    monkeypatch.setattr(FILTERS["median"], "numpy", lambda *_, **__: 1 / 0)
    found, last = told(1)
    assert found["Filters", "median"] == ("FAILED", "division by zero")
    assert found["Filters", "blur"][0] == "ok"
    assert "checks: 1 failed" in last


def test_engines_that_differ(monkeypatch):
    run_step, levels = trials._run, iter([0, 3])
    monkeypatch.setattr(
        trials, "_run", lambda step, engine: np.minimum(run_step(step, engine), 250) + next(levels)
    )
    name, *_ = FILTERS
    check = checks.run_check(name, lambda: trials._try_filter("median"))
    assert check == (Status.FAILED, name, "numpy and opencv differ by 3 levels of 255")


def test_a_format_that_loses_the_picture(monkeypatch):
    read = round_trip.read

    def read_upside_down(source):
        image = read(source)
        object.__setattr__(image, "pixels", image.pixels[::-1])
        return image

    monkeypatch.setattr(round_trip, "read", read_upside_down)
    for name in ("png", "jpeg", "csv"):
        with pytest.raises(ImageError, match="isn't the one that was written"):
            round_trip.write_and_read(FORMATS[name], None)


def test_a_pillow_without_a_codec(monkeypatch):
    monkeypatch.setattr(round_trip.features, "check", lambda feature: feature != "webp")
    found, last = told()
    status, text = found["Formats", "webp"]
    assert (status, text) == (
        "missing",
        "this Pillow was built without webp; pip install --upgrade pillow",
    )
    assert last.endswith(" missing")


def test_a_library_of_an_extra_that_is_missing(monkeypatch):
    monkeypatch.setattr(checks, "optional_libraries", lambda: {"fpdf2": "not installed"})
    found, _ = told()
    assert found["Libraries", "fpdf2"][0] == "missing"
    assert "pip install 'imgfilt[pdf]'" in found["Libraries", "fpdf2"][1]


@pytest.mark.parametrize("tried", ["file", "memory"])
def test_where_formats_are_tried(tried, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if tried == "memory":

        def refuse(*_, **__):
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    found, _ = told()
    assert found["Formats", "png"] == ("ok", "written and read")
    assert (("Formats", "temporary") in found) == (tried == "memory")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("libGL.so.1: cannot open shared object file", "apt-get install libgl1"),
        ("No module named 'cv2'", "pip install opencv-python-headless"),
        ("numpy.core.multiarray failed to import", "--force-reinstall opencv-python-headless"),
    ],
)
def test_opencv_that_cannot_be_loaded(reason, advice, monkeypatch):
    monkeypatch.setattr(machine.opencv, "import_error", lambda: reason)
    found, _ = told()
    status, text = found["Machine", "OpenCV"]
    assert status == "missing"
    assert reason in text
    assert advice in text
    assert found["Filters", "gaussian"] == ("ok", "numpy")


@pytest.mark.parametrize(("jobs", "status"), [("3", "ok"), ("none", "FAILED")])
def test_workers(jobs, status, monkeypatch):
    monkeypatch.setenv("IMGFILT_JOBS", jobs)
    found, _ = told(status != "ok")
    assert found["Machine", "workers"][0] == status
    assert "IMGFILT_JOBS" in found["Machine", "workers"][1]


def test_no_installed_font(monkeypatch):
    from imgfilt.figure import face

    monkeypatch.setattr(face, "_INSTALLED", ())
    found, _ = told()
    assert found["Machine", "fonts"][0] == "missing"
    assert "fonts-dejavu" in found["Machine", "fonts"][1]


def test_an_error_without_words():
    assert checks.run_check("a", lambda: next(iter([]))) == Check(
        Status.FAILED, "a", "StopIteration"
    )


@posix
@pytest.mark.slow
@pytest.mark.parametrize("library", ["numpy", "PIL", "cv2"])
def test_a_broken_library(library, in_folder):
    Path("broken", library).mkdir(parents=True)
    Path("broken", library, "__init__.py").write_text("raise ImportError('\\nit is broken\\n')")
    variables = {key: value for key, value in os.environ.items() if key != "HOME"}
    done = run("doctor", env={**variables, "PYTHONPATH": "broken", "LC_ALL": "C"})
    found = checked(done.stdout.decode().splitlines())
    assert done.stderr == b""
    assert done.returncode == (library != "cv2")
    name = {"numpy": "NumPy", "PIL": "Pillow", "cv2": "OpenCV"}[library]
    assert found["Machine", name][0] == ("missing" if library == "cv2" else "FAILED")
    if library != "cv2":
        advice = f"it is broken; pip install --force-reinstall {name.lower()}"
        assert found["Machine", name][1] == advice


def test_its_first_line_says_which_it_is():
    import imgfilt

    assert succeed("doctor").stdout.startswith(f"imgfilt {imgfilt.__version__}, Python 3.")
