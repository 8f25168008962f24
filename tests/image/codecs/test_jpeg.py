"""JPEGs of every kind: how coarsely one was stored is how the next is, or finer."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from imgfilt.image import Image, Metadata, read, write
from imgfilt.image.codecs.jpeg import read_tables

from ...cli_support import invoke
from ...image_support import encoded, rewound, round_trip, smooth

CASES = Path(__file__).parent.parent.parent / "cases" / "jpeg"
ROWS, COLUMNS = np.mgrid[:40, :48]
RGB = np.stack([ROWS * 5, COLUMNS * 5, ROWS + COLUMNS * 2], 2).astype(np.uint8)
AT_95 = io.BytesIO()
PIL.Image.fromarray(RGB).save(AT_95, "JPEG", quality=95)


def jpeg(mode="RGB", **options):
    stream = io.BytesIO()
    PIL.Image.fromarray(RGB).convert(mode).save(stream, "JPEG", **options)
    return stream.getvalue()


class Stored:
    """How a JPEG stores its channels, by its own markers."""

    def __init__(self, content):
        tables, channels, at = {}, [], 2
        while content[at + 1] != 0xDA:
            kind, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
            held, at = content[at + 4 : at + 2 + length], at + 2 + length
            while kind == 0xDB and held:
                size = 1 + 64 * (1 + (held[0] >> 4))
                tables[held[0] & 15], held = held[1:size], held[size:]
            if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
                channels = [held[at : at + 3] for at in range(6, len(held), 3)]
        self.ids = [channel[0] for channel in channels]
        self.sampling = [(channel[1] >> 4, channel[1] & 15) for channel in channels]
        self.tables = [tables.get(channel[2]) for channel in channels]


def again(content):
    stream = io.BytesIO()
    write(stream, read(io.BytesIO(content)), format="jpeg")
    return stream.getvalue()


def edited(content, sampling):
    """Return a colour JPEG whose header says other sampling factors; its pixels are then noise."""
    at = content.index(b"\xff\xc0") + 11
    content = bytearray(content)
    for number, (across, down) in enumerate(sampling):
        content[at + 3 * number] = across << 4 | down
    return bytes(content)


FULL, HALF_ACROSS, HALF_BOTH = (1, 1), (2, 1), (2, 2)


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        ([(1, 1), (1, 1), (1, 1)], FULL), ([(2, 1), (1, 1), (1, 1)], HALF_ACROSS),
        ([(2, 2), (1, 1), (1, 1)], HALF_BOTH), ([(1, 2), (1, 1), (1, 1)], FULL),
        ([(4, 1), (1, 1), (1, 1)], HALF_ACROSS), ([(4, 2), (1, 1), (1, 1)], HALF_BOTH),
        ([(1, 4), (1, 1), (1, 1)], FULL), ([(2, 2), (2, 1), (1, 1)], FULL),
        ([(2, 2), (1, 2), (1, 2)], HALF_ACROSS), ([(2, 2), (2, 1), (2, 1)], FULL),
        ([(1, 1), (2, 1), (2, 1)], FULL), ([(4, 1), (2, 1), (2, 1)], HALF_ACROSS),
        ([(3, 1), (1, 1), (1, 1)], HALF_ACROSS), ([(3, 1), (2, 1), (2, 1)], FULL),
    ],
)  # fmt: skip
def test_colours_are_stored_at_least_as_finely_as_they_were(sampling, expected):
    with PIL.Image.open(io.BytesIO(edited(jpeg(subsampling=0, quality=80), sampling))) as file:
        kept = read_tables(file)
    stream = io.BytesIO()
    write(stream, Image(RGB, metadata=Metadata(jpeg=kept)), format="jpeg")
    stored = Stored(stream.getvalue())
    assert stored.sampling == [expected, FULL, FULL]
    assert stored.tables == Stored(jpeg(subsampling=0, quality=80)).tables


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("convert"), reason="ImageMagick isn't installed")
@pytest.mark.parametrize(
    ("factor", "expected"),
    [("1x2", FULL), ("4x1", HALF_ACROSS), ("4x2", HALF_BOTH), ("1x1,2x1,2x1", FULL)],
)
def test_files_of_imagemagick_stay_as_fine(factor, expected, tmp_path):
    PIL.Image.fromarray(RGB).save(tmp_path / "a.png")
    command = ["convert", tmp_path / "a.png", "-quality", "85", "-sampling-factor", factor]
    subprocess.run([*command, tmp_path / "a.jpg"], check=True)
    content = (tmp_path / "a.jpg").read_bytes()
    found = again(content)
    assert Stored(found).sampling == [expected, FULL, FULL]
    assert Stored(found).tables == Stored(content).tables
    before, after = (read(io.BytesIO(held)).pixels.astype(int) for held in (content, found))
    assert 0 < np.abs(after - before).max() < 12 or np.array_equal(after, before)


def test_the_case_of_half_height_colours_becomes_full_height(tmp_path):
    source, target = CASES / "samp_1x2.jpg", tmp_path / "a.jpg"
    assert invoke("convolve", source, "-k", "identity", "-o", target).exit_code == 0
    before, after = Stored(source.read_bytes()), Stored(target.read_bytes())
    assert before.sampling == [(1, 2), (1, 1), (1, 1)]
    assert after.sampling == [FULL] * 3
    assert after.tables == before.tables
    with PIL.Image.open(source) as one, PIL.Image.open(target) as other:
        assert np.abs(np.asarray(one, int) - np.asarray(other)).max() <= 4


THREE = [[n] * 64 for n in (3, 5, 7)]


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True, "quality": 40}, {"restart_marker_blocks": 2, "quality": 40},
        {"qtables": THREE}, {"qtables": THREE[:1]}, {"qtables": THREE[:2]},
        {"qtables": [THREE[0], THREE[1], THREE[0]]}, {"keep_rgb": True, "quality": 40},
        {"mode": "L", "quality": 40}, {"mode": "CMYK", "quality": 40},
    ],
)  # fmt: skip
def test_each_channel_keeps_its_table(options):
    content = jpeg(**options)
    before, after = Stored(content), Stored(again(content))
    assert after.tables == before.tables
    assert after.sampling == before.sampling
    assert (after.ids == list(b"RGB")) == ("keep_rgb" in options)


def renumbered(content):
    """Return a JPEG whose second table has the number 3."""
    at = content.index(b"\xff\xdb", content.index(b"\xff\xdb") + 1) + 4
    frame = content.index(b"\xff\xc0") + 10
    content = bytearray(content)
    content[at] = 3
    content[frame + 5] = content[frame + 8] = 3
    return bytes(content)


def test_tables_may_have_any_number():
    content = renumbered(jpeg(quality=40))
    with PIL.Image.open(io.BytesIO(content)) as file:
        assert set(file.quantization) == {0, 3}
    assert Stored(again(content)).tables == Stored(jpeg(quality=40)).tables


def ycck():
    """Return a CMYK JPEG that says that it holds YCCK."""
    content = bytearray(jpeg("CMYK", quality=40))
    at = content.index(b"Adobe")
    content[at + 11] = 2
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "like"),
    [
        (jpeg(qtables=[[300] * 64, [400] * 64]), AT_95.getvalue()),
        (ycck(), jpeg("CMYK", quality=95)),
        ((CASES / "lossless.jpg").read_bytes(), jpeg("L", quality=95)),
    ],
    ids=["16-bit tables", "YCCK", "lossless"],
)
def test_tables_that_can_not_be_used_again_give_way_to_quality_95(content, like, capfd):
    assert Stored(again(content)).tables == Stored(like).tables
    assert capfd.readouterr() == ("", "")


def test_the_lossless_case_is_read_exactly_and_written():
    with PIL.Image.open(CASES / "lossless.jpg") as file:
        np.testing.assert_array_equal(read(CASES / "lossless.jpg").pixels[:, :, 0], file)


@pytest.mark.parametrize("after", [bytes(99), b"more", b"\xff\xd8\xff", jpeg()])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_what_stands_after_a_picture_does_not_matter(after, mode):
    content = jpeg(mode)
    found = read(io.BytesIO(content + after))
    np.testing.assert_array_equal(found.pixels, read(io.BytesIO(content)).pixels)


@pytest.mark.parametrize(("subsampling", "quality"), [("4:4:4", 30), ("4:2:2", 80), ("4:2:0", 99)])
def test_jpeg_keeps_its_tables_and_subsampling(subsampling, quality):
    stream = io.BytesIO()
    source = PIL.Image.fromarray(smooth().pixels)
    source.save(stream, "JPEG", quality=quality, subsampling=subsampling)
    image = read(rewound(stream))
    tables = image.metadata.jpeg
    assert tables.subsampling == ["4:4:4", "4:2:2", "4:2:0"].index(subsampling)
    assert round_trip(image, "jpeg").metadata.jpeg == tables
    assert round_trip(image, "jpeg", strip=True).metadata.jpeg == tables
    changed = round_trip(image, "jpeg", quality=50).metadata.jpeg
    assert changed.quantization != tables.quantization
    assert changed.subsampling == tables.subsampling
    source.save(default := io.BytesIO(), "JPEG", quality=95)
    plain = read(rewound(default)).metadata.jpeg
    assert round_trip(smooth(), "jpeg").metadata.jpeg == plain


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_is_not_inverted(format):
    source = PIL.Image.new("CMYK", (16, 16), (200, 30, 0, 60))
    stream = io.BytesIO()
    source.save(stream, format)
    image = read(rewound(stream))
    assert np.abs(image.pixels.astype(int) - (200, 30, 0, 60)).max() <= 2
    with PIL.Image.open(encoded(image, format.lower())[0]) as found:
        assert found.mode == "CMYK"
        assert np.abs(np.asarray(found).astype(int) - (200, 30, 0, 60)).max() <= 4


def test_a_phones_mpo_is_its_first_picture():
    stream = io.BytesIO()
    first, second = (PIL.Image.new("RGB", (16, 16), (shade, 0, 0)) for shade in (200, 0))
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert abs(int(read(rewound(stream)).pixels[0, 0, 0]) - 200) < 3
