"""Transfer metadata from input to output: turn it upright, and select what the format can hold."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..codec import load_codec
from ..formats import Format
from ..image import Image, Metadata, printable_type
from . import description, exif, photoshop, tags, xmp

TITLES = {
    "icc": "ICC profile", "exif": "EXIF", "xmp": "XMP", "resolution": "resolution",
    "iptc": "IPTC", "photoshop": "Photoshop resources", "text": "text",
    "colour": "gamma and primaries", "comment": "comment",
    "duration": "frame durations", "loop_count": "number of loops", "scale": "scale",
}  # fmt: skip

_ENCODING_HINTS = ("jpeg", "lossless", "compression", "extra_samples")
_ICC_CHANNELS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}

# The first two bytes of cICP for sRGB: primaries, and the transfer functions close to sRGB's.
_SRGB_CODES = {bytes((1, transfer)) for transfer in (1, 6, 13, 14, 15)}

# By PNG chunk: the data that means sRGB, the default of every format.
_SRGB = {
    b"gAMA": struct.pack(">L", 45_455),
    b"cHRM": struct.pack(">8L", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000),
}


def apply_orientation(image: Image) -> Image:
    """Return a picture turned upright by its EXIF orientation, with its metadata.

    The orientation tells on which sides of the upright picture the first row and column are:

        1 top left     3 bottom right   5 left top    7 right bottom
        2 top right    4 bottom left    6 right top   8 left bottom

    An orientation that is only in XMP has no effect, as in ImageMagick, GraphicsMagick, libvips
    and OpenCV.
    """
    metadata, pixels = image.metadata, image.pixels
    if not (metadata.exif or metadata.photoshop):
        return image
    orientation = exif.read_orientation(metadata.exif or b"")
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return replace(image, pixels=pixels, metadata=_turn_metadata_upright(metadata, orientation))


def _turn_metadata_upright(metadata: Metadata, orientation: int) -> Metadata:
    """Return the metadata for a picture that was turned upright; thumbnails are dropped."""
    changes: dict[str, Any] = {}
    details = metadata.details
    if metadata.exif:
        changes["exif"] = exif.turned_upright(metadata.exif, orientation)
        if exif.has_thumbnail(metadata.exif):
            details += ("the thumbnail in EXIF is left out",)
    if metadata.photoshop:
        changes["photoshop"] = photoshop.turned_upright(metadata.photoshop, orientation > 4)
        if photoshop.has_thumbnail(metadata.photoshop):
            details += ("the thumbnail in Photoshop resources is left out",)
    if orientation != 1:
        if metadata.xmp:
            changes["xmp"] = xmp.turned_upright(metadata.xmp, orientation)
        remaining, lost = tags.without_positional(metadata.tags)
        changes |= {"tags": remaining, "unread": (*metadata.unread, *lost)}
    if orientation > 4:
        changes["resolution"] = metadata.resolution and metadata.resolution.swapped
        changes["tags_size"] = metadata.tags_size and metadata.tags_size[::-1]
    return metadata._replace(**changes, details=details)


def select_supported_metadata(
    image: Image, format: Format, channels: int
) -> tuple[Metadata, tuple[str, ...]]:
    """Return (the metadata that a format can hold, the names of the metadata that is lost).

    Parameters
    ----------
    image : Image
    format : Format
    channels : int
        The number of channels to write, without alpha. An ICC profile for another number of
        channels is lost.
    """
    metadata = _prepare_metadata(image)
    if "tags" in format.metadata:
        metadata = _without_outdated_description(replace(image, metadata=metadata))
    found = {name: getattr(metadata, name) for name in TITLES}
    found = {name: value for name, value in found.items() if value not in (None, {}, ())}
    supported = {
        name: value for name, value in found.items() if _can_hold(format, name, value, channels)
    }
    negligible = _find_negligible(found, supported)
    lost: list[str] = []
    for name in found:
        if name not in supported and name not in negligible:
            from_tiff = name == "exif" and metadata.compression is not None
            lost += exif.list_tag_titles(metadata.exif) if from_tiff else [TITLES[name]]
    if "tags" in format.metadata:
        lost += tags.tag_names(
            tags.NEVER_KEPT - tags.STRUCTURE & exif.read_entries(supported.get("exif")).keys()
        )
    for name, names in (
        ("tags", tags.tag_names(metadata.tags)),
        ("chunks", [printable_type(kind) for kind, _ in metadata.chunks]),
        ("extended_xmp", ["extended XMP"] if metadata.extended_xmp else []),
    ):
        if name in format.metadata:
            supported[name] = getattr(metadata, name)
        else:
            lost += names
    lost += metadata.unread
    return select_encoding_hints(metadata)._replace(**supported), tuple(dict.fromkeys(lost))


def _can_hold(format: Format, name: str, value: Any, channels: int) -> bool:
    """Return whether a format can hold a field of Metadata with this value."""
    if name not in format.metadata:
        return False
    if name in format.forbidden_bytes and format.forbidden_bytes[name] in value:
        return False
    if name == "icc":
        return _ICC_CHANNELS.get(value[16:20]) == channels
    if name == "colour":
        return not format.cicp_only or b"cICP" in value
    if name == "resolution":
        return load_codec(format).can_hold_resolution(value)
    if name == "exif" and not exif.is_readable(value):
        return False  # other readers might stop at this byte
    if name in ("exif", "xmp", "comment") and format.max_segment is not None:
        return len(value) <= format.max_segment
    return True


def select_encoding_hints(metadata: Metadata) -> Metadata:
    """Return only the fields that tell an encoder how the pixels were stored."""
    return Metadata(**{name: getattr(metadata, name) for name in _ENCODING_HINTS})


def _find_negligible(found: Mapping[str, Any], supported: Mapping[str, Any]) -> set[str]:
    """Return the names of fields whose loss isn't reported."""
    negligible = set()
    # Every viewer plays an animation for ever by default.
    if "duration" not in supported or not found.get("loop_count"):
        negligible.add("loop_count")
    if _is_srgb(found.get("colour", {})):
        negligible.add("colour")
    if "resolution" in found and found["resolution"].is_square_only:
        negligible.add("resolution")
    if exif.is_neutral(found.get("exif")):
        negligible.add("exif")
    # Resources that hold only IPTC, which is stored in a separate field.
    numbers = {one.number for one in photoshop.parse_resources(found.get("photoshop", b""))}
    if numbers <= {photoshop.IPTC, photoshop.IPTC_DIGEST}:
        negligible.add("photoshop")
    return negligible


