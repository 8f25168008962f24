"""Makes the pictures of this folder, the same bytes every time."""

from pathlib import Path

import numpy as np
from book.desk import coffee, cover, leaves, pencil, ruler, wood
from book.page import KERNEL, PICTURE, page
from book.pen import CORAL, CREAM, MUSTARD, NAVY, PAPER, TEAL, plain
from book.stage import Stage, circle, rectangle
from PIL import Image, ImageChops, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent


def book(rng: np.random.Generator) -> Image.Image:
    """Photograph a book on a desk: type, hairlines, hard edges, soft shadows, strong colours."""
    stage = Stage()
    stage.lay(wood(rng, 1480, 1180, 6), rectangle((600, 470), 1480, 1180, 0))

    sheet = rectangle((797, 437), 440, 622, 5)
    stage.shade(sheet, 0, 2)
    stage.lay(page(), sheet)

    board = rectangle((338, 440), 400, 570, -8)
    block = rectangle((336, 440), 388, 558, -8)
    stage.shade(board, 0, 56)
    stage.box(board, 0, 5, plain(1, 1, NAVY), plain(1, 1, NAVY))
    stage.box(block, 5, 51, plain(1, 1, PAPER), leaves(rng, 400, 46))
    stage.box(board, 51, 56, cover(rng), plain(1, 1, NAVY))

    steel = rectangle((772, 838), 620, 42, -2.5)
    stage.shade(steel, 0, 3)
    stage.box(steel, 0, 2, ruler(rng), plain(1, 1, (150, 152, 156)))

    stick = rectangle((1094, 550), 400, 15, 83)
    shaft = np.array([(0, 0), (0.85, 0), (1, 0.5), (0.85, 1), (0, 1)])
    stage.shade(stick[0] + shaft @ (stick[[1, 3]] - stick[0]), 0, 13)
    stage.lay(pencil(), stick, 8)

    cup = (1092, 100)
    stage.shade(circle(cup, 86), 0, 112)
    stage.lay(coffee(rng, 80), rectangle(cup, 160, 160, 0), 96)
    stage.turn(cup, [(82, 114), (79, 112), (78, 108), (80, 94)], CREAM)
    outside = [(62, 0), (74, 8), (82, 26), (86, 56), (87, 110), (86, 113), (84, 115), (82, 114)]
    stage.turn(cup, outside, TEAL)
    return stage.photograph()


def salt_and_pepper(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Make one pixel in forty white and as many black."""
    pixels = np.array(picture)
    chance = rng.random(pixels.shape[:2])
    pixels[chance < 0.025] = 0
    pixels[chance > 0.975] = 255
    return Image.fromarray(pixels)


def gaussian_noise(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Add independent noise to every channel, sigma 20."""
    pixels = np.asarray(picture) + rng.normal(0, 20, (*picture.size[::-1], 3))
    return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))


def steps() -> Image.Image:
    """Draw, in 16-bit grey, discs that rise by 1, 2, 4 .. 32768 levels, and four ramps."""
    y, x = np.mgrid[0:64, 0:128]
    disc = np.hypot(x - 63.5, y - 31.5) < 25
    tiles = [32767 - height // 2 + height * disc for height in 2 ** np.arange(16)]
    rows = [np.concatenate(tiles[start : start + 4], axis=1) for start in range(0, 16, 4)]
    ramp = np.linspace(0, 65535, 512).round()
    stairs = 4369 * (np.arange(512) // 32)
    slow = 32512 + np.arange(512)  # a level a pixel: two levels in all, were it cut to 8 bits
    bands = [np.tile(band, (32, 1)) for band in (ramp, ramp[::-1], stairs, slow)]
    return Image.fromarray(np.concatenate([*rows, *bands]).astype(np.uint16))


def badge() -> Image.Image:
    """Draw a seal with a star cut out and a soft shadow; what can't be seen is pure green."""
    large = Image.new("RGBA", (1024, 1024))
    pen = ImageDraw.Draw(large)

    def around(radius: float | np.ndarray, count: int) -> list[tuple]:
        turn = np.arange(count) * 2 * np.pi / count
        x, y = 512 + radius * np.sin(turn), 488 - radius * np.cos(turn)
        return list(zip(x.tolist(), y.tolist(), strict=True))

    pen.polygon(around(400 + 18 * np.cos(np.arange(720) * 2 * np.pi / 30), 720), CORAL)
    for radius, colour in ((348, CREAM), (336, NAVY), (226, MUSTARD)):
        pen.polygon(around(radius, 720), colour)
    for dot in around(281, 24):
        pen.circle(dot, 22, CREAM)
    pen.polygon(around(np.where(np.arange(10) % 2, 76, 186), 10), (0, 0, 0, 0))
    seal = large.reduce(4)

    shade = seal.getchannel("A").filter(ImageFilter.GaussianBlur(5)).point(lambda level: level // 2)
    shadow = Image.new("RGBA", seal.size, (12, 10, 30, 0))
    shadow.putalpha(ImageChops.offset(shade, 0, 9))
    pixels = np.array(Image.alpha_composite(shadow, seal))
    pixels[pixels[..., 3] == 0] = (0, 255, 0, 0)
    return Image.fromarray(pixels)


def table(cells: np.ndarray) -> str:
    """Write numbers or letters (H, W), a row a line."""
    return "".join(" ".join(map(str, row)) + "\n" for row in cells.tolist())


def main() -> None:
    """Write every file beside this one."""
    rng = np.random.default_rng(7)
    large = book(rng)
    small = large.reduce(2)
    pictures = {
        "book": large,
        "book-small": small,
        "book-salt": salt_and_pepper(small, rng),
        "book-noise": gaussian_noise(small, rng),
        "steps": steps(),
        "badge": badge(),
    }
    for name, picture in pictures.items():
        picture.save(FOLDER / f"{name}.png", optimize=True)
    title = "# The kernel M of the lecture's 2D example, for lecture-7x7.txt.\n"
    (FOLDER / "lecture-7x7.txt").write_text(table(PICTURE), encoding="utf-8", newline="\n")
    (FOLDER / "lecture-kernel.txt").write_text(
        title + table(KERNEL), encoding="utf-8", newline="\n"
    )
    letters = np.array(list("abcdefghijklmnopqrstuvwxy")).reshape(5, 5)
    (FOLDER / "lecture-letters.txt").write_text(table(letters), encoding="utf-8", newline="\n")
    dot = np.zeros((5, 5), int)
    dot[2, 2] = 10
    (FOLDER / "dot.pgm").write_text("P2\n5 5\n255\n" + table(dot), newline="\n")
    (FOLDER / "ninth.mat").write_text("3 3\n" + "1/9 1/9 1/9\n" * 3, newline="\n")


if __name__ == "__main__":
    main()
