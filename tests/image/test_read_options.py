"""Which frame of a file is read, and the largest number of pixels."""

import io
import struct

import PIL.Image
import pytest

from imgfilt.errors import ImageError
from imgfilt.image import read

from ..image_support import chunk, encoded, rewound, smooth


def frames(format, **options):
    stream = io.BytesIO()
    first, *others = (PIL.Image.new("RGB", (8, 6), (50 * i, 0, 0)) for i in range(1, 4))
    first.save(stream, format, save_all=True, append_images=others, **options)
    return rewound(stream)


@pytest.mark.parametrize(
    ("format", "options"),
    [("GIF", {}), ("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True}),
     ("PNG", {"default_image": True})],
)  # fmt: skip
def test_one_of_several_frames_is_picked(format, options):
    stream = frames(format, **options)
    with pytest.raises(ImageError, match="stdin: has 3 frames; frame=N picks one"):
        read(stream)
    for frame in range(3):
        found = read(rewound(stream), frame=frame)
        assert found.pixels[0, 0, 0] == 50 * (frame + 1)
        assert (found.frames, found.metadata.duration) == (1, None)
    with pytest.raises(ImageError, match="no frame 3: it has 3"):
        read(rewound(stream), frame=3)


def test_a_picture_of_one_frame_has_no_other():
    stream, _ = encoded(smooth(), "png")
    assert read(stream, frame=0).pixels.shape == (48, 64, 3)
    with pytest.raises(ImageError, match="no frame 1"):
        read(rewound(stream), frame=1)
    with pytest.raises(ImageError, match="no frame -1"):
        read(rewound(stream), frame=-1)


def test_a_frame_is_what_a_viewer_composes():
    red, dot = PIL.Image.new("P", (4, 4), 1), PIL.Image.new("P", (4, 4), 1)
    dot.putpixel((2, 1), 2)
    for image in (red, dot):
        image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    stream = io.BytesIO()
    red.save(stream, "GIF", save_all=True, append_images=[dot])
    found = read(rewound(stream), frame=1).pixels
    assert found[1, 2].tolist() == [0, 255, 0]
    assert found[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("name", ["png", "jpeg", "tiff", "webp", "bmp", "gif", "ppm", "npy", "txt"])
def test_size_is_checked_before_decoding(name):
    image = smooth("grey")
    stream, _ = encoded(image, name)
    with pytest.raises(ImageError, match=r"more than 3071 pixels; max_pixels allows it"):
        read(stream, max_pixels=3071)
    assert read(rewound(stream), max_pixels=3072).pixels.shape[:2] == (48, 64)


def test_a_decompression_bomb_is_refused_unopened():
    header = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(ImageError, match="max_pixels allows it"):
        read(io.BytesIO(bomb))
    with pytest.raises(ImageError, match="truncated PNG"):
        read(io.BytesIO(bomb), max_pixels=60_000**2)
