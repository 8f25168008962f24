"""Read and write AVIF with Pillow; depth, colour codes (nclx), EXIF and threads here."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import PIL.Image
from PIL import AvifImagePlugin
from PIL.ImageFile import ImageFile

from ... import concurrency
from ...errors import ImageError
from ..animation import add_alpha, quantize_durations
from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, Metadata, describe_trailing_data
from ..metadata import exif
from ..metadata.transfer import apply_orientation
from ..read_options import ReadOptions
from .boxes import Box, read_boxes, split_boxes
from .number_types import check_bits
from .pillow_pixels import to_pillow
from .pillow_reader import PillowReader
from .pillow_writer import (
    DEFAULT_QUALITY,
    encode_to_bytes,
    exif_with_resolution,
    make_save_arguments,
)

_STRUCTURE = (b"ftyp", b"meta", b"moov", b"mdat", b"free", b"skip", b"wide")

# AV1 codec configuration box: its name, a version, a profile, then a byte with depth flags.
_AV1C = re.compile(rb"av1C..(.)", re.DOTALL)
_HIGH_BITDEPTH, _TWELVE_BIT = 0x40, 0x20
_MAX_HEADER = 1 << 16  # bytes

_NCLX = re.compile(rb"colrnclx(.{4})", re.DOTALL)
_UNSPECIFIED, _SRGB = 2, (1, 13)
_RGB_FULL_RANGE = b"\0\1"  # the end of a cICP chunk, after primaries and transfer


def limit_threads() -> None:
    """Set the number of threads that Pillow uses: by default Pillow uses all cores."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = concurrency.worker_limit()


def check_depth(stream: BinaryIO) -> None:
    """Raise ImageError for a file of more than 8 bits, which Pillow would reduce to 8 bits."""
    stream.seek(0)
    flags = [found[1][0] for found in _AV1C.finditer(stream.read(_MAX_HEADER))]
    bits = 8
    if any(flag & _HIGH_BITDEPTH for flag in flags):
        bits = 12 if any(flag & _TWELVE_BIT for flag in flags) else 10
    check_bits(bits, {8})


def check_exif(block: bytes | None, frames: int) -> None:
    """Raise ImageError for EXIF that Pillow can't write, or that crashes it.

    Pillow writes only well-formed EXIF. It crashes if EXIF says that the frames of an animation
    must be rotated.
    """
    found = PIL.Image.Exif()
    try:
        found.load(block or b"")
        orientation = found.get(exif.ORIENTATION, 1)
    except Exception:  # SyntaxError, KeyError and others
        orientation = None
    if not isinstance(orientation, int) or (frames > 1 and orientation != 1):
        raise ImageError(
            "its EXIF is malformed, and AVIF can't hold it",
            parameters=("strip",),
            hint="strip leaves it out",
        )


def read_metadata(stream: BinaryIO) -> Metadata:
    """Return the primaries and the transfer of a file, and the names of unknown boxes."""
    boxes, rest = read_boxes(stream, {})
    cicp = _read_cicp(boxes)
    unread = dict.fromkeys(box.title for box in boxes if box.type not in _STRUCTURE)
    return Metadata(
        colour={b"cICP": cicp} if cicp else {}, unread=(*unread, *describe_trailing_data(rest))
    )


def _read_cicp(boxes: list[Box]) -> bytes | None:
    """Return primaries and transfer as the content of a cICP chunk; None for sRGB or no codes."""
    for box in boxes:
        if box.type in (b"meta", b"moov") and (found := _NCLX.search(box.content)):
            codes = struct.unpack(">2H", found[1])
            if _UNSPECIFIED in codes or codes == _SRGB or max(codes) > 255:
                return None
            return bytes(codes) + _RGB_FULL_RANGE
    return None


def with_nclx(file: bytes, cicp: bytes) -> list[bytes]:
    """Return the file in parts, changed to have the primaries and transfer of a cICP chunk."""
    codes = b"colrnclx" + struct.pack(">2H", *cicp[:2])
    parts = []
    for box in split_boxes(file):
        if box.type in (b"meta", b"moov"):
            box = Box(box.type, _NCLX.sub(lambda _: codes, box.content))
        parts.append(box.to_bytes())
    return parts


def _decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    limit_threads()
    return _READER.decode(stream, format, options)


def _add_container_metadata(metadata: Metadata, file: ImageFile) -> Metadata:
    # Pillow rewrites EXIF in `info` if the container has an orientation.
    *_, block, orientation, _ = file._decoder.get_info()  # type: ignore[attr-defined]
    block = exif.with_orientation(exif.normalize_block(block), orientation)
    # An AVIF's profile takes precedence over its colour codes; in a PNG the codes would.
    colour = {} if file.info.get("icc_profile") else metadata.colour
    return metadata._replace(exif=block, colour=colour)


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture.

    Parameters
    ----------
    stream : binary stream
    image : Image
        uint8 pixels (H, W, C), grey or RGB, with or without alpha.
    format : Format
        AVIF.
    options : EncodeOptions
        Without a quality it is 95.

    Raises
    ------
    ImageError
        When an AVIF can't hold the picture's EXIF. Pillow's errors pass unchanged.
    """
    file = encode_to_bytes(to_pillow(image), format, _make_save_arguments(image, options.quality))
    stream.writelines(_with_colour(file, image.metadata))


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write an animation.

    The frames must be upright: Pillow's encoder crashes if EXIF asks for a rotation of frames.

    Parameters
    ----------
    stream : binary stream
    images : iterable of Image
        At least two of one size, uint8; all are kept until the last is taken.
    format : Format
        AVIF.
    options : EncodeOptions
        Without a quality it is 95.

    Raises
    ------
    ImageError
        When frames differ in size, or an AVIF can't hold their EXIF. Pillow's errors pass
        unchanged.
    """
    frames: list[PIL.Image.Image] = []
    durations = []
    upright = map(apply_orientation, images)
    for image, ticks in quantize_durations(upright, format.duration_unit):
        if not frames:
            arguments = _make_save_arguments(image, options.quality)
        with_alpha = replace(image, pixels=add_alpha(image), alpha=True)
        frames.append(to_pillow(with_alpha).convert("RGBA"))
        durations.append(ticks)
    first, *rest = frames
    arguments |= {"save_all": True, "append_images": rest, "duration": durations}
    file = encode_to_bytes(first, format, arguments)
    stream.writelines(_with_colour(file, image.metadata))


def _make_save_arguments(image: Image, quality: int | None) -> dict[str, Any]:
    block = exif_with_resolution(image.metadata)
    if block and exif.read_orientation(block) == 1:
        # Pillow would rewrite the block to remove the orientation.
        block = exif.without_tag(block, exif.ORIENTATION)
    subsampling = "4:0:0" if image.pixels.shape[2] <= 2 else "4:4:4"
    arguments = make_save_arguments(
        image.metadata, block, quality=quality or DEFAULT_QUALITY, subsampling=subsampling
    )
    limit_threads()
    check_exif(arguments.get("exif"), image.frames)
    return arguments


def _with_colour(file: bytes, metadata: Metadata) -> list[bytes]:
    """Return the file in parts, with the primaries and transfer of the metadata, if it has any."""
    cicp = metadata.colour.get(b"cICP")
    return [file] if cicp is None else with_nclx(file, cicp)


_READER = PillowReader(
    AvifImagePlugin.AvifImageFile,
    read_metadata,
    check=check_depth,
    add_metadata=_add_container_metadata,
)
CODEC = Codec(_decode, encode, encode_frames)
