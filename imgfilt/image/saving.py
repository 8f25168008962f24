"""Writing with Pillow: arrays to its modes, metadata to the arguments of its save."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, BinaryIO

import PIL.Image

from . import avif
from .format import Format
from .metadata import upright
from .picture import Image, Metadata
from .timeline import timed, with_alpha

QUALITY = 95
LOSSLESS = 100

_MILLISECOND = 1


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write a picture as a JPEG, WebP, AVIF, JPEG 2000 or BMP."""
    given = options(image, form, quality)
    if form.label == "JPEG" and (tables := image.metadata.jpeg):
        given["subsampling"] = tables.subsampling
        given["keep_rgb"] = tables.rgb
        if quality is None and len(tables.quantization) == image.pixels.shape[2]:
            del given["quality"]
            given["qtables"] = _shortened(list(tables.quantization.values()))
    if form.label == "JPEG 2000":
        # OpenJPEG tries for ever where a write fails, as on a full disk.
        held = io.BytesIO()
        from_pixels(image).save(held, form.codec, **given)
        stream.write(held.getbuffer())
    else:
        from_pixels(image).save(stream, form.codec, **given)


def _shortened(tables: list[list[int]]) -> list[list[int]]:
    """Return tables without those at the end that repeat: the last holds for what comes after."""
    while len(tables) > 1 and tables[-1] == tables[-2]:
        tables = tables[:-1]
    return tables


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], form: Format, quality: int | None
) -> None:
    """Write an animation as an AVIF, turned upright: Pillow's encoder crashes where it is to be."""
    frames: list[PIL.Image.Image] = []
    durations = []
    for image, ticks in timed(map(upright, images), _MILLISECOND):
        if not frames:
            given = options(image, form, quality)
        frames.append(
            from_pixels(replace(image, pixels=with_alpha(image), alpha=True)).convert("RGBA")
        )
        durations.append(ticks)
    first, *rest = frames
    first.save(stream, form.codec, save_all=True, append_images=rest, duration=durations, **given)


def options(image: Image, form: Format, quality: int | None) -> dict[str, Any]:
    """Return the arguments of Pillow's save."""
    given = save_options(image.metadata)
    if form.lossy:
        given["quality"] = QUALITY if quality is None else quality
    if form.label == "WebP":
        # Without `exact` the colour under transparent pixels is thrown away.
        lossless = image.metadata.lossless if quality is None else quality == LOSSLESS
        given |= {"exact": True, "lossless": lossless}
    if form.label == "AVIF":
        avif.limit_threads()
        avif.check_exif(image.metadata.exif, image.frames)
        given["subsampling"] = "4:0:0" if image.pixels.shape[2] <= 2 else "4:4:4"
    return given


def from_pixels(image: Image) -> PIL.Image.Image:
    """Return an 8-bit picture, or grey of 16 bits, as Pillow's."""
    height, width, count = image.pixels.shape
    mode = {
        1: "L" if image.pixels.itemsize == 1 else "I;16",
        2: "LA",
        3: "RGB",
        4: "RGBA" if image.alpha else "CMYK",
    }[count]
    return PIL.Image.frombuffer(mode, (width, height), image.pixels, "raw", mode, 0, 1)


def save_options(metadata: Metadata) -> dict[str, Any]:
    """Return metadata as the arguments of Pillow's save; PNG has it in other places."""
    options = {
        "icc_profile": metadata.icc,
        "exif": metadata.exif and b"Exif\0\0" + metadata.exif,
        "xmp": metadata.xmp,
        "dpi": metadata.dpi,
        "comment": metadata.comment,
    }
    return {name: value for name, value in options.items() if value}
