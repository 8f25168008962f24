"""FORMATS, the table of what each picture format can hold; asked before anything is decoded."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from ..dtypes import DTYPES
from ..errors import CommandError
from ..files import printable_path
from .image import COLOURS, ImageHeader


@dataclass(frozen=True)
class Format:
    """What one format can hold, in words of `image.COLOURS` and `dtypes.DTYPES`.

    Parameters
    ----------
    label : str
        How people write it.
    suffixes : tuple of str
        In small letters; the first is the usual one.
    read_suffixes : tuple of str
        Those of files that it is read from, but that it isn't written to.
    signature : bytes
        Regular expression that a file's first bytes match; empty for text, which has none.
    colours : tuple of str
        A format without grey stores it as RGB. None at all stands for any number of channels,
        where 2 and 4 have alpha.
    depths : tuple of str
    alpha : bool
    metadata : tuple of str
        The fields of Metadata that it can carry.
    partly : tuple of str
        Those of them that it can carry as far as cICP says them.
    lossy : bool
        Whether pixels that are read back may differ.
    frames : tuple of str
        The depths at which it can hold several pictures; none where it holds one.
    deep : tuple of str or None
        The colours that it holds at more than 8 bits, then without alpha; all of them by default.
    codec : str
        The module in codecs/ that has its codec.
    pillow_name : str
        What Pillow calls it; the label by default.
    side : int or None
        Most pixels across or down.
    segment : int or None
        Most bytes of EXIF, of XMP, or of a comment.
    extra : bool
        Whether it can hold channels without a known meaning.
    """

    label: str
    suffixes: tuple[str, ...]
    signature: bytes
    colours: tuple[str, ...]
    depths: tuple[str, ...]
    codec: str
    alpha: bool = False
    metadata: tuple[str, ...] = ()
    cicp_only: tuple[str, ...] = ()
    lossy: bool = False
    frames: tuple[str, ...] = ()
    deep_colours: tuple[str, ...] | None = None
    pillow_name: str = ""
    max_side: int | None = None
    max_segment: int | None = None
    read_suffixes: tuple[str, ...] = ()
    extra: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "pillow_name", self.pillow_name or self.label)

    def why_unsupported(self, header: ImageHeader) -> str | None:
        """Return why it can't hold such a picture; None if it can."""
        dtype, (height, width, channels), alpha, frames, extra = header
        depth = np.dtype(dtype).name
        if self.max_side and max(width, height) > self.max_side:
            return (
                f"{self.label} holds {self.max_side} pixels a side at most, not {width} x {height}"
            )
        if self._holds(depth, channels, alpha, extra):
            return self._holds_frames(depth, channels, alpha, extra, frames)
        able = [f.label for f in FORMATS.values() if f._holds(depth, channels, alpha, extra)]
        if alpha and self._holds(depth, channels - 1, False, extra):
            return f"{self.label} can't hold alpha; --background COLOUR removes it"
        what = f"{DTYPES[depth]} {COLOURS.get(channels - alpha - extra, f'{channels}-channel')}"
        beside = [f"{extra} extra channel{'s' * (extra > 1)}"] if extra else []
        beside += ["alpha"] if alpha else []
        what += f" with {' and '.join(beside)}" if beside else ""
        whole = depth in INTEGER_DEPTHS
        depths = tuple(OPTIONS) if whole else INTEGER_DEPTHS  # `float` keeps 64-bit floats
        other = next((d for d in reversed(depths) if self._holds(d, channels, alpha, extra)), None)
        fits = "makes it fit" if whole else "holds levels of 0 to 1"
        hint = f"; --depth {OPTIONS[other]} {fits}" if other else ""
        return f"{self.label} can't hold {what}; {_listing(able)} can{hint}"

    def why_no_figure(self) -> str | None:
        """Return why it can't hold a figure, 8-bit RGB whatever it is made of; None if it can."""
        if self._holds(*_FIGURE):
            return None
        able = [format.label for format in FORMATS.values() if format._holds(*_FIGURE)]
        return f"{self.label} can't hold a figure, which is 8-bit RGB; {_listing(able)} can"

    def _holds_frames(
        self, depth: str, channels: int, alpha: bool, extra: int, frames: int
    ) -> str | None:
        if frames == 1 or depth in self.frames:
            return None
        holding = (f for f in FORMATS.values() if f._holds(depth, channels, alpha, extra))
        able = _listing([format.label for format in holding if depth in format.frames])
        what = f"{DTYPES[depth]} frames" if self.frames else "frames"
        return f"{self.label} can't hold {frames} {what}; {able} can, and --frame N picks one"

    def _holds(self, depth: str, channels: int, alpha: bool, extra: int = 0) -> bool:
        if depth not in self.depths:
            return False
        if not self.colours:
            known = channels - alpha - extra in COLOURS
            return bool(extra) or not known or alpha == (channels in ALPHA_CHANNELS)
        if extra and not self.extra:
            return False
        colour = COLOURS.get(channels - alpha - extra)
        if self.deep_colours is not None and depth != "uint8":
            return colour in self.deep_colours and not alpha
        if colour == "grey" and "RGB" in self.colours:
            colour = "RGB"
        return colour in self.colours and (self.alpha or not alpha)


_FIGURE = "uint8", 3, False  # depth, channels, alpha

OPTIONS = {"uint8": "8", "uint16": "16", "float32": "float"}

# What an array without a word about itself is taken for: grey or RGB, each with alpha.
ALPHA_CHANNELS = (2, 4)

