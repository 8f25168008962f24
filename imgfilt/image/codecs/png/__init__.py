"""PNG: one picture, or an animation (APNG), at 8 or 16 bits."""

from ...codec import Codec
from .apng_encoder import encode as encode_frames
from .decoder import decode
from .still import encode

CODEC = Codec(decode, encode, encode_frames)
