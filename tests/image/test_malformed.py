"""Files that are malformed in one place, and what can still be read of them."""

import io
import struct

import numpy as np
import PIL.Image
import pytest
import tifffile
from PIL.JpegImagePlugin import JpegImageFile

from imgfilt.errors import ImageError
from imgfilt.image import Image, flatten, read, write
from imgfilt.image.metadata.exif import read_orientation, turned_upright, with_size, without_tag

from .. import metadata_files as made
from ..cli_support import invoke
from ..image_support import rewound, tiff

LEVELS = np.random.default_rng(5).integers(0, 256, (16, 16, 3), dtype=np.uint8)
ORIENTATION, ACROSS, DOWN = 274, 282, 283
HEADERS = {"<": b"II", ">": b"MM"}


@pytest.mark.parametrize("target", ["b.npy", "b.png", "b.tif"])
def test_a_background_needs_known_colours(target, in_folder):
    np.save("a.npy", np.zeros((4, 4, 6), np.uint8))
    result = invoke(
        "convolve", "-k", "identity", "a.npy", "--alpha", "yes", "--background", "white",
        "-o", target,
    )  # fmt: skip
    assert result.exit_code == 1
    assert "a.npy: has 5 colours and alpha; a background needs 1 (grey), 3 (RGB)" in result.stderr
    assert not (in_folder / target).exists()
    with pytest.raises(ImageError, match="has 5 colours and alpha"):
        flatten(Image(np.zeros((4, 4, 6), np.uint8), True), (255, 255, 255))


@pytest.mark.parametrize("compression", ["lzw", "packbits", "lzma", "zstd"])
def test_a_strip_may_have_more_bytes_than_pillow_allows_pixels(compression, monkeypatch):
    stream = io.BytesIO()
    PIL.Image.fromarray(LEVELS).save(
        stream, "TIFF", compression=compression if compression != "lzw" else "tiff_lzw",
    )  # fmt: skip
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 16)
    image = read(rewound(stream), max_pixels=256)
    np.testing.assert_array_equal(image.pixels, LEVELS)
    target = io.BytesIO()
    write(target, image, format="tiff")
    monkeypatch.undo()
    np.testing.assert_array_equal(np.asarray(PIL.Image.open(rewound(target))), LEVELS)


def test_a_jpeg_in_a_tiff_is_not_decoded_where_its_size_is_wrong(monkeypatch):
    stream = io.BytesIO()
    PIL.Image.new("L", (300, 300)).save(stream, "JPEG")
    content, loaded, load = stream.getvalue(), [], JpegImageFile.load
    monkeypatch.setattr(JpegImageFile, "load", lambda self: loaded.append(self) or load(self))
    file = tiff(LEVELS[:8, :8, :1], rows=8, t259=6, t513=0, t514=len(content)).getvalue()
    file = file.replace(
        struct.pack("<HHLL", 513, 4, 1, 0), struct.pack("<HHLL", 513, 4, 1, len(file))
    )
    with pytest.raises(ImageError, match="truncated or broken TIFF"):
        read(io.BytesIO(file + content))
    assert not loaded


@pytest.mark.slow
@pytest.mark.parametrize("bits", [1, 4, 8, 9, 12, 16])
@pytest.mark.parametrize("palette", [False, True])
def test_the_value_of_strips_that_are_not_stored_has_the_bits_of_the_others(bits, palette):
    """One that can't stand in the file is taken for 0."""
    white = 2**bits - 1
    colours = np.linspace(65535, 0, white + 1).astype(int) // 2 + 1
    for value in (1, white, white + 1, 255, 65535, -9999, "nan"):
        number = value if value in range(white + 1) else 0
        stream = tiff(
            LEVELS[:2, :8, :1], rows=1, compress=lambda _: bytes(bits), t258=(bits,),
            t273=(0, 0x12345678), t279=(bits, 0x12345678), t42113=str(value),
            **({"t262": 3, "t320": tuple(colours.tolist() * 3)} if palette else {}),
        )  # fmt: skip
        content = stream.getvalue().replace(struct.pack("<L", 0x12345678), bytes(4))
        # Pillow moves a place by the directory's length.
        moved = struct.pack("<L", len(content) - 2 * bits + (0x12345678))
        assert content.count(moved) == 1
        pixels = read(io.BytesIO(content.replace(moved, bytes(4)))).pixels
        top = 255 if bits <= 8 else 65535
        expected = colours[number] if palette else round(number * top / white)
        assert (pixels[1] == expected).all(), (value, pixels[1, 0], expected)


