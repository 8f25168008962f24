"""Pillow images and Images in `apply`: alpha and palette understood, the same kind out."""

import inspect
import io
import time
import warnings

import numpy as np
import PIL.Image
import PIL.PngImagePlugin
import pytest

import imgfilt
from imgfilt import (
    Bilateral,
    ClippedWarning,
    Convolve,
    Gaussian,
    Image,
    Median,
    ParameterError,
)

from ..examples import picture, translucent

IDENTITY = Convolve("identity")
SOFT = Gaussian(size=3)


def made(mode):
    """Return a Pillow image of a mode, its pixels noise."""
    rgba = PIL.Image.fromarray(translucent((9, 8, 4), "uint8"))
    if mode in ("La", "PA"):
        return rgba.convert("LA").convert(mode)
    if mode == "RGBa":
        return rgba.convert(mode)
    if mode == "F":
        return PIL.Image.fromarray(picture((9, 8), "float32"))
    if mode.startswith("I;16"):
        order = ">" if mode == "I;16B" else "<"
        data = picture((9, 8), "uint16").astype(f"{order}u2").tobytes()
        return PIL.Image.frombytes(mode, (8, 9), data, "raw", mode)
    return rgba.convert("RGB").convert(mode) if mode == "P" else rgba.convert(mode)


RESULTS = {
    "1": "L", "L": "L", "LA": "LA", "La": "LA", "P": "RGB", "PA": "RGBA", "RGB": "RGB",
    "RGBA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB", "CMYK": "CMYK", "YCbCr": "RGB",
}  # fmt: skip


@pytest.mark.parametrize("mode", RESULTS)
def test_mode(mode):
    given = made(mode)
    before = given.tobytes()
    wanted = given.convert(RESULTS[mode])
    found = imgfilt.apply(IDENTITY, given)
    assert type(found) is PIL.Image.Image
    assert found.mode == RESULTS[mode]
    assert found.tobytes() == wanted.tobytes()
    soft = imgfilt.apply(SOFT, given)
    array = imgfilt.apply(SOFT, np.asarray(wanted), alpha=RESULTS[mode].endswith("A"))
    assert np.array_equal(np.asarray(soft), array)
    assert given.tobytes() == before


@pytest.mark.parametrize("mode", ["I;16", "I;16L", "I;16B", "I;16N", "F"])
def test_deep_mode(mode):
    given = made(mode)
    found = imgfilt.apply(IDENTITY, given)
    assert (found.mode, found.tobytes()) == (mode, given.tobytes())
    native = np.asarray(given).astype(np.asarray(given).dtype.newbyteorder("="))
    assert np.array_equal(np.asarray(imgfilt.apply(SOFT, given)), imgfilt.apply(SOFT, native))


@pytest.mark.parametrize(("mode", "hint"), [("I", "'F'"), ("HSV", "'RGB'"), ("LAB", "ImageCms")])
def test_what_can_not_be_filtered(mode, hint):
    with pytest.raises(ParameterError, match=f"image of mode {mode} can't be filtered; .*{hint}"):
        imgfilt.apply(SOFT, PIL.Image.new(mode, (4, 5)))
    with pytest.raises(ParameterError, match="0 x 5 has no pixels"):
        imgfilt.apply(SOFT, PIL.Image.new("L", (0, 5)))


