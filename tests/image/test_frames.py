"""Animations and pages: every frame as a viewer composes it, and the same timeline after."""

import io
import struct

import numpy as np
import PIL.Image
import pytest
from PIL import ImageCms

from imgfilt.errors import ImageError
from imgfilt.image import FORMATS, Image, Metadata, read, read_frames, write_frames
from imgfilt.image.animation import add_alpha
from imgfilt.image.metadata.resolution import Resolution

from ..cli_support import invoke, succeed

SIZE = 20, 30  # rows, columns
DURATIONS = [40, 50, 60, 70, 80]

SOURCES = {
    "GIF": {"disposal": 2},
    "PNG": {},
    "WEBP": {"lossless": True, "exact": True},
}
EXACT = ("png", "gif", "webp", "tiff")


def drawn(number, alpha):
    """Return the (H, W, 4) levels of a frame: a bar that falls, above a growing hole."""
    levels = np.zeros((*SIZE, 4), np.uint8)
    levels[..., 3] = 255
    levels[3 + number : 10 + number, 5:20] = (200, 50 * number, 10, 255)
    if alpha:
        levels[12:, : 6 + 3 * number] = 0
    return levels


def animation(format, alpha=False, count=5, **options):
    """Return an animation that Pillow wrote."""
    pictures = [PIL.Image.fromarray(drawn(i, alpha)) for i in range(count)]
    if not alpha:
        pictures = [picture.convert("RGB") for picture in pictures]
    stream = io.BytesIO()
    options = SOURCES[format] | {"duration": DURATIONS[:count], "loop": 3} | options
    options = {name: value for name, value in options.items() if value is not None}
    pictures[0].save(stream, format, save_all=True, append_images=pictures[1:], **options)
    return rewound(stream)


def rewound(stream):
    stream.seek(0)
    return stream


def shown(stream):
    """Return what a viewer shows: (duration, (H, W, 4) levels) of each frame, and the loop."""
    with PIL.Image.open(rewound(stream)) as file:
        frames = []
        for index in range(file.n_frames):
            file.seek(index)
            levels = np.array(file.convert("RGBA"))
            frames.append((file.info.get("duration"), levels * (levels[..., 3:] > 0)))
        return frames, file.info.get("loop")


def written(images, format, **options):
    stream = io.BytesIO()
    lost = write_frames(stream, images, format=format, **options)
    return rewound(stream), lost


def made(*pixels, durations=None, loop_count=0, alpha=False):
    """Return frames with these pixels."""
    durations = durations or [100] * len(pixels)
    return [
        Image(levels, alpha, Metadata(duration=duration, loop_count=loop_count), len(pixels))
        for levels, duration in zip(pixels, durations, strict=True)
    ]


def profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("target", EXACT)
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("source", SOURCES)
def test_every_frame_is_what_a_viewer_composed(source, alpha, target):
    stream = animation(source, alpha)
    quality = 100 if target == "webp" else None
    result, lost = written(read_frames(stream), target, quality=quality)
    frames, _ = shown(result)
    assert len(frames) == len(DURATIONS)
    for number, (duration, levels) in enumerate(frames):
        expected = drawn(number, alpha)
        np.testing.assert_array_equal(levels, expected * (expected[..., 3:] > 0))
        assert duration == (None if target == "tiff" else DURATIONS[number])
    assert lost == (("frame durations",) if target == "tiff" else ())


@pytest.mark.parametrize("format", SOURCES)
@pytest.mark.parametrize("loop", [0, 1, 7])
def test_it_runs_as_often(format, loop):
    result, _ = written(read_frames(animation(format, loop=loop)), format.lower())
    assert shown(result)[1] == loop


def test_a_gif_counts_repetitions_and_the_others_runs():
    once = animation("GIF", loop=None)
    assert [image.metadata.loop_count for image in read_frames(once)] == [1] * 5
    for target, loop in (("gif", None), ("png", 1), ("webp", 1)):
        assert shown(written(read_frames(rewound(once)), target)[0])[1] == loop
    thrice = animation("PNG", loop=3)
    assert shown(written(read_frames(thrice), "gif")[0])[1] == 2


