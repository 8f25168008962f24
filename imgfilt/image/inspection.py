"""Inspect a file: what its header says of the pictures in it, as facts by name."""

from __future__ import annotations

import io
from typing import Any

from PIL import ImageCms

from ..dtypes import DTYPES
from ..errors import ImageError, command_note
from ..files import open_regular
from ..row_source import Undecoded
from .format_detection import detect, detect_format
from .formats import FORMATS
from .image import Image, Metadata
from .metadata import description, exif, ifd, tags
from .metadata.resolution import CENTIMETRE, INCH
from .metadata.transfer import TITLES
from .read_options import ReadOptions
from .reader import read_frames

Facts = dict[str, Any]

_COLOURS = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("cyan", "magenta", "yellow", "black")}
_UNITS = {INCH: ("inch", 2.54), CENTIMETRE: ("cm", 1.0)}  # with centimetres
_OF_A_PAGE = "width", "height", "depth", "channels"
_UNLIMITED = 1 << 62
_NETPBM = {b"P1": "PBM", b"P4": "PBM", b"P2": "PGM", b"P5": "PGM"}  # by the first bytes

# Fields of Metadata that other facts describe.
_NO_BLOCKS = "icc", "resolution", "duration", "loop_count"


def inspect(source: str | bytes, name: str, options: ReadOptions) -> Facts:
    """Return facts of the first picture in a file, and of all its pictures together.

    Pixels are decoded only where the header lacks the facts: of a grid of numbers, and of an
    animated WebP or AVIF. So a file that is cut off may have facts.

    Parameters
    ----------
    source : str or bytes
        A path, or the content of a file.
    name : str
        For errors.
    options : ReadOptions
        Its axes, alpha and `max_pixels`; if a picture has more pixels, `refused` says so.

    Returns
    -------
    dict
        Values for JSON by name.

    Raises
    ------
    ImageError
        When the file is no picture that is read.
    """
    refused = None
    try:
        pictures = _read(source, name, options)
    except ImageError as error:
        if error.parameters != ("max_pixels",):
            raise
        refused = command_note(error.args[0])
        pictures = _read(source, name, options._replace(max_pixels=_UNLIMITED, frame=0))
    pixels, metadata = pictures[0]
    kinds = [{key: facts[key] for key in _OF_A_PAGE} for facts, _ in pictures]
    timed = [one.duration for _, one in pictures if one.duration is not None]
    return {
        "format": _name_format(source),
        **pixels,
        "frames": len(pictures),
        "pages": [] if kinds.count(kinds[0]) == len(kinds) else kinds,
        "milliseconds": round(sum(timed), 3) if timed else None,
        "runs": metadata.loop_count if timed else None,
        **_describe_resolution(metadata, pixels["width"], pixels["height"]),
        "profile": _find_profile_name(metadata.icc),
        "metadata": _list_blocks(metadata),
        "not_kept": list(metadata.unread),
        "broken": list(metadata.unreadable),
        "nodata": tags.find_nodata(metadata.tags),
        "notes": [command_note(note) for note in (*metadata.notes, *metadata.details)],
        "refused": refused,
    }


def _name_format(source: str | bytes) -> str:
    """Return the name of a file's format; PBM and PGM have their own, as their suffixes have."""
    if isinstance(source, bytes):
        start, format = source[:2], detect(source[:512], None)
    else:
        format = detect_format(source)
        with open_regular(source) as stream:
            start = stream.read(2)
    return _NETPBM.get(start, format.label) if format is FORMATS["ppm"] else format.label


def _read(source: str | bytes, name: str, options: ReadOptions) -> list[tuple[Facts, Metadata]]:
    """Return the facts of the pixels, and the metadata, of each picture."""
    given = source if isinstance(source, str) else io.BytesIO(source)
    images = read_frames(
        given,
        name=name,
        frame=options.frame,
        max_pixels=options.max_pixels,
        axes=options.axes,
        alpha=options.alpha,
        header_only=True,
    )
    return [(_describe_pixels(image), image.metadata) for image in images]


def _describe_pixels(image: Image) -> Facts:
    """Return the facts of a picture's pixels: upright, as they are filtered."""
    pixels, orientation = image.pixels, exif.read_orientation(image.metadata.exif or b"")
    height, width, count = pixels.shape
    if orientation > 4:
        width, height = height, width
    colours = _COLOURS.get(image.colours, ("unknown",) * image.colours)
    facts = {
        "width": width,
        "height": height,
        "depth": DTYPES[pixels.dtype.name],
        "channels": [*colours, *["extra"] * image.extra, *["alpha"] * image.alpha],
        "palette": image.metadata.palette,
        "orientation": orientation,
        "memory": height * width * count * pixels.itemsize,
    }
    # Frames of an animation may be decoded, too.
    if not isinstance(pixels, Undecoded) and image.metadata.duration is None:
        facts |= {"minimum": pixels.min().item(), "maximum": pixels.max().item()}
    return facts


def _describe_resolution(metadata: Metadata, width: int, height: int) -> Facts:
    """Return pixels per unit across and down, and the size in centimetres."""
    found = metadata.resolution
    if found is None or found.is_square_only:
        return {"resolution": None, "centimetres": None}
    if exif.read_orientation(metadata.exif or b"") > 4:
        found = found.swapped
    across, down = (top / bottom for top, bottom in (found.across, found.down))
    unit, centimetres = _UNITS.get(found.unit, (None, 0.0))
    return {
        "resolution": {"across": across, "down": down, "unit": unit},
        "centimetres": unit and [width / across * centimetres, height / down * centimetres],
    }


def _find_profile_name(icc: bytes | None) -> str | None:
    """Return the name that an ICC profile has, or how large it is if it has none."""
    if icc is None:
        return None
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError):
        name = ""
    return name or f"without a name ({len(icc)} bytes)"


def _list_blocks(metadata: Metadata) -> list[str]:
    """Return the names of the blocks of metadata, and of what an EXIF block says of the place."""
    found = [
        title
        for field, title in TITLES.items()
        if field not in (*_NO_BLOCKS, "exif") and getattr(metadata, field)
    ]
    is_tiff = metadata.compression is not None
    names = exif.list_tag_titles(metadata.exif) if is_tiff else ["EXIF"] * bool(metadata.exif)
    if ifd.GPS in exif.read_entries(metadata.exif):
        names.append("GPS position")
    if exif.has_thumbnail(metadata.exif):
        names.append("thumbnail")
    if program := description.find_program(metadata.exif):
        names = [f"{program} description", *names]
        names.remove(tags.tag_names([description.DESCRIPTION])[0])
    names += [*found, *tags.tag_names(metadata.tags)]
    names += ["extended XMP"] if metadata.extended_xmp else []
    return list(dict.fromkeys(names))
