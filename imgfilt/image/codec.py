"""Codecs: one object reads and writes the files of a format; FORMATS names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import BinaryIO, NamedTuple

from .formats import Format
from .image import Image
from .metadata.resolution import NO_UNIT, Resolution
from .read_options import ReadOptions


class EncodeOptions(NamedTuple):
    """How small a file is made; None means the format's default.

    Attributes
    ----------
    quality : int or None
        1 to 100, for lossy formats.
    compression : int or None
        0 to 9, the level of Deflate.
    """

    quality: int | None = None
    compression: int | None = None


Decode = Callable[[BinaryIO, Format, ReadOptions], Iterator[Image]]
Encode = Callable[[BinaryIO, Image, Format, EncodeOptions], None]
EncodeFrames = Callable[[BinaryIO, Iterable[Image], Format, EncodeOptions], None]


def _exif_can_hold(resolution: Resolution) -> bool:
    """Return whether EXIF can hold a resolution."""
    return resolution.unit != NO_UNIT


def _no_losses(image: Image) -> list[str]:
    return []


class Codec(NamedTuple):
    """The functions that read and write the files of one format or of several formats.

    The functions may raise any error: the reader and the writer turn it into a message. The
    message of an ImageError is only the reason; the caller puts the file's name before it.

    Parameters
    ----------
    decode : function (stream, format, options) -> iterator of Image
        Yields the frames that `options.select_frames` selects, one at a time, upright. The stream
        can seek and stands at its start. Before `decode` decodes the pixels of a frame, it calls
        `options.check_size` and `options.check_header`. `frames` of every Image is the number of
        selected frames.
    encode : function (stream, image, format, options), optional
        Writes one picture that the format can hold, with the metadata that the format can hold.
        The stream can seek. None if `encode_frames` writes a single picture, too.
    encode_frames : function (stream, images, format, options), optional
        Writes several pictures; takes them from `images` one at a time. None if the format holds
        a single picture (`Format.frames` is empty).
    losses : function (image) -> list of str, optional
        Returns a name for each property of a picture's pixels that the file can't hold.
    can_hold_resolution : function (resolution) -> bool, optional
        Returns whether a file can hold a resolution almost exactly, in its header or in EXIF. By
        default it is held in EXIF.
    """

    decode: Decode
    encode: Encode | None
    encode_frames: EncodeFrames | None = None
    losses: Callable[[Image], list[str]] = _no_losses
    can_hold_resolution: Callable[[Resolution], bool] = _exif_can_hold


def load_codec(format: Format) -> Codec:
    """Return the codec of a format; its module is imported by the first call."""
    module = import_module(f".codecs.{format.codec}", __package__)
    codec: Codec = module.CODEC
    return codec
