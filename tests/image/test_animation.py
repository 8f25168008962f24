"""Animations made by hand: parts, offsets, blending and disposals of every kind, in and out."""

import io
import struct
import zlib
from typing import NamedTuple

import numpy as np
import PIL.Image
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import read_frames, write_frames
from imgfilt.image.animation import add_alpha

from .. import reference
from ..cli_support import succeed

SIZE = 11, 14  # rows, columns
COLOURS = np.array(
    [[255, 0, 0, 255], [0, 200, 0, 255], [10, 20, 255, 255], [250, 250, 250, 255], [0, 0, 0, 0]]
)
DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS = range(3)
BLEND_SOURCE, BLEND_OVER = range(2)


class Part(NamedTuple):
    """A frame as its file has it."""

    levels: np.ndarray  # (h, w, 4)
    left: int = 0
    top: int = 0
    duration: int = 100
    disposal: int = DISPOSE_NONE
    blend: int = BLEND_SOURCE

    @property
    def place(self):
        height, width = self.levels.shape[:2]
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def composed(parts, dtype="uint8"):
    """Return what is shown of each part: slow, pixel by pixel."""
    white = reference.peak(dtype)
    canvas = np.zeros((*SIZE, 4), dtype)
    shown = []
    for number, part in enumerate(parts):
        before = canvas.copy()
        for row, column in np.ndindex(part.levels.shape[:2]):
            new, at = part.levels[row, column], (part.top + row, part.left + column)
            old = canvas[at].astype(float)
            if part.blend == BLEND_SOURCE or new[3] == white:
                canvas[at] = new
            elif new[3] > 0:
                cover, ground = new[3] / white, old[3] / white
                alpha = cover + ground * (1 - cover)
                mixed = (new[:3] * cover + old[:3] * ground * (1 - cover)) / alpha
                canvas[at] = np.rint([*mixed, alpha * white])
        shown.append(canvas.copy())
        disposal = part.disposal
        if disposal == DISPOSE_BACKGROUND or (disposal == DISPOSE_PREVIOUS and number == 0):
            canvas[part.place] = 0
        elif disposal == DISPOSE_PREVIOUS:
            canvas = before
    return shown


def parts(seed, disposals, blends, translucent=False, even=False, dtype="uint8"):
    """Return parts of random sizes at random places; the third is equal to the second."""
    chance = np.random.default_rng(seed)
    found = []
    for number in range(7):
        height, width = chance.integers(1, SIZE, endpoint=True).tolist() if number else SIZE
        top = int(chance.integers(0, SIZE[0] - height, endpoint=True))
        left = int(chance.integers(0, SIZE[1] - width, endpoint=True))
        if even:
            top, left = top // 2 * 2, left // 2 * 2
        levels = COLOURS[chance.integers(0, len(COLOURS), (height, width))]
        if translucent:
            levels[..., 3] = chance.choice([0, 1, 77, 254, 255], (height, width))
        levels = (levels * (reference.peak(dtype) // 255)).astype(dtype)
        part = Part(
            levels, left, top, int(chance.integers(1, 30)) * 10,
            int(chance.choice(disposals)), int(chance.choice(blends)),
        )  # fmt: skip
        found.append(found[1] if number == 2 else part)
    return found


def chunk(kind, content):
    length = struct.pack(">L", len(content))
    return length + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def apng(parts, loop_count, dtype="uint8", still=None, count=None):
    """Return an animated PNG; `still` stands before the frames as none of them."""
    bits = 8 * np.dtype(dtype).itemsize
    content = b"\x89PNG\r\n\x1a\n" + chunk(
        b"IHDR", struct.pack(">LLBBBBB", SIZE[1], SIZE[0], bits, 6, 0, 0, 0)
    )
    content += chunk(
        b"acTL", struct.pack(">LL", len(parts) if count is None else count, loop_count)
    )
    number = 0
    if still is not None:
        content += chunk(b"IDAT", deflated(still))
    for index, part in enumerate(parts):
        height, width = part.levels.shape[:2]
        content += chunk(
            b"fcTL",
            struct.pack(
                ">LLLLLHHBB", number, width, height, part.left, part.top,
                part.duration, 1000, part.disposal, part.blend,
            ),
        )  # fmt: skip
        number += 1
        if index or still is not None:
            content += chunk(b"fdAT", struct.pack(">L", number) + deflated(part.levels))
            number += 1
        else:
            content += chunk(b"IDAT", deflated(part.levels))
    return io.BytesIO(content + chunk(b"IEND", b""))


def deflated(levels):
    rows = levels.astype(levels.dtype.newbyteorder(">"))
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))


