"""EXIF blocks, changed in place: what imgfilt doesn't know stays where it is.

Makers' notes have offsets of their own into the block, so nothing in it may move. A block that
can't be understood is left alone.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain

from . import ifd, tags
from .exif_fields import STARTS, directories, drop_thumbnail, first_directory
from .ifd import Entry, Order
from .resolution import INCH, Resolution, resolution

ORIENTATION, ACROSS, DOWN, UNIT = 274, 282, 283, 296
_WIDTHS, _HEIGHTS = (256, 0xA002), (257, 0xA003)
_NEUTRAL = {ORIENTATION, ACROSS, DOWN, UNIT, 531}  # the last: how chroma was sampled
_PREFIX = b"Exif\0\0"


def bare(exif: bytes | None) -> bytes | None:
    """Return a block from its TIFF header on, with a link behind each directory; None if empty."""
    while exif and exif.startswith(_PREFIX):
        exif = exif[len(_PREFIX) :]
    if exif and _lacks_link(exif):
        exif += bytes(4)
    return exif or None


def _lacks_link(exif: bytes) -> bool:
    """Return whether a block ends with a directory's entries: some writers leave out the link."""
    order, longer = byte_order(exif), bytearray(exif) + bytes(4)
    with suppress(struct.error):
        for fields in directories(longer, order, first_directory(longer, order)):
            if fields.link + 4 > len(exif):
                return True
    return False


def entries(exif: bytes | None) -> dict[int, Entry]:
    """Return the first directory; empty where it can't be read."""
    if exif and exif[:4] in STARTS:
        with suppress(struct.error):
            stream = io.BytesIO(exif)
            return ifd.classic(ifd.read(stream, ifd.read_header(stream)[2]))[0]
    return {}


def is_readable(exif: bytes) -> bool:
    """Return whether a first directory is empty or has an entry that can be read."""
    try:
        fields = first_directory(bytearray(exif), byte_order(exif))
    except struct.error:
        return False
    return not fields.count or bool(entries(exif))


def byte_order(exif: bytes) -> Order:
    """Return the byte order of a block, as struct has it."""
    return ">" if exif[:2] == b"MM" else "<"


def orientation(exif: bytes) -> int:
    """Return the orientation that a block says, 1 where it says none."""
    entry = entries(exif).get(ORIENTATION)
    # It is a SHORT; readers are to take any unsigned type (TIFF 6.0, page 16).
    found = entry.numbers()[:1] if entry and entry.kind in (ifd.BYTE, ifd.SHORT, ifd.LONG) else ()
    return found[0] if found and 1 <= found[0] <= 8 else 1


def said_resolution(exif: bytes | None) -> Resolution | None:
    """Return the resolution that a block says."""
    return resolution_in(entries(exif))


def says_nothing(exif: bytes | None) -> bool:
    """Return whether a block says no more than that a picture is upright, and its resolution."""
    found = entries(exif)
    return bool(found) and found.keys() <= _NEUTRAL


def titles(exif: bytes | None) -> list[str]:
    """Return what a TIFF's tags in a block are called: EXIF where its directory is among them."""
    found = entries(exif)
    return ["EXIF"] if {ifd.EXIF, ifd.GPS} & found.keys() else tags.names(found.keys() - _NEUTRAL)


def resolution_in(found: Mapping[int, Entry]) -> Resolution | None:
    """Return the resolution that a directory says; inches are what it means without a unit."""
    if ACROSS not in found or DOWN not in found:
        return None
    across, down = found[ACROSS].fractions()[:1], found[DOWN].fractions()[:1]
    unit = found[UNIT].numbers()[:1] if UNIT in found else (INCH,)
    return resolution(across[0], down[0], unit[0]) if across and down and unit else None


def resolution_entries(said: Resolution) -> dict[int, Entry]:
    """Return the entries that say a resolution."""
    return {
        ACROSS: ifd.fraction(*said.across),
        DOWN: ifd.fraction(*said.down),
        UNIT: ifd.shorts(said.unit),
    }


