"""Files with something odd in their structure that other programs read, and what isn't written."""

import io
import struct

import numpy as np
import PIL.Image
import pytest
import tifffile

from imgfilt.errors import ImageError
from imgfilt.image import Image, Metadata, read, read_frames, write
from imgfilt.image.metadata.exif import without_tag

from .. import metadata_files as made

LEVELS = made.LEVELS
ORIENTATION = 274


def opened(content):
    return read(io.BytesIO(content))


def written(image, form):
    stream = io.BytesIO()
    lost = write(stream, image, format=form)
    return stream.getvalue(), lost


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("target", ["tiff", "jpeg", "png"])
def test_an_exif_directory_may_lack_its_link(order, target):
    fields = {ORIENTATION: made.numbers(3, 6, order=order), 296: made.numbers(3, 2, order=order)}
    block = made.block(fields, order)[:-4]
    image = opened(made.jpeg((0xE1, b"Exif\0\0" + block)))
    assert image.pixels.shape[:2] == LEVELS.shape[1::-1]
    content, _ = written(image, target)
    again = PIL.Image.open(io.BytesIO(content))
    assert again.size == LEVELS.shape[:2]
    assert again.getexif().get(ORIENTATION, 1) == 1


def test_the_exif_sub_directory_may_lack_its_link():
    inner = {0xA002: made.numbers(3, 99), 0xA003: made.numbers(3, 99)}
    block = made.block({0x8769: (4, 1, inner)})[:-4]
    content, _ = written(opened(made.jpeg((0xE1, b"Exif\0\0" + block))), "jpeg")
    size = PIL.Image.open(io.BytesIO(content)).getexif().get_ifd(0x8769)
    assert size == {0xA002: LEVELS.shape[1], 0xA003: LEVELS.shape[0]}


@pytest.mark.parametrize("version", [0, 41, 43, 0xFF2A])
def test_an_exif_block_of_another_version_is_not_written(version):
    block = b"II" + struct.pack("<H", version) + made.block({305: made.text(b"camera")})[4:]
    content, lost = written(opened(made.jpeg((0xE1, b"Exif\0\0" + block))), "jpeg")
    assert lost == ("EXIF",)
    assert b"camera" not in content


def test_many_orientations_go_at_once():
    entry = struct.pack("<HHLHH", ORIENTATION, 3, 1, 6, 0)
    block = b"II*\0" + struct.pack("<LH", 8, 60_000) + entry * 60_000 + b"LINK"
    assert without_tag(block, ORIENTATION) == block[:8] + b"\0\0LINK" + bytes(720_000)


def test_xmp_that_ends_a_gif_s_blocks_is_not_written():
    image = Image(LEVELS[:, :, :1], metadata=Metadata(xmp=made.XMP.decode().encode("utf-16-le")))
    content, lost = written(image, "gif")
    assert lost == ("XMP",)
    np.testing.assert_array_equal(PIL.Image.open(io.BytesIO(content)).convert("L"), LEVELS[..., 0])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (made.png((b"a\x1bbc", b"held")), r"a\x1bbc"),
        (made.png((b"b\nZz", b"held")), r"b\nZz"),
        (made.gif(b"\x21\xff\x0b\x9b2J8901\n890" + made.in_blocks(b"x")), r"extension \x9b2J89"),
        (made.jp2(inner=made.box(b"\x1b[mx", b"")), r"\x1b[mx box"),
    ],
)
def test_a_name_in_a_file_is_printable_and_a_chunk_of_such_a_name_not_copied(content, name):
    image = opened(content)
    for target in ("png", "tiff"):
        file, lost = written(image, target)
        assert any(one.startswith(name) for one in lost)
        assert all(one.isprintable() for one in lost)
        assert b"held" not in file


@pytest.mark.parametrize(
    ("mode", "keys", "alpha"),
    [
        ("L", [b"\0\1"], True),
        ("L", [b"\1"], False),
        ("L", [b"\0\1\0"], False),
        ("RGB", [bytes(6)], True),
        ("RGB", [bytes(5)], False),
        ("RGB", [bytes(7)], False),
        ("P", [b"\0\7"], True),
        ("P", [bytes(257)], False),
        ("P", [b""], False),
        ("RGBA", [bytes(6)], True),
    ],
)
def test_a_transparent_colour_of_another_length_says_nothing(mode, keys, alpha):
    """As libpng has it."""
    stream = io.BytesIO()
    PIL.Image.fromarray(LEVELS).convert(mode).save(stream, "PNG")
    plain = stream.getvalue()
    place = plain.index(b"IDAT") - 4
    chunks = b"".join(made.png_chunk(b"tRNS", key) for key in keys)
    image = opened(plain[:place] + chunks + plain[place:])
    is_useless = alpha == (mode == "RGBA")
    assert image.alpha == alpha
    assert image.metadata.unreadable == (("transparent colour",) if is_useless else ())
    if is_useless:
        np.testing.assert_array_equal(image.pixels, opened(plain).pixels)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_the_first_transparent_colour_before_the_pixels_counts(depth):
    levels = np.arange(12, dtype=depth).reshape(3, 4, 1)
    plain, _ = written(Image(levels), "png")
    first, second = (made.png_chunk(b"tRNS", bytes((0, level))) for level in (1, 2))
    place = plain.index(b"IDAT") - 4
    image = opened(plain[:place] + first + second + plain[place:])
    np.testing.assert_array_equal(image.pixels[:, :, 1] == 0, levels[:, :, 0] == 1)
    assert image.metadata.unreadable == ("transparent colour",)
    image = opened(plain[:-12] + first + plain[-12:])
    assert not image.alpha
    assert image.metadata.unreadable == ("transparent colour",)


