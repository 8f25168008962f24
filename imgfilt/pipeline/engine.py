"""Engine: NumPy or OpenCV, for a filter and a picture.

cv2 is imported only where it is chosen: that takes longer than to filter a small picture.
"""

from __future__ import annotations

from .. import engines
from ..engines.numpy.block_info import BlockInfo
from ..errors import EngineError
from .working_space import Working

ABSENT = "OpenCV can't be imported"  # how the reason begins, where it is this one
_ASKED = "asked for"
_FASTER = "the faster for this filter and depth"


def choose_engine(
    working: Working, block_info: BlockInfo, engine: str, padding_dominates: bool = False
) -> tuple[str, str]:
    """Return `numpy` or `opencv`, and why; EngineError where `opencv` was asked for and can't."""
    if engine == "numpy":
        return "numpy", _ASKED
    if engine == "opencv":
        obstacle = _absence() or _obstacle(working, block_info)
        if obstacle is not None:
            raise EngineError(f"{obstacle}; --engine numpy can")
        return "opencv", _ASKED
    obstacle = _obstacle(working, block_info)
    if obstacle is not None:
        return "numpy", obstacle
    if padding_dominates:
        return "numpy", "a window larger than the picture: OpenCV would filter the border, too"
    if working.filter.preferred_engine(block_info) == "numpy":
        return "numpy", _FASTER
    absence = _absence()
    return ("opencv", _FASTER) if absence is None else ("numpy", absence)


def _absence() -> str | None:
    reason = engines.opencv.import_error()
    return reason and f"{ABSENT} ({reason})"


def _obstacle(working: Working, block_info: BlockInfo) -> str | None:
    """Return why cv2 can't filter a picture, or None where it can."""
    if working.transparent and not working.filter.opencv_takes_alpha:
        return "OpenCV can't do this: it doesn't support transparency"
    found = working.filter.why_unsupported(block_info)
    if found is None:
        return None
    why = " (which --linear and a finer --depth need)" if block_info.dtype != working.dtype else ""
    return f"OpenCV can't do this: {found}{why}"
