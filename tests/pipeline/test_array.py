"""Arrays: any layout, byte order and flags in; the input untouched, the same dtype and axes out."""

from itertools import product

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Median, NLMeans, ParameterError

from .. import reference
from ..examples import DTYPES, ENGINES, FIRST, case_name, each_case, example, picture, translucent


def sliced(pixels):
    """Return the same pixels as every second of a larger array, from its end."""
    larger = np.zeros([2 * side for side in pixels.shape], pixels.dtype)
    view = larger[::-2, ::2, ::-2] if pixels.ndim == 3 else larger[::-2, ::2]
    view[...] = pixels
    return view


def swapped(pixels):
    return pixels.astype(pixels.dtype.newbyteorder())


def read_only(pixels):
    pixels = pixels.copy()
    pixels.flags.writeable = False
    return pixels


def unaligned(pixels):
    raw = np.zeros(pixels.nbytes + 1, np.uint8)
    view = raw[1:].view(pixels.dtype).reshape(pixels.shape)
    view[...] = pixels
    return view


LAYOUTS = [sliced, swapped, read_only, unaligned, np.asfortranarray]


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_layout(case, layout):
    for engine in ENGINES:
        filt = example(case).filter
        for dtype in DTYPES:
            if engine == "opencv" and 3 not in example(case).opencv.get(dtype, ()):
                continue
            for shape in [(9, 10), (9, 10, 3)]:
                plain, given = picture(shape, dtype), layout(picture(shape, dtype))
                for border in ("reflect", "valid"):
                    found = imgfilt.apply(filt, given, engine, border, values="clip")
                    assert found.dtype == given.dtype
                    assert np.array_equal(
                        found, imgfilt.apply(filt, plain, engine, border, values="clip")
                    )
                assert np.array_equal(given, plain)


@pytest.mark.parametrize("case", FIRST, ids=case_name)
def test_grey_is_one_channel(case):
    for dtype in DTYPES:
        pixels = picture((9, 10), dtype)
        found = imgfilt.apply(example(case).filter, pixels, values="clip")
        assert found.shape == (9, 10)
        assert found.dtype == dtype
        one = imgfilt.apply(example(case).filter, pixels[..., np.newaxis], values="clip")
        assert np.array_equal(one, found[..., np.newaxis])


@each_case
def test_input_is_untouched_and_shares_nothing(case):
    for engine in ENGINES:
        filt = example(case).filter
        for dtype in DTYPES:
            for pixels, alpha in [
                (picture((9, 10, 3), dtype), False),
                (translucent((9, 10, 4), dtype), True),
            ]:
                before = pixels.copy()
                try:
                    found = imgfilt.apply(filt, pixels, engine, alpha=alpha, values="clip")
                except imgfilt.EngineError:
                    continue
                found[...] = 1
                assert np.array_equal(pixels, before)


@each_case
def test_all_one_colour(case):
    """Averages of a colour are that colour, at any depth; a kernel's are its sum's."""
    for engine in ENGINES:
        one = example(case)
        for dtype in DTYPES:
            if engine == "opencv" and 3 not in one.opencv.get(dtype, ()):
                continue
            colour = np.array([0.25, 1, 0]) * reference.peak(dtype)
            pixels = np.broadcast_to(colour.astype(dtype), (7, 8, 3))
            wanted = reference.stored(pixels * one.filter.weight_sum, dtype)
            found = imgfilt.apply(one.filter, pixels, engine, values="clip")
            assert np.abs(found - wanted).max() <= (1e-5 if wanted.dtype.kind == "f" else 0)


IDENTITIES = [
    Convolve("identity"),
    Convolve("1"),
    Blur(1),
    Blur((1, 1)),
    Gaussian(size=1),
    Gaussian(sigma=0),
    Gaussian(sigma=0, integrated=True, integer=True),
    Median(1),
    Bilateral(diameter=1),
    Bilateral(sigma_color=0),
    Bilateral(sigma_space=0),
    NLMeans(strength=0),
    NLMeans(search=1),
]


