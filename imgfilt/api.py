"""Pictures as Python has them: arrays, Pillow images and Images, each returned as the same kind."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from .dtypes import DTYPES, Array
from .errors import ClippedWarning, ParameterError
from .filters.base import Filter
from .numbers import describe
from .parameters import Flag
from .pipeline.channels import run_channels
from .pipeline.options import Options

if TYPE_CHECKING:
    from .image import Image
    from .image.pillow_images import PillowImage

Picture = TypeVar("Picture", bound="Array | PillowImage | Image")

# How an array of another dtype becomes one that can be filtered, by the dtype's kind.
_CONVERSIONS = {
    "b": "picture * numpy.uint8(255) has the levels of black and white",
    "i": "picture.astype('float64') keeps its values",
    "u": "picture.astype('float64') keeps its values",
    "f": "picture.astype('float64') keeps its values",
    "c": "picture.real and picture.imag are two pictures",
}


def apply(
    filter: Filter,
    picture: Picture,
    engine: str = "auto",
    border: str = "reflect",
    border_value: float | Sequence[float] = 0,
    values: str | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Return a picture filtered.

    Parameters
    ----------
    filter : Filter
        Such as Gaussian(sigma=1.5).
    picture : (H, W) or (H, W, C) array, Pillow image, or Image
        An array is uint8, uint16, float32 or float64, of any strides and byte order. A Pillow
        image's palette and transparent colours are understood. It is left untouched.
    engine : {"auto", "numpy", "opencv"}
    border : {"zero", "constant", "replicate", "reflect", "symmetric", "wrap", "valid"}
        With `valid` the result is smaller.
    border_value : number, or a sequence of one a channel
        For `constant`, in stored levels.
    values : {"clip", "abs", "offset", "stretch", "raw"}, optional
        What becomes of values below 0 and above the range; floats are never clipped. By default
        they are clipped, with a warning where anything is; "clip" says that this is meant.
    alpha : bool, optional
        Whether the last channel is alpha. By default an array has none, and a Pillow image or an
        Image its own. False filters such an alpha as a grey picture of its own.
    workers : int, optional
        Threads; the cores by default. They never change the result.

    Returns
    -------
    array, Pillow image, or Image
        The same kind as `picture`: an array of its dtype and number of axes; a Pillow image of its
        mode, or of the mode that its palette or bits stand for (L, LA, RGB, RGBA), with its info;
        an Image with its metadata.

    Raises
    ------
    ParameterError
        If the picture has no pixels or another dtype or shape, or an option is unknown.
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If `valid` leaves no pixel.

    Warns
    -----
    ClippedWarning
        If values outside the range were clipped, and `values` doesn't say that this is meant.
    UserWarning
        If floats lie outside 0 to 1 and the filter has thresholds, whose unit is 1/255 of 1.0.

    Examples
    --------
    >>> from imgfilt import Convolve, apply
    >>> apply(Convolve("1 2 1; 2 4 2; 1 2 1", scale="1/16"), np.full((2, 3), 7, np.uint8))
    array([[7, 7, 7],
           [7, 7, 7]], dtype=uint8)
    """
    if not isinstance(filter, Filter):
        raise ParameterError(
            f"filter: {describe(filter)} is no filter; wanted such as Gaussian(size=5)"
        )
    counted = values is None and filter.leaves_range
    how = "clip" if values is None else values
    options = Options(engine, border, border_value, how, workers=workers, tallied=counted)
    if alpha is not None:
        alpha = Flag().check(alpha, "alpha")
    pixels, transparent, extra, returned = _taken(picture, alpha)
    if values == "raw" and pixels.dtype.kind == "u":
        raise ParameterError(
            f"values: 'raw' needs a float output, and this picture is {pixels.dtype}; "
            "picture.astype('float32') keeps its levels"
        )
    result = run_channels(filter, pixels, transparent, extra, options)
    if counted and result.clipped:
        text = f"{result.clipped.numbers} and were clipped; values='clip' says that this is meant"
        warnings.warn(text, ClippedWarning, stacklevel=2)
    if result.beyond:
        warnings.warn(result.beyond, stacklevel=2)
    return cast("Picture", returned(result.pixels))


Taken = tuple[Array, bool, int, Callable[[Array], Any]]


def _taken(picture: Any, alpha: bool | None) -> Taken:
    """Return (H, W, C) pixels, whether alpha ends them, extra channels, and the way back."""
    if _is(picture, "PIL.Image", "Image"):
        from .image.pillow_images import from_pillow, to_pillow

        image = from_pillow(picture)
        return _taken_of(image, alpha, lambda result: to_pillow(result, picture))
    if _is(picture, "imgfilt.image.image", "Image"):
        return _taken_of(picture, alpha, lambda result: result)
    return _taken_array(picture, bool(alpha))


def _is(value: Any, module: str, name: str) -> bool:
    """Tell an instance of a class without loading its module: who has one has loaded it."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def _taken_of(image: Image, alpha: bool | None, returned: Callable[[Image], Any]) -> Taken:
    def back(pixels: Array) -> Any:
        return returned(replace(image, pixels=pixels))

    if alpha and not image.alpha:
        raise ParameterError("alpha: True, but the picture has no alpha channel")
    if alpha is False and image.alpha:
        return image.pixels, False, image.extra + 1, back
    return image.pixels, image.alpha, image.extra, back


def _taken_array(picture: Any, alpha: bool) -> Taken:
    if isinstance(picture, np.ma.MaskedArray):
        raise ParameterError(
            "picture: a masked array was given; give its data with the mask as alpha: "
            "alpha=True says that the last channel is alpha, 0 where a pixel doesn't count"
        )
    if not isinstance(picture, np.ndarray):
        raise ParameterError(
            f"picture: {type(picture).__name__} was given; wanted an array, a Pillow image or an "
            "Image; numpy.asarray(picture, 'uint8') or 'float64' makes an array"
        )
    pixels = np.asarray(picture)
    if pixels.dtype.name not in DTYPES:
        hint = _CONVERSIONS.get(pixels.dtype.kind)
        raise ParameterError(
            f"picture: pixels of {str(pixels.dtype)[:40]} were given; wanted {', '.join(DTYPES)}"
            + (f"; {hint}" if hint else "")
        )

    def back(result: Array) -> Array:
        result = result[..., 0] if pixels.ndim == 2 else result
        return result.astype(pixels.dtype, copy=False)

    native = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    return native[..., np.newaxis] if pixels.ndim == 2 else native, alpha, 0, back
