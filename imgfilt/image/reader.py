"""Reading: a file's content says its format, and whatever a decoder raises is that file's error."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Generator, Iterator
from typing import BinaryIO

from .. import files
from ..dtypes import AXES, why_wrong_alpha
from ..errors import ImageError, ParameterError
from ..geometry import MAX_PIXELS
from ..numbers import describe
from ..parameters import Flag, Number
from .codec import codec_of
from .formats import FORMATS, Format
from .image import Image
from .pillow_settings import iterate_strictly
from .read_options import OnHeader, ReadOptions

_WHOLE = Number(whole=True)

# What a file's name is believed about, as its content doesn't say it.
TEXT_SUFFIXES = (".csv", ".txt")

# What Pillow says of an intact file that it can't read.
_UNSUPPORTED = re.compile("unsupported|not supported|cannot handle|not implemented", re.IGNORECASE)

# Pictures that are told by name, though they aren't read.
_NOT_READ = {
    rb"P7\s": "PAM",
    rb"....ftyp(?:hei|hev|mif1|msf1)": "HEIF",
    rb"\xff\x0a|\0\0\0\x0cJXL ": "JPEG XL",
    rb"8BPS": "Photoshop",
}

_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?[-+.,\d\s eE]*")


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
        What errors call it; a path's own name by default.
    frame : int, optional
        Which one of several to read, 0-based.
    max_pixels : int
        A frame with more is refused before it is decoded.
    axes : str, optional
        Of a .npy, a key of dtypes.AXES: by default YXC, of at most 16 channels.
    alpha : bool, optional
        Of a .npy, whether its last channel is alpha: by default of 2 and 4 channels.

    Returns
    -------
    Image
        Upright, in the depth of the file.

    Raises
    ------
    ImageError
        When the file can't be opened, is no picture, broken, truncated or too large, or has
        several frames and none was chosen: see read_frames.
    ParameterError
        When the source is neither a path, as text, nor a stream; when there are no such axes.
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
    name = files.printable_path(name or _name(source))
    image = next(
        read_frames(source, name=name, frame=frame, max_pixels=max_pixels, axes=axes, alpha=alpha)
    )
    if image.frames > 1:
        raise ImageError(f"{name}: has {image.frames} frames; frame=N picks one")
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
) -> Generator[Image, None, None]:
    """Give the frames of an animation, the pages of a TIFF, or the one picture of another file.

    Parameters
    ----------
    source, name, max_pixels, axes, alpha
        As read has them; all frames together may have ten times `max_pixels`.
    frame : int, optional
        The only one to give, 0-based.
    on_header : callable, optional
        Called with an ImageHeader before a frame is decoded; raises ImageError to refuse the
        picture. Whether an animation has alpha isn't known before its frames are decoded: its
        header has none.

    Yields
    ------
    Image
        A frame as a viewer composes it, for as long as its metadata's `duration`. It is decoded
        when it is asked for, and not kept.

    Raises
    ------
    ImageError
        As read does, for the frame that is asked for.
    """
    if axes is not None and not (isinstance(axes, str) and axes in AXES):
        raise ParameterError(f"axes: {describe(axes)} is none of {', '.join(AXES)}")
    name = files.printable_path(name or _name(source))
    options = ReadOptions(frame, max_pixels, on_header, axes, alpha)
    if isinstance(source, (str, os.PathLike)):
        suffix = os.path.splitext(source)[1].lower()
        with files.open_regular(source) as stream:
            yield from _decoded(stream, suffix, name, options)
    else:
        yield from _decoded(source, None, name, options)


def detect_format(path: str | os.PathLike[str]) -> Format:
    """Return the format of a file by its content, whatever its name says.

    Raises
    ------
    ImageError
        As read does.
    """
    with files.open_regular(path) as stream:
        return _format(stream.read(512), os.path.splitext(path)[1].lower())


def _name(source: str | os.PathLike[str] | BinaryIO) -> str:
    return files.printable_path(source) if isinstance(source, (str, os.PathLike)) else "stdin"


def _decoded(
    stream: BinaryIO, suffix: str | None, name: str, options: ReadOptions
) -> Iterator[Image]:
    """Decode a file that has this suffix, or a stream, which has none and can't be rewound."""
    format = None
    try:
        start = stream.read(512)
        format = _format(start, suffix)
        if suffix is None:
            # Only now that it begins as a picture does: something else may never end.
            stream = io.BytesIO(start + stream.read())
        stream.seek(0)
        frames = codec_of(format).decode(stream, format, options)
        for image in iterate_strictly(frames, options.max_pixels):
            wrong = why_wrong_alpha(image.pixels) if image.alpha else None
            if wrong is not None:
                raise ImageError(wrong)
            yield image
    except ImageError as error:
        raise ImageError(f"{name}: {error}") from error
    except MemoryError as error:
        raise ImageError(f"{name}: not enough memory to read it") from error
    except Exception as error:
        # Decoders raise everything there is, in words for who programs them.
        label = format.label if format else "file"
        if isinstance(error, OSError) and error.errno:
            raise ImageError(f"{name}: {error.strerror}") from error
        if _UNSUPPORTED.search(str(error)):
            raise ImageError(f"{name}: is a {label} of a kind that isn't read") from error
        raise ImageError(f"{name}: truncated or broken {label}") from error


def _format(start: bytes, suffix: str | None) -> Format:
    """Find the format of what starts so."""
    if suffix in TEXT_SUFFIXES:
        return FORMATS[suffix[1:]]
    for format in FORMATS.values():
        if format.signature and re.match(format.signature, start, re.DOTALL):
            return format
    if not start:
        raise ImageError("is empty")
    if not suffix and _TEXT.fullmatch(start):
        return FORMATS["txt"]
    for signature, label in _NOT_READ.items():
        if re.match(signature, start, re.DOTALL):
            raise ImageError(f"is a {label} file, which isn't read")
    known = ", ".join(format.label for format in FORMATS.values() if format.signature)
    raise ImageError(f"is no picture of a known format ({known})")
