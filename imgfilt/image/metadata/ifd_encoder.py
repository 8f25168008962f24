"""Encode directories of TIFF, BigTIFF and EXIF.

Pillow's ImageFileDirectory_v2 writes "?" for every letter of a text that isn't ASCII.
"""

from __future__ import annotations

import struct

from .ifd import BIG, CLASSIC, LONG8, Directory, Order, swap_bytes


def link_offset(entries: int, big: bool = False) -> int:
    """Return the offset in a directory of its link to the next one."""
    return 8 + 20 * entries if big else 2 + 12 * entries


def encode(
    directory: Directory, start: int, order: Order = "<", link: int = 0, big: bool = False
) -> bytes:
    """Return the bytes of a directory, followed by the values of its entries.

    Parameters
    ----------
    directory : mapping of int to Entry
    start, link : int
        The offsets of this directory and of the next one; `link` is 0 if there is no next one.
    order : str
        Byte order in the notation of `struct`.
    big : bool
        Whether the file is a BigTIFF.
    """
    count, entry_head, pointer, link_size = ("Q", "HHQ", "Q", 8) if big else ("H", "HHL", "L", 4)
    offset = start + link_offset(len(directory), big) + link_size
    head = [struct.pack(order + count, len(directory))]
    values: list[bytes] = []
    for tag, entry in sorted(directory.items()):
        kind, content = entry.kind, swap_bytes(entry.content, entry.kind, order)
        if entry.sub_directory is not None:
            kind = LONG8 if big else kind
            content = encode(entry.sub_directory, offset, order, big=big)
        if len(content) > link_size or entry.sub_directory is not None:
            value = struct.pack(order + pointer, offset)
            content += bytes(len(content) % 2)
            values.append(content)
            offset += len(content)
        else:
            value = content.ljust(link_size, b"\0")
        head.append(struct.pack(order + entry_head, tag, kind, entry.count) + value)
    return b"".join([*head, struct.pack(order + pointer, link), *values])


def build_header(order: Order = "<", first: int = 8, big: bool = False) -> bytes:
    """Return the header of a TIFF or an EXIF block.

    Parameters
    ----------
    order : str
        Byte order in the notation of `struct`.
    first : int
        The offset of the first directory.
    big : bool
        Whether the file is a BigTIFF.
    """
    mark = {"<": b"II", ">": b"MM"}[order]
    if big:
        return mark + struct.pack(order + "HHHQ", BIG, 8, 0, first)
    return mark + struct.pack(order + "HL", CLASSIC, first)


def build_exif_block(directory: Directory, order: Order = "<") -> bytes:
    """Return an EXIF block with one directory."""
    return build_header(order) + encode(directory, 8, order)