def gif(parts, loop_count):
    """Return a GIF of one table; codes keep 8 bits, as they are cleared before they grow."""
    table = COLOURS[:, :3].astype(np.uint8).tobytes().ljust(3 * 128, b"\0")
    content = b"GIF89a" + struct.pack("<HHBBB", SIZE[1], SIZE[0], 0xF6, 0, 0) + table
    if loop_count != 1:
        repeated = max(0, loop_count - 1)
        content += b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", repeated) + b"\0"
    hole = len(COLOURS) - 1
    for part in parts:
        height, width = part.levels.shape[:2]
        indices = (part.levels[:, :, None] == COLOURS).all(axis=3).argmax(axis=2)
        codes = b"".join(
            b"\x80" + bytes(indices.ravel()[start : start + 100].tolist())
            for start in range(0, indices.size, 100)
        )
        codes += b"\x81"
        blocks = b"".join(
            bytes([len(codes[start : start + 255])]) + codes[start : start + 255]
            for start in range(0, len(codes), 255)
        )
        flags = (part.disposal + 1) << 2 | 1
        content += struct.pack("<BBBBHBB", 0x21, 0xF9, 4, flags, part.duration // 10, hole, 0)
        content += struct.pack("<BHHHHB", 0x2C, part.left, part.top, width, height, 0)
        content += b"\x07" + blocks + b"\0"
    return io.BytesIO(content + b";")


def riff(kind, content):
    return kind + struct.pack("<L", len(content)) + content + bytes(len(content) % 2)


def webp(parts, loop_count):
    """Return an animated WebP of lossless frames."""

    def three(*numbers):
        return b"".join(number.to_bytes(3, "little") for number in numbers)

    content = riff(b"VP8X", struct.pack("<L", 0x12) + three(SIZE[1] - 1, SIZE[0] - 1))
    content += riff(b"ANIM", struct.pack("<LH", 0, loop_count))
    for part in parts:
        height, width = part.levels.shape[:2]
        file = io.BytesIO()
        PIL.Image.fromarray(part.levels).save(file, "WEBP", lossless=True, exact=True)
        coded = file.getvalue()
        coded = coded[coded.index(b"VP8L") :]
        flags = (part.disposal == DISPOSE_BACKGROUND) | (part.blend == BLEND_SOURCE) << 1
        head = three(part.left // 2, part.top // 2, width - 1, height - 1, part.duration)
        content += riff(b"ANMF", head + bytes([flags]) + coded)
    return io.BytesIO(riff(b"RIFF", b"WEBP" + content))


ALL = (DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS)
BLENDS = [BLEND_SOURCE, BLEND_OVER]
SOURCES = {
    "gif": (gif, {"disposals": ALL, "blends": [BLEND_OVER]}),
    "png": (apng, {"disposals": ALL, "blends": BLENDS}),
    "webp": (webp, {"disposals": ALL[:2], "blends": BLENDS, "even": True}),
}
TARGETS = ("gif", "png", "webp", "tiff")


def assert_shown(images, wanted, durations, loop_count):
    images = list(images)
    assert [image.metadata.duration for image in images] == durations
    if loop_count is not None:
        assert {image.metadata.loop_count for image in images} == {loop_count}
    assert len(images) == len(wanted)
    for image, expected in zip(images, wanted, strict=True):
        levels = add_alpha(image)
        if levels.shape[2] == 2:
            levels = np.repeat(levels, [3, 1], axis=2)
        assert np.array_equal(levels[..., 3], expected[..., 3])
        assert np.array_equal(levels * (levels[..., 3:] > 0), expected * (expected[..., 3:] > 0))


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("seed", "loop_count"), [(0, 0), (1, 1), (2, 4), (3, 1)])
@pytest.mark.parametrize("source", SOURCES)
def test_in_and_out(source, seed, loop_count, target, tmp_path):
    make, kinds = SOURCES[source]
    given = parts(seed, **kinds)
    wanted, durations = composed(given), [part.duration for part in given]
    assert_shown(read_frames(make(given, loop_count)), wanted, durations, loop_count)
    path, result = tmp_path / f"a.{source}", tmp_path / f"b.{target}"
    path.write_bytes(make(given, loop_count).getvalue())
    quality = ["--quality", "100"] if target == "webp" else []
    succeed("convolve", path, "--kernel", "identity", "-o", result, *quality)
    if target == "tiff":
        durations, loop_count = [None] * len(durations), None
    assert_shown(read_frames(result), wanted, durations, loop_count)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("seed", range(6))
def test_translucent_parts(seed, dtype):
    given = parts(seed, ALL, [BLEND_SOURCE, BLEND_OVER], translucent=True, dtype=dtype)
    wanted, durations = composed(given, dtype), [part.duration for part in given]
    images = list(read_frames(apng(given, 2, dtype)))
    assert {image.pixels.dtype for image in images} == {np.dtype(dtype)}
    assert_shown(images, wanted, durations, 2)
    for target in ("png", "tiff") if dtype == "uint16" else ("png", "tiff", "webp"):
        stream = io.BytesIO()
        write_frames(stream, images, format=target, quality=100)
        stream.seek(0)
        timed = target != "tiff"
        times = durations if timed else [None] * len(durations)
        assert_shown(read_frames(stream), wanted, times, 2 if timed else None)


@pytest.mark.parametrize("frame", range(8))
def test_the_frame_that_is_picked(frame):
    """The still picture before an animation is the first; the others are composed as before."""
    still = np.full((*SIZE, 4), 99, np.uint8)
    given = parts(3, ALL, [BLEND_SOURCE, BLEND_OVER])
    (found,) = read_frames(apng(given, 0, still=still), frame=frame)
    wanted = [still, *composed(given)][frame]
    assert found.frames == 1
    assert_shown([found], [wanted], [None], None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda given: {"count": 3}, "says it has 3 frames, but holds 7"),
        (lambda given: {"count": 9}, "says it has 9 frames, but holds 7"),
        (
            lambda given: {"parts": [given[0], given[1]._replace(left=SIZE[1])]},
            "frame 1 lies outside",
        ),
        (lambda given: {"parts": [given[0], given[1]._replace(top=2**31)]}, "frame 1 lies outside"),
    ],
)
def test_animations_that_contradict_themselves(change, words):
    given = parts(1, ALL, [BLEND_SOURCE, BLEND_OVER])
    with pytest.raises(ImageError, match=words):
        list(read_frames(apng(**{"parts": given, "loop_count": 0} | change(given))))


def test_no_frames_are_a_still_picture():
    given = parts(1, ALL, [BLEND_SOURCE])
    (found,) = read_frames(apng(given, 0, count=0))
    assert (found.frames, found.metadata.duration) == (1, None)
