"""Makes the figures that README shows, by the commands in README that make them."""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageFilter

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
# By name: the output of the command that makes it, and the width in pixels.
FIGURES = {
    "figure": ("gaussian.png", 1280),
    "denoised": ("denoised.png", 1280),
    "kernel": ("log-plot.png", 1400),
}


def find_command(output: str) -> list[str]:
    """Return the words of the command in README that makes an output."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (words,) = re.findall(rf"imgfilt (\w+ .* -o {re.escape(output)})$", text, re.MULTILINE)
    return shlex.split(words)


def run(*words: str) -> None:
    """Run imgfilt in the folder above this one."""
    subprocess.run([sys.executable, "-m", "imgfilt", *words], cwd=ROOT, check=True)


def fringe(folder: Path) -> Image.Image:
    """Blur the badge with imgfilt, left, and with Pillow, right, on white."""
    badge = FOLDER / "badge.png"
    run("gaussian", str(badge), "--sigma", "4", "-o", str(folder / "clean.png"))
    with Image.open(folder / "clean.png") as ours, Image.open(badge) as picture:
        pair = [ours.copy(), picture.filter(ImageFilter.GaussianBlur(4))]
    width, height = pair[0].size
    ground = Image.new("RGB", (2 * width, height), "white")
    for number, part in enumerate(pair):
        ground.paste(part, (number * width, 0), part)
    return ground


def main() -> None:
    """Write every figure beside this file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for figure, (output, width) in FIGURES.items():
            *words, _ = find_command(output)
            run(*words, str(folder / output))
            with Image.open(folder / output) as made:
                height = round(made.height * width / made.width)
                small = made.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
            small.save(FOLDER / f"{figure}.jpg", quality=85, optimize=True)
        fringe(folder).save(FOLDER / "fringe.png", optimize=True)


if __name__ == "__main__":
    main()
