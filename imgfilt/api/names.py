"""The types of arguments: paths, the words that options take, pictures; editors show them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..image import Image
    from ..image.pillow_images import PillowImage

Path = str | os.PathLike[str]
Rectangle = tuple[int, int, int, int]  # left, top, width, height
Engine = Literal["auto", "numpy", "opencv"]
Border = Literal["zero", "constant", "replicate", "reflect", "symmetric", "wrap", "valid", "full"]
Values = Literal["clip", "abs", "offset", "stretch", "raw"]

# A result is of the same kind as the picture that was given.
Picture = TypeVar("Picture", bound="Array | PillowImage | Image")
