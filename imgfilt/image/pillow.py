"""Pillow's manners in one place: its modes to arrays and back, its warnings and logs silenced."""

from __future__ import annotations

import ctypes
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import PIL
import PIL._imaging
import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from ..errors import ImageError
from .format import Format
from .metadata import resolution, upright
from .picture import Image, JpegTables, Metadata, Pixels, full_scale, strips
from .request import Request

# Pillow's mode -> the one whose channels are read, by strips; alpha is added for a transparent
# colour. What is not here (32-bit integers, L*a*b*, HSV) is no picture that filters know.
MODES = {
    "1": "L", "L": "L", "LA": "LA", "La": "LA", "I;16": "I;16", "I;16B": "I;16B",
    "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBX": "RGB", "RGBA": "RGBA", "RGBa": "RGBA",
    "YCbCr": "RGB", "CMYK": "CMYK",
}  # fmt: skip

QUALITY = 95
LOSSLESS = 100

_IGNORED_MODULES = r"PIL\."
_IGNORED = ("ignore", None, Warning, re.compile(_IGNORED_MODULES), 0)

# Handled once here, so that logging doesn't print what nobody handles.
logging.getLogger("PIL").addHandler(logging.NullHandler())

# Pillow's libtiff prints its errors beside returning them; a build that hides it has no such name.
with suppress(OSError, AttributeError):
    ctypes.CDLL(PIL._imaging.__file__).TIFFSetErrorHandler(None)


@contextmanager
def opened(stream: BinaryIO, form: Format, request: Request) -> Iterator[ImageFile]:
    """Open a file as this format and no other; its size is checked."""
    _silence()
    if PIL.Image.MAX_IMAGE_PIXELS is not None:
        # Pillow's own limit is only ever widened: other users of it in this process keep theirs.
        PIL.Image.MAX_IMAGE_PIXELS = max(PIL.Image.MAX_IMAGE_PIXELS, request.max_pixels)
    try:
        with PIL.Image.open(stream, formats=[form.label]) as file:
            request.check_size(*file.size)
            yield file
    except PIL.UnidentifiedImageError as error:
        # Its own words show the stream as Python sees it.
        raise ImageError(f"truncated or broken {form.label}") from error
    except PIL.Image.DecompressionBombError as error:
        raise ImageError(
            f"more than {request.max_pixels} pixels; --max-pixels allows it"
        ) from error


def decode(stream: BinaryIO, form: Format, request: Request) -> Image:
    """Read a JPEG, WebP, GIF or BMP."""
    with opened(stream, form, request) as file:
        seek(file, request)
        pixels, alpha = channels(file)
        jpeg = None
        if isinstance(file, JpegImageFile):
            jpeg = JpegTables(dict(file.quantization), get_sampling(file))
        return upright(Image(pixels, alpha, metadata(file, jpeg)))


def seek(file: ImageFile, request: Request) -> None:
    """Go to the frame to read. A phone's MPO is its first picture."""
    first = int(getattr(file, "default_image", False))
    frames = 1 if file.format == "MPO" else getattr(file, "n_frames", 1) - first
    frame = request.choose(frames)
    if frames > 1:
        file.seek(first + frame)


def channels(file: ImageFile) -> tuple[Pixels, bool]:
    """Return the pixels of shape (H, W, C), and whether the last channel is alpha."""
    file.load()
    if file.mode not in MODES:
        raise ImageError(f"holds pixels of a kind that can't be filtered (Pillow's {file.mode})")
    key = None if file.mode == "P" else file.info.pop("transparency", None)
    mode = "RGBA" if file.mode == "P" and file.has_transparency_data else MODES[file.mode]
    count = len(PIL.Image.new(mode, (1, 1)).getbands())
    depth = np.uint16 if mode.startswith("I;16") else np.uint8
    pixels = np.empty((file.height, file.width, count), depth)
    copy(file, mode, pixels)
    if key is not None:
        return keyed(pixels, key), True
    return pixels, mode in ("LA", "RGBA")


def copy(file: ImageFile, mode: str, target: Pixels) -> None:
    """Copy levels to an array by strips, as Pillow converts them to a mode."""
    for rows in strips(file.height, target[0].size):
        strip = file.crop((0, rows.start, file.width, rows.stop))
        values = np.asarray(strip if strip.mode == mode else strip.convert(mode))
        target[rows] = values.reshape(target[rows].shape)


def keyed(pixels: Pixels, key: npt.ArrayLike) -> Pixels:
    """Add alpha to pixels: transparent where they have the key's levels, elsewhere opaque."""
    opaque = np.any(pixels != np.asarray(key), axis=2, keepdims=True)
    scale = full_scale(pixels.dtype)
    return np.concatenate((pixels, opaque * np.array(scale, pixels.dtype)), axis=2)


def metadata(file: ImageFile, jpeg: JpegTables | None = None) -> Metadata:
    """Return what Pillow found in a file beside its pixels."""
    exif = file.info.get("exif")
    xmp = file.info.get("xmp")
    dpi = file.info.get("dpi")
    return Metadata(
        icc=file.info.get("icc_profile") or None,
        exif=re.sub(rb"^(Exif\0\0)+", b"", exif) if exif else None,
        xmp=xmp.encode() if isinstance(xmp, str) else xmp or None,
        dpi=resolution(*dpi) if dpi else None,
        jpeg=jpeg,
    )


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write an 8-bit picture as a JPEG, WebP, GIF or BMP."""
    options = save_options(image.metadata)
    tables = image.metadata.jpeg
    if form.label == "JPEG" and tables and quality is None:
        options |= {"qtables": tables.quantization, "subsampling": tables.subsampling}
    elif form.label in ("JPEG", "WebP"):
        options |= {"quality": QUALITY if quality is None else quality}
    if form.label == "WebP":
        # Without `exact` the colour under transparent pixels is thrown away.
        options |= {"exact": True, "lossless": quality == LOSSLESS}
    picture = from_pixels(image)
    if form.label == "GIF" and picture.mode == "LA":
        picture = picture.convert("RGBA")
    picture.save(stream, form.label, **options)


def from_pixels(image: Image) -> PIL.Image.Image:
    """Return an 8-bit picture as Pillow's."""
    height, width, count = image.pixels.shape
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA" if image.alpha else "CMYK"}[count]
    return PIL.Image.frombuffer(mode, (width, height), image.pixels, "raw", mode, 0, 1)


def save_options(metadata: Metadata) -> dict[str, Any]:
    """Return metadata as the arguments of Pillow's save; PNG has it in other places."""
    options = {
        "icc_profile": metadata.icc,
        "exif": metadata.exif and b"Exif\0\0" + metadata.exif,
        "xmp": metadata.xmp,
        "dpi": metadata.dpi,
    }
    return {name: value for name, value in options.items() if value}


def _silence() -> None:
    """Ignore Pillow's warnings: what they warn of is an error here, or doesn't matter.

    The filter is the process's own and is set again when others were set before it; a filter for
    the moment (`catch_warnings`) would be another thread's as well.
    """
    if warnings.filters[:1] != [_IGNORED]:
        warnings.filterwarnings("ignore", module=_IGNORED_MODULES)
