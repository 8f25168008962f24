"""JPEGs by OpenCV: the pixels that Pillow reads and the bytes that it writes, its errors, no line.

The references are Pillow's own `open` and `save`.
"""

import io

import numpy as np
import PIL.Image
import pytest

from imgfilt import stderr
from imgfilt.engines.opencv.module import cv2, import_error
from imgfilt.errors import ImageError
from imgfilt.image import Image, read, write
from imgfilt.image.codecs import jpeg_opencv

pytestmark = pytest.mark.skipif(import_error() is not None, reason="no OpenCV")

PROBE = jpeg_opencv._PROBE.shape[:2]
SIZES = [(1, 1), (9, 17), (64, 48), (67, 131)]
SAMPLINGS = {"4:4:4": 0x111111, "4:2:2": 0x211111, "4:2:0": 0x221111, "4:4:0": 0x121111}
ORIENTED = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
METADATA = {
    "exif": ORIENTED,
    "icc_profile": bytes(16) + b"RGB " + bytes(108),
    "comment": "ein Täler".encode(),
    "xmp": b"<x:xmpmeta/>",
    "dpi": (300, 300),
}


@pytest.fixture(autouse=True)
def used(monkeypatch):
    """Have OpenCV take pictures of every size; give a list of what it decoded and encoded."""
    found = []
    decode, encode = jpeg_opencv._imdecode, jpeg_opencv._imencode

    def spy_on_decode(content, mode):
        pixels = decode(content, mode)
        found.extend(["decoded"] * (pixels is not None))
        return pixels

    def spy_on_encode(pixels, options):
        found.extend(["encoded"] * (pixels.shape[:2] != PROBE))
        return encode(pixels, options)

    cv2()  # loaded, as after the first picture of a folder
    assert jpeg_opencv._decodes_alike()
    monkeypatch.setattr(stderr, "is_ours", True)
    monkeypatch.setattr(jpeg_opencv, "_SMALLEST", 0)
    monkeypatch.setattr(jpeg_opencv, "_imdecode", spy_on_decode)
    monkeypatch.setattr(jpeg_opencv, "_imencode", spy_on_encode)
    return found


def colours(height, width, channels=3):
    """Return smooth colours with noise."""
    rows, columns = np.mgrid[:height, :width]
    smooth = np.stack([rows * 3 + columns, columns * 5, 255 - rows * 2][:channels], axis=2)
    noise = np.random.default_rng(3).integers(-20, 21, smooth.shape)
    return (smooth % 256 + noise).clip(0, 255).astype(np.uint8)


def saved(pixels, **options):
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels.squeeze(2) if pixels.shape[2] == 1 else pixels).save(
        stream, "JPEG", **options
    )
    return stream.getvalue()


def by_pillow(content):
    with PIL.Image.open(io.BytesIO(content)) as file:
        return np.atleast_3d(np.asarray(file))


def check_decoded(content, used, by=("decoded",)):
    """Hold the pixels of a file to Pillow's, and that OpenCV decoded them or not."""
    used.clear()
    assert np.array_equal(read(io.BytesIO(content)).pixels, by_pillow(content))
    assert used == list(by)


def check_encoded(image, used, wanted, by=("encoded",), **options):
    """Hold the bytes of a JPEG to those that are wanted, and that OpenCV encoded it or not."""
    used.clear()
    stream = io.BytesIO()
    write(stream, image, format="jpeg", **options)
    assert stream.getvalue() == wanted
    assert used == list(by)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("sampling", SAMPLINGS.values(), ids=SAMPLINGS)
