"""What a file says beside its pixels stays the bytes that it was, and agrees with the pixels."""

import io
import struct
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from imgfilt.image import (
    FORMATS,
    ImageHeader,
    read,
    read_frames,
    why_unsupported,
    write,
    write_frames,
)

from .. import metadata_files as made
from ..cli_support import files, invoke, succeed
from ..metadata_files import again, with_exif

CASES = Path(__file__).parent.parent / "cases"
WITH_EXIF = "PNG", "JPEG", "TIFF", "WebP", "AVIF", "JPEG 2000"
SUB = 0x8769, 0x8825, 0xA005
# What a TIFF says of its pixels, and what says that a picture is upright and where.
STRUCTURE = {*range(254, 260), 262, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339}


def entries(content, start=None, order=None):
    """Return the raw fields of a TIFF or an EXIF block, numbers with the low byte first."""
    order = order or {b"II": "<", b"MM": ">"}[content[:2]]
    start = struct.unpack_from(order + "L", content, 4)[0] if start is None else start
    found = {}
    for number in range(struct.unpack_from(order + "H", content, start)[0]):
        at = start + 2 + 12 * number
        tag, kind, count = struct.unpack_from(order + "HHL", content, at)
        length = count * made.SIZES[kind]
        place = at + 8 if length <= 4 else struct.unpack_from(order + "L", content, at + 8)[0]
        if tag in SUB:
            found[tag] = entries(
                content, struct.unpack_from(order + "L", content, at + 8)[0], order
            )
            continue
        value, step = content[place : place + length], {3: 2, 4: 4, 5: 4, 9: 4, 10: 4, 12: 8}
        if order == ">" and kind in step:
            value = np.frombuffer(value, f"u{step[kind]}").byteswap().tobytes()
        found[tag] = kind, count, value
    return found


def said(content, label):
    """Return the fields of a file's EXIF, as another reader than imgfilt finds it."""
    if label == "TIFF":
        return {tag: value for tag, value in entries(content).items() if tag not in STRUCTURE}
    if label == "JPEG 2000":
        return entries(content[content.index(made.EXIF_UUID) + 16 :])
    with Image.open(io.BytesIO(content)) as file:
        return entries(file.info["exif"].removeprefix(b"Exif\0\0"))


def with_xmp(label, xmp):
    return {
        "PNG": lambda: made.png((b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + xmp)),
        "JPEG": lambda: made.jpeg((0xE1, made.APP1_XMP + xmp)),
        "TIFF": lambda: made.tiff({700: made.raw(xmp)}),
        "WebP": lambda: made.saved("WebP", xmp=xmp),
        "AVIF": lambda: made.saved("AVIF", xmp=xmp),
        "JPEG 2000": lambda: made.jp2(made.XMP_UUID + xmp),
    }[label]()


@pytest.mark.slow
@pytest.mark.parametrize("target", WITH_EXIF)
@pytest.mark.parametrize("source", WITH_EXIF)
@pytest.mark.parametrize("order", ["<", ">"])
def test_text_fractions_and_types_stay_as_they_were(source, target, order):
    order = "<" if source == "TIFF" else order
    fields = made.exif_fields(order) | {
        0x10E: made.text(b"caf\xe9\0second"), 0x9C9B: made.raw("Titel".encode("utf-16-le"), 1),
        0x8298: (2, 3, b"\xa9 M"), 0x4746: made.numbers(3, 4, order=order),
        0x13E: made.numbers(5, 3127, 10_000, 329, 1000, order=order),
    }  # fmt: skip
    expected = entries(made.block(fields, order))
    content = with_exif(source, fields, order)
    assert said(content, source) == expected
    for _ in range(2):
        content, lost = again(content, target)
        assert lost == ()
        assert said(content, target) == expected


@pytest.mark.parametrize("target", WITH_EXIF)
def test_the_cameras_letters(target):
    content = (CASES / "text/letters.jpg").read_bytes()
    found = said(again(content, target)[0], target)
    expected = said(content, "JPEG")
    if target == "AVIF":
        del expected[274]
    # How chroma was sampled, and a resolution of 1 without a unit, are no description.
    kept = expected.keys() - ({531} if target == "TIFF" else set())
    assert {tag: found[tag] for tag in kept} == {tag: expected[tag] for tag in kept}
    for letters in ("Ä ö ü ß Łø".encode(), "© µ".encode()):
        assert letters in again(content, target)[0]


