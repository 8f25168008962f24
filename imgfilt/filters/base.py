"""The interface of a filter, with defaults that suit a filter of a small window.

A filter is a frozen dataclass: its parameters, its reach, and the function of each engine. Options,
checks, help, sweeps, captions and the documentation of the parameters follow from it.
"""

from __future__ import annotations

import dataclasses
import inspect
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .. import engines
from ..geometry import Reach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from ..engines.numpy.convolution.taps import Taps
    from ..kernel.kernel import Kernel


def parameter(
    kind: Any, default: Any = dataclasses.MISSING, help: str = "", *, short: str | None = None
) -> Any:
    """Declare a parameter of a filter.

    Parameters
    ----------
    kind : object
        How its text is parsed and its value checked: see imgfilt/parameters.py.
    default : object, optional
        Without it the parameter is required.
    help : str
        One sentence, with the unit.
    short : str, optional
        The letter of its short option.
    """
    return dataclasses.field(default=default, metadata={"kind": kind, "help": help, "short": short})


_TEMPLATE_WORDS: dict[Any, str] = {None: "auto", False: "false", True: "true"}


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
        """The option of the command line that sets it."""
        return "--" + self.name.replace("_", "-")


class ChosenMethod(NamedTuple):
    """The method of an engine for a filter and a picture.

    Attributes
    ----------
    name : str
    operations : float
        Operations of an output pixel; one channel of it for the linear filters.
    strip : int
        Pixels of a strip that suit the method.
    """

    name: str
    operations: float
    strip: int = 1 << 20


