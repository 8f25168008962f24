"""Read files with Pillow, which decodes the pixels; its info becomes metadata."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

import PIL
import PIL.Image
from PIL.ImageFile import ImageFile

from ...errors import ImageError
from ..animation import as_single_image, drop_opaque_alpha
from ..formats import Format
from ..image import Image, Metadata, Pixels
from ..metadata import exif
from ..metadata.resolution import NO_UNIT
from ..metadata.transfer import apply_orientation
from ..read_options import ReadOptions
from .pillow_pixels import check_header, read_pixels

Opener = Callable[[BinaryIO], ImageFile]


@contextmanager
def open_file(
    stream: BinaryIO, open: Opener, format: Format, options: ReadOptions
) -> Iterator[ImageFile]:
    """Open a file with Pillow's class for its format, and check its size.

    `PIL.Image.open` would first load its classes for five formats, or for all of them: 4 to 30 ms.

    Parameters
    ----------
    stream : binary stream
    open : function (stream) -> ImageFile
        A subclass of ImageFile, as a rule.
    format : Format
    options : ReadOptions
        ImageError if the file is broken or has more pixels than `options` allow.
    """
    stream.seek(0)
    try:
        with open(stream) as file:
            options.check_size(*file.size)
            yield file
    except SyntaxError as error:
        raise ImageError(f"truncated or broken {format.label}") from error
    except PIL.Image.DecompressionBombError as error:
        raise options.too_large_error(f"more than {options.max_pixels} pixels") from error


class PillowReader(NamedTuple):
    """Reads the files of one format with Pillow.

    Parameters
    ----------
    open : function (stream) -> ImageFile
        Pillow's class for the format, or a function that chooses one of its classes.
    read_metadata : function (stream) -> Metadata
        Reads what Pillow doesn't read.
    check : function (stream), optional
        Raises ImageError if Pillow would reduce the depth or can't read the file.
    select_picture : function (stream) -> stream, optional
        Returns the part of the file that Pillow is to read.
    add_metadata : function (metadata, file) -> Metadata, optional
        Returns the metadata with what Pillow's open file knows of this format only.
    decode_faster : function (stream, file) -> pixels or None, optional
        Returns the pixels (H, W, C), without alpha, that Pillow would read from its open file; None
        if Pillow is to read them.
    """

    open: Opener
    read_metadata: Callable[[BinaryIO], Metadata]
    check: Callable[[BinaryIO], None] | None = None
    select_picture: Callable[[BinaryIO], BinaryIO] | None = None
    add_metadata: Callable[[Metadata, ImageFile], Metadata] | None = None
    decode_faster: Callable[[BinaryIO, ImageFile], Pixels | None] | None = None

    def decode(self, stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
        """Read a file.

        Parameters
        ----------
        stream : binary stream
            Can seek, and stands at its start.
        format : Format
        options : ReadOptions
            Which frames to yield, and the largest number of pixels.

        Yields
        ------
        Image
            Upright pixels (H, W, C): uint16 for 16-bit grey in JPEG 2000, else uint8.

        Raises
        ------
        ImageError
            When the file is too large, has no such frame, or holds pixels that Pillow can't read
            without loss or that can't be filtered. Pillow's errors pass unchanged.
        """
        if self.check is not None:
            self.check(stream)
        part = stream if self.select_picture is None else self.select_picture(stream)
        with open_file(part, self.open, format, options) as file:
            # Of a phone's MPO, a JPEG, only the first picture is read.
            count = getattr(file, "n_frames", 1) if format.frames else 1
            wanted = options.select_frames(count, count * file.width * file.height)
            header = check_header(options, file, count)
            metadata = self._try_read_metadata(stream)
            if options.header_only and (count == 1 or options.frame is not None):
                yield options.without_pixels(header, self._add_pillow_metadata(metadata, file))
                return
            single = self._decode_single(part, file, metadata) if count == 1 else None
        del file  # It has a copy of the pixels.
        if single is not None:
            yield single
            return
        with open_file(part, self.open, format, options) as file:
            for index in wanted:
                file.seek(index)
                image = self._decode_frame(file, count, metadata)
                yield as_single_image(image) if len(wanted) < count else image

    def _try_read_metadata(self, stream: BinaryIO) -> Metadata:
        """Return the metadata that Pillow doesn't read; broken metadata raises no error."""
        try:
            return self.read_metadata(stream)
        except (struct.error, ValueError, IndexError):
            return Metadata(unread=("broken metadata",))

    def _decode_single(self, stream: BinaryIO, file: ImageFile, metadata: Metadata) -> Image:
        pixels = self.decode_faster(stream, file) if self.decode_faster else None
        pixels, alpha = read_pixels(file) if pixels is None else (pixels, False)
        return apply_orientation(Image(pixels, alpha, self._add_pillow_metadata(metadata, file)))

    def _decode_frame(self, file: ImageFile, count: int, metadata: Metadata) -> Image:
        """Return the current frame of an animation; opaque alpha is dropped."""
        pixels, alpha = read_pixels(file)
        metadata = self._add_pillow_metadata(metadata, file)._replace(
            duration=file.info.get("duration", 0),
            loop_count=file.info.get("loop", 0),
        )
        return apply_orientation(Image(*drop_opaque_alpha(pixels, alpha), metadata, count))

    def _add_pillow_metadata(self, metadata: Metadata, file: ImageFile) -> Metadata:
        """Return metadata with the fields added that Pillow reads."""
        if self.add_metadata is not None:
            metadata = self.add_metadata(metadata, file)
        return add_pillow_info(metadata._replace(palette=file.mode == "P"), file)


def add_pillow_info(metadata: Metadata, picture: PIL.Image.Image) -> Metadata:
    """Return metadata with the fields added that it lacks and that Pillow has read."""
    block = metadata.exif or exif.normalize_block(picture.info.get("exif"))
    xmp = picture.info.get("xmp")
    found = metadata.resolution
    if found is None or found.unit == NO_UNIT:
        found = exif.resolution_from_block(block) or found
    return metadata._replace(
        icc=metadata.icc or picture.info.get("icc_profile") or None,
        exif=block,
        xmp=metadata.xmp or (xmp.encode() if isinstance(xmp, str) else xmp) or None,
        resolution=found,
    )
