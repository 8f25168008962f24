"""JPEG: how coarsely one was stored, so that the next can be stored the same way."""

from __future__ import annotations

from PIL.JpegImagePlugin import JpegImageFile

from ..image import JpegTables

_FULL, _HALF_ACROSS, _HALF_BOTH = 0, 1, 2
_UNSAID = -1

_BASELINE = 255  # the largest number in a table

_RGB_IDS = tuple(b"RGB")
_TO_RGB, _TO_CMYK = 0, 0  # the transform that Adobe's marker names: none


def tables(file: JpegImageFile) -> JpegTables:
    """Return the tables and the subsampling of a file.

    The tables of YCCK are none for CMYK, which Pillow writes instead; a lossless JPEG has none; of
    one whose tables stand between its scans not all are known; what is over 8 bits is not baseline.
    """
    rgb = file.layers == 3 and _stores_rgb(file)
    known = [file.quantization.get(layer[3]) for layer in file.layer]
    usable = file.layers != 4 or file.info.get("adobe_transform", _TO_CMYK) == _TO_CMYK
    usable = usable and all(table and max(table) <= _BASELINE for table in known)
    quantization = {number: table for number, table in enumerate(known) if table and usable}
    return JpegTables(quantization, _FULL if rgb else _subsampling(file), rgb)


def _stores_rgb(file: JpegImageFile) -> bool:
    """Return whether three channels are RGB, found as libjpeg does; else they are YCbCr."""
    if "jfif" in file.info:
        return False
    if "adobe_transform" in file.info:
        return bool(file.info["adobe_transform"] == _TO_RGB)
    return tuple(layer[0] for layer in file.layer) == _RGB_IDS


def _subsampling(file: JpegImageFile) -> int:
    """Return the coarsest subsampling of Pillow's that is nowhere coarser than the file's."""
    if file.layers != 3:
        return _UNSAID
    (_, across, down, _), *colours = file.layer
    half_across = all(across >= 2 * layer[1] for layer in colours)
    half_down = all(down >= 2 * layer[2] for layer in colours)
    if not half_across:
        return _FULL
    return _HALF_BOTH if half_down else _HALF_ACROSS
