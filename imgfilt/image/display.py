"""Pixels of any depth as figures and notebooks show them: 8 bits, opaque, grey or sRGB."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from .. import concurrency
from ..dtypes import white_level
from ..errors import ImageError
from ..geometry import row_blocks

Levels = NDArray[np.uint8]

_MODES = {1: "L", 3: "RGB", 4: "CMYK"}  # Pillow's, by the number of colours
_WHITE, _GREY = 255, 224
_LONGEST_SIDE = 1600  # of a preview, in pixels


class DisplayedPicture:
    """A picture as a cell shows it; a part of it is converted when it is taken.

    Parameters
    ----------
    pixels : (H, W, C) array of uint8, uint16 or floats (0..1)
        Grey, RGB or CMYK, each with alpha or without.
    alpha : bool
        Whether the last channel is alpha.
    icc : bytes, optional
        The profile of the pixels' colour space. Without one, the pixels count as sRGB, and CMYK is
        converted by subtraction.
    background : (red, green, blue), optional
        The colour below a picture with alpha, 0 to 255; by default a light checkerboard.

    Attributes
    ----------
    shape : (int, int, int)
        Height, width, and 1 or 3 channels.

    Raises
    ------
    ImageError
        If the picture has another number of channels.
    """

    def __init__(
        self,
        pixels: NDArray[Any],
        alpha: bool = False,
        icc: bytes | None = None,
        background: tuple[int, int, int] | None = None,
    ):
        height, width, channels = pixels.shape
        colours = channels - alpha
        if colours not in (1, 3, 4):
            beside = " beside alpha" if alpha else ""
            raise ImageError(f"a figure shows grey, RGB or CMYK; found {colours} channels{beside}")
        self._pixels, self._alpha, self._colours = pixels, alpha, colours
        self._background = background
        self._convert = _make_srgb_transform(icc, colours)
        self._subtracts_cmyk = self._convert is None and colours == 4
        self._needs_planes = alpha or self._subtracts_cmyk
        coloured = alpha and len(set(background or ())) > 1
        grey = colours == 1 and self._convert is None and not coloured
        self.shape = height, width, 1 if grey else 3

    def __getitem__(self, part: tuple[slice, slice]) -> NDArray[np.uint8]:
        """Return some rows and columns: (h, w, C) uint8.

        They are rounded and clipped; NaN becomes 0. They are a view if no change is needed.
        """
        pixels = self._pixels[part]
        if self._convert is None and not self._needs_planes and pixels.dtype == np.uint8:
            return pixels
        result = np.empty((*pixels.shape[:2], self.shape[2]), np.uint8)
        top, left = (axis.indices(n)[0] for axis, n in zip(part, self.shape, strict=False))

        def convert_rows(rows: slice) -> None:
            colour = pixels[rows, :, : self._colours]
            if self._convert is not None:
                colour = self._convert(_round(colour))
            if not self._needs_planes:
                result[rows] = _round(colour)
                return
            share = _to_planes(pixels[rows, :, -1:]) / np.float32(255) if self._alpha else None
            planes = self._flatten(_to_planes(colour), share, top + rows.start, left)
            result[rows] = np.moveaxis(np.rint(planes), 0, -1)

        _convert_in_threads(convert_rows, pixels)
        return result

    @property
    def levels(self) -> NDArray[Any]:
        """The picture as it is measured: (H, W, C), neither clipped nor rounded to 8 bits.

        It has the dtype of the pixels; but it is uint8 with a profile, as Pillow converts no more
        bits, and float64 where alpha or CMYK were converted.
        """
        pixels = self._pixels
        if self._convert is not None or pixels.dtype == np.uint8:
            return self[:, :]
        if not self._needs_planes:
            return pixels
        result = np.empty(self.shape, np.float64)

        def convert_rows(rows: slice) -> None:
            planes = np.moveaxis(scale_to_8_bits(pixels[rows]), -1, 0)
            share = planes[-1:] / 255 if self._alpha else None
            planes = self._flatten(planes[: self._colours], share, rows.start, 0)
            np.divide(np.moveaxis(planes, 0, -1), 255, out=result[rows])

        _convert_in_threads(convert_rows, pixels)
        return result

    def _flatten(
        self, planes: NDArray[Any], share: NDArray[Any] | None, top: int, left: int
    ) -> NDArray[Any]:
        """Return planes of 8-bit levels as grey or RGB on the background.

        Parameters
        ----------
        planes : (C, h, w) float array
        share : (1, h, w) float array or None
            Alpha, 0 to 1.
        top, left : int
            The place of the planes in the picture.
        """
        if self._subtracts_cmyk:
            planes = (255 - planes[:3]) * (255 - planes[3:]) / np.float32(255)
        if share is not None:
            below = self._make_background(top, left, *planes.shape[1:])
            planes = below + (planes - below) * share
        return planes[: self.shape[2]]

    def _make_background(self, top: int, left: int, height: int, width: int) -> NDArray[np.float32]:
        """Return what lies below a part, one or three planes of it: a colour or a checkerboard."""
        if self._background:
            return np.array(self._background, np.float32)[:, np.newaxis, np.newaxis]
        # 32 to 64 squares along a large picture stay visible when it is reduced. The side of a
        # square is a power of two, so that it is the same in cells that are a little smaller.
        square = max(4, 1 << (max(self.shape[:2]) // 64).bit_length())
        row, column = np.ogrid[top : top + height, left : left + width]
        odd = (row // square + column // square) % 2
        return np.where(odd, _GREY, _WHITE).astype(np.float32)


def encode_preview(picture: DisplayedPicture) -> bytes:
    """Return a PNG of a picture, reduced by a whole factor to at most 1600 x 1600 pixels."""
    factor = -(-max(picture.shape[:2]) // _LONGEST_SIDE)
    levels = picture[:, :]
    plane = levels[..., 0] if levels.shape[2] == 1 else levels
    preview = Image.fromarray(np.ascontiguousarray(plane)).reduce(factor)
    stream = io.BytesIO()
    preview.save(stream, "PNG")
    return stream.getvalue()


def scale_to_8_bits(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """Return pixels of any depth in 8-bit levels, neither rounded nor clipped.

    What isn't finite is black or white, as it is shown.
    """
    white = white_level(pixels.dtype)
    levels = pixels.astype(np.float64)
    if pixels.dtype.kind == "f":
        np.nan_to_num(levels, copy=False, nan=0, posinf=white, neginf=0)
    levels *= 255 / white
    return levels


def _convert_in_threads(convert_rows: Callable[[slice], None], pixels: NDArray[Any]) -> None:
    """Call a function on the rows of pixels, some at a time, in threads."""
    blocks = row_blocks(len(pixels), pixels.shape[1] * pixels.shape[2] * pixels.itemsize)
    concurrency.parallel_for(convert_rows, blocks, concurrency.worker_limit())


def _round(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return pixels of any depth rounded to 8-bit levels; 8 bits themselves."""
    if pixels.dtype == np.uint8:
        return pixels
    return np.rint(_to_8_bit_levels(pixels)).astype(np.uint8)


def _to_planes(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Return (h, w, C) pixels of any depth in 8-bit levels, (C, h, w), not rounded.

    A step on pixels of three or four channels takes several times as long as on planes.
    """
    return _to_8_bit_levels(np.ascontiguousarray(np.moveaxis(pixels, -1, 0)))


def _to_8_bit_levels(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Return pixels of any depth in 8-bit levels, not rounded."""
    white = white_level(pixels.dtype)
    if pixels.dtype.kind == "f":
        pixels = np.clip(np.nan_to_num(pixels), 0, 1)
    return pixels.astype(np.float32) * np.float32(255 / white)


def _make_srgb_transform(icc: bytes | None, colours: int) -> Callable[[Levels], Levels] | None:
    """Return a function that converts (H, W, C) levels of a profile to (H, W, 3) sRGB, or None.

    None means no profile, or one that is broken or for other channels. The levels are then shown
    without a conversion, as most viewers show them.
    """
    if icc is None:
        return None
    mode = _MODES[colours]
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

    def convert(levels: Levels) -> Levels:
        plane = levels[..., 0] if colours == 1 else levels
        picture = Image.fromarray(np.ascontiguousarray(plane), mode=mode)
        return np.asarray(ImageCms.applyTransform(picture, transform))

    return convert
