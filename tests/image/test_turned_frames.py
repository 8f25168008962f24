"""Animations with an EXIF orientation: every frame is turned, and none says so again."""

import io
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from imgfilt.image import Image, Metadata, read, read_frames, write_frames

from ..cli_support import invoke

CASE = Path(__file__).parent.parent / "cases" / "turned" / "anim6.webp"


def exif(value, kind=3):
    """Return EXIF that says an orientation by a SHORT or LONG, or what else the kind means."""
    held = struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<L", value)
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHL", 0x112, kind, 1) + held + bytes(4)


# By the specification of EXIF: where the first row and the first column are seen.
TURNED = {
    1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1],
    5: lambda p: p.swapaxes(0, 1), 6: lambda p: p.swapaxes(0, 1)[:, ::-1],
    7: lambda p: p.swapaxes(0, 1)[::-1, ::-1], 8: lambda p: p.swapaxes(0, 1)[::-1],
}  # fmt: skip


def frames(content):
    return [PIL.Image.fromarray(levels) for levels in content]


LEVELS = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3)).astype(np.uint8)


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_every_frame_is_turned(format, orientation):
    first, *rest = frames(LEVELS)
    stream = io.BytesIO()
    given = {"lossless": True} if format == "WEBP" else {}
    block = exif(orientation)
    first.save(stream, format, save_all=True, append_images=rest, exif=block, **given)
    stream.seek(0)
    found = list(read_frames(stream))
    for image, levels in zip(found, LEVELS, strict=True):
        np.testing.assert_array_equal(image.pixels, TURNED[orientation](levels))
        assert image.metadata.exif == exif(1)


@pytest.mark.parametrize("target", ["webp", "png", "avif", "gif", "tif"])
def test_the_case_is_turned_for_every_target(target, tmp_path):
    with PIL.Image.open(CASE) as file:
        count, first = file.n_frames, np.asarray(file.convert("RGB"), int)
    path = tmp_path / f"a.{target}"
    result = invoke("convolve", CASE, "-k", "identity", "-o", path)
    assert result.exit_code == 0
    found = list(read_frames(path))
    assert len(found) == count
    expected = TURNED[6](first)
    assert np.abs(found[0].pixels[:, :, :3].astype(int) - expected).mean() < 12
    with PIL.Image.open(path) as file:
        assert file.size == expected.shape[1::-1]
        assert file.getexif().get(0x112, 1) == 1


def test_frames_in_memory_that_are_still_to_be_turned_are_written_turned():
    images = [Image(p, metadata=Metadata(exif=exif(6), duration=40), frames=3) for p in LEVELS]
    write_frames(stream := io.BytesIO(), images, format="avif")
    with PIL.Image.open(stream) as file:
        assert (file.size, file.n_frames) == ((5, 7), 3)
        assert file.getexif().get(0x112, 1) == 1


@pytest.mark.slow
@pytest.mark.parametrize("block", [exif(6, kind=4), exif(6, kind=1), exif(0), exif(9), b"junk"])
def test_what_would_crash_the_encoder_of_avif_is_not_given_to_it(block):
    """In a process of its own, as it is no error but a segmentation fault."""
    code = (
        "import io, numpy as np\n"
        "from imgfilt.errors import ImageError\n"
        "from imgfilt.image import Image, Metadata, write_frames\n"
        f"metadata = Metadata(exif={block!r}, duration=40)\n"
        "images = [Image(np.full((4, 6, 3), n, np.uint8), False, metadata, 2) for n in range(2)]\n"
        "try:\n    write_frames(io.BytesIO(), images, format='avif')\n"
        "except ImageError as error:\n    print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == ""


@pytest.mark.parametrize("orientation", TURNED)
def test_an_avif_is_turned_as_its_boxes_say(orientation):
    """Pillow writes the orientation as irot and imir, as the format has it."""
    levels = np.zeros((16, 24, 3), np.uint8)
    levels[:8, :12], levels[:8, 12:], levels[8:, :12] = (250, 0, 0), (0, 250, 0), (0, 0, 250)
    stream = io.BytesIO()
    PIL.Image.fromarray(levels).save(
        stream, "AVIF", exif=exif(orientation), quality=100, subsampling="4:4:4"
    )
    content = stream.getvalue()
    assert (b"irot" in content or b"imir" in content) == (orientation != 1)
    found = read(io.BytesIO(content)).pixels
    expected = TURNED[orientation](levels)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).max() <= 12


def test_malformed_exif_is_left_out_of_an_avif():
    image = Image(LEVELS[0], metadata=Metadata(exif=b"x"))
    assert write_frames(io.BytesIO(), [image], format="avif") == ("EXIF",)
