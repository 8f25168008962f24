"""Decode and encode JPEGs with OpenCV where it gives the same result as Pillow, in less time.

Pillow keeps RGB in 4 bytes and copies each picture twice. Without that, reading and writing a photo
of 1.4 megapixels takes 3 ms less of 13, and one of 400 megapixels needs 2.5 GB instead of 2.9
(measured). Pillow reads the header and writes the metadata in any case, and does the rest if
anything is unusual.
"""

from __future__ import annotations

import io
import os
import sys
from functools import cache, lru_cache
from typing import Any, BinaryIO

import numpy as np
import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from ... import stderr
from ...engines.opencv.module import cv2, import_error, one_thread
from ..image import Pixels
from . import jpeg_segments

# In pixels: from which size OpenCV gains more than the check of its encoder takes, and from which
# size it gains more than its import takes.
_SMALLEST, _LARGE = 1 << 18, 1 << 24

_MODES = {"L": 1, "RGB": 3}  # channels

_PILLOW_DEFAULT = -1
_OPENCV_SAMPLING = {_PILLOW_DEFAULT: 0x221111, 0: 0x111111, 1: 0x211111, 2: 0x221111}
_MOST_TABLES = 2  # for a quality: luma and chroma
_OPENCV_HEADER = 20  # bytes: the start marker and the JFIF segment
_PROBE = (np.arange(16 * 16 * 3) * 97 % 251).astype(np.uint8).reshape(16, 16, 3)


def decode(stream: BinaryIO, file: ImageFile) -> Pixels | None:
    """Return the (H, W, C) pixels that Pillow would return, or None if Pillow must decode them.

    Parameters
    ----------
    stream : binary stream
    file : Pillow image
        The same file, of which Pillow has read the header.
    """
    # OpenCV's libjpeg prints warnings on standard error.
    able = file.mode in _MODES and "progressive" not in file.info
    if not (able and stderr.is_ours and _is_worthwhile(*file.size)):
        return None
    content = jpeg_segments.read_single_scan(stream)
    pixels = _imdecode(content, file.mode) if content and _decodes_alike() else None
    if pixels is None or pixels.shape[:2] != (file.height, file.width):
        return None
    return pixels.reshape(file.height, file.width, _MODES[file.mode])


def encode(pixels: Pixels, arguments: dict[str, Any]) -> list[memoryview] | None:
    """Return the parts of the file that Pillow would write, or None if Pillow must write it.

    Parameters
    ----------
    pixels : (H, W, C) array
        uint8, without alpha.
    arguments : dict
        The arguments of Pillow's `save`.
    """
    height, width, channels = pixels.shape
    tables = tuple(map(tuple, arguments.get("qtables", ())))
    able = channels in _MODES.values() and len(tables) <= _MOST_TABLES
    if not (able and _is_worthwhile(width, height)):
        return None
    quality = _find_quality(tables) if tables else arguments["quality"]
    if quality is None:
        return None
    sampling = _OPENCV_SAMPLING[arguments.get("subsampling", _PILLOW_DEFAULT)]
    options = [cv2().IMWRITE_JPEG_QUALITY, quality, cv2().IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    # A small picture shows whether both encoders write the same bytes after their headers.
    probe, example = np.ascontiguousarray(_PROBE[..., :channels]), io.BytesIO()
    PIL.Image.fromarray(probe.squeeze()).save(example, "JPEG", **arguments)
    try:
        rest = _imencode(probe, options)
        if not example.getvalue().endswith(rest):
            return None
        return [example.getbuffer()[: -len(rest)], _imencode(pixels, options)]
    except cv2().error:
        return None


def _is_worthwhile(width: int, height: int) -> bool:
    """Return whether OpenCV takes less time for a picture than Pillow, and can be imported."""
    smallest = _SMALLEST if "cv2" in sys.modules else _LARGE
    return width * height >= smallest and import_error() is None


def _imdecode(content: bytes, mode: str) -> Pixels | None:
    kind = "IMREAD_COLOR_RGB" if mode == "RGB" else "IMREAD_GRAYSCALE"
    flags = getattr(cv2(), kind, None)  # versions before 4.11 have no RGB
    if flags is None:
        return None
    with one_thread(), open(os.devnull, "wb") as null, stderr.redirected(null.fileno()):
        try:
            found: Pixels | None = cv2().imdecode(
                np.frombuffer(content, np.uint8), flags | cv2().IMREAD_IGNORE_ORIENTATION
            )
        except cv2().error:
            return None
    return found


def _imencode(pixels: Pixels, options: list[int]) -> memoryview:
    """Return what follows the header of the file that OpenCV writes."""
    with one_thread():  # OpenCV's second thread spins between its calls
        if pixels.shape[2] == 3:
            pixels = cv2().cvtColor(pixels, cv2().COLOR_RGB2BGR)
        _, content = cv2().imencode(".jpg", pixels, options)
    return memoryview(content)[_OPENCV_HEADER:]


@cache
def _decodes_alike() -> bool:
    """Return whether OpenCV decodes a small picture as Pillow does.

    The libjpeg of some distributions rounds otherwise.
    """
    stream = io.BytesIO()
    PIL.Image.fromarray(_PROBE).save(stream, "JPEG", subsampling=2)
    with PIL.Image.open(stream) as file:
        found = _imdecode(stream.getvalue(), "RGB")
        return found is not None and np.array_equal(np.asarray(file), found)


@lru_cache
def _find_quality(tables: tuple[tuple[int, ...], ...]) -> int | None:
    """Return the quality that has these quantization tables in libjpeg, or None."""
    stream = io.BytesIO()
    PIL.Image.new("RGB", (1, 1)).save(stream, "JPEG", quality=50)  # at 50 they aren't scaled
    with PIL.Image.open(stream) as file:
        assert isinstance(file, JpegImageFile)
        unscaled = np.array([file.quantization[number] for number in range(len(tables))])
    for quality in range(100, 0, -1):
        scale = 5000 // quality if quality < 50 else 200 - 2 * quality
        if np.array_equal(((unscaled * scale + 50) // 100).clip(1, 255), tables):
            return quality
    return None
