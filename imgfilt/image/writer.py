"""Write pictures to a file or a stream; a file is written completely or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from .. import files
from ..errors import CommandError, ImageError, OutputError, ParameterError
from ..numbers import describe
from ..parameters import Flag, Number
from ..row_source import RowSource
from .animation import list_timeline_losses
from .codec import EncodeOptions, load_codec
from .format_detection import format_from_suffix
from .formats import FORMATS, Format
from .image import Image, Pixels
from .metadata.transfer import select_encoding_hints, select_supported_metadata
from .pictures import to_image
from .pillow_settings import strict_pillow
from .unsupported import why_unsupported

if TYPE_CHECKING:
    from .pillow_images import PillowImage

_QUALITY, _COMPRESSION = Number(1, 100, whole=True), Number(0, 9, whole=True)


def write(
    target: str | os.PathLike[str] | BinaryIO,
    image: Image | PillowImage | Pixels,
    *,
    format: str | None = None,
    quality: int | None = None,
    compression: int | None = None,
    strip: bool = False,
) -> tuple[str, ...]:
    """Write a picture to a file, atomically, or to a stream.

    Parameters
    ----------
    target : path or binary stream
    image : Image, Pillow image, or (H, W) or (H, W, C) array
        An array of 2 or 4 channels ends in alpha.
    format : str, optional
        A key of FORMATS; by default the format of a path's suffix, and PNG for a stream.
    quality : int, optional
        1 to 100, for JPEG, AVIF and WebP (100 makes a WebP lossless). By default a picture that was
        read from a JPEG keeps its quantisation tables in a JPEG; other pictures have quality 95.
    compression : int, optional
        0 to 9, the level of Deflate in a PNG or TIFF: 0 stores the pixels, 1 is fast, and 9 gives
        the smallest file. By default a PNG is compressed as suits the picture, fast unless this
        makes the file clearly larger, and a TIFF like the TIFF that the picture was read from.
    strip : bool
        Write no metadata.

    Returns
    -------
    tuple of str
        Names of the metadata that was lost, because the format can't hold it or imgfilt doesn't
        read it, and of the colours and alpha that the format can't hold.

    Raises
    ------
    ImageError
        When the format can't hold the picture; then nothing was written.
    OutputError
        When the file can't be written; then an earlier file of this name is unchanged.
    CommandError, ParameterError
        When no format has the path's suffix; when another argument is out of range or no picture.
    """
    if isinstance(image, (str, os.PathLike)):
        raise ParameterError("image: a path was given; the path comes first: write(path, image)")
    images = [to_image(image, "image")]
    return write_frames(
        target, images, format=format, quality=quality, compression=compression, strip=strip
    )


def write_frames(
    target: str | os.PathLike[str] | BinaryIO,
    images: Iterable[Image],
    *,
    format: str | Format | None = None,
    quality: int | None = None,
    compression: int | None = None,
    strip: bool = False,
    complete: Callable[[int], None] | None = None,
    mtime: int | None = None,
) -> tuple[str, ...]:
    """Write the frames of an animation or the pages of a TIFF, atomically, or to a stream.

    Parameters
    ----------
    target, format, quality, compression, strip
        As in `write`; `format` may also be a Format. With `strip` frames keep their durations.
    images : iterable of Image
        The frames, taken one at a time; `frames` of the first Image is their number.
    complete : callable, optional
        Called with a readable descriptor of the complete file before the file gets its name.
    mtime : int, optional
        The modification time of the file, in nanoseconds; by default the time of writing.

    Returns
    -------
    tuple of str
        The same names as `write` returns.

    Raises
    ------
    ImageError
        When the format can't hold a frame or several frames, or the frames of an animation differ
        in size.
    OutputError, CommandError, ParameterError
        For the same reasons as `write`.
    """
    if isinstance(format, str) and format in FORMATS:
        format = FORMATS[format]
    elif not (format is None or isinstance(format, Format)):
        raise CommandError(f"format: {describe(format)} is none of {', '.join(FORMATS)}")
    if isinstance(target, (str, os.PathLike)):
        name = files.printable_path(target)
        format = format or format_from_suffix(target)
    elif hasattr(target, "write") and not isinstance(target, type):
        name = "stdout"
        format = format or FORMATS["png"]
    else:
        kind = type(target).__name__
        raise ParameterError(f"target: wanted a path or a binary stream, not {kind}")
    if quality is not None:
        quality = _QUALITY.check(quality, "quality")
    if compression is not None:
        compression = _COMPRESSION.check(compression, "compression")
    strip = Flag().check(strip, "strip")
    writer = _FrameWriter(format, EncodeOptions(quality, compression), strip, name)
    images = iter(images)
    # The first frame is computed before a file is opened: if it fails, no file is touched.
    first = writer.prepare(next(images))
    frames = chain([first], (writer.prepare(image, first) for image in _tag_errors(images)))
    if isinstance(target, (str, os.PathLike)):
        with files.atomic_write(target, complete, mtime) as stream:
            writer.encode(stream, first, frames)
    else:
        buffer = io.BytesIO()
        writer.encode(buffer, first, frames)
        files.write_all(target, buffer, name)
    return tuple(writer.lost)


class _SourceError(Exception):
    """An error in computing frames or their rows; encoders let it pass unchanged."""

    def __init__(self, error: Exception):
        self.error = error


@contextmanager
def _source_errors() -> Iterator[None]:
    """Turn errors into a _SourceError."""
    try:
        yield
    except Exception as error:
        raise _SourceError(error) from None


def _tag_errors(images: Iterator[Image]) -> Iterator[Image]:
    """Yield images; an error of the iterator becomes a _SourceError."""
    with _source_errors():
        yield from images


class _FrameWriter:
    """Writes frames in one format.

    Attributes
    ----------
    lost : dict
        The keys are names of metadata, colours and alpha that the prepared frames have lost.
    """

    def __init__(self, format: Format, options: EncodeOptions, strip: bool, name: str):
        self._format, self._options, self._strip, self._name = format, options, strip, name
        self.lost: dict[str, None] = {}

    def prepare(self, image: Image, first: Image | None = None) -> Image:
        """Return a picture with the metadata that the format can hold; add lost names to `lost`.

        Parameters
        ----------
        image : Image
        first : Image, optional
            The first frame; None if `image` is the first frame.
        """
        if (reason := why_unsupported(self._format, image.header)) is not None:
            reason.add_prefix(self._name)
            raise reason
        channels = 3 if self._format.colours == ("RGB",) else image.colours
        metadata, lost = select_supported_metadata(image, self._format, channels)
        if self._strip:
            metadata = select_encoding_hints(metadata)._replace(
                duration=metadata.duration,
                loop_count=metadata.loop_count,
            )
            lost = ()
        unit = self._format.duration_unit
        self.lost |= dict.fromkeys(lost)
        self.lost |= dict.fromkeys(list_timeline_losses(image, first or image, unit))
        self.lost |= dict.fromkeys(load_codec(self._format).losses(image))
        pixels = image.pixels
        if isinstance(pixels, RowSource):
            pixels = pixels.with_context(_source_errors)
        return replace(image, pixels=pixels, metadata=metadata)

    def encode(self, stream: BinaryIO, first: Image, frames: Iterable[Image]) -> None:
        """Write the frames; every error begins with the output's name.

        Parameters
        ----------
        stream : binary stream
        first : Image
            The first frame.
        frames : iterable of Image
            All frames, the first included.
        """
        height, width, _ = first.pixels.shape
        codec = load_codec(self._format)
        try:
            with strict_pillow(height * width):
                if first.frames == 1 and codec.encode is not None:
                    codec.encode(stream, first, self._format, self._options)
                else:
                    frames = frames if first.frames > 1 else [first]
                    assert codec.encode_frames is not None  # the format holds several
                    codec.encode_frames(stream, frames, self._format, self._options)
        except _SourceError as source_error:
            raise source_error.error from None
        except ImageError as error:
            error.add_prefix(self._name)
            raise
        except MemoryError as error:
            raise OutputError(f"{self._name}: not enough memory to write it") from error
        except Exception as error:
            if isinstance(error, OSError) and error.errno:
                raise  # files.atomic_write makes the message.
            raise OutputError(f"{self._name}: can't be written as {self._format.label}") from error
