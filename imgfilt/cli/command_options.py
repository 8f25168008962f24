"""CommandOptions: the values of a command line's options."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..noise import Noise
    from ..parameters import Pixels


class CommandOptions:
    """The values of the options of a filter command or of `compare`, parsed by Click.

    cli/option_sections.py names the functions that declare the options. A command has some of the
    options; the other options have the default values below. The parameters of a filter aren't
    included.

    Parameters
    ----------
    **given
        The values by name. As a dataclass, a class with so many fields takes 3 ms to define.
    """

    def __init__(self, **given: Any):
        assert given.keys() <= vars(type(self)).keys(), "an option without a default below"
        vars(self).update(given)

    # Input and output
    output: str | None = None
    format: str | None = None
    in_place: bool = False
    depth: str | None = None
    exact: bool = False
    quality: int | None = None
    compression: int | None = None
    strip: bool = False
    background: str | None = None
    frame: int | None = None
    axes: str | None = None
    alpha: str | None = None

    # Part of the picture
    region: tuple[tuple[int, int, int, int], ...] = ()
    mask: str | None = None
    mask_invert: bool = False

    # Borders and values
    values: str = "clip"
    border: str = "reflect"
    engine: str = "auto"
    linear: bool = False
    border_value: str = "0"
    ignore_nan: bool = False
    nodata: Fraction | None = None

    # Many files
    recursive: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    files_from: str | None = None
    base: str | None = None
    skip_existing: bool = False
    changed: bool = False
    preserve: bool = False
    fail_fast: bool = False
    report: str | None = None
    report_append: bool = False
    cluster: str | None = None

    # Figures
    columns: int | None = None
    no_original: bool = False
    title: str | None = None
    caption_size: float | None = None
    captions: str = "above"
    letters: bool = False
    font: str | None = None
    figure_width: float | Pixels | None = None
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

    # Understanding
    dry_run: bool = False
    explain: bool = False
    json: bool = False
    verbose: bool = False
    at: tuple[int, int] | None = None
    steps: int = 0
    quiet: bool = False

    # Limits
    strict: bool = False
    max_pixels: int | None = None
    jobs: int | None = None

    @property
    def has_output(self) -> bool:
        """Whether an option names the target of the outputs."""
        return self.output is not None or self.in_place
