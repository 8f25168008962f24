"""Parse and format kernel files by suffix: imgfilt's text, `.csv`, libvips' `.mat`, `.npy`."""

from __future__ import annotations

import io
import warnings
from fractions import Fraction

import numpy as np

from ..dtypes import Array
from ..errors import KernelError
from ..files import npy
from ..numbers import format_brief, format_exact, quote
from ..rows import Line, Token, decode_text
from . import MOST_WEIGHTS
from .exact import check_array
from .formatting import format_text
from .kernel import Kernel
from .rows import RowReader, tokenize_lines

_MAT_HEADER = "width height [scale [offset]]"


def parse_content(content: bytes, suffix: str, name: str) -> Kernel:
    """Return the kernel in a file.

    Parameters
    ----------
    content : bytes
    suffix : str
        `.npy` and `.mat` select this form; any other suffix, also `.csv`, selects text.
    name : str
        The name of the file in errors.

    Raises
    ------
    KernelError
        If the content is no kernel; the message has the file and, if known, line and column.
    """
    if suffix.lower() == ".npy":
        return _parse_npy(content, name)
    text = decode_text(content, name, KernelError)
    return _parse_mat(text, name) if suffix.lower() == ".mat" else Kernel.parse_lines(text, name)


def _parse_npy(content: bytes, name: str) -> Kernel:
    if not content.startswith(npy.MAGIC):
        raise KernelError(f"{name}: is no .npy: it doesn't begin as one")
    try:
        return Kernel(_read_array(content))
    except KernelError as error:
        raise KernelError(f"{name}: {error}") from None
    except Exception:  # NumPy evaluates the header as Python, which may raise any error
        raise KernelError(f"{name}: truncated or broken .npy") from None


def _read_array(content: bytes) -> Array:
    """Return the array of a .npy; shape and dtype are checked before memory is allocated."""
    stream = io.BytesIO(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns about files from Python 2
        shape, _, dtype = npy.read_header(stream)
        check_array(shape, dtype)
        stream.seek(0)
        array: Array = np.load(stream, allow_pickle=False)
    return array


def _parse_mat(text: str, name: str) -> Kernel:
    """Return the kernel in a matrix file of libvips: a line with the size, then the rows.

    Weights are divided by the scale, as in libvips. An offset other than 0 is an error: a
    kernel has no offset.
    """
    lines = tokenize_lines(text, name)
    first = next(lines, None)
    if first is None:
        raise KernelError(f"{name}:1: nothing found; wanted {_MAT_HEADER}")
    line, tokens = first
    width, height, scale = _parse_mat_header(line, tokens)
    reader = RowReader()
    for row_line, row in lines:
        reader.add(row_line, row, (width, "the first line"))
        if len(reader.rows) > height:
            raise row_line.error_of_line(f"row {height + 1}, but the first line says {height}")
    if len(reader.rows) < height:
        found = "1 row" if len(reader.rows) == 1 else f"{len(reader.rows)} rows"
        raise line.error(f"{found} found, but here stands {height}", tokens[1].column)
    try:
        return Kernel(reader.rows).scaled(1 / scale)
    except KernelError as error:
        raise line.error(str(error), tokens[2].column) from None


def _parse_mat_header(line: Line, tokens: list[Token]) -> tuple[int, int, Fraction]:
    """Return (width, height, scale)."""
    if not 2 <= len(tokens) <= 4:
        column = tokens[4].column if len(tokens) > 4 else line.end
        raise line.error(f"{quote(line.text.strip())} is not {_MAT_HEADER}", column)
    numbers = [line.parse_number(token) for token in tokens]
    for number, token, side in zip(numbers, tokens, ("width", "height"), strict=False):
        if number.denominator != 1 or number < 1:
            raise line.error(f"the {side} {token.text} is not a whole number from 1", token.column)
    width, height, scale, offset = numbers + [Fraction(1), Fraction(0)][len(numbers) - 2 :]
    if width * height > MOST_WEIGHTS:
        size = f"{format_brief(width)} x {format_brief(height)}"
        raise line.error(f"a size of {size}; at most {MOST_WEIGHTS:,} weights", tokens[0].column)
    if offset:
        raise line.error(
            f"an offset of {tokens[3].text}; --values offset adds mid-grey", tokens[3].column
        )
    if not scale:
        raise line.error("the scale is zero", tokens[2].column)
    return int(width), int(height), scale


def format_content(kernel: Kernel, suffix: str, name: str) -> bytes:
    """Return the content of a file from which parse_content reads the same kernel.

    Parameters
    ----------
    kernel : Kernel
    suffix : str
        `.npy`, `.mat` and `.csv` select this form; any other suffix selects imgfilt's text.
    name : str
        The name of the file in errors.

    Raises
    ------
    KernelError
        If a file of this kind can't hold this kernel.
    """
    known = suffix.lower()
    if known not in (".npy", ".mat"):
        try:
            return format_text(kernel, "," if known == ".csv" else " ").encode()
        except KernelError as error:
            raise KernelError(f"{name}: {error}") from None
    content = _format_npy(kernel) if known == ".npy" else _format_mat(kernel)
    if kernel.origin != tuple(side // 2 for side in kernel.shape):
        row, column = kernel.origin
        raise KernelError(
            f"{name}: a {suffix} has no place for the origin {row},{column}; a .txt has"
        )
    if not _holds(content, suffix, kernel):
        raise KernelError(f"{name}: a {suffix} can't hold these weights exactly; a .txt can")
    return content


def _holds(content: bytes, suffix: str, kernel: Kernel) -> bool:
    """Return whether a file with this content is read as this kernel."""
    try:
        return parse_content(content, suffix, "") == kernel
    except KernelError:
        return False


def _format_mat(kernel: Kernel) -> bytes:
    rows, columns = kernel.shape
    numerators, divisor = kernel.rational
    # A number with too many digits is written as 0; then `_holds` finds that the kernels differ.
    cells = [format_exact(numerator) or "0" for numerator in numerators]
    starts = range(0, len(cells), columns)
    lines = [" ".join(cells[start : start + columns]) for start in starts]
    return "\n".join([f"{columns} {rows} {format_exact(divisor) or 1} 0", *lines, ""]).encode()


def _format_npy(kernel: Kernel) -> bytes:
    numerators, divisor = kernel.rational
    whole = divisor == 1 and max(map(abs, numerators)) < 2**63
    stream = io.BytesIO()
    np.save(stream, kernel.numerators.astype(np.int64) if whole else kernel.weights)
    return stream.getvalue()
