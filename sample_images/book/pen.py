"""Flat pictures to lay on the table: a pen, a palette, noise; sizes in units, SCALE texels each."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .stage import SCALE

NAVY, CREAM, CORAL = (18, 50, 84), (250, 238, 214), (238, 84, 58)
MUSTARD, TEAL, INK, PAPER = (248, 184, 58), (20, 138, 126), (40, 38, 46), (247, 244, 235)


class Pen:
    """Draws on a face, an RGBA picture, at (x, y) from its upper left."""

    def __init__(self, face: Image.Image) -> None:
        self.face = face
        self._draw = ImageDraw.Draw(face)

    def fill(self, x: float, y: float, width: float, height: float, colour: tuple) -> None:
        """Fill a rectangle; its width and height are the same texels wherever it stands."""
        left, top = round(x * SCALE), round(y * SCALE)
        right, bottom = left + round(width * SCALE), top + round(height * SCALE)
        self._draw.rectangle((left, top, right - 1, bottom - 1), colour)

    def polygon(self, points: list[tuple], colour: tuple) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], colour)

    def disc(self, x: float, y: float, radius: float, colour: tuple) -> None:
        """Fill a disc around a point."""
        self._draw.circle((x * SCALE, y * SCALE), radius * SCALE, colour)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: tuple,
        anchor: str = "ls",
        bold: float = 0,
    ) -> None:
        """Write words; the anchor is Pillow's, left baseline unless given."""
        at = (x * SCALE, y * SCALE)
        self._draw.text(at, words, colour, font(size), anchor, stroke_width=bold * SCALE)

    def paste(self, x: float, y: float, colours: np.ndarray) -> None:
        """Put a picture (H, W, 3) there, texel by texel."""
        self.face.paste(opaque(colours), (round(x * SCALE), round(y * SCALE)))


def font(size: float) -> ImageFont.FreeTypeFont:
    """Return Pillow's own font, for a size in units."""
    return ImageFont.load_default(size * SCALE)


def plain(width: float, height: float, colour: tuple) -> Image.Image:
    """Make a face of one colour, RGB or RGBA."""
    return Image.new("RGBA", (round(width * SCALE), round(height * SCALE)), colour)


def opaque(colours: np.ndarray) -> Image.Image:
    """Make a face of colours (H, W, 3) in 0..255."""
    levels = np.clip(colours, 0, 255).round().astype(np.uint8)
    return Image.fromarray(levels).convert("RGBA")


def places(width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y, each (H, W), of the texels of a face."""
    y, x = np.mgrid[0 : round(height * SCALE), 0 : round(width * SCALE)]
    return (x + 0.5) / SCALE, (y + 0.5) / SCALE


def noise(rng: np.random.Generator, shape: tuple[int, ...], down: int, across: int) -> np.ndarray:
    """Make smooth levels of a shape (H, W), about -1..1, with so many cells down and across."""
    cells = Image.fromarray(rng.uniform(-1, 1, (down + 2, across + 2)).astype(np.float32))
    return np.asarray(cells.resize(shape[::-1], Image.Resampling.BICUBIC))


def blend(first: tuple, second: tuple | np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Mix colours (..., 3) from the first to the second, by an amount (...) in 0..1."""
    return np.asarray(first) + np.clip(amount, 0, 1)[..., None] * np.subtract(second, first)