def test_a_child_that_can_not_be_read_is_left_out():
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(LEVELS, subifds=2, metadata=None)
        writer.write(LEVELS[:8, :8], subfiletype=1, metadata=None)
        writer.write(LEVELS[:4, :4], subfiletype=1, metadata=None)
    with tifffile.TiffFile(rewound(stream)) as file:
        child = file.pages[0].pages[0]
        place = child.tags["PhotometricInterpretation"].offset
    content = bytearray(stream.getvalue())
    struct.pack_into("<H", content, place + 2, 2)
    image = read(io.BytesIO(content))
    np.testing.assert_array_equal(image.pixels, LEVELS)
    assert image.metadata.details == ("thumbnails, overviews and masks are left out: 1",)


def bigtiff(fields):
    """Return a little-endian BigTIFF of LEVELS with more fields: {tag: (type, count, 8 bytes)}."""
    stream = io.BytesIO()
    tifffile.imwrite(stream, LEVELS, bigtiff=True, metadata=None, software=False)
    content = bytearray(stream.getvalue())
    (start,) = struct.unpack_from("<Q", content, 8)
    (count,) = struct.unpack_from("<Q", content, start)
    held = [bytes(content[at : at + 20]) for at in range(start + 8, start + 8 + 20 * count, 20)]
    held += [struct.pack("<HHQ", tag, kind, many) + value for tag, (kind, many, value) in
             fields.items()]  # fmt: skip
    struct.pack_into("<Q", content, 8, len(content))
    held.sort(key=lambda entry: struct.unpack_from("<H", entry))
    return bytes(content) + struct.pack("<Q", len(held)) + b"".join(held) + bytes(8)


def test_64_bit_numbers_of_a_bigtiff_become_32_bit_ones():
    content = bigtiff({
        65001: (16, 1, struct.pack("<Q", 2**32 - 1)),
        65002: (17, 1, struct.pack("<q", -5)),
        65003: (16, 1, struct.pack("<Q", 2**32)),
        65004: (17, 1, struct.pack("<q", -(2**31) - 1)),
        65005: (4, 1, struct.pack("<Q", 7)),
        65006: (18, 1, struct.pack("<Q", 8)),
    })  # fmt: skip
    target = io.BytesIO()
    lost = write(target, read(io.BytesIO(content)), format="tiff")
    assert lost == ("tag 65003", "tag 65004")
    with tifffile.TiffFile(rewound(target)) as file:
        tags = file.pages[0].tags
        assert max(tag.dtype for tag in tags) < 16
        found = {tag.code: (tag.dtype, tag.value) for tag in tags if tag.code > 65000}
    assert found == {65001: (4, 2**32 - 1), 65002: (9, -5), 65005: (4, 7), 65006: (13, 8)}


@pytest.mark.parametrize("kind", [1, 2, 3, 5, 7, 9, 10, 12, 16, 18])
def test_an_exif_pointer_of_a_wrong_type_is_left_out(kind):
    """In a TIFF as in a block; 16 and 18 are types of BigTIFF alone."""
    fields = {ORIENTATION: made.numbers(3, 6), 34665: (kind, 1, b"\x08\0\0\0")}
    block = made.block(fields)
    assert read_orientation(block) == 6
    assert read_orientation(turned_upright(block, 6)) == 1
    image = read(io.BytesIO(made.tiff(fields)))
    assert image.pixels.shape[:2] == made.LEVELS.shape[1::-1]


