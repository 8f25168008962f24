"""A function for each filter, made from the class of the filter: `gaussian(picture, sigma=2)`.

Signature and docstring follow from the declared parameters and from `apply`. For type checkers,
`python -m tests.function_types` writes both into functions.pyi.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from ..filters import FILTERS
from ..filters.base import Filter
from .apply import apply, filter_picture

_SECTION = re.compile(r"^(\w+)\n-+\n", re.MULTILINE)
_CALL = re.compile(r"imgfilt\.apply\(imgfilt\.(\w+)\((.*)\), picture")


def make_function(name: str) -> Callable[..., Any]:
    """Return the function of a filter.

    Parameters
    ----------
    name : str
        A key of FILTERS.
    """
    kind = FILTERS[name]
    own = [parameter.name for parameter in kind.parameters()]
    signature = _make_signature(kind)

    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{name}() {error}") from None
        filt = kind(**{parameter: given.pop(parameter) for parameter in own if parameter in given})
        return filter_picture(filt, **given)

    function.__name__ = function.__qualname__ = name
    function.__module__ = __package__.partition(".")[0]
    function.__doc__ = _make_docstring(kind)
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def __getattr__(name: str) -> Any:
    if name not in FILTERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = function = make_function(name)
    return function


def _make_signature(kind: type[Filter]) -> inspect.Signature:
    """Return the signature: the picture, the filter's parameters, and by name those of `apply`."""
    _, picture, *options = inspect.signature(apply).parameters.values()
    own = inspect.signature(kind).parameters.values()
    by_name = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    return inspect.Signature([picture, *own, *by_name], return_annotation="Picture")


def _make_docstring(kind: type[Filter]) -> str:
    """Return the docstring of the class, with the parameters and the result of `apply`."""
    text, own = _split_sections(kind.__doc__ or "")
    _, common = _split_sections(apply.__doc__ or "")
    _, picture, *options = re.split(r"^(?=\w)", common["Parameters"], flags=re.MULTILINE)[1:]
    sections = {
        "Parameters": picture + own["Parameters"].rstrip() + "\n" + "".join(options),
        **{name: common[name] for name in ("Returns", "Raises", "Warns")},
        "Examples": _CALL.sub(_call_function, own["Examples"]),
    }
    return "\n\n".join(
        [text.rstrip(), *(f"{n}\n{'-' * len(n)}\n{s.rstrip()}" for n, s in sections.items())]
    )


def _split_sections(docstring: str) -> tuple[str, dict[str, str]]:
    """Return the text before the sections of a docstring, and its sections by name."""
    text, *rest = _SECTION.split(inspect.cleandoc(docstring))
    return text, dict(zip(rest[::2], rest[1::2], strict=True))


def _call_function(call: re.Match[str]) -> str:
    kind, parameters = call.groups()
    return f"imgfilt.{kind.lower()}(picture" + (f", {parameters}" if parameters else "")
