"""Choose the engine, NumPy or OpenCV, for a filter and a picture.

OpenCV is imported only if it is chosen: the import takes longer than filtering a small picture.
"""

from __future__ import annotations

from .. import engines
from ..engines.numpy.block_info import BlockInfo
from ..errors import EngineError, Note
from .working_space import WorkingSpace

NO_OPENCV = "OpenCV can't be imported"  # the beginning of a reason
_CAUSES = "linear and", "depth need"  # parameters in a reason, with the words after them
_ASKED = "asked for"
_FASTER = "the faster for this filter and depth"


def choose_engine(
    working_space: WorkingSpace, block_info: BlockInfo, engine: str, is_mostly_padding: bool
) -> tuple[str, str]:
    """Return the engine, `numpy` or `opencv`, and the reason in words.

    Parameters
    ----------
    working_space : WorkingSpace
    block_info : BlockInfo
    engine : str
        A key of ENGINES.
    is_mostly_padding : bool
        Whether the window is larger than the picture, so that padded blocks have more border than
        picture.

    Raises
    ------
    EngineError
        If `opencv` was asked for and can't do it.
    """
    if engine == "numpy":
        return "numpy", _ASKED
    if engine == "opencv":
        reason = _why_not_imported() or _why_unsupported(working_space, block_info)
        if reason is not None:
            raise EngineError(reason, hint=Note("engine numpy can", ("engine",)))
        return "opencv", _ASKED
    reason = _why_unsupported(working_space, block_info)
    if reason is not None:
        return "numpy", reason
    if is_mostly_padding:
        return "numpy", "a window larger than the picture: OpenCV would filter the border, too"
    if working_space.filter.preferred_engine(block_info) == "numpy":
        return "numpy", _FASTER
    reason = _why_not_imported()
    return ("opencv", _FASTER) if reason is None else ("numpy", reason)


def _why_not_imported() -> str | None:
    error = engines.opencv.import_error()
    return error and f"{NO_OPENCV} ({error})"


def _why_unsupported(working_space: WorkingSpace, block_info: BlockInfo) -> str | None:
    """Return why OpenCV can't filter a picture, or None if it can."""
    if not working_space.filter.opencv_takes_weights:
        if working_space.missing is not None:
            return "OpenCV can't do this: it takes missing pixels for values"
        if working_space.transparent:
            return "OpenCV can't do this: it doesn't support transparency"
    reason = working_space.filter.why_unsupported(block_info)
    if reason is None:
        return None
    output = working_space.output or working_space.dtype
    is_finer = working_space.linear_light or output.itemsize > working_space.dtype.itemsize
    cause = " (which linear and a finer depth need)" if is_finer else ""
    return Note(f"OpenCV can't do this: {reason}{cause}", _CAUSES)
