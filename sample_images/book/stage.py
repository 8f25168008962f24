"""A table top photographed from above: faces laid where the camera sees them, shadows first.

In table coordinates x runs right, y toward the camera, z up; a unit is about a finished pixel.
"""

from itertools import pairwise

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900
SCALE = 3  # everything, faces included, is drawn so many times larger than it ends up

_MIDDLE = np.array([WIDTH / 2, HEIGHT / 2])
_TILT = np.radians(21)
_DISTANCE = 2400
_LEAN = np.array([0.62, -0.60])  # the window is to the upper right: x and y for each z
_LIGHT = np.array([*_LEAN, 1]) / np.linalg.norm([*_LEAN, 1])
_HALFWAY = _LIGHT + np.array([0, np.sin(_TILT), np.cos(_TILT)])
_HALFWAY /= np.linalg.norm(_HALFWAY)


def _lamp() -> np.ndarray:
    """Leans (N, 2) of points spread over the window and, half as bright, over the room."""
    count = np.arange(128)
    turn, radius = count * np.pi * (3 - np.sqrt(5)), np.sqrt((count + 0.5) / 128)
    disc = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    return np.concatenate([_LEAN + 0.16 * disc, 0.5 * _LEAN + 1.1 * disc[::2]])


_LAMP = _lamp()


def rectangle(centre: tuple, width: float, height: float, degrees: float) -> np.ndarray:
    """Return the corners (4, 2) of a turned rectangle: upper left, then clockwise."""
    turn = np.radians(degrees)
    along = np.array([np.cos(turn), np.sin(turn)]) * width / 2
    down = np.array([-np.sin(turn), np.cos(turn)]) * height / 2
    return np.array([-along - down, along - down, along + down, down - along]) + centre


def circle(centre: tuple, radius: float) -> np.ndarray:
    """Return points (240, 2) of a circle, clockwise as the camera sees it."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    return np.array(centre) + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def project(points: np.ndarray, height: float = 0) -> np.ndarray:
    """Return where points (N, 2) at a height appear, in finished pixels (N, 2)."""
    x, y = (points - _MIDDLE).T
    down = y * np.cos(_TILT) - height * np.sin(_TILT)
    nearer = y * np.sin(_TILT) + height * np.cos(_TILT)
    return _MIDDLE + np.stack([x, down], axis=1) * (_DISTANCE / (_DISTANCE - nearer))[:, None]


def _quads(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Join two outlines (N, 2) by quads (N, 4, 2): upper left, then clockwise from outside."""
    return np.stack([np.roll(high, -1, axis=0), high, low, np.roll(low, -1, axis=0)], axis=1)


def _seen(quad: np.ndarray) -> bool:
    """Whether a projected quad turns its front to the camera, that is, runs clockwise."""
    (x1, y1), (x2, y2) = quad[2] - quad[0], quad[3] - quad[1]
    return bool(x1 * y2 > y1 * x2)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _lit(normals: np.ndarray) -> np.ndarray:
    """Brightness (N,) of matt surfaces with these unit normals (N, 3); the table's own is 1."""
    return 0.4 + 0.6 * (1 + normals @ _LIGHT) / (1 + _LIGHT[2])


