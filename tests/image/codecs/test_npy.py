"""Arrays in .npy files: pages, channels, alpha, and numbers that are no levels."""

import io

import numpy as np
import pytest
import scipy.ndimage
import tifffile

from imgfilt.errors import ImageError, ParameterError
from imgfilt.image import read, read_frames

from ...cli_support import invoke, succeed
from ...image_support import npy


def noise(*shape, dtype="uint8"):
    return np.random.default_rng(3).integers(0, 256, shape).astype(dtype)


def saved(path, array):
    np.save(path, array)
    return path


def median(pages):
    """The median of side 3 of each page and channel."""
    size = (1, 3, 3) + (1,) * (pages.ndim - 3)
    return scipy.ndimage.median_filter(pages, size, mode="mirror")


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize(
    ("axes", "shape"), [("ZYX", (20, 9, 11)), ("ZYXC", (3, 9, 11, 3)), ("ZYX", (2, 9, 3))]
)
def test_pages_come_back_as_pages(axes, shape, columns, tmp_path):
    array = noise(*shape)
    source = saved(tmp_path / "x.npy", np.asfortranarray(array) if columns else array)
    succeed("median", source, "--size", "3", "--axes", axes, "-o", tmp_path / "o.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "o.npy"), median(array))
    succeed("median", source, "--size", "3", "--axes", axes, "-o", tmp_path / "o.tif")
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "o.tif"), median(array))
    succeed(
        "median", source, "--size", "3", "--axes", axes, "--frame", "1", "-o", tmp_path / "1.png"
    )
    np.testing.assert_array_equal(read(tmp_path / "1.png").pixels.squeeze(), median(array)[1])


def test_many_channels_are_filtered_each(tmp_path):
    array = noise(9, 11, 30)
    source = saved(tmp_path / "x.npy", array)
    succeed("median", source, "--size", "3", "--axes", "YXC", "-o", tmp_path / "o.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "o.npy"), median(array[np.newaxis])[0])


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (noise(20, 9, 17), "shape (20, 9, 17); --axes ZYX reads 20 pages, --axes YXC 17 channels"),
        (noise(2, 9, 11, 3), "shape (2, 9, 11, 3); --axes ZYXC reads 2 pages"),
        (noise(4), "shape (4,), which hasn't the axes YXC"),
        (noise(2, 2) > 9, "type bool; pixels.astype(numpy.uint8) * 255 makes levels of them"),
        (noise(2, 2, dtype="int64"), "type int64; convert them to float64"),
        (noise(2, 2, dtype="uint64"), "type uint64; convert them to float64"),
        (noise(2, 2, dtype="complex64"), "type complex64; uint8, uint16, float32, float64 can be"),
        (noise(0, 2), "has no pixels"),
    ],
)
def test_what_is_not_read_says_what_would_be(array, words, tmp_path):
    source = saved(tmp_path / "x.npy", array)
    result = invoke("median", source, "-o", tmp_path / "o.npy")
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "o.npy").exists()


@pytest.mark.parametrize("axes", ["ZYX", "ZYXC"])
def test_axes_that_an_array_has_not(axes):
    with pytest.raises(ImageError, match="hasn't the axes"):
        read(npy(noise(9, 11)), axes=axes)
    with pytest.raises(ParameterError, match="axes: 'XYZ' is none of"):
        read(npy(noise(9, 11)), axes="XYZ")


@pytest.mark.parametrize(
    ("channels", "said", "alpha", "extra"),
    [
        (1, None, False, 0), (2, None, True, 0), (3, None, False, 0), (4, None, True, 0),
        (5, None, False, 0), (2, False, False, 1), (4, False, False, 1), (3, True, True, 1),
        (5, True, True, 1), (4, True, True, 0), (6, True, True, 0),
    ],
)  # fmt: skip
def test_which_channel_is_alpha(channels, said, alpha, extra):
    image = read(npy(noise(5, 6, channels)), alpha=said)
    assert (image.alpha, image.extra) == (alpha, extra)
    assert bool(image.metadata.notes) == (alpha and said is None)
    np.testing.assert_array_equal(image.pixels, noise(5, 6, channels))


