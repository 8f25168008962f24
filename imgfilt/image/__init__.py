"""Pictures in memory, the table of file formats, and how files are read and written."""

from ..geometry import MAX_PIXELS
from .flatten import Colour, check_colours, flatten, is_grey, parse_colour
from .format_detection import READABLE, detect_format, format_from_suffix
from .formats import FORMATS, OUTPUT_FORMATS, Format
from .image import Image, ImageHeader, JpegTables, Metadata, Pixels
from .read_options import OnHeader
from .reader import read, read_frames
from .unsupported import why_no_figure, why_no_picture, why_unsupported
from .writer import write, write_frames

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "OUTPUT_FORMATS",
    "READABLE",
    "Colour",
    "Format",
    "Image",
    "ImageHeader",
    "JpegTables",
    "Metadata",
    "OnHeader",
    "Pixels",
    "check_colours",
    "detect_format",
    "flatten",
    "format_from_suffix",
    "is_grey",
    "parse_colour",
    "read",
    "read_frames",
    "why_no_figure",
    "why_no_picture",
    "why_unsupported",
    "write",
    "write_frames",
]
