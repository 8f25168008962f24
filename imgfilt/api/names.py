"""The words that options take, and the kinds of pictures, as types: editors complete them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..image import Image
    from ..image.pillow_images import PillowImage

Engine = Literal["auto", "numpy", "opencv"]
Border = Literal["zero", "constant", "replicate", "reflect", "symmetric", "wrap", "valid", "full"]
Values = Literal["clip", "abs", "offset", "stretch", "raw"]

# A result is of the same kind as the picture that was given.
Picture = TypeVar("Picture", bound="Array | PillowImage | Image")