class Filter(ABC):
    """What every filter has.

    Attributes
    ----------
    title : str
        Its name in captions.
    example : str
        A command line that uses it, for the help.
    in_8_bit_levels : bool
        The filter sees 8-bit levels at every depth, so that its thresholds mean the same.
    premultiplied : bool
        The filter sees colours times alpha, with alpha as one channel more. Other filters get alpha
        as a weight.
    is_rank : bool
        Results are values of the window, chosen by their order: nothing is rounded, and infinity is
        a number like any other.
    leaves_range : bool
        Results may lie outside the picture's range, so the command has `--values`.
    opencv_takes_alpha : bool
        The function for OpenCV takes alpha as one channel more.
    explains_pixels : bool
        The command has `--at`, which prints how one pixel is computed.
    """

    title: ClassVar[str]
    example: ClassVar[str]
    in_8_bit_levels: ClassVar[bool] = False
    premultiplied: ClassVar[bool] = False
    is_rank: ClassVar[bool] = False
    leaves_range: ClassVar[bool] = False
    opencv_takes_alpha: ClassVar[bool] = False
    explains_pixels: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared = [(name, value) for name, value in vars(cls).items() if _is_parameter(value)]
        if declared and cls.__doc__:
            types = inspect.get_annotations(cls)
            lines = [line for name, field in declared for line in _document(name, field, types)]
            section = "\n".join(["Parameters", "----------", *lines])
            text, heading, examples = inspect.cleandoc(cls.__doc__).partition("\nExamples\n")
            cls.__doc__ = f"{text.rstrip()}\n\n{section}\n{heading}{examples}"

    def __post_init__(self) -> None:
        for name, kind, default, _, _ in self.parameters():
            value = getattr(self, name)
            if value is not default:
                object.__setattr__(self, name, kind.check(value, name))

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Return the parameters in the order of their declaration."""
        fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(cls)  # type: ignore[arg-type]
        return [Parameter(field.name, default=field.default, **field.metadata) for field in fields]

    # Texts

    def caption(self, texts: Mapping[str, str]) -> str:
        """Return the caption in a figure: `5 x 5 Gaussian`, `sigma 3 Gaussian`.

        `texts` are the parameters to name, as they were typed; by default it is the first one.
        """
        first = self.parameters()[0].name
        texts = texts or {first: str(getattr(self, first))}
        kinds = {parameter.name: parameter.kind for parameter in self.parameters()}
        named = ", ".join(kinds[name].caption(name, text) for name, text in texts.items())
        return f"{named} {self.title}".lstrip()

    def template_values(self) -> dict[str, str]:
        """Return the text of each parameter in an output template, where it wasn't typed."""
        values = {parameter.name: getattr(self, parameter.name) for parameter in self.parameters()}
        return {name: _TEMPLATE_WORDS.get(value) or str(value) for name, value in values.items()}

    def effective_parameters(self) -> dict[str, Any]:
        """Return the parameters that decide the result and aren't the default, by name.

        Filters of one class that do the same return the same. The record of `--changed` compares
        it with runs of years ago: neither a default nor a value here may change.
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
    def operation(self) -> str:
        """What `--explain` says that the filter computes."""
        return self.title.lower()

    @property
    def note(self) -> str | None:
        """A line for the user about what `resolve` found in the picture."""
        return None

    # What it depends on

    @property
    @abstractmethod
    def reach(self) -> Reach:
        """Rows and columns around an output pixel that it depends on."""

    @property
    def identity(self) -> bool:
        """Whether every pixel stays as it is."""
        return False

    def folded_to(self, height: int, width: int, border: str) -> Filter:
        """Return a filter that does the same to a picture of this size, with less reach if any."""
        return self

    @property
    def needs_samples(self) -> bool:
        """Whether `resolve` must see samples of the picture first."""
        return False

    def resolve(self, samples: Sequence[Array], alpha: bool) -> Filter:
        """Return the filter for a picture.

        Parameters
        ----------
        samples : sequence of (h, w, C) arrays
            Blocks of the picture as the filter sees them.
        alpha : bool
            The last channel is alpha, and colours are premultiplied.
        """
        return self

    @property
    def exact_filter(self) -> Filter | None:
        """The filter that this one approximates, or None where this one is exact."""
        return None

    # Its weights

    @property
    def taps(self) -> Taps | None:
        """The weights of a linear filter, flipped, as they lie on the window; else None."""
        return None

    @property
    def composed(self) -> Kernel | None:
        """The exact kernel that the user gave, all parameters applied; else None."""
        return None

    @property
    def kernels(self) -> tuple[Kernel, ...]:
        """The kernels that the user gave; `composed` is made of them."""
        return ()

    @property
    def later_reach(self) -> Reach:
        """The reach of all `kernels` but the first, added up."""
        return Reach(0, 0, 0, 0)

    @property
    def weight_sum(self) -> float:
        """Σw of an output pixel: filtered alpha is divided by it, and stays as it was where 0."""
        return 1.0

    @property
    def gain(self) -> float | None:
        """Σ|w| where results are sums of float64 or exact; None of means in float32."""
        return None

    # Engines

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the method of an engine; by default its one method, which sums the window."""
        top, bottom, left, right = self.reach
        return ChosenMethod(self.title.lower(), float((top + bottom + 1) * (left + right + 1)))

    def preferred_engine(self, block_info: BlockInfo) -> str:
        """Return the engine that takes less time where both can compute it, as measured."""
        return "opencv"

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute it for a picture, or None where it can."""
        if type(self).opencv is Filter.opencv:
            return f"it has no filter for {self.title.lower()}"
        return None

    def engine_pads_columns(self, border: str, block_info: BlockInfo) -> bool:
        """Return whether OpenCV can extend a block to the left and right as this border does."""
        return False

    def run(
        self,
        engine: str,
        method: str,
        padded: Array,
        weight: Array | None = None,
        engine_border: str | None = None,
    ) -> Array:
        """Return the (h, w, C) values of a padded block.

        Parameters
        ----------
        engine, method : str
            As the plan says.
        padded : (h + top + bottom, w + left + right, C) array
            Block with `reach` more rows and columns on each side.
        weight : (h + top + bottom, w + left + right) array, optional
            Alpha, where some of it is less than full: see numpy.
        engine_border : str, optional
            The block is padded above and below only, and OpenCV extends it to the left and right
            with this border.
        """
        if engine == "opencv":
            return self.opencv(padded, engine_border)
        return self.numpy(padded, weight)

    @abstractmethod
    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the (h, w, C) values of a padded block by NumPy.

        `weight` is the plane of alpha, where some of it is less than full. It is the last channel
        of a premultiplied block; other blocks hold colours only, and its own values are returned as
        one channel more.
        """

    def opencv(self, padded: Array, engine_border: str | None = None) -> Array:
        """Return the (h, w, C) values of a padded block by OpenCV; for engine_border see run."""
        raise NotImplementedError

    # NaN and infinity

    @property
    def mixes_channels(self) -> bool:
        """Whether a channel of the result depends on all channels."""
        return False

    def window(self) -> NDArray[Any]:
        """Return the bool array, rows and columns of the reach, of the pixels that count."""
        import numpy as np

        top, bottom, left, right = self.reach
        return np.ones((top + bottom + 1, left + right + 1), bool)

    def nonfinite_result(self, padded: Array) -> Array:
        """Return (h, w, C): NaN or ±inf where non-finite pixels decide the output, else 0.

        By default NaN where the window holds a NaN or infinity; a rank filter orders infinity.
        """
        return engines.numpy.nonfinite.propagate_window(
            padded, self.window(), infinity=not self.is_rank, mixes_channels=self.mixes_channels
        )


def square(size: int) -> Reach:
    """Return the reach of an odd square window around its centre."""
    return Reach(size // 2, size // 2, size // 2, size // 2)


def _is_parameter(value: Any) -> bool:
    return isinstance(value, dataclasses.Field) and "kind" in value.metadata


def _document(name: str, field: dataclasses.Field[Any], types: Mapping[str, Any]) -> list[str]:
    """Return the lines of a parameter in a numpydoc section."""
    kind = types[name].removesuffix(" | None").replace(" | ", " or ")
    default = f", default {field.default!r}"
    if field.default is dataclasses.MISSING or field.default is None:
        default = "" if field.default is dataclasses.MISSING else ", optional"
    text = f"{field.metadata['help']} Takes {field.metadata['kind'].wanted}."
    return [f"{name} : {kind}{default}", *(f"    {line}" for line in textwrap.wrap(text, 88))]
