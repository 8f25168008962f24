"""A surface over a plane, seen from above and the front."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...geometry import Rect
from ..colours import map_to_colours
from ..scene import Colour
from .canvas import GREY, LIGHT_GREY, Canvas
from .graph import HEAD, TEXT_SIZE, choose_ticks, format_number, ticks_inside

# The plane is turned by 30 degrees against the clock, and seen from 30 degrees above.
_TURN, _TILT = math.radians(30), math.radians(30)
_HEIGHT = 1.6  # of the box around the surface; half the plane's longer side is 1
_LIGHT = np.array([-0.45, 0.15, 0.88])  # towards the light: from the left, the front and above
_SHADOW = 0.62  # the brightness of a face that the light doesn't reach

Place = tuple[float, float]
Numbers = TypeVar("Numbers", float, NDArray[np.float64])


@dataclass(frozen=True)
class Surface:
    """Heights over a plane.

    Attributes
    ----------
    title : str
    x, y : (n,), (m,) arrays
        Places across and down, increasing.
    z : (m, n) array
        Heights.
    """

    title: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    z: NDArray[np.float64]

    @property
    def z_ticks(self) -> list[float]:
        """The numbers at the upright axis."""
        return choose_ticks(min(0.0, float(self.z.min())), max(0.0, float(self.z.max())))

    def measure_margin(self, canvas: Canvas) -> float:
        """Return the room that the text to the left of the surface needs: it lies inside."""
        return 0.0

    def draw(self, canvas: Canvas, box: Rect, margin: float) -> None:
        """Draw the surface, its axes and its text.

        Parameters
        ----------
        canvas : Canvas
        box : Rect
            The rectangle for all of it, text included.
        margin : float
            From the left of the box to the title, in pixels.
        """
        left = box.left + round(margin)
        canvas.draw_text(self.title, TEXT_SIZE, box.top + TEXT_SIZE, left, anchor=0)
        view = _View(
            self, _find_inner(canvas, self, Rect(box.top + HEAD, left, box.bottom, box.right))
        )
        _draw_axes(canvas, self, view)
        most = float(np.abs(self.z).max()) or 1.0
        for corners, height, brightness in view.faces(self):
            colour = map_to_colours(np.array([[height]]), most)[0, 0] * brightness
            canvas.draw_area(corners, _to_colour(colour), _to_colour(colour * 0.75), 0.8)


def _to_colour(levels: NDArray[np.float64]) -> Colour:
    red, green, blue = (round(level) for level in levels.tolist())
    return red, green, blue


def _find_inner(canvas: Canvas, surface: Surface, box: Rect) -> Rect:
    """Return the part of a box without the room for the numbers at the axes."""
    labels = map(format_number, surface.z_ticks)
    numbers = round(max(canvas.text_width(label, TEXT_SIZE) for label in labels))
    left, right = box.left + numbers + TEXT_SIZE, box.right - 3 * TEXT_SIZE
    return Rect(box.top, left, box.bottom - 3 * TEXT_SIZE, right)


class _View:
    """Places of the canvas for places in space.

    Parameters
    ----------
    surface : Surface
    area : Rect
        For the surface and the box around it, without text.
    """

    def __init__(self, surface: Surface, area: Rect):
        self.z_ticks = surface.z_ticks
        self.x_ends = float(surface.x[0]), float(surface.x[-1])
        self.y_ends = float(surface.y[0]), float(surface.y[-1])
        self._half = max(np.ptp(surface.x), np.ptp(surface.y)) / 2
        self._scale, self._row, self._column = 1.0, 0.0, 0.0
        ends = self.x_ends, self.y_ends, (self.z_ticks[0], self.z_ticks[-1])
        corners = [self.place(*corner) for corner in product(*ends)]
        height, width = np.ptp(np.array(corners), 0).tolist()
        top, left = np.min(np.array(corners), 0).tolist()
        self._scale = min(area.height / height, area.width / width)
        self._row = area.top - self._scale * top
        self._column = area.left + (area.width - self._scale * width) / 2 - self._scale * left

    def to_space(self, x: Numbers, y: Numbers, z: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return a place around the middle of the plane; the third number is up."""
        floor, top = self.z_ticks[0], self.z_ticks[-1]
        middle = sum(self.x_ends) / 2, sum(self.y_ends) / 2
        up = (z - floor) / (top - floor) * _HEIGHT
        return (x - middle[0]) / self._half, (y - middle[1]) / self._half, up

    def place(self, x: Numbers, y: Numbers, z: Numbers) -> tuple[Numbers, Numbers]:
        """Return the row and the column of a place in space, without perspective."""
        u, v, up = self.to_space(x, y, z)
        across = u * math.cos(_TURN) - v * math.sin(_TURN)
        nearness = u * math.sin(_TURN) + v * math.cos(_TURN)
        down = nearness * math.sin(_TILT) - up * math.cos(_TILT)
        return self._row + self._scale * down, self._column + self._scale * across

    def faces(self, surface: Surface) -> Iterator[tuple[list[Place], float, float]]:
        """Give corners, mean height and brightness of each face, the farthest first."""
        x, y = np.meshgrid(surface.x, surface.y)
        space = np.stack(self.to_space(x, y, surface.z), -1)
        places = np.stack(self.place(x, y, surface.z), -1)
        across, down = space[1:, 1:] - space[:-1, :-1], space[1:, :-1] - space[:-1, 1:]
        normals = np.cross(across, down)
        lengths = np.linalg.norm(normals, axis=-1) * np.linalg.norm(_LIGHT)
        brightness = _SHADOW + (1 - _SHADOW) * np.clip(normals @ _LIGHT / lengths, 0, 1)
        heights = surface.z
        means = (heights[1:, 1:] + heights[1:, :-1] + heights[:-1, 1:] + heights[:-1, :-1]) / 4
        nearness = (x * math.sin(_TURN) + y * math.cos(_TURN))[:-1, :-1]
        for at in np.argsort(nearness, axis=None, kind="stable").tolist():
            row, column = divmod(at, nearness.shape[1])
            ring = (row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)
            corners = [(float(places[at][0]), float(places[at][1])) for at in ring]
            yield corners, float(means[row, column]), float(brightness[row, column])