@pytest.mark.slow
@pytest.mark.parametrize("quality", [None, 60])
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("target", ["gif", "png", "webp", "avif"])
def test_equal_frames_keep_their_time(target, alpha, quality):
    """Those that follow each other, and an animation that never moves."""
    one = np.random.default_rng(1).integers(60, 90, (*SIZE, 3 + alpha), np.uint8)
    other = 255 - one
    one[..., 3:], other[..., 3:] = 255, 255
    one[3:, 8:, 3:] = 0
    durations = [30, 50, 20, 60, 10]
    for frames in ([one] * 5, [one, one, other, other, one]):
        given = made(*frames, durations=durations, alpha=alpha)
        found = list(read_frames(written(given, target, quality=quality)[0]))
        assert [image.metadata.duration for image in found] == durations
        levels = [add_alpha(image) for image in found]
        np.testing.assert_array_equal(levels[0], levels[1])
        if target != "avif":
            np.testing.assert_array_equal(levels[2], levels[2 if frames[3] is one else 3])
        for now, expected in zip(levels, frames, strict=True):
            seen = now[..., 3:] > 0
            np.testing.assert_array_equal(seen, add_alpha(Image(expected, alpha))[..., 3:] > 0)
            loss = np.abs(now[..., :3].astype(int) - expected[..., :3]) * seen
            assert loss.max() <= {"gif": 20, "png": 0}.get(target, 60)


@pytest.mark.parametrize("target", ["png", "webp", "avif", "gif"])
def test_an_animation_keeps_what_its_file_says(target):
    said = {"icc": profile(), "exif": b"MM\0*\0\0\0\x08\0\0\0\0\0\0", "xmp": b"<x:xmpmeta/>"}
    frames = [
        Image(levels, False, Metadata(**said, duration=50, loop_count=2), 2)
        for levels in np.random.default_rng(2).integers(0, 255, (2, 5, 7, 3), np.uint8)
    ]
    stream, lost = written(frames, target)
    found = next(read_frames(stream)).metadata
    for kind, value in said.items():
        if kind not in FORMATS[target].metadata:
            assert getattr(found, kind) is None
        elif (target, kind) != ("avif", "exif"):
            assert getattr(found, kind) == value
    assert len(lost) == len(said.keys() - set(FORMATS[target].metadata)) + (target == "avif")
    stripped = next(read_frames(written(frames, target, strip=True)[0])).metadata
    assert (stripped.icc, stripped.exif, stripped.xmp) == (None, None, None)


def test_durations_are_rounded_where_they_begin():
    levels = [np.full((1, 1, 3), i, np.uint8) for i in range(6)]
    frames = made(*levels, durations=[100 / 3] * 6)
    gif = [image.metadata.duration for image in read_frames(written(frames, "gif")[0])]
    assert gif == [30, 40, 30, 30, 40, 30]
    png = [image.metadata.duration for image in read_frames(written(frames, "png")[0])]
    assert png == pytest.approx([100 / 3] * 6)


@pytest.mark.parametrize(("target", "longest"), [("gif", 655_350), ("webp", 2**24 - 1)])
def test_a_frame_may_stay_longer_than_its_format_can_say(target, longest):
    levels = [np.full((2, 2, 3), i, np.uint8) for i in range(3)]
    frames = made(*levels, durations=[longest + 50, 10, longest])
    found = list(read_frames(written(frames, target, quality=100)[0]))
    assert [image.metadata.duration for image in found] == [longest, 50, 10, longest]
    assert [int(image.pixels[0, 0, 0]) for image in found] == [0, 0, 1, 2]


@pytest.mark.parametrize("colours", [1, 2, 3, 255, 256])
@pytest.mark.parametrize("hole", [False, True])
def test_a_gif_is_exact_where_its_colours_suffice(colours, hole):
    levels = np.zeros((16, 17, 4), np.uint8)
    levels[:, :16, 0] = (np.arange(256) % colours).reshape(16, 16)
    levels[:, :16, 1] = 255 - levels[:, :16, 0]
    levels[:, 16] = levels[:, 15]
    levels[..., 3] = 255
    if hole:
        levels[:, 16] = 0
    stream, _ = written([Image(levels, True)], "gif")
    found = np.array(PIL.Image.open(stream).convert("RGBA"))
    if hole and colours == 256:
        difference = np.abs(found[:, :16].astype(int) - levels[:, :16])
        assert 0 < difference.max() <= 2
        assert not found[:, 16, 3].any()
    else:
        np.testing.assert_array_equal(found * (found[..., 3:] > 0), levels)


def test_what_becomes_transparent_leaves_no_ghost():
    full, empty = np.full((4, 5, 4), 255, np.uint8), np.zeros((4, 5, 4), np.uint8)
    frames = made(full, empty, full, empty, alpha=True)
    for target in ("gif", "png", "webp"):
        for (_, levels), expected in zip(
            shown(written(frames, target)[0])[0], [full, empty, full, empty], strict=True
        ):
            np.testing.assert_array_equal(levels, expected)


