"""EXIF blocks that are made byte by byte."""

import struct

import PIL.Image

ORIENTATION, SOFTWARE, EXPOSURE = 0x0112, 0x0131, 0x829A


def exif(orientation, thumbnail=False, order="<"):
    """An EXIF block by hand: orientation, software, a maker's note; perhaps with a thumbnail."""
    mark = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HL", 42, 8)
    note = b"MAKER" * 10
    jpeg = b"\xff\xd8THUMBNAIL\xff\xd9"
    first = 8 + 2 + 3 * 12 + 4
    link = first + len(note) if thumbnail else 0
    block = mark + struct.pack(
        order + "H HHLHH HHL4s HHLL L", 3,
        ORIENTATION, 3, 1, orientation, 0, SOFTWARE, 2, 4, b"cam\0", 0x927C, 7, len(note), first,
        link,
    ) + note  # fmt: skip
    if thumbnail:
        start = link + 2 + 2 * 12 + 4
        block += struct.pack(
            order + "H HHLL HHLL L", 2, 0x0201, 4, 1, start, 0x0202, 4, 1, len(jpeg), 0
        )
        block += jpeg
    return block


def orientation_of(block):
    tags = PIL.Image.Exif()
    tags.load(block)
    return tags.get(ORIENTATION, 1)