def test_what_the_last_chunk_of_a_png_holds_does_not_matter():
    content = made.png()[:-12] + struct.pack(">L", 2) + b"IEND\0\0\1\2\3\4"
    np.testing.assert_array_equal(opened(content).pixels, LEVELS)


def test_places_of_tiles_in_a_tiff_of_strips_do_not_count():
    content = made.tiff({324: made.numbers(4, 10), 325: made.numbers(4, 10)})
    np.testing.assert_array_equal(opened(content).pixels, LEVELS)


@pytest.mark.parametrize("tag", [529, 532])
@pytest.mark.parametrize("value", [made.numbers(3, 1, 2), made.numbers(5, 1, 2), made.text(b"x")])
def test_a_malformed_description_of_ycbcr_is_passed_over(tag, value):
    fields = {262: made.numbers(3, 6), 530: made.numbers(3, 1, 1)}
    expected = opened(made.tiff(fields)).pixels
    np.testing.assert_array_equal(opened(made.tiff(fields | {tag: value})).pixels, expected)


@pytest.mark.parametrize("kind", [2, 3, 4, 7, 12])
def test_a_tag_without_a_value_is_not_written(kind):
    content, _ = written(opened(made.tiff({65000: (kind, 0, b""), 305: (kind, 0, b"")})), "tiff")
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert not {65000, 305} & set(file.pages[0].tags.keys())


def test_places_in_another_file_do_not_go_from_exif_to_a_tiff():
    block = made.block({330: made.numbers(4, 8), 305: made.text(b"camera")})
    content, lost = written(opened(made.jpeg((0xE1, b"Exif\0\0" + block))), "tiff")
    assert lost == ("SubIFDs",)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        tags = file.pages[0].tags
        assert 330 not in tags
        assert tags[305].value == "camera"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"P4 9 1.5\n\xff\xff", "has a truncated or broken header"),
        (b"P5 . 2 255\nab", "has a truncated or broken header"),
        (b"P5 2 1 1e\nab", "has a truncated or broken header"),
        (b"P2 2 2 255\n1 2 3", "is truncated"),
        (b"P3 1 1 255\n1 2", "is truncated"),
    ],
)
def test_what_is_wrong_in_a_netpbm_file_is_said(content, words):
    with pytest.raises(ImageError, match=f"stdin: {words}$"):
        opened(content)


def test_frames_inside_of_frames_are_no_frames():
    content = made.animated("WEBP")
    start = content.index(b"ANMF")
    (length,) = struct.unpack_from("<L", content, start + 4)
    inner = b""
    for _ in range(1500):
        inner = b"ANMF" + struct.pack("<L", len(inner) + 16) + bytes(16) + inner
    frame = content[start + 8 : start + 8 + length] + inner
    body = content[8:start] + b"ANMF" + struct.pack("<L", len(frame)) + frame
    body += content[start + 8 + length :]
    file = b"RIFF" + struct.pack("<L", len(body)) + body
    pairs = zip(read_frames(io.BytesIO(file)), read_frames(io.BytesIO(content)), strict=True)
    for found, expected in pairs:
        np.testing.assert_array_equal(found.pixels, expected.pixels)


def test_an_exif_block_without_a_readable_entry_is_not_written():
    block = b"II*\0" + struct.pack("<LH", 8, 2) + struct.pack("<HHLL", 305, 99, 1, 0) * 2 + bytes(4)
    image = opened(made.jpeg((0xE1, b"Exif\0\0" + block)))
    for form in ("jpeg", "tiff"):
        assert written(image, form)[1] == ("EXIF",)


def test_a_pointer_that_is_none_is_left_out_of_a_tiff():
    """Readers follow the place of a GPS directory: four numbers in its tag are none."""
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    stream = io.BytesIO()
    tags = [(0x8825, 4, 4, (1, 2, 3, 4), True), (305, 2, 7, "camera", True)]
    tifffile.imwrite(stream, pixels, bigtiff=True, metadata=None, software=False, extratags=tags)
    content, _ = written(opened(stream.getvalue()), "tiff")
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert 0x8825 not in file.pages[0].tags
        assert file.pages[0].tags[305].value == "camera"
