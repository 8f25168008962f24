"""The cells of a scene as the items of a list in HTML."""

from __future__ import annotations

import io
import math
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from ... import concurrency
from ...image import Image, write
from ..scene import Box, Item, Path, Picture, Scene, Text
from ..svg import draw_item

_LARGE, _REDUCED = 600_000, 160_000  # pixels


class _Cell(NamedTuple):
    """A cell, and the items of the scene that belong to it.

    Attributes
    ----------
    picture : Picture
    over : list of Item
        What lies on its picture, such as the rectangle that marks an inset.
    parts : list of Item
        Other pictures and the lines around them.
    """

    picture: Picture
    over: list[Item]
    parts: list[Item]


def split_rows(scene: Scene) -> list[list[_Cell]]:
    """Return the rows of a scene's cells: one ends where the next cell lies further to the left."""
    rows: list[list[_Cell]] = []
    starts = [number for number, item in enumerate(scene.items) if _is_cell(item)]
    right = math.inf
    for start, stop in pairwise([*starts, len(scene.items)]):
        picture, *others = scene.items[start:stop]
        assert isinstance(picture, Picture)
        parts = [item for item in others if isinstance(item, Picture) and item.is_part]
        boxes = [part.box for part in parts]
        cell = _Cell(
            picture,
            [_widen(item) for item in others if _lies_in(item, [picture.box])],
            [*parts, *(item for item in others if _lies_in(item, boxes))],
        )
        if picture.box.left < right:
            rows.append([])
        rows[-1].append(cell)
        right = picture.box.right
    return rows


def _is_cell(item: Item) -> bool:
    return isinstance(item, Picture) and item.is_cell


def _lies_in(item: Item, boxes: Sequence[Box]) -> bool:
    """Return whether the middle of a line, a disc or a text lies in one of some boxes."""
    if isinstance(item, Picture):
        return False
    if isinstance(item, Path):
        xs, ys = zip(*item.points, strict=True)
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    else:
        x, y = item.x, item.baseline if isinstance(item, Text) else item.y
    return any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes)


def _widen(item: Item) -> Item:
    """Return an item with lines as wide as a screen needs them; zooming leaves their width."""
    return replace(item, width=2.5 * item.width) if isinstance(item, Path) else item


def describe_cells(rows: Sequence[Sequence[_Cell]], scene: Scene) -> Iterator[str]:
    """Yield the cells as items of a list.

    Parameters
    ----------
    rows : sequence of sequence of _Cell
    scene : Scene
        Which they are from.
    """
    cells = [cell for row in rows for cell in row]
    widest = max((cell.picture.box.width for cell in cells), default=1.0)
    columns = max(map(len, rows), default=1)
    after_short = [row[0] for above, row in pairwise(rows) if len(above) < columns]
    pictures = [cell.picture for cell in cells]
    encoded = concurrency.ordered_map(_encode, pictures, concurrency.worker_limit())
    for number, (cell, (reduction, shown, whole)) in enumerate(zip(cells, encoded, strict=True), 1):
        picture = cell.picture
        height, width, channels = picture.pixels.shape
        group = picture.whole if any(picture.whole) else (height, width)
        top, left = picture.first
        start = ' style="grid-column-start: 1"' if cell in after_short else ""
        yield f"""<li data-group="{group[0]} {group[1]}" data-top="{top}" data-left="{left}"{start}
 data-height="{height}" data-width="{width}" data-channels="{channels}"
 data-reduction="{reduction}">
<figure style="--height: {height}; --width: {width}; --share: {picture.box.width / widest:.4f}">
<div class="frame"><div class="layer"><img alt="{escape(picture.name)}" decoding="async"
 draggable="false" width="{width}" height="{height}" src="data:image/png;base64,{shown}"></div>
{_draw(cell.over, picture.box, "over", scene)}<div class="mark" hidden></div></div>
<div class="parts">{_draw_parts(cell.parts, scene)}</div>
<figcaption><button class="choose" title="Show alone"><span class="number">{number}</span>
<span class="caption" dir="auto">{escape(picture.name)}</span></button>
<span class="note" dir="auto">{escape(picture.note)}</span></figcaption>
<p class="levels"></p>
<template>{whole}</template></figure>
</li>
"""


def draw_legend(scene: Scene) -> str:
    """Return the drawing of what stands below all cells, such as a colour bar; "" if nothing."""
    pictures = (item for item in scene.items if isinstance(item, Picture))
    bars = [item for item in pictures if not (item.is_cell or item.is_part)]
    if not bars:
        return ""
    top = min(bar.box.top for bar in bars)
    box = Box(0, top, scene.width, scene.height - top)
    others = (item for item in scene.items if _lies_in(item, [box]))
    return _draw([*bars, *others], box, "legend", scene)


def _draw_parts(parts: Sequence[Item], scene: Scene) -> str:
    """Return the drawing of the parts of a cell, which lie below its picture."""
    boxes = [item.box for item in parts if isinstance(item, Picture)]
    if not boxes:
        return ""
    margin = 1.0  # for the lines around them
    left, top = min(box.left for box in boxes) - margin, min(box.top for box in boxes) - margin
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return _draw(parts, Box(left, top, right + margin - left, bottom + margin - top), "part", scene)


def _draw(items: Sequence[Item], box: Box, name: str, scene: Scene) -> str:
    """Return a drawing of the items in a box of the scene."""
    if not items:
        return ""
    view = " ".join(f"{length:.2f}" for length in box)
    drawn = "".join(draw_item(item, scene) for item in items)
    return f'<svg class="{name}" viewBox="{view}" preserveAspectRatio="none">{drawn}</svg>\n'


class _Encoded(NamedTuple):
    """A picture as PNGs in base 64.

    Attributes
    ----------
    reduction : int
        By how much the first of them is reduced.
    shown, whole : str
        `whole` is empty if `shown` isn't reduced.
    """

    reduction: int
    shown: str
    whole: str


def _encode(picture: Picture) -> _Encoded:
    """Return a picture as PNGs.

    A browser takes seconds to decode many large pictures. So the page shows these reduced, until
    they are enlarged.
    """
    pixels = picture.pixels
    height, width, channels = pixels.shape
    whole = _encode_png(pixels)
    if height * width <= _LARGE:
        return _Encoded(1, whole, "")
    reduction = math.ceil(math.sqrt(height * width / _REDUCED))
    image = PillowImage.fromarray(pixels[..., 0] if channels == 1 else pixels)
    reduced = np.atleast_3d(np.asarray(image.reduce(reduction)))
    return _Encoded(reduction, _encode_png(reduced), whole)


def _encode_png(pixels: NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    write(stream, Image(pixels), format="png")
    return b64encode(stream.getvalue()).decode()