def test_the_letters_of_a_tiff_stay():
    content = (CASES / "text/e16.tif").read_bytes()
    for target in ("TIFF", "PNG"):
        result, lost = again(content, target)
        assert lost == (() if target == "TIFF" else ("PageNumber",))
        expected, found = said(content, "TIFF"), said(result, target)
        for tag in (270, 315, 33432, *SUB[:2], 40091, 318, 319):
            assert found.get(tag) == expected.get(tag)


def test_an_avif_that_its_container_turns_keeps_its_letters():
    plain = made.block({274: made.numbers(3, 6), 0x13B: made.text(b"AAAA")})
    content = made.saved("AVIF", exif=plain).replace(b"AAAA", b"\xc4\xd6\xdc!")
    assert b"irot" in content
    result, lost = again(content, "JPEG")
    assert lost == ()
    assert said(result, "JPEG")[0x13B] == made.text(b"\xc4\xd6\xdc!")
    with Image.open(io.BytesIO(result)) as file:
        assert file.size == (6, 8)


XMP_SPEAKING = (
    made.XMP_HEAD + b'tiff:Orientation="%d" tiff:ImageWidth="8" tiff:XResolution="300/1" '
    b"exif:PixelXDimension='8'><tiff:ImageLength>6</tiff:ImageLength>"
    b"<exif:PixelYDimension>6</exif:PixelYDimension><tiff:YResolution>150/1</tiff:YResolution>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def speaking(way, order="<"):
    """Return EXIF and XMP that speak of the way up, the size and the resolution."""
    fields = {
        274: made.numbers(3, way, order=order), 256: made.numbers(3, 8, order=order),
        257: made.numbers(4, 6, order=order), 282: made.numbers(5, 300, 1, order=order),
        283: made.numbers(5, 150, 1, order=order), 296: made.numbers(3, 2, order=order),
        0x8769: (4, 1, {
            0xA002: made.numbers(3, 8, order=order), 0xA003: made.numbers(3, 6, order=order),
        }),
    }  # fmt: skip
    return made.block(fields, order), XMP_SPEAKING % way


def whole(value):
    kind, _, content = value
    return struct.unpack("<H" if kind == 3 else "<L", content)[0]


def check_agreement(exif, xmp, width, height, across, down):
    """Check that all that is said of a picture is so."""
    found = entries(exif)
    assert whole(found.get(274, (3, 1, b"\1\0"))) == 1
    assert (whole(found[256]), whole(found[257])) == (width, height)
    inner = found[0x8769]
    assert (whole(inner[0xA002]), whole(inner[0xA003])) == (width, height)
    ratios = [Fraction(*struct.unpack("<2L", found[tag][2])) for tag in (282, 283)]
    assert ratios == [across, down]
    expected = XMP_SPEAKING % 1
    for before, after in (
        (b'ImageWidth="8"', b'ImageWidth="%d"' % width),
        (b"PixelXDimension='8'", b"PixelXDimension='%d'" % width),
        (b"ImageLength>6<", b"ImageLength>%d<" % height),
        (b"PixelYDimension>6<", b"PixelYDimension>%d<" % height),
        (b'XResolution="300/1"', b'XResolution="%d/1"' % across),
        (b"YResolution>150/1<", b"YResolution>%d/1<" % down),
    ):
        expected = expected.replace(before, after)
    assert xmp == expected


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("way", [1, 2, 3, 5, 6, 7, 8])
@pytest.mark.parametrize("kind", ["segments", "chunks", "raw profiles", "APP1"])
def test_all_that_speaks_of_a_turned_picture_agrees(kind, way, order):
    exif, xmp = speaking(way, order)
    content = {
        "segments": lambda: made.jpeg(
            (0xE1, b"Exif\0\0" + exif), (0xE1, made.APP1_XMP + xmp), density=(1, 300, 150)
        ),
        "chunks": lambda: made.png(
            (b"eXIf", exif), (b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + xmp)
        ),
        "raw profiles": lambda: made.png(
            made.profile_text(b"exif", b"Exif\0\0" + exif), made.profile_text(b"xmp", xmp)
        ),
        "APP1": lambda: made.png(
            made.profile_text(b"APP1", b"Exif\0\0" + exif),
            made.profile_text(b"APP1", made.APP1_XMP + xmp),
        ),
    }[kind]()
    width, height, across, down = (6, 8, 150, 300) if way > 4 else (8, 6, 300, 150)
    for target in ("JPEG", "PNG", "WebP"):
        result, lost = again(content, target)
        assert lost == ()
        assert b"Raw profile" not in result
        with Image.open(io.BytesIO(result)) as file:
            assert file.size == (width, height)
            found = file.info["exif"].removeprefix(b"Exif\0\0")
            held = file.info["xmp"]
            check_agreement(found, held, width, height, across, down)
            if target == "JPEG":
                assert file.info["jfif_density"] == (across, down)
            if target == "PNG":
                assert file.info["dpi"] == pytest.approx((across, down), abs=0.02)


@pytest.mark.parametrize("size", [(6, 4), (10, 9)])
def test_all_that_speaks_of_the_size_follows_it(size):
    exif, xmp = speaking(1)
    jpeg = made.jpeg((0xE1, b"Exif\0\0" + exif), (0xE1, made.APP1_XMP + xmp))
    pixels, target = np.zeros((*size[::-1], 3), np.uint8), io.BytesIO()
    write(target, replace(read(io.BytesIO(jpeg)), pixels=pixels), format="jpeg")
    with Image.open(target) as file:
        check_agreement(file.info["exif"][6:], file.info["xmp"], *size, 300, 150)
    geo, target = made.files()["GeoTIFF"]["TIFF"], io.BytesIO()
    lost = write(target, replace(read(io.BytesIO(geo)), pixels=pixels), format="tiff")
    assert lost == ("GeoTIFF",)
    assert not {33550, 33922, 34735} & entries(target.getvalue()).keys()


@pytest.mark.parametrize("border", ["valid", "full"])
def test_a_border_that_changes_the_size_says_what_is_lost(border, in_folder):
    Path("b.tif").write_bytes(made.files()["GeoTIFF"]["TIFF"])
    words = ["--kernel", "average:3", "--border", border]
    result = succeed("convolve", "b.tif", *words, "-o", "c.tif")
    assert result.stderr == "imgfilt: b.tif: not kept in TIFF: GeoTIFF\n"


def test_a_turned_tiff_agrees():
    content = (CASES / "turned/a8.tif").read_bytes()
    result, lost = again(content, "TIFF")
    assert lost == ()
    with tifffile.TiffFile(io.BytesIO(result)) as file:
        tags = file.pages[0].tags
        assert file.pages[0].shape[:2] == (60, 40)
        assert tags[274].value == 1
        assert (tags[282].value, tags[283].value) == ((150, 1), (300, 1))
        assert b'Orientation="1"' in result or b"Orientation>1<" in result
        assert b">40</tiff:ImageWidth>" in result or b"ImageWidth='40'" in result
        assert tags[34665].value["PixelXDimension"] == 40
        expected = tifffile.imread(CASES / "turned/a8.tif")
        np.testing.assert_array_equal(file.asarray(), np.rot90(expected, -1))


def test_xmp_in_utf_16_is_brought_up_to_date():
    xmp = (XMP_SPEAKING % 6).decode().encode("utf-16")
    exif, _ = speaking(6)
    content = made.png((b"eXIf", exif), made.profile_text(b"xmp", xmp))
    held = read(io.BytesIO(content)).metadata.xmp.decode("utf-16")
    assert 'tiff:Orientation="1"' in held


@pytest.mark.parametrize("label", WITH_EXIF)
def test_an_orientation_in_xmp_alone_is_left_as_it_is(label):
    """As ImageMagick -auto-orient, GraphicsMagick -auto-orient, vips autorot and cv2 leave it."""
    xmp = made.XMP_HEAD + b'tiff:Orientation="6"' + made.XMP_TAIL
    result, lost = again(with_xmp(label, xmp), label)
    assert lost == ()
    assert xmp in result
    assert read(io.BytesIO(result)).pixels.shape == (6, 8, 3)


@pytest.mark.parametrize("unit", [1, 2, 3])
@pytest.mark.parametrize("ratio", [(72, 1), (200, 13), (1, 3), (4_000_000_000, 7)])
def test_a_tiffs_resolution_is_the_same_fractions(ratio, unit):
    fields = {
        282: made.numbers(5, *ratio),
        283: made.numbers(5, 720, 10),
        296: made.numbers(3, unit),
    }
    found = entries(again(made.tiff(fields), "TIFF")[0])
    assert {tag: found[tag] for tag in fields} == fields


@pytest.mark.parametrize(
    ("name", "unit", "dots"), [("res_px_none", 1, 4), ("res8_um01", 3, 100_000), ("imagej", 1, 2.5)]
)
def test_resolutions_of_microscopes(name, unit, dots):
    images = list(read_frames(CASES / f"resolution/{name}.tif"))
    target = io.BytesIO()
    assert write_frames(target, images, format="tiff") == ()
    with tifffile.TiffFile(io.BytesIO(target.getvalue())) as file:
        assert len(file.pages) == len(images)
        for page in file.pages:
            assert page.tags[296].value == unit
            for tag in (282, 283):
                assert Fraction(*page.tags[tag].value) == Fraction(dots)
        if name == "imagej":
            assert file.pages[0].description.startswith("ImageJ=1.11a\nimages=6")


@pytest.mark.parametrize("bits", [8, 16])
def test_a_jpegs_cmyk_says_its_resolution_in_exif(bits):
    fields = {282: made.numbers(5, 301, 1), 283: made.numbers(5, 72, 1), 296: made.numbers(3, 2)}
    levels = np.full((6, 8, 4), 99, np.uint8)
    content = made.tiff(fields | {262: made.numbers(3, 5)}, levels)
    found = said(again(content, "JPEG")[0], "JPEG")
    assert {tag: found[tag] for tag in fields} == fields


def test_what_the_cases_say_is_kept():
    content, lost = again((CASES / "colour/icc.jp2").read_bytes(), "PNG")
    with Image.open(io.BytesIO(content)) as file:
        assert file.info["icc_profile"][36:40] == b"acsp"
    assert lost == ()
    content, lost = again((CASES / "colour/p3.avif").read_bytes(), "PNG")
    assert b"cICP" + made.P3 in content
    assert lost == ()
    content, lost = again(content, "AVIF")
    assert b"colrnclx\0\x0c\0\x0d" in content
    assert again(content, "JPEG")[1] == ("gamma and primaries",)
    geo = CASES / "resolution/nodata_geo16.tif"
    content, lost = again(geo.read_bytes(), "TIFF")
    with tifffile.TiffFile(geo) as before, tifffile.TiffFile(io.BytesIO(content)) as after:
        for tag in (33550, 33922, 34735, 42112, 42113):
            assert after.pages[0].tags[tag].value == before.pages[0].tags[tag].value
            assert after.pages[0].tags[tag].dtype == before.pages[0].tags[tag].dtype
    assert again(geo.read_bytes(), "PNG")[1] == ("GeoTIFF", "GDAL_METADATA", "GDAL_NODATA")
    content, lost = again((CASES / "resolution/iptc.jpg").read_bytes(), "JPEG")
    assert lost == ()
    assert b"Photoshop 3.0\0" in content
    assert b"\x1c\x02\x19\x00\x07harbour" in content


def test_iptc_goes_between_jpeg_and_tiff():
    jpeg = made.files()["Photoshop resources"]["JPEG"]
    tags = entries(again(jpeg, "TIFF")[0])
    assert tags[33723][2] == made.IPTC
    assert b"QUALITY" in tags[34377][2]
    as_longs = made.IPTC + bytes(-len(made.IPTC) % 4)
    for written in (as_longs, np.frombuffer(as_longs, "u4").byteswap().tobytes()):
        content, lost = again(made.tiff({33723: made.raw(written, 4)}), "JPEG")
        assert lost == ()
        assert made.IPTC in content


def test_a_turned_picture_has_other_photoshop_resolutions_and_no_thumbnail():
    density = struct.pack(">4sHH4sHH", b"XXXX", 1, 1, b"YYYY", 2, 2)
    held = made.resources((0x03ED, density), (0x040C, b"THUMBNAIL!"))
    exif = made.block({274: made.numbers(3, 6)})
    content = made.jpeg((0xE1, b"Exif\0\0" + exif), (0xED, b"Photoshop 3.0\0" + held))
    result, _ = again(content, "JPEG")
    assert density[8:] + density[:8] in result
    assert b"THUMBNAIL!" not in result


def test_long_blocks_of_a_jpeg_are_kept_in_several_segments():
    records = b"".join(
        b"\x1c\x02\x19" + struct.pack(">H", 30_000) + bytes([n]) * 30_000 for n in (1, 2, 3)
    )
    held = made.resources((0x0404, records))
    extended = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + bytes(8) + b"<more/>"
    parts = [held[at : at + 60_000] for at in range(0, len(held), 60_000)]
    content = made.jpeg(*((0xED, b"Photoshop 3.0\0" + part) for part in parts), (0xE1, extended))
    result, lost = again(content, "JPEG")
    assert lost == ()
    assert extended in result
    joined = read(io.BytesIO(result)).metadata
    assert joined.iptc == records
    assert again(content, "PNG")[1] == ("extended XMP",)


def test_what_is_not_read_is_named_from_the_file():
    content = made.jpeg(
        (0xEC, b"Ducky\0\1"), (0xE2, b"MPF\0II*\0"), (0xE3, b"\0\1\2"), (0xE0, b"JFXX\0\x10")
    )
    assert again(content, "JPEG")[1] == ("APP12 Ducky", "APP2 MPF", "APP3", "APP0 JFXX")
    fields = {330: made.numbers(4, 8), 34412: made.raw(b"LSM!!"), 340: made.numbers(3, 1, 1, 1)}
    assert again(made.tiff(fields), "TIFF")[1] == ("SubIFDs", "SMinSampleValue", "tag 34412")
    assert again(made.png((b"tIME", bytes(7)), (b"vpAg", bytes(9))), "PNG")[1] == ("tIME",)
    assert again(made.png((b"vpAg", bytes(9))), "TIFF")[1] == ("vpAg",)
    assert again(made.gif(b"\x21\xff\x0bMyProgram12" + made.in_blocks(b"x")), "GIF")[1] == (
        "extension MyProgram12",
    )
    other = made.jp2(
        bytes(range(16)) + b"x", bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03") + b"II"
    )
    assert again(other, "JPEG 2000")[1] == ("uuid box 00010203", "GeoJP2")


@pytest.mark.slow
def test_plain_pictures_lose_nothing(in_folder):
    for form in ("PNG", "JPEG", "TIFF", "WebP", "AVIF", "JPEG2000", "BMP", "GIF"):
        options = {"dpi": (0, 0)} if form == "BMP" else {}
        Path(f"{form}.img").write_bytes(made.saved(form, **options))
    names = sorted(files())
    for name, form in FORMATS.items():
        if why_unsupported(form, ImageHeader("uint8", (6, 8, 3), False)) is None:
            target = name + "/{stem}" + form.suffixes[0]
            result = succeed("convolve", *names, "--kernel", "identity", "-j", 1, "-o", target)
            assert "not kept" not in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "item", [i for i in made.files() if i not in ("frame durations", "number of loops")]
)
def test_strip_drops_everything(item):
    held = made.files()[item]
    marks = made.ICC[:64], made.ARTIST, made.XMP, made.IPTC, b"QUALITY", b"Ducky", b"hand", b"fjord"
    for label, content in held.items():
        result, lost = again(content, label, strip=True)
        assert lost == ()
        assert not [mark for mark in marks if mark in result]
        left = read(io.BytesIO(result)).metadata
        assert not (left.tags or left.unread or left.colour or left.text or left.icc or left.xmp)


