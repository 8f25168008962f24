"""Metadata goes from file to file where both formats hold it, and stays true of upright pixels."""

import numpy as np
import PIL.Image
import pytest
from PIL import ImageCms

from imgfilt.image import FORMATS, Image, ImageHeader, Metadata, read, why_unsupported
from imgfilt.image.metadata.resolution import Resolution

from ...exif_support import SOFTWARE, exif, orientation_of
from ...image_support import HELD, encoded, picture

ORIENTED = {  # as ImageOps.exif_transpose has it
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_270,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("name", "depth"),
    [
        (name, depth)
        for name, form in FORMATS.items()
        for depth in ("uint8", "uint16")
        if "exif" in form.metadata
        and why_unsupported(form, ImageHeader(depth, (48, 64, 3), False)) is None
    ],
)
def test_orientation_is_applied_once(name, depth, orientation):
    rows, columns = np.mgrid[:48, :64]
    levels = np.stack([rows * 5, columns * 3, rows * 0], axis=-1).astype(depth)
    source = PIL.Image.fromarray(levels.astype(np.uint8))
    if orientation in ORIENTED:
        source = source.transpose(ORIENTED[orientation])
    xmp = b'<x tiff:Orientation="%d"/>' % orientation
    words = Metadata(exif=exif(orientation), xmp=xmp, resolution=Resolution((72, 1), (300, 1)))
    turned = Image(levels, False, words)
    found = read(encoded(turned, name)[0])
    expected = np.asarray(source)
    assert found.pixels.shape == expected.shape
    assert np.abs(found.pixels.astype(int) - expected).max() <= (6 if FORMATS[name].lossy else 0)
    assert orientation_of(found.metadata.exif) == 1
    across, down = (300, 72) if orientation > 4 else (72, 300)
    assert found.metadata.dpi == pytest.approx((across, down), abs=0.02)
    assert found.metadata.xmp == b'<x tiff:Orientation="1"/>'
    once_more = read(encoded(found, name)[0])
    assert once_more.pixels.shape == expected.shape
    assert orientation_of(once_more.metadata.exif) == 1


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY_PROFILE = SRGB[:16] + b"GRAY" + SRGB[20:]
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xc3\xa9</x:xmpmeta>"
EVERYTHING = {
    "icc": SRGB, "exif": exif(1), "xmp": XMP, "resolution": Resolution((300, 1), (150, 1)),
    "text": ((b"tEXt", b"Title\0a picture"), (b"iTXt", b"Author" + bytes(5) + "Žofie".encode())),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "colour", "depth"),
    [kind[:3] for kind in HELD if kind[1] in ("grey", "RGB") and not kind[3]],
)
def test_metadata_survives_where_the_format_can_hold_it(name, colour, depth):
    form = FORMATS[name]
    rgb = colour == "RGB" or form.colours == ("RGB",)
    metadata = EVERYTHING | {"icc": SRGB if rgb else GREY_PROFILE}
    stream, lost = encoded(picture(colour, depth, **metadata), name)
    # A GIF says the shape of a pixel, but no size.
    held = set(form.metadata) - ({"resolution"} if name == "gif" else set())
    lost = [words for words in lost if "256 colours" not in words]
    assert len(lost) == len(EVERYTHING.keys() - held)
    found = read(stream).metadata
    for kind, value in metadata.items():
        if kind not in held:
            assert not getattr(found, kind)
        elif kind == "resolution":
            assert found.dpi == pytest.approx(value.dpi, abs=0.02)
        elif kind == "exif" and name in ("tiff", "webp", "avif"):
            # Written anew, tag by tag, or with the resolution.
            tags = PIL.Image.Exif()
            tags.load(found.exif)
            assert tags[SOFTWARE] == "cam"
        else:
            assert getattr(found, kind) == value
    stripped, lost = encoded(picture(colour, depth, **metadata), name, strip=True)
    assert [words for words in lost if "256 colours" not in words] == []
    hints = {"jpeg": None, "resolution": None, "compression": None, "palette": False}
    assert read(stripped).metadata._replace(**hints) == Metadata()


def test_a_profile_of_other_colours_is_lost():
    stream, lost = encoded(picture("grey", icc=SRGB), "png")
    assert lost == ("ICC profile",)
    assert read(stream).metadata.icc is None
    assert encoded(picture("grey", icc=GREY_PROFILE), "png")[1] == ()
    # WebP has no grey, so a grey picture becomes RGB there.
    assert encoded(picture("grey", icc=GREY_PROFILE), "webp")[1] == ("ICC profile",)


def test_what_a_jpeg_segment_can_not_hold_is_lost_not_fatal():
    stream, lost = encoded(picture(exif=exif(1) + bytes(70_000), xmp=bytes(70_000)), "jpeg")
    assert lost == ("EXIF", "XMP")
    assert read(stream).metadata.exif is None