def test_the_still_picture_before_an_animation_stays_before_it():
    stream = animation("PNG", default_image=True)
    first, *others = read_frames(stream)
    assert first.metadata.duration is None
    assert [image.metadata.duration for image in others] == pytest.approx(DURATIONS[:4])
    result, _ = written([first, *others], "png")
    with PIL.Image.open(result) as file:
        assert file.default_image
        assert file.n_frames == 5
    # Where there is no place for it, the animation is what is kept.
    for target in ("gif", "webp", "avif"):
        result, lost = written([first, *others], target)
        assert len(shown(result)[0]) == 4
        assert lost[-1] == "the still picture before the animation"
        assert lost[-1:] == written([first, *others], target, strip=True)[1]
    result, lost = written([first, *others], "tiff")
    assert (len(list(read_frames(result))), lost) == (5, ("frame durations",))


@pytest.mark.parametrize(
    ("durations", "rounded"),
    [
        ([100, 40, 10], ()),
        ([100, 33, 777], ("gif",)),
        ([40, 50, 1000 / 30], ("gif", "webp", "avif")),
        ([40.0000001, 50, 60], ()),
    ],
)
@pytest.mark.parametrize("target", ["png", "gif", "webp", "avif"])
def test_a_duration_that_is_rounded_is_said(durations, rounded, target):
    levels = [drawn(number, False)[..., :3] for number in range(3)]
    result, lost = written(made(*levels, durations=durations), target)
    unit = 10 if target == "gif" else 1
    words = (f"durations (they were rounded to {unit} ms)",)
    assert lost == (words if target in rounded else ())
    told = [duration for duration, _ in shown(result)[0]]
    assert np.allclose(told, durations, atol=1e-3) == (target not in rounded)
    assert np.allclose(np.cumsum(told), np.cumsum(durations), rtol=0, atol=unit / 2 + 1e-3)


def test_a_deep_animation_is_written_deep():
    rng = np.random.default_rng(0)
    levels = [rng.integers(0, 65536, (5, 7, 3), dtype=np.uint16) for _ in range(3)]
    stream, _ = written(made(*levels), "png")
    content = stream.getvalue()
    assert content.count(b"fcTL") == 3
    assert struct.unpack(">LL", content[content.index(b"acTL") + 4 :][:8]) == (3, 0)
    for image, expected in zip(read_frames(stream), levels, strict=True):
        np.testing.assert_array_equal(image.pixels, expected)
    # The same chunk, read as a picture of its own, is the first frame.
    alone = content.replace(b"acTL", b"xxXL", 1)
    np.testing.assert_array_equal(read(_checked(alone)).pixels[..., :3], levels[0])


def _checked(content):
    """Return a PNG with its chunks' checksums made right."""
    import zlib

    place, fixed = 8, content[:8]
    while place < len(content):
        (length,) = struct.unpack(">L", content[place : place + 4])
        chunk = content[place + 4 : place + 8 + length]
        if chunk[:4] not in (b"xxXL", b"fcTL", b"fdAT"):
            fixed += struct.pack(">L", length) + chunk + struct.pack(">L", zlib.crc32(chunk))
        place += 12 + length
    return io.BytesIO(fixed)


def test_pages_differ_in_everything():
    rng = np.random.default_rng(0)
    pages = [
        Image(
            rng.integers(0, 256, (3, 5, 3), np.uint8),
            frames=4,
            metadata=Metadata(resolution=Resolution((72, 1), (72, 1))),
        ),
        Image(rng.integers(0, 65536, (7, 2, 1), np.uint16), frames=4),
        Image(rng.uniform(size=(1, 1, 4)).astype(np.float32), True, frames=4),
        Image(rng.integers(0, 256, (6, 6, 4), np.uint8), frames=4),
    ]
    stream, _ = written(pages, "tiff")
    for page, found in zip(pages, read_frames(stream), strict=True):
        assert (found.alpha, found.pixels.dtype) == (page.alpha, page.pixels.dtype)
        np.testing.assert_array_equal(found.pixels, page.pixels)
    with pytest.raises(ImageError, match="frame 1 is 2 x 7, the first 5 x 3"):
        written([pages[0], Image(np.zeros((7, 2, 3), np.uint8), frames=4)], "gif")


def test_frames_together_have_a_limit():
    stream = animation("GIF")
    assert len(list(read_frames(stream, max_pixels=600))) == 5
    pages, _ = written(made(*[np.zeros((*SIZE, 3), np.uint8)] * 11), "tiff")
    with pytest.raises(ImageError, match="11 frames of 6600 pixels together, more than 6000"):
        list(read_frames(pages, max_pixels=600))