class Stage:
    """The picture as it grows from the table upward."""

    def __init__(self) -> None:
        self._canvas = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))

    def lay(self, face: Image.Image, corners: np.ndarray, height: float = 0) -> None:
        """Draw an RGBA face over four corners (4, 2): upper left, then clockwise."""
        self._warp(face, project(corners, height))

    def shade(self, outline: np.ndarray, bottom: float, top: float) -> None:
        """Darken the table by the shadow of a convex prism."""
        dark = np.zeros((HEIGHT, WIDTH), np.float32)
        for lean in _LAMP:
            nudge = lean * 97 % 1 - 0.5  # within the pixel: smooths the steps of 1-bit masks
            low = project(outline - lean * bottom) + nudge
            high = project(outline - lean * top) + nudge
            mask = Image.new("1", (WIDTH, HEIGHT))
            pen = ImageDraw.Draw(mask)
            for polygon in (low, high, *_quads(low, high)):
                pen.polygon(polygon.ravel().tolist(), fill=1)
            dark += np.asarray(mask)
        # The room's light that still arrives is bluer than the window's.
        light = 255 * (1 - dark[..., None] / len(_LAMP) * np.array([0.83, 0.81, 0.77]))
        soft = Image.fromarray(light.round().astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2))
        soft = soft.resize(self._canvas.size, Image.Resampling.BICUBIC)
        self._canvas = ImageChops.multiply(self._canvas, soft)

    def box(
        self,
        outline: np.ndarray,
        bottom: float,
        top: float,
        lid: Image.Image,
        wall: Image.Image,
    ) -> None:
        """Draw a box: the walls that are seen, each as bright as it is lit, and the lid."""
        low, high = project(outline, bottom), project(outline, top)
        edges = np.roll(outline, -1, axis=0) - outline
        normals = _unit(np.stack([edges[:, 1], -edges[:, 0], np.zeros(len(edges))], axis=1))
        for quad, light in zip(_quads(low, high), _lit(normals), strict=True):
            if _seen(quad):
                self._warp(brighten(wall, light), quad)
        self.lay(lid, outline, top)

    def turn(self, centre: tuple, profile: list[tuple], colour: tuple) -> None:
        """Draw a glazed solid of revolution; its profile of (radius, height) runs up, then in."""
        pen = ImageDraw.Draw(self._canvas)
        # From the inside out: the near side of the outside hides what is within.
        for (radius, bottom), (next_radius, top) in reversed(list(pairwise(profile))):
            low, high = circle(centre, radius), circle(centre, next_radius)
            out = (circle((0, 0), 1) + np.roll(circle((0, 0), 1), -1, axis=0)) / 2
            slope = np.full((len(out), 1), radius - next_radius)
            normals = _unit(np.concatenate([out * (top - bottom), slope], axis=1))
            gloss = 150 * np.clip(normals @ _HALFWAY, 0, 1) ** 40
            colours = _lit(normals)[:, None] * np.array(colour) + gloss[:, None]
            quads = _quads(project(low, bottom), project(high, top))
            for quad, fill in zip(quads, colours.clip(0, 255).round().astype(int), strict=True):
                if _seen(quad):
                    fill = tuple(fill.tolist())
                    pen.polygon((quad * SCALE).ravel().tolist(), fill=fill)

    def photograph(self) -> Image.Image:
        """Return the finished picture, 8-bit RGB, brighter toward the window."""
        picture = self._canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
        far = np.hypot((x - 760) / 900, (y - 330) / 760)
        light = 1.07 - 0.34 * far**2 / (1 + 0.35 * far**2)
        return brighten(picture, light[..., None])

    def _warp(self, face: Image.Image, quad: np.ndarray) -> None:
        """Draw a face over a projected quad by the perspective that takes corner to corner."""
        quad = quad * SCALE
        start = np.floor(quad.min(axis=0)).astype(int) - 2
        size = np.ceil(quad.max(axis=0)).astype(int) + 2 - start
        width, height = face.size
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
        rows = []
        for (x, y), (u, v) in zip(quad - start, corners, strict=True):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        layer = face.transform(
            tuple(size.tolist()),
            Image.Transform.PERSPECTIVE,
            np.linalg.solve(np.array(rows), corners.ravel()).tolist(),
            Image.Resampling.BICUBIC,
        )
        self._canvas.paste(layer, tuple(start.tolist()), layer)


def brighten(picture: Image.Image, light: float | np.ndarray) -> Image.Image:
    """Multiply the colours of an RGB or RGBA picture; its alpha stays."""
    pixels = np.array(picture)
    bright = pixels[..., :3] * light
    pixels[..., :3] = np.clip(bright, 0, 255).round().astype(np.uint8)
    return Image.fromarray(pixels)
