"""Layout: how a TIFF page stores its pixels. Unsupported layouts raise ImageError."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ....errors import ImageError
from .. import number_types
from .compression import CCITT, NONE, NOT_READ, OLD_JPEG, is_readable
from .directory import Directory
from .tags import BROKEN, Tag

WHITE_IS_ZERO, RGB, PALETTE, CMYK, YCBCR = 0, 2, 3, 5, 6

# By PhotometricInterpretation: the number of colour samples. Readers convert YCbCr and palettes to
# RGB.
STORED_COLOURS = {WHITE_IS_ZERO: 1, 1: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3}
# By PhotometricInterpretation: what isn't read, for messages.
_NOT_READ = {
    4: "a transparency mask", CMYK: "inks other than CMYK", YCBCR: "YCbCr of this layout",
    8: "CIELab", 9: "ICCLab", 10: "ITULab", 32844: "LogL", 32845: "LogLuv", 51177: "a depth map",
}  # fmt: skip

UNSPECIFIED, ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA = 0, 1, 2  # ExtraSamples
ALPHAS = ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA
SEPARATE = 2
UNSIGNED, SIGNED, FLOAT = "u", "i", "f"

_KINDS = {1: UNSIGNED, 2: SIGNED, 3: FLOAT, 4: UNSIGNED}
_COMPLEX = 5, 6
_BITS = {UNSIGNED: (32,), SIGNED: (8, 16, 32), FLOAT: (16, 32, 64)}

_MAX_SAMPLES = 16
_MAX_COLOUR = 65_535
_INK_SET_CMYK = 1


@dataclass(frozen=True)
class Layout:
    """How the pixels of a page are stored.

    Attributes
    ----------
    order : str
        Byte order in NumPy's notation.
    shape : (height, width, samples)
        The size of the page, and the number of samples of a pixel.
    kind, bits : str, int
        The type of a sample (UNSIGNED, SIGNED or FLOAT), and its number of bits.
    photometric, compression, predictor : int
        The values of these tags.
    extra_samples : tuple of int
        The ExtraSamples codes of the channels after the colours.
    is_planar : bool
        Whether each channel is stored separately, as a plane.
    palette : (K, 3) array, optional
        The colours, if samples are indices of a palette.
    """

    order: Literal["<", ">"]
    shape: tuple[int, int, int]
    kind: str
    bits: int
    photometric: int
    compression: int
    predictor: int
    extra_samples: tuple[int, ...]
    is_planar: bool
    palette: npt.NDArray[Any] | None

    @classmethod
    def from_directory(cls, directory: Directory) -> Layout:
        """Return the layout of a page; ImageError if it isn't supported."""
        samples = directory.read_number(Tag.SAMPLES_PER_PIXEL, 1)
        kind, bits = _read_sample_type(directory, samples)
        compression = directory.read_number(Tag.COMPRESSION, NONE)
        photometric = _read_photometric(directory, samples, compression)
        colours = STORED_COLOURS[photometric]
        # Of the kinds of old-style JPEG only one is read: a single stream for the page.
        is_old_jpeg = compression == OLD_JPEG and Tag.JPEG_INTERCHANGE_FORMAT in directory
        if not (is_readable(compression) or is_old_jpeg):
            name = NOT_READ.get(compression, "an unknown method")
            raise ImageError(f"is compressed by {name} ({compression}), which isn't read")
        if compression in CCITT and bits > 1:
            raise ImageError(BROKEN)
        if directory.read_number(Tag.IMAGE_DEPTH, 1) > 1:
            raise ImageError("holds a volume in one page, which isn't read")
        return cls(
            directory.header.order,
            (
                directory.read_number(Tag.IMAGE_LENGTH),
                directory.read_number(Tag.IMAGE_WIDTH),
                samples,
            ),
            kind,
            bits,
            photometric,
            compression,
            directory.read_number(Tag.PREDICTOR, 1),
            _read_extra_samples(directory, photometric, samples - colours),
            samples > 1 and directory.read_number(Tag.PLANAR_CONFIGURATION, 1) == SEPARATE,
            _read_palette(directory, kind, bits) if photometric == PALETTE else None,
        )

    @property
    def stored_dtype(self) -> np.dtype[Any]:
        """The type of a sample in the file; not defined if samples are packed."""
        return np.dtype(f"{self.kind}{self.bits // 8}").newbyteorder(self.order)

    @property
    def is_packed(self) -> bool:
        """Whether the bits of a sample don't make whole bytes."""
        return self.bits % 8 != 0

    @property
    def colours(self) -> int:
        """The number of colour samples of a pixel; 1 for the index of a palette."""
        return STORED_COLOURS[self.photometric]

    @property
    def alpha(self) -> int | None:
        """The position of alpha among the extra samples; None if there is no alpha."""
        return next((n for n, code in enumerate(self.extra_samples) if code in ALPHAS), None)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the pixels after reading."""
        if self.kind == UNSIGNED and self.bits <= 16:
            wide = self.bits > 8 and (self.palette is None or self.extra_samples)
            if self.palette is not None and self.palette.dtype == np.uint16:
                wide = True
            return np.dtype(np.uint16 if wide else np.uint8)
        return number_types.depth_for(self.stored_dtype)

    @property
    def converts_to_float(self) -> bool:
        """Whether samples are integers that aren't levels and are converted to floats."""
        return self.kind != FLOAT and self.dtype.kind == FLOAT