@pytest.mark.parametrize("format", ["gif", "png", "webp", "tiff", "npy", "jpeg"])
def test_a_single_frame_is_refused_by_its_width_and_height(format):
    stream, _ = written([Image(np.zeros((9, 7, 3), np.uint8))], format)
    with pytest.raises(ImageError, match="7 x 9"):
        list(read_frames(stream, max_pixels=5))


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tiff"])
def test_the_command_filters_every_frame(tmp_path, name):
    source = tmp_path / "in.png"
    source.write_bytes(animation("PNG").getvalue())
    quality = ["--quality", "100"] if name == "a.webp" else []
    result = succeed("median", source, "--size", "3", "-o", tmp_path / name, *quality)
    frames = shown(io.BytesIO((tmp_path / name).read_bytes()))[0]
    assert len(frames) == 5
    for number, (_, levels) in enumerate(frames):
        # A median rounds the bar's corners off and leaves all else.
        expected = drawn(number, False)
        for row in (3 + number, 9 + number):
            expected[row, [5, 19]] = (0, 0, 0, 255)
        np.testing.assert_array_equal(levels, expected)
    assert ("frame durations" in result.stderr) == (name == "a.tiff")


def test_the_command_takes_one_frame(tmp_path):
    source = tmp_path / "in.gif"
    source.write_bytes(animation("GIF").getvalue())
    result = invoke("median", source, "--size", "1", "-o", tmp_path / "o.bmp")
    assert result.exit_code == 1
    assert result.stderr == (
        f"imgfilt: {source}: BMP can't hold 5 frames; "
        "PNG, TIFF, WebP, AVIF, GIF, PPM and .npy can, and --frame N picks one\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["in.gif"]
    succeed("median", source, "--size", "1", "--frame", "3", "-o", tmp_path / "o.bmp")
    found = np.array(PIL.Image.open(tmp_path / "o.bmp"))
    np.testing.assert_array_equal(found, drawn(3, False)[..., :3])


@pytest.mark.parametrize("format", SOURCES)
def test_a_truncated_animation_leaves_nothing(tmp_path, format):
    source, target = tmp_path / f"in.{format.lower()}", tmp_path / "out.tif"
    content = animation(format).getvalue()
    source.write_bytes(content[: len(content) * 3 // 4])
    target.write_bytes(b"old")
    result = invoke("blur", source, "-o", target)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"imgfilt: {source}: ")
    assert result.stderr.count("\n") == 1
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_pages_of_every_compression_are_read_after_one_that_pillow_cannot_open(
    tmp_path, compression
):
    rng = np.random.default_rng(11)
    deep = rng.random((4, 5, 4)).astype(np.float32)
    flat = [rng.integers(0, 256, (6 + n, 7, 3), dtype=np.uint8) for n in range(3)]
    stream = io.BytesIO()
    first, *rest = map(PIL.Image.fromarray, flat)
    first.save(stream, "TIFF", save_all=True, append_images=rest, compression=compression)
    content = with_page_before(stream.getvalue(), deep)
    (tmp_path / "pages.tif").write_bytes(content)
    for source in (io.BytesIO(content), tmp_path / "pages.tif"):
        found = [image.pixels for image in read_frames(source)]
        for pixels, expected in zip(found, [deep, *flat], strict=True):
            np.testing.assert_array_equal(pixels, expected)


def with_page_before(content, levels):
    """Return a TIFF, low byte first, with RGB and alpha in floats as another first page."""
    content += b"\0" * (len(content) % 2)
    directory = PIL.TiffImagePlugin.ImageFileDirectory_v2()
    height, width, channels = levels.shape
    directory[256], directory[257], directory[262] = width, height, 2
    directory[258], directory[339] = (32,) * channels, (3,) * channels
    directory[277], directory[278], directory[338] = channels, height, 2
    # Pillow counts places of pixels from the directory's end.
    directory[273], directory[279] = 0, levels.nbytes
    page = bytearray(directory.tobytes(len(content)))
    struct.pack_into("<L", page, 2 + 12 * len(directory), int.from_bytes(content[4:8], "little"))
    return content[:4] + struct.pack("<L", len(content)) + content[8:] + page + levels.tobytes()


def test_hundreds_of_pages_are_each_read_once(monkeypatch):
    pages = [PIL.Image.fromarray(np.full((2, 3), n % 256, np.uint8)) for n in range(300)]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    seeks = []
    seek = PIL.TiffImagePlugin.TiffImageFile.seek
    monkeypatch.setattr(
        PIL.TiffImagePlugin.TiffImageFile, "seek", lambda *args: seeks.append(seek(*args))
    )
    stream.seek(0)
    found = [int(image.pixels[0, 0, 0]) for image in read_frames(stream)]
    assert found == [n % 256 for n in range(300)]
    assert seeks == []
