"""The codec that reads and writes JPEG, AVIF, JPEG 2000 and BMP with Pillow."""

from ..codec import Codec
from .pillow_reader import decode
from .pillow_writer import encode, encode_frames

CODEC = Codec(decode, encode, encode_frames)
