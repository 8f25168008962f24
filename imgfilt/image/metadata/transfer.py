"""What a file says beside its pixels: turned upright with them, and handed to the next file."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..formats import Format
from ..image import Image, Metadata, printable_type
from . import description, exif, photoshop, tags, xmp
from .resolution import NO_UNIT, PER_METRE, Resolution

TITLES = {
    "icc": "ICC profile", "exif": "EXIF", "xmp": "XMP", "resolution": "resolution",
    "iptc": "IPTC", "photoshop": "Photoshop resources", "text": "text",
    "colour": "gamma and primaries", "comment": "comment",
    "duration": "timeline", "loop_count": "number of runs", "scale": "scale",
}  # fmt: skip

_CODING = ("jpeg", "lossless", "compression", "extra_samples")
_ICC_CHANNELS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_MOST = {"PNG": 2**31 - 1, "BMP": 2**31 - 1, "JPEG": 65_535}

# Primaries and transfer of cICP: those of sRGB, with any of the curves that are shown alike.
_SRGB_CODES = {bytes((1, transfer)) for transfer in (1, 6, 13, 14, 15)}

# What every format without a word about its colours is taken for.
_SRGB = {
    b"gAMA": struct.pack(">L", 45_455),
    b"cHRM": struct.pack(">8L", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000),
}


def apply_orientation(image: Image) -> Image:
    """Turn a picture as its EXIF orientation says, and whatever else speaks of it.

    The orientation says at which side the first row and the first column are seen:

        1 top left     3 bottom right   5 left top    7 right bottom
        2 top right    4 bottom left    6 right top   8 left bottom

    One that stands in XMP alone is left to it: ImageMagick, GraphicsMagick, libvips and OpenCV
    don't turn such a picture.
    """
    way = exif.orientation(image.metadata.exif or b"")
    pixels = image.pixels
    if way in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if way in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if way in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return replace(image, pixels=pixels, metadata=_turned(image.metadata, way))


def _turned(metadata: Metadata, way: int) -> Metadata:
    """Return what is said of a picture that was turned; thumbnails show what was before."""
    changes: dict[str, Any] = {}
    details = metadata.details
    if metadata.exif:
        changes["exif"] = exif.turned(metadata.exif, way)
        if exif.has_thumbnail(metadata.exif):
            details += ("the thumbnail in EXIF is left out",)
    if metadata.photoshop:
        changes["photoshop"] = photoshop.turned(metadata.photoshop, way > 4)
        if photoshop.has_thumbnail(metadata.photoshop):
            details += ("the thumbnail in Photoshop resources is left out",)
    if way != 1:
        if metadata.xmp:
            changes["xmp"] = xmp.turned(metadata.xmp, way)
        kept, lost = tags.without_places(metadata.tags)
        changes |= {"tags": kept, "unread": (*metadata.unread, *lost)}
    if way > 4:
        changes["resolution"] = metadata.resolution and metadata.resolution.swapped
        changes["size"] = metadata.size and metadata.size[::-1]
    return replace(metadata, **changes, details=details)


def supported_metadata(
    image: Image, format: Format, channels: int
) -> tuple[Metadata, tuple[str, ...]]:
    """Return what of a picture's metadata a format can hold, and the titles of what it can't.

    Parameters
    ----------
    image : Image
    form : Format
    channels : int
        How many are written, without alpha. A profile describes colours of one kind: one that
        doesn't fit them is lost.
    """
    metadata = _current(image)
    if format.label == "TIFF":
        metadata = _truly_described(replace(image, metadata=metadata))
    found = {name: getattr(metadata, name) for name in TITLES}
    found = {name: value for name, value in found.items() if value not in (None, {}, ())}
    kept = {name: value for name, value in found.items() if name in format.metadata}
    for name in ("exif", "xmp", "comment"):
        if format.max_segment and len(kept.get(name, b"")) > format.max_segment:
            del kept[name]
    if format.label in ("PPM", "PGM") and b"\r" in kept.get("comment", b""):
        del kept["comment"]  # its lines end there, too
    if format.label == "GIF" and b"\0" in kept.get("xmp", b""):
        del kept["xmp"]  # readers of its blocks would end there
    if "exif" in kept and not exif.is_readable(kept["exif"]):
        del kept["exif"]  # what can't be read would stop other readers
    if "icc" in kept and _ICC_CHANNELS.get(kept["icc"][16:20]) != channels:
        del kept["icc"]
    if "colour" in kept and format.cicp_only and b"cICP" not in kept["colour"]:
        del kept["colour"]
    if "resolution" in kept and not _holds_resolution(format, kept["resolution"]):
        del kept["resolution"]
    silent = _not_missed(found, kept, format)
    lost: list[str] = []
    for name in found:
        if name not in kept and name not in silent:
            lost += _titles(name, metadata)
    for name in ("tags", "chunks", "segments"):
        if name in format.metadata:
            kept[name] = getattr(metadata, name)
    if format.label == "TIFF":
        lost += tags.names(tags.FLEETING - tags.STRUCTURE & exif.entries(kept.get("exif")).keys())
    if "tags" not in kept:
        lost += tags.names(metadata.tags)
    if "chunks" not in kept:
        lost += [printable_type(kind) for kind, _ in metadata.chunks]
    if "segments" not in kept and metadata.segments:
        lost.append("extended XMP")
    return replace(encoding_hints(metadata), **kept), tuple(
        dict.fromkeys([*lost, *metadata.unread])
    )


def _titles(name: str, metadata: Metadata) -> list[str]:
    """Return what a field is called; of a TIFF, its tags that EXIF has, too."""
    from_tiff = name == "exif" and metadata.compression is not None
    return exif.titles(metadata.exif) if from_tiff else [TITLES[name]]


def encoding_hints(metadata: Metadata) -> Metadata:
    """Return what metadata says of how the pixels were stored, and nothing else."""
    return Metadata(**{name: getattr(metadata, name) for name in _CODING})


def _not_missed(found: Mapping[str, Any], kept: Mapping[str, Any], format: Format) -> set[str]:
    """Return what isn't worth a word where it is lost."""
    silent = set()
    # Without a timeline nobody asks how often it runs; for ever is what every viewer does.
    if "duration" not in kept or not found.get("loop_count"):
        silent.add("loop_count")
    if _is_srgb(found.get("colour", {})):
        silent.add("colour")
    if "resolution" in found and found["resolution"].says_nothing:
        silent.add("resolution")
    if exif.says_nothing(found.get("exif")):
        silent.add("exif")
    # IPTC stands in Photoshop's resources, too.
    only = {one.number for one in photoshop.split(found.get("photoshop", b""))}
    if only <= {photoshop.IPTC, photoshop.IPTC_DIGEST}:
        silent.add("photoshop")
    return silent


