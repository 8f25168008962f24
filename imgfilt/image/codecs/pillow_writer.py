"""Write JPEG, WebP, AVIF, JPEG 2000 and BMP with Pillow: arrays to modes, metadata to arguments."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any, BinaryIO

import PIL.Image

from ..animation import DURATION_UNITS, add_alpha, quantize_durations
from ..codec import EncodeOptions
from ..formats import Format
from ..image import Image, Metadata
from ..metadata import exif
from ..metadata.resolution import (
    CENTIMETRE,
    INCH,
    NO_UNIT,
    PER_CENTIMETRE,
    PER_INCH,
    PER_METRE,
    Resolution,
)
from ..metadata.transfer import apply_orientation
from . import avif, jpeg, jpeg2000

DEFAULT_QUALITY = 95
LOSSLESS_QUALITY = 100  # of WebP

_CMYK = 4  # channels

# Offset of the density's unit in JFIF: after SOI and the segment's marker, length, name, version.
_JFIF_UNIT = 13
_MAX_UINT16 = 65_535
_METRES = {NO_UNIT: None, INCH: PER_INCH, CENTIMETRE: PER_CENTIMETRE}


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture as a JPEG, WebP, AVIF, JPEG 2000 or BMP."""
    arguments = _make_save_arguments(image, format, options.quality)
    if format.label in ("JPEG 2000", "AVIF"):
        # On a full disk OpenJPEG would never stop trying to write.
        file = io.BytesIO()
        to_pillow(image).save(file, format.pillow_name, **arguments)
        _write_with_metadata(stream, file.getvalue(), image.metadata, format)
        return
    begin = stream.tell()
    to_pillow(image).save(stream, format.pillow_name, **arguments)
    if format.label == "JPEG" and image.colours != _CMYK:
        _write_density(stream, begin, image.metadata.resolution)


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write an animation as an AVIF.

    The frames must be upright: Pillow's encoder crashes if EXIF asks for a rotation of frames.
    """
    frames: list[PIL.Image.Image] = []
    durations = []
    upright = map(apply_orientation, images)
    for image, ticks in quantize_durations(upright, DURATION_UNITS[format.label]):
        if not frames:
            arguments = _make_save_arguments(image, format, options.quality)
        with_alpha = replace(image, pixels=add_alpha(image), alpha=True)
        frames.append(to_pillow(with_alpha).convert("RGBA"))
        durations.append(ticks)
    first, *rest = frames
    arguments |= {"save_all": True, "append_images": rest, "duration": durations}
    file = io.BytesIO()
    first.save(file, format.pillow_name, **arguments)
    _write_with_metadata(stream, file.getvalue(), image.metadata, format)


def _write_with_metadata(stream: BinaryIO, file: bytes, metadata: Metadata, format: Format) -> None:
    """Write a JPEG 2000 or an AVIF with the metadata that Pillow doesn't write."""
    parts = [file]
    if format.label == "JPEG 2000":
        parts = jpeg2000.with_metadata(file, metadata)
    elif b"cICP" in metadata.colour:
        parts = avif.with_nclx(file, metadata.colour[b"cICP"])
    for part in parts:
        stream.write(part)


def _encode_jfif_density(resolution: Resolution) -> bytes | None:
    """Return unit, width and height as bytes of JFIF; None if integers would be too inexact."""
    unit, numbers = resolution.unit, resolution.to_integers(_METRES[resolution.unit], _MAX_UINT16)
    exact = [Fraction(*resolution.across), Fraction(*resolution.down)] == list(numbers or ())
    if not exact and resolution.unit != NO_UNIT:
        unit, numbers = INCH, resolution.to_integers(PER_INCH, _MAX_UINT16)
    return struct.pack(">BHH", jpeg.JFIF_UNITS.index(unit), *numbers) if numbers else None


def _write_density(stream: BinaryIO, begin: int, resolution: Resolution | None) -> None:
    """Write the resolution into the JFIF segment: Pillow writes pixels per inch only."""
    if resolution and (density := _encode_jfif_density(resolution)):
        end = stream.tell()
        stream.seek(begin + _JFIF_UNIT)
        stream.write(density)
        stream.seek(end)


def _make_save_arguments(image: Image, format: Format, quality: int | None) -> dict[str, Any]:
    """Return the arguments of Pillow's save."""
    arguments = _make_metadata_arguments(image.metadata, format, image.colours == _CMYK)
    if format.lossy:
        arguments["quality"] = DEFAULT_QUALITY if quality is None else quality
    if format.label == "JPEG" and (tables := image.metadata.jpeg):
        arguments |= {"subsampling": tables.subsampling, "keep_rgb": tables.rgb}
        if quality is None and len(tables.quantization) == image.pixels.shape[2]:
            del arguments["quality"]
            arguments["qtables"] = _without_repeated(list(tables.quantization.values()))
    elif format.label == "WebP":
        # Without `exact` the colours of transparent pixels would be changed.
        lossless = image.metadata.lossless if quality is None else quality == LOSSLESS_QUALITY
        arguments |= {"exact": True, "lossless": lossless}
    elif format.label == "AVIF":
        avif.limit_threads()
        avif.check_exif(arguments.get("exif"), image.frames)
        arguments["subsampling"] = "4:0:0" if image.pixels.shape[2] <= 2 else "4:4:4"
    return arguments


def _without_repeated(tables: list[list[int]]) -> list[list[int]]:
    """Return tables without repetitions at the end: Pillow repeats the last table."""
    while len(tables) > 1 and tables[-1] == tables[-2]:
        tables = tables[:-1]
    return tables


def to_pillow(image: Image) -> PIL.Image.Image:
    """Return a Pillow image of an 8-bit picture, or of 16-bit grey."""
    height, width, channels = image.pixels.shape
    mode = {
        1: "L" if image.pixels.itemsize == 1 else "I;16",
        2: "LA",
        3: "RGB",
        4: "RGBA" if image.alpha else "CMYK",
    }[channels]
    return PIL.Image.frombuffer(mode, (width, height), image.pixels, "raw", mode, 0, 1)


def _make_metadata_arguments(metadata: Metadata, format: Format, is_cmyk: bool) -> dict[str, Any]:
    """Return the arguments of Pillow's save for metadata."""
    block, resolution = metadata.exif, metadata.resolution
    arguments: dict[str, Any] = {"icc_profile": metadata.icc, "xmp": metadata.xmp}
    if format.label == "JPEG":
        arguments |= {"comment": metadata.comment, "extra": jpeg.encode_segments(metadata)}
        if resolution and (is_cmyk or _encode_jfif_density(resolution) is None):
            block = exif.with_resolution(block, resolution)
    elif format.label == "BMP":
        # Pillow writes 96 dpi by default. It multiplies by 39.3701, and rounds.
        numbers = resolution and resolution.to_integers(PER_METRE, 2**31 - 1)
        arguments["dpi"] = tuple(number / 39.3701 for number in numbers) if numbers else (0, 0)
    elif format.label in ("WebP", "AVIF") and resolution:
        block = exif.with_resolution(block, resolution)
    if block and format.label == "AVIF" and exif.read_orientation(block) == 1:
        # Pillow would rewrite the block to remove the orientation.
        block = exif.without_tag(block, exif.ORIENTATION)
    arguments["exif"] = block and b"Exif\0\0" + block
    return {name: value for name, value in arguments.items() if value}