INTEGER_DEPTHS = ("uint8", "uint16")
ALL_DEPTHS = (*INTEGER_DEPTHS, "float32", "float64")
COMMON_METADATA = ("icc", "exif", "xmp", "resolution", "photoshop", "iptc")
TIMELINE = ("duration", "loop_count")

FORMATS = {
    "png": Format(
        "PNG", (".png", ".apng"), rb"\x89PNG\r\n\x1a\n", ("grey", "RGB"), INTEGER_DEPTHS,
        codec="png", alpha=True, frames=INTEGER_DEPTHS,
        metadata=(*COMMON_METADATA, "text", "chunks", "colour", *TIMELINE),
    ),
    "jpeg": Format(
        "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), rb"\xff\xd8\xff",
        ("grey", "RGB", "CMYK"), ("uint8",), codec="pillow",
        metadata=(*COMMON_METADATA, "comment", "segments"), lossy=True, max_side=65_500, max_segment=65_504,
        read_suffixes=(".mpo",),
    ),
    "tiff": Format(
        "TIFF", (".tif", ".tiff"), rb"II[*+]\0|MM\0[*+]", ("grey", "RGB", "CMYK"), ALL_DEPTHS,
        codec="tiff", alpha=True, metadata=(*COMMON_METADATA, "tags"), frames=ALL_DEPTHS, extra=True,
    ),
    "webp": Format(
        "WebP", (".webp",), rb"RIFF....WEBP", ("RGB",), ("uint8",), codec="webp", alpha=True,
        metadata=("icc", "exif", "xmp", "resolution", *TIMELINE),
        lossy=True, frames=("uint8",), max_side=16_383,
    ),
    "avif": Format(
        "AVIF", (".avif", ".avifs"), rb"....ftyp(?:avi[fs]|(?:mif1|msf1).{4}(?:.{4})*?avi[fs])",
        ("grey", "RGB"), ("uint8",), codec="pillow", alpha=True,
        metadata=("icc", "exif", "xmp", "resolution", "colour", "duration"), cicp_only=("colour",),
        lossy=True, frames=("uint8",), max_side=65_535,
    ),
    "jp2": Format(
        "JPEG 2000", (".jp2", ".j2k", ".jpf", ".jpx"),
        rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", ("grey", "RGB"), INTEGER_DEPTHS,
        codec="pillow", alpha=True, metadata=("icc", "exif", "xmp", "resolution", "iptc"),
        deep_colours=("grey",), pillow_name="JPEG2000", read_suffixes=(".j2c", ".jpc"),
    ),
    "bmp": Format(
        # A .dib may begin without the file's header, with that of the picture.
        "BMP", (".bmp", ".dib"),
        rb"BM|[\x28\x34\x38\x40\x6c\x7c]\0\0\0.{8}\x01\0|\x0c\0\0\0.{4}\x01\0",
        ("grey", "RGB"), ("uint8",), codec="pillow", metadata=("resolution",),
    ),
    "gif": Format(
        "GIF", (".gif",), rb"GIF8[79]a", ("grey", "RGB"), ("uint8",),
        codec="gif", alpha=True, metadata=("icc", "xmp", "comment", "resolution", *TIMELINE),
        lossy=True, frames=("uint8",), max_side=65_535,
    ),
    "ppm": Format(
        "PPM", (".ppm", ".pnm"), rb"P[1-6][\s#]", ("grey", "RGB"), INTEGER_DEPTHS,
        codec="netpbm", frames=INTEGER_DEPTHS, metadata=("comment",), max_segment=60_000,
        read_suffixes=(".pbm",),
    ),
    "pgm": Format(
        "PGM", (".pgm",), b"", ("grey",), INTEGER_DEPTHS,
        codec="netpbm", frames=INTEGER_DEPTHS, metadata=("comment",), max_segment=60_000,
    ),
    "pfm": Format(
        "PFM", (".pfm",), rb"P[Ff]\s", ("grey", "RGB"), ("float32",), codec="netpbm",
        metadata=("scale",),
    ),
    "npy": Format(
        ".npy", (".npy",), rb"\x93NUMPY", (), ALL_DEPTHS,
        codec="npy", alpha=True, frames=ALL_DEPTHS, extra=True,
    ),
    "csv": Format(".csv", (".csv",), b"", ("grey",), ALL_DEPTHS, codec="text_grid"),
    "txt": Format(".txt", (".txt",), b"", ("grey",), ALL_DEPTHS, codec="text_grid"),
}  # fmt: skip


# The suffixes of files that can be read.
READABLE = {s for format in FORMATS.values() for s in (*format.suffixes, *format.read_suffixes)}


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that a file's name asks for.

    Raises
    ------
    CommandError
        When no format has its suffix or none is written to it; the nearest are named first.
    """
    suffix = PurePath(path).suffix.lower()
    for format in FORMATS.values():
        if suffix in format.suffixes:
            return format
        if suffix in format.read_suffixes:
            names = f"{format.suffixes[0]} and others are" if suffix != ".pbm" else ".pgm is"
            raise CommandError(
                f"{printable_path(path)}: {suffix} is read, but not written; {names}"
            )
    known = [suffix for format in FORMATS.values() for suffix in format.suffixes]
    near = difflib.get_close_matches(suffix, known, n=3, cutoff=0.5)
    names = ", ".join(dict.fromkeys(near + known))
    shown = printable_path(suffix)
    found = f"unknown picture format {shown}" if suffix else "a suffix is missing"
    raise CommandError(f"{printable_path(path)}: {found}; known are {names}")


def _listing(names: Sequence[str]) -> str:
    """Join names as English does: A, B and C."""
    *first, last = names or ("no format",)
    return f"{', '.join(first)} and {last}" if first else last