def _current(image: Image) -> Metadata:
    """Return what is said of a picture, with the size, the channels and the bits it has now."""
    metadata = image.metadata
    height, width, channels = image.pixels.shape
    changes: dict[str, Any] = {}
    if metadata.exif:
        changes["exif"] = exif.with_size(metadata.exif, width, height)
    if metadata.xmp:
        changes["xmp"] = xmp.with_size(metadata.xmp, width, height)
    kept, lost = metadata.tags, list[str]()
    if metadata.inks:
        now = channels - image.alpha, image.pixels.itemsize * 8
        kept, lost = tags.fitting(kept, metadata.inks, now)
    if kept and metadata.size != (width, height):
        kept, placed = tags.without_places(kept)
        lost += placed
    return replace(metadata, **changes, tags=kept, unread=(*metadata.unread, *lost))


def _truly_described(image: Image) -> Metadata:
    """Return what is said of a picture, without a description that speaks of other pixels."""
    metadata, program = image.metadata, description.outdated(image)
    if program is None or metadata.exif is None:
        return metadata
    block = exif.without(metadata.exif, description.DESCRIPTION)
    return replace(metadata, exif=block, unread=(*metadata.unread, f"{program} description"))


def _holds_resolution(format: Format, said: Resolution) -> bool:
    """Return whether a format can hold a resolution, itself or in EXIF, as good as exactly."""
    most = _MOST.get(format.label, 0)
    if format.label == "GIF":
        return said.in_gif > 0
    if said.unit == NO_UNIT:
        holds = format.label in ("PNG", "JPEG") and said.whole(None, most) is not None
        return format.label == "TIFF" or holds
    if "exif" in format.metadata and format.label != "PNG":
        return True
    return format.label not in _MOST or said.whole(PER_METRE, most) is not None


def _is_srgb(colour: Mapping[bytes, bytes]) -> bool:
    """Return whether a PNG's chunks say what is assumed without them."""
    if b"cICP" in colour:
        return colour[b"cICP"][:2] in _SRGB_CODES
    return b"sRGB" in colour or all(_SRGB[kind] == held for kind, held in colour.items())
