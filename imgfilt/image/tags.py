"""TIFF's tags: which describe how pixels are stored, which a picture, and which places in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PIL import TiffTags

from . import ifd
from .ifd import Entry

XMP, IPTC, PHOTOSHOP, ICC = 700, 33723, 34377, 34675
RESOLUTION = 282, 283, 296  # across, down, unit

# How the pixels are stored, which the next file says itself: nothing to keep.
STRUCTURE = frozenset((
    *range(254, 260), 262, *range(263, 267), 273, *range(277, 282), 284, *range(288, 294),
    317, *range(320, 329), 332, 333, 334, 336, 338, 339, 343, 344, 345, 346, 347, 351,
    *range(512, 522), 530, 531, 559, 32995, 32996, 32997, 32998,
))  # fmt: skip

# What EXIF has, too: description, maker, model, orientation, page, software, date, author,
# computer, colours, rating, copyright, Windows' title and so on.
DESCRIPTIVE = frozenset((
    269, 270, 271, 272, 274, 285, 301, 305, 306, 315, 316, 318, 319, 529, 532, 18246, 18249, 33432,
    *range(40091, 40096), ifd.EXIF, ifd.GPS,
))  # fmt: skip

# Positions in the file, and descriptions of pixels that are others now: never kept.
FLEETING = frozenset((330, 340, 341, 37724, 33560, 34118, 34361, 34412))

_TITLES = {
    330: "SubIFDs", 37724: "Photoshop layers",
    42112: "GDAL_METADATA", 42113: "GDAL_NODATA",
    50838: "ImageJ metadata", 50839: "ImageJ metadata",
}  # fmt: skip
_GEO = frozenset((33550, 33920, 33922, 34264, 34735, 34736, 34737))

# What says nothing of places in the picture; of a tag that isn't known nobody knows it.
_PLACELESS = frozenset((297, 42112, 42113))


def sorted_out(found: Mapping[int, Entry]) -> tuple[dict[int, Entry], dict[int, Entry], list[str]]:
    """Return the entries that EXIF has, those that only TIFF has, and the titles of the rest."""
    described = {tag: entry for tag, entry in found.items() if tag in DESCRIPTIVE}
    own = (XMP, IPTC, PHOTOSHOP, ICC, *RESOLUTION)
    others = {
        tag: entry
        for tag, entry in found.items()
        if tag not in DESCRIPTIVE and tag not in own and tag not in FLEETING
    }
    return described, others, names(FLEETING & found.keys())


def without_places(found: Mapping[int, Entry]) -> tuple[dict[int, Entry], list[str]]:
    """Return the entries that hold wherever the pixels are, and the titles of the others."""
    kept = {tag: entry for tag, entry in found.items() if tag in _PLACELESS}
    return kept, names(found.keys() - kept.keys())


def names(tags: Iterable[int]) -> list[str]:
    """Return what tags are called, each once.

    Examples
    --------
    >>> names([33550, 33922, 42113, 65000])
    ['GeoTIFF', 'GDAL_NODATA', 'tag 65000']
    """
    return list(dict.fromkeys(map(_name, sorted(tags))))


def _name(tag: int) -> str:
    if tag in _GEO:
        return "GeoTIFF"
    known = TiffTags.lookup(tag).name
    return _TITLES.get(tag) or (f"tag {tag}" if known == "unknown" else known)
