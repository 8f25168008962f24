"""Find the format of a file: of an input by its content, of an output by its name."""

from __future__ import annotations

import os
import re

from .. import files
from ..errors import CommandError, ImageError
from ..files import printable_path
from ..rows import TEXT_SUFFIXES
from ..spelling import nearest_word
from .formats import FORMATS, OUTPUT_FORMATS, Format

# The suffixes of files that can be read.
READABLE = {s for format in FORMATS.values() for s in (*format.suffixes, *format.read_suffixes)}

# Files that aren't read, by their signatures, as the error calls them.
_NOT_READ = {
    rb"P7\s": "a PAM file",
    rb"....ftyp(?:hei|hev|mif1|msf1)": "a HEIF file",
    rb"\xff\x0a|\0\0\0\x0cJXL ": "a JPEG XL file",
    rb"8BPS": "a Photoshop file",
    rb"%PDF-": "a PDF file",
    rb"SIMPLE  =": "a FITS file",
    rb"\x89HDF\r\n": "an HDF5 file",
    rb".{128}DICM": "a DICOM file",
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.*)?<svg": "an SVG file",
}

# How Python makes a .npy of such a file.
_TO_NPY = {
    "a FITS file": "astropy.io.fits.getdata(path)",
    "an HDF5 file": "h5py.File(path)[name][:]",
    "a DICOM file": "pydicom.dcmread(path).pixel_array",
}
# The beginning of an .npz: a zip archive whose first file is an array, here with its name.
_NPZ = rb"PK\x03\x04.{26}([ -~]{1,100}?)\.npy"

_FOR_PRINT = ".eps", ".ps", ".ai", ".emf"

# The beginning of a grid of numbers, perhaps with comments.
_TEXT = re.compile(rb'(?:\xef\xbb\xbf)?(?:[-+.,\d\s eE/"]|#[^\n]*)*')


def format_from_suffix(path: str | os.PathLike[str]) -> Format:
    """Return the format in which a file with this name is written.

    Raises
    ------
    CommandError
        When no format has the suffix, or files with the suffix are read but not written. The
        message names a suffix of which this one may be a misspelling, or else the known formats.
    """
    suffix = files.split_name(path)[1].lower()
    for format in OUTPUT_FORMATS.values():
        if suffix in format.suffixes:
            return format
        if suffix in format.read_suffixes:
            names = f"{format.suffixes[0]} and others are" if suffix != ".pbm" else ".pgm is"
            raise CommandError(
                f"{printable_path(path)}: {suffix} is read, but not written; {names}"
            )
    name, shown = printable_path(path), printable_path(suffix)
    if not suffix:
        example = files.quote_for_shell(f"{os.fsdecode(path)}.png")
        raise CommandError(f"{name}: a suffix is missing; wanted such as {example}")
    known = (suffix for format in OUTPUT_FORMATS.values() for suffix in format.suffixes)
    hint = f"known are {', '.join(OUTPUT_FORMATS)}"
    if suffix in _FOR_PRINT:
        hint = "for print wanted .pdf or .svg"
    elif near := nearest_word(suffix, known):
        hint = f"did you mean {near}?"
    raise CommandError(f"{name}: unknown picture format {shown}; {hint}")


def detect_format(path: str | os.PathLike[str]) -> Format:
    """Return the format of a file by its content; for text the suffix decides.

    Raises
    ------
    ImageError
        As `read` does.
    """
    with files.open_regular(path) as stream:
        return detect(stream.read(512), os.path.splitext(path)[1].lower())


def detect(start: bytes, suffix: str | None) -> Format:
    """Return the format of a file by its first bytes, and by its suffix if it is text.

    Parameters
    ----------
    start : bytes
        The first 512 bytes, or all of a shorter file.
    suffix : str or None
        In small letters; None for a stream.

    Raises
    ------
    ImageError
        When no readable format begins with these bytes. The message has no file name.
    """
    if suffix in TEXT_SUFFIXES:  # the content of a text can't tell
        return FORMATS[suffix[1:]]
    for format in FORMATS.values():
        if format.signature and re.match(format.signature, start, re.DOTALL):
            return format
    if not start:
        raise ImageError("is empty")
    if not suffix and _TEXT.fullmatch(start):
        return FORMATS["txt"]
    for signature, name in _NOT_READ.items():
        if re.match(signature, start, re.DOTALL):
            raise ImageError(f"is {name}, which isn't read{_describe_way(_TO_NPY.get(name))}")
    if archive := re.match(_NPZ, start, re.DOTALL):
        way = _describe_way(f"numpy.load(path)[{archive[1].decode()!r}]")
        raise ImageError(f"is an .npz, an archive of arrays{way}")
    known = ", ".join(format.label for format in FORMATS.values() if format.signature)
    raise ImageError(f"is no picture of a known format ({known})")


def _describe_way(call: str | None) -> str:
    """Return how Python writes what a call returns as a .npy; "" if there is no call."""
    return f"; in Python, numpy.save('a.npy', {call}) makes a picture of it" if call else ""
