"""What a file says beside its pixels, and that isn't EXIF, ICC, XMP or resolution."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow

from imgfilt.image import Image, read, read_frames, write, write_frames

LEVELS = np.random.default_rng(3).integers(0, 256, (9, 7, 3), dtype=np.uint8)
GAMMA = (b"gAMA", struct.pack(">L", 100_000))
PRIMARIES = (
    b"cHRM",
    struct.pack(">8L", 31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000),
)
AS_SRGB = [
    (b"gAMA", struct.pack(">L", 45_455)),
    (b"cHRM", struct.pack(">8L", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000)),
]
SRGB = (b"sRGB", b"\0")
BT2100 = (b"cICP", bytes([9, 16, 0, 1]))


def saved(levels, format, **options):
    stream = io.BytesIO()
    Pillow.fromarray(levels).save(stream, format, **options)
    return stream


def again(stream, format, **options):
    """Return a picture written once more, and what was lost."""
    stream.seek(0)
    target = io.BytesIO()
    lost = write(target, read(stream), format=format, **options)
    target.seek(0)
    return target, lost


def with_chunks(chunks, bits=8):
    """Return a PNG with these chunks before its pixels."""
    stream = io.BytesIO()
    write(stream, Image(LEVELS.astype(f"u{bits // 8}")))
    content = stream.getvalue()
    place = content.index(b"IDAT") - 4
    made = b"".join(
        struct.pack(">L", len(held)) + kind + held + struct.pack(">L", zlib.crc32(kind + held))
        for kind, held in chunks
    )
    return io.BytesIO(content[:place] + made + content[place:])


def chunks_of(stream):
    content, start, found = stream.getvalue(), 8, []
    while start < len(content):
        length = int.from_bytes(content[start : start + 4], "big")
        found.append((content[start + 4 : start + 8], content[start + 8 : start + 8 + length]))
        start += 12 + length
    return found


@pytest.mark.parametrize("bits", [8, 16])
def test_a_png_keeps_its_gamma_and_primaries_before_its_pixels(bits):
    given = [BT2100, GAMMA, PRIMARIES]
    result, lost = again(with_chunks(given, bits), "png")
    chunks = chunks_of(result)
    kinds = [kind for kind, _ in chunks]
    assert lost == ()
    for chunk in given:
        assert chunks.count(chunk) == 1
        assert kinds.index(chunk[0]) < kinds.index(b"IDAT")
    stripped, _ = again(with_chunks(given, bits), "png", strip=True)
    assert not {kind for kind, _ in given} & {kind for kind, _ in chunks_of(stripped)}


@pytest.mark.parametrize(
    ("chunks", "lost"),
    [
        ([GAMMA], ("gamma and primaries",)),
        ([AS_SRGB[0], PRIMARIES], ("gamma and primaries",)),
        ([BT2100, SRGB], ("gamma and primaries",)),
        ([SRGB, GAMMA], ()),
        (AS_SRGB, ()),
        ([], ()),
    ],
)
def test_colours_that_are_not_what_everyone_assumes_are_said_to_be_lost(chunks, lost):
    assert again(with_chunks(chunks), "jpeg")[1] == lost


@pytest.mark.parametrize("comment", [b"by hand", "gr\u00fcn".encode(), bytes(range(1, 256)) * 3])
@pytest.mark.parametrize("format", ["jpeg", "gif"])
def test_comments_are_kept(format, comment):
    result, lost = again(saved(LEVELS, format.upper(), comment=comment), format)
    with Pillow.open(result) as file:
        assert file.info["comment"] == comment
    assert lost == ()
    assert again(result, "png")[1] == ("comment",)
    with Pillow.open(again(result, format, strip=True)[0]) as file:
        assert "comment" not in file.info


def test_an_animation_keeps_its_comment():
    frames = [Pillow.fromarray(LEVELS), Pillow.fromarray(255 - LEVELS)]
    stream, target = io.BytesIO(), io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], comment=b"twice")
    stream.seek(0)
    write_frames(target, read_frames(stream), format="gif")
    target.seek(0)
    with Pillow.open(target) as file:
        assert file.info["comment"] == b"twice"
        assert file.n_frames == 2


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_a_lossless_webp_stays_lossless(alpha, count):
    shape = (count, 9, 7, 3 + alpha)
    levels = np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)
    first, *rest = map(Pillow.fromarray, levels)
    stream, target = io.BytesIO(), io.BytesIO()
    options = {"save_all": True, "append_images": rest} if rest else {}
    first.save(stream, "WEBP", lossless=True, exact=True, **options)
    stream.seek(0)
    write_frames(target, read_frames(stream), format="webp")
    target.seek(0)
    for image, expected in zip(read_frames(target), levels, strict=True):
        seen = expected[..., -1:] > 0 if alpha and count > 1 else True
        np.testing.assert_array_equal(image.pixels * seen, expected * seen)


@pytest.mark.parametrize("options", [{"lossless": False}, {"lossless": True, "quality_out": 80}])
def test_a_webp_is_lossy_that_was_or_is_told_to(options):
    quality = options.pop("quality_out", None)
    result, _ = again(saved(LEVELS, "WEBP", exact=True, **options), "webp", quality=quality)
    assert b"VP8 " in result.getvalue()
