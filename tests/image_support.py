"""Pictures of every kind, and files of them that are written in memory."""

import io
import struct
import zlib

import numpy as np
import PIL.Image
import tifffile
from PIL import TiffImagePlugin

from imgfilt.dtypes import DTYPES, white_level
from imgfilt.image import FORMATS, Image, ImageHeader, Metadata, read, why_unsupported, write

COLOURS = {"grey": 1, "RGB": 3, "CMYK": 4}
KINDS = [
    (colour, depth, alpha) for colour in COLOURS for depth in DTYPES for alpha in (False, True)
]


def random_numbers(dtype, shape, seed=0):
    """Numbers over the whole range of an integer type, or floats around 0.5."""
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return random.normal(0.5, 1, shape).astype(dtype)
    kind = np.iinfo(dtype)
    return random.integers(kind.min, kind.max, shape, dtype, endpoint=True)


def written_by_tifffile(pixels, planes=False, **options):
    """Return a TIFF of pixels (H, W, C)."""
    stream = io.BytesIO()
    channels = pixels.shape[2]
    if channels > 1:
        options["planarconfig"] = "separate" if planes else "contig"
    data = pixels[..., 0] if channels == 1 else np.moveaxis(pixels, 2, 0) if planes else pixels
    tifffile.imwrite(stream, data, **options)
    return rewound(stream)


def picture(colour="RGB", depth="uint8", alpha=False, size=(37, 29), **metadata):
    """Random levels over the whole range; colours of floats beyond it; some clear pixels."""
    random = np.random.default_rng(1)
    shape = (*size, COLOURS[colour] + alpha)
    if np.dtype(depth).kind == "f":
        pixels = random.normal(0.5, 2, shape).astype(depth)
    else:
        pixels = random.integers(0, white_level(depth), shape, depth, endpoint=True)
    pixels.flat[0], pixels.flat[-1] = 0, white_level(depth)
    if alpha:
        pixels[..., -1] = pixels[..., -1].clip(0, white_level(depth))
        pixels[::3, :, -1] = 0
    return Image(pixels, alpha, Metadata(**metadata))


def smooth(colour="RGB", alpha=False, size=(48, 64)):
    """A picture that lossy formats hardly change."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    levels = np.stack([rows * 4, columns * 3, 255 - rows * 2, columns], axis=-1)
    pixels = levels[:, :, : COLOURS[colour]].astype(np.uint8)
    if alpha:
        pixels = np.dstack((pixels, np.where(rows < 16, 255, 0).astype(np.uint8)))
    return Image(pixels, alpha)


def encoded(image, format, **options):
    stream = io.BytesIO()
    lost = write(stream, image, format=format, **options)
    stream.seek(0)
    return stream, lost


HELD = [
    (name, *kind)
    for name, form in FORMATS.items()
    for kind in KINDS
    if why_unsupported(form, ImageHeader(kind[1], (2, 2, COLOURS[kind[0]] + kind[2]), kind[2]))
    is None
]


def rewound(stream):
    stream.seek(0)
    return stream


def tiff(
    pixels, order="<", photometric=None, compress=None, apart=False, differ=False, rows=5, **tags
):
    """A TIFF by hand, in strips of so many rows; tags are numbers of tags, as t266=2."""
    height, width, channels = pixels.shape
    stored = pixels.astype(pixels.dtype.newbyteorder(order))
    if differ:
        whole = pixels.view(f"u{pixels.itemsize}")
        zero = np.zeros((height, 1, channels), whole.dtype)
        stored = np.diff(whole, axis=1, prepend=zero).astype(f"{order}u{pixels.itemsize}")
    planes = np.moveaxis(stored, 2, 0)[..., None] if apart else [stored]
    strips = [
        plane[top : top + rows].tobytes() for plane in planes for top in range(0, height, rows)
    ]
    strips = [(compress or bytes)(strip) for strip in strips]
    directory = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"II" if order == "<" else b"MM")
    values = {
        256: width, 257: height, 258: (pixels.itemsize * 8,) * channels, 259: 1,
        262: {1: 1, 2: 1, 3: 2, 4: 2}[channels] if photometric is None else photometric,
        273: tuple(np.cumsum([0, *map(len, strips[:-1])]).tolist()),
        277: channels, 278: rows, 279: tuple(map(len, strips)), 284: 1 + apart,
        317: 1 + differ, 339: ({"u": 1, "i": 2, "f": 3}[pixels.dtype.kind],) * channels,
    }  # fmt: skip
    for tag, value in (values | {int(name[1:]): value for name, value in tags.items()}).items():
        directory[tag] = value
    stream = io.BytesIO()
    directory.save(stream)
    stream.write(b"".join(strips))
    return rewound(stream)


def round_trip(image, format, tmp_path=None, **options):
    """Write a picture and read it back, through a file where there is a folder for it."""
    if tmp_path is None:
        return read(encoded(image, format, **options)[0])
    path = tmp_path / f"a{FORMATS[format].suffixes[0]}"
    write(path, image, **options)
    return read(path)


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return rewound(stream)


def by_lzw(strip):
    """What libtiff makes of bytes, cut out of a TIFF by Pillow."""
    stream = io.BytesIO()
    row = PIL.Image.frombytes("L", (len(strip), 1), strip)
    row.save(stream, "TIFF", compression="tiff_lzw", strip_size=1 << 20)
    with PIL.Image.open(stream) as file:
        (start,), (length,) = file.tag_v2[273], file.tag_v2[279]
    return stream.getvalue()[start : start + length]


def chunk(kind, content):
    """Return a chunk of a PNG."""
    return (
        struct.pack(">L", len(content))
        + kind
        + content
        + struct.pack(">L", zlib.crc32(content, zlib.crc32(kind)))
    )


def png(bits, colour, rows, *chunks):
    """A PNG by hand; rows are bytes, unfiltered."""
    width = len(rows[0]) * 8 // (bits * {0: 1, 2: 3, 3: 1}[colour])
    header = struct.pack(">LLBBBBB", width, len(rows), bits, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", body), (b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))
