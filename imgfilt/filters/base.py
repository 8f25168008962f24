"""Filter: what every filter says of itself. A Filter that exists is right.

Its parameters are declared once, a line each: option, check, help, sweep and caption read it.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ..geometry import Reach

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import Blocks


def parameter(
    kind: Any, default: Any = dataclasses.MISSING, help: str = "", *, short: str | None = None
) -> Any:
    """Declare a parameter: what it may hold (values.py), its default, its help with the unit."""
    return dataclasses.field(default=default, metadata={"kind": kind, "help": help, "short": short})


_WORDS: dict[Any, str] = {None: "auto", False: "false", True: "true"}


class Parameter(NamedTuple):
    """A declared parameter of a filter."""

    name: str
    kind: Any
    default: Any
    help: str
    short: str | None

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is dataclasses.MISSING

    @property
    def option(self) -> str:
        """The option of the command line that gives it."""
        return "--" + self.name.replace("_", "-")


class Method(NamedTuple):
    """How an engine goes about it: a name, and the operations that an output pixel costs.

    `strip` is how many pixels of a strip suit it.
    """

    name: str
    operations: float
    strip: int = 1 << 20


class Filter(ABC):
    """What a filter is; each is a frozen dataclass of its parameters.

    Attributes
    ----------
    title : str
        What captions call it.
    levels : bool
        Sees 8-bit levels at every depth, so that its thresholds mean the same.
    premultiplied : bool
        Sees alpha as one channel more, and colours times it; others take alpha as a weight.
    orders_infinity : bool
        Takes infinity for a number like any other.
    signed : bool
        Its results may leave the picture's range, so its command has `--values`.
    """

    title: ClassVar[str]
    levels: ClassVar[bool] = False
    premultiplied: ClassVar[bool] = False
    orders_infinity: ClassVar[bool] = False
    signed: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name, kind, default, _, _ in self.parameters():
            value = getattr(self, name)
            if value is not default:
                object.__setattr__(self, name, kind.check(value, name))

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Return the parameters as they are declared."""
        fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(cls)  # type: ignore[arg-type]
        return [Parameter(field.name, default=field.default, **field.metadata) for field in fields]

    def caption(self, words: Mapping[str, str]) -> str:
        """Return what a figure calls it: `5 x 5 Gaussian`, `sigma 3 Gaussian`.

        `words` are the parameters to name, as they were typed; without any it is the first one.
        """
        first = self.parameters()[0].name
        words = words or {first: str(getattr(self, first))}
        kinds = {name: kind for name, kind, *_ in self.parameters()}
        named = ", ".join(kinds[name].caption(name, text) for name, text in words.items())
        return f"{named} {self.title}".lstrip()

    def words(self) -> dict[str, str]:
        """Return each parameter as a template writes it where it wasn't typed."""
        values = {parameter.name: getattr(self, parameter.name) for parameter in self.parameters()}
        return {name: _WORDS.get(value) or str(value) for name, value in values.items()}

    def decisive(self) -> dict[str, Any]:
        """Return the parameters that decide the result, by name; what has its default is left out.

        Two filters of a kind that do the same give the same. The record of `--changed` compares
        it with what was done years ago: neither a default nor what is given here may change.
        """
        values = {parameter.name: getattr(self, parameter.name) for parameter in self.parameters()}
        # 5x5 is 5.
        values = {
            name: value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
            for name, value in values.items()
        }
        defaults = {parameter.name: parameter.default for parameter in self.parameters()}
        return {name: value for name, value in values.items() if value != defaults[name]}

    @property
    def identity(self) -> bool:
        """Whether every pixel stays what it is."""
        return False

    @property
    def adapts(self) -> bool:
        """Whether what it does depends on a look at the picture first."""
        return False

    def adapted(self, samples: Sequence[Array], alpha: bool) -> Filter:
        """Return the filter for a picture, of which it is shown some (h, w, C) blocks.

        With `alpha` their last channel is alpha, and colours are premultiplied.
        """
        return self

    @property
    def remark(self) -> str | None:
        """What is worth knowing of a filter that a look at the picture gave."""
        return None

    @property
    def exactly(self) -> Filter | None:
        """The filter that this one only comes near to, or None where it is exact."""
        return None

    @property
    @abstractmethod
    def reach(self) -> Reach:
        """The rows and columns around it that an output pixel depends on."""

    def fitted(self, height: int, width: int, border: str) -> Filter:
        """Return a filter that does the same to such a picture, with less reach if it can."""
        return self

    @abstractmethod
    def method(self, engine: str, blocks: Blocks) -> Method:
        """Return how an engine would compute a padded block."""

    def faster(self, blocks: Blocks) -> str:
        """Return the engine that `auto` takes where both can do it, as measured."""
        return "opencv"

    def supports(self, blocks: Blocks) -> str | None:
        """Return why cv2 can't do this for a picture, or None where it can."""
        return None

    def reaches_beyond(self, border: str, blocks: Blocks) -> bool:
        """Return whether cv2 can go beyond the left and right of a block as this border does."""
        return False

    def run(
        self,
        engine: str,
        method: str,
        padded: Array,
        weight: Array | None = None,
        sides: str | None = None,
    ) -> Array:
        """Return the (h, w, C) values of a padded block, by the engine and method of the plan.

        With `sides` the block is padded above and below alone, and that border lies beside it.
        """
        return self.opencv(padded, sides) if engine == "opencv" else self.numpy(padded, weight)

    @abstractmethod
    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the (h, w, C) values of a padded block.

        `weight` is the plane of alpha, where a picture has one that isn't full: the last channel
        of a premultiplied block, and else not in it, so that its own values are one channel more.
        """

    @abstractmethod
    def opencv(self, padded: Array, sides: str | None = None) -> Array:
        """Return the (h, w, C) values of a padded block; `sides` are those of run."""

    @abstractmethod
    def marks(self, padded: Array) -> Array:
        """Return what NaN and infinity in a padded block make of the (h, w, C) values; else 0."""


def square(size: int) -> Reach:
    """Return the reach of an odd square window around its centre."""
    return Reach(size // 2, size // 2, size // 2, size // 2)
