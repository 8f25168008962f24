"""Check the descriptions of a TIFF's layout that microscopy programs write.

Such programs trust a description more than the directories: with a wrong description they read
wrong pixels.
"""

from __future__ import annotations

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


def find_program(block: bytes | None) -> str | None:
    """Return the program that wrote the layout description in an EXIF block; None without one."""
    text = _description_text(block)
    if text.startswith(b"ImageJ="):
        return "ImageJ"
    if _OME.search(text):
        return "OME"
    return "tifffile" if text.startswith(b'{"shape":') else None


def find_outdated_program(image: Image) -> str | None:
    """Return the program whose description doesn't fit the pixels; None if there is none."""
    text, found = _description_text(image.metadata.exif), find_program(image.metadata.exif)
    if found is None:
        return None
    fits = {"ImageJ": _fits_imagej, "OME": _fits_ome, "tifffile": _fits_tifffile}
    return None if fits[found](text, image) else found


def _description_text(block: bytes | None) -> bytes:
    entry = exif.read_entries(block).get(DESCRIPTION)
    return entry.content.rstrip(b"\0") if entry else b""


def _fits_imagej(text: bytes, image: Image) -> bool:
    pages = _IMAGEJ_PAGES.search(text)
    return pages is None or int(pages[1]) <= image.frames


def _fits_tifffile(text: bytes, image: Image) -> bool:
    """Return whether the shape in the description fits one page or several pages of the file.

    A file can hold several arrays, each with a separate description.
    """
    import json

    try:
        shape = [int(side) for side in json.loads(text)["shape"] if side != 1]
    except (ValueError, TypeError, RecursionError):
        return True
    page = [side for side in image.pixels.shape if side != 1]
    rest = len(shape) - len(page)
    return rest >= 0 and shape[rest:] == page and math.prod(shape[:rest]) <= image.frames


def _fits_ome(text: bytes, image: Image) -> bool:
    height, width, channels = image.pixels.shape
    wanted = {
        b"SizeX": b"%d" % width,
        b"SizeY": b"%d" % height,
        b"Type": _OME_TYPES[image.pixels.dtype.name],
    }
    # The description may name other files that hold some of the planes.
    max_planes = math.inf if b"FileName=" in text else image.frames * channels
    for element in _OME_PIXELS.findall(text):
        attributes = dict(re.findall(rb"(\w+)\s*=\s*[\"']([^\"']*)[\"']", element))
        planes = math.prod(
            int(attributes[name]) for name in _PLANES if attributes.get(name, b"").isdigit()
        )
        if attributes.items() >= wanted.items() and planes <= max_planes:
            return True
    return False
