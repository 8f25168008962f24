"""Settings: how pictures are read, written and shown, whatever the filter."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..figure import Layout
from ..image import MAX_PIXELS, Pixels


@dataclass(frozen=True)
class Settings:
    """How pictures are read, written and shown.

    Attributes
    ----------
    frame : int, optional
        The one to read, from 0.
    axes : str, optional
        Of a .npy, a key of dtypes.AXES.
    alpha : bool, optional
        Whether the last channel of a .npy is alpha.
    max_pixels : int
        More are refused, of an input and of a figure.
    quality : int, optional
        Of JPEG, WebP and AVIF, 1 to 100.
    strip : bool
        Drop the metadata.
    background : (red, green, blue), optional
        The colour that every picture with alpha is put on, 0 to 255.
    layout : Layout
    columns_given : bool
        Whether the layout's columns were asked for; else what is shown decides them.
    original : bool
        Whether a figure begins with the unfiltered picture.
    reference : (H, W, 1) or (H, W, 3) uint8 array, optional
        PSNR and SSIM against it join the captions.
    threads : int, optional
        Of one picture; the cores by default. They never change it.
    mask : (H, W) uint8, uint16 or float32 array, optional
        How much of the filtered picture is taken, from 0 to the full level.
    strict : bool
        A result that clips is a failure.
    preserve : bool
        An output gets the modification time of its input.
    """

    frame: int | None = None
    axes: str | None = None
    alpha: bool | None = None
    max_pixels: int = MAX_PIXELS
    quality: int | None = None
    strip: bool = False
    background: tuple[int, int, int] | None = None
    layout: Layout = field(default_factory=Layout)
    columns_given: bool = False
    original: bool = True
    reference: Pixels | None = None
    threads: int | None = None
    mask: Pixels | None = None
    strict: bool = False
    preserve: bool = False
