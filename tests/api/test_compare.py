"""`compare`: the same cells as the command's, shown in a notebook and saved in any format."""

import io

import numpy as np
import PIL.Image
import pytest

import imgfilt
from imgfilt import Blur, Chain, Convolve, Gaussian, Image, Median

from ..cli_support import succeed
from ..examples import picture, translucent

PICTURE = picture((60, 80, 3), "uint8")
FILTERS = [Gaussian(sigma=1), Median(3) | Gaussian(size=5)]


def test_the_pixels_are_those_of_the_command(in_folder):
    imgfilt.write("a.png", PICTURE)
    specs = "gaussian --sigma 1", "median --size 3 | gaussian --size 5"
    succeed("compare", "a.png", *specs, "--letters", "-o", "wanted.png", "--quiet")
    figure = imgfilt.compare(PICTURE, FILTERS, letters=True)
    figure.save("found.png")
    wanted = imgfilt.read("wanted.png").pixels
    assert np.array_equal(imgfilt.read("found.png").pixels, wanted)
    assert np.array_equal(np.asarray(figure.image), wanted)
    shown = PIL.Image.open(io.BytesIO(figure._repr_png_()))
    assert shown.size == (wanted.shape[1], wanted.shape[0])


@pytest.mark.parametrize("suffix", [".svg", ".html", ".jpg"])
def test_formats(suffix, tmp_path):
    imgfilt.compare(PICTURE, FILTERS, title="Größe").save(tmp_path / f"a{suffix}")
    content = (tmp_path / f"a{suffix}").read_bytes()
    assert ("Größe".encode() in content) == (suffix != ".jpg")


def test_captions():
    filters = {"Soft": Blur(3), "Both": Chain(Median(3), Blur(5))}
    assert imgfilt.compare(PICTURE, filters).captions == ("Original", "Soft", "Both")
    found = imgfilt.compare(
        PICTURE,
        [Gaussian(), Gaussian(sigma=1), Blur((5, 3)), Convolve(imgfilt.Kernel("1 2 1") / 4),
         imgfilt.Edges(of="luma"), imgfilt.NLMeans(patch=3, search=5)],
        original=False,
    ).captions  # fmt: skip
    assert found == (
        "5 × 5 Gaussian", "Gaussian, sigma 1", "5 × 3 Averaging", "1 x 3 kernel Convolution",
        "Edges, Luma", "Non-local means, patch 3, search 5",
    )  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [PICTURE[..., 0], PIL.Image.fromarray(PICTURE), Image(PICTURE), translucent((9, 8, 4), "uint8"),
     np.float32(PICTURE / 255), PIL.Image.fromarray(PICTURE).convert("P")],
)  # fmt: skip
def test_pictures(given):
    figure = imgfilt.compare(given, Blur(3))
    assert figure.captions == ("Original", "3 × 3 Averaging")
    assert figure.image.shape[2] == 3


def test_measures():
    figure = imgfilt.compare(PICTURE, FILTERS, reference=PICTURE, difference="auto")
    original, *results = figure.measures
    assert original.quality.psnr == np.inf
    assert all(result.quality.psnr < 40 and result.seconds > 0 for result in results)


def test_what_is_lost_is_told():
    with pytest.warns(imgfilt.ClippedWarning) as told:
        imgfilt.compare(PICTURE, Convolve("sobel-x"))
    assert told[0].filename == __file__
    imgfilt.compare(PICTURE, Convolve("sobel-x"), values="offset")


@pytest.mark.parametrize(
    ("filters", "options", "said"),
    [
        ([], {}, "filters: 0; wanted 1 to 399"),
        ("blur", {}, "'blur' is no filter"),
        (Blur, {}, "the class Blur"),
        ([Blur(3)] * 400, {}, "filters: 400; wanted 1 to 399"),
        (Blur(3), {"columns": 0}, "columns: 0 is not a whole number from 1 to 400"),
        (Blur(3), {"zoom": (0, 0, 99, 3)}, "zoom 0,0,99,3 does not lie inside"),
        (Blur(3), {"captions": "left"}, "captions: 'left' is not one of above"),
        (Blur(3), {"figure_width": 16}, "figure_width: 16 is not a length such as 16cm"),
        (Blur(3), {"difference": 0}, "difference: 0"),
        (Blur(3), {"border": "mirror"}, "border: 'mirror' is none of"),
        (Blur(3), {"zoom": (0, 0, 5)}, "zoom: 0,0,5 is not LEFT,TOP,WIDTH,HEIGHT"),
        (Blur(3), {"insets": (0, 0, 5)}, "insets: 0,0,5 is not LEFT,TOP,WIDTH,HEIGHT"),
        (Blur(3), {"background": 5}, "background: 5 is no colour"),
        (Blur(3), {"reference": "a.png"}, "reference: a path"),
    ],
)
def test_refused(filters, options, said):
    with pytest.raises(imgfilt.ParameterError, match=said):
        imgfilt.compare(PICTURE, filters, **options)


def test_not_saved(tmp_path):
    figure = imgfilt.compare(PICTURE, Blur(3))
    with pytest.raises(imgfilt.CommandError, match=r"a\.txt: .*can't hold a figure"):
        figure.save(tmp_path / "a.txt")
    with pytest.raises(imgfilt.OutputError, match="there is no folder"):
        figure.save(tmp_path / "b" / "a.png")
    assert not list(tmp_path.iterdir())
