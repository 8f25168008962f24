"""The Python function `apply`: filter an array, a Pillow image or an Image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from ..dtypes import Array, as_picture_array
from ..errors import ParameterError
from ..filters.base import Filter
from ..filters.chain import Chain
from ..lazy import is_instance
from ..parameters import Flag
from ..pipeline.chain import run_chain
from .names import Border, Engine, Picture, Values
from .steps import make_steps, warn_of_results

if TYPE_CHECKING:
    from ..image import Image


def apply(
    filter: Filter | Chain,
    picture: Picture,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Return a picture filtered.

    Parameters
    ----------
    filter : Filter or Chain
        Such as Gaussian(sigma=1.5), or Median(3) | Gaussian(sigma=1.5) for one after the other.
    picture : (H, W) or (H, W, C) array, Pillow image, or Image
        It isn't changed. An array is uint8, uint16, float32 or float64, with any strides and byte
        order; white is 255, 65535 or 1.0. The palette and transparent colours of a Pillow image
        are taken into account.
    engine : {"auto", "numpy", "opencv"}
        By default, auto, the faster engine for the filter and the picture.
    border : {"zero", "constant", "replicate", "reflect", "symmetric", "wrap", "valid", "full"}
        The rule for pixels beyond the edge. With `valid`, the result has only the pixels whose
        window lies inside the picture, so it is smaller. With `full`, for Convolve only, it has
        all whose window touches the picture, with zeros beyond, so it is larger.
    border_value : number, or sequence of one for each channel
        For `constant`, in levels of the picture. Alpha may be left out; it is then opaque.
    values : {"clip", "abs", "offset", "stretch", "raw"}, optional
        How results outside 0 to white are stored. "clip": as 0 or white. "abs": as absolute
        values. "offset": mid-grey is added, so that 0 becomes 128. "stretch": the least result
        becomes 0, the greatest white. "raw": in the picture's levels, for floats only. By default
        they are clipped, with a warning if there are any. Floats are never clipped. In a chain it
        holds for each filter whose results may be negative.
    alpha : bool, optional
        Whether the last channel is alpha. By default, an array has no alpha, though `compare` and
        `write` take the last of 2 or 4 channels for alpha; a Pillow image or an Image says itself
        whether it has one. With False, alpha is filtered as a grey picture.
    workers : int, optional
        How many threads run at once; by default one for each core. The result is the same for
        every number.

    Returns
    -------
    array, Pillow image, or Image
        The same kind as `picture`: an array of its dtype and number of axes; a Pillow image of its
        mode, or of the mode that its palette or bits stand for (L, LA, RGB, RGBA), with its info;
        an Image with its metadata.

    Raises
    ------
    ParameterError
        If the picture has no pixels, or a dtype or shape that can't be filtered, or if another
        argument is wrong.
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If `valid` leaves no pixel, or the run would need too much memory or time.

    Warns
    -----
    ClippedWarning
        If results were clipped and `values` isn't given.
    UserWarning
        If floats lie outside 0 to 1 and the filter has thresholds, whose unit is 1/255 of 1.0.

    Examples
    --------
    >>> from imgfilt import Blur, Convolve, apply
    >>> picture = np.array([[0, 0, 90], [0, 0, 90]], np.uint8)
    >>> apply(Blur(3), picture)
    array([[ 0, 30, 30],
           [ 0, 30, 30]], dtype=uint8)

    Signed results of a picture with integers need a mode of `values`, or floats:

    >>> apply(Convolve("sobel-x"), picture, values="abs")
    array([[  0, 255,   0],
           [  0, 255,   0]], dtype=uint8)
    >>> apply(Convolve("sobel-x"), picture.astype("float32"))
    array([[  0., 360.,   0.],
           [  0., 360.,   0.]], dtype=float32)
    """
    return filter_picture(filter, picture, engine, border, border_value, values, alpha, workers)


def filter_picture(
    filter: Filter | Chain,
    picture: Picture,
    engine: str = "auto",
    border: str = "reflect",
    border_value: float | Sequence[float] = 0,
    values: str | None = None,
    alpha: bool | None = None,
    workers: int | None = None,
) -> Picture:
    """Return a picture filtered, as `apply` does; warnings are about the caller's caller.

    Parameters
    ----------
    filter, picture, engine, border, border_value, values, alpha, workers
        As of `apply`.
    """
    steps = make_steps(filter, engine, border, border_value, values, workers)
    if alpha is not None:
        alpha = Flag().check(alpha, "alpha")
    source = _read_picture(picture, alpha)
    if values == "raw" and source.pixels.dtype.kind == "u":
        raise ParameterError(
            f"values: 'raw' needs a float output, and this picture is {source.pixels.dtype}; "
            "numpy.asarray(picture, 'float32') keeps its levels"
        )
    pixels, reports = run_chain(steps, source.pixels, source.alpha, extra=source.extra)
    warn_of_results(steps, reports, stacklevel=4)
    return cast("Picture", source.restore(pixels))


class _Source(NamedTuple):
    """A picture as an array.

    Attributes
    ----------
    pixels : (H, W, C) array
        Its pixels in the machine's byte order; a grey array has one channel.
    alpha : bool
        Whether the last channel is alpha.
    extra : int
        How many channels before alpha have no known meaning.
    restore : callable
        Makes a picture of the same kind from a (H, W, C) result.
    """

    pixels: Array
    alpha: bool
    extra: int
    restore: Callable[[Array], Any]


def _read_picture(picture: Any, alpha: bool | None) -> _Source:
    if is_instance(picture, "PIL.Image", "Image"):
        from ..image.pillow_images import from_pillow, to_pillow_like

        image = from_pillow(picture)
        return _read_image(image, alpha, lambda result: to_pillow_like(result, picture))
    if is_instance(picture, "imgfilt.image.image", "Image"):
        return _read_image(picture, alpha, lambda result: result)
    return _read_array(picture, bool(alpha))


def _read_image(image: Image, alpha: bool | None, convert: Callable[[Image], Any]) -> _Source:
    def restore(pixels: Array) -> Any:
        return convert(replace(image, pixels=pixels))

    if alpha and not image.alpha:
        raise ParameterError("alpha: True, but the picture has no alpha channel")
    if alpha is False and image.alpha:
        return _Source(image.pixels, False, image.extra + 1, restore)
    return _Source(image.pixels, image.alpha, image.extra, restore)


def _read_array(picture: Any, alpha: bool) -> _Source:
    native = as_picture_array(picture)

    def restore(result: Array) -> Array:
        result = result[..., 0] if picture.ndim == 2 else result
        return result.astype(picture.dtype, copy=False)

    return _Source(native[..., np.newaxis] if picture.ndim == 2 else native, alpha, 0, restore)
