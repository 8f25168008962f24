"""BigTIFF: written where a classic TIFF has no room, with the same pixels and metadata."""

import dataclasses
import io
import shutil
import subprocess

import numpy as np
import PIL.Image
import pytest
import tifffile

from imgfilt.image import Image, Metadata, read, read_frames, write, write_frames
from imgfilt.image.codecs.tiff import encoder

from ...image_support import KINDS, encoded, picture, rewound


@pytest.fixture
def room(monkeypatch):
    """Say how many bytes a classic TIFF has room for."""

    def limit(size):
        monkeypatch.setattr(encoder, "_MAX_SIZE", size)

    limit(0)
    return limit


def pages(count, size=(37, 29)):
    return [
        dataclasses.replace(picture(size=(size[0] + number, size[1])), frames=count)
        for number in range(count)
    ]


@pytest.mark.parametrize("compression", [1, 8, 5])
@pytest.mark.parametrize(("colour", "depth", "alpha"), KINDS)
def test_tifffile_reads_what_is_written(colour, depth, alpha, compression, room):
    image = picture(colour, depth, alpha, compression=compression)
    stream, lost = encoded(image, "tiff")
    assert lost == ()
    with tifffile.TiffFile(stream) as file:
        assert file.is_bigtiff
        (page,) = file.pages
        assert page.tags["StripOffsets"].dtype == tifffile.DATATYPE.LONG8
        if compression != 5:  # for LZW it needs another package
            np.testing.assert_array_equal(page.asarray().reshape(image.pixels.shape), image.pixels)
    np.testing.assert_array_equal(read(rewound(stream)).pixels, image.pixels)


@pytest.mark.skipif(shutil.which("tiffinfo") is None, reason="libtiff's tools aren't installed")
@pytest.mark.parametrize("compression", [1, 8, 5])
def test_libtiff_finds_nothing_wrong(compression, room, tmp_path):
    image = picture("RGB", "uint16", True, size=(900, 400), compression=compression)
    write(tmp_path / "big.tif", image)
    # -D decodes all strips.
    run = subprocess.run(
        ["tiffinfo", "-D", tmp_path / "big.tif"], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert "Image Width: 400 Image Length: 900" in run.stdout
    with open(tmp_path / "big.tif", "rb") as file:
        assert file.read(8) == b"II\x2b\0\x08\0\0\0"


def test_metadata_are_those_of_a_classic_tiff(monkeypatch):
    exif = PIL.Image.Exif()
    exif[271], exif[270] = "Maker", "a description of more than eight bytes"
    exif.get_ifd(34665).update({33434: (1, 125), 36867: "2026:11:27 12:00:00"})
    exif.get_ifd(34853).update({1: "N", 2: (52.0, 31.0, 12.0)})
    source = io.BytesIO()
    PIL.Image.new("RGB", (9, 7)).save(source, "JPEG", exif=exif, dpi=(300, 200))
    image = read(rewound(source))
    classic, _ = encoded(image, "tiff")
    monkeypatch.setattr(encoder, "_MAX_SIZE", 0)
    big, lost = encoded(image, "tiff")
    assert lost == ()
    assert big.getvalue()[2] == 43
    wanted, found = read(rewound(classic)).metadata, read(rewound(big)).metadata
    assert found == wanted
    assert b"2026:11:27 12:00:00" in found.exif
    with PIL.Image.open(rewound(big)) as file:
        assert file.getexif().get_ifd(34665)[36867] == "2026:11:27 12:00:00"
        assert file.getexif().get_ifd(34853)[2] == (52.0, 31.0, 12.0)
        assert file.info["dpi"] == (300, 200)


@pytest.mark.parametrize("fitting", [0, 1, 2, 4])
def test_a_file_becomes_big_at_the_page_that_does_not_fit(fitting, room, tmp_path):
    images = pages(4)
    classic = [encoded(dataclasses.replace(image, frames=1), "tiff")[0] for image in images]
    room(sum(len(stream.getvalue()) for stream in classic[:fitting]) + 50)
    path = tmp_path / "pages.tif"
    write_frames(path, images)
    found = list(read_frames(path))
    assert len(found) == 4
    for image, page in zip(images, found, strict=True):
        np.testing.assert_array_equal(page.pixels, image.pixels)
    with tifffile.TiffFile(path) as file:
        assert file.is_bigtiff == (fitting < 4)
        for image, page in zip(images, file.pages, strict=True):
            np.testing.assert_array_equal(page.asarray(), image.pixels)
    if shutil.which("tiffinfo"):
        run = subprocess.run(["tiffinfo", "-D", path], capture_output=True, text=True, check=True)
        assert (run.stderr, run.stdout.count("Image Width: 29")) == ("", 4)


@pytest.mark.parametrize("compression", [1, 5])
def test_metadata_and_compressed_noise_need_room(compression, room):
    """LZW makes noise larger than it was."""
    noise = np.random.default_rng(0).integers(0, 256, (60, 70, 3), np.uint8)
    metadata = Metadata(compression=compression, xmp=bytes(2000) if compression == 1 else None)
    image = Image(noise, metadata=metadata)
    room(2**32 - 1)
    size = len(encoded(image, "tiff")[0].getvalue())
    assert size > noise.nbytes + 1000
    room(size - 1)
    assert encoded(image, "tiff")[0].getvalue()[2] == 43


def test_what_fits_is_a_classic_tiff():
    stream, _ = encoded(picture(), "tiff")
    assert stream.getvalue()[:4] == b"II\x2a\0"
