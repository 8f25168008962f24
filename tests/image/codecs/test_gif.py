"""GIFs composed as browsers do, against a slow composer that follows the specification."""

import io
import shutil
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np
import PIL.Image
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import read, read_frames, write_frames

CASES = Path(__file__).parent.parent.parent / "cases" / "gif"
PALETTE = np.array([[255, 0, 0], [0, 200, 0], [10, 20, 255], [250, 250, 250]], np.uint8)
OWN = PALETTE[::-1] // 2
SIZE = 8, 10  # rows, columns


class Part(NamedTuple):
    """A frame as its file has it."""

    indices: np.ndarray
    left: int = 0
    top: int = 0
    disposal: int = 0
    transparent: int | None = None
    palette: np.ndarray | None = None
    interlaced: bool = False
    ticks: int = 5


def lzw(indices):
    """Return indices of two bits as LZW that never grows: the codes are cleared in time."""
    bits = "".join(f"{code:03b}"[::-1] for index in indices.ravel().tolist() for code in (4, index))
    bits += f"{5:03b}"[::-1]
    bits += "0" * (-len(bits) % 8)
    content = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    blocks = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"\2" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def gif(parts, size=SIZE, palette=PALETTE, loop=None, end=b";", between=b""):
    """Return a GIF of these parts."""
    rows, columns = size
    flags = 0 if palette is None else 0x81
    content = b"GIF89a" + struct.pack("<HHBBB", columns, rows, flags, 0, 0)
    content += b"" if palette is None else palette.tobytes()
    if loop is not None:
        content += b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", loop) + b"\0"
    for part in parts:
        given = part.transparent is not None
        flags = part.disposal << 2 | given
        content += b"!\xf9\4" + struct.pack("<BHBB", flags, part.ticks, part.transparent or 0, 0)
        height, width = part.indices.shape
        flags = 0x40 * part.interlaced | (0 if part.palette is None else 0x81)
        content += b"," + struct.pack("<HHHHB", part.left, part.top, width, height, flags)
        content += b"" if part.palette is None else part.palette.tobytes()
        order = [*range(0, height, 8), *range(4, height, 8), *range(2, height, 4)]
        order += range(1, height, 2)
        content += lzw(part.indices[order] if part.interlaced else part.indices) + between
    return io.BytesIO(content + end)


def composed(parts, size=SIZE, palette=PALETTE):
    """Return what is shown of each part (H, W, 4), pixel by pixel."""
    canvas = np.zeros((*size, 4), np.uint8)
    for part in parts:
        before = canvas.copy()
        colours = palette if part.palette is None else part.palette
        place = []
        for (row, column), index in np.ndenumerate(part.indices):
            at = part.top + row, part.left + column
            if at[0] < size[0] and at[1] < size[1]:
                place.append(at)
                if index != part.transparent:
                    canvas[at] = [*colours[index], 255]
        yield canvas.copy()
        for at in place:
            if part.disposal == 2:
                canvas[at] = 0
            elif part.disposal == 3:
                canvas[at] = before[at]


def random_parts(seed, count=6):
    """Return parts of random sizes at random places, some of them beyond the screen."""
    chance = np.random.default_rng(seed)
    for _ in range(count):
        height, width = chance.integers(1, 12, 2)
        yield Part(
            chance.integers(0, 4, (height, width)),
            int(chance.integers(0, SIZE[1])),
            int(chance.integers(0, SIZE[0])),
            int(chance.integers(0, 8)),
            int(chance.integers(0, 4)) if chance.random() < 0.5 else None,
            OWN if chance.random() < 0.3 else None,
            bool(chance.random() < 0.5),
            int(chance.integers(0, 9)),
        )


def shown(image):
    """Return pixels as RGB with alpha, and no colour where nothing is seen."""
    pixels = image.pixels
    colours, alpha = (pixels[:, :, :-1], pixels[:, :, -1:]) if image.alpha else (pixels, None)
    alpha = np.full((*pixels.shape[:2], 1), 255, np.uint8) if alpha is None else alpha
    colours = np.broadcast_to(colours, (*pixels.shape[:2], 3))
    return np.concatenate((colours * (alpha > 0), alpha), axis=2)


@pytest.mark.parametrize("seed", range(40))
def test_frames_are_composed_as_browsers_do(seed):
    given = list(random_parts(seed))
    found = list(read_frames(gif(given, loop=3)))
    for image, expected in zip(found, composed(given), strict=True):
        np.testing.assert_array_equal(shown(image), expected)
    assert [image.metadata.duration for image in found] == [10 * part.ticks for part in given]
    assert {image.metadata.loop_count for image in found} == {4}


@pytest.mark.parametrize("seed", range(40, 50))
def test_one_frame_is_a_picture(seed):
    (given,) = random_parts(seed, 1)
    found = read(gif([given]))
    np.testing.assert_array_equal(shown(found), next(composed([given])))
    assert found.metadata.duration is found.metadata.loop_count is None
    many = list(random_parts(seed))
    picked = read(gif(many), frame=4)
    np.testing.assert_array_equal(shown(picked), list(composed(many))[4])
    assert picked.frames == 1
    assert picked.metadata.duration is None


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("convert"), reason="ImageMagick isn't installed")
@pytest.mark.parametrize("seed", range(60, 66))
def test_frames_inside_of_the_screen_are_as_imagemagick_has_them(seed, tmp_path):
    """The first fills it: under a smaller one that is opaque ImageMagick puts a background."""
    parts = [
        part._replace(
            indices=part.indices[: SIZE[0] - part.top, : SIZE[1] - part.left],
            disposal=part.disposal & 3,
            ticks=5,
        )
        for part in random_parts(seed)
    ]
    parts[0] = Part(np.arange(80).reshape(SIZE) % 4, disposal=parts[0].disposal % 3)
    source = tmp_path / "a.gif"
    source.write_bytes(gif(parts, loop=0).getvalue())
    subprocess.run(["convert", source, "-coalesce", tmp_path / "%d.png"], check=True)
    for number, image in enumerate(read_frames(source)):
        with PIL.Image.open(tmp_path / f"{number}.png") as file:
            expected = np.array(file.convert("RGBA"))
        expected[expected[:, :, 3] == 0] = 0
        np.testing.assert_array_equal(shown(image), expected)


