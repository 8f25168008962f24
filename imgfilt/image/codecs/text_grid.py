"""Grids of numbers, .csv and .txt, as grey pictures: a line is a row; values are kept as is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from ...errors import ImageError
from ...files import printable_path
from ...numbers import DECIMAL, LONGEST, WHOLE, parse_number
from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, Pixels
from ..read_options import ReadOptions

# Between numbers: one comma with blanks around it; in a .txt also blanks.
_SEPARATORS = {".csv": re.compile(r"[ \t]*,[ \t]*"), ".txt": re.compile(r"[ \t]*,[ \t]*|[ \t]+")}
_OUTPUT_SEPARATORS = {".csv": ",", ".txt": " "}

_LINE_END = re.compile(r"\r\n?|\n")


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read a grid: uint8 if all numbers are integers of 0 to 255, without a point, else float64.

    Parameters
    ----------
    stream : binary stream
        Stands at its start.
    format : Format
        .csv or .txt; gives what separates the numbers of a line.
    options : ReadOptions
        `frame` and the largest number of pixels.

    Yields
    ------
    Image
        Pixels (H, W, 1).

    Raises
    ------
    ImageError
        When the file isn't UTF-8, a word isn't a number in float64's range, lines differ in length,
        the picture is empty or too large, or `frame` isn't 0.
    """
    options.select_frames(1)
    rows: list[Pixels] = []
    is_whole = True
    for number, line in enumerate(_LINE_END.split(_read_text(stream)), start=1):
        if not (line := line.strip(" \t")):
            continue
        words = _SEPARATORS[format.label].split(line)
        rows.append(_parse_row(words, number))
        is_whole = is_whole and all(map(WHOLE.fullmatch, words))
        if len(words) != len(rows[0]):
            raise ImageError(
                f"line {number}: {len(words)} numbers, but the rows above have {len(rows[0])}"
            )
        options.check_size(len(words), len(rows))
    if not rows:
        raise ImageError("holds no numbers")
    pixels = np.array(rows)
    if is_whole and pixels.min() >= 0 and pixels.max() <= 255:
        pixels = pixels.astype(np.uint8)
    yield Image(pixels)


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write integers, or floats with the fewest digits that give the same values when read.

    Parameters
    ----------
    stream : binary stream
    image : Image
        Pixels (H, W, 1) of any depth.
    format : Format
        .csv or .txt; gives what separates the numbers of a line.
    options : EncodeOptions
        Not used.

    Raises
    ------
    ImageError
        When a value is NaN or infinite.
    """
    if not np.isfinite(image.pixels).all():
        raise ImageError(f"holds NaN or infinity, which {format.label} can't")
    for row in image.pixels[:, :, 0]:
        stream.write(f"{_OUTPUT_SEPARATORS[format.label].join(row.astype(str))}\n".encode())


def _read_text(stream: BinaryIO) -> str:
    try:
        return stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImageError("is not a grid of numbers in UTF-8 text") from error


def _parse_row(words: list[str], number: int) -> Pixels:
    for word in words:
        if len(word) > LONGEST or not DECIMAL.fullmatch(word):
            raise ImageError(f"line {number}: '{printable_path(word[:40])}' is not a number")
    values = np.array(words, np.float64)
    for word in {words[place] for place in np.flatnonzero(np.isinf(values) | (values == 0))}:
        if parse_number(word) is None:
            raise ImageError(f"line {number}: '{word[:40]}' is too large or too small for float64")
    return values


CODEC = Codec(decode, encode)
