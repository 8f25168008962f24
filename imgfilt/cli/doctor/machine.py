"""What the doctor says of the machine: OpenCV, workers, fonts."""

from __future__ import annotations

from collections.abc import Iterator

from ...concurrency import cores
from ...engines import opencv
from ..build import default_jobs
from .checks import LOADED, Check, Missing, run_check

_HEADLESS = "pip uninstall opencv-python; pip install opencv-python-headless"
# A word in the error of `import cv2` -> what to do.
_ADVICE = {
    "libGL": f"apt-get install libgl1, or: {_HEADLESS}",
    "libgthread": f"apt-get install libglib2.0-0, or: {_HEADLESS}",
    "No module named": "pip install opencv-python-headless",
}
_OTHER_ADVICE = "pip install --force-reinstall opencv-python-headless"


def check_machine() -> Iterator[Check]:
    """Give the checks of what isn't a Python library."""
    yield run_check("OpenCV", _check_opencv)
    yield run_check("workers", _describe_workers)
    yield run_check("fonts", _describe_fonts)


def _check_opencv() -> str:
    reason = opencv.import_error()
    if reason is None:
        return LOADED
    advice = next((text for word, text in _ADVICE.items() if word in reason), _OTHER_ADVICE)
    raise Missing(f"can't be loaded ({reason}), so filters run on NumPy; {advice}")


def _describe_workers() -> str:
    count, jobs = cores(), default_jobs()
    cores_text = f"{count} core{'s' * (count != 1)}"
    if jobs is None:
        return f"{count}, one for each of the {cores_text}; -j or the variable IMGFILT_JOBS sets it"
    return f"{jobs}, by the variable IMGFILT_JOBS, on {cores_text}; -j sets it, too"


def _describe_fonts() -> str:
    from ...figure.face import built_in, installed_faces

    names = dict.fromkeys(face.family for face in installed_faces())
    built_in_name = built_in().family
    if not names:
        raise Missing(
            f"{built_in_name}, which Pillow contains, alone; for other letters in figures: "
            "apt-get install fonts-dejavu, or --font FILE"
        )
    return ", ".join([f"{built_in_name} (in Pillow)", *names])
