"""What a TIFF says of its inks and levels: kept while they are the same, else said to be lost."""

import io
import shutil
import subprocess

import numpy as np
import pytest
import tifffile

from imgfilt.image import Image, read, write

from ... import metadata_files as made
from ...cli_support import succeed

NAMES = b"cyan\0magenta\0yellow\0black\0"
INKS = {
    262: made.numbers(3, 5), 332: made.numbers(3, 1), 333: (2, len(NAMES), NAMES),
    334: made.numbers(3, 4), 336: made.numbers(3, 12, 240),
}  # fmt: skip
LEVELS = np.random.default_rng(1).integers(0, 256, (6, 8, 4), dtype=np.uint8)


def tiff(fields, levels=LEVELS):
    return made.tiff(INKS | fields, levels)


def again(content, format="tiff", **changes):
    """Return what a file says of levels when it has been written again, and what is lost."""
    image, target = read(io.BytesIO(content)), io.BytesIO()
    pixels = changes.get("pixels", image.pixels)
    image = Image(pixels, image.alpha, image.metadata, extra=changes.get("extra", image.extra))
    lost = write(target, image, format=format)
    if format != "tiff":
        return {}, lost
    target.seek(0)
    with tifffile.TiffFile(target) as file:
        held = {tag.code: tag.value for tag in file.pages[0].tags}
    held = {code: tuple(v) if isinstance(v, bytes) else v for code, v in held.items()}
    return {code: held[code] for code in SAID if code in held}, lost


SAID = 280, 281, 290, 291, 321, *range(332, 337)
KEPT = {333: NAMES.decode().rstrip("\0"), 336: (12, 240)}


@pytest.mark.parametrize("kind", [1, 3])
def test_ink_tags_stay_while_the_colours_do(kind):
    content = tiff({336: made.numbers(kind, 12, 240)})
    assert again(content) == (KEPT, ())
    # Neither a turn nor another size changes an ink.
    assert again(tiff({274: made.numbers(3, 6)})) == (KEPT, ())
    assert again(content, pixels=LEVELS[1:-1, 1:-1]) == (KEPT, ())
    assert again(content, "jpeg")[1] == ("InkNames", "DotRange")


def test_ink_tags_of_other_colours_or_depth_are_said_to_be_lost():
    content = tiff({})
    only_range = {333: KEPT[333]}, ("DotRange",)
    assert again(content, pixels=LEVELS.astype(np.uint16) * 257) == only_range
    assert again(content, pixels=LEVELS.astype(np.float32)) == only_range
    for channels in (1, 3):
        found = again(content, pixels=LEVELS[:, :, :channels])
        assert found == ({}, ("InkNames", "DotRange"))
    four = LEVELS.ravel()[:96].reshape(6, 16, 1)  # two channels a byte
    bits = {256: made.numbers(4, 8), 258: made.numbers(3, 4, 4, 4, 4), 277: made.numbers(3, 4)}
    bits |= {279: made.numbers(4, four.size), 336: made.numbers(3, 1, 14)}
    assert again(tiff(bits, four)) == only_range


def test_alpha_and_spot_inks():
    five = np.dstack((LEVELS, LEVELS[:, :, :1]))
    names = NAMES + b"gold\0"
    spot = {338: made.numbers(3, 0), 333: (2, len(names), names), 334: made.numbers(3, 5)}
    assert again(tiff(spot, five)) == (KEPT | {333: names.decode().rstrip("\0"), 334: 5}, ())
    lost = "InkNames", "NumberOfInks", "DotRange"
    assert again(tiff(spot, five), pixels=LEVELS, extra=0) == ({}, lost)
    assert again(tiff({338: made.numbers(3, 2)}, five)) == (KEPT, ())


@pytest.mark.parametrize("white", [255, 65_535])
def test_nothing_is_said_of_what_holds_anyway(white):
    levels = LEVELS.astype(np.min_scalar_type(white))
    for count in (1, 4):
        fields = {336: made.numbers(3, *[0, white] * count), 290: made.numbers(3, 2)}
        fields |= {280: made.numbers(3, *[0] * count), 281: made.numbers(3, *[white] * count)}
        content = made.tiff(INKS | fields, levels)
        for format in ("tiff", "jpeg") if white == 255 else ("tiff",):
            kept = {333: KEPT[333]} if format == "tiff" else {}
            lost = () if format == "tiff" else ("InkNames",)
            assert again(content, format) == (kept, lost)


@pytest.mark.parametrize(
    ("fields", "lost"),
    [
        ({280: made.numbers(3, 0, 0, 7)}, "MinSampleValue"),
        ({281: made.numbers(3, 254, 255, 255)}, "MaxSampleValue"),
        ({321: made.numbers(3, 3, 250)}, "HalftoneHints"),
        ({290: made.numbers(3, 3)}, "GrayResponseUnit"),
        ({290: made.numbers(3, 2), 291: made.numbers(3, *range(256))}, "GrayResponseCurve"),
        ({37724: made.raw(b"junk")}, "ImageSourceData"),
        ({37724: made.raw(b"Adobe Photoshop Document Data Block\0MIB8ryaL")}, "Photoshop layers"),
        ({37724: made.raw(b"Adobe Photoshop Document Data Block\x008BIMLr16")}, "Photoshop layers"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format", ["tiff", "png"])
def test_what_a_tiff_says_of_its_levels_is_named(fields, lost, format):
    assert again(made.tiff(fields), format) == ({}, (lost,))


@pytest.mark.slow
@pytest.mark.parametrize("program", ["tiffinfo", "exiftool"])
def test_other_programs_read_the_ink_tags(program, tmp_path):
    if not shutil.which(program):
        pytest.skip(f"{program} isn't installed")
    (tmp_path / "a.tif").write_bytes(tiff({}))
    succeed("median", tmp_path / "a.tif", "--size", "3", "--in-place")
    options = {"tiffinfo": [], "exiftool": ["-n", "-InkNames", "-DotRange"]}[program]
    ran = subprocess.run([program, *options, tmp_path / "a.tif"], capture_output=True, text=True)
    assert ran.stderr == ""
    wanted = {
        "tiffinfo": ["Ink Names: cyan, magenta, yellow, black", "Dot Range: 12-240"],
        "exiftool": ["cyan", "12 240"],
    }[program]
    assert all(words in ran.stdout for words in wanted)
