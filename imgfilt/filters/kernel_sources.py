"""KernelSources: the parameter whose value is a kernel, or several that are composed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, ClassVar

from ..errors import KernelError
from ..numbers import describe
from ..parameters import ParameterType

_MOST_SHOWN = 225  # weights of a kernel in a report


class KernelSources(ParameterType):
    """One kernel or several, each a Kernel, a file, a preset, or rows split by `;`."""

    repeatable: ClassVar[bool] = True
    names_files: ClassVar[bool] = True
    metavar: ClassVar[str] = "SOURCE"
    description: ClassVar[str] = "a Kernel, a path, a preset or rows, or several of these"

    def parse_all(self, sources: Sequence[str], name: str) -> tuple[str, Any]:
        """Return the text for captions and the value; files are read.

        Parameters
        ----------
        sources : sequence of str
            As they were typed.
        name : str
            The option that begins an error about a file that can't be read, or ''.
        """
        from ..files import split_name
        from ..kernel.source import is_file, read_kernel

        option = name and f"{name} "
        try:
            are_files = [is_file(source) for source in sources]
        except KernelError as error:
            raise KernelError(f"{option}{error}") from None
        pairs = list(zip(sources, are_files, strict=True))
        value = tuple(read_kernel(source, option) if is_one else source for source, is_one in pairs)
        return " * ".join(
            split_name(source)[0] if is_one else source for source, is_one in pairs
        ), value

    def check(self, value: Any, name: str) -> Any:
        """Return the sources as a tuple; files are read."""
        from ..kernel.kernel import Kernel
        from ..kernel.source import is_file, read_kernel

        named: Any = Kernel | str | PathLike
        try:
            sources = (value,) if isinstance(value, named) else tuple(value)
        except Exception:  # a class may raise anything when it is iterated
            sources = ()
        if not sources or isinstance(value, bytes | Mapping):
            found = describe(value)
            raise KernelError(f"{name}: {found} is neither a Kernel nor a text that names one")
        if not all(isinstance(source, named) for source in sources):
            sources = (Kernel(value),)
        return tuple(
            read_kernel(source)
            if isinstance(source, PathLike) or (isinstance(source, str) and is_file(source))
            else source
            for source in sources
        )

    def format(self, value: Any) -> str:
        """Return the names of the sources; a kernel without one has its size."""
        return " * ".join(
            source if isinstance(source, str) else "{} x {} kernel".format(*source.shape)
            for source in value
        )

    def to_json(self, value: Any) -> list[str]:
        """Return the name of a source, or a text with the weights if there are not many."""
        from ..kernel.formatting import format_text

        return [
            source
            if isinstance(source, str)
            else format_text(source)
            if source.weights.size <= _MOST_SHOWN
            else self.format([source])
            for source in value
        ]

    def caption(self, name: str, text: str) -> str:
        """Return the source as it was typed."""
        return text

    @property
    def leads(self) -> bool:
        """Whether its value stands before the filter's name in a figure: it does."""
        return True