def test_alpha_is_taken_once_said_and_can_be_unsaid(tmp_path):
    array = noise(9, 11, 4)
    array[::2, :, 3] = 0
    first, second = (saved(tmp_path / f"{name}.npy", array) for name in "ab")
    result = succeed("median", first, second, "--size", "3", "-o", f"{tmp_path / 'o'}/")
    said = "the last of 4 channels of a .npy is read as alpha, unless --alpha no"
    assert result.stderr.count(said) == 1
    result = succeed("median", first, "--size", "3", "--alpha", "no", "-o", tmp_path / "o.npy")
    assert result.stderr == ""
    np.testing.assert_array_equal(np.load(tmp_path / "o.npy"), median(array[np.newaxis])[0])
    result = succeed("median", first, "--size", "3", "--alpha", "yes", "-o", tmp_path / "y.npy")
    assert result.stderr == ""
    seen = np.load(tmp_path / "o" / "a.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), seen)
    assert (seen[..., :3] != np.load(tmp_path / "o.npy")[..., :3]).any()
    result = invoke("median", first, "--alpha", "no", "-o", tmp_path / "o.png")
    assert "PNG can't hold 8-bit RGB with 1 extra channel; TIFF and .npy can" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dtype", "floats"),
    [("int8", "float32"), ("int16", "float32"), ("int32", "float64"), ("uint32", "float64")],
)
@pytest.mark.parametrize("suffix", ["npy", "tif"])
def test_whole_numbers_keep_their_values_as_floats(dtype, floats, suffix, tmp_path):
    kind = np.iinfo(dtype)
    array = np.random.default_rng(1).integers(kind.min, kind.max, (9, 11), dtype, endpoint=True)
    names = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for name in names:
        np.save(name, array) if suffix == "npy" else tifffile.imwrite(name, array)
    for target in ("npy", "tif"):
        result = succeed("median", *names, "--size", "3", "-o", tmp_path / f"{{stem}}_o.{target}")
        assert result.stderr.count("integers are read as ") == 1
        for name in ("a_o", "b_o"):
            path = tmp_path / f"{name}.{target}"
            found = np.load(path) if target == "npy" else tifffile.imread(path)
            assert found.dtype == floats
            np.testing.assert_array_equal(found, median(array[np.newaxis])[0])


def test_half_floats_are_read_as_floats():
    array = np.linspace(0, 1, 12).reshape(3, 4).astype(np.float16)
    image = read(npy(array))
    assert image.pixels.dtype == "float32"
    assert image.metadata.notes == ("16-bit floats are read as 32-bit floats",)
    np.testing.assert_array_equal(image.pixels[..., 0], array.astype(np.float32))


def test_pages_of_unlike_shapes_make_no_array(tmp_path):
    source = tmp_path / "x.tif"
    with tifffile.TiffWriter(source) as writer:
        writer.write(noise(9, 11), metadata=None)
        writer.write(noise(9, 12), metadata=None)
    result = invoke("median", source, "-o", tmp_path / "o.npy")
    assert result.exit_code == 1
    assert "page 1 is uint8 of shape (9, 12), the first uint8 of shape (9, 11)" in result.stderr
    assert not (tmp_path / "o.npy").exists()


def test_a_truncated_array_of_pages():
    content = npy(noise(20, 9, 11)).getvalue()
    with pytest.raises(ImageError, match="truncated"):
        next(read_frames(io.BytesIO(content[:-1]), axes="ZYX"))


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize(
    ("axes", "shape", "words"),
    [
        ("YXC", (1, 1, 10**15), "truncated"),
        ("ZYX", (10**8, 5, 5), "more than"),
        ("ZYX", (-2, 5, 5), "no pixels"),
        (None, (5, -5), "no pixels"),
    ],
)
def test_shapes_that_cannot_be(axes, shape, words, columns):
    held = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": columns, "shape": shape}
    np.lib.format.write_array_header_1_0(held, header)
    held.seek(0)
    with pytest.raises(ImageError, match=words):
        read(held, axes=axes)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.arange(12, dtype=">u2").reshape(2, 3, 2),
        np.arange(24, dtype=">f8").reshape(2, 3, 4) / 24,
        np.asfortranarray(np.arange(30, dtype="<f4").reshape(2, 3, 5)),
        np.arange(12, dtype=np.uint16).reshape(3, 4)[::-1, ::2],
    ],
)
def test_arrays_are_pictures(array):
    found = read(npy(array))
    three = array.reshape(*array.shape, 1) if array.ndim == 2 else array
    np.testing.assert_array_equal(found.pixels, three)
    assert found.pixels.dtype == array.dtype.newbyteorder("=")
    assert found.alpha == (three.shape[2] in (2, 4))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2), bool), np.zeros((2, 2), np.int64), np.zeros((2, 2), complex),
        np.zeros(4, np.uint8), np.zeros((2, 2, 2, 2), np.uint8), np.zeros((0, 2), np.uint8),
        np.zeros((2, 2), object), np.zeros((2, 2), [("a", "u1")]), np.zeros((2, 2, 0), np.uint8),
    ],
)  # fmt: skip
def test_other_arrays_are_refused(array):
    with pytest.raises(ImageError):
        read(npy(array))


def test_an_array_that_says_it_is_large_is_not_allocated():
    stream = npy(np.zeros((2, 2, 3), np.uint8))
    content = stream.getvalue().replace(b"(2, 2, 3)", b"(2, 2, 9999999999999)")
    with pytest.raises(ImageError):
        read(io.BytesIO(content))
