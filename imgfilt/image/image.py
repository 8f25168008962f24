"""A picture: its pixels, in memory or read by rows, and its metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..dtypes import DTYPES, is_masked_array, white_level
from ..errors import ImageError, ParameterError
from ..files import printable_path
from ..geometry import pixel_blocks
from ..numbers import describe, format_brief
from ..parameters import Flag, Number
from ..row_source import RowSource
from .metadata.ifd import Entry
from .metadata.resolution import Resolution

Pixels = npt.NDArray[Any]
COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}


class JpegTables(NamedTuple):
    """The compression settings of a JPEG, with which another JPEG can be written.

    Attributes
    ----------
    quantization : mapping
        A table for each channel; empty if Pillow can't write with them.
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
    unread, unreadable : tuple of str
        Names of other data in the file, which are lost; of broken metadata, such as "EXIF".
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


class ImageHeader(NamedTuple):
    """The properties of a picture that are known before its pixels are decoded.

    Attributes
    ----------
    dtype, shape : dtype, (H, W, C)
        The dtype and shape of the decoded pixels; C includes alpha and the extra channels.
    alpha : bool
        Whether the last channel is alpha.
    frames : int
        The number of pictures in the file; 1 if a single one of several is read.
    extra : int
        The number of channels that are neither colour nor alpha.
    """

    dtype: npt.DTypeLike
    shape: tuple[int, int, int]
    alpha: bool
    frames: int = 1
    extra: int = 0


@dataclass(frozen=True, eq=False)
class Image:
    """A picture with three axes, a dtype that filters know, and at least one pixel.

    Parameters
    ----------
    pixels : array of shape (H, W, C) or (H, W), or RowSource
        uint8, uint16, float32 or float64; stored C-contiguous in native byte order with three axes.
        The colours come first: grey (1), RGB (3) or CMYK (4).
    alpha : bool
        Whether the last channel is alpha.
    metadata : Metadata
        The writer writes the fields that the format can hold.
    frames : int
        The number of pictures in the file; 1 if a single one of several was read.
    extra : int
        The number of channels without a known meaning, between the colours and alpha.

    Raises
    ------
    ImageError
        When there is no pixel or no colour channel, or dtype or number of axes are unsupported.
    ParameterError
        When a parameter has a wrong type.
    """

    pixels: Pixels
    alpha: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    frames: int = 1
    extra: int = 0

    def __post_init__(self) -> None:
        kind = type(self.pixels)
        if not issubclass(kind, np.ndarray | RowSource) or is_masked_array(self.pixels):
            raise ParameterError(f"pixels: {kind.__name__} was given; wanted an array")
        if not isinstance(self.metadata, Metadata):
            raise ParameterError(f"metadata: {describe(self.metadata)} is no Metadata")
        Flag().check(self.alpha, "alpha")
        Number(1, whole=True).check(self.frames, "frames")
        Number(whole=True).check(self.extra, "extra")
        depth = self.pixels.dtype.newbyteorder("=")
        if depth.name not in DTYPES:
            raise ImageError(f"pixels are {depth.name}; {', '.join(DTYPES)} can be filtered")
        if self.pixels.ndim not in (2, 3) or not self.pixels.size:
            raise ImageError(f"an array of shape {self.pixels.shape} is no picture")
        pixels = self.pixels if self.pixels.ndim == 3 else self.pixels[:, :, np.newaxis]
        if self.alpha and pixels.shape[2] == 1:
            raise ImageError("alpha alone is no picture")
        if not 0 <= self.extra < pixels.shape[2] - self.alpha:
            raise ImageError(
                f"{format_brief(self.extra)} of {pixels.shape[2]} channels can't be extra channels"
            )
        if issubclass(kind, np.ndarray):
            object.__setattr__(self, "pixels", np.ascontiguousarray(pixels, depth))

    @property
    def header(self) -> ImageHeader:
        """The header of this picture: dtype, shape, alpha, frames and extra channels."""
        dtype, shape = self.pixels.dtype, self.pixels.shape
        return ImageHeader(dtype, shape, self.alpha, self.frames, self.extra)

    @property
    def colours(self) -> int:
        """The number of colour channels."""
        return int(self.pixels.shape[2]) - self.extra - self.alpha

    def is_opaque(self) -> bool:
        """Return whether there is no alpha, or alpha is full in every pixel."""
        full = white_level(self.pixels.dtype)
        rows = pixel_blocks(self.pixels)
        return not self.alpha or all((self.pixels[at, :, -1] == full).all() for at in rows)

    def drop_alpha(self) -> Image:
        """Return the picture without alpha; the caller has checked that it is opaque."""
        return replace(self, pixels=self.pixels[..., :-1], alpha=False) if self.alpha else self

    def drop_extra(self) -> Image:
        """Return the picture without its extra channels."""
        if not self.extra:
            return self
        pixels = np.delete(self.pixels, np.s_[self.colours : self.colours + self.extra], axis=2)
        return replace(self, pixels=pixels, extra=0)


def printable_type(kind: bytes) -> str:
    r"""Return the type of a chunk or box as text that any terminal can print.

    Examples
    --------
    >>> print(printable_type(b"xml "), printable_type(b"\x1b[m\n"))
    xml \x1b[m\n
    """
    return printable_path(kind.decode("latin-1").strip(" "))


def describe_trailing_data(content: bytes) -> tuple[str, ...]:
    """Return a tuple with a description of the bytes after a picture; () if they are padding."""
    words = "1 byte" if len(content) == 1 else f"{len(content)} bytes"
    return (f"data after the picture ({words})",) if content.strip(b"\0\xff \t\r\n") else ()
