"""CommandOptions: the values of a command line's options."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..noise import Noise


class CommandOptions:
    """The values of the options of a filter command or of `compare`, parsed by Click.

    cli/options.py declares and describes each option. A command has some of the options; the
    other options have the default values below. The parameters of a filter aren't included.

    Parameters
    ----------
    **given
        The values by name. As a dataclass, a class with so many fields takes 3 ms to define.
    """

    def __init__(self, **given: Any):
        assert given.keys() <= vars(type(self)).keys(), "an option without a default below"
        vars(self).update(given)

    # output_options
    output: str | None = None
    format: str | None = None

    # filter_options and step_options
    values: str = "clip"
    border: str = "reflect"
    engine: str = "auto"
    linear: bool = False

    # image_options
    depth: str | None = None
    region: tuple[tuple[int, int, int, int], ...] = ()
    mask: str | None = None
    mask_invert: bool = False
    exact: bool = False

    # run_options
    border_value: str = "0"
    ignore_nan: bool = False
    nodata: Fraction | None = None
    frame: int | None = None
    axes: str | None = None
    alpha: str | None = None
    quality: int | None = None
    compression: int | None = None
    strip: bool = False
    background: str | None = None
    max_pixels: int | None = None
    jobs: int | None = None
    quiet: bool = False

    # batch_options
    recursive: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    base: str | None = None
    files_from: str | None = None
    in_place: bool = False
    preserve: bool = False
    skip_existing: bool = False
    changed: bool = False
    fail_fast: bool = False
    strict: bool = False
    report: str | None = None
    cluster: str | None = None
    dry_run: bool = False
    explain: bool = False
    json: bool = False
    verbose: bool = False

    # figure_options
    columns: int | None = None
    no_original: bool = False
    title: str | None = None
    caption_size: float | None = None
    captions: str = "above"
    letters: bool = False
    font: str | None = None
    figure_width: float | None = None
    dpi: float | None = None
    cell_width: int | None = None
    zoom: tuple[int, int, int, int] | None = None
    numbers: bool = False
    inset: tuple[tuple[int, int, int, int], ...] = ()
    reference: str | None = None
    show_reference: bool = False
    noise: Noise | None = None
    difference: float | str | None = None
    table: str | None = None
    animate: float | None = None

    # pixel_options
    at: tuple[int, int] | None = None
    steps: int = 0

    @property
    def has_output(self) -> bool:
        """Whether an option names the target of the outputs."""
        return self.output is not None or self.in_place
