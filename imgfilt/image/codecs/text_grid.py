"""Grids of numbers, .csv and .txt, as grey pictures: a line is a row; values are kept as is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from ...errors import ImageError, ImgfiltError
from ...kernel.formatting import align_columns
from ...numbers import WHOLE, nearest_float, parse_number
from ...rows import Line, decode_text, iter_lines
from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, Metadata, Pixels
from ..read_options import ReadOptions

MOST_EXACT = 1_000_000  # cells of a grid whose words are kept: more take too much memory


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read a grid: uint8 if all numbers are integers of 0 to 255, without a point, else float64.

    Parameters
    ----------
    stream : binary stream
        Stands at its start.
    format : Format
        Not used: .csv and .txt have one grammar, that of rows.py.
    options : ReadOptions
        `frame`, `words` and the largest number of pixels.

    Yields
    ------
    Image
        Pixels (H, W, 1); `metadata.words` has the numbers as they are written, if wanted.

    Raises
    ------
    ImageError
        When the file isn't UTF-8, a word isn't a number in float64's range, lines differ in length,
        the picture is empty or too large, or `frame` isn't 0. The message begins with the line.
    """
    options.select_frames(1)
    rows: list[Pixels] = []
    kept: list[list[str]] = []
    is_whole = True
    for line in iter_lines(decode_text(stream.read(), "", ImageError), "", ImageError):
        words = line.words
        rows.append(_parse_row(line, words))
        is_whole = is_whole and all(map(WHOLE.fullmatch, words))
        line.check_length(len(words), len(rows[0]))
        options.check_size(len(words), len(rows))
        if options.words and len(rows) * len(words) <= MOST_EXACT:
            kept.append(words)
    if not rows:
        raise ImageError("holds no numbers")
    pixels = np.array(rows)
    if is_whole and pixels.min() >= 0 and pixels.max() <= 255:
        pixels = pixels.astype(np.uint8)
    yield Image(pixels, metadata=Metadata(words=kept if len(kept) == len(rows) else ()))


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write integers, or floats with the fewest digits that give the same values when read.

    A float that is whole has a point, `1.0`, so that it is read as a float again.

    Parameters
    ----------
    stream : binary stream
    image : Image
        Pixels (H, W, 1) of any depth.
    format : Format
        .csv or .txt.
    options : EncodeOptions
        Not used.

    Raises
    ------
    ImageError
        When a value is NaN or infinite.
    """
    check_finite(image.pixels, format)
    cells: list[list[str]] = image.pixels[:, :, 0].astype(str).tolist()
    stream.write(format_rows(cells, format))


def format_rows(cells: Sequence[Sequence[str]], format: Format) -> bytes:
    """Return the content of a grid's file: in a .csv with commas, in a .txt in aligned columns."""
    is_csv = format.label == ".csv"
    lines = map(",".join, cells) if is_csv else align_columns(cells)
    return "".join(f"{line}\n" for line in lines).encode()


def check_finite(values: Pixels, format: Format) -> None:
    """Raise ImageError if a value is NaN or infinite, which a grid has no number for."""
    if not np.isfinite(values).all():
        raise ImageError(f"holds NaN or infinity, which {format.label} can't")


def _parse_row(line: Line, words: list[str]) -> Pixels:
    """Return the numbers of a line, (columns,) float64."""
    try:
        line.check_numbers(words)
        if "/" in line.content:
            return np.array([nearest_float(line.parse_number(token)) for token in line.tokens])
        values = np.array(words, np.float64)
        # A number that isn't 0 may have become 0, and a large one infinite.
        doubtful = {words[n]: n for n in np.flatnonzero(~np.isfinite(values) | (values == 0))}
        for word, number in doubtful.items():
            if parse_number(word) is None:
                line.parse_number(line.tokens[number])  # raises its error
    except ImgfiltError as error:
        if any(word.isalpha() and word.lower() not in ("nan", "inf") for word in words):
            error.hint = "letters work in imgfilt border only"
        raise
    return values


CODEC = Codec(decode, encode)
