"""PNGs with text, profiles and chunks that are large, malformed or changed."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import Image, Metadata, read, read_frames, write

from ...cli_support import invoke

CASES = Path(__file__).parent.parent.parent / "cases" / "odd"
LEVELS = np.arange(60, dtype=np.uint8).reshape(4, 5, 3) * 4
EXIF = b"II*\0\x08\0\0\0\0\0\0\0\0\0"


def chunk(kind, content, check=None):
    check = zlib.crc32(kind + content) if check is None else check
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", check)


def png(*chunks, levels=LEVELS, after=(), height=None):
    """Return a PNG with these chunks before its pixels, and those after them."""
    rows, width, channels = levels.shape
    height = height or rows
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    head = struct.pack(">LLBBBBB", width, height, 8 * levels.itemsize, colour, 0, 0, 0)
    rows = levels.astype(levels.dtype.newbyteorder(">"))
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    parts = [chunk(b"IHDR", head), *chunks, chunk(b"IDAT", pixels), *after, chunk(b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


DEEP = LEVELS.astype(np.uint16) * 257 + 3

MALFORMED = [
    (chunk(b"zTXt", b"key\0\0junk"), "text 'key'"),
    (chunk(b"zTXt", b"key\0\1" + zlib.compress(b"x")), "text 'key'"),
    (chunk(b"zTXt", b"key\0\0" + zlib.compress(b"xyz" * 99)[:-6]), "text 'key'"),
    (chunk(b"iTXt", b"key\0\0\0de"), "text 'key'"),
    (chunk(b"iTXt", b"key\0"), "text 'key'"),
    (chunk(b"iTXt", b"key\0\0\0\0\0\xff\xfe"), "text 'key'"),
    (chunk(b"tEXt", b"key\0value", check=7), "text"),
    (chunk(b"tEXt", b"Raw profile type exif\0\nexif\n    10\nzz"), "text 'Raw profile type exif'"),
    (chunk(b"iCCP", b"name\0\0junk"), "ICC profile"),
    (chunk(b"iCCP", b"name"), "ICC profile"),
    (chunk(b"iCCP", b"name\0\1" + zlib.compress(b"x")), "ICC profile"),
    (chunk(b"eXIf", EXIF, check=1), "EXIF"),
    (chunk(b"pHYs", b"\0\0\0"), "resolution"),
    (chunk(b"gAMA", b"\0"), "chunk gAMA"),
    (chunk(b"cHRM", bytes(31)), "chunk cHRM"),
    (chunk(b"sRGB", b""), "chunk sRGB"),
    (chunk(b"cICP", bytes(5)), "chunk cICP"),
]  # fmt: skip


@pytest.mark.parametrize(("malformed", "title"), MALFORMED)
@pytest.mark.parametrize("levels", [LEVELS, DEEP])
def test_a_malformed_chunk_is_said_and_spoils_nothing_else(malformed, title, levels):
    good = chunk(b"tEXt", b"good\0words")
    for found in (
        read(png(malformed, good, levels=levels)),
        read(png(good, levels=levels, after=[malformed])),
    ):
        np.testing.assert_array_equal(found.pixels, levels)
        assert found.metadata.unreadable == (title,)
        assert found.metadata.text == ((b"tEXt", b"good\0words"),)
        assert found.metadata.icc is found.metadata.exif is found.metadata.dpi is None


@pytest.mark.parametrize(
    "harmless",
    [
        chunk(b"tIME", b"\0"), chunk(b"tIME", bytes(7), check=1), chunk(b"bKGD", b""),
        chunk(b"sPLT", b"x"), chunk(b"acTL", b"\0"),
        chunk(b"eXIf", b""), chunk(b"hIST", b"x"),
    ],
)  # fmt: skip
def test_chunks_that_do_not_matter_are_not_looked_at(harmless):
    found = read(png(after=[harmless]) if harmless[4:8] == b"acTL" else png(harmless))
    np.testing.assert_array_equal(found.pixels, LEVELS)
    assert found.metadata.unreadable == ()


@pytest.mark.parametrize("kind", [b"IHDR", b"IDAT", b"PLTE", b"tRNS"])
def test_a_changed_chunk_that_pixels_need_is_an_error(kind):
    palette = chunk(b"PLTE", bytes(6)) + chunk(b"tRNS", bytes(6))
    content = bytearray(png(palette).getvalue())
    at = content.index(kind)
    check = at + 4 + int.from_bytes(content[at - 4 : at], "big")
    assert read(io.BytesIO(content)).alpha
    content[check] ^= 1
    with pytest.raises(ImageError, match=f"truncated or broken PNG .chunk {kind.decode()}"):
        read(io.BytesIO(content))


def test_every_change_of_compressed_pixels_is_noticed():
    content = png().getvalue()
    start = content.index(b"IDAT") + 4
    for at in range(start, len(content) - 16):
        changed = bytearray(content)
        changed[at] ^= 16
        with pytest.raises(ImageError):
            read(io.BytesIO(changed))


def test_a_file_that_breaks_off_is_truncated():
    content = png(chunk(b"tEXt", b"a\0b")).getvalue()
    for end in range(8, len(content) - 4):
        with pytest.raises(ImageError, match="truncated"):
            read(io.BytesIO(content[:end]))


@pytest.mark.parametrize("levels", [LEVELS, DEEP])
def test_too_few_pixels_are_an_error_and_too_many_are_not(levels):
    content = bytearray(png(levels=levels).getvalue())
    for height in (3, 5, 8, 30_000_000):
        content[20:24] = struct.pack(">L", height)
        content[29:33] = struct.pack(">L", zlib.crc32(content[12:29]))
        if height < 4:
            assert read(io.BytesIO(content)).pixels.shape[0] == height
        else:
            with pytest.raises(ImageError, match="truncated PNG"):
                read(io.BytesIO(content))


@pytest.mark.parametrize("height", range(1, 12))
@pytest.mark.parametrize("width", [1, 2, 3, 5, 9])
def test_interlaced_pictures_are_read(width, height):
    levels = np.arange(width * height, dtype=np.uint8).reshape(height, width)
    passes = b""
    for left, top, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):  # fmt: skip
        part = levels[top::down, left::across]
        passes += b"".join(b"\0" + row.tobytes() for row in part) if part.shape[1] else b""
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 1)
    for missing in (0, 1):
        held = zlib.compress(passes[: len(passes) - missing])
        parts = chunk(b"IHDR", head), chunk(b"IDAT", held), chunk(b"IEND", b"")
        stream = io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
        if missing:
            with pytest.raises(ImageError, match="truncated"):
                read(stream)
        else:
            np.testing.assert_array_equal(read(stream).pixels[:, :, 0], levels)


LARGE = np.random.default_rng(0).integers(0, 256, 1_700_000).astype(np.uint8).tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("levels", [LEVELS, DEEP])
def test_large_profiles_text_and_xmp_pass_through(levels):
    profile = b"\0" * 16 + b"RGB " + LARGE
    text = ((b"tEXt", b"a\0" + LARGE), (b"iTXt", b"b" + bytes(5) + ("\u20ac" * 2_000_000).encode()))
    metadata = Metadata(icc=profile, xmp=LARGE, text=text, exif=EXIF)
    write(stream := io.BytesIO(), Image(levels, metadata=metadata))
    stream.seek(0)
    assert read(stream).metadata == metadata


def test_a_jpeg_with_a_large_profile_passes_through_a_png(tmp_path):
    profile = (b"\0" * 16 + b"RGB " + LARGE)[:1_600_000]
    source, between, target = tmp_path / "a.jpg", tmp_path / "a.png", tmp_path / "b.jpg"
    PIL.Image.fromarray(LEVELS).save(source, icc_profile=profile)
    for before, after in ((source, between), (between, target)):
        result = invoke("convolve", before, "-k", "identity", "-o", after)
        assert (result.exit_code, result.stderr) == (0, "")
    with PIL.Image.open(target) as file:
        assert file.info["icc_profile"] == profile


@pytest.mark.parametrize("name", ["iptc", "IPTC profile", "generic profile", "8bim"])
@pytest.mark.parametrize("length", ["      36", "      36 "])
@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt"])
def test_a_profile_in_digits_is_read_as_each_program_writes_it(name, length, kind):
    """ImageMagick names it in one word, ExifTool and GraphicsMagick in two."""
    records = b"\x1c\x02\x19\0\3foo\x1c\x02\x19\0\3b\xe4r\x1c\x02\0\0\2\0\4"
    resources = b"8BIM\x04\x04" + bytes(5) + b"\x17" + records + b"\0"
    words = f"\n{name}\n{length}\n{resources.hex()}\n".encode()
    words = words if kind == b"tEXt" else b"\0" + zlib.compress(words)
    found = read(png(chunk(kind, b"Raw profile type iptc\0" + words))).metadata
    assert (found.iptc, found.unreadable, found.text) == (records, (), ())


@pytest.mark.slow
def test_what_becomes_absurdly_large_is_not_read():
    bomb = zlib.compress(bytes(70_000_000), 1)
    found = read(png(chunk(b"zTXt", b"key\0\0" + bomb), chunk(b"iCCP", b"name\0\0" + bomb)))
    assert found.metadata.unreadable == ("text 'key'", "ICC profile")
    half = zlib.compress(bytes(40_000_000), 1)
    found = read(png(*(chunk(b"zTXt", b"%d\0\0" % n + half) for n in range(3))))
    assert found.metadata.unreadable == ("text '1'", "text '2'")


@pytest.mark.parametrize(
    ("name", "said"), [("ztxt_big", ()), ("text_bad_exif", ("text 'Raw profile type exif'",))]
)
def test_the_cases_come_out_as_they_went_in(name, said, tmp_path, monkeypatch):
    monkeypatch.setattr(PIL.PngImagePlugin, "MAX_TEXT_CHUNK", 1 << 26)
    source, target = CASES / f"{name}.png", tmp_path / "a.png"
    with PIL.Image.open(source) as file:
        expected, text = np.asarray(file), file.text
    result = invoke("convolve", source, "-k", "identity", "-o", target)
    note = f"imgfilt: {source}: its {said[0]} can't be read\n" if said else ""
    assert (result.exit_code, result.stderr) == (0, note)
    found = read(target)
    np.testing.assert_array_equal(found.pixels, expected)
    with PIL.Image.open(target) as file:
        assert file.text == ({} if said else text)
    assert read(source).metadata.unreadable == said
    made = tmp_path / "figure.png"
    for number, figure in (3, ("blur", source, "-s", "1,3")), (2, ("compare", source, "blur")):
        *notes, last = invoke(*figure, "-o", made).stderr.splitlines(keepends=True)
        assert "".join(notes) == note
        assert last.startswith(f"imgfilt: {made}: a figure of {number} cells, ")


def test_frames_have_what_the_file_says():
    control = struct.pack(">LLLLLHHBB", 0, 5, 4, 0, 0, 1, 10, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in LEVELS[::-1]))
    frames = [
        chunk(b"fcTL", struct.pack(">L", 1) + control[4:]),
        chunk(b"fdAT", struct.pack(">L", 2) + pixels),
    ]
    given = (chunk(b"acTL", struct.pack(">LL", 2, 0)), chunk(b"fcTL", control), MALFORMED[0][0])
    found = list(read_frames(png(*given, after=frames)))
    np.testing.assert_array_equal(found[0].pixels, LEVELS)
    np.testing.assert_array_equal(found[1].pixels, LEVELS[::-1])
    assert [image.metadata.unreadable for image in found] == [("text 'key'",)] * 2
