"""PNG: one picture, or an animation (APNG), at 8 or 16 bits."""

from ...codec import Codec
from .apng_encoder import encode as encode_frames
from .decoder import decode
from .metadata import can_hold_resolution
from .still import encode

CODEC = Codec(decode, encode, encode_frames, can_hold_resolution=can_hold_resolution)
