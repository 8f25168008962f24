"""Read and write JPEG, with the settings and the resolution of the input.

Pillow does it, or OpenCV where that is faster.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import BinaryIO, cast

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, JpegTables, Metadata
from ..metadata import exif
from ..metadata.resolution import (
    CENTIMETRE,
    INCH,
    NO_UNIT,
    PER_CENTIMETRE,
    PER_INCH,
    Resolution,
)
from . import jpeg_opencv, jpeg_segments
from .pillow_pixels import to_pillow
from .pillow_reader import PillowReader
from .pillow_writer import DEFAULT_QUALITY, make_save_arguments

# Pillow's numbers for the subsampling: 4:4:4, 4:2:2, 4:2:0, or a choice by Pillow.
_444, _422, _420, _DEFAULT = 0, 1, 2, -1
_BASELINE = 255  # the largest number in a table of baseline JPEG
_RGB_IDS = tuple(b"RGB")
_NO_TRANSFORM = 0  # in Adobe's marker: channels are RGB or CMYK, not YCbCr or YCCK

_CMYK = 4  # channels

# Offset of the density's unit in JFIF: after SOI and the segment's marker, length, name, version.
_JFIF_UNIT = 13
_MAX_DENSITY = 65_535
_METRES = {NO_UNIT: None, INCH: PER_INCH, CENTIMETRE: PER_CENTIMETRE}


def _add_tables(metadata: Metadata, file: ImageFile) -> Metadata:
    return metadata._replace(jpeg=read_tables(cast(JpegImageFile, file)))


def read_tables(file: JpegImageFile) -> JpegTables:
    """Return the quantization tables and the subsampling of a file.

    The tables are empty for YCCK (Pillow writes CMYK instead), for lossless JPEG, for tables
    between scans, and for 16-bit tables, which baseline JPEG can't hold.
    """
    rgb = file.layers == 3 and _stores_rgb(file)
    tables = [file.quantization.get(layer[3]) for layer in file.layer]
    usable = file.layers != 4 or file.info.get("adobe_transform", _NO_TRANSFORM) == _NO_TRANSFORM
    usable = usable and all(table and max(table) <= _BASELINE for table in tables)
    quantization = {number: table for number, table in enumerate(tables) if table and usable}
    return JpegTables(quantization, _444 if rgb else _choose_subsampling(file), rgb)


def _stores_rgb(file: JpegImageFile) -> bool:
    """Return whether three channels are RGB, by the same rules as libjpeg."""
    if "jfif" in file.info:
        return False
    if "adobe_transform" in file.info:
        return bool(file.info["adobe_transform"] == _NO_TRANSFORM)
    return tuple(layer[0] for layer in file.layer) == _RGB_IDS


def _choose_subsampling(file: JpegImageFile) -> int:
    """Return Pillow's coarsest subsampling that isn't coarser than the file's."""
    if file.layers != 3:
        return _DEFAULT
    (_, across, down, _), *chroma = file.layer
    if not all(across >= 2 * layer[1] for layer in chroma):
        return _444
    return _420 if all(down >= 2 * layer[2] for layer in chroma) else _422


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture; without a quality with the quantization tables that it was read with.

    Parameters
    ----------
    stream : binary stream
        Can seek.
    image : Image
        uint8 pixels (H, W, C), grey, RGB or CMYK.
    format : Format
        JPEG.
    options : EncodeOptions
        Without a quality it is 95, but a picture from a JPEG keeps its tables.
    """
    metadata, quality, is_cmyk = image.metadata, options.quality, image.colours == _CMYK
    block, density = metadata.exif, None
    if metadata.resolution:
        density = None if is_cmyk else _encode_density(metadata.resolution)
        if density is None:
            block = exif.with_resolution(block, metadata.resolution)
    arguments = make_save_arguments(
        metadata,
        block,
        quality=quality or DEFAULT_QUALITY,
        comment=metadata.comment,
        extra=jpeg_segments.encode_segments(metadata),
    )
    if tables := metadata.jpeg:
        arguments |= {"subsampling": tables.subsampling, "keep_rgb": tables.rgb}
        if quality is None and len(tables.quantization) == image.pixels.shape[2]:
            del arguments["quality"]
            arguments["qtables"] = _without_repeated(list(tables.quantization.values()))
    begin = stream.tell()
    parts = jpeg_opencv.encode(image.pixels, arguments)
    if parts is None:
        to_pillow(image).save(stream, format.pillow_name, **arguments)
    for part in parts or ():
        stream.write(part)
    if density is not None:
        # Pillow writes pixels per inch only.
        end = stream.tell()
        stream.seek(begin + _JFIF_UNIT)
        stream.write(density)
        stream.seek(end)


def _encode_density(resolution: Resolution) -> bytes | None:
    """Return unit, width and height as bytes of JFIF; None if integers would be too inexact."""
    unit, numbers = resolution.unit, resolution.to_integers(_METRES[resolution.unit], _MAX_DENSITY)
    exact = [Fraction(*resolution.across), Fraction(*resolution.down)] == list(numbers or ())
    if not exact and resolution.unit != NO_UNIT:
        unit, numbers = INCH, resolution.to_integers(PER_INCH, _MAX_DENSITY)
    if numbers is None:
        return None
    return struct.pack(">BHH", jpeg_segments.JFIF_UNITS.index(unit), *numbers)


def _without_repeated(tables: list[list[int]]) -> list[list[int]]:
    """Return tables without repetitions at the end: Pillow repeats the last table."""
    while len(tables) > 1 and tables[-1] == tables[-2]:
        tables = tables[:-1]
    return tables


def _can_hold_resolution(resolution: Resolution) -> bool:
    """Return whether JFIF or EXIF can hold a resolution; without a unit, only JFIF can."""
    has_unit = resolution.unit != NO_UNIT
    return has_unit or resolution.to_integers(None, _MAX_DENSITY) is not None


_READER = PillowReader(
    JpegImageFile,
    jpeg_segments.read_metadata,
    check=jpeg_segments.check_kind,
    add_metadata=_add_tables,
    decode_faster=jpeg_opencv.decode,
)
CODEC = Codec(_READER.decode, encode, can_hold_resolution=_can_hold_resolution)