@pytest.mark.parametrize("filt", IDENTITIES, ids=repr)
def test_identity(filt):
    """Bit for bit, NaN and −0 included, with alpha too; `valid` has nothing to cut off."""
    for engine, dtype in product(ENGINES, DTYPES):
        opaque, clear = picture((5, 6, 3), dtype), translucent((5, 6, 4), dtype)
        if opaque.dtype.kind == "f":
            opaque[..., -1] = opaque[..., -1].clip(0, 1)
            opaque[1, 2, :2] = clear[1, 2, :3] = np.nan
            opaque[3, :3, 0] = clear[3, :3, 0] = np.inf, -np.inf, -0.0
        for pixels, alpha in ((opaque, False), (clear, True), (opaque, True)):
            for border in ("reflect", "zero", "valid"):
                try:
                    found = imgfilt.apply(filt, pixels, engine, border, alpha=alpha, values="clip")
                except imgfilt.EngineError:
                    assert engine == "opencv"
                    continue
                assert found.tobytes() == pixels.tobytes()


@pytest.mark.parametrize(
    "filt",
    [Gaussian(sigma=1e-200), Gaussian(5, 1e-310), Gaussian(sigma=1e-3, integrated=True)]
    + [Bilateral(5, sigma, 2) for sigma in (1e-6, 1e-20, 1e-60)]
    + [Bilateral(5, 30, sigma) for sigma in (1e-6, 1e-60)]
    + [NLMeans(strength, 3, 5) for strength in (1e-6, 1e-20, 1e-60)],
    ids=repr,
)
def test_next_to_nothing_is_the_identity_too(filt):
    for dtype in DTYPES:
        pixels = picture((9, 10, 3), dtype)
        for engine in ("numpy", "auto"):
            off = np.abs(
                imgfilt.apply(filt, pixels, engine, values="clip") - pixels.astype(np.float64)
            )
            assert off.max() <= (0 if pixels.dtype.kind == "u" else 2.0**-20), engine


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.zeros((0, 5), np.uint8), r"shape \(0, 5, 1\)"),
        (np.zeros((5, 0, 3), np.uint8), r"shape \(5, 0, 3\)"),
        (np.zeros((5, 5, 0), np.uint8), r"shape \(5, 5, 0\)"),
        (np.zeros((2, 2, 2, 2), np.uint8), r"shape \(2, 2, 2, 2\).*wanted \(H, W\) or \(H, W, C\)"),
        (np.zeros(5, np.uint8), r"shape \(5,\)"),
        (np.uint8(5), "picture: uint8 was given"),
        (
            np.zeros((2, 2), bool),
            "pixels of bool were given; wanted uint8, uint16, float32, float64",
        ),
        (np.zeros((2, 2), np.int32), "pixels of int32"),
        (np.zeros((2, 2), np.uint32), "pixels of uint32"),
        (np.zeros((2, 2), np.float16), "pixels of float16"),
        (np.zeros((2, 2), np.longdouble), "pixels of (longdouble|float)"),
        (np.zeros((2, 2), complex), "pixels of complex128"),
        (np.zeros((2, 2), object), "pixels of object"),
        (np.zeros((2, 2), "U3"), "pixels of "),
        (np.zeros((2, 2), "M8[s]"), "pixels of datetime64"),
        (np.zeros((2, 2), [("red", "u1")]), "pixels of "),
        ([[1, 2], [3, 4]], r"picture: list was given; wanted .*numpy\.asarray"),
        ("photo.png", r"picture: a path; imgfilt\.read"),
        (None, "picture: NoneType was given"),
    ],
    ids=repr,
)
def test_what_is_no_picture(pixels, message):
    for filt in (Blur(3), Median(1), NLMeans()):
        with pytest.raises(ParameterError, match=message):
            imgfilt.apply(filt, pixels, values="clip")


def test_alpha_alone_is_no_picture():
    with pytest.raises(ParameterError, match="alpha is the last of 2"):
        imgfilt.apply(Blur(3), np.zeros((2, 2), np.uint8), alpha=True)
