"""Metadata: the data of a file other than its pixels, a field for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .ifd import Entry
from .resolution import Resolution


class JpegTables(NamedTuple):
    """The compression settings of a JPEG, with which another JPEG can be written.

    Attributes
    ----------
    quantization : mapping
        A table for each channel; empty if Pillow can't use the tables for writing.
    subsampling : int
        Pillow's number for a subsampling as fine as the file's or finer: 0 is 4:4:4, 1 is 4:2:2,
        2 is 4:2:0; -1 for files without colours.
    rgb : bool
        Whether the file holds RGB, not YCbCr.
    """

    quantization: Mapping[int, list[int]]
    subsampling: int
    rgb: bool = False


class Metadata(NamedTuple):
    """The data of a file other than its pixels.

    Attributes
    ----------
    icc, xmp : bytes or None
        The ICC profile; the XMP packet.
    exif : bytes or None
        An EXIF block; it begins with the TIFF header, without the prefix that a JPEG has.
    resolution : Resolution or None
        Pixels per unit of length across and down.
    photoshop, iptc : bytes or None
        Photoshop's image resources (8BIM); IPTC records.
    text, chunks : tuple of (bytes, bytes)
        Chunks of a PNG, by type: texts, and chunks that may be copied without knowing them.
    colour : mapping of bytes to bytes
        The PNG chunks gAMA, cHRM, sRGB and cICP; cICP also from other formats.
    comment : bytes or None
        A comment as bytes in an unknown encoding.
    extended_xmp : tuple of bytes
        The segments of a JPEG that hold extended XMP.
    tags : mapping of int to Entry
        The tags of a TIFF that no other field holds.
    tags_size, tags_inks : (int, int) or None
        `tags` are right for pictures of this (width, height), and of these (channels without
        alpha, bits).
    unread : tuple of str
        Names of other data in the file; these data are lost.
    jpeg : JpegTables or None
        The compression settings of a JPEG.
    lossless, palette : bool
        Whether a file was compressed without loss, though its format may be lossy; whether it
        holds indices of a palette.
    compression : int or None
        The number of a TIFF's compression method.
    duration : float or None
        The milliseconds for which a frame of an animation is shown; None for a page, and for a
        default image that isn't part of an APNG's animation.
    loop_count : int or None
        How many times an animation is played; 0 means without end.
    extra_samples : tuple of int
        TIFF's meaning of each channel after the colours, in the file's order.
    notes, details : tuple of str
        Notes on how the file was read; `details` are printed with --verbose only.
    scale : float or None
        The scale of a PFM, which isn't applied to the pixels.
    unreadable : tuple of str
        Names of metadata that is broken, such as "EXIF".
    words : sequence of sequences of str
        The numbers of a text grid as its file has them, row by row; () unless they are wanted.
    """

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    resolution: Resolution | None = None
    photoshop: bytes | None = None
    iptc: bytes | None = None
    text: tuple[tuple[bytes, bytes], ...] = ()
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    colour: Mapping[bytes, bytes] = {}
    comment: bytes | None = None
    extended_xmp: tuple[bytes, ...] = ()
    tags: Mapping[int, Entry] = {}
    tags_size: tuple[int, int] | None = None
    tags_inks: tuple[int, int] | None = None
    unread: tuple[str, ...] = ()
    jpeg: JpegTables | None = None
    lossless: bool = False
    compression: int | None = None
    duration: float | None = None
    loop_count: int | None = None
    extra_samples: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    scale: float | None = None
    unreadable: tuple[str, ...] = ()
    words: Sequence[Sequence[str]] = ()
    palette: bool = False

    @property
    def dpi(self) -> tuple[float, float] | None:
        """Pixels per inch across and down; None if no unit is known."""
        return self.resolution.dpi if self.resolution else None
