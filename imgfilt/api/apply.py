"""The Python function `apply`: filter an array, a Pillow image or an Image."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from ..dtypes import Array, as_picture_array
from ..errors import ClippedWarning, ParameterError
from ..filters.base import Filter
from ..filters.chain import Chain, Chainable
from ..lazy import is_instance
from ..numbers import describe
from ..parameters import Flag
from ..pipeline.chain import Step, run_chain, step_name
from ..pipeline.options import Options
from .names import Border, Engine, Picture, Values

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
        Whether the last channel is alpha. By default, an array has no alpha, and a Pillow image or
        an Image says itself whether it has one. With False, alpha is filtered as a grey picture.
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
    if not isinstance(filter, Filter | Chain):
        raise ParameterError(f"filter: {_describe_no_filter(filter)}")
    filters = filter.filters if isinstance(filter, Chain) else (filter,)
    steps = [
        _make_step(filt, engine, border, border_value, values, workers, len(filters) > 1)
        for filt in filters
    ]
    if alpha is not None:
        alpha = Flag().check(alpha, "alpha")
    source = _read_picture(picture, alpha)
    if values == "raw" and source.pixels.dtype.kind == "u":
        raise ParameterError(
            f"values: 'raw' needs a float output, and this picture is {source.pixels.dtype}; "
            "picture.astype('float32') keeps its levels"
        )
    pixels, reports = run_chain(steps, source.pixels, source.alpha, extra=source.extra)
    for number, (step, report) in enumerate(zip(steps, reports, strict=True)):
        prefix = f"{step_name(steps, number)}: " if len(steps) > 1 else ""
        if step.options.count_clipped and report.clipped:
            shows = {
                "normalize": f"the weights sum to {step.filter.weight_sum:.6g}, by which "
                "normalize=True divides; ",
                "signed": "values='offset' or 'abs' shows negative ones, ",
                "stretch": "values='stretch' makes them fit, ",
            }[report.clipped.choose_remedy(step.filter)]
            text = (
                f"{report.clipped} and were clipped; {shows}picture.astype('float32') keeps them, "
                "values='clip' says that this is meant"
            )
            warnings.warn(prefix + text, ClippedWarning, stacklevel=3)
        if report.range_note:
            warnings.warn(prefix + report.range_note, stacklevel=3)
    return cast("Picture", source.restore(pixels))


def _describe_no_filter(value: Any) -> str:
    """Return what a value is that should be a filter, and what was probably meant."""
    kind = type(value).__name__
    if hasattr(value, "__array_interface__") or is_instance(value, "imgfilt.image.image", "Image"):
        shape = getattr(value, "shape", None) or getattr(value, "size", "")
        return f"{kind} {shape} was given; the filter comes first: apply(filter, picture)"
    if is_instance(value, "imgfilt.kernel.kernel", "Kernel"):
        return "a Kernel was given; Convolve(kernel) is its filter"
    if isinstance(value, type) and issubclass(value, Filter):
        return f"the class {value.__name__} was given; wanted a filter: {value.__name__}(...)"
    if isinstance(value, list | tuple) and value and all(isinstance(f, Chainable) for f in value):
        chain = " | ".join(describe(filt) for filt in value[:4])
        return f"a {kind} was given; one after the other is {chain}"
    return f"{describe(value)} is no filter; wanted such as Gaussian(size=5)"


def _make_step(
    filt: Filter,
    engine: str,
    border: str,
    border_value: float | Sequence[float],
    values: str | None,
    workers: int | None,
    in_chain: bool,
) -> Step:
    """Return a step; `values` holds in a chain only for a filter whose results may be signed."""
    warns = values is None and filt.leaves_range
    mode = "clip" if values is None or (in_chain and not filt.leaves_range) else values
    options = Options(engine, border, border_value, mode, workers=workers, count_clipped=warns)
    return Step(filt, options, repr(filt))


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