@pytest.mark.parametrize("name", ["disp5", "outside"])
@pytest.mark.parametrize("target", ["gif", "png", "tiff"])
def test_the_cases_are_as_browsers_show_them_and_stay_so(name, target):
    parts, size, palette = taken_apart((CASES / f"{name}.gif").read_bytes())
    found = list(read_frames(CASES / f"{name}.gif"))
    for image, expected in zip(found, composed(parts, size, palette), strict=True):
        np.testing.assert_array_equal(shown(image), expected)
    stream = io.BytesIO()
    write_frames(stream, found, format=target)
    stream.seek(0)
    again = list(read_frames(stream))
    for before, after in zip(found, again, strict=True):
        np.testing.assert_array_equal(shown(after), shown(before))


def taken_apart(content):
    """Return the parts of a GIF with a global palette; Pillow decodes each as a file of its own."""
    columns, rows, flags = struct.unpack("<HHB", content[6:11])
    head, at = content[:6], 13 + (3 << (flags & 7) + 1)
    table = content[13:at]
    parts, control = [], b""
    while content[at : at + 1] != b";":
        start, kind = at, content[at : at + 1]
        at += 2 if kind == b"!" else 11
        while content[at]:
            at += content[at] + 1
        at += 1
        if content[start : start + 2] == b"!\xf9":
            control = content[start:at]
        elif kind == b",":
            left, top, width, height = struct.unpack("<HHHH", content[start + 1 : start + 9])
            screen = struct.pack("<HHBBB", width, height, flags, 0, 0)
            alone = head + screen + table + b"," + bytes(4) + content[start + 5 : at] + b";"
            indices = np.asarray(PIL.Image.open(io.BytesIO(alone)))
            transparent = control[6] if control[3] & 1 else None
            parts.append(Part(indices, left, top, control[3] >> 2 & 7, transparent))
    return parts, (rows, columns), np.frombuffer(table, np.uint8).reshape(-1, 3)


FULL = Part(np.arange(80).reshape(SIZE) % 4)


@pytest.mark.parametrize(("given", "loop_count"), [(None, 1), (0, 0), (1, 2), (65_535, 65_536)])
def test_a_number_of_repetitions_is_one_less_than_that_of_runs(given, loop_count):
    assert next(read_frames(gif([FULL, FULL], loop=given))).metadata.loop_count == loop_count


@pytest.mark.parametrize("end", [b"", b";", b";more", b"\0;", b"\0\0"])
def test_what_ends_a_file_is_taken_loosely(end):
    np.testing.assert_array_equal(shown(read(gif([FULL], end=end))), next(composed([FULL])))


def test_a_file_that_breaks_off_in_a_frame_is_truncated():
    whole = gif([FULL, FULL], end=b"").getvalue()
    second = whole.rindex(b",") + 1
    for end in range(second, len(whole)):
        with pytest.raises(ImageError, match="truncated"):
            list(read_frames(io.BytesIO(whole[:end])))


def test_pixels_that_are_missing_are_an_error():
    with pytest.raises(ImageError, match="truncated or broken GIF"):
        read(io.BytesIO(gif([FULL]).getvalue().replace(lzw(FULL.indices), lzw(FULL.indices[:3]))))


def test_a_screen_without_size_is_that_of_the_first_frame():
    found = read(gif([Part(FULL.indices, 2, 1)], size=(0, 0)))
    assert found.pixels.shape[:2] == (SIZE[0] + 1, SIZE[1] + 2)


def test_without_colours_indices_are_levels():
    found = read(gif([FULL], palette=None))
    np.testing.assert_array_equal(found.pixels[:, :, 0], FULL.indices)


def test_colours_beyond_the_table_are_not_seen():
    found = read(gif([FULL._replace(palette=None)], palette=None))
    assert not found.alpha
    short = (
        gif([FULL])
        .getvalue()
        .replace(b"\x81\0\0" + PALETTE.tobytes(), b"\x80\0\0" + PALETTE[:2].tobytes())
    )
    found = read(io.BytesIO(short))
    np.testing.assert_array_equal(found.pixels[:, :, 3] > 0, FULL.indices < 2)


def test_greys_are_grey():
    greys = np.array([[0, 0, 0], [9, 9, 9], [77, 77, 77], [255, 255, 255]], np.uint8)
    found = read(gif([FULL], palette=greys))
    np.testing.assert_array_equal(found.pixels[:, :, 0], greys[FULL.indices, 0])
    assert found.pixels.shape[2] == 1


def test_profiles_and_xmp_are_found():
    profile = bytes(range(256)) * 2
    blocks = b"".join(bytes([len(part)]) + part for part in (profile[:255], profile[255:510]))
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>" * 9
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    stream = gif(
        [FULL],
        end=b"!\xff\x0bICCRGBG1012"
        + blocks
        + b"\0"
        + b"!\xff\x0bXMP DataXMP"
        + xmp
        + trailer
        + b"!\xfe\2hi\0;",
    )
    found = read(stream).metadata
    assert found.icc == profile[:510]
    assert found.xmp == xmp
    assert found.comment == b"hi"