def _prepare_metadata(image: Image) -> Metadata:
    """Return the metadata with the picture's size, without tags for other channels or bits."""
    metadata = image.metadata
    height, width, channels = image.pixels.shape
    changes: dict[str, Any] = {}
    if metadata.exif:
        changes["exif"] = exif.with_size(metadata.exif, width, height)
    if metadata.xmp:
        changes["xmp"] = xmp.with_size(metadata.xmp, width, height)
    remaining, lost = metadata.tags, list[str]()
    if metadata.tags_inks:
        now = channels - image.alpha, image.pixels.itemsize * 8
        remaining, lost = tags.without_other_inks(remaining, metadata.tags_inks, now)
    if remaining and metadata.tags_size != (width, height):
        remaining, positional = tags.without_positional(remaining)
        lost += positional
    return metadata._replace(**changes, tags=remaining, unread=(*metadata.unread, *lost))


def _without_outdated_description(image: Image) -> Metadata:
    """Return the metadata without a description that doesn't fit the pixels."""
    metadata, program = image.metadata, description.find_outdated_program(image)
    if program is None or metadata.exif is None:
        return metadata
    block = exif.without_tag(metadata.exif, description.DESCRIPTION)
    return metadata._replace(exif=block, unread=(*metadata.unread, f"{program} description"))


def _is_srgb(colour: Mapping[bytes, bytes]) -> bool:
    """Return whether a PNG's colour chunks only say sRGB, the default."""
    if b"cICP" in colour:
        return colour[b"cICP"][:2] in _SRGB_CODES
    return b"sRGB" in colour or all(_SRGB[kind] == data for kind, data in colour.items())
