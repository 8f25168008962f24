"""Pictures: what they are in memory, which formats hold what, reading and writing them."""

from .format import FORMATS, READABLE, Format, format_of
from .ground import Colour, check_colours, flatten, is_grey, parse_colour
from .picture import Image, JpegTables, Metadata, Pixels
from .reader import TEXT_SUFFIXES, read, read_format, read_frames
from .request import MAX_PIXELS, Ask
from .writer import write, write_frames

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "READABLE",
    "TEXT_SUFFIXES",
    "Ask",
    "Colour",
    "Format",
    "Image",
    "JpegTables",
    "Metadata",
    "Pixels",
    "check_colours",
    "flatten",
    "format_of",
    "is_grey",
    "parse_colour",
    "read",
    "read_format",
    "read_frames",
    "write",
    "write_frames",
]
