"""Read a file: find the format by the content, decode, and turn every error into an ImageError."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO

from .. import files
from ..dtypes import AXES, why_wrong_alpha
from ..errors import ImageError, ParameterError
from ..geometry import MAX_PIXELS
from ..numbers import describe
from ..parameters import Flag, Number
from ..row_source import RowSource, Undecoded
from .codec import load_codec
from .format_detection import detect
from .image import Image
from .pillow_settings import iterate_strictly
from .read_options import OnHeader, ReadOptions

_WHOLE = Number(whole=True)

# Words in Pillow's messages about an intact file of an unsupported kind.
_UNSUPPORTED = re.compile("unsupported|not supported|cannot handle|not implemented", re.IGNORECASE)


def read(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    name: str | None = None,
    frame: int | None = None,
    max_pixels: int = MAX_PIXELS,
    axes: str | None = None,
    alpha: bool | None = None,
) -> Image:
    """Read a picture from a file, or from a stream to its end.

    Parameters
    ----------
    source : path or binary stream
    name : str, optional
        The name in error messages; a path's own name by default.
    frame : int, optional
        The frame to read if there are several, 0-based.
    max_pixels : int
        The largest number of pixels; a larger frame is refused before it is decoded.
    axes : str, optional
        The axes of a .npy, a key of dtypes.AXES: by default YXC with at most 16 channels.
    alpha : bool, optional
        Whether the last channel of a .npy is alpha: by default if there are 2 or 4 channels.

    Returns
    -------
    Image
        Upright, in the depth of the file.

    Raises
    ------
    ImageError
        When the file can't be opened, is no picture, or is broken, truncated or too large; when
        it has several frames and `frame` is None (read_frames reads them).
    ParameterError
        When the source is neither a path nor a stream, or another parameter is wrong.
    """
    path = isinstance(source, (str, os.PathLike))
    if not (path or (hasattr(source, "read") and not isinstance(source, type))):
        kind = type(source).__name__
        raise ParameterError(f"source: wanted a path or a binary stream, not {kind}")
    if not (name is None or isinstance(name, str)):
        raise ParameterError(f"name: {describe(name)} is no text")
    if frame is not None:
        frame = _WHOLE.check(frame, "frame")
    if alpha is not None:
        alpha = Flag().check(alpha, "alpha")
    max_pixels = Number(0, whole=True).check(max_pixels, "max_pixels")
    name = files.printable_path(name or _source_name(source))
    image = next(
        read_frames(source, name=name, frame=frame, max_pixels=max_pixels, axes=axes, alpha=alpha)
    )
    if image.frames > 1:
        raise ImageError(
            f"{name}: has {image.frames} frames; frame=N picks one, read_frames reads all"
        )
    return image


def read_frames(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    name: str | None = None,
    frame: int | None = None,
    max_pixels: int = MAX_PIXELS,
    on_header: OnHeader | None = None,
    axes: str | None = None,
    alpha: bool | None = None,
    by_rows: bool = False,
    words: bool = False,
    header_only: bool = False,
) -> Generator[Image, None, None]:
    """Yield the frames of an animation, the pages of a TIFF, or the only picture of a file.

    Parameters
    ----------
    source, name, max_pixels, axes, alpha
        As in `read`; all frames together may have up to ten times `max_pixels` pixels.
    frame : int, optional
        The only frame to read, 0-based; by default all frames.
    on_header : callable, optional
        Called with an ImageHeader before a frame is decoded; raises ImageError to refuse the
        picture. The header of an animation has no alpha: whether a frame has alpha is known
        after it is decoded.
    by_rows : bool
        Whether the pixels of a large picture may be a RowSource, if its format allows it. It reads
        from the file until the next frame is taken or the generator is closed; its errors don't
        name the file, and its alpha isn't checked yet.
    words : bool
        Whether the numbers of a text grid are kept as they are written, too.
    header_only : bool
        Whether pixels needn't be decoded: they may be an `Undecoded`. Metadata of such a picture is
        as in the file, not turned upright.

    Yields
    ------
    Image
        A frame as a viewer composes it. A frame is decoded when the caller takes it.

    Raises
    ------
    ImageError, ParameterError
        For the same reasons as `read`; an error of a frame is raised when the caller takes it.
    """
    if axes is not None and not (isinstance(axes, str) and axes in AXES):
        raise ParameterError(f"axes: {describe(axes)} is none of {', '.join(AXES)}")
    name = files.printable_path(name or _source_name(source))
    options = ReadOptions(frame, max_pixels, on_header, axes, alpha, by_rows, words, header_only)
    if isinstance(source, (str, os.PathLike)):
        suffix = os.path.splitext(source)[1].lower()
        with files.open_regular(source) as stream:
            yield from _decode_stream(stream, suffix, name, options)
    else:
        yield from _decode_stream(source, None, name, options)


def _source_name(source: str | os.PathLike[str] | BinaryIO) -> str:
    return files.printable_path(source) if isinstance(source, (str, os.PathLike)) else "stdin"


def _decode_stream(
    stream: BinaryIO, suffix: str | None, name: str, options: ReadOptions
) -> Iterator[Image]:
    """Yield the pictures of a file; for a stream, which may be unable to seek, `suffix` is None."""
    try:
        with _as_image_errors("file"):
            start = stream.read(512)
            format = detect(start, suffix)
            if suffix is None:
                # Only a stream that begins like a picture is read to its end: others may never end.
                stream = io.BytesIO(start + stream.read())
            stream.seek(0)
        with _as_image_errors(format.label):
            frames = load_codec(format).decode(stream, format, options)
            for image in iterate_strictly(frames, options.max_pixels):
                if isinstance(image.pixels, Undecoded):
                    pass
                elif isinstance(image.pixels, RowSource):
                    pixels = image.pixels.with_context(lambda: _as_image_errors(format.label))
                    image = replace(image, pixels=pixels)
                elif image.alpha and (wrong := why_wrong_alpha(image.pixels)):
                    raise ImageError(wrong)
                yield image
    except ImageError as error:
        error.add_prefix(name)
        raise


@contextmanager
def _as_image_errors(label: str) -> Iterator[None]:
    """Turn every error of a decoder into an ImageError that says what is wrong with a file.

    Decoders raise errors of any kind, with messages for programmers.
    """
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError("not enough memory to read it") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno:
            raise ImageError(f"{error.strerror}") from error
        if _UNSUPPORTED.search(str(error)):
            raise ImageError(f"is a {label} of a kind that isn't read") from error
        raise ImageError(f"truncated or broken {label}") from error
