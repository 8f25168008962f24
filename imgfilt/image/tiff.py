"""TIFF: its pages, what they say of themselves, and writing; 8 bits are read by Pillow.

Deeper pixels are read in tiff_strip.py: Pillow narrows 16-bit colour and knows no float colour.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ..errors import ImageError
from . import pillow, tiff_strip
from .format import Format
from .metadata import resolution, upright
from .picture import Image, Metadata, strips
from .request import Request

(WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, OFFSETS, ORIENTATION, SAMPLES, ROWS_PER_STRIP,
 COUNTS, ACROSS, DOWN, PLANAR, UNIT, EXTRA, SAMPLE_FORMAT, XMP, ICC) = (
    256, 257, 258, 259, 262, 273, 274, 277, 278,
    279, 282, 283, 284, 296, 338, 339, 700, 34675,
)  # fmt: skip
