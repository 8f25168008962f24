"""Draw a scene as an array of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .scene import Colour, Disc, Path, Picture, Point, Scene, Text
from .signs import BOLD, STROKE_WIDTH

_SUPERSAMPLING = 4  # lines are drawn at this factor, and reduced

Pixels = NDArray[np.uint8]


def draw_raster(scene: Scene) -> Pixels:
    """Return a scene as pixels.

    Parameters
    ----------
    scene : Scene
        A picture of another size than its box is enlarged to squares, or reduced to their means.

    Returns
    -------
    (H, W, 3) or (H, W, 4) uint8 array
        sRGB; alpha if the page is transparent.
    """
    channels = 4 if scene.background is None else 3
    page: Pixels = np.zeros((*scene.pixels, channels), np.uint8)
    if scene.background is not None:
        page[...] = scene.background
    for item in scene.items:
        if isinstance(item, Picture):
            _draw_picture(page, item, scene.pixels_per_point)
        elif isinstance(item, Text):
            _draw_text(page, item, scene)
        else:
            _draw_shape(page, item, scene.pixels_per_point)
    return page


def _draw_picture(page: Pixels, picture: Picture, scale: float) -> None:
    box, pixels = picture.box, picture.pixels
    top, left, bottom, right = (
        round(edge * scale) for edge in (box.top, box.left, box.bottom, box.right)
    )
    height, width = bottom - top, right - left
    if not (height and width and pixels.size):
        return
    if pixels.shape[:2] != (height, width):
        pixels = _resize(pixels, height, width)
    page[top:bottom, left:right, :3] = pixels
    page[top:bottom, left:right, 3:] = 255


def _resize(pixels: Pixels, height: int, width: int) -> Pixels:
    is_reduced = pixels.shape[0] > height or pixels.shape[1] > width
    resampling = Image.Resampling.BOX if is_reduced else Image.Resampling.NEAREST
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return np.atleast_3d(np.asarray(image.resize((width, height), resampling)))


def _draw_text(page: Pixels, text: Text, scene: Scene) -> None:
    """Draw a line of text; its start and baseline lie on whole pixels."""
    scale, runs = scene.pixels_per_point, list(scene.fonts.split(text.string))
    size = text.size * scale
    x, baseline = text.x * scale, text.baseline * scale
    if text.angle:  # the page is turned instead; its left edge is above then
        x, baseline, page = page.shape[0] - baseline, x, np.rot90(page, -1)
    x -= text.anchor * size * sum(run.advance for run in runs)
    baseline = round(baseline)
    bold = size * BOLD / 2 if text.bold else 0
    for run in runs:
        letters = run.drawn.letter if run.drawn else run.string
        if letters.strip():
            font = run.face.at(max(size, 1))  # FreeType has no smaller ones
            box = font.getbbox(letters, anchor="ls", stroke_width=bold)
            left, top = map(math.floor, box[:2])
            right, bottom = map(math.ceil, box[2:])
            mask = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
            ImageDraw.Draw(mask).text(
                (-left, -top), letters, 255, font, anchor="ls", stroke_width=bold
            )
            _blend(page, np.asarray(mask), baseline + top, round(x) + left, text.colour)
        for stroke in run.drawn.strokes if run.drawn else ():
            points = [(x + size * along, baseline - size * up) for along, up in stroke]
            _draw_line(page, points, text.colour, size * STROKE_WIDTH + 2 * bold)
        x += size * run.advance


def _draw_shape(page: Pixels, shape: Path | Disc, scale: float) -> None:
    if isinstance(shape, Disc):
        x, y, radius = (number * scale for number in (shape.x, shape.y, shape.radius))
        corners = [(x - radius, y - radius), (x + radius, y + radius)]
        _draw_mask(page, corners, 0, shape.fill, lambda draw, at: draw.ellipse(at(corners), 255))
        return
    points = [(x * scale, y * scale) for x, y in shape.points]
    if shape.closed and not shape.dash and _is_rectangle(points):
        _draw_rectangle(page, shape, points[0], points[2], scale)
        return
    if shape.fill is not None:
        _draw_mask(page, points, 0, shape.fill, lambda draw, at: draw.polygon(at(points), 255))
    if shape.stroke is None:
        return
    if shape.closed:
        points = [*points, *points[:2]]  # the first line again, so that its corner is joined
    for part in split_dashes(points, shape.dash * scale) if shape.dash else [points]:
        _draw_line(page, part, shape.stroke, shape.width * scale)


def _is_rectangle(points: Sequence[Point]) -> bool:
    """Return whether points are the corners of a rectangle with upright sides, in order."""
    if len(points) != 4:
        return False
    (left, top), (x, y), (right, bottom), last = points
    return (x, y) == (right, top) and last == (left, bottom)


def _draw_rectangle(page: Pixels, shape: Path, start: Point, stop: Point, scale: float) -> None:
    """Draw a rectangle; each pixel gets the exact share of the colour that covers it."""
    left, top, right, bottom = start[0], start[1], stop[0], stop[1]
    half = shape.width * scale / 2 if shape.stroke is not None else 0.0
    first, last = math.floor(left - half), math.ceil(right + half)
    upper, lower = math.floor(top - half), math.ceil(bottom + half)

    def cover(margin: float) -> NDArray[np.float64]:
        down, across = np.arange(upper, lower), np.arange(first, last)
        rows = np.minimum(down + 1, bottom + margin) - np.maximum(down, top - margin)
        columns = np.minimum(across + 1, right + margin) - np.maximum(across, left - margin)
        return np.outer(np.clip(rows, 0, 1), np.clip(columns, 0, 1))

    masks = [(shape.fill, cover(0.0)), (shape.stroke, cover(half) - cover(-half))]
    for colour, mask in masks:
        if colour is not None:
            _blend(page, np.rint(255 * mask).astype(np.uint8), upper, first, colour)


def split_dashes(points: Sequence[Point], dash: float) -> list[list[Point]]:
    """Return the dashes of a line through points."""
    x, y = np.array(points, float).T
    along = np.concatenate([[0], np.hypot(np.diff(x), np.diff(y)).cumsum()])
    dashes = []
    for start in np.arange(0, along[-1], 2 * dash):
        end = min(start + dash, along[-1])
        inner = along[(along > start) & (along < end)]
        places = np.concatenate([[start], inner, [end]])
        dashes.append(
            list(
                zip(
                    np.interp(places, along, x).tolist(),
                    np.interp(places, along, y).tolist(),
                    strict=True,
                )
            )
        )
    return dashes


def _draw_line(page: Pixels, points: Sequence[Point], colour: Colour, width: float) -> None:
    thickness = max(1, round(width * _SUPERSAMPLING))
    _draw_mask(
        page,
        points,
        width,
        colour,
        lambda draw, at: draw.line(at(points), 255, thickness, joint="curve"),
    )


def _draw_mask(page, points, margin, colour, draw_shape) -> None:  # type: ignore[no-untyped-def]
    """Draw a shape at a larger size, reduce it, and blend the page with its colour.

    Parameters
    ----------
    page : (H, W, C) uint8 array
    points : sequence of Point
        Their bounding box, and a margin around it, holds the shape.
    margin : float
    colour : Colour
    draw_shape : callable
        Draws the shape with an ImageDraw; gets a function that converts points.
    """
    xs, ys = zip(*points, strict=True)
    left, top = math.floor(min(xs) - margin) - 1, math.floor(min(ys) - margin) - 1
    width = math.ceil(max(xs) + margin) + 1 - left
    height = math.ceil(max(ys) + margin) + 1 - top
    mask = Image.new("L", (width * _SUPERSAMPLING, height * _SUPERSAMPLING))

    def convert(places: Sequence[Point]) -> list[Point]:
        return [((x - left) * _SUPERSAMPLING, (y - top) * _SUPERSAMPLING) for x, y in places]

    draw_shape(ImageDraw.Draw(mask), convert)
    _blend(page, np.asarray(mask.reduce(_SUPERSAMPLING)), top, left, colour)


def _blend(page: Pixels, mask: Pixels, top: int, left: int, colour: Colour) -> None:
    """Blend a part of the page with a colour, which has the share mask / 255."""
    height, width = page.shape[:2]
    bottom, right = min(top + mask.shape[0], height), min(left + mask.shape[1], width)
    first, start = max(-top, 0), max(-left, 0)
    if bottom <= top + first or right <= left + start:
        return
    part = page[top + first : bottom, left + start : right]
    share = mask[first : bottom - top, start : right - left, np.newaxis] / np.float32(255)
    if page.shape[2] == 4:
        alpha = part[..., 3:] / np.float32(255)
        total = share + alpha * (1 - share)
        weight = np.divide(share, total, out=np.zeros_like(total), where=total > 0)
        part[..., 3:] = np.rint(255 * total)
        share = weight
    colours = part[..., :3]
    colours[...] = np.rint(colours + (np.array(colour, np.float32) - colours) * share)