def _draw_axes(canvas: Canvas, surface: Surface, view: _View) -> None:
    """Draw the floor and the two walls behind the surface with lines at round numbers."""
    (left, right), (back, front) = view.x_ends, view.y_ends
    floor, top = view.z_ticks[0], view.z_ticks[-1]
    reach = max(right - left, front - back) / 2

    def join(colour: Colour, *places: tuple[float, float, float]) -> None:
        canvas.draw_line([view.place(*place) for place in places], colour, 1.2)

    for x in _choose_places(view, view.x_ends, (1, 0)):
        join(LIGHT_GREY, (x, front, floor), (x, back, floor), (x, back, top))
        row, column = view.place(x, front + 0.2 * reach, floor)
        canvas.draw_text(format_number(x), TEXT_SIZE, row + TEXT_SIZE / 3, column)
    for y in _choose_places(view, view.y_ends, (0, 1)):
        join(LIGHT_GREY, (right, y, floor), (left, y, floor), (left, y, top))
        row, column = view.place(right + 0.12 * reach, y, floor)
        canvas.draw_text(format_number(y), TEXT_SIZE, row + TEXT_SIZE / 3, column, anchor=0)
    for z in view.z_ticks:
        join(LIGHT_GREY, (left, front, z), (left, back, z), (right, back, z))
        row, column = view.place(left, front, z)
        canvas.draw_text(format_number(z), TEXT_SIZE, row, column - TEXT_SIZE / 2, anchor=1)
    join(
        GREY, (left, front, top), (left, front, floor), (right, front, floor), (right, back, floor)
    )
    middle = (left + right) / 2, (back + front) / 2
    row, column = view.place(middle[0], front, floor)
    canvas.draw_text("across", TEXT_SIZE, row + 3 * TEXT_SIZE, column - TEXT_SIZE, anchor=1)
    row, column = view.place(right, middle[1], floor)
    canvas.draw_text("down", TEXT_SIZE, row + 2 * TEXT_SIZE, column + 2 * TEXT_SIZE, anchor=0)


def _choose_places(view: _View, ends: Place, direction: tuple[int, int]) -> list[float]:
    """Return the whole numbers at an edge of the floor; only 0 if there is room for no more."""
    first, last = (view.place(end * direction[0], end * direction[1], 0.0) for end in ends)
    most = int(math.dist(first, last) / (2.5 * TEXT_SIZE))
    return ticks_inside(*ends, whole=True, most=min(most, 10)) if most >= 3 else [0.0]
