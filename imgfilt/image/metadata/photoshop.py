"""Photoshop's image resources (8BIM) in JPEG, TIFF and PNG, such as IPTC records."""

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
    """A resource: its number, its name as a Pascal string, and its content."""

    number: int
    name: bytes
    content: bytes


def parse_resources(block: bytes) -> Iterator[Resource]:
    """Give the resources of a block up to the first broken one."""
    offset = 0
    while block[offset : offset + 4] == SIGNATURE and offset + 7 <= len(block):
        number = int.from_bytes(block[offset + 4 : offset + 6])
        name = block[offset + 6 : offset + 7 + block[offset + 6]]
        start = offset + 6 + len(name) + len(name) % 2
        length = int.from_bytes(block[start : start + 4])
        content = block[start + 4 : start + 4 + length]
        if len(block) < start + 4 + length:
            return
        yield Resource(number, name, content)
        offset = start + 4 + length + length % 2


def serialize(resources: list[Resource]) -> bytes:
    """Return a block of resources."""
    return b"".join(
        SIGNATURE + number.to_bytes(2) + name + bytes(len(name) % 2)
        + len(content).to_bytes(4) + content + bytes(len(content) % 2)
        for number, name, content in resources
    )  # fmt: skip


def find_iptc(block: bytes | None) -> bytes | None:
    """Return the IPTC records of a block; None if there are none."""
    return next((one.content for one in parse_resources(block or b"") if one.number == IPTC), None)


def with_iptc(block: bytes | None, records: bytes | None) -> bytes | None:
    """Return a block with these IPTC records; unchanged if it has the same records already."""
    present = find_iptc(block)
    if records is None or (present is not None and present.rstrip(b"\0") == records.rstrip(b"\0")):
        return block
    remaining = [
        one for one in parse_resources(block or b"") if one.number not in (IPTC, IPTC_DIGEST)
    ]
    return serialize([Resource(IPTC, b"\0", records), *remaining])


def turned_upright(block: bytes, swap_axes: bool) -> bytes:
    """Return a block without thumbnails for a picture that was turned upright.

    Parameters
    ----------
    block : bytes
        If its end is broken, the end is kept as it is.
    swap_axes : bool
        Whether rows became columns; then the two resolutions are exchanged.
    """
    resources = list(parse_resources(block))
    remaining = [one for one in resources if one.number not in THUMBNAILS]
    if swap_axes:
        remaining = [
            one._replace(content=_swap_resolutions(one.content))
            if one.number == RESOLUTION and len(one.content) == _RESOLUTION_LENGTH
            else one
            for one in remaining
        ]
    return (
        serialize(remaining) + block[len(serialize(resources)) :]
        if remaining != resources
        else block
    )


def has_thumbnail(block: bytes) -> bool:
    """Return whether a resource is a thumbnail."""
    return any(one.number in THUMBNAILS for one in parse_resources(block))


def _swap_resolutions(content: bytes) -> bytes:
    across, down = struct.unpack(">8s8s", content)
    return bytes(down + across)
