"""The cells of a scene as the items of a list in HTML."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from PIL import Image as PillowImage

from ... import concurrency
from .. import Span
from ..scene import Box, Item, Path, Picture, Scene, Text
from ..svg import draw_item, encode_picture, escape

_LARGE, _REDUCED = 600_000, 160_000  # pixels

_AnyItem = TypeVar("_AnyItem", bound=Item)


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
    cells: list[_Cell] = []
    for item in scene.items:
        if isinstance(item, Picture) and item.is_cell:
            cells.append(_Cell(item, [], []))
            continue
        x, y = _find_middle(item)
        # The last cell above the item, in its column, or around it.
        above = (cell for cell in reversed(cells) if _holds(cell.picture.box, x, y, below=True))
        if (cell := next(above, None)) is None:
            continue
        pictures = [part.box for part in cell.parts if isinstance(part, Picture)]
        if isinstance(item, Picture):
            if item.is_part:
                cell.parts.append(item)
        elif _holds(cell.picture.box, x, y):
            cell.over.append(_widen(item))
        elif any(_holds(box, x, y) for box in pictures):
            cell.parts.append(item)
    rows: list[list[_Cell]] = []
    right = math.inf
    for cell in cells:
        if cell.picture.box.left < right:
            rows.append([])
        rows[-1].append(cell)
        right = cell.picture.box.right
    return rows


def _find_middle(item: Item) -> tuple[float, float]:
    if isinstance(item, Picture):
        box = item.box
        return box.left + box.width / 2, box.top + box.height / 2
    if isinstance(item, Path):
        xs, ys = zip(*item.points, strict=True)
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return item.x, item.baseline if isinstance(item, Text) else item.y


def _holds(box: Box, x: float, y: float, below: bool = False) -> bool:
    """Return whether a place lies in a box, or below it if that counts."""
    return box.left <= x <= box.right and box.top <= y and (below or y <= box.bottom)


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
    pictures = (cell.picture for cell in cells if cell.picture.pixels.size)
    encoded = concurrency.ordered_map(_encode, pictures, concurrency.worker_limit())
    numbers = count(1)
    for cell in cells:
        picture = cell.picture
        start = ' style="grid-column-start: 1"' if cell in after_short else ""
        if not picture.pixels.size:
            yield _describe_empty(picture, start)
            continue
        reduction, shown, whole = next(encoded)
        height, width, channels = picture.pixels.shape
        group = picture.whole if any(picture.whole) else (height, width)
        top, left = picture.first
        yield f"""<li data-group="{group[0]} {group[1]}" data-top="{top}" data-left="{left}"{start}
 data-height="{height}" data-width="{width}" data-channels="{channels}"
 data-reduction="{reduction}">
<figure style="--height: {height}; --width: {width}; --share: {picture.box.width / widest:.4f}">
<div class="body"><div class="frame"><div class="layer">
<img alt="{escape(picture.name)}" decoding="async" draggable="false"
 width="{width}" height="{height}" src="{shown}"></div>
{_draw(cell.over, picture.box, "over", scene)}<div class="mark" hidden></div></div>
{_draw_parts(cell, scene)}</div>
<figcaption><button class="choose" title="Show alone"><span class="number">{next(numbers)}</span>
<span class="caption" dir="auto">{escape(picture.name)}</span></button>
<span class="note" dir="auto">{", ".join(map(_describe_span, picture.notes))}</span></figcaption>
<p class="levels"></p>
<template>{whole}</template></figure>
</li>
"""


def _describe_empty(picture: Picture, start: str) -> str:
    """Return the item of a cell that shows nothing of its picture."""
    return f"""<li class="empty"{start}><figure><figcaption>
<span class="caption" dir="auto">{escape(picture.name)}</span></figcaption></figure></li>
"""


def _describe_span(span: Span) -> str:
    text = escape(span.string)
    return f"<strong>{text}</strong>" if span.bold else text


def draw_legend(scene: Scene) -> str:
    """Return the drawing of what stands below all cells, such as a colour bar; "" if nothing."""
    pictures = (item for item in scene.items if isinstance(item, Picture))
    bars = [item for item in pictures if not (item.is_cell or item.is_part)]
    if not bars:
        return ""
    top = min(bar.box.top for bar in bars)
    box = Box(0, top, scene.width, scene.height - top)
    others = [
        item
        for item in scene.items
        if not isinstance(item, Picture) and _holds(box, *_find_middle(item))
    ]
    return _draw([*bars, *others], box, "legend", scene)


def _draw_parts(cell: _Cell, scene: Scene) -> str:
    """Return the drawing of the parts of a cell, which lie below its picture; as wide as this."""
    boxes = [item.box for item in cell.parts if isinstance(item, Picture)]
    if not boxes:
        return ""
    picture = cell.picture.box
    margin = 1.0  # for the lines around them
    left = min(picture.left, *(box.left for box in boxes)) - margin
    right = max(picture.right, *(box.right for box in boxes)) + margin
    top, bottom = min(box.top for box in boxes) - margin, max(box.bottom for box in boxes) + margin
    return _draw(cell.parts, Box(left, top, right - left, bottom - top), "part", scene)


def _draw(items: Sequence[Item], box: Box, name: str, scene: Scene) -> str:
    """Return a drawing of the items in a box of the scene."""
    if not items:
        return ""
    view = " ".join(f"{length:.2f}" for length in box)
    drawn = "".join(draw_item(_reduce(item), scene) for item in items)
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
    whole, reduction = encode_picture(picture.pixels), _choose_reduction(picture)
    if reduction == 1:
        return _Encoded(1, whole, "")
    return _Encoded(reduction, encode_picture(_reduce(picture).pixels), whole)


def _choose_reduction(picture: Picture) -> int:
    size = picture.pixels.shape[0] * picture.pixels.shape[1]
    return 1 if size <= _LARGE else math.ceil(math.sqrt(size / _REDUCED))


def _reduce(item: _AnyItem) -> _AnyItem:
    """Return an item; a large picture is reduced."""
    if not isinstance(item, Picture) or (reduction := _choose_reduction(item)) == 1:
        return item
    pixels = item.pixels[..., 0] if item.pixels.shape[2] == 1 else item.pixels
    reduced = np.asarray(PillowImage.fromarray(pixels).reduce(reduction))
    return replace(item, pixels=np.atleast_3d(reduced))
