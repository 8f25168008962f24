"""Read and write BMP with Pillow; resolution, ICC profile and data after the picture here."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL.BmpImagePlugin import BmpImageFile, DibImageFile
from PIL.ImageFile import ImageFile

from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, Metadata, describe_trailing_data
from ..metadata.resolution import PER_METRE, Resolution, from_per_metre
from .pillow_pixels import to_pillow
from .pillow_reader import PillowReader
from .pillow_writer import make_save_arguments

_FILE_HEADER = 14  # bytes; a .dib has no file header

# Sizes of the picture header, which follows: BITMAPCOREHEADER, BITMAPINFOHEADER, versions 4, 5.
_CORE, _INFO, _V4, _V5 = 12, 40, 108, 124
_EMBEDDED, _LINKED, _CALIBRATED = b"DEBM", b"KNIL", b"\0\0\0\0"  # colour spaces
_RLE, _BITFIELDS = (1, 2), 3  # compressions
_MAX_DENSITY = 2**31 - 1


def read_metadata(stream: BinaryIO) -> Metadata:
    """Return resolution and ICC profile; `unread` names other metadata in the file."""
    stream.seek(0)
    header = stream.read(_FILE_HEADER + _V5)
    begin = _FILE_HEADER if header[:2] == b"BM" else 0
    (size,) = struct.unpack_from("<L", header, begin)
    end = _find_picture_end(header, begin)
    if size < _INFO:
        return Metadata(unread=_describe_data_after(stream, end))
    across, down = struct.unpack_from("<ll", header, begin + 24)
    icc: bytes | None = None
    unread: tuple[str, ...] = ()
    colour_space = header[begin + 56 : begin + 60]
    if size >= _V5 and colour_space in (_EMBEDDED, _LINKED):
        offset, length = struct.unpack_from("<LL", header, begin + 112)
        end = max(end, begin + offset + length)
        stream.seek(begin + offset)
        if colour_space == _EMBEDDED:
            icc = stream.read(length) or None
        else:
            unread = ("linked ICC profile",)
    elif size >= _V4 and colour_space == _CALIBRATED and any(header[begin + 60 : begin + _V4]):
        unread = ("gamma and primaries",)
    unread += _describe_data_after(stream, end)
    return Metadata(icc=icc, resolution=from_per_metre(across, down), unread=unread)


def _describe_data_after(stream: BinaryIO, offset: int) -> tuple[str, ...]:
    """Return a tuple with a description of the data after an offset; () if there are none."""
    stream.seek(offset)
    return describe_trailing_data(stream.read())


def _find_picture_end(header: bytes, begin: int) -> int:
    """Return the offset after the pixels; the file size in the header is wrong in many files."""
    (size,) = struct.unpack_from("<L", header, begin)
    length = compression = used = 0
    if size == _CORE:
        width, height, _, bits = struct.unpack_from("<4H", header, begin + 4)
    else:
        fields = struct.unpack_from("<llHHLL", header, begin + 4)
        width, height, _, bits, compression, length = fields
        (used,) = struct.unpack_from("<L", header, begin + 32)
    colours = (used or 1 << bits) if bits <= 8 else 0
    masks = 12 if compression == _BITFIELDS and size == _INFO else 0
    start = begin + size + masks + (3 if size == _CORE else 4) * colours
    end = 0
    if begin:
        end, _, pixels = struct.unpack_from("<3L", header, 2)
        start = max(start, pixels)
    if compression in _RLE:
        return int(max(end, start + length))
    row = (width * bits + 31) // 32 * 4
    return int(start + abs(height) * row)


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture.

    Parameters
    ----------
    stream : binary stream
    image : Image
        uint8 pixels (H, W, C), grey or RGB.
    format : Format
        BMP.
    options : EncodeOptions
        Not used.
    """
    resolution = image.metadata.resolution
    # Pillow writes 96 dpi by default. It multiplies by 39.3701, and rounds.
    numbers = resolution and resolution.to_integers(PER_METRE, _MAX_DENSITY)
    dpi = tuple(number / 39.3701 for number in numbers) if numbers else (0, 0)
    arguments = make_save_arguments(image.metadata, None, dpi=dpi)
    to_pillow(image).save(stream, format.pillow_name, **arguments)


def _can_hold_resolution(resolution: Resolution) -> bool:
    """Return whether a file can hold a resolution: it is in pixels per metre."""
    return resolution.to_integers(PER_METRE, _MAX_DENSITY) is not None


def _open(stream: BinaryIO) -> ImageFile:
    has_header = stream.read(2) == b"BM"
    stream.seek(0)
    return BmpImageFile(stream) if has_header else DibImageFile(stream)


CODEC = Codec(
    PillowReader(_open, read_metadata).decode,
    encode,
    can_hold_resolution=_can_hold_resolution,
)
