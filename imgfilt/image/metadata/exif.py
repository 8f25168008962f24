"""Read and change EXIF blocks; everything that imgfilt doesn't know keeps its offset.

Pillow's Image.Exif would write a new block: then the offsets into the block that makers' notes
contain would be wrong. A block that can't be understood isn't changed.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain

from . import ifd, ifd_encoder, tags
from .exif_offsets import SIGNATURES, drop_thumbnail, find_first_directory, iterate_directories
from .ifd import Entry, Order
from .resolution import INCH, Resolution, valid_resolution

ORIENTATION = 274
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = tags.RESOLUTION
_WIDTHS, _HEIGHTS = (256, 0xA002), (257, 0xA003)
_YCBCR_POSITIONING = 531
# Tags whose loss doesn't matter: the values are stored elsewhere or don't describe the picture.
_NEUTRAL = {ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, _YCBCR_POSITIONING}
# Pairs of tags whose values are exchanged when a picture is turned by 90 degrees.
_SWAPPED = (X_RESOLUTION, Y_RESOLUTION), *zip(_WIDTHS, _HEIGHTS, strict=True)
_PREFIX = b"Exif\0\0"


def normalize_block(exif: bytes | None) -> bytes | None:
    """Return a block without prefix and with a link after each directory; None if it is empty."""
    while exif and exif.startswith(_PREFIX):
        exif = exif[len(_PREFIX) :]
    if exif and _lacks_link(exif):
        exif += bytes(4)
    return exif or None


def _lacks_link(exif: bytes) -> bool:
    """Return whether a block ends with a directory's entries: some writers omit the link."""
    longer = bytearray(exif) + bytes(4)
    with suppress(struct.error):
        for directory in iterate_directories(longer, read_byte_order(exif)):
            if directory.link + 4 > len(exif):
                return True
    return False


def read_entries(exif: bytes | None) -> dict[int, Entry]:
    """Return the entries of the first directory by tag; {} if it can't be read."""
    if exif and exif[:4] in SIGNATURES:
        with suppress(struct.error):
            stream = io.BytesIO(exif)
            return ifd.to_classic(ifd.read(stream, ifd.read_header(stream)[2]))[0]
    return {}


def is_readable(exif: bytes) -> bool:
    """Return whether the first directory is empty or has an entry that can be read."""
    try:
        directory = find_first_directory(bytearray(exif), read_byte_order(exif))
    except struct.error:
        return False
    return not directory.all or bool(read_entries(exif))


def read_byte_order(exif: bytes) -> Order:
    """Return the byte order of a block in the notation of `struct`."""
    return ">" if exif[:2] == b"MM" else "<"


def read_orientation(exif: bytes) -> int:
    """Return the orientation in a block, by default 1, which is upright."""
    entry = read_entries(exif).get(ORIENTATION)
    # The type should be SHORT; readers should take any unsigned type (TIFF 6.0, page 16).
    numbers = entry.numbers()[:1] if entry and entry.kind in (ifd.BYTE, ifd.SHORT, ifd.LONG) else ()
    return numbers[0] if numbers and 1 <= numbers[0] <= 8 else 1


def resolution_from_block(exif: bytes | None) -> Resolution | None:
    """Return the resolution in a block; None if there is none."""
    return resolution_from_directory(read_entries(exif))


def is_neutral(exif: bytes | None) -> bool:
    """Return whether a block holds only tags whose loss doesn't matter."""
    found = read_entries(exif)
    return bool(found) and found.keys() <= _NEUTRAL


def list_tag_titles(exif: bytes | None) -> list[str]:
    """Return names of the tags in a block; ["EXIF"] if there is an EXIF or GPS directory."""
    found = read_entries(exif)
    return (
        ["EXIF"] if {ifd.EXIF, ifd.GPS} & found.keys() else tags.tag_names(found.keys() - _NEUTRAL)
    )


def resolution_from_directory(directory: Mapping[int, Entry]) -> Resolution | None:
    """Return the resolution in a directory or None; without a unit it is in pixels per inch."""
    if X_RESOLUTION not in directory or Y_RESOLUTION not in directory:
        return None
    across = directory[X_RESOLUTION].rationals()[:1]
    down = directory[Y_RESOLUTION].rationals()[:1]
    unit = directory[RESOLUTION_UNIT].numbers()[:1] if RESOLUTION_UNIT in directory else (INCH,)
    return valid_resolution(across[0], down[0], unit[0]) if across and down and unit else None


def make_resolution_entries(resolution: Resolution) -> dict[int, Entry]:
    """Return the entries of a directory that hold a resolution."""
    return {
        X_RESOLUTION: ifd.make_rational(*resolution.across),
        Y_RESOLUTION: ifd.make_rational(*resolution.down),
        RESOLUTION_UNIT: ifd.make_shorts(resolution.unit),
    }


