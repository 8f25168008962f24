"""The Python function `filter_files`: what the command does to files, and its outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from ..batch import (
    JobOptions,
    NamePatterns,
    Recipe,
    RunOptions,
    chain_recipes,
    find_inputs,
    list_frames,
    make_jobs,
    run_jobs,
)
from ..concurrency import set_worker_limit
from ..dtypes import DEPTHS
from ..filters.base import Filter
from ..filters.chain import Chain
from ..image import MAX_PIXELS
from ..parameters import Choice, check_limits
from ..pipeline.chain import Step
from .file_arguments import (
    check_colour,
    check_flags,
    check_path,
    list_paths,
    list_rectangles,
    list_words,
    make_target,
)
from .names import Border, Engine, Path, Rectangle, Values
from .outcomes import FileOutcome, Silence
from .steps import make_steps


def filter_files(
    filter: Filter | Chain,
    inputs: Path | Iterable[Path],
    output: Path | None = None,
    *,
    engine: Engine = "auto",
    border: Border = "reflect",
    border_value: float | Sequence[float] = 0,
    values: Values = "clip",
    depth: Literal["8", "16", "float"] | None = None,
    linear: bool = False,
    region: Rectangle | Sequence[Rectangle] = (),
    recursive: bool = False,
    include: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    base: Path | None = None,
    format: str | None = None,
    quality: int | None = None,
    compression: int | None = None,
    strip: bool = False,
    background: str | None = None,
    frame: int | None = None,
    max_pixels: int = MAX_PIXELS,
    in_place: bool = False,
    skip_existing: bool = False,
    changed: bool = False,
    preserve: bool = False,
    strict: bool = False,
    fail_fast: bool = False,
    workers: int | None = None,
) -> list[FileOutcome]:
    """Filter picture files, as the command does; a file that fails doesn't stop the others.

    Every output is written whole or not at all. The files are filtered one after the other, each
    with several threads.

    Parameters
    ----------
    filter : Filter or Chain
        Such as Gaussian(sigma=1.5), or Median(3) | Gaussian(sigma=1.5) for one after the other.
    inputs : path, or iterable of paths
        Files, folders (the pictures in them), and patterns such as "photos/*.jpg".
    output : path
        A file for one input; a folder, which exists or ends in "/"; or a template such as
        "soft/{stem}-{sigma}.png", in which {stem}, {ext}, {parent}, {index}, {frame}, {filter} and
        the names of the filter's parameters are replaced.
    engine, border, border_value, workers
        As of `apply`.
    values : {"clip", "abs", "offset", "stretch", "raw"}
        As of `apply`; what is clipped is said in the notes.
    depth : {"8", "16", "float"}, optional
        The depth of the outputs, with white at 255, 65535 and 1; by default that of each input.
    linear : bool
        Whether to filter in linear light.
    region : (left, top, width, height) of int, or sequence of these
        Rectangles in pixels; the other pixels stay as they are.
    recursive : bool
        Whether folders in folders are searched, too.
    include, exclude : str, or sequence of str
        Patterns for the names of files in folders.
    base : path, optional
        The folder whose tree is kept in the output folder.
    format : str, optional
        The format of the outputs, such as "png"; by default the suffix of each output.
    quality : int, optional
        1 to 100, for JPEG, WebP and AVIF.
    compression : int, optional
        0 to 9, for PNG and TIFF.
    strip : bool
        Whether to write no metadata.
    background : str, optional
        The colour on which pictures with alpha are put.
    frame : int, optional
        The only frame of animations and pages to filter, counted from 0.
    max_pixels : int
        Larger pictures are refused.
    in_place : bool
        Whether outputs replace their inputs; there is no `output` then.
    skip_existing : bool
        Whether to skip outputs that exist.
    changed : bool
        Whether to skip outputs that were made of the same inputs in the same way.
    preserve : bool
        Whether outputs get the modification times of their inputs.
    strict : bool
        Whether a file fails if a value is clipped.
    fail_fast : bool
        Whether a failure stops the run.

    Returns
    -------
    list of FileOutcome
        One for each output that was begun or skipped, in the order of the inputs.

    Raises
    ------
    ParameterError
        If an argument is wrong. Its subclass CommandError: if the files as a whole are impossible,
        such as two inputs with one output. Then no file was touched.
    OutputError
        If the folder of a single output is missing.

    Examples
    --------
    >>> import imgfilt
    >>> soft = imgfilt.Gaussian(sigma=2)
    >>> outcomes = imgfilt.filter_files(soft, "photos", "soft/")  # doctest: +SKIP
    >>> [one.message for one in outcomes if one.status == "failed"]  # doctest: +SKIP
    ['photos/b.jpg: truncated or broken JPEG']
    """
    paths = list_paths(inputs)
    numbers = check_limits(
        frame=frame, max_pixels=max_pixels, quality=quality, compression=compression
    )
    check_limits(workers=workers)
    flags = check_flags(
        linear=linear,
        recursive=recursive,
        strip=strip,
        in_place=in_place,
        skip_existing=skip_existing,
        changed=changed,
        preserve=preserve,
        strict=strict,
        fail_fast=fail_fast,
    )
    if depth is not None:
        Choice(tuple(DEPTHS)).check(depth, "depth")
    recipe = _make_recipe(
        make_steps(
            filter,
            *(engine, border, border_value, values, None),
            depth=depth,
            linear=flags["linear"],
            region=list_rectangles(region, "region"),
        )
    )
    outcomes: list[FileOutcome] = []
    try:
        options = JobOptions(
            **numbers,
            background=check_colour(background, "background"),
            strip=flags["strip"],
            strict=flags["strict"],
            preserve=flags["preserve"],
        )
        target = make_target(output, format, in_place, base)
        sources = find_inputs(
            paths,
            recursive=recursive,
            excluded_folder=target.fixed_folder,
            output=target.folder,
            patterns=NamePatterns(list_words(include, "include"), list_words(exclude, "exclude")),
            base=None if base is None else check_path(base, "base"),
        )
        run_jobs(
            make_jobs(sources, target, [recipe], partial(list_frames, options=options)),
            options,
            RunOptions(workers, skip_existing, changed, fail_fast, as_guest=True),
            Silence(),
            lambda job, outcome: outcomes.append(FileOutcome.of(job, outcome)),
        )
    finally:
        set_worker_limit(None)
    return outcomes


def _make_recipe(steps: Sequence[Step]) -> Recipe:
    """Return the recipe of a filter or chain, with the words for a template."""
    recipes = []
    for step in steps:
        filt, texts = step.filter, step.filter.given_texts
        options = replace(step.options, count_clipped=True)
        name = type(filt).__name__.lower()
        words = {**filt.template_values(), **texts, "filter": name}
        recipes.append(Recipe([Step(filt, options, filt.caption(texts), step.heading)], words))
    (recipe,) = chain_recipes([[recipe] for recipe in recipes])
    return recipe
