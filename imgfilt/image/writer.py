"""Writing: a format is asked first whether it can hold the picture; nothing is half written."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from .. import files
from ..errors import CommandError, ImageError, OutputError, ParameterError
from . import grid, netpbm, npy, pillow, png, tiff
from .format import FORMATS, Format, format_of
from .metadata import carried
from .picture import Image, Metadata

Encoder = Callable[[BinaryIO, Image, Format, int | None], None]

ENCODERS: dict[str, Encoder] = {
    "PNG": png.encode,
    "JPEG": pillow.encode,
    "TIFF": tiff.encode,
    "WebP": pillow.encode,
    "BMP": pillow.encode,
    "GIF": pillow.encode,
    "PPM": netpbm.encode,
    "PGM": netpbm.encode,
    "PFM": netpbm.encode,
    ".npy": npy.encode,
    ".csv": grid.encode,
    ".txt": grid.encode,
}


def write(
    target: str | os.PathLike[str] | BinaryIO,
    image: Image,
    *,
    format: str | None = None,
    quality: int | None = None,
    strip: bool = False,
) -> tuple[str, ...]:
    """Write a picture to a file, atomically, or to a stream.

    Parameters
    ----------
    target : path or binary stream
    image : Image
    format : str, optional
        A key of FORMATS; by default the one that a path's suffix names, and PNG to a stream.
    quality : int, optional
        1 to 100, for JPEG and WebP (of which 100 is lossless). By default a JPEG that comes
        from a JPEG keeps its quantisation tables, and anything else has quality 95.
    strip : bool
        Leave all metadata behind.

    Returns
    -------
    tuple of str
        What of the metadata was lost, because the format can't carry it.

    Raises
    ------
    ImageError
        When the format can't hold the picture; it is asked before anything is written.
    OutputError
        When the file can't be written; an old one of its name is then as it was.
    CommandError, ParameterError
        When no format has the path's suffix; when the quality is out of range.
    """
    if format is not None and format not in FORMATS:
        raise CommandError(f"format: {format!r} is none of {', '.join(FORMATS)}")
    if isinstance(target, (str, os.PathLike)):
        name = files.displayed(target)
        form = FORMATS[format] if format else format_of(target)
    else:
        name = "stdout"
        form = FORMATS[format or "png"]
    reason = form.supports(image.pixels.dtype, image.pixels.shape, image.alpha)
    if reason:
        raise ImageError(f"{name}: {reason}")
    if quality is not None and not 1 <= quality <= 100:
        raise ParameterError(f"quality is 1 to 100, not {quality}")
    channels = 3 if form.colours == ("RGB",) else image.pixels.shape[2] - image.alpha
    metadata, lost = carried(image, form, channels)
    if strip:
        metadata, lost = Metadata(jpeg=metadata.jpeg), ()
    image = replace(image, metadata=metadata)
    if isinstance(target, (str, os.PathLike)):
        with files.replacing(target) as stream:
            _encode(stream, image, form, quality, name)
    else:
        buffer = io.BytesIO()
        _encode(buffer, image, form, quality, name)
        _send(target, buffer, name)
    return lost


def _encode(stream: BinaryIO, image: Image, form: Format, quality: int | None, name: str) -> None:
    try:
        ENCODERS[form.label](stream, image, form, quality)
    except ImageError as error:
        raise ImageError(f"{name}: {error}") from error
    except OSError:
        raise  # Said by files.replacing, which knows whether the disk is full.
    except Exception as error:
        words = files.displayed(str(error) or type(error).__name__)
        raise OutputError(f"{name}: can't be written as {form.label} ({words})") from error


def _send(target: BinaryIO, buffer: io.BytesIO, name: str) -> None:
    """Write all of it: an unbuffered stream may take less than it is given."""
    left = buffer.getbuffer()
    try:
        while left:
            left = left[target.write(left) :]
        target.flush()
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{name}: {words}") from error