@pytest.mark.parametrize("key", [3, bytes([0, 255, 77, 128])])
def test_palette_with_transparency(key):
    given = PIL.Image.fromarray((picture((9, 8), "uint8") % 4).astype(np.uint8), "L").convert("P")
    given.putpalette([10, 20, 30, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    given.info["transparency"] = key
    alpha = np.array(list(key) if isinstance(key, bytes) else [255, 255, 255, 0])
    found = imgfilt.apply(IDENTITY, given)
    assert found.mode == "RGBA"
    assert np.array_equal(np.asarray(found)[..., 3], alpha[np.asarray(given)])
    assert "transparency" not in found.info
    wanted = imgfilt.apply(SOFT, np.asarray(found), alpha=True)
    assert np.array_equal(np.asarray(imgfilt.apply(SOFT, given)), wanted)


@pytest.mark.parametrize(("mode", "key"), [("L", 7), ("RGB", (7, 8, 9)), ("1", 255)])
def test_transparent_colour(mode, key):
    given = PIL.Image.new(mode, (5, 4), 0)
    given.putpixel((2, 1), key)
    given.info["transparency"] = key
    found = np.asarray(imgfilt.apply(IDENTITY, given))
    assert found.shape == (4, 5, 4 if mode == "RGB" else 2)
    assert np.argwhere(found[..., -1] == 0).tolist() == [[1, 2]]
    given.info["transparency"] = b"abc\0d"
    with pytest.raises(ParameterError, match="for transparency; wanted a colour"):
        imgfilt.apply(IDENTITY, given)


def test_transparent_level_of_16_bits():
    given = made("I;16")
    given.info["transparency"] = 5
    with pytest.raises(ParameterError, match=r"transparent level can't be filtered"):
        imgfilt.apply(SOFT, given)


def test_info_is_kept_and_a_file_may_be_unread(tmp_path):
    exif = PIL.Image.Exif()
    exif[0x010E] = "words"
    path = tmp_path / "a.png"
    made("RGBA").save(path, dpi=(300, 300), icc_profile=b"profile", exif=exif)
    with PIL.Image.open(path) as given:
        found = imgfilt.apply(SOFT, given)
        assert isinstance(given, PIL.PngImagePlugin.PngImageFile)
        assert found.info == given.info
    assert found.getexif()[0x010E] == "words"
    assert found.info["icc_profile"] == b"profile"
    path.write_bytes(path.read_bytes()[:300])
    with (
        PIL.Image.open(path) as given,
        pytest.raises(imgfilt.ImageError, match="can't be loaded"),
    ):
        imgfilt.apply(SOFT, given)


def test_image():
    metadata = imgfilt.image.Metadata(comment=b"words", icc=b"profile")
    given = Image(translucent((9, 8, 6), "uint16"), True, metadata, extra=2)
    found = imgfilt.apply(SOFT, given)
    assert isinstance(found, Image)
    assert (found.alpha, found.extra, found.metadata) == (True, 2, metadata)
    seen = given.pixels[..., [0, 1, 2, 5]]
    assert np.array_equal(found.pixels[..., [0, 1, 2, 5]], imgfilt.apply(SOFT, seen, alpha=True))
    for number in (3, 4):
        alone = imgfilt.apply(SOFT, given.pixels[..., number])
        assert np.array_equal(found.pixels[..., number], alone)
    plain = imgfilt.apply(SOFT, given, alpha=False)
    assert np.array_equal(plain.pixels[..., 0], imgfilt.apply(SOFT, given.pixels[..., 0]))


def test_alpha_that_is_not_there():
    for given in (made("L"), Image(picture((4, 5, 3), "uint8"))):
        with pytest.raises(ParameterError, match="the picture has no alpha channel"):
            imgfilt.apply(SOFT, given, alpha=True)
    found = imgfilt.apply(SOFT, made("RGBA"), alpha=False)
    assert np.array_equal(np.asarray(found), imgfilt.apply(SOFT, np.asarray(made("RGBA"))))


def test_masked_array():
    masked = np.ma.masked_greater(picture((4, 5), "uint8"), 99)
    with pytest.raises(ParameterError, match=r"a masked array was given; .*alpha=True"):
        imgfilt.apply(SOFT, masked)


def test_what_is_lost_is_told():
    step = np.array([[0, 0, 255, 255]], np.uint8)
    # Of sobel-x, -4 x 0 + 4 x 255 stands twice.
    with pytest.warns(ClippedWarning, match=r"^50\.0 % of values fell outside 0\.\.255") as told:
        lost = imgfilt.apply(Convolve("sobel-x"), step)
    assert told[0].filename == __file__
    assert "values='clip'" in str(told[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(imgfilt.apply(Convolve("sobel-x"), step, values="clip"), lost)
        imgfilt.apply(Convolve("sobel-x"), step / 255)
        imgfilt.apply(Convolve("sobel-x"), step * 0)
        for filt in (SOFT, Median(3), Bilateral(3)):
            imgfilt.apply(filt, step)


def test_thresholds_of_floats():
    levels = picture((9, 8), "uint8").astype("float32")
    with pytest.warns(
        UserWarning, match=r"values outside 0\.\.1, .* units of 1/255 of 1\.0"
    ) as told:
        imgfilt.apply(Bilateral(3), levels)
    assert told[0].filename == __file__
    hidden = np.dstack([levels / 255, levels * 0 + 1])
    hidden[0, 0] = 9, 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        imgfilt.apply(Bilateral(3), levels / 255)
        imgfilt.apply(Bilateral(3), hidden, alpha=True)
        imgfilt.apply(SOFT, levels)


ODD = [
    "word", b"bytes", 1j, float("nan"), float("inf"), 10**400, -(10**400), 10**5000, [], [[1, 2]],
    {}, {"a": 1}, object(), np.zeros((2, 2)), np.array(None), np.ma.masked, np.zeros(2, "U3"),
    np.zeros(2, [("red", "u1")]), np.complex64(1j), lambda: 0, type, "\0", "\ud800", io.BytesIO(),
    [None], ("a", 1), range(3), True, -1, 1.5, "a\nb", float, np.datetime64("now"), set(),
]  # fmt: skip


class Frame:
    """As pandas has it: rows by name, an array on demand."""

    shape = (2, 2)

    def __array__(self, *given, **named):
        raise RuntimeError("no array")

    def __len__(self):
        return 2

    def __getitem__(self, name):
        raise KeyError(name)


def names_of(function):
    """Return the names of a function's parameters."""
    return list(inspect.signature(function).parameters)


CALLS = {
    "filter": lambda odd: imgfilt.apply(odd, np.zeros((3, 3), np.uint8)),
    "picture": lambda odd: imgfilt.apply(SOFT, odd),
    "dtype": lambda odd: imgfilt.apply(SOFT, np.frompyfunc(lambda _: odd, 1, 1)(np.eye(2))),
    **{
        name: lambda odd, name=name: imgfilt.apply(
            SOFT, np.zeros((3, 3), np.uint8), **{"border": "constant", name: odd}
        )
        for name in ("engine", "border", "border_value", "values", "alpha", "workers")
    },
    "Kernel": imgfilt.Kernel,
    "origin": lambda odd: imgfilt.Kernel([[1, 2]], odd),
    "parse": imgfilt.Kernel.parse,
    **{
        name: lambda odd, name=name: getattr(imgfilt.Kernel([[1, 2]]), name)(odd)
        for name in ("scaled", "rotated", "added", "composed")
    },
    "Image": Image,
    **{
        f"Image {name}": lambda odd, name=name: imgfilt.apply(
            SOFT, Image(np.zeros((3, 3, 4), np.uint8), **{name: odd})
        )
        for name in ("alpha", "metadata", "frames", "extra")
    },
    **{
        f"{kind.__name__} {parameter.name}": lambda odd, kind=kind, name=parameter.name: kind(
            **{**({"kernel": "1 2 1"} if kind is Convolve else {}), name: odd}
        )
        for kind in (imgfilt.Blur, Gaussian, Median, Bilateral, imgfilt.NLMeans, Convolve)
        for parameter in kind.parameters()
    },
    "read": imgfilt.read,
    **{
        f"read {name}": lambda odd, name=name: imgfilt.read("missing.png", **{name: odd})
        for name in ("frame", "max_pixels", "name", "axes", "alpha")
    },
    "write": lambda odd: imgfilt.write("missing/a.png", odd),
    **{
        f"write {name}": lambda odd, name=name: imgfilt.write(
            "missing/a.png", Image(np.zeros((3, 3), np.uint8)), **{name: odd}
        )
        for name in ("format", "quality", "compression", "strip")
    },
    "compare": lambda odd: imgfilt.compare(odd, SOFT),
    **{
        f"compare {name}": lambda odd, name=name: imgfilt.compare(
            np.zeros((3, 3), np.uint8), **{"filters": SOFT, name: odd}
        )
        for name in names_of(imgfilt.compare)[1:]
    },
    "filter_files": lambda odd: imgfilt.filter_files(odd, "missing.png", "a.png"),
    **{
        f"filter_files {name}": lambda odd, name=name: imgfilt.filter_files(
            SOFT, **{"inputs": "missing.png", "output": "out/", name: odd}
        )
        for name in names_of(imgfilt.filter_files)[1:]
    },
    "write target": lambda odd: imgfilt.write(odd, Image(np.zeros((3, 3), np.uint8))),
}


@pytest.mark.parametrize("call", CALLS)
def test_wrong_arguments(call, in_folder):
    """Any argument is taken, or refused by an error of imgfilt's own, in one line."""
    refused = 0
    for odd in [*ODD, Frame()]:
        try:
            CALLS[call](odd)
        except imgfilt.ImgfiltError as error:
            refused += 1
            assert str(error)
            assert str(error).isprintable()
    assert refused


@pytest.mark.parametrize(
    "call",
    [
        lambda: imgfilt.Kernel(range(10**9)),
        lambda: imgfilt.Kernel([range(10**9)]),
        lambda: imgfilt.apply(SOFT, np.ones((2, 2)), border="constant", border_value=range(10**9)),
        lambda: imgfilt.apply(SOFT, np.ones((2, 2)), engine=[[1] * 100] * 100_000),
    ],
    ids=["Kernel", "row", "border_value", "engine"],
)
def test_absurd_arguments_are_refused_at_once(call):
    began = time.process_time()
    with pytest.raises(imgfilt.ParameterError):
        call()
    assert time.process_time() - began < 1


def test_a_name_given_to_a_file_is_printable(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"")
    with pytest.raises(imgfilt.ImageError, match=r"^a\\x1b\\n: "):
        imgfilt.read(tmp_path / "a.npy", name="a\x1b\n")


@pytest.mark.parametrize("kind", ["text", "path", "csv", "npy"])
def test_kernel_file(kind, in_folder):
    path = in_folder / {"text": "edge.txt", "path": "sobel-x", "csv": "k.csv", "npy": "k.npy"}[kind]
    path.write_text("1,2,3\n" if kind == "csv" else "1 2 3\n")
    if kind == "npy":
        np.save(path, [[1, 2, 3]])
    wanted = imgfilt.Kernel([[1, 2, 3]])
    for given in (str(path), path, path.name, [path], [path.name]):
        assert Convolve(given).composed == wanted
    assert Convolve([path, "1 0"]).composed.shape == (1, 4)
    with pytest.raises(imgfilt.KernelError, match=r"^missing\.txt: no such file"):
        Convolve("missing.txt")
    with pytest.raises(imgfilt.KernelError, match="is a folder"):
        Convolve(in_folder)


@pytest.mark.parametrize("engine", ["numpy", "auto"])
@pytest.mark.parametrize("number", range(5))
def test_float64_stays_float64(number, engine):
    filt = [SOFT, Convolve("sobel-x"), Median(3), Bilateral(3), imgfilt.NLMeans(10, 3, 5)][number]
    pixels = picture((9, 8, 3), "float64")
    found = imgfilt.apply(filt, pixels, engine)
    assert found.dtype == np.float64
    if number < 2:
        kernel = np.array([[[1, 2, 1], [2, 4, 2], [1, 2, 1]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]]])
        weights = kernel[number][::-1, ::-1] / (16 if number == 0 else 1)
        padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (0, 1))
        wanted = (windows * weights).sum((-2, -1))
        bound = 2.0**-20 * np.abs(weights).sum() * np.abs(pixels).max()
        assert np.abs(found - wanted).max() <= bound
