"""Writing with Pillow: arrays to its modes, metadata to the arguments of its save."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any, BinaryIO

import PIL.Image

from ..animation import DURATION_UNITS, add_alpha, quantize_durations
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

QUALITY = 95
LOSSLESS = 100

_CMYK = 4

# In JFIF, behind SOI and the segment's marker, length, name and version: its unit.
_JFIF_UNIT = 13
_MOST_DOTS = 65_535
_METRES = {NO_UNIT: None, INCH: PER_INCH, CENTIMETRE: PER_CENTIMETRE}


def encode(stream: BinaryIO, image: Image, format: Format, quality: int | None) -> None:
    """Write a picture as a JPEG, WebP, AVIF, JPEG 2000 or BMP."""
    given = options(image, format, quality)
    if format.label == "JPEG" and (tables := image.metadata.jpeg):
        given["subsampling"] = tables.subsampling
        given["keep_rgb"] = tables.rgb
        if quality is None and len(tables.quantization) == image.pixels.shape[2]:
            del given["quality"]
            given["qtables"] = _shortened(list(tables.quantization.values()))
    if format.label in ("JPEG 2000", "AVIF"):
        # OpenJPEG tries for ever where a write fails, as on a full disk.
        held = io.BytesIO()
        to_pillow(image).save(held, format.pillow_name, **given)
        _described(stream, held.getvalue(), image.metadata, format)
        return
    begun = stream.tell()
    to_pillow(image).save(stream, format.pillow_name, **given)
    if format.label == "JPEG" and image.colours != _CMYK:
        _write_density(stream, begun, image.metadata.resolution)


def _shortened(tables: list[list[int]]) -> list[list[int]]:
    """Return tables without those at the end that repeat: the last holds for what comes after."""
    while len(tables) > 1 and tables[-1] == tables[-2]:
        tables = tables[:-1]
    return tables


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None
) -> None:
    """Write an animation as an AVIF, turned upright: Pillow's encoder crashes where it is to be."""
    frames: list[PIL.Image.Image] = []
    durations = []
    upright = map(apply_orientation, images)
    for image, ticks in quantize_durations(upright, DURATION_UNITS[format.label]):
        if not frames:
            given = options(image, format, quality)
        frames.append(
            to_pillow(replace(image, pixels=add_alpha(image), alpha=True)).convert("RGBA")
        )
        durations.append(ticks)
    first, *rest = frames
    held = io.BytesIO()
    first.save(
        held, format.pillow_name, save_all=True, append_images=rest, duration=durations, **given
    )
    _described(stream, held.getvalue(), image.metadata, format)


def _described(stream: BinaryIO, file: bytes, metadata: Metadata, format: Format) -> None:
    """Write a file with what Pillow has no place for."""
    parts = [file]
    if format.label == "JPEG 2000":
        parts = jpeg2000.with_metadata(file, metadata)
    elif b"cICP" in metadata.colour:
        parts = avif.with_nclx(file, metadata.colour[b"cICP"])
    for part in parts:
        stream.write(part)


def _density(said: Resolution) -> bytes | None:
    """Return unit, width and height as JFIF has them, if it can have them as good as exactly."""
    unit, numbers = said.unit, said.to_integers(_METRES[said.unit], _MOST_DOTS)
    exact = [Fraction(*said.across), Fraction(*said.down)] == list(numbers or ())
    if not exact and said.unit != NO_UNIT:
        unit, numbers = INCH, said.to_integers(PER_INCH, _MOST_DOTS)
    return struct.pack(">BHH", jpeg.JFIF_UNITS.index(unit), *numbers) if numbers else None


def _write_density(stream: BinaryIO, begun: int, said: Resolution | None) -> None:
    """Say the resolution in JFIF, of which Pillow knows inches only."""
    if said and (density := _density(said)):
        end = stream.tell()
        stream.seek(begun + _JFIF_UNIT)
        stream.write(density)
        stream.seek(end)


def options(image: Image, format: Format, quality: int | None) -> dict[str, Any]:
    """Return the arguments of Pillow's save."""
    given = save_options(image.metadata, format, image.colours == _CMYK)
    if format.lossy:
        given["quality"] = QUALITY if quality is None else quality
    if format.label == "WebP":
        # Without `exact` the colour under transparent pixels is thrown away.
        lossless = image.metadata.lossless if quality is None else quality == LOSSLESS
        given |= {"exact": True, "lossless": lossless}
    if format.label == "AVIF":
        avif.limit_threads()
        avif.check_exif(given.get("exif"), image.frames)
        given["subsampling"] = "4:0:0" if image.pixels.shape[2] <= 2 else "4:4:4"
    return given


def to_pillow(image: Image) -> PIL.Image.Image:
    """Return an 8-bit picture, or grey of 16 bits, as Pillow's."""
    height, width, count = image.pixels.shape
    mode = {
        1: "L" if image.pixels.itemsize == 1 else "I;16",
        2: "LA",
        3: "RGB",
        4: "RGBA" if image.alpha else "CMYK",
    }[count]
    return PIL.Image.frombuffer(mode, (width, height), image.pixels, "raw", mode, 0, 1)


def save_options(metadata: Metadata, format: Format, cmyk: bool = False) -> dict[str, Any]:
    """Return metadata as the arguments of Pillow's save; PNG has it in other places."""
    block, said = metadata.exif, metadata.resolution
    options: dict[str, Any] = {"icc_profile": metadata.icc, "xmp": metadata.xmp}
    if format.label == "JPEG":
        options |= {"comment": metadata.comment, "extra": jpeg.encode_segments(metadata)}
        if said and (cmyk or _density(said) is None):
            block = exif.add_resolution(block, said)
    elif format.label == "BMP":
        # Pillow would say 96 where nothing is said, and rounds what is.
        metres = said and said.to_integers(PER_METRE, 2**31 - 1)
        options["dpi"] = tuple(number / 39.3701 for number in metres) if metres else (0, 0)
    elif format.label in ("WebP", "AVIF") and said:
        block = exif.add_resolution(block, said)
    if block and format.label == "AVIF" and exif.orientation(block) == 1:
        # Pillow would write the block anew to take the orientation out.
        block = exif.remove_tag(block, exif.ORIENTATION)
    options["exif"] = block and b"Exif\0\0" + block
    return {name: value for name, value in options.items() if value}
