"""TIFF: files of one or several pages; strips and tiles are read, strips are written."""

from ...codec import Codec
from .decoder import decode
from .encoder import encode_frames

CODEC = Codec(decode, None, encode_frames, can_hold_resolution=lambda resolution: True)