def _read_sample_type(directory: Directory, samples: int) -> tuple[str, int]:
    """Return (kind, bits) of a sample; ImageError if channels differ."""
    if not 1 <= samples <= _MAX_SAMPLES:
        raise ImageError(f"has {samples} channels; up to {_MAX_SAMPLES} are read")
    bits = sorted(set(directory.read_numbers(Tag.BITS_PER_SAMPLE)[:samples] or (1,)))
    codes = set(directory.read_numbers(Tag.SAMPLE_FORMAT)[:samples] or (1,))
    if codes & set(_COMPLEX):
        raise ImageError("holds complex numbers, which can't be filtered")
    kind = _KINDS.get(min(codes), "")
    if len(bits) > 1 or len(codes) > 1 or not kind:
        words = " and ".join(map(str, bits))
        raise ImageError(f"holds numbers of {words} bits, of a kind that can't be filtered")
    if kind != FLOAT and bits[0] == 64:
        raise ImageError("holds 64-bit integers; convert them to float64, which can be filtered")
    if not (bits[0] in _BITS[kind] or (kind == UNSIGNED and 1 <= bits[0] <= 16)):
        what = {UNSIGNED: "unsigned integers", SIGNED: "signed integers", FLOAT: "floats"}[kind]
        raise ImageError(f"holds {bits[0]}-bit {what}, which can't be filtered")
    return kind, bits[0]


def _read_photometric(directory: Directory, samples: int, compression: int) -> int:
    """Return the PhotometricInterpretation; without the tag, the value that libtiff assumes."""
    default = RGB if samples >= 3 else WHITE_IS_ZERO if compression in CCITT else 1
    photometric = directory.read_number(Tag.PHOTOMETRIC, default)
    colours = STORED_COLOURS.get(photometric)
    other_inks = (
        photometric == CMYK and directory.read_number(Tag.INK_SET, _INK_SET_CMYK) != _INK_SET_CMYK
    )
    unsupported_ycbcr = photometric == YCBCR and (
        samples > 3
        or directory.read_numbers(Tag.BITS_PER_SAMPLE)[:1] != (8,)
        or directory.read_number(Tag.PLANAR_CONFIGURATION, 1) == SEPARATE
    )
    if colours is None or other_inks or unsupported_ycbcr:
        name = _NOT_READ.get(photometric, f"colours of model {photometric}")
        raise ImageError(f"holds {name}, which isn't read")
    if samples < colours:
        raise ImageError(f"has {samples} channels of colour model {photometric}, which isn't read")
    return photometric


def _read_extra_samples(directory: Directory, photometric: int, count: int) -> tuple[int, ...]:
    """Return the ExtraSamples codes of the `count` channels after the colours.

    Some writers leave out the code of the fourth channel of RGB, which readers take for alpha.
    """
    codes = directory.read_numbers(Tag.EXTRA_SAMPLES)[:count]
    if not codes and photometric == RGB and count == 1:
        codes = (UNASSOCIATED_ALPHA,)
    return codes + (UNSPECIFIED,) * (count - len(codes))


def _read_palette(directory: Directory, kind: str, bits: int) -> npt.NDArray[Any]:
    """Return the colours (K, 3) of a palette: uint8 if they have 8 bits, else uint16."""
    numbers = directory.read_numbers(Tag.COLOUR_MAP)
    if kind != UNSIGNED or bits > 16 or len(numbers) != 3 * 2**bits or max(numbers) > _MAX_COLOUR:
        raise ImageError(BROKEN)
    levels = np.array(numbers, np.uint16).reshape(3, -1).T
    # A palette has 16 bits. Writers of 8-bit colours fill the upper byte, or both bytes with one
    # value; old writers fill the lower byte.
    if not (levels & 255).any() or not (levels % 257).any():
        return (levels >> 8).astype(np.uint8)
    return levels.astype(np.uint8) if levels.max() < 256 else levels
