"""PNGs of many kinds of pictures: their sizes beside Pillow's at level 6, and their pixels."""

import filecmp
import io
import zlib

import cv2
import numpy as np
import PIL.Image
import PIL.ImageCms
import PIL.ImageDraw
import PIL.ImageFilter
import pytest

from imgfilt.errors import ParameterError
from imgfilt.image import Image, Metadata, write, write_frames

from ...cli_support import run, succeed
from ...pictures import photo

PROFILE = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes()


def blurred(pixels, radius):
    picture = PIL.Image.fromarray(pixels)
    return np.asarray(picture.filter(PIL.ImageFilter.GaussianBlur(radius)))


def smooth(height, width):
    """Return a surface through a few random points."""
    coarse = np.random.default_rng(4).integers(0, 256, (8, 8, 3), np.uint8)
    whole = PIL.Image.fromarray(coarse).resize((width, height), PIL.Image.Resampling.BICUBIC)
    return np.asarray(whole)


def page():
    """Return lines of black words on paper."""
    picture = PIL.Image.new("L", (600, 700), 250)
    draw = PIL.ImageDraw.Draw(picture)
    random = np.random.default_rng(5)
    for top in range(20, 680, 14):
        words = [bytes(random.integers(97, 123, random.integers(2, 9))).decode() for _ in range(14)]
        draw.text((20, top), " ".join(words), fill=20)
    return np.asarray(picture)[:, :, np.newaxis]


def diagram():
    """Return boxes with captions, joined by lines, with soft edges."""
    picture = PIL.Image.new("RGB", (1600, 1200), "white")
    draw = PIL.ImageDraw.Draw(picture)
    for left in range(80, 1500, 300):
        for top in range(80, 1100, 220):
            draw.line((left, top, 1500 - left, 1100 - top), "grey", 4)
            draw.rounded_rectangle((left, top, left + 200, top + 120), 20, "#cde", "black", 6)
            draw.text((left + 40, top + 40), f"step {left + top}", "black", font_size=28)
    return np.asarray(picture.reduce(2))


