"""How a TIFF page stores its pixels, as its fields say; what can't be read is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ....errors import ImageError
from .. import number_types
from .compression import CCITT, METHODS, NONE, OLD_JPEG, is_readable
from .directory import BROKEN, Tag
from .structure import Fields

WHITE_IS_ZERO, RGB, PALETTE, CMYK, YCBCR = 0, 2, 3, 5, 6

# By PhotometricInterpretation: how many colours there are. YCbCr and palettes are made RGB.
STORED_COLOURS = {WHITE_IS_ZERO: 1, 1: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3}
PHOTOMETRICS = {
    4: "a transparency mask", CMYK: "inks other than CMYK", YCBCR: "YCbCr of this layout",
    8: "CIELab", 9: "ICCLab", 10: "ITULab", 32844: "LogL", 32845: "LogLuv", 51177: "a depth map",
}  # fmt: skip

UNSPECIFIED, PREMULTIPLIED, STRAIGHT = 0, 1, 2
APART = 2
UNSIGNED, SIGNED, FLOAT = "u", "i", "f"

_KINDS = {1: UNSIGNED, 2: SIGNED, 3: FLOAT, 4: UNSIGNED}
_COMPLEX = 5, 6
_BITS = {UNSIGNED: (32,), SIGNED: (8, 16, 32), FLOAT: (16, 32, 64)}

_MOST_SAMPLES = 16
_WHITE = 65_535
_CMYK_INKS = 1


@dataclass(frozen=True)
class Layout:
    """How a page's pixels are stored.

    Attributes
    ----------
    order : str
        Of bytes, as NumPy has it.
    shape : (height, width, samples)
    kind, bits : str, int
        Of a number: unsigned, signed or float.
    photometric, compression, predictor : int
        As the page's fields have them.
    extra : tuple of int
        The ExtraSamples codes of what stands behind the colours.
    apart : bool
        Whether each channel is a plane.
    palette : (K, 3) array, optional
    """

    order: Literal["<", ">"]
    shape: tuple[int, int, int]
    kind: str
    bits: int
    photometric: int
    compression: int
    predictor: int
    extra: tuple[int, ...]
    apart: bool
    palette: npt.NDArray[Any] | None

    @classmethod
    def of(cls, fields: Fields) -> Layout:
        """Read it from a page's fields; ImageError for what isn't read, in its own words."""
        samples = fields.number(Tag.SAMPLES, 1)
        kind, bits = _numbers(fields, samples)
        compression = fields.number(Tag.COMPRESSION, NONE)
        photometric = _photometric(fields, samples, compression)
        colours = STORED_COLOURS[photometric]
        # Of old-style JPEG there were several kinds; one has its stream in a place of its own.
        old = compression == OLD_JPEG and Tag.JPEG_STREAM in fields
        if not (is_readable(compression) or old):
            name = METHODS.get(compression, "an unknown method")
            raise ImageError(f"is compressed by {name} ({compression}), which isn't read")
        if compression in CCITT and bits > 1:
            raise ImageError(BROKEN)
        if fields.number(Tag.DEPTH, 1) > 1:
            raise ImageError("holds a volume in one page, which isn't read")
        return cls(
            fields.header.order,
            (fields.number(Tag.HEIGHT), fields.number(Tag.WIDTH), samples),
            kind,
            bits,
            photometric,
            compression,
            fields.number(Tag.PREDICTOR, 1),
            _extra(fields, photometric, samples - colours),
            samples > 1 and fields.number(Tag.PLANAR, 1) == APART,
            _palette(fields, kind, bits) if photometric == PALETTE else None,
        )

    @property
    def stored(self) -> np.dtype[Any]:
        """The type of a number in the file, unless it is packed."""
        return np.dtype(f"{self.kind}{self.bits // 8}").newbyteorder(self.order)

    @property
    def is_packed(self) -> bool:
        """Whether numbers stand bit by bit behind each other."""
        return self.bits % 8 != 0

    @property
    def colours(self) -> int:
        """How many samples are colours, or stand for one."""
        return STORED_COLOURS[self.photometric]

    @property
    def alpha(self) -> int | None:
        """Which of the extra samples is alpha, if any is."""
        found = (n for n, code in enumerate(self.extra) if code in (PREMULTIPLIED, STRAIGHT))
        return next(found, None)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The depth that the page is read in."""
        if self.kind == UNSIGNED and self.bits <= 16:
            wide = self.bits > 8 and (self.palette is None or self.extra)
            if self.palette is not None and self.palette.dtype == np.uint16:
                wide = True
            return np.dtype(np.uint16 if wide else np.uint8)
        return number_types.read_as(self.stored)

    @property
    def converts_to_float(self) -> bool:
        """Whether the numbers are whole but no levels, and so become floats."""
        return self.kind != FLOAT and self.dtype.kind == FLOAT


def _numbers(fields: Fields, samples: int) -> tuple[str, int]:
    """Return the kind and bits of a page's numbers, which are alike in all its channels."""
    if not 1 <= samples <= _MOST_SAMPLES:
        raise ImageError(f"has {samples} channels; up to {_MOST_SAMPLES} are read")
    bits = sorted(set(fields.numbers(Tag.BITS)[:samples] or (1,)))
    codes = set(fields.numbers(Tag.SAMPLE_FORMAT)[:samples] or (1,))
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


def _photometric(fields: Fields, samples: int, compression: int) -> int:
    """Return what colours the numbers mean; where it isn't said, as libtiff takes it."""
    unsaid = RGB if samples >= 3 else WHITE_IS_ZERO if compression in CCITT else 1
    photometric = fields.number(Tag.PHOTOMETRIC, unsaid)
    colours = STORED_COLOURS.get(photometric)
    inks = photometric == CMYK and fields.number(Tag.INK_SET, _CMYK_INKS) != _CMYK_INKS
    mixed = photometric == YCBCR and (
        samples > 3 or fields.numbers(Tag.BITS)[:1] != (8,) or fields.number(Tag.PLANAR, 1) == APART
    )
    if colours is None or inks or mixed:
        name = PHOTOMETRICS.get(photometric, f"colours of model {photometric}")
        raise ImageError(f"holds {name}, which isn't read")
    if samples < colours:
        raise ImageError(f"has {samples} channels of colour model {photometric}, which isn't read")
    return photometric


def _extra(fields: Fields, photometric: int, count: int) -> tuple[int, ...]:
    """Return what the channels behind the colours are.

    Some writers don't say it of the fourth channel of RGB; everyone takes it for alpha.
    """
    codes = fields.numbers(Tag.EXTRA_SAMPLES)[:count]
    if not codes and photometric == RGB and count == 1:
        codes = (STRAIGHT,)
    return codes + (UNSPECIFIED,) * (count - len(codes))


def _palette(fields: Fields, kind: str, bits: int) -> npt.NDArray[Any]:
    """Return the colours of a palette, of 8 bits where they can be, else of 16."""
    numbers = fields.numbers(Tag.COLOUR_MAP)
    if kind != UNSIGNED or bits > 16 or len(numbers) != 3 * 2**bits or max(numbers) > _WHITE:
        raise ImageError(BROKEN)
    levels = np.array(numbers, np.uint16).reshape(3, -1).T
    # Of the 16 bits that a palette has, writers fill the upper eight, both halves alike, or, as
    # old ones did, the lower eight.
    if not (levels & 255).any() or not (levels % 257).any():
        return (levels >> 8).astype(np.uint8)
    return levels.astype(np.uint8) if levels.max() < 256 else levels