def with_second_directory(start, length, link=None):
    """Return an EXIF block on its side, with a resolution, whose thumbnail is said to be there."""
    first = {
        ORIENTATION: made.numbers(3, 6), ACROSS: made.numbers(5, 72, 1),
        DOWN: made.numbers(5, 300, 1), 305: made.text(b"software"),
    }  # fmt: skip
    block = bytearray(made.block(first))
    end = len(block)
    struct.pack_into("<L", block, 8 + 2 + 12 * len(first), end if link is None else link)
    block += made.directory({0x0201: made.numbers(4, start), 0x0202: made.numbers(4, length)}, end)
    return bytes(block + b"THUMBNAIL"), first


@pytest.mark.parametrize(
    ("start", "length", "link"),
    [
        (0, 10_000, None),
        (0, 20, None),
        (8, 4, None),
        (60, 30, None),
        (150, 2**32 - 1, None),
        (2**32 - 1, 9, None),
        (0, 0, 10_000),
        (0, 0, 2**32 - 1),
    ],
)
def test_a_thumbnail_in_an_impossible_place_harms_nothing(start, length, link):
    block, _ = with_second_directory(start, length, link)
    expected, _ = with_second_directory(start, length, 0)
    exif = PIL.Image.Exif()
    exif.load(turned_upright(block, 6))
    assert dict(exif) == {ORIENTATION: 1, ACROSS: 300, DOWN: 72, 305: "software"}
    assert len(turned_upright(block, 6)) == len(expected)


def test_a_thumbnail_at_the_end_goes():
    block, _ = with_second_directory(0, 0)
    block, _ = with_second_directory(len(block) - 9, 9)
    assert turned_upright(block, 1) == with_second_directory(len(block) - 9, 9, 0)[0][:-9].replace(
        made.numbers(3, 6)[2] + bytes(2), made.numbers(3, 1)[2] + bytes(2)
    )


def test_an_orientation_that_is_said_twice_goes_and_no_other_entry():
    entry = struct.pack("<HHLHH", ORIENTATION, 3, 1, 1, 0)
    last = struct.pack("<HHL4s", 305, 2, 4, b"cam\0")
    block = b"II*\0" + struct.pack("<LH", 8, 3) + entry + entry + last + bytes(4)
    assert without_tag(block, ORIENTATION)[:26] == block[:8] + b"\1\0" + last + bytes(4)


def block_of(order, *entries):
    """Return a block with entries in this order: a tag, a type (SHORT or LONG) and a number."""
    packed = [
        struct.pack(order + "HHL", tag, kind, 1)
        + struct.pack(order + ("HH" if kind == 3 else "L"), number, *[0] * (kind == 3))
        for tag, kind, number in entries
    ]
    head = HEADERS[order] + struct.pack(order + "HLH", 42, 8, len(entries))
    return head + b"".join(packed) + bytes(4)


@pytest.mark.parametrize("order", HEADERS)
@pytest.mark.parametrize(("first", "second"), [(6, 1), (1, 6), (8, 3), (6, 6)])
def test_no_reader_finds_an_old_orientation(first, second, order):
    """Some take the first of two, others the last; a LONG is read, too."""
    block = block_of(order, (274, 3, first), (274, 4, second), (305, 3, 9))
    upright = block_of(order, (274, 3, 1), (274, 3, 1), (305, 3, 9))
    assert turned_upright(block, first) == upright


@pytest.mark.parametrize("order", HEADERS)
def test_sizes_that_are_block_of_agree(order):
    entries = (256, 3, 40), (256, 4, 40), (257, 3, 30), (257, 4, 30)
    block = block_of(order, *entries)
    swapped = block_of(order, (256, 3, 30), (256, 4, 30), (257, 3, 40), (257, 4, 40))
    assert turned_upright(block, 6) == swapped
    wanted = block_of(order, (256, 3, 7), (256, 4, 7), (257, 3, 5), (257, 4, 5))
    assert with_size(block, 7, 5) == wanted


@pytest.mark.parametrize(("first", "second"), [(6, 1), (1, 6)])
def test_the_first_of_two_orientations_counts(first, second):
    both = b"".join(struct.pack("<HHLHH", ORIENTATION, 3, 1, way, 0) for way in (first, second))
    block = b"II*\0" + struct.pack("<LH", 8, 2) + both + bytes(4)
    assert read_orientation(block) == first
    assert read_orientation(turned_upright(block, first)) == 1