def icon(side):
    """Return a shaded disc with a sign on a transparent ground."""
    picture = PIL.Image.new("RGBA", (256, 256), (40, 90, 200, 0))
    draw = PIL.ImageDraw.Draw(picture)
    for step in range(100):
        box = 8 + step, 8 + step, 248 - step, 248 - step
        draw.ellipse(box, (40 + step, 90 + step, 200 + step // 2, 255))
    draw.rectangle((118, 60, 138, 196), "white")
    draw.rectangle((60, 118, 196, 138), "white")
    return np.asarray(picture.resize((side, side), PIL.Image.Resampling.BOX))


def figure():
    """Return four photos with captions on white."""
    picture = PIL.Image.new("RGB", (660, 560), "white")
    draw = PIL.ImageDraw.Draw(picture)
    for number in range(4):
        left, top = 20 + 320 * (number % 2), 40 + 260 * (number // 2)
        cell = blurred(photo((220, 300, 3), np.uint8), number)
        picture.paste(PIL.Image.fromarray(cell), (left, top))
        draw.text((left + 90, top - 22), f"Gaussian, sigma {number}", "black", font_size=16)
    return np.asarray(picture)


def gradient():
    rows, columns = np.indices((300, 400))
    return (rows * 87 + columns * 97).astype(np.uint16)[:, :, np.newaxis]


PICTURES = {
    "photo": photo((400, 500, 3), np.uint8),
    "noise": np.random.default_rng(6).integers(0, 256, (200, 300, 3), np.uint8),
    "smooth": smooth(400, 500),
    "blurred": blurred(photo((400, 500, 3), np.uint8), 3),
    "page": page(),
    "diagram": diagram(),
    "icon": icon(64),
    "larger icon": icon(180),
    "flat": np.full((300, 400, 3), 200, np.uint8),
    "figure": figure(),
    "tiles": np.tile(photo((32, 32, 3), np.uint8), (12, 16, 1)),
    "gradient of 16 bits": gradient(),
    "photo of 16 bits": photo((300, 400, 1), np.uint16),
    "deep photo": photo((100, 150, 3), np.uint16),
    "row": photo((1, 500, 3), np.uint8),
    "column": photo((500, 1, 3), np.uint8),
    "tiny photo": photo((64, 64, 3), np.uint8),
    "tiny smooth": smooth(64, 64),
}


def png(pixels, metadata=None, **options):
    stream = io.BytesIO()
    image = Image(pixels, pixels.shape[2] in (2, 4), metadata or Metadata())
    write(stream, image, format="png", **options)
    return stream.getvalue()


def by_others(pixels):
    """Return Pillow's file at level 6; cv2's, if it has more than 8 bits, which Pillow narrows."""
    if pixels.itemsize > 1:
        return cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 6])[1].tobytes()
    stream = io.BytesIO()
    picture = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    PIL.Image.fromarray(picture).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def same(found, pixels):
    """Compare without pytest's list of differences, which takes minutes for these arrays."""
    return found.dtype == pixels.dtype and np.array_equal(found, pixels)


def read_by_cv2(content):
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    found = found.reshape(*found.shape[:2], -1)
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[found.shape[2]]
    return found[:, :, order]


def read_by_pillow(content):
    found = np.asarray(PIL.Image.open(io.BytesIO(content)))
    return found.reshape(*found.shape[:2], -1)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_file_has_at_most_1_1_times_the_size_of_level_6(kind):
    pixels = PICTURES[kind]
    assert len(png(pixels)) <= 1.1 * len(by_others(pixels))


@pytest.mark.parametrize("kind", ["diagram", "icon", "larger icon", "tiles"])
def test_repetitions_are_found(kind):
    """With run lengths alone these files are larger: they are what the look at a picture is for."""
    assert len(png(PICTURES[kind])) < 0.85 * len(png(PICTURES[kind], compression=1))


@pytest.mark.parametrize("level", [None, 0, 1, 6])
@pytest.mark.parametrize("kind", PICTURES)
def test_other_programs_read_the_same_pixels(kind, level):
    content = png(PICTURES[kind], compression=level)
    assert same(read_by_cv2(content), PICTURES[kind])
    if kind != "deep photo":
        assert same(read_by_pillow(content), PICTURES[kind])


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (211, 97), (3, 40_000)])
def test_any_colour_depth_and_size(depth, channels, size):
    """Levels at random, in which every case of the filter Paeth occurs, in several blocks."""
    random = np.random.default_rng(7)
    pixels = random.integers(0, np.iinfo(depth).max, (*size, channels), depth, endpoint=True)
    content = png(pixels, compression=1)
    found = read_by_cv2(content)
    if channels == 2:  # cv2 reads grey with alpha as colour
        found = found[:, :, [0, 3]]
    assert same(found, pixels)


@pytest.mark.parametrize("kind", PICTURES)
def test_the_bytes_follow_from_the_pixels(kind):
    """Whatever the pixels look like in memory."""
    pixels = PICTURES[kind]
    spread = np.zeros((2 * len(pixels), *pixels.shape[1:-1], pixels.shape[2] + 1), pixels.dtype)
    spread[::2, :, 1:] = pixels
    is_same = png(spread[::2, :, 1:]) == png(pixels)
    assert is_same


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_the_workers(in_folder):
    names = "photo", "diagram", "icon"
    for name in names:
        PIL.Image.fromarray(PICTURES[name]).save(f"{name}.png")
    names = [f"{name}.png" for name in names]
    for workers, target in (("1", "one/"), ("3", "three/")):
        assert run("blur", *names, "-j", workers, "-o", target).returncode == 0
    assert run("blur", "photo.png", "-j", "3", "-o", "threads.png").returncode == 0
    assert filecmp.cmpfiles("one", "three", names, False)[1:] == ([], [])
    assert filecmp.cmp("one/photo.png", "threads.png", shallow=False)


