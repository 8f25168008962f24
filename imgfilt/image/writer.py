"""Writing: a format is asked first whether it can hold the picture; nothing is half written."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from .. import files
from ..errors import CommandError, ImageError, ImgfiltError, OutputError, ParameterError
from ..numbers import describe
from ..parameters import Flag, Number
from . import animation
from .codec import codec_of
from .formats import FORMATS, Format, format_of
from .image import Image
from .metadata.transfer import encoding_hints, supported_metadata
from .pillow_settings import strict_pillow

_QUALITY = Number(1, 100, whole=True)


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
        1 to 100, for JPEG, AVIF and WebP (of which 100 is lossless). By default a JPEG that comes
        from a JPEG keeps its quantisation tables, and anything else has quality 95.
    strip : bool
        Leave all metadata behind.

    Returns
    -------
    tuple of str
        What of the metadata was lost, because the format can't carry it or it isn't read, and
        what of colours and alpha, because a GIF can't hold it.

    Raises
    ------
    ImageError
        When the format can't hold the picture; it is asked before anything is written.
    OutputError
        When the file can't be written; an old one of its name is then as it was.
    CommandError, ParameterError
        When no format has the path's suffix; when the quality is out of range, or it is no Image.
    """
    if not isinstance(image, Image):
        raise ParameterError(
            f"image: wanted an Image, such as Image(pixels), not {type(image).__name__}"
        )
    return write_frames(target, [image], format=format, quality=quality, strip=strip)


def write_frames(
    target: str | os.PathLike[str] | BinaryIO,
    images: Iterable[Image],
    *,
    format: str | Format | None = None,
    quality: int | None = None,
    strip: bool = False,
    complete: Callable[[int], None] | None = None,
    mtime: int | None = None,
) -> tuple[str, ...]:
    """Write the frames of an animation or the pages of a TIFF, atomically, or to a stream.

    Parameters
    ----------
    target, format, quality, strip
        As write has them; the format may be a Format. Stripped frames keep their timeline.
    images : iterable of Image
        As many as the first says that there are; drawn one at a time.
    complete : callable, optional
        Called before a file takes its name, with a descriptor of it, to be read.
    mtime : int, optional
        The modification time that a file gets, in nanoseconds; by default that of writing.

    Returns
    -------
    tuple of str
        What of the metadata was lost, because the format can't carry it or it isn't read, and
        what of colours and alpha, because a GIF can't hold it.

    Raises
    ------
    ImageError
        When the format can't hold that many, or one of them; when an animation's frames are not
        alike in size.
    OutputError, CommandError, ParameterError
        As write does.
    """
    if isinstance(format, str) and format in FORMATS:
        format = FORMATS[format]
    elif not (format is None or isinstance(format, Format)):
        raise CommandError(f"format: {describe(format)} is none of {', '.join(FORMATS)}")
    if isinstance(target, (str, os.PathLike)):
        name = files.printable_path(target)
        form = format or format_of(target)
    elif hasattr(target, "write") and not isinstance(target, type):
        name = "stdout"
        form = format or FORMATS["png"]
    else:
        kind = type(target).__name__
        raise ParameterError(f"target: wanted a path or a binary stream, not {kind}")
    if quality is not None:
        quality = _QUALITY.check(quality, "quality")
    strip = Flag().check(strip, "strip")
    lost: dict[str, None] = {}
    images = iter(images)
    # The first is asked for before anything is opened: where it can't be had, nothing is touched.
    first = _fitted(next(images), form, strip, name, lost)
    frames = (_fitted(image, form, strip, name, lost, first) for image in _passed(images))
    if isinstance(target, (str, os.PathLike)):
        with files.atomic_write(target, complete, mtime) as stream:
            _encode(stream, first, frames, form, quality, name)
    else:
        buffer = io.BytesIO()
        _encode(buffer, first, frames, form, quality, name)
        _send(target, buffer, name)
    return tuple(lost)


class _Passing(Exception):
    """An error of who gives the frames, on its way through an encoder that has its own."""

    def __init__(self, error: ImgfiltError):
        self.error = error


def _passed(images: Iterator[Image]) -> Iterator[Image]:
    try:
        yield from images
    except ImgfiltError as error:
        raise _Passing(error) from None


def _fitted(
    image: Image,
    form: Format,
    strip: bool,
    name: str,
    lost: dict[str, None],
    first: Image | None = None,
) -> Image:
    """Return a picture with the metadata that the format holds; what is lost joins `lost`."""
    if reason := form.why_unsupported(image.header):
        raise ImageError(f"{name}: {reason}")
    channels = 3 if form.colours == ("RGB",) else image.colours
    kept, missing = supported_metadata(image, form, channels)
    if strip:
        kept = replace(encoding_hints(kept), duration=kept.duration, loop_count=kept.loop_count)
    else:
        lost.update(dict.fromkeys(missing))
    lost.update(dict.fromkeys(animation.timeline_losses(image, first or image, form.label)))
    lost.update(dict.fromkeys(codec_of(form).losses(image)))
    return replace(image, metadata=kept)


def _encode(
    stream: BinaryIO,
    first: Image,
    rest: Iterator[Image],
    form: Format,
    quality: int | None,
    name: str,
) -> None:
    height, width, _ = first.pixels.shape
    codec = codec_of(form)
    try:
        with strict_pillow(height * width):
            if first.frames == 1:
                codec.encode(stream, first, form, quality)
            else:
                assert codec.encode_frames is not None  # the format holds several
                codec.encode_frames(stream, chain([first], rest), form, quality)
    except _Passing as passing:
        raise passing.error from None
    except ImageError as error:
        raise ImageError(f"{name}: {error}") from error
    except MemoryError as error:
        raise OutputError(f"{name}: not enough memory to write it") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno:
            raise  # Said by files.atomic_write.
        raise OutputError(f"{name}: can't be written as {form.label}") from error


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
