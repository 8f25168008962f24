"""GIF: pictures and animations of up to 256 colours a frame."""

from ...codec import Codec
from .decoder import decode
from .encoder import encode, encode_frames, losses

CODEC = Codec(
    decode, encode, encode_frames, losses, can_hold_resolution=lambda found: found.gif_aspect > 0
)