def test_every_page_of_a_tiff_keeps_its_own():
    pages = [made.LEVELS, made.LEVELS[:4]]
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as file:
        for number, levels in enumerate(pages):
            tag = (65000 + number, 3, 1, number, True)
            file.write(levels, photometric="rgb", description=f"page {number}", metadata=None,
                       extratags=[tag], resolution=(10 + number, 20), resolutionunit=3)  # fmt: skip
    stream.seek(0)
    target = io.BytesIO()
    assert write_frames(target, read_frames(stream), format="tiff") == ()
    with tifffile.TiffFile(io.BytesIO(target.getvalue())) as file:
        for number, page in enumerate(file.pages):
            assert page.description == f"page {number}"
            assert page.tags[65000 + number].value == number
            assert Fraction(*page.tags[282].value) == 10 + number


@pytest.mark.parametrize("label", WITH_EXIF)
@pytest.mark.parametrize(
    "exif",
    [b"", b"II", b"nonsense", b"II*\0\xff\xff\xff\x7f", b"MM\0*\0\0\0\x08\xff\xff", bytes(99)],
)
def test_malformed_exif_stops_no_picture(label, exif):
    content = {
        "PNG": lambda: made.png((b"eXIf", exif)),
        "JPEG": lambda: made.jpeg((0xE1, b"Exif\0\0" + exif)),
        "TIFF": lambda: made.tiff({34665: made.numbers(4, 2**31), 34853: (99, 5, b"abc")}),
        "WebP": lambda: made.saved("WebP", exif=exif),
        "AVIF": lambda: made.saved("AVIF"),
        "JPEG 2000": lambda: made.jp2(made.EXIF_UUID + exif),
    }[label]()
    for target in WITH_EXIF:
        again(content, target)


