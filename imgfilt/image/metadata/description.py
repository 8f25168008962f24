"""Descriptions in which microscopy programs say how a TIFF's pixels lie: whether that still holds.

Readers believe them more than the directories: one that has become wrong gives other pixels.
"""

from __future__ import annotations

import json
import math
import re

from ..image import Image
from . import exif

DESCRIPTION = 270

_OME = re.compile(rb"<(?:\w+:)?OME[\s>]")
_OME_PIXELS = re.compile(rb"<(?:\w+:)?Pixels\s[^>]*>")
_OME_TYPES = {"uint8": b"uint8", "uint16": b"uint16", "float32": b"float", "float64": b"double"}
_PLANES = (b"SizeZ", b"SizeC", b"SizeT")
_IMAGEJ_PAGES = re.compile(rb"^images=(\d+)", re.MULTILINE)


def program(block: bytes | None) -> str | None:
    """Return who wrote the description in an EXIF block, if it says how pixels lie."""
    text = _text(block)
    if text.startswith(b"ImageJ="):
        return "ImageJ"
    if _OME.search(text):
        return "OME"
    return "tifffile" if text.startswith(b'{"shape":') else None


def outdated(image: Image) -> str | None:
    """Return who wrote a picture's description, if it says of its pixels what isn't so."""
    text, found = _text(image.metadata.exif), program(image.metadata.exif)
    if found is None:
        return None
    holds = {"ImageJ": _holds_in_imagej, "OME": _holds_in_ome, "tifffile": _holds_in_tifffile}
    return None if holds[found](text, image) else found


def _text(block: bytes | None) -> bytes:
    entry = exif.entries(block).get(DESCRIPTION)
    return entry.content.rstrip(b"\0") if entry else b""


def _holds_in_imagej(text: bytes, image: Image) -> bool:
    pages = _IMAGEJ_PAGES.search(text)
    return pages is None or int(pages[1]) <= image.frames


def _holds_in_tifffile(text: bytes, image: Image) -> bool:
    """Return whether its shape is that of a page, or of no more pages than there are.

    A file can hold several arrays, each with a description of its own.
    """
    try:
        shape = [int(side) for side in json.loads(text)["shape"] if side != 1]
    except (ValueError, TypeError, RecursionError):
        return True
    page = [side for side in image.pixels.shape if side != 1]
    rest = len(shape) - len(page)
    return rest >= 0 and shape[rest:] == page and math.prod(shape[:rest]) <= image.frames


def _holds_in_ome(text: bytes, image: Image) -> bool:
    height, width, channels = image.pixels.shape
    wanted = {
        b"SizeX": b"%d" % width,
        b"SizeY": b"%d" % height,
        b"Type": _OME_TYPES[image.pixels.dtype.name],
    }
    # Planes may be in other files, which are then named.
    most = math.inf if b"FileName=" in text else image.frames * channels
    for element in _OME_PIXELS.findall(text):
        said = dict(re.findall(rb"(\w+)\s*=\s*[\"']([^\"']*)[\"']", element))
        planes = math.prod(int(said[name]) for name in _PLANES if said.get(name, b"").isdigit())
        if said.items() >= wanted.items() and planes <= most:
            return True
    return False
