"""A picture: its pixels, in memory or read by rows, and its metadata."""

from __future__ import annotations

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
from .metadata.metadata import JpegTables as JpegTables
from .metadata.metadata import Metadata as Metadata

Pixels = npt.NDArray[Any]
COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}


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


@dataclass(frozen=True, eq=False, repr=False)
class Image:
    """A picture with three axes, a dtype that filters know, and at least one pixel.

    `numpy.asarray` gives its pixels; a notebook shows it, reduced if it is large.

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
    def shape(self) -> tuple[int, int, int]:
        """Height, width, and the number of channels, alpha included."""
        height, width, channels = self.pixels.shape
        return height, width, channels

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the pixels."""
        dtype: np.dtype[Any] = self.pixels.dtype
        return dtype

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Pixels:
        return np.array(self.pixels[:], dtype, copy=copy)

    def __repr__(self) -> str:
        height, width, _ = self.shape
        colours = COLOURS.get(self.colours, f"{self.colours} channels")
        extra = f" and {self.extra} more channels" if self.extra else ""
        alpha = " with alpha" if self.alpha else ""
        frames = f", one of {self.frames} frames" if self.frames > 1 else ""
        return f"Image({width} x {height}, {colours}{extra}{alpha}, {self.dtype}{frames})"

    def _repr_png_(self) -> bytes:
        from .display import DisplayedPicture, encode_preview

        shown = self.drop_extra()
        return encode_preview(DisplayedPicture(shown.pixels[:], self.alpha, self.metadata.icc))

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
