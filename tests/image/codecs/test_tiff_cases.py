"""TIFFs that were misread once: extra channels, thumbnails and masks, raw photos, BigTIFFs."""

import io
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile

from imgfilt.errors import ImageError
from imgfilt.image import read, read_frames

from ... import reference
from ...cli_support import invoke, succeed

CASES = Path(__file__).parent.parent.parent / "cases"
COLOURS = {0: 1, 1: 1, 2: 3, 5: 4}


def channels_last(path):
    """Return what tifffile reads, as (H, W, C), and the ExtraSamples codes."""
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        pixels = page.asarray()
        if page.planarconfig == 2:
            pixels = np.moveaxis(pixels, 0, 2)
        codes = page.tags["ExtraSamples"].value if "ExtraSamples" in page.tags else ()
        colours = COLOURS[page.photometric]
    return pixels, tuple(map(int, codes if isinstance(codes, tuple) else (codes,))), colours


def filtered_by_reference(pixels, codes, colours):
    """Return the median of side 3: of colours and alpha together, of each extra channel alone."""
    alphas = [colours + place for place, code in enumerate(codes) if code in (1, 2)][:1]
    together = [*range(colours), *alphas]
    result = np.empty(pixels.shape)
    result[..., together] = reference.median(
        pixels[..., together], "reflect", alpha=bool(alphas), size=3
    )
    for channel in set(range(pixels.shape[2])) - set(together):
        result[..., [channel]] = reference.median(pixels[..., [channel]], "reflect", size=3)
    return result.astype(pixels.dtype)


def made(kind):
    """Return more of the kind: alpha in every place, at every depth."""
    dtype, photometric, codes, options = kind
    channels = {"minisblack": 1, "rgb": 3, "separated": 4}[photometric] + len(codes)
    random = np.random.default_rng(len(codes))
    if np.dtype(dtype).kind == "f":
        pixels = random.random((9, 11, channels)).astype(dtype)
    else:
        pixels = random.integers(0, np.iinfo(dtype).max, (9, 11, channels), dtype, endpoint=True)
    stream = io.BytesIO()
    planes = options.get("planarconfig") == "separate"
    data = np.moveaxis(pixels, 2, 0) if planes else pixels
    tifffile.imwrite(
        stream, data, photometric=photometric, extrasamples=codes,
        **{"planarconfig": "contig"} | options,
    )  # fmt: skip
    return stream.getvalue()


KINDS = [
    ("uint8", "rgb", (2, 0), {"tile": (16, 16)}),
    ("uint16", "separated", (0, 2), {"compression": "zlib", "predictor": True}),
    ("uint8", "separated", (2,), {"byteorder": ">"}),
    ("float64", "rgb", (0, 2, 0), {"bigtiff": True, "byteorder": ">"}),
    ("float32", "minisblack", (0, 0, 2), {"planarconfig": "separate", "rowsperstrip": 4}),
    ("uint16", "minisblack", (2, 0), {"planarconfig": "separate", "compression": "lzma"}),
]
CHANNELS = sorted((CASES / "channels").glob("*.tif"))


@pytest.mark.parametrize("case", [*CHANNELS, *KINDS], ids=lambda case: getattr(case, "stem", None))
def test_every_channel_is_filtered_and_written_again(case, tmp_path):
    path = tmp_path / "x.tif"
    path.write_bytes(case.read_bytes() if isinstance(case, Path) else made(case))
    before, codes, colours = channels_last(path)
    succeed("median", path, "--size", "3", "--in-place")
    after, kept, _ = channels_last(path)
    assert kept == codes
    assert after.dtype == before.dtype
    np.testing.assert_array_equal(after, filtered_by_reference(before, codes, colours))


@pytest.mark.parametrize("case", CHANNELS, ids=lambda case: case.stem)
def test_what_cannot_hold_them_names_them(case, tmp_path):
    result = invoke("median", case, "--size", "3", "-o", tmp_path / "o.png")
    assert result.exit_code == 1
    assert "PNG can't hold " in result.stderr
    words = ("extra channel", "extra channels", "CMYK with alpha", "CMYK and alpha")
    assert any(word in result.stderr for word in words)
    assert not list(tmp_path.iterdir())


def test_alpha_on_a_ground_leaves_the_extra_channels(tmp_path):
    """TIFF holds alpha, so the picture is read and written in two steps."""
    source = CASES / "channels" / "uint8_5_rgb_unspec_alpha.tif"
    image = read(source)
    assert (image.alpha, image.extra, image.metadata.extra_samples) == (True, 1, (0, 2))
    stored, _, _ = channels_last(source)
    np.testing.assert_array_equal(image.pixels, stored)


