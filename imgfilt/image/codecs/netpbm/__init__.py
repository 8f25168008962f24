"""PBM, PGM, PPM and PFM files, which may hold several pictures.

Pillow reduces 16-bit colour to 8 bits, and reads only the first picture.
"""

from ...codec import Codec
from .decoder import decode
from .encoder import encode, encode_frames

CODEC = Codec(decode, encode, encode_frames)
