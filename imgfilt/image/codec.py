"""Codecs: one object reads and writes the files of a format; FORMATS names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO

from .formats import Format
from .image import Image
from .read_options import ReadOptions

Decode = Callable[[BinaryIO, Format, ReadOptions], Iterator[Image]]
Encode = Callable[[BinaryIO, Image, Format, int | None], None]
EncodeFrames = Callable[[BinaryIO, Iterable[Image], Format, int | None], None]


def _no_losses(image: Image) -> list[str]:
    return []


@dataclass(frozen=True)
class Codec:
    """What reads and writes the files of one format, or of several.

    Its functions may raise any error: the reader and the writer make a message of it. An
    ImageError's message is a reason, which follows the file's name.

    Parameters
    ----------
    decode : function (stream, format, options) -> iterator of Image
        Gives the frames that `options.select_frames` returns, one at a time, upright. The stream
        can seek and stands at its start. Before the pixels of a frame are decoded, it calls
        `options.check_size` and `options.check_header`. Every Image has the number of frames that
        are read.
    encode : function (stream, image, format, quality)
        Writes one picture that the format can hold, with the metadata that the format can hold.
        The stream can seek. `quality` is 1 to 100, or None for the format's default.
    encode_frames : function (stream, images, format, quality), optional
        Writes several pictures, which it takes one at a time. It is there if `Format.frames`
        isn't empty.
    losses : function (image) -> list of str, optional
        Names what of a picture's pixels the file can't hold.
    """

    decode: Decode
    encode: Encode
    encode_frames: EncodeFrames | None = None
    losses: Callable[[Image], list[str]] = _no_losses


def load_codec(format: Format) -> Codec:
    """Return the codec of a format; its module is imported by the first call."""
    module = import_module(f".codecs.{format.codec}", __package__)
    codec: Codec = module.CODEC
    return codec
