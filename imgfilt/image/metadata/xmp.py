"""XMP: what it says of the size, the resolution and the way up of a picture, brought up to date.

Everything else stays as it is, byte by byte. Both ways to write a property are understood:
an attribute, and an element.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PREFIX = b"http://ns.adobe.com/xap/1.0/\0"  # before XMP in a JPEG

_NUMBER = rb"-?[0-9]+(?:/[0-9]+)?"

_WIDTHS = rb"tiff:ImageWidth", rb"exif:PixelXDimension"
_HEIGHTS = rb"tiff:ImageLength", rb"exif:PixelYDimension"
_ORIENTATION = (rb"tiff:Orientation",)
_ACROSS, _DOWN = rb"tiff:XResolution", rb"tiff:YResolution"

_ENCODINGS = {
    b"<\0": "utf-16-le", b"\0<": "utf-16-be",
    b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be",
}  # fmt: skip


def with_size(xmp: bytes, width: int, height: int) -> bytes:
    """Return it with the size that the picture has."""

    def edit(text: bytes) -> bytes:
        text = _set(text, _WIDTHS, b"%d" % width)
        return _set(text, _HEIGHTS, b"%d" % height)

    return _edited(xmp, edit)


def turned(xmp: bytes, orientation: int) -> bytes:
    """Return it for a picture whose pixels were turned as its orientation says."""

    def edit(text: bytes) -> bytes:
        text = _set(text, _ORIENTATION, b"1")
        if orientation > 4:
            across, down = _value(text, _ACROSS), _value(text, _DOWN)
            if across and down:
                text = _set(_set(text, (_ACROSS,), down), (_DOWN,), across)
        return text

    return _edited(xmp, edit)


def _edited(xmp: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    encoding = _ENCODINGS.get(xmp[:2])
    if encoding is None:
        return edit(xmp)
    try:
        return edit(xmp.decode(encoding).encode()).decode().encode(encoding)
    except UnicodeError:
        return xmp


def _pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"""(\b%s\s*(?:=\s*["']|>)\s*)(%s)(?=\s*["'<])""" % (name, _NUMBER))


def _set(text: bytes, names: tuple[bytes, ...], value: bytes) -> bytes:
    for name in names:
        text = _pattern(name).sub(rb"\g<1>" + value, text)
    return text


def _value(text: bytes, name: bytes) -> bytes | None:
    found = _pattern(name).search(text)
    return found[2] if found else None
