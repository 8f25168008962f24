"""Files that say something beside their pixels, made byte by byte or by Pillow."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from imgfilt.image import FORMATS, read, write

LEVELS = np.random.default_rng(3).integers(0, 256, (6, 8, 3), dtype=np.uint8)
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 12: 8}


def directory(fields, start, order="<"):
    """Return a TIFF directory of {tag: (type, count, bytes, or another such directory)}."""
    place = start + 2 + 12 * len(fields) + 4
    head, tail = struct.pack(order + "H", len(fields)), b""
    for tag, (kind, count, value) in sorted(fields.items()):
        if isinstance(value, dict):
            value, longest = directory(value, place + len(tail), order), 0
        else:
            longest = 4
        if len(value) > longest:
            head += struct.pack(order + "HHLL", tag, kind, count, place + len(tail))
            tail += value + bytes(len(value) % 2)
        else:
            head += struct.pack(order + "HHL", tag, kind, count) + value.ljust(4, b"\0")
    return head + bytes(4) + tail


def block(fields, order="<"):
    """Return an EXIF block."""
    start = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HL", 42, 8)
    return start + directory(fields, 8, order)


def text(value):
    return 2, len(value) + 1, value + b"\0"


def numbers(kind, *values, order="<"):
    digits = {1: "B", 3: "H", 4: "L", 5: "L", 10: "l", 12: "d"}[kind]
    count = len(values) // 2 if kind in (5, 10) else len(values)
    return kind, count, struct.pack(f"{order}{len(values)}{digits}", *values)


def raw(value, kind=7):
    return kind, len(value) // SIZES[kind], value


ARTIST, MAKER = "Ä".encode() + b"\xc4rger", b"MAKER\0NOTE with offsets"
COMMENT = b"UNICODE\0" + "hällo".encode("utf-16-le")


def exif_fields(order="<"):
    """Return text that is no ASCII, a maker's note, fractions and a GPS directory."""
    return {
        0x13B: text(ARTIST),
        0x8769: (4, 1, {
            0x829A: numbers(5, 4, 1000, order=order), 0x9204: numbers(10, -2, 6, order=order),
            0x927C: raw(MAKER), 0x9286: raw(COMMENT), 0x8827: numbers(3, 200, order=order),
        }),
        0x8825: (4, 1, {1: text(b"N"), 2: numbers(5, 48, 1, 30, 1, 0, 7, order=order)}),
    }  # fmt: skip


def tiff(fields=None, levels=LEVELS):
    """Return a TIFF of one strip with these fields as well."""
    height, width, channels = levels.shape
    bits = levels.dtype.itemsize * 8
    held = {
        256: numbers(4, width), 257: numbers(4, height), 258: numbers(3, *[bits] * channels),
        259: numbers(3, 1), 262: numbers(3, 2 if channels == 3 else 1), 273: numbers(4, 8),
        277: numbers(3, channels), 278: numbers(4, height), 279: numbers(4, levels.nbytes),
    } | (fields or {})  # fmt: skip
    start = 8 + levels.nbytes
    return struct.pack("<2sHL", b"II", 42, start) + levels.tobytes() + directory(held, start)


def saved(form, levels=LEVELS, **options):
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, form, **options)
    return stream.getvalue()


def animated(form, **options):
    """Return two frames of 40 and 120 ms."""
    rest = [Image.fromarray(255 - LEVELS)]
    return saved(form, save_all=True, append_images=rest, duration=[40, 120], **options)


def png_chunk(kind, held):
    check = zlib.crc32(kind + held)
    return struct.pack(">L", len(held)) + kind + held + struct.pack(">L", check)


def png(*chunks, after=(), levels=LEVELS):
    """Return a PNG with chunks before its pixels and after them."""
    content = saved("PNG", levels)
    return b"".join((
        content[:33], *(png_chunk(*chunk) for chunk in chunks), content[33:-12],
        *(png_chunk(*chunk) for chunk in after), content[-12:],
    ))  # fmt: skip


def jpeg(*segments, levels=LEVELS, density=None):
    """Return a JPEG with segments (marker, content) behind JFIF."""
    content = saved("JPEG", levels, quality=95)
    if density:
        content = content[:13] + struct.pack(">BHH", *density) + content[18:]
    held = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(value) + 2) + value for marker, value in segments
    )
    return content[:20] + held + content[20:]


def box(kind, content):
    return struct.pack(">L4s", len(content) + 8, kind) + content


