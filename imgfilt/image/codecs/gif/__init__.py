"""GIF: decoder, encoder, and the blocks of the file."""

from ...codec import Codec
from .decoder import decode
from .encoder import encode, encode_frames, losses

CODEC = Codec(decode, encode, encode_frames, losses)