@pytest.mark.parametrize(("name", "dtype"), [("thumb_uint8", "uint8"), ("mask_uint16", "uint16")])
def test_what_is_beside_a_picture_is_no_page(name, dtype, tmp_path):
    source, target = CASES / "pages" / f"{name}.tif", tmp_path / "o.png"
    (image,) = read_frames(source)
    assert (image.pixels.shape, image.pixels.dtype) == ((64, 80, 3), dtype)
    np.testing.assert_array_equal(image.pixels, tifffile.imread(source, key=0))
    result = succeed("median", source, "--size", "1", "-o", target)
    assert result.stderr == ""
    result = succeed("median", source, "--size", "1", "-o", target, "-v")
    assert f"{source}: thumbnails, overviews and masks are left out: 1\n" in result.stderr


def stack(*kinds):
    """Return a TIFF of pages, each with its fields of what it is."""
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        for number, kind in enumerate(kinds):
            page = np.full((8, 9, 3), number, np.uint8)
            writer.write(page, photometric="rgb", metadata=None, **kind)
    return stream.getvalue()


OLD_THUMBNAIL = {"extratags": [(255, "H", 1, 2, True)]}


@pytest.mark.parametrize(
    ("kinds", "pages"),
    [
        ([{}, {}], [0, 1]),
        ([{"subfiletype": 1}, {}, {"subfiletype": 1}], [1]),
        ([{"subfiletype": 2}, {"subfiletype": 3}, {"subfiletype": 2}], [0, 2]),
        ([{"subfiletype": 1}, {"subfiletype": 1}], [0, 1]),
        ([{}, OLD_THUMBNAIL], [0]),
    ],
)
def test_pages_are_the_full_pictures_or_all_where_none_is_full(kinds, pages):
    content = stack(*kinds)
    found = [image.pixels[0, 0, 0] for image in read_frames(io.BytesIO(content))]
    assert found == pages


@pytest.mark.parametrize(
    "content",
    [
        (CASES / "pages" / "raw.dng").read_bytes(),
        stack({"extratags": [(50706, "B", 4, (1, 4, 0, 0), True)]}),
        # PhotometricInterpretation 34892, LinearRaw.
        stack({}).replace(
            struct.pack("<HHLH", 262, 3, 1, 2), struct.pack("<HHLH", 262, 3, 1, 34892)
        ),
        b"II*\0\x10\0\0\0CR\x02\0" + bytes(10),  # Canon's CR2
    ],
)
def test_raw_photos_are_refused(content, tmp_path):
    source = tmp_path / "photo.dng"
    source.write_bytes(content)
    with pytest.raises(ImageError, match="a raw photo isn't read"):
        read(source)


def test_a_preview_is_not_the_raw_photo_below_it():
    """As Nikon's and Sony's files are: what has the colour filter array is in a SubIFD."""
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        preview = np.zeros((8, 10, 3), np.uint8)
        writer.write(preview, photometric="rgb", subfiletype=1, subifds=1, metadata=None)
        writer.write(np.zeros((32, 40), np.uint16), photometric="cfa", metadata=None)
    stream.seek(0)
    with pytest.raises(ImageError, match="a raw photo isn't read"):
        read(stream)


def test_a_preview_may_come_before_the_picture_below_it():
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(np.zeros((8, 10), np.uint8), subfiletype=1, subifds=1, metadata=None)
        writer.write(np.ones((32, 40), np.uint8), metadata=None)
    stream.seek(0)
    assert read(stream).pixels.shape == (32, 40, 1)


def test_a_pyramid_below_a_page_is_left_out():
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(np.ones((32, 40), np.uint8), subifds=2, metadata=None)
        for side in (16, 8):
            writer.write(np.zeros((side, side), np.uint8), subfiletype=1, metadata=None)
    stream.seek(0)
    image = read(stream)
    assert image.pixels.shape == (32, 40, 1)
    assert image.metadata.details == ("thumbnails, overviews and masks are left out: 2",)


def test_a_big_endian_bigtiff(tmp_path):
    source = tmp_path / "x.tif"
    shutil.copy(CASES / "bigtiff" / "big_mm_tf8.tif", source)
    pixels = tifffile.imread(source)
    np.testing.assert_array_equal(read(source).pixels, pixels)
    succeed("median", source, "--size", "1", "--in-place")
    np.testing.assert_array_equal(tifffile.imread(source), pixels)


def test_a_tiff_of_no_page(tmp_path):
    source = CASES / "odd" / "no-page.tif"
    result = invoke("median", source, "-o", tmp_path / "o.png")
    assert (result.exit_code, result.stderr) == (
        1, f"imgfilt: {source}: is a TIFF without a picture\n"
    )  # fmt: skip
