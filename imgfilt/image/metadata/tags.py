"""Groups of TIFF tags: layout of the pixels, descriptions, positions in the picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from PIL import TiffTags

from ...numbers import format_shortest
from . import ifd
from .ifd import Entry

XMP, IPTC, PHOTOSHOP, ICC = 700, 33723, 34377, 34675
RESOLUTION = 282, 283, 296  # across, down, unit

# Tags of the pixels' layout. They aren't copied: the encoder writes new values.
STRUCTURE = frozenset((
    *range(254, 260), 262, *range(263, 267), 273, *range(277, 282), 284, *range(288, 294),
    317, *range(320, 329), 332, 333, 334, 336, 338, 339, 343, 344, 345, 346, 347, 351,
    *range(512, 522), 530, 531, 559, 32995, 32996, 32997, 32998,
))  # fmt: skip

# Tags that give the meaning of the levels.
INKS = INK_SET, INK_NAMES, NUMBER_OF_INKS, DOT_RANGE = 332, 333, 334, 336
_LOWEST, _HIGHEST, _GREY_UNIT, _GREY_CURVE, _HALFTONES = 280, 281, 290, 291, 321
LEVELS = frozenset((*INKS, _LOWEST, _HIGHEST, _GREY_UNIT, _GREY_CURVE, _HALFTONES))

# Tags that an EXIF block may hold, too: description, maker, model, orientation, page, software,
# date, author, computer, colours, rating, copyright, Windows' title and so on.
DESCRIPTIVE = frozenset((
    269, 270, 271, 272, 274, 285, 301, 305, 306, 315, 316, 318, 319, 529, 532, 18246, 18249, 33432,
    *range(40091, 40096), ifd.EXIF, ifd.GPS,
))  # fmt: skip

# Tags with offsets in the file, and with descriptions of pixels that filters change.
_LAYERS = 37724
NEVER_KEPT = LEVELS - {*INKS} | {330, 340, 341, _LAYERS, 33560, 34118, 34361, 34412}

# Photoshop's blocks of layers of 8, 16 and 32 bits, in both byte orders.
_WITH_LAYERS = re.compile(rb"8BIM(?:Layr|Lr16|Lr32)|MIB8(?:ryaL|61rL|23rL)")

_TITLES = {
    330: "SubIFDs", 18246: "Rating", 18249: "RatingPercent", 40091: "XPTitle",
    40092: "XPComment", 40093: "XPAuthor", 40094: "XPKeywords", 40095: "XPSubject",
    42112: "GDAL_METADATA", 42113: "GDAL_NODATA",
    50838: "ImageJ metadata", 50839: "ImageJ metadata",
}  # fmt: skip
_GEO = frozenset((33550, 33920, 33922, 34264, 34735, 34736, 34737))

# Tags that don't refer to positions in the picture. Unknown tags may refer to positions.
_GDAL_NODATA = 42113
_NOT_POSITIONAL = frozenset((297, 42112, _GDAL_NODATA, *INKS))


def classify(found: Mapping[int, Entry]) -> tuple[dict[int, Entry], dict[int, Entry], list[str]]:
    """Return (entries that EXIF can hold, other entries to keep, names of the lost entries)."""
    described = {tag: entry for tag, entry in found.items() if tag in DESCRIPTIVE}
    own = (XMP, IPTC, PHOTOSHOP, ICC, *RESOLUTION)
    others = {
        tag: entry
        for tag, entry in found.items()
        if tag not in DESCRIPTIVE and tag not in own and tag not in NEVER_KEPT
    }
    lost = NEVER_KEPT & found.keys()
    if _LAYERS in lost and _WITH_LAYERS.search(found[_LAYERS].content):
        return described, others, [*tag_names(lost - {_LAYERS}), "Photoshop layers"]
    return described, others, tag_names(lost)


def without_defaults(found: Mapping[int, Entry], bits: int) -> dict[int, Entry]:
    """Return the entries whose values aren't defaults; levels have this number of bits."""
    white = 2**bits - 1
    defaults = {
        INK_SET: (1,), NUMBER_OF_INKS: (4,), DOT_RANGE: (0, white), _LOWEST: (0,),
        _HIGHEST: (white,), _GREY_UNIT: (2,),
    }  # fmt: skip

    def is_default(tag: int, entry: Entry) -> bool:
        numbers, default = entry.numbers(), defaults.get(tag, ())
        return bool(numbers) and numbers == default * (len(numbers) // max(1, len(default)))

    return {tag: entry for tag, entry in found.items() if not is_default(tag, entry)}


def without_other_inks(
    found: Mapping[int, Entry], inks: tuple[int, int], now: tuple[int, int]
) -> tuple[dict[int, Entry], list[str]]:
    """Return (entries that are right for the picture, names of the other entries).

    Parameters
    ----------
    found : mapping of int to Entry
    inks : (int, int)
        For which the entries were written: the number of channels without alpha, and their bits.
    now : (int, int)
        The same two numbers of the picture.
    """
    lost = set[int]()
    if inks[0] != now[0]:
        lost = {*INKS} & found.keys()
    elif inks[1] != now[1]:
        lost = {DOT_RANGE} & found.keys()
    return {tag: entry for tag, entry in found.items() if tag not in lost}, tag_names(lost)


def without_positional(found: Mapping[int, Entry]) -> tuple[dict[int, Entry], list[str]]:
    """Return (entries that don't refer to positions, names of the other entries)."""
    remaining = {tag: entry for tag, entry in found.items() if tag in _NOT_POSITIONAL}
    return remaining, tag_names(found.keys() - remaining.keys())


def find_nodata(found: Mapping[int, Entry]) -> float | None:
    """Return the level of missing pixels, as GDAL writes it into a TIFF: a number or NaN."""
    if _GDAL_NODATA not in found:
        return None
    try:
        return float(found[_GDAL_NODATA].content.rstrip(b"\0 "))
    except ValueError:
        return None


def scale_nodata(found: Mapping[int, Entry], factor: float) -> Mapping[int, Entry]:
    """Return entries in which the level of missing pixels is multiplied by a factor.

    Parameters
    ----------
    found : mapping of int to Entry
    factor : float
        That of the levels of the pixels, such as 257 from 8 to 16 bits.
    """
    level = find_nodata(found)
    if level is None or factor == 1:
        return found
    content = f"{format_shortest(level * factor)}\0".encode()
    return {**found, _GDAL_NODATA: Entry(found[_GDAL_NODATA].kind, len(content), content)}


def tag_names(tags: Iterable[int]) -> list[str]:
    """Return the names of tags without repetitions.

    Examples
    --------
    >>> tag_names([33550, 33922, 42113, 65000])
    ['GeoTIFF', 'GDAL_NODATA', 'tag 65000']
    """
    return list(dict.fromkeys(map(_tag_name, sorted(tags))))


def _tag_name(tag: int) -> str:
    if tag in _GEO:
        return "GeoTIFF"
    known = TiffTags.lookup(tag).name
    return _TITLES.get(tag) or (f"tag {tag}" if known == "unknown" else known)
