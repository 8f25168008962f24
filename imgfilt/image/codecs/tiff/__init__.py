"""TIFF: pages, read with strips or tiles of many kinds, and written in contiguous strips."""

from ...codec import Codec
from .decoder import decode
from .encoder import encode, encode_frames

CODEC = Codec(decode, encode, encode_frames)
