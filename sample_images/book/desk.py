"""What lies on the table besides the page: boards, the book's cover, coffee, a pencil, a ruler."""

import numpy as np
from PIL import Image

from .pen import (
    CORAL,
    CREAM,
    INK,
    MUSTARD,
    NAVY,
    TEAL,
    Pen,
    blend,
    noise,
    opaque,
    places,
    plain,
)
from .stage import SCALE, brighten


def wood(rng: np.random.Generator, width: int, height: int, planks: int) -> Image.Image:
    """Saw boards with rings, fibres and pores, one below the other."""
    boards = []
    shape = (height * SCALE // planks, width * SCALE)
    y = np.linspace(0, 1, shape[0])[:, None]
    edge = np.minimum(y, 1 - y) * height / planks
    seam = 1 - 0.7 * np.exp(-((edge / 1.1) ** 2)) - 0.08 * np.exp(-edge / 6)
    for _ in range(planks):
        bend = noise(rng, shape, 1, 4) + 0.16 * noise(rng, shape, 5, 16)
        rings = ((y + rng.uniform(0, 4)) * rng.uniform(7, 12) + 1.3 * bend) % 1
        late = rings**2 * np.clip((1 - rings) * 6, 0, 1)
        fibres = noise(rng, shape, shape[0] // 5, 20) + noise(rng, shape, shape[0] // 7, 60)
        pores = np.clip(noise(rng, shape, shape[0] // 4, 110) * 2.6 - 1.35, 0, 1)
        level = rng.uniform(0.2, 0.4) + 0.3 * late + 0.11 * fibres + 0.3 * pores
        boards.append(blend((206, 160, 112), (120, 78, 46), level) * seam[..., None])
    return opaque(np.concatenate(boards))


def cover(rng: np.random.Generator) -> Image.Image:
    """Print the front of the book, 400 x 570: a zone plate and a window sliding over it."""
    x, y = places(400, 570)
    radius = np.hypot(x - 219, y - 214) / 148
    # Thirteen rings; cos has its zeros at their edges, its slope there makes them a texel soft.
    stroke = np.clip(0.5 + np.cos(26 * np.pi * radius**2) * 148 / (52 * np.pi * radius), 0, 1)
    stroke *= np.clip((1 - radius) * 148, 0, 1)
    colours = blend(NAVY, blend(MUSTARD, CORAL, radius**1.4), stroke)
    colours[x < 40] = 0.94 * np.array(CORAL)
    pen = Pen(opaque(colours + 3 * noise(rng, x.shape, 380, 260)[..., None]))
    pen.fill(248, 246, 128, 128, NAVY)
    for row, column in np.ndindex(3, 3):
        weight = (1, 2, 1)[row] * (1, 2, 1)[column]
        left, top = 250 + 42 * column, 248 + 42 * row
        pen.fill(left, top, 40, 40, {1: CREAM, 2: MUSTARD, 4: CORAL}[weight])
        pen.text(left + 20, top + 20, str(weight), 20, NAVY, "mm", bold=0.3)
    pen.text(63, 460, "Convolution", 58, CREAM, bold=0.7)
    pen.text(66, 487, "A field guide to filtering pictures", 17.4, MUSTARD)
    pen.fill(66, 520, 308, 0.67, CREAM)
    pen.text(66, 540, "Kernels, borders, edges, noise", 10.5, CREAM)
    pen.text(374, 540, "imgfilt", 10.5, CREAM, "rs")
    groove = 0.5 * np.exp(-(((x - 41) / 4) ** 2)) - 0.2 * np.exp(-(((x - 50) / 4) ** 2))
    sheen = 0.98 + 0.2 * np.exp(-(((x - 0.7 * y + 30) / 150) ** 2))
    rim = 0.35 * (np.minimum(400 - x, y) < 1) - 0.4 * np.exp(-x / 5)
    return brighten(pen.face, (sheen * (1 - groove) + rim)[..., None])


def leaves(rng: np.random.Generator, length: int, thickness: int) -> Image.Image:
    """Cut the edges of a book's pages, dark close under the board."""
    x, y = places(length, thickness)
    sheets = noise(rng, x.shape, thickness, 3)
    level = (240 + 26 * sheets) * (1 - 0.4 * np.exp(-y / 4))
    return opaque(level[..., None] * np.array([1, 0.96, 0.88]))


def coffee(rng: np.random.Generator, radius: float) -> Image.Image:
    """Pour a disc of coffee, transparent around, half of it in the shadow of the rim."""
    x, y = places(2 * radius, 2 * radius)
    x, y = x / radius - 1, y / radius - 1
    out = np.hypot(x, y) + 0.02 * noise(rng, x.shape, 7, 7)
    crema = np.exp(-(((1 - out) / 0.07) ** 2)) + 0.10 * noise(rng, x.shape, 9, 9)
    colours = blend((62, 32, 18), (214, 146, 84), 0.12 + 0.85 * crema)
    shadow = np.clip((np.hypot(x + 0.42, y - 0.40) - 0.93) * 9, 0, 1)
    face = opaque(colours * (1 - 0.55 * shadow)[..., None])
    inside = np.clip((1 - np.hypot(x, y)) * radius * SCALE, 0, 1)
    face.putalpha(Image.fromarray((255 * inside).round().astype(np.uint8)))
    return face


def pencil() -> Image.Image:
    """Sharpen a pencil, 400 x 15, three of its six sides in view, its point at the right."""
    pen = Pen(plain(400, 15, (0, 0, 0, 0)))
    for top, bottom, light in ((0, 4, 1.22), (4, 11, 1.0), (11, 15, 0.66)):
        paint, gold, rubber, cedar, lead = (
            tuple(min(255, round(level * light)) for level in colour)
            for colour in (TEAL, (214, 170, 84), (226, 120, 112), (224, 178, 128), (62, 60, 66))
        )
        pen.fill(0, top, 16, bottom - top, rubber)
        pen.fill(16, top, 22, bottom - top, gold)
        pen.fill(38, top, 300, bottom - top, paint)
        near, far = 7.5 + (top - 7.5) * 0.28, 7.5 + (bottom - 7.5) * 0.28
        pen.polygon([(338, top), (338, bottom), (385, far), (385, near)], cedar)
        pen.polygon([(385, near), (385, far), (400, 7.5)], lead)
        pen.polygon([(337, top), (337, bottom), (346, (top + bottom) / 2)], paint)
    for band in (19, 23, 31, 35):
        pen.fill(band, 0, 1, 15, (150, 112, 46))
    pen.text(60, 7.7, "imgfilt  2B", 7, CREAM, "lm")
    return pen.face


def ruler(rng: np.random.Generator) -> Image.Image:
    """Engrave a steel ruler, 620 x 42: 25 cm of 24 units, 10 of them in half millimetres."""
    x, y = places(620, 42)
    steel = 190 + 26 * np.cos((x + 2 * y) / 95) + 7 * noise(rng, x.shape, 60, 4)
    steel += 40 * (y < 1) - 50 * (y > 41)
    pen = Pen(opaque(steel[..., None] * np.array([0.97, 0.99, 1.02])))
    for millimetre in range(251):
        left = 10 + 2.4 * millimetre
        long = 14 if millimetre % 10 == 0 else 10 if millimetre % 5 == 0 else 6.5
        pen.fill(left, 1, 0.67, long, INK)
        pen.fill(left, 41 - long / 2, 0.67, long / 2, INK)
        if millimetre < 100:
            pen.fill(left + 1.2, 38.5, 0.34, 2.5, INK)
        if millimetre % 10 == 0 and millimetre:
            pen.text(left, 24.5, str(millimetre // 10), 9, INK, "ms")
    return pen.face