def turned(exif: bytes, way: int) -> bytes:
    """Return a block for pixels that were turned as its orientation says; without thumbnail."""
    block, order = bytearray(exif), byte_order(exif)
    with suppress(struct.error):
        fields = first_directory(block, order)
        for place in fields.every.get(ORIENTATION, ()):
            struct.pack_into(order + "HLHH", block, place, ifd.SHORT, 1, 1, 0)
        if way > 4:
            for one in directories(block, order, fields):
                for first, second in ((ACROSS, DOWN), *zip(_WIDTHS, _HEIGHTS, strict=True)):
                    pairs = zip(one.every.get(first, ()), one.every.get(second, ()), strict=False)
                    for pair in pairs:
                        _swap(block, *pair)
    with suppress(struct.error):
        drop_thumbnail(block, order)
    return bytes(block)


def has_thumbnail(exif: bytes | None) -> bool:
    """Return whether a second directory, which is that of a thumbnail, stands in a block."""
    with suppress(struct.error):
        block, order = bytearray(exif or b""), byte_order(exif or b"")
        return any(block[first_directory(block, order).link :][:4])
    return False


def with_size(exif: bytes, width: int, height: int) -> bytes:
    """Return a block that says the size that the picture has, where it says one."""
    block, order = bytearray(exif), byte_order(exif)
    with suppress(struct.error):
        for fields in directories(block, order, first_directory(block, order)):
            for sides, value in ((_WIDTHS, width), (_HEIGHTS, height)):
                for place in chain.from_iterable(fields.every.get(tag, ()) for tag in sides):
                    _put(block, order, place, value)
    return bytes(block)


def without(exif: bytes, tag: int) -> bytes:
    """Return a block without a tag in its first directory: the entries behind it come forward."""
    block, order = bytearray(exif), byte_order(exif)
    with suppress(struct.error):
        fields = first_directory(block, order)
        held = [bytes(block[at : at + 12]) for at in range(fields.start + 2, fields.link, 12)]
        kept = [one for one in held if struct.unpack_from(order + "H", one)[0] != tag]
        link, room = block[fields.link : fields.link + 4], bytes(12 * (len(held) - len(kept)))
        content = struct.pack(order + "H", len(kept)) + b"".join(kept) + link + room
        block[fields.start : fields.link + 4] = content
    return bytes(block)


def with_resolution(exif: bytes | None, said: Resolution) -> bytes:
    """Return a block that says a resolution: this one, if it said none."""
    if exif and said_resolution(exif) is not None:
        return exif
    return with_entries(exif, resolution_entries(said))


def with_orientation(exif: bytes | None, way: int) -> bytes | None:
    """Return a block that says this orientation."""
    if orientation(exif or b"") == way:
        return exif
    return with_entries(exif, {ORIENTATION: ifd.shorts(way)})


def with_entries(exif: bytes | None, added: Mapping[int, Entry]) -> bytes:
    """Return a block with these entries in its first directory; one is made where there is none.

    The new first directory stands at the end, so that nothing else moves.
    """
    if not entries(exif) or exif is None:
        return ifd.exif_block(added)
    order = byte_order(exif)
    block = bytearray(exif) + bytes(len(exif) % 2)
    fields = first_directory(block, order)
    held = {tag: bytes(block[at - 2 : at + 10]) for tag, at in fields.places.items()}
    start, count = len(block), len(held.keys() | added.keys())
    values_start = start + 2 + 12 * count + 4
    # As though they stood in a directory of their own, whose values are to stand there.
    alone = ifd.encode(added, values_start - (2 + 12 * len(added) + 4), order)
    for number, tag in enumerate(sorted(added)):
        held[tag] = alone[2 + 12 * number : 14 + 12 * number]
    block += struct.pack(order + "H", count) + b"".join(held[tag] for tag in sorted(held))
    block += block[fields.link : fields.link + 4] + alone[2 + 12 * len(added) + 4 :]
    struct.pack_into(order + "L", block, 4, start)
    return bytes(block)


def _put(block: bytearray, order: str, place: int, value: int) -> None:
    """Set a whole number, where it is one number that has room for the value."""
    kind, count = struct.unpack_from(order + "HL", block, place)
    if count == 1 and kind == ifd.SHORT and value < 1 << 16:
        struct.pack_into(order + "H", block, place + 6, value)
    elif count == 1 and kind in (ifd.SHORT, ifd.LONG):
        struct.pack_into(order + "HLL", block, place, ifd.LONG, 1, value)


def _swap(block: bytearray, first: int, second: int) -> None:
    """Exchange the values of two entries, with their types."""
    one, other = block[first : first + 10], block[second : second + 10]
    block[first : first + 10], block[second : second + 10] = other, one