@pytest.mark.parametrize("kind", ["photo", "diagram", "icon", "photo of 16 bits"])
def test_levels(kind):
    pixels = PICTURES[kind]
    sizes = [len(png(pixels, compression=level)) for level in range(10)]
    assert sizes[0] > pixels.nbytes
    assert sizes[9] == min(sizes)
    assert sizes[9] <= len(png(pixels)) < sizes[0]
    assert sizes[9] <= 1.1 * len(by_others(pixels))


@pytest.mark.parametrize("level", [-1, 10, 2.5, "9"])
def test_a_level_has_a_range(level):
    with pytest.raises(ParameterError, match=r"compression: .* is not a whole number from 0 to 9"):
        png(PICTURES["icon"], compression=level)


def chunks(content):
    found, at = [], 8
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        found.append((kind, content[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


@pytest.mark.parametrize("kind", ["tiny photo", "photo", "deep photo"])
def test_metadata_stands_before_the_pixels(kind):
    metadata = Metadata(icc=PROFILE, text=((b"tEXt", b"Title\0words"),), xmp=b"<x/>")
    content = png(PICTURES[kind], metadata)
    kinds = list(dict.fromkeys(kind for kind, _ in chunks(content)))
    assert kinds == [b"IHDR", b"iCCP", b"iTXt", b"tEXt", b"IDAT", b"IEND"]
    with PIL.Image.open(io.BytesIO(content)) as file:
        assert file.info["Title"] == "words"
        assert file.info["icc_profile"] == PROFILE
        assert file.info["xmp"] == b"<x/>"
    assert same(read_by_cv2(content), PICTURES[kind])


def test_all_rows_are_one_zlib_stream():
    data = b"".join(data for kind, data in chunks(png(PICTURES["photo"])) if kind == b"IDAT")
    decompressor = zlib.decompressobj()
    rows = decompressor.decompress(data)
    assert decompressor.eof
    assert not decompressor.unused_data
    assert len(rows) == 400 * (1 + 3 * 500)


FRAMES = [
    np.dstack((PICTURES[kind], np.full((400, 500), 255, np.uint8))) for kind in ("photo", "blurred")
]


def apng(level):
    stream = io.BytesIO()
    images = [Image(pixels, True, Metadata(duration=40.0), frames=2) for pixels in FRAMES]
    write_frames(stream, images, format="png", compression=level)
    return stream.getvalue()


def test_an_animation_is_compressed_as_its_frames_are():
    default, stored = apng(None), apng(0)
    assert len(default) < 1.01 * sum(map(len, map(png, FRAMES)))
    assert len(stored) > 2 * FRAMES[0].nbytes > 1.5 * len(default)
    with PIL.Image.open(io.BytesIO(default)) as file:
        file.seek(1)
        assert same(np.asarray(file), FRAMES[1])


def tiff_tag(content, tag):
    with PIL.Image.open(io.BytesIO(content)) as file:
        return file.tag_v2.get(tag)


def tiff(level, compression=None):
    stream = io.BytesIO()
    image = Image(PICTURES["photo"], False, Metadata(compression=compression))
    write(stream, image, format="tiff", compression=level)
    assert same(read_by_pillow(stream.getvalue()), PICTURES["photo"])
    return stream.getvalue()


COMPRESSION, NONE, LZW, DEFLATE = 259, 1, 5, 8


@pytest.mark.parametrize("before", [None, NONE, LZW, DEFLATE])
def test_a_tiff_with_a_level_is_deflated(before):
    assert tiff_tag(tiff(None, before), COMPRESSION) == (before or NONE)
    assert tiff_tag(tiff(0, before), COMPRESSION) == NONE
    assert tiff_tag(tiff(1, before), COMPRESSION) == DEFLATE
    assert len(tiff(9, before)) < len(tiff(1, before)) < len(tiff(0, before))


@pytest.mark.slow
def test_the_option_of_commands(in_folder):
    PIL.Image.fromarray(PICTURES["photo"]).save("a.png")
    for command in ("blur a.png", "blur a.png -s 3,5", "compare a.png blur"):
        sizes = []
        for level in ("0", "9"):
            succeed(*command.split(), "--compression", level, "-o", "b.png")
            sizes.append((in_folder / "b.png").stat().st_size)
        assert sizes[0] > 1.2 * sizes[1]
