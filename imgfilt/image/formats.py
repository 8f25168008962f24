"""FORMATS and FIGURE_FORMATS: what each format can hold: pictures, or figures only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .image import COLOURS


class Format(NamedTuple):
    """The colours, depths and metadata that one format can hold.

    Parameters
    ----------
    label : str
        The usual name of the format, such as "JPEG 2000".
    suffixes : tuple of str
        In small letters; the first is the usual one.
    signature : bytes
        Regular expression that the first bytes of a file match; empty for text, which has none.
    colours : tuple of str
        Values of `image.COLOURS`. A format without "grey" stores grey pictures as RGB. An empty
        tuple stands for any number of channels; then 2 and 4 channels include alpha.
    depths : tuple of str
        Keys of `dtypes.DTYPES`.
    codec : str
        The module in codecs/ that contains the codec.
    alpha : bool
        Whether the format can hold alpha.
    metadata : tuple of str
        The fields of Metadata that the format can hold.
    cicp_only : bool
        Whether the format can hold gamma and primaries only as cICP.
    lossy : bool
        Whether pixels may differ when they are read back.
    frames : tuple of str
        The depths at which the format can hold several pictures; empty if it holds only one.
    deep_colours : tuple of str or None
        The colours at more than 8 bits, without alpha; None for the same colours as at 8 bits.
    max_side : int or None
        The largest width and height, in pixels.
    max_segment : int or None
        The largest block of EXIF, XMP or comment, in bytes.
    forbidden_bytes : mapping of str to bytes
        By metadata field: a byte that would end the field too early.
    read_suffixes : tuple of str
        Further suffixes of files that are read, but not written.
    extra : bool
        Whether the format can hold channels without a known meaning.
    has_quality : bool
        Whether `quality` has an effect.
    has_compression : bool
        Whether `compression` has an effect.
    duration_unit : int
        A file stores the durations of frames as multiples of this unit, in milliseconds; 0 if it
        stores none, or stores fractions.
    by_rows : bool
        Whether the encoder takes the rows of a picture once, from top to bottom.
    renderer : str
        The module in figure/ that draws a figure; empty if a figure is stored as a picture. A
        format with a renderer holds figures only: it has no depths, no colours and no codec.
    """

    label: str
    suffixes: tuple[str, ...]
    signature: bytes
    colours: tuple[str, ...]
    depths: tuple[str, ...]
    codec: str
    alpha: bool = False
    metadata: tuple[str, ...] = ()
    cicp_only: bool = False
    lossy: bool = False
    frames: tuple[str, ...] = ()
    deep_colours: tuple[str, ...] | None = None
    max_side: int | None = None
    max_segment: int | None = None
    forbidden_bytes: Mapping[str, bytes] = {}
    read_suffixes: tuple[str, ...] = ()
    extra: bool = False
    has_quality: bool = False
    has_compression: bool = False
    duration_unit: int = 0
    by_rows: bool = False
    renderer: str = ""

    @property
    def pillow_name(self) -> str:
        """The name that Pillow uses for the format."""
        return self.label.replace(" ", "")

    def can_hold(self, depth: str, channels: int, alpha: bool, extra: int = 0) -> bool:
        """Return whether the format can hold such pixels.

        Parameters
        ----------
        depth : str
            A key of DTYPES.
        channels : int
            Alpha and the extra channels included.
        alpha : bool
        extra : int
        """
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


# If a file doesn't say whether it has alpha: the numbers of channels that include alpha.
ALPHA_CHANNELS = (2, 4)

INTEGER_DEPTHS = ("uint8", "uint16")
ALL_DEPTHS = (*INTEGER_DEPTHS, "float32", "float64")
COMMON_METADATA = ("icc", "exif", "xmp", "resolution", "photoshop", "iptc")
TIMELINE = ("duration", "loop_count")

FORMATS = {
    "png": Format(
        "PNG", (".png", ".apng"), rb"\x89PNG\r\n\x1a\n", ("grey", "RGB"), INTEGER_DEPTHS,
        codec="png", alpha=True, frames=INTEGER_DEPTHS, has_compression=True,
        metadata=(*COMMON_METADATA, "text", "chunks", "colour", *TIMELINE),
    ),
    "jpeg": Format(
        "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), rb"\xff\xd8\xff",
        ("grey", "RGB", "CMYK"), ("uint8",), codec="jpeg",
        metadata=(*COMMON_METADATA, "comment", "extended_xmp"), lossy=True, has_quality=True,
        max_side=65_500, max_segment=65_504, read_suffixes=(".mpo",),
    ),
    "tiff": Format(
        "TIFF", (".tif", ".tiff"), rb"II[*+]\0|MM\0[*+]", ("grey", "RGB", "CMYK"), ALL_DEPTHS,
        codec="tiff", alpha=True, frames=ALL_DEPTHS, extra=True, by_rows=True,
        metadata=(*COMMON_METADATA, "tags"), has_compression=True,
    ),
    "webp": Format(
        "WebP", (".webp",), rb"RIFF....WEBP", ("RGB",), ("uint8",), codec="webp", alpha=True,
        metadata=("icc", "exif", "xmp", "resolution", *TIMELINE),
        lossy=True, has_quality=True, frames=("uint8",), duration_unit=1, max_side=16_383,
    ),
    "avif": Format(
        "AVIF", (".avif", ".avifs"), rb"....ftyp(?:avi[fs]|(?:mif1|msf1).{4}(?:.{4})*?avi[fs])",
        ("grey", "RGB"), ("uint8",), codec="avif", alpha=True,
        metadata=("icc", "exif", "xmp", "resolution", "colour", "duration"), cicp_only=True,
        lossy=True, has_quality=True, frames=("uint8",), duration_unit=1, max_side=65_535,
    ),
    "jp2": Format(
        "JPEG 2000", (".jp2", ".j2k", ".jpf", ".jpx"),
        rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", ("grey", "RGB"), INTEGER_DEPTHS,
        codec="jpeg2000", alpha=True, metadata=("icc", "exif", "xmp", "resolution", "iptc"),
        deep_colours=("grey",), read_suffixes=(".j2c", ".jpc"),
    ),
    "bmp": Format(
        # A .dib may have no file header and begin with the picture's header.
        "BMP", (".bmp", ".dib"),
        rb"BM|[\x28\x34\x38\x40\x6c\x7c]\0\0\0.{8}\x01\0|\x0c\0\0\0.{4}\x01\0",
        ("grey", "RGB"), ("uint8",), codec="bmp", metadata=("resolution",),
    ),
    "gif": Format(
        "GIF", (".gif",), rb"GIF8[79]a", ("grey", "RGB"), ("uint8",),
        codec="gif", alpha=True, metadata=("icc", "xmp", "comment", "resolution", *TIMELINE),
        lossy=True, frames=("uint8",), duration_unit=10, max_side=65_535,
        forbidden_bytes={"xmp": b"\0"},
    ),
    "ppm": Format(
        "PPM", (".ppm", ".pnm"), rb"P[1-6][\s#]", ("grey", "RGB"), INTEGER_DEPTHS,
        codec="netpbm", frames=INTEGER_DEPTHS, metadata=("comment",), max_segment=60_000,
        forbidden_bytes={"comment": b"\r"}, read_suffixes=(".pbm",),
    ),
    "pgm": Format(
        "PGM", (".pgm",), b"", ("grey",), INTEGER_DEPTHS,
        codec="netpbm", frames=INTEGER_DEPTHS, metadata=("comment",), max_segment=60_000,
        forbidden_bytes={"comment": b"\r"},
    ),
    "pfm": Format(
        "PFM", (".pfm",), rb"P[Ff]\s", ("grey", "RGB"), ("float32",), codec="netpbm",
        metadata=("scale",),
    ),
    "npy": Format(
        ".npy", (".npy",), rb"\x93NUMPY", (), ALL_DEPTHS,
        codec="npy", alpha=True, frames=ALL_DEPTHS, extra=True, by_rows=True,
    ),
    "csv": Format(".csv", (".csv",), b"", ("grey",), ALL_DEPTHS, codec="text_grid"),
    "txt": Format(".txt", (".txt",), b"", ("grey",), ALL_DEPTHS, codec="text_grid"),
}  # fmt: skip

# A .svg and an .html are text.
FIGURE_FORMATS = {
    "svg": Format("SVG", (".svg",), b"", (), (), codec="", renderer="svg"),
    "pdf": Format("PDF", (".pdf",), rb"%PDF-", (), (), codec="", renderer="pdf"),
    "html": Format("HTML", (".html", ".htm"), b"", (), (), codec="", renderer="html"),
}

OUTPUT_FORMATS = FORMATS | FIGURE_FORMATS