def turned_upright(exif: bytes, orientation: int) -> bytes:
    """Return a block, without thumbnail, for pixels that were turned upright from `orientation`."""
    block, order = bytearray(exif), read_byte_order(exif)
    with suppress(struct.error):
        for offset in find_first_directory(block, order).all.get(ORIENTATION, ()):
            struct.pack_into(order + "HLHH", block, offset, ifd.SHORT, 1, 1, 0)
        if orientation > 4:
            for directory in iterate_directories(block, order):
                for tags_of_pair in _SWAPPED:
                    offsets = (directory.all.get(tag, ()) for tag in tags_of_pair)
                    for pair in zip(*offsets, strict=False):
                        _swap_values(block, *pair)
    with suppress(struct.error):
        drop_thumbnail(block, order)
    return bytes(block)


def has_thumbnail(exif: bytes | None) -> bool:
    """Return whether a block has a second directory, which describes a thumbnail."""
    with suppress(struct.error):
        block, order = bytearray(exif or b""), read_byte_order(exif or b"")
        return any(block[find_first_directory(block, order).link :][:4])
    return False


def with_size(exif: bytes, width: int, height: int) -> bytes:
    """Return a block with a new size; a block without a size is returned unchanged.

    Parameters
    ----------
    exif : bytes
    width, height : int
        In pixels.
    """
    block, order = bytearray(exif), read_byte_order(exif)
    with suppress(struct.error):
        for directory in iterate_directories(block, order):
            for size_tags, value in ((_WIDTHS, width), (_HEIGHTS, height)):
                for offset in chain.from_iterable(directory.all.get(tag, ()) for tag in size_tags):
                    _set_number(block, order, offset, value)
    return bytes(block)


def without_tag(exif: bytes, tag: int) -> bytes:
    """Return a block without this tag in the first directory; later entries move forward."""
    block, order = bytearray(exif), read_byte_order(exif)
    with suppress(struct.error):
        directory = find_first_directory(block, order)
        start, link = directory.start, directory.link
        before = [bytes(block[at : at + 12]) for at in range(start + 2, link, 12)]
        after = [entry for entry in before if struct.unpack_from(order + "H", entry)[0] != tag]
        content = struct.pack(order + "H", len(after)) + b"".join(after) + block[link : link + 4]
        block[start : link + 4] = content + bytes(12 * (len(before) - len(after)))
    return bytes(block)


def with_resolution(exif: bytes | None, resolution: Resolution) -> bytes:
    """Return a block with this resolution; if it has a resolution, the block is unchanged."""
    if exif and resolution_from_block(exif) is not None:
        return exif
    return with_entries(exif, make_resolution_entries(resolution))


def with_orientation(exif: bytes | None, value: int) -> bytes | None:
    """Return a block with this orientation."""
    if read_orientation(exif or b"") == value:
        return exif
    return with_entries(exif, {ORIENTATION: ifd.make_shorts(value)})


def with_entries(exif: bytes | None, added: Mapping[int, Entry]) -> bytes:
    """Return a block with entries added to its first directory; None stands for an empty block.

    The new first directory is put at the end, so that nothing else moves.
    """
    if not read_entries(exif) or exif is None:
        return ifd_encoder.build_exif_block(added)
    order = read_byte_order(exif)
    block = bytearray(exif) + bytes(len(exif) % 2)
    directory = find_first_directory(block, order)
    records = {tag: bytes(block[at - 2 : at + 10]) for tag, at in directory.first.items()}
    start, count = len(block), len(records.keys() | added.keys())
    values_start = start + 2 + 12 * count + 4
    # A directory of only the new entries; their values begin at values_start.
    alone = ifd_encoder.encode(added, values_start - (2 + 12 * len(added) + 4), order)
    for number, tag in enumerate(sorted(added)):
        records[tag] = alone[2 + 12 * number : 14 + 12 * number]
    block += struct.pack(order + "H", count) + b"".join(records[tag] for tag in sorted(records))
    block += block[directory.link : directory.link + 4] + alone[2 + 12 * len(added) + 4 :]
    struct.pack_into(order + "L", block, 4, start)
    return bytes(block)


def _set_number(block: bytearray, order: str, offset: int, value: int) -> None:
    """Set the value of an entry in place, if it is one whole number with room for the value."""
    kind, count = struct.unpack_from(order + "HL", block, offset)
    if count == 1 and kind == ifd.SHORT and value < 1 << 16:
        struct.pack_into(order + "H", block, offset + 6, value)
    elif count == 1 and kind in (ifd.SHORT, ifd.LONG):
        struct.pack_into(order + "HLL", block, offset, ifd.LONG, 1, value)


def _swap_values(block: bytearray, first: int, second: int) -> None:
    """Exchange the values and types of two entries in place."""
    one, other = block[first : first + 10], block[second : second + 10]
    block[first : first + 10], block[second : second + 10] = other, one