def test_decoded_by_sampling_and_restarts(sampling, size, used):
    for restarts in (0, 1, 3):
        options = [cv2().IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
        options += [cv2().IMWRITE_JPEG_RST_INTERVAL, restarts, cv2().IMWRITE_JPEG_QUALITY, 80]
        content = cv2().imencode(".jpg", colours(*size), options)[1].tobytes()
        check_decoded(content, used)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_decoded_by_kind(size, used):
    check_decoded(saved(colours(*size, 1), quality=60), used)
    check_decoded(saved(colours(*size), quality=100, optimize=True), used)
    check_decoded(saved(colours(*size), keep_rgb=True), used)
    check_decoded(saved(colours(*size), **METADATA | {"exif": b""}), used)
    check_decoded(saved(colours(*size), progressive=True), used, by=())


def test_an_orientation_is_applied_once(used):
    content = saved(colours(20, 30), exif=ORIENTED)
    turned = np.rot90(by_pillow(content), -1)
    assert np.array_equal(read(io.BytesIO(content)).pixels, turned)
    assert used == ["decoded"]


def test_cmyk_is_pillows(used):
    stream = io.BytesIO()
    PIL.Image.fromarray(colours(20, 30)).convert("CMYK").save(stream, "JPEG")
    check_decoded(stream.getvalue(), used, by=())
    write(io.BytesIO(), read(io.BytesIO(stream.getvalue())), format="jpeg")
    assert used == []


def test_broken_files_are_as_by_pillow(monkeypatch, capfd, used):
    """With the same errors or the same pixels, and without a word of libjpeg's."""
    rng, seen = np.random.default_rng(5), {True: 0, False: 0}
    content = saved(colours(90, 120), quality=70)
    scan = content.index(b"\xff\xda") + 14
    for number in range(200):
        broken = bytearray(content)
        at = int(rng.integers(scan, len(broken) - 2))
        if number % 4 == 0:
            del broken[at:]
        elif number % 4 == 1:
            broken[at] = 0xFF
        elif number % 4 == 2:
            broken[at : at + 2] = rng.bytes(2)
        else:
            del broken[at : at + int(rng.integers(1, 40))]
        outcomes = []
        for ours in (True, False):
            monkeypatch.setattr(stderr, "is_ours", ours)
            try:
                outcomes.append(read(io.BytesIO(broken)).pixels.tobytes())
            except ImageError as error:
                outcomes.append(str(error))
            seen[ours] += len(used)
            used.clear()
        assert outcomes[0] == outcomes[1], number
    assert seen[True] > 50
    assert not seen[False]
    assert capfd.readouterr().err == ""


def test_warnings_would_be_printed(capfd):
    """Otherwise nothing would have to be discarded."""
    content = bytearray(saved(colours(90, 120)))
    del content[-300:-250]
    cv2().imdecode(np.frombuffer(content, np.uint8), 1)
    assert "Corrupt JPEG data" in capfd.readouterr().err


@pytest.mark.parametrize("quality", [None, 1, 37, 75, 92, 100])
@pytest.mark.parametrize("channels", [1, 3])
def test_encoded_by_quality(channels, quality, used):
    pixels = colours(67, 131, channels)
    check_encoded(Image(pixels), used, saved(pixels, quality=quality or 95), quality=quality)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [5, 49, 50, 90])
def test_encoded_with_the_tables_of_the_input(quality, subsampling, used):
    options = {"quality": quality, "subsampling": subsampling}
    image = read(io.BytesIO(saved(colours(67, 131), **options)))
    check_encoded(image, used, saved(image.pixels, **options))


def test_other_tables_and_rgb_are_pillows(used):
    doubled = [[2 * number + 1 for number in range(64)], [40] * 64]
    for options in ({"qtables": doubled, "subsampling": 0}, {"keep_rgb": True, "quality": 90}):
        image = read(io.BytesIO(saved(colours(40, 50), **options)))
        check_encoded(image, used, saved(image.pixels, **options), by=())


def test_metadata_is_what_pillow_writes(monkeypatch, used):
    image = read(io.BytesIO(saved(colours(70, 90), **METADATA)))
    assert image.metadata.resolution is not None
    with monkeypatch.context() as context:
        context.setattr(jpeg_opencv, "_SMALLEST", 1 << 40)
        stream = io.BytesIO()
        write(stream, image, format="jpeg")
    check_encoded(image, used, stream.getvalue())
    for part in (METADATA["comment"], METADATA["xmp"], b"ICC_PROFILE\0", b"Exif\0\0"):
        assert part in stream.getvalue()


def test_another_programs_stderr_is_left_alone(monkeypatch, used):
    monkeypatch.setattr(stderr, "is_ours", False)
    check_decoded(saved(colours(40, 50)), used, by=())


def test_a_libjpeg_that_differs_is_not_used(monkeypatch, used):
    content, decode = saved(colours(40, 50)), jpeg_opencv._imdecode
    image, encode = read(io.BytesIO(content)), jpeg_opencv._imencode
    monkeypatch.setattr(jpeg_opencv, "_imdecode", lambda *given: decode(*given) ^ 1)
    jpeg_opencv._decodes_alike.cache_clear()
    assert not jpeg_opencv._decodes_alike()
    check_decoded(content, used, by=())
    jpeg_opencv._decodes_alike.cache_clear()
    monkeypatch.setattr(jpeg_opencv, "_imencode", lambda *given: encode(given[0] ^ 128, given[1]))
    check_encoded(image, used, saved(image.pixels), by=())
