"""What a picture is in memory: its pixels, and what of its file must survive.

An Image that exists is right: three axes, a depth that filters know, at least one pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from ..dtypes import DTYPES, white_level
from ..errors import ImageError, ParameterError
from ..files import printable_path
from ..geometry import row_blocks
from ..numbers import describe, format_brief
from ..parameters import Flag, Number
from .metadata.ifd import Entry
from .metadata.resolution import Resolution

Pixels = npt.NDArray[Any]

COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}

# Found by trying: what passes through a copy, a conversion or a write at once stays in the cache.
_STRIP_BYTES = 1 << 20


@dataclass(frozen=True)
class JpegTables:
    """How coarsely a JPEG was stored, as far as another can be stored so.

    `quantization` has a table for each channel, or none where they can't be used again;
    `subsampling` is Pillow's number of one at least as fine: 0 for 4:4:4, 1 for 4:2:2, 2 for 4:2:0,
    and -1 where there are no colours; `rgb` says that the channels stored were these.
    """

    quantization: Mapping[int, list[int]]
    subsampling: int
    rgb: bool = False


@dataclass(frozen=True)
class Metadata:
    """What a file says beside its pixels.

    `exif` starts at its TIFF header; `photoshop` holds image resources (8BIM), `iptc` records.
    `text` and `chunks` are a PNG's, as they stand there: texts, and what may be copied unread;
    `colour` holds its chunks of gamma, primaries and the like, cICP also from another format;
    `comment` is a JPEG's or a GIF's, in whatever encoding. `segments` are a JPEG's extended XMP.
    `tags` are a TIFF's that have no other place here; `size` is the (width, height) that they
    speak of, `inks` how many channels beside alpha, and their bits. `unread` names what else the
    file says.
    `lossless` says that the file held every pixel exactly, though its format need not;
    `compression` is a TIFF's, by its number there.
    `duration` is how long a frame of an animation is shown, in milliseconds, None for what is no
    part of one (a page, the still picture before an APNG's animation); `loop_count` is how often the
    animation runs, 0 for ever.
    `extra_samples` is a TIFF's: what each channel behind the colours is, in the file's order.
    `notes` is what is to be said of how the file was read, once in a run; `details` what only
    those want to know who ask for it.
    `scale` is a PFM's; it is kept, not applied.
    `unreadable` names what stands in the file and can't be read, such as "EXIF".
    """

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    resolution: Resolution | None = None
    photoshop: bytes | None = None
    iptc: bytes | None = None
    text: tuple[tuple[bytes, bytes], ...] = ()
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    colour: Mapping[bytes, bytes] = field(default_factory=dict)
    comment: bytes | None = None
    segments: tuple[bytes, ...] = ()
    tags: Mapping[int, Entry] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    inks: tuple[int, int] | None = None
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

    @property
    def dpi(self) -> tuple[float, float] | None:
        """Pixels per inch across and down; None where no unit is known."""
        return self.resolution.dpi if self.resolution else None


class ImageHeader(NamedTuple):
    """What is known of a picture before its pixels are decoded.

    Attributes
    ----------
    dtype : dtype
        The depth of the pixels once they are decoded.
    shape : (H, W, C)
        Alpha and the extra channels are counted in C.
    alpha : bool
        Whether the last channel is alpha.
    frames : int
        How many pictures the file has; 1 where one of them was picked.
    extra : int
        How many channels are neither colour nor alpha.
    """

    dtype: npt.DTypeLike
    shape: tuple[int, int, int]
    alpha: bool
    frames: int = 1
    extra: int = 0


@dataclass(frozen=True, eq=False)
class Image:
    """A picture.

    Parameters
    ----------
    pixels : array of shape (H, W, C) or (H, W)
        uint8, uint16, float32 or float64; made C-contiguous in native byte order, with three axes.
        The colours come first: grey (1), RGB (3) or CMYK (4).
    alpha : bool
        Whether the last channel is alpha.
    metadata : Metadata
        What is to survive when the picture is written.
    frames : int
        How many pictures the file has, of which this is one; 1 where one was picked.
    extra : int
        How many channels without a known meaning stand between the colours and alpha.

    Raises
    ------
    ImageError
        When there is no pixel or no colour, the depth is another, or the axes are not two or three.
    ParameterError
        When a parameter is of another kind.
    """

    pixels: Pixels
    alpha: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    frames: int = 1
    extra: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.pixels, np.ndarray) or isinstance(self.pixels, np.ma.MaskedArray):
            kind = type(self.pixels).__name__
            raise ParameterError(f"pixels: {kind} was given; wanted an array")
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
        object.__setattr__(self, "pixels", np.ascontiguousarray(pixels, depth))

    @property
    def header(self) -> ImageHeader:
        """Depth, shape, alpha, frames and extra channels: what formats are asked about."""
        height, width, channels = self.pixels.shape
        shape = height, width, channels
        return ImageHeader(self.pixels.dtype, shape, self.alpha, self.frames, self.extra)

    @property
    def colours(self) -> int:
        """How many channels are colour."""
        return int(self.pixels.shape[2]) - self.extra - self.alpha

    def is_opaque(self) -> bool:
        """Return whether nothing can be seen through it; this looks at every pixel."""
        full = white_level(self.pixels.dtype)
        rows = row_blocks(self.pixels.shape[0], self.pixels[0].nbytes)
        return not self.alpha or all((self.pixels[at, :, -1] == full).all() for at in rows)

    def drop_alpha(self) -> Image:
        """Return the picture without its alpha, which is to be opaque."""
        return replace(self, pixels=self.pixels[..., :-1], alpha=False) if self.alpha else self

    def drop_extra(self) -> Image:
        """Return the picture without its extra channels."""
        if not self.extra:
            return self
        pixels = np.delete(self.pixels, np.s_[self.colours : self.colours + self.extra], axis=2)
        return replace(self, pixels=pixels, extra=0)


def printable_type(kind: bytes) -> str:
    r"""Return the name that a part of a file begins with, as it can be printed anywhere.

    Examples
    --------
    >>> print(name_of(b"xml "), name_of(b"\x1b[m\n"))
    xml \x1b[m\n
    """
    return printable_path(kind.decode("latin-1").strip(" "))


def describe_trailing_data(content: bytes) -> tuple[str, ...]:
    """Return what is to be said of the bytes behind a picture: nothing of padding."""
    count = len(content)
    is_padding = not content.strip(b"\0\xff \t\r\n")
    return () if is_padding else (f"data after the picture ({count} byte{'s' * (count != 1)})",)


def read_array(stream: BinaryIO, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> Pixels:
    """Read numbers from a stream as they are stored there, into an array of their own."""
    values: Pixels = np.empty(shape, dtype)
    room = values.reshape(-1).view(np.uint8)
    if stream.readinto(room) < values.nbytes:  # type: ignore[attr-defined]
        raise ImageError("is truncated")
    return values
