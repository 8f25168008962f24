"""What other programs write beside pixels: it is heeded or kept, or its loss is said."""

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image

from imgfilt.errors import ImageError
from imgfilt.image import Image as Picture
from imgfilt.image import read, read_frames, write, write_frames

from .. import metadata_files as made
from ..cli_support import invoke
from ..metadata_files import again, with_exif


@pytest.mark.parametrize("label", ["PNG", "JPEG", "TIFF", "WebP", "JPEG 2000"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [1, 3, 4])
@pytest.mark.parametrize("count", [1, 2])
def test_an_orientation_of_any_unsigned_type_turns_the_picture(label, order, kind, count):
    order = "<" if label == "TIFF" else order
    entry = made.numbers(kind, *[6] * count, order=order)
    content = with_exif(label, {274: entry}, order)
    plain = read(io.BytesIO(with_exif(label, {}, order))).pixels
    assert np.array_equal(read(io.BytesIO(content)).pixels, np.rot90(plain, -1))
    result, _ = again(content, label)
    with Image.open(io.BytesIO(result)) as file:
        assert file.size == (6, 8)
        tags = file.getexif()
        if label == "JPEG 2000":
            tags.load(result[result.index(made.EXIF_UUID) + 16 :])
        assert tags[274] == 1


def lost_of(content, label="PNG"):
    return again(content, label)[1]


def npy():
    stream = io.BytesIO()
    np.save(stream, made.LEVELS)
    return stream.getvalue()


PNM = b"P6\n8 6\n255\n" + made.LEVELS.tobytes()


def bmp(bits, pixels, *, compression=0, table=b"", core=False, length=0, size=0):
    """Return a BMP of 8 x 6 pixels; its own size is 0, as some writers leave it."""
    if core:
        header = struct.pack("<L4H", 12, 8, 6, 1, bits)
    else:
        header = struct.pack("<LllHHLL4L", 40, 8, 6, 1, bits, compression, length, 0, 0, 0, 0)
    start = 14 + len(header) + len(table)
    return b"BM" + struct.pack("<LLL", size, 0, start) + header + table + pixels


def jp2_without_length():
    """Return a JPEG 2000 whose last box, that of the pixels, says no length."""
    content = made.saved("JPEG2000")
    place = content.index(b"jp2c") - 4
    return content[:place] + bytes(4) + content[place + 4 :]


GREYS = bytes(level for level in range(256) for _ in range(4))
RUNS = b"\x08\x07\0\0" * 6 + b"\0\1"  # of 8 pixels a row, then the end
INDEXED, CORE = bmp(8, bytes(48), table=GREYS), bmp(8, bytes(48), table=bytes(768), core=True)
BMPS = [
    made.saved("BMP"), made.bmp5(made.ICC), made.saved("BMP")[14:], bmp(24, bytes(144)),
    made.saved("BMP", made.LEVELS[:, :, 0] > 99), bmp(24, bytes(144), core=True),
    INDEXED, INDEXED[14:], CORE, CORE[14:],
    bmp(16, bytes(96), compression=3, table=struct.pack("<3L", 0xF800, 0x7E0, 0x1F)),
    bmp(8, RUNS, compression=1, table=GREYS, length=len(RUNS)),
    bmp(8, RUNS, compression=1, table=GREYS, size=14 + 40 + 1024 + len(RUNS)),
]  # fmt: skip
NUMBERS = b" ".join(b"%d" % level for level in made.LEVELS.ravel())


@pytest.mark.parametrize(
    "content",
    [
        made.jpeg(), made.saved("JPEG", progressive=True), made.png(), made.gif(),
        made.saved("WebP"), made.animated("PNG"), made.animated("GIF"), npy(), PNM, 2 * PNM,
        b"PF\n8 6\n-1\n" + bytes(576), *BMPS,
        made.saved("AVIF"), made.animated("AVIF"), made.saved("JPEG2000"), jp2_without_length(),
        made.saved("JPEG2000", no_jp2=True), made.saved("JPEG2000", tile_size=(3, 5), no_jp2=True),
        made.saved("JPEG2000", tile_size=(3, 5), comment=b"\xff\xd9", no_jp2=True, plt=True),
        b"P3\n8 6\n255\n" + NUMBERS + b"\n", b"P3\n8 6 255\n#a\n" + NUMBERS + b" #by hand\n",
        b"P2\n8 6\n255\n" + b"7 " * 48, b"P1\n8 6\n" + b"01" * 24 + b"\n", PNM + b"P1 2 1 1 0\n",
    ],
)  # fmt: skip
def test_data_behind_a_picture_is_said_and_padding_is_not(content):
    def lost(content):
        target, label = io.BytesIO(), "npy" if b"P1 2 1" not in content else "ppm"
        return write_frames(target, read_frames(io.BytesIO(content)), format=label)

    junk = b"\0\0\0\x18ftypmp42" + bytes(4988)
    if content.startswith((b"P1", b"P2", b"P3")) or b"P1 2 1" in content:
        junk = b"256 0 1 ".ljust(5000, b"1")
    before = lost(content)
    assert not any("data" in word or "box" in word for word in before)
    assert [*before, "data after the picture (5000 bytes)"] == [*lost(content + junk)]
    assert lost(content + b"1") == (*before, "data after the picture (1 byte)")
    assert lost(content + b"\n" + bytes(64) + b"\xff\xff") == before


@pytest.mark.parametrize("junk", [b"0", b"words # and more", b"\xff\xd8\0", b"P3 1 1 255 1 2 3"])
@pytest.mark.parametrize("head", [b"P1 3 1\n", b"P2 3 1 1\n", b"P3\n#a\n1 1 1\n"])
def test_junk_behind_plain_pixels_changes_nothing(head, junk):
    found = read(io.BytesIO(head + b"1 0 1\n" + junk))
    black, white = (255, 0) if head[1:2] == b"1" else (0, 255)
    assert found.pixels.ravel().tolist() == [white, black, white]
    plural = "s" * (len(junk) > 1)
    assert found.metadata.unread == (f"data after the picture ({len(junk)} byte{plural})",)
    assert found.metadata.comment == (b"a" if b"#" in head else None)
    for content in (head + b"1 0", head + b"1 0 x", head + b"1 words 1"):
        with pytest.raises(ImageError, match=r"truncated|something else"):
            read(io.BytesIO(content))


def test_further_boxes_and_pictures_are_named():
    extra = made.box(b"mpvd", b"video")
    assert lost_of(made.saved("AVIF") + extra) == ("mpvd box",)
    content = made.saved("JPEG2000")
    assert lost_of(content + content[content.index(b"jp2c") - 4 :]) == ("1 further picture",)
    assert lost_of(content + made.box(b"xml ", b"<a/>")) == ("xml box",)
    for one in (content, made.saved("JPEG2000", no_jp2=True), made.saved("AVIF")):
        behind = (f"data after the picture ({len(one)} bytes)",)
        assert lost_of(one + one) == behind


def test_further_pictures_of_an_mpo_are_counted(tmp_path):
    first, *rest = (Image.fromarray(made.LEVELS) for _ in range(3))
    first.save(tmp_path / "a.mpo", save_all=True, append_images=rest)
    content = (tmp_path / "a.mpo").read_bytes()
    assert lost_of(content) == ("2 further pictures",)
    assert lost_of(content + b"more") == ("2 further pictures", "data after the picture (4 bytes)")
    first.save(tmp_path / "b.mpo", save_all=True, append_images=rest[:1])
    content = (tmp_path / "b.mpo").read_bytes()
    assert lost_of(content) == ("1 further picture",)
    assert lost_of(content[: content.index(b"\xff\xd9") + 2]) == ("APP2 MPF",)


@pytest.mark.parametrize("label", ["PNG", "JPEG", "WebP", "JPEG 2000"])
def test_thumbnails_that_are_left_out_are_details(label):
    block = made.block({271: made.text(b"maker")})
    link = len(made.block({271: made.text(b"maker")})) - 6  # before the text
    second = made.directory({0x201: made.numbers(4, 100), 0x202: made.numbers(4, 4)}, len(block))
    block = block[: link - 4] + struct.pack("<L", len(block)) + block[link:] + second + b"jpeg"
    with_thumbnail = {
        "PNG": lambda: made.png((b"eXIf", block)),
        "JPEG": lambda: made.jpeg((0xE1, b"Exif\0\0" + block)),
        "WebP": lambda: made.saved("WebP", exif=block),
        "JPEG 2000": lambda: made.jp2(made.EXIF_UUID + block),
    }[label]()
    details = read(io.BytesIO(with_thumbnail)).metadata.details
    assert details == ("the thumbnail in EXIF is left out",)
    plain = with_exif(label, {271: made.text(b"maker")})
    assert read(io.BytesIO(plain)).metadata.details == ()


def test_a_thumbnail_in_jfif_is_a_detail():
    content = made.jpeg()
    assert content[6:10] == b"JFIF"
    jfif = content[6:18] + b"\1\1rgb"
    content = content[:4] + struct.pack(">H", 2 + len(jfif)) + jfif + content[20:]
    assert read(io.BytesIO(content)).metadata.details == ("the thumbnail in JFIF is left out",)


@pytest.mark.parametrize("number", [0x0409, 0x040C])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_thumbnail_in_photoshops_resources_is_a_detail(number, orientation):
    rest = made.resources((0x0406, b"QUALITY\0")), b"8BIM broken"
    block = made.resources((number, b"thumb")).join(rest)
    turned = made.block({274: made.numbers(3, orientation), 271: made.text(b"maker")})
    for content in (
        made.jpeg((0xE1, b"Exif\0\0" + turned), (0xED, b"Photoshop 3.0\0" + block)),
        made.tiff({274: made.numbers(3, orientation), 34377: made.raw(block)}),
    ):
        found = read(io.BytesIO(content)).metadata
        assert found.details == ("the thumbnail in Photoshop resources is left out",)
        assert found.photoshop == b"".join(rest)
    plain = read(io.BytesIO(made.tiff({34377: made.raw(rest[0])}))).metadata
    assert (plain.details, plain.photoshop) == ((), rest[0])


def test_what_cannot_be_read_is_said_in_a_sentence(in_folder):
    chunks = [(b"zTXt", b"\0\0"), (b"zTXt", b"bad\0\0rubbish"), (b"pHYs", b"")]
    for count, words in (
        (1, "its text can't be read"),
        (2, "its text and its text 'bad' can't be read"),
        (3, "its text, its text 'bad' and its resolution can't be read"),
    ):
        (in_folder / "a.png").write_bytes(made.png(*chunks[:count]))
        result = invoke("convolve", "a.png", "-k", "identity", "-o", "b.png")
        assert (result.exit_code, result.stderr) == (0, f"imgfilt: a.png: {words}\n")


def test_tags_of_a_tiff_without_exif_are_named_one_by_one():
    plain = {271: made.text(b"maker"), 315: made.text(b"author"), 40091: made.raw(b"t\0\0\0", 1)}
    assert lost_of(made.tiff(plain), ".npy") == ("Make", "Artist", "XPTitle")
    gps = {34853: (4, 1, {1: made.text(b"N")})}
    assert lost_of(made.tiff(plain | gps), ".npy") == ("EXIF",)
    assert lost_of(made.tiff({274: made.numbers(3, 3), 296: made.numbers(3, 2)}), ".npy") == ()
    block = made.block({271: made.text(b"maker")})
    assert lost_of(made.jpeg((0xE1, b"Exif\0\0" + block)), ".npy") == ("EXIF",)


def test_a_profile_with_a_part_missing_is_unreadable():
    parts = [(0xE2, b"ICC_PROFILE\0" + bytes((number, 2)) + b"part") for number in (1, 2)]
    assert read(io.BytesIO(made.jpeg(parts[1]))).metadata.unreadable == ("ICC profile",)
    assert read(io.BytesIO(made.jpeg(*parts))).metadata.unreadable == ()


@pytest.mark.parametrize(
    "content",
    [
        b"P5 # by hand\n2 1\n#second\n255\n\7\t", b"P2\n# by hand\n2 1 255\n7 #second\n9\n",
        b"P5\n2 1 # by hand\n255#second\n\7\t", b"P5\n#by hand\n2 1\n# second\n255\n\7\t",
    ],
)  # fmt: skip
def test_comments_of_a_pgm_stay_or_are_said_to_be_lost(content):
    result, lost = again(content, "PGM")
    assert result == b"P5\n# by hand\n# second\n2 1\n255\n\7\t"
    assert lost == ()
    assert lost_of(content) == ("comment",)
    assert Image.open(io.BytesIO(result)).tobytes() == b"\7\t"


def test_a_comment_that_a_ppm_cannot_hold_is_said():
    assert lost_of(made.jpeg((0xFE, b"a\rb")), "PPM") == ("comment",)
    assert lost_of(made.jpeg((0xFE, b"x" * 65_000)), "PPM") == ("comment",)
    result, lost = again(made.jpeg((0xFE, b"x" * 50_000)), "PPM")
    assert lost == ()
    assert read(io.BytesIO(result)).metadata.comment == b"x" * 50_000


@pytest.mark.parametrize("make", [made.gif, lambda: made.animated("GIF")])
def test_the_shape_of_a_gifs_pixels_stays(make):
    content = make()
    content = content[:12] + b"\x70" + content[13:]

    def written(content, form):
        target = io.BytesIO()
        return write_frames(target, read_frames(io.BytesIO(content)), format=form), target

    lost, target = written(content, "gif")
    assert (lost, target.getvalue()[12]) == ((), 0x70)
    lost, target = written(content, "png")
    assert lost == ()
    # 64 pixels across are as long as 112 + 15 down.
    assert b"pHYs" + struct.pack(">LLB", 64, 127, 0) in target.getvalue()
    assert written(target.getvalue(), "gif")[1].getvalue()[12] == 0x70
    assert "resolution" in written(content, "webp")[0]
    square = content[:12] + b"\x31" + content[13:]
    assert written(square, "webp")[0] == ()


@pytest.mark.parametrize("kind", [b"ABCD", b"CgBI", b"QqQq"])
def test_a_png_with_an_unknown_critical_chunk_is_refused(kind):
    with pytest.raises(ImageError, match=f"critical chunk {kind.decode()}"):
        read(io.BytesIO(made.png((kind, b"held"))))


@pytest.mark.parametrize(
    ("content", "lost"),
    [
        (made.png((b"sBIT", b"\5\6\5")), ("sBIT",)),
        (made.png((b"sBIT", b"\x08\x08\x08")), ()),
        (made.png((b"sBIT", b"\7"), levels=made.LEVELS[:, :, 0]), ("sBIT",)),
    ],
)
def test_fewer_significant_bits_of_a_png_are_said(content, lost):
    assert lost_of(content) == lost


def test_alpha_and_colours_that_a_gif_cannot_hold_are_said():
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    alpha = "partial transparency (alpha was rounded)"
    colours = "more than 256 colours (they were reduced)"

    def lost(*channels, **options):
        levels = np.stack(np.broadcast_arrays(*channels), axis=2)
        image = Picture(levels.astype(np.uint8), len(channels) in (2, 4))
        return write(io.BytesIO(), image, format="gif", **options)

    assert lost(ramp) == lost(ramp, ramp, 3) == lost(ramp, np.uint8(255)) == ()
    assert lost(ramp, np.uint8(100)) == lost(ramp, np.uint8(254), strip=True) == (alpha,)
    assert lost(ramp, np.where(ramp == 7, 0, 255)) == ()
    wide = np.concatenate((ramp, ramp[:1]))
    assert lost(wide, wide, np.arange(17)[:, None] // 16) == (colours,)
    # A hidden pixel takes the place of a colour.
    assert lost(wide, wide, 3, np.where(np.arange(17) < 16, 255, 0)[:, None]) == (colours,)


@pytest.mark.parametrize(
    ("content", "details"),
    [
        (b"P5\n1 1\n15\n\7", "levels 0..15 are read as 0..255"),
        (b"P5\n1 1\n300\n\0\7", "levels 0..300 are read as 0..65535"),
        (PNM, None),
        (made.saved("PNG", np.eye(4, dtype=bool)), "levels 0..1 are read as 0..255"),
        (made.png(levels=made.LEVELS[:, :, 0].astype(np.uint16)), None),
        (made.tiff({258: made.numbers(3, 12, 12, 12), 279: made.numbers(4, 108)}),
         "levels 0..4095 are read as 0..65535"),
        (made.tiff(), None),
    ],
)  # fmt: skip
def test_levels_of_another_range_are_a_detail(content, details):
    assert read(io.BytesIO(content)).metadata.details == ((details,) if details else ())


def test_half_floats_of_a_tiff_are_said_to_be_read_as_floats():
    stream = io.BytesIO()
    tifffile.imwrite(stream, np.ones((3, 4), np.float16))
    notes = read(io.BytesIO(stream.getvalue())).metadata.notes
    assert notes == ("16-bit floats are read as 32-bit floats",)