def jp2(*uuids, colr=None, inner=b""):
    """Return a JPEG 2000 with uuid boxes, a colour box and others in its header."""
    content = saved("JPEG2000")
    header = content.index(b"jp2h") - 4
    length = int.from_bytes(content[header : header + 4])
    held, end = content[header + 8 : header + length], header + length
    if colr is not None:
        place = held.index(b"colr") - 4
        old = int.from_bytes(held[place : place + 4])
        held = held[:place] + box(b"colr", colr) + held[place + old :]
    boxes = b"".join(box(b"uuid", uuid) for uuid in uuids)
    return content[:header] + box(b"jp2h", held + inner) + boxes + content[end:]


def gif(*extensions):
    """Return a GIF with extensions before its picture."""
    content = saved("GIF")
    place = 13 + (3 << (content[10] & 7) + 1)
    return content[:place] + b"".join(extensions) + content[place:]


def in_blocks(value):
    parts = [value[at : at + 255] for at in range(0, len(value), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def bmp5(icc):
    """Return a BMP with a header of version 5 and a profile."""
    plain = saved("BMP")
    pixels = plain[54:]
    header = struct.pack("<L", 124) + plain[18:54]
    header += struct.pack("<4L", 0xFF0000, 0xFF00, 0xFF, 0) + b"DEBM" + bytes(48)
    header += struct.pack("<4L", 4, 124 + len(pixels), len(icc), 0)
    return b"BM" + struct.pack("<LHHL", 138 + len(pixels), 0, 0, 138) + header + pixels + icc


def resources(*held):
    """Return Photoshop's image resources."""
    return b"".join(
        b"8BIM" + struct.pack(">HxxL", number, len(value)) + value + bytes(len(value) % 2)
        for number, value in held
    )


def profile_text(kind, value):
    """Return a profile in a PNG's text, as ImageMagick writes it."""
    words = b"\n%s\n%8d\n%s\n" % (kind, len(value), value.hex().encode())
    return b"zTXt", b"Raw profile type " + kind + b"\0\0" + zlib.compress(words)


def png_words(**words):
    info = PngInfo()
    for key, value in words.items():
        info.add_text(key, value)
    return saved("PNG", pnginfo=info)


ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
IPTC = b"\x1c\x02\x00\0\x02\0\x04\x1c\x02\x19\0\x07harbour"
XMP_HEAD = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description '
XMP_TAIL = b"/></rdf:RDF></x:xmpmeta>"
XMP = XMP_HEAD + b'dc:title="caf\xc3\xa9"' + XMP_TAIL
XMP_IN_GIF = bytes((1, *range(255, -1, -1), 0))

EXIF_UUID = b"JpgTiffExif->JP2"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
IPTC_UUID = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
APP1_XMP = b"http://ns.adobe.com/xap/1.0/\0"
P3 = bytes((12, 13, 0, 1))


def p3_avif():
    return saved("AVIF", subsampling="4:4:4", quality=95).replace(
        b"colrnclx" + struct.pack(">2H", 1, 13), b"colrnclx" + struct.pack(">2H", 12, 13)
    )


def files():
    """Return {item: {format: content}}."""
    exif, turned = block(exif_fields()), block({274: numbers(3, 6), 0x13B: text(ARTIST)})
    sixth = XMP_HEAD + b'tiff:Orientation="6"' + XMP_TAIL
    photoshop = resources((0x0404, IPTC), (0x0406, b"QUALITY\0"))
    res = box(b"res ", box(b"resc", struct.pack(">4H2b", 20000, 1, 10000, 1, 0, 0)))
    return {
        "ICC profile": {
            **{form: saved(form, icc_profile=ICC) for form in ("PNG", "JPEG", "WebP", "AVIF")},
            "TIFF": tiff({34675: raw(ICC)}), "JPEG 2000": jp2(colr=b"\2\0\0" + ICC),
            "BMP": bmp5(ICC), "GIF": gif(b"\x21\xff\x0bICCRGBG1012" + in_blocks(ICC)),
        },
        "EXIF": {
            "PNG": png((b"eXIf", exif)), "JPEG": jpeg((0xE1, b"Exif\0\0" + exif)),
            "TIFF": tiff(exif_fields()), "WebP": saved("WebP", exif=exif),
            "AVIF": saved("AVIF", exif=exif), "JPEG 2000": jp2(EXIF_UUID + exif),
        },
        "XMP": {
            "PNG": png((b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + XMP)),
            "JPEG": jpeg((0xE1, APP1_XMP + XMP)), "TIFF": tiff({700: raw(XMP)}),
            "WebP": saved("WebP", xmp=XMP), "AVIF": saved("AVIF", xmp=XMP),
            "JPEG 2000": jp2(XMP_UUID + XMP),
            "GIF": gif(b"\x21\xff\x0bXMP DataXMP" + XMP + XMP_IN_GIF),
        },
        "orientation (EXIF, XMP)": {
            "PNG": png((b"eXIf", turned), (b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + sixth)),
            "JPEG": jpeg((0xE1, b"Exif\0\0" + turned), (0xE1, APP1_XMP + sixth)),
            "TIFF": tiff({274: numbers(3, 6), 0x13B: text(ARTIST), 700: raw(sixth, 1)}),
            "WebP": saved("WebP", exif=turned, xmp=sixth),
            "AVIF": saved("AVIF", exif=turned, xmp=sixth),
            "JPEG 2000": jp2(EXIF_UUID + turned, XMP_UUID + sixth),
        },
        "resolution per inch": {
            "PNG": png((b"pHYs", struct.pack(">LLB", 11811, 23622, 1))),
            "JPEG": jpeg(density=(1, 300, 600)),
            "TIFF": tiff({282: numbers(5, 300, 1), 283: numbers(5, 600, 1), 296: numbers(3, 2)}),
            "BMP": saved("BMP", dpi=(300, 600)),
        },
        "resolution per cm": {
            "PNG": png((b"pHYs", struct.pack(">LLB", 10000, 20000, 1))),
            "JPEG": jpeg(density=(2, 100, 200)),
            "TIFF": tiff({282: numbers(5, 200, 2), 283: numbers(5, 200, 1), 296: numbers(3, 3)}),
            "JPEG 2000": jp2(inner=res),
        },
        "resolution without a unit": {
            "PNG": png((b"pHYs", struct.pack(">LLB", 4, 3, 0))),
            "JPEG": jpeg(density=(0, 4, 3)),
            "TIFF": tiff({282: numbers(5, 4, 1), 283: numbers(5, 6, 2), 296: numbers(3, 1)}),
        },
        "IPTC": {
            "PNG": png(profile_text(b"iptc", resources((0x0404, IPTC)))),
            "JPEG": jpeg((0xED, b"Photoshop 3.0\0" + resources((0x0404, IPTC)))),
            "TIFF": tiff({33723: raw(IPTC)}), "JPEG 2000": jp2(IPTC_UUID + IPTC),
        },
        "Photoshop resources": {
            "JPEG": jpeg((0xED, b"Photoshop 3.0\0" + photoshop)),
            "TIFF": tiff({34377: raw(photoshop)}),
        },
        "text": {"PNG": png_words(Title="fjord", Author="Žofie")},
        "comment": {
            "JPEG": jpeg((0xFE, b"by \xe4 hand")),
            "GIF": gif(b"\x21\xfe" + in_blocks(b"by \xe4 hand")),
        },
        "gamma and primaries": {"PNG": png((b"gAMA", struct.pack(">L", 100_000)))},
        "cICP or nclx": {"PNG": png((b"cICP", P3)), "AVIF": p3_avif()},
        "GeoTIFF": {"TIFF": tiff({
            33550: numbers(12, 10, 10, 0), 33922: numbers(12, 0, 0, 0, 5e5, 4e6, 0),
            34735: numbers(3, 1, 1, 0, 1, 1024, 0, 1, 1),
        })},
        "GDAL_NODATA": {"TIFF": tiff({42113: text(b"-9999")})},
        "private tags": {"TIFF": tiff({65000: numbers(5, 3, 9)})},
        "other segments": {"JPEG": jpeg((0xEC, b"Ducky\0\1\0\4\0\0\0\x3c"))},
        "frame durations": {form: animated(form) for form in ("PNG", "WebP", "AVIF", "GIF")},
        "number of loops": {
            "PNG": animated("PNG", loop=3), "WebP": animated("WebP", loop=3),
            "GIF": animated("GIF", loop=2),
        },
    }  # fmt: skip


NAMES = {form.label: name for name, form in FORMATS.items()}


def with_exif(label, fields, order="<", **beside):
    """Return a file with this EXIF."""
    exif = block(fields, order)
    return {
        "PNG": lambda: png((b"eXIf", exif)),
        "JPEG": lambda: jpeg((0xE1, b"Exif\0\0" + exif)),
        "TIFF": lambda: tiff(fields),
        "WebP": lambda: saved("WebP", exif=exif),
        "AVIF": lambda: saved("AVIF", exif=exif),
        "JPEG 2000": lambda: jp2(EXIF_UUID + exif),
    }[label]()


def again(content, label, **options):
    """Return a file of another format, and what was lost."""
    target = io.BytesIO()
    lost = write(target, read(io.BytesIO(content)), format=NAMES[label], **options)
    return target.getvalue(), lost
