"""The Python function `compare`: a figure of a picture and its filtered versions."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..batch.job import Job
from ..batch.options import JobOptions
from ..batch.picture_cells import PictureCells, display
from ..batch.recipe import Recipe
from ..errors import ClippedWarning, ParameterError
from ..figure import Layout
from ..figure.insets import check_parts
from ..filters.base import Filter
from ..filters.chain import Chain
from ..image import Colour, Image, Pixels
from ..image.pictures import to_image
from ..parameters import CAPTION_PLACES, MOST_VALUES, Choice, check_limits, to_points
from ..pipeline.filter_run import RunReport
from .comparison import Comparison
from .file_arguments import check_colour, check_flags, check_text, list_rectangles
from .names import Border, Engine, Rectangle, Values
from .steps import make_steps, warn_of_results

if TYPE_CHECKING:
    from ..image.pillow_images import PillowImage


def compare(
    picture: Pixels | PillowImage | Image,
    filters: Filter | Chain | Sequence[Filter | Chain] | Mapping[str, Filter | Chain],
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values | None = None,
    linear: bool = False,
    workers: int | None = None,
    original: bool = True,
    reference: Pixels | PillowImage | Image | None = None,
    difference: float | Literal["auto"] | None = None,
    columns: int | None = None,
    title: str | None = None,
    captions: Literal["above", "below", "none"] = "above",
    caption_size: str = "9pt",
    letters: bool = False,
    cell_width: int | None = None,
    figure_width: str | None = None,
    dpi: float | None = None,
    zoom: Rectangle | None = None,
    insets: Sequence[Rectangle] = (),
    background: str | None = None,
) -> Comparison:
    """Return a figure of a picture and of the results of filters, side by side.

    Parameters
    ----------
    picture : (H, W) or (H, W, C) array, Pillow image, or Image
        An array of 2 or 4 channels ends in alpha, which `apply` does not assume; `Image(array)` has
        no alpha.
    filters : Filter, Chain, sequence of these, or mapping
        A cell for each. The keys of a mapping are captions.
    engine, border, border_value, values, workers
        As of `apply`.
    linear : bool
        Whether to filter in linear light.
    original : bool
        Whether the first cell shows the picture as it is.
    reference : array, Pillow image, or Image, optional
        The captions get the PSNR and the SSIM of each result against it.
    difference : number or "auto", optional
        Below each cell its difference from the reference, or from the picture, in colours that end
        at 255 levels over this number; "auto": at what 99 % of the pixels stay within.
    columns : int, optional
        Cells in a row; by default 3, or what leaves fewest holes.
    title : str, optional
    captions : {"above", "below", "none"}
        Where captions stand.
    caption_size : str
        The height of captions in print, such as "9pt".
    letters : bool
        Whether captions begin with (a), (b), (c) ...
    cell_width : int, optional
        In pixels; by default the picture's width, or less so that the figure stays under 2400.
    figure_width : str, optional
        The printed width, such as "16cm", or the pixels, such as "1920px".
    dpi : float, optional
        Pixels per inch of the printed width.
    zoom : (left, top, width, height) of int, optional
        The part that each cell shows, enlarged without smoothing.
    insets : sequence of (left, top, width, height) of int
        Parts that stand enlarged below each cell.
    background : str, optional
        The colour of the page and below transparent pixels, such as "white" or "#336699".

    Returns
    -------
    Comparison
        A notebook shows it; its method `save` writes it to a file.

    Raises
    ------
    ParameterError, ImageError, EngineError
        For the same reasons as `apply`; if there are no filters, or more than 400 cells.

    Warns
    -----
    ClippedWarning
        If results were clipped and `values` isn't given; if the figure shows values of a float
        picture as black or white.

    Examples
    --------
    >>> import imgfilt, numpy as np
    >>> picture = np.eye(40, dtype=np.uint8) * 255
    >>> figure = imgfilt.compare(picture, [imgfilt.Blur(size) for size in (3, 5)], letters=True)
    >>> figure
    <Comparison: Original, 3 × 3 Averaging, 5 × 5 Averaging; save(path) writes it to a file>
    """
    image = to_image(picture).drop_extra()
    flags = check_flags(linear=linear, original=original, letters=letters)
    named = filters if isinstance(filters, Mapping) else dict(enumerate(_list_filters(filters)))
    given = engine, border, border_value, values, workers
    recipes = []
    for name, filt in named.items():
        recipe = Recipe(make_steps(filt, *given, linear=flags["linear"]), {})
        recipes.append(recipe.with_name(name) if isinstance(name, str) else recipe)
    ground = check_colour(background, "background")
    numbers = check_limits(
        columns=Layout.columns if columns is None else columns,
        cell_width=cell_width,
        figure_width=figure_width,
        zoom=zoom,
        dpi=dpi,
        caption_size=caption_size,
    )
    width = to_points(numbers.pop("figure_width"), dpi, cell_width)
    layout = Layout(
        **numbers,
        figure_width=width,
        title=None if title is None else check_text(title, "title"),
        captions=Choice(CAPTION_PLACES).check(captions, "captions"),
        letters=flags["letters"],
        background=ground or Layout.background,
        insets=list_rectangles(insets, "insets"),
    )
    check_parts(layout, *image.shape[:2])
    options = JobOptions(
        background=ground,
        layout=layout,
        columns_given=columns is not None,
        original=flags["original"],
        reference=None if reference is None else _show(reference, ground),
        **check_limits(difference=difference),
    )
    if not 1 <= len(recipes) + original <= MOST_VALUES or not recipes:
        raise ParameterError(f"filters: {len(recipes)}; wanted 1 to {MOST_VALUES - original}")

    def on_run(recipe: Recipe, reports: list[RunReport]) -> None:
        warn_of_results(recipe.steps, reports, stacklevel=5)

    comparison = Comparison(Job(("picture",), "", tuple(recipes), figure=True), options)
    cells = PictureCells(comparison, "picture", image, options)
    cells.add_cells("Original", tuple(recipes), on_run, lambda share: None)
    for note in cells.notes:
        if note.is_lost:
            warnings.warn(note.text, ClippedWarning, stacklevel=2)
    comparison.measures = tuple(cells.measured)
    return comparison


def _show(reference: Any, ground: Colour | None) -> Pixels:
    """Return a reference as figures show it."""
    return display(to_image(reference, "reference"), ground).levels


def _list_filters(filters: Any) -> list[Any]:
    """Return the filters of an iterable; anything else alone, which `make_steps` checks."""
    if isinstance(filters, str | bytes | Filter | Chain):
        return [filters]
    try:
        return list(filters)
    except Exception:  # a class may raise anything when it is iterated
        return [filters]