def test_malformed_chunks_and_boxes_stop_no_picture():
    chunks = [
        (b"iCCP", b"no end"), (b"pHYs", b"12"),
        (b"iCCP", b"name\0\0" + zlib.compress(made.ICC)[:40]), (b"tEXt", bytes(5)),
        (b"tEXt", b"no key"), (b"zTXt", b"key\0\0not deflated"), (b"iTXt", b"key\0\1\0en\0"),
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 8\nzz")),
    ]  # fmt: skip
    for chunk in chunks:
        for content in (made.png(chunk), made.png(after=[chunk])):
            result, _ = again(content, "PNG")
            assert len(read(io.BytesIO(content)).metadata.unreadable) == 1
            np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(result))), made.LEVELS)
    broken = made.png((b"tEXt", b"Title\0fjord")).replace(b"fjord", b"fjXrd")
    assert read(io.BytesIO(broken)).metadata.unreadable == ("text",)
    assert again(made.jp2(colr=b"\2\0\0rubbish"), "PNG")[1] == ("ICC profile",)
    for held in (b"8BIM", b"8BIM\4\4\0\0\xff\xff\xff\xff", b"rubbish"):
        again(made.jpeg((0xED, b"Photoshop 3.0\0" + held)), "TIFF")


def test_texts_of_a_png_stay_byte_by_byte():
    texts = [
        (b"tEXt", b"Comment\0first"), (b"tEXt", b"Comment\0\xc3\xa4 second"),
        (b"iTXt", "Title\0\0\0de\0Überschrift\0Föhn".encode()),
        (b"zTXt", b"Long\0\0" + zlib.compress(b"word " * 400_000)),
    ]  # fmt: skip
    for levels in (made.LEVELS, made.LEVELS.astype(np.uint16)[:, :, 0]):
        result, lost = again(made.png(texts[0], after=texts[1:], levels=levels), "PNG")
        assert lost == ()
        for kind, held in texts:
            assert result.count(made.png_chunk(kind, held)) == 1


def test_grey_formats_say_what_they_lose(in_folder):
    fields = made.exif_fields() | {700: made.raw(made.XMP), 42113: made.text(b"0")}
    Path("a.tif").write_bytes(made.tiff(fields, made.LEVELS[:, :, :1]))
    for suffix, depth in (("pgm", "8"), ("csv", "8"), ("txt", "8"), ("pfm", "float")):
        target = f"a.{suffix}"
        result = succeed("convolve", "a.tif", "-k", "identity", "--depth", depth, "-o", target)
        label = FORMATS[suffix].label
        assert f"imgfilt: a.tif: not kept in {label}: EXIF, XMP, GDAL_NODATA\n" in result.stderr
        assert (
            invoke(
                "blur", "a.tif", "--nodata", "0", "--strip", "--depth", depth, "-o", target
            ).stderr
            == ""
        )
