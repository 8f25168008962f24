"""Read the whole content of a file or of standard input, as bytes or as text."""

from __future__ import annotations

from ..errors import ImageError, ImgfiltError
from ..rows import decode_text
from .opening import error_text, open_regular
from .paths import printable_path
from .std_streams import STREAM, open_stdin, source_name

_LONGEST = 64 << 20  # bytes: a million numbers of sixty characters each


def read_content(
    source: str,
    error_kind: type[ImgfiltError],
    label: str = "",
    *,
    allow_stdin: bool = False,
    allow_pipe: bool = False,
    limit: int | None = _LONGEST,
) -> bytes:
    """Return the content of a file or of stdin.

    Parameters
    ----------
    source : str
        A path.
    error_kind : type
        The class of the errors.
    label : str
        The text before the source's name in errors, such as `--recipe `.
    allow_stdin : bool
        Whether `-` is stdin, and no path.
    allow_pipe : bool
        As for `open_regular`.
    limit : int, optional
        The most bytes that there may be.

    Raises
    ------
    ImgfiltError
        Of `error_kind`, when the source can't be read or has more bytes.
    """
    most = -1 if limit is None else limit + 1
    name = _name(source, allow_stdin)
    try:
        if allow_stdin and source == STREAM:
            content = open_stdin().read(most)
        else:
            with open_regular(source, allow_pipe=allow_pipe) as stream:
                content = stream.read(most)
    except ImageError as error:
        raise error_kind(f"{label}{error}") from None
    except OSError as error:
        raise error_kind(f"{label}{name}: {error_text(error)}") from None
    if limit is not None and len(content) > limit:
        raise error_kind(f"{label}{name}: more than {limit >> 20} MB")
    return content


def read_text(
    source: str, error_kind: type[ImgfiltError], label: str = "", *, allow_stdin: bool = False
) -> str:
    """Return the text in a file or on stdin, without its byte order mark.

    Parameters
    ----------
    source, error_kind, label, allow_stdin
        As for `read_content`.

    Raises
    ------
    ImgfiltError
        As `read_content`; also when the text isn't in UTF-8: with line, column and byte.
    """
    content = read_content(source, error_kind, label, allow_stdin=allow_stdin)
    return decode_text(content, f"{label}{_name(source, allow_stdin)}", error_kind)


def _name(source: str, allow_stdin: bool) -> str:
    return source_name(source) if allow_stdin else printable_path(source)
