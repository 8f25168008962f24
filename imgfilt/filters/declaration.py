"""The declared parameters of a filter: checks, captions and documentation are made from them."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from ..parameters import Choice, Flag, PerAxis, join_axes, per_axis


def parameter(
    kind: Any, default: Any = dataclasses.MISSING, help: str = "", *, short: str | None = None
) -> Any:
    """Declare a parameter of a filter.

    Parameters
    ----------
    kind : object
        The type that parses its text and checks its value: see imgfilt/parameters/.
    default : object, optional
        Without a default, the parameter is required.
    help : str
        One sentence, with the unit.
    short : str, optional
        The letter of its short option.
    """
    return dataclasses.field(default=default, metadata={"kind": kind, "help": help, "short": short})


class Parameter(NamedTuple):
    """A declared parameter of a filter; for the attributes see `parameter`."""

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


def _format(kind: Any, value: Any) -> str:
    """Return the text of a value, which `auto` is for None; flags are `true` or `false`."""
    if value is None:
        return "auto"
    text: str = str(value).lower() if isinstance(value, bool) else kind.format(value)
    return text


class Declared:
    """A frozen dataclass of declared parameters; what is found for a picture are other fields.

    Attributes
    ----------
    title : str
        The filter's name in captions.
    example : str
        A command line with the filter, for the help.
    """

    title: ClassVar[str]
    example: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _add_parameters(cls)
        # Else dataclass makes one that names the defaults, too.
        type.__setattr__(cls, "__repr__", Declared.__repr__)

    def __post_init__(self) -> None:
        for name, kind, default, _, _ in self.parameters():
            value = getattr(self, name)
            if value is not default:
                object.__setattr__(self, name, kind.check(value, name))

    def __repr__(self) -> str:
        first = dataclasses.fields(self)[0].name  # type: ignore[arg-type]
        named = {first: getattr(self, first)} | self.given_parameters()
        values = ", ".join(
            f"{name}={value!r}" for name, value in named.items() if value is not None
        )
        return f"{type(self).__name__}({values})"

    def given_parameters(self) -> dict[str, Any]:
        """Return the parameters that differ from their default, by name."""
        values = ((p.name, getattr(self, p.name), p.default) for p in self.parameters())
        return {name: value for name, value, default in values if value != default}

    def to_dict(self) -> dict[str, Any]:
        """Return the filter's name as a command, and all parameters, as JSON reports have them."""
        values = {parameter.name: getattr(self, parameter.name) for parameter in self.parameters()}
        kinds = {parameter.name: parameter.kind for parameter in self.parameters()}
        return {
            "filter": type(self).__name__.lower(),
            "parameters": {name: kinds[name].to_json(value) for name, value in values.items()},
        }

    @property
    def given_texts(self) -> dict[str, str]:
        """The texts of these parameters, as someone would have typed them."""
        kinds = {parameter.name: parameter.kind for parameter in self.parameters()}
        given = self.given_parameters().items()
        return {name: _format(kinds[name], value) for name, value in given}

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Return the parameters in the order of their declaration."""
        return [
            Parameter(field.name, default=field.default, **field.metadata)
            for field in dataclasses.fields(cls)  # type: ignore[arg-type]
            if _is_parameter(field)
        ]

    def describe(self, texts: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
        """Return the parameters to name, as they were typed, and the filter's title.

        Parameters
        ----------
        texts : mapping of str to str
            If it is empty, the first parameter is named.
        """
        first = self.parameters()[0]
        return texts or {first.name: first.kind.format(getattr(self, first.name))}, self.title

    def caption(self, texts: Mapping[str, str]) -> str:
        """Return the name in reports and messages, which stays: `5 x 5 Gaussian`."""
        named, title = self.describe(texts)
        kinds = {parameter.name: parameter.kind for parameter in self.parameters()}
        values = ", ".join(kinds[name].caption(name, text) for name, text in named.items())
        return f"{values} {title}".lstrip()

    def heading(self, texts: Mapping[str, str]) -> str:
        """Return the caption in a figure: `5 × 5 Averaging`, `Gaussian, sigma 3`."""
        named, title = self.describe(texts)
        kinds = {parameter.name: parameter.kind for parameter in self.parameters()}
        before: list[str] = []
        after = [""]
        for name, text in named.items():
            value = kinds[name].caption(name, text)
            if not kinds[name].names_files:
                value = value.replace(" x ", " × ")
            (before if kinds[name].leads else after).append(value)
        return " ".join([*before, title]) + ", ".join(after)

    def template_values(self) -> dict[str, str]:
        """Return the text of each parameter for an output template, used if none was typed."""
        return {name: _format(kind, getattr(self, name)) for name, kind, *_ in self.parameters()}

    def effective_parameters(self) -> dict[str, Any]:
        """Return the parameters that decide the result and aren't the default, by name.

        Filters of one class with the same effect return the same parameters. `--changed` compares
        them with records of earlier runs, so defaults and values here may never change.
        """
        values = {parameter.name: getattr(self, parameter.name) for parameter in self.parameters()}
        for name, kind, *_ in self.parameters():
            if isinstance(kind, PerAxis):
                values[name] = join_axes(*per_axis(values[name]))
        defaults = {parameter.name: parameter.default for parameter in self.parameters()}
        return {name: value for name, value in values.items() if value != defaults[name]}


def _add_parameters(kind: type) -> None:
    """Add a section with the parameters of a class to its docstring, if that has examples."""
    inherited: dict[str, Any] = getattr(kind, "__dataclass_fields__", {})
    declared = {
        name: field for name, field in {**inherited, **vars(kind)}.items() if _is_parameter(field)
    }
    if not kind.__doc__ or "\nExamples\n" not in inspect.cleandoc(kind.__doc__):
        return
    types = {name: field.type for name, field in inherited.items()}
    types |= inspect.get_annotations(kind)
    lines = [
        line
        for name, field in declared.items()
        for line in _format_parameter(name, field, types[name])
    ]
    section = "\n".join(["Parameters", "----------", *lines])
    text, heading, examples = inspect.cleandoc(kind.__doc__).partition("\nExamples\n")
    kind.__doc__ = f"{text.rstrip()}\n\n{section}\n{heading}{examples}"


def _is_parameter(value: Any) -> bool:
    return isinstance(value, dataclasses.Field) and "kind" in value.metadata


def _format_parameter(name: str, field: dataclasses.Field[Any], annotation: str) -> list[str]:
    kind = annotation.removesuffix(" | None").replace(" | ", " or ").replace("Any", "object")
    kind = re.sub(r"Literal\[(.*?)\]", r"{\1}", kind)
    if field.default is None:
        kind += ", optional"
    elif field.default is not dataclasses.MISSING:
        kind += f", default {field.default!r}"
    text = field.metadata["help"]
    if not isinstance(field.metadata["kind"], Flag | Choice):
        text += f" Takes {field.metadata['kind'].description}."
    return [f"{name} : {kind}", *(f"    {line}" for line in _wrap(_to_python(text)))]


def _to_python(text: str) -> str:
    """Return the help of an option for a parameter: `WIDTHxHEIGHT` is a tuple in Python."""
    text = re.sub(r"  \[default: (.*)\]", r" By default \1.", text)
    text = text.replace(
        "the command `imgfilt kernel list` prints", "`imgfilt.list_presets()` names"
    )
    return re.sub(
        "[A-Z]{3,}(?:[x,][A-Z]{3,})+",
        lambda words: f"({', '.join(re.split('[x,]', words[0].lower()))})",
        text,
    )


def _wrap(text: str) -> list[str]:
    """Return lines of at most 88 characters; loading textwrap would take longer."""
    return re.findall(r"(\S.{0,87})(?:\s|$)", text)
