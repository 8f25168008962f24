"""What a type checker says of a program that uses imgfilt."""

import subprocess
import sys

import pytest

RIGHT = """
import numpy as np
import imgfilt

pixels = np.zeros((5, 6, 3), np.uint8)
height: int = imgfilt.gaussian(pixels, sigma=2, border="wrap").shape[0]
picture: imgfilt.Image = imgfilt.apply(imgfilt.Median(3) | imgfilt.Blur(5), imgfilt.read("a.png"))
imgfilt.write("b.png", pixels)
kernel: imgfilt.Kernel = imgfilt.Kernel("sobel-x") @ imgfilt.Kernel("1 2; 3 4") * 2
imgfilt.compare(picture, {"Soft": imgfilt.Blur(3)}, values="abs").save("c.png")
status: str = imgfilt.filter_files(imgfilt.Blur(3), "photos", "out/")[0].status
"""

WRONG = [
    'imgfilt.gaussian(pixels, border="mirror")',
    "imgfilt.gaussian(pixels, radius=2)",
    'imgfilt.apply(imgfilt.Median(3), pixels, border="mirror")',
    'imgfilt.apply(imgfilt.Median(3), pixels, engine="cv2")',
    'imgfilt.apply(imgfilt.Median(3), pixels, values="absolute")',
    "imgfilt.apply(pixels, imgfilt.Median(3))",
    'imgfilt.edges(pixels, of="lumen")',
    'imgfilt.Edges(operator="canny")',
    'imgfilt.filter_files(imgfilt.Blur(3), "in", "out/", depth="32")',
]


@pytest.mark.slow
def test_mypy(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(RIGHT + "\n".join(WRONG))
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "script.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    lines = {int(line.split(":")[1]) for line in run.stdout.splitlines() if ": error: " in line}
    first = RIGHT.count("\n") + 1
    assert lines == set(range(first, first + len(WRONG))), run.stdout
