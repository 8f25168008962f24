"""Photoshop's image resources (8BIM), as JPEG, TIFF and PNG hold them, IPTC among them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

PREFIX = b"Photoshop 3.0\0"  # before resources in a JPEG and in a text of a PNG
SIGNATURE = b"8BIM"
IPTC, RESOLUTION, IPTC_DIGEST = 0x0404, 0x03ED, 0x0425
THUMBNAILS = 0x0409, 0x040C

_RESOLUTION_LENGTH = 16


class Resource(NamedTuple):
    """A resource: its number, its name as it is stored, and what it holds."""

    number: int
    name: bytes
    content: bytes


def split(block: bytes) -> Iterator[Resource]:
    """Give the resources of a block up to the first that is broken."""
    place = 0
    while block[place : place + 4] == SIGNATURE and place + 7 <= len(block):
        number = int.from_bytes(block[place + 4 : place + 6])
        name = block[place + 6 : place + 7 + block[place + 6]]
        start = place + 6 + len(name) + len(name) % 2
        length = int.from_bytes(block[start : start + 4])
        content = block[start + 4 : start + 4 + length]
        if len(block) < start + 4 + length:
            return
        yield Resource(number, name, content)
        place = start + 4 + length + length % 2


def joined(resources: list[Resource]) -> bytes:
    """Return the block of these resources."""
    return b"".join(
        SIGNATURE + number.to_bytes(2) + name + bytes(len(name) % 2)
        + len(content).to_bytes(4) + content + bytes(len(content) % 2)
        for number, name, content in resources
    )  # fmt: skip


def iptc(block: bytes | None) -> bytes | None:
    """Return the IPTC records of a block."""
    return next((one.content for one in split(block or b"") if one.number == IPTC), None)


def with_iptc(block: bytes | None, records: bytes | None) -> bytes | None:
    """Return a block that holds these IPTC records, which may stand there already."""
    held = iptc(block)
    if records is None or (held is not None and held.rstrip(b"\0") == records.rstrip(b"\0")):
        return block
    kept = [one for one in split(block or b"") if one.number not in (IPTC, IPTC_DIGEST)]
    return joined([Resource(IPTC, b"\0", records), *kept])


def turned(block: bytes, swapped: bool) -> bytes:
    """Return a block without thumbnails, its resolutions swapped where the picture was turned.

    What can't be read at its end stays.
    """
    resources = list(split(block))
    kept = [one for one in resources if one.number not in THUMBNAILS]
    if swapped:
        kept = [
            one._replace(content=_swapped(one.content))
            if one.number == RESOLUTION and len(one.content) == _RESOLUTION_LENGTH
            else one
            for one in kept
        ]
    return joined(kept) + block[len(joined(resources)) :] if kept != resources else block


def has_thumbnail(block: bytes) -> bool:
    """Return whether a resource is a thumbnail."""
    return any(one.number in THUMBNAILS for one in split(block))


def _swapped(content: bytes) -> bytes:
    across, down = struct.unpack(">8s8s", content)
    return bytes(down + across)
