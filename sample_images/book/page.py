"""A printed sheet: small type, the lecture's example, and what a filter loses first."""

import numpy as np
from PIL import Image

from .pen import CORAL, INK, MUSTARD, NAVY, PAPER, TEAL, Pen, blend, font, places, plain
from .stage import SCALE

PICTURE = np.array(
    [
        [0, 1, 1, 1, 0, 0, 0],
        [0, 0, 1, 1, 1, 0, 0],
        [0, 0, 0, 1, 1, 1, 0],
        [0, 0, 0, 1, 1, 0, 0],
        [0, 0, 1, 1, 0, 0, 0],
        [0, 1, 1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0, 0],
    ]
)
KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])

_PROSE = """Slide a small window of weights across a picture. At every stop multiply each weight by
the pixel beneath it, add up the products, and write the sum where the middle of the window stands.
That is all there is. Equal weights make a blur; weights that fall away like a bell make a softer
one; weights that sum to nothing find the edges. Turn the window by half a circle first, and the sum
becomes a convolution: now the order no longer matters, and two windows fold into one before the
picture is touched. At the rim the window looks out past the picture. Something has to stand there:
zeros, the last pixel again, a mirror, or the far side come round. Each leaves its own mark, so name
it. A median keeps what a mean would smear: sort what lies in the window and take the middle. Grains
of salt and pepper are never in the middle, and vanish. Where an edge must stay while the noise
goes, let each neighbour speak only as loudly as it resembles the pixel that asks. And where the
same scrap of cloth or leaf comes back elsewhere, ask there too: many poor copies make a good one.
No filter gives back what it never saw. Each trades one thing for another, grain for edges, edges
for calm, and a table like the one below shows on what terms. Read the first row aloud: one, four,
three, four, one. Nine products each, and never a remainder."""


def page() -> Image.Image:
    """Print the sheet, 440 x 622."""
    pen = Pen(plain(440, 622, PAPER))
    pen.text(44, 60, "2", 32, CORAL, bold=0.5)
    pen.text(72, 60, "Two dimensions", 24, INK, bold=0.3)
    pen.fill(44, 72, 352, 0.67, INK)
    rest = _column(pen, 44, 94, 26, _PROSE.split())
    pen.paste(237, 84, _star(150))
    pen.text(312, 247, "Fig. 4  How far in can you count?", 8.2, INK, "ms")
    _column(pen, 228, 268, 12, rest)
    _example(pen, 44, 426)
    pen.paste(312, 426, _ball(84, 91))
    _screens(pen, 44, 534)
    _wedges(pen, 44, 572)
    pen.text(220, 604, "17", 8.2, INK, "ms")
    return pen.face


def _column(pen: Pen, x: float, y: float, lines: int, words: list[str]) -> list[str]:
    """Set justified lines, 168 wide; return the words left over."""
    type_ = font(9.2)
    for line in range(lines):
        taken: list[str] = []
        while words and type_.getlength(" ".join([*taken, words[0]])) <= 168 * SCALE:
            taken, words = [*taken, words[0]], words[1:]
        lengths = [type_.getlength(word) / SCALE for word in taken]
        gap = (168 - sum(lengths)) / max(1, len(taken) - 1) if words else 2.4
        left = x
        for word, length in zip(taken, lengths, strict=True):
            pen.text(left, y + 12.4 * line, word, 9.2, INK)
            left += length + gap
    return words


def _star(size: float) -> np.ndarray:
    """Draw a Siemens star of 40 spokes (H, W, 3)."""
    x, y = (place - size / 2 for place in places(size, size))
    radius = np.hypot(x, y)
    spokes = np.clip(0.5 + np.sin(40 * np.arctan2(y, x)) * radius * SCALE / 40, 0, 1)
    return blend(PAPER, INK, spokes * np.clip((size / 2 - radius) * SCALE, 0, 1))


def _ball(width: float, height: float) -> np.ndarray:
    """Shade a ball on a ground (H, W, 3): all smooth but for one edge."""
    x, y = places(width, height)
    x, y = (x - width / 2) / 28, (y - 42) / 28
    up = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    light = np.clip(0.5 * x - 0.5 * y + 0.707 * up, 0, 1)
    colours = blend(blend(NAVY, CORAL, 0.15 + light), (255, 255, 255), 0.8 * light**24)
    shadow = 0.75 * np.exp(-(((x + 0.45) / 0.9) ** 2) - ((y - 0.95) / 0.3) ** 2)
    ground = blend(blend(TEAL, PAPER, 0.25 + 0.2 * y), NAVY, shadow)
    inside = np.clip((1 - np.hypot(x, y)) * 28 * SCALE, 0, 1)[..., None]
    return ground + inside * (colours - ground)


def _example(pen: Pen, x: float, y: float) -> None:
    """Set the lecture's picture, kernel and result as tables."""
    windows = np.lib.stride_tricks.sliding_window_view(PICTURE, KERNEL.shape)
    result = (windows * KERNEL[::-1, ::-1]).sum(axis=(2, 3))
    for table, sign, colour in ((PICTURE, "*", TEAL), (KERNEL, "=", CORAL), (result, "", MUSTARD)):
        top = y + (7 - len(table)) * 6.5
        for (row, column), value in np.ndenumerate(table):
            left, above = x + 13 * column, top + 13 * row
            tint = blend((232, 229, 220), colour, value / table.max()).round().astype(int)
            pen.fill(left, above, 12.34, 12.34, tuple(tint.tolist()))
            pen.text(left + 6.2, above + 6.2, str(value), 8, INK, "mm")
        x += 13 * len(table)
        pen.text(x + 15, y + 45, sign, 18, INK, "mm")
        x += 30


def _screens(pen: Pen, x: float, y: float) -> None:
    """Draw line screens, lying and standing, from 4 to 12 texels a pair of lines."""
    texels = np.arange(28 * SCALE)
    for pitch in range(4, 14, 2):
        lines = np.where(texels % pitch < pitch // 2, 1.0, 0.0)
        for pattern in (lines[:, None] + 0 * texels, lines + 0 * texels[:, None]):
            pen.paste(x, y, blend(PAPER, INK, pattern))
            x += 36


def _wedges(pen: Pen, x: float, y: float) -> None:
    """Draw eleven greys, and the six hues at the corners of the colour cube."""
    for step in range(11):
        pen.fill(x + step * 15.3, y, 15.34, 12, (round(25.5 * step),) * 3)
    for step, corner in enumerate((4, 6, 2, 3, 1, 5)):
        colour = tuple(225 if corner & bit else 20 for bit in (4, 2, 1))
        pen.fill(x + 184 + step * 28, y, 28, 12, colour)
