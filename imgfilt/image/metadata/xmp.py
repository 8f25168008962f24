"""Change size, resolution and orientation in XMP packets.

All other bytes stay as they are. Pillow reads XMP, but can't write it. A property may be an
attribute or an element.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PREFIX = b"http://ns.adobe.com/xap/1.0/\0"  # before XMP in a JPEG

_NUMBER = rb"-?[0-9]+(?:/[0-9]+)?"

_WIDTHS = rb"tiff:ImageWidth", rb"exif:PixelXDimension"
_HEIGHTS = rb"tiff:ImageLength", rb"exif:PixelYDimension"
_ORIENTATION = (rb"tiff:Orientation",)
_X_RESOLUTION, _Y_RESOLUTION = rb"tiff:XResolution", rb"tiff:YResolution"

_ENCODINGS = {
    b"<\0": "utf-16-le", b"\0<": "utf-16-be",
    b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be",
}  # fmt: skip


def with_size(xmp: bytes, width: int, height: int) -> bytes:
    """Return a packet with a new size; a packet without a size is returned unchanged.

    Parameters
    ----------
    xmp : bytes
    width, height : int
        In pixels.
    """

    def edit(text: bytes) -> bytes:
        text = _with_values(text, _WIDTHS, b"%d" % width)
        return _with_values(text, _HEIGHTS, b"%d" % height)

    return _edit_text(xmp, edit)


def turned_upright(xmp: bytes, orientation: int) -> bytes:
    """Return a packet for pixels that were turned upright from `orientation`."""

    def edit(text: bytes) -> bytes:
        text = _with_values(text, _ORIENTATION, b"1")
        if orientation > 4:
            across, down = _find_value(text, _X_RESOLUTION), _find_value(text, _Y_RESOLUTION)
            if across and down:
                text = _with_values(
                    _with_values(text, (_X_RESOLUTION,), down), (_Y_RESOLUTION,), across
                )
        return text

    return _edit_text(xmp, edit)


def _edit_text(xmp: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    """Return a packet whose text `edit` has changed as UTF-8; the packet's encoding is kept."""
    encoding = _ENCODINGS.get(xmp[:2])
    if encoding is None:
        return edit(xmp)
    try:
        return edit(xmp.decode(encoding).encode()).decode().encode(encoding)
    except UnicodeError:
        return xmp


def _compile_pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"""(\b%s\s*(?:=\s*["']|>)\s*)(%s)(?=\s*["'<])""" % (name, _NUMBER))


def _with_values(text: bytes, names: tuple[bytes, ...], value: bytes) -> bytes:
    """Return a text with a new value of each property of these names that it contains."""
    for name in names:
        text = _compile_pattern(name).sub(rb"\g<1>" + value, text)
    return text


def _find_value(text: bytes, name: bytes) -> bytes | None:
    found = _compile_pattern(name).search(text)
    return found[2] if found else None
