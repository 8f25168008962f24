"""The functions of the filters: what they compute, and what they say of themselves."""

import doctest
import inspect
import pickle
import re
import warnings
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import imgfilt
from imgfilt.api import names
from imgfilt.border import BORDERS
from imgfilt.filters import FILTERS
from imgfilt.pipeline.options import ENGINES, VALUES

from ..examples import picture
from ..function_types import FILE, format_types

PAGE = imgfilt.__doc__.partition("The filters,")[0]
GIVEN = {"convolve": {"kernel": "1 2 1"}, "gaussian": {"sigma": 2}}


@pytest.mark.parametrize("name", FILTERS)
def test_a_function_is_apply_with_the_filter(name):
    pixels, given = picture((9, 8, 3), "float32"), GIVEN.get(name, {})
    found = getattr(imgfilt, name)(pixels, **given, border="wrap")
    wanted = imgfilt.apply(FILTERS[name](**given), pixels, border="wrap")
    assert np.array_equal(found, wanted)


def test_parameters_by_place():
    pixels = picture((9, 8), "uint8")
    assert np.array_equal(imgfilt.median(pixels, 3), imgfilt.apply(imgfilt.Median(3), pixels))
    with pytest.raises(TypeError, match=r"^median\(\) too many positional arguments"):
        imgfilt.median(pixels, 3, "numpy")
    with pytest.raises(TypeError, match=r"^gaussian\(\) got an unexpected .* 'radius'"):
        imgfilt.gaussian(pixels, radius=2)


def test_a_warning_is_about_the_caller():
    step = np.array([[0, 0, 255, 255]], np.uint8)
    with pytest.warns(
        imgfilt.ClippedWarning, match=r"values='offset' or 'abs' shows.*float32"
    ) as told:
        imgfilt.convolve(step, "sobel-x", border="wrap")
    assert told[0].filename == __file__
    with pytest.warns(imgfilt.ClippedWarning, match="sum to 3, by which normalize=True divides"):
        imgfilt.convolve(step, "1 1 1")
    with pytest.warns(imgfilt.ClippedWarning, match="values='stretch' makes them fit"):
        imgfilt.convolve(step, "-1 3 -1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        imgfilt.convolve(step, "sobel-x", values="abs")


@pytest.mark.parametrize("name", FILTERS)
def test_signature_and_docstring(name):
    function, kind = getattr(imgfilt, name), FILTERS[name]
    own = [parameter.name for parameter in kind.parameters()]
    options = ["engine", "border", "border_value", "values", "alpha", "workers"]
    signature = inspect.signature(function)
    assert list(signature.parameters) == ["picture", *own, *options]
    heads = re.findall(r"^(\w+) : ", function.__doc__, re.MULTILINE)
    assert heads == ["picture", *own, *options]
    assert (function.__name__, function.__module__) == (name, "imgfilt")
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize("name", FILTERS)
def test_example(name):
    examples = doctest.DocTestFinder().find(getattr(imgfilt, name), name, module=False)
    assert examples[0].examples
    for example in examples:
        assert f"imgfilt.{name}(picture" in example.docstring
        failed = doctest.DocTestRunner().run(example).failed
        assert failed == 0


def test_docstrings_are_about_python():
    """They are made from the help of the command, whose words they must not use."""
    wrong = []
    for name in set(imgfilt.__all__) - {"ImgfiltError"}:  # it is about the command, too
        docstring = getattr(imgfilt, name).__doc__ or ""
        found = re.findall(
            r"--[a-z]\w+| -[a-z]\b|WIDTHxHEIGHT|ROW,COL|\[default|imgfilt kernel", docstring
        )
        wrong += [(name, word) for word in found]
    assert wrong == []


def test_types_for_checkers():
    """`python -m tests.function_types` writes them anew."""
    assert FILE.read_text("utf-8") == format_types()
    assert get_args(names.Border) == tuple(BORDERS)
    assert get_args(names.Engine) == tuple(ENGINES)
    assert get_args(names.Values) == tuple(VALUES)


def test_pages_to_start_from():
    for kind in FILTERS.values():
        line = next(x for x in imgfilt.__doc__.splitlines() if f" {kind.__name__} " in x)
        assert kind.__doc__.partition("\n")[0] in line
    assert dir(imgfilt) == imgfilt.__all__
    assert {"gaussian", "Gaussian", "read_frames", "list_presets"} < set(dir(imgfilt))


def test_the_code_of_the_first_page_runs(in_folder):
    for name in ("photo.jpg", "photos/a.jpg"):
        Path(name).parent.mkdir(exist_ok=True)
        imgfilt.write(name, picture((40, 50, 3), "uint8"))
    code = "\n".join(re.findall(r"^    (.*imgfilt.*|edges = .*)$", PAGE, re.MULTILINE))
    exec(code, {})
    assert {path.name for path in Path().iterdir()} == {
        *("photo.jpg", "photos", "soft.jpg", "clean.jpg", "figure.png", "out"),
    }
    assert Path("out/a.jpg").exists()


IMAGE = imgfilt.Image(np.zeros((3, 4, 3), np.uint8))


@pytest.mark.parametrize(
    ("filt", "given", "said"),
    [
        (IMAGE.pixels, imgfilt.Median(3), r"ndarray \(3, 4, 3\) .* comes first: apply\(filter, p"),
        (IMAGE, imgfilt.Median(3), r"Image \(3, 4, 3\) .* the filter comes first"),
        ([imgfilt.Median(3), imgfilt.Gaussian(sigma=1)], IMAGE,
         r"one after the other is Median\(size=3\) \| Gaussian\(sigma=1.0\)"),
        (imgfilt.Median, IMAGE, r"the class Median .* Median\(\.\.\.\)"),
        (imgfilt.Kernel("1 2"), IMAGE, r"Convolve\(kernel\) is its filter"),
        (imgfilt.Median(3), "a.png", r"^picture: a path; imgfilt.read\('a.png'\) reads a file"),
        (imgfilt.Median(3), [IMAGE, IMAGE], "give the pictures of a sequence one by one"),
        (imgfilt.Median(3), [[1, 2]], r"numpy.asarray\(picture, 'uint8'\)"),
        (imgfilt.Median(3), np.ones((3, 4), bool), r"picture \* numpy.uint8\(255\)"),
        (imgfilt.Median(3), np.ones((3, 4), "int32"), r"picture.astype\('float64'\)"),
    ],
)  # fmt: skip
def test_errors_with_the_way_out(filt, given, said):
    with pytest.raises(imgfilt.ParameterError, match=said):
        imgfilt.apply(filt, given)


@pytest.mark.parametrize("size", [2, 1.5])
def test_a_size_that_was_meant_as_sigma(size):
    with pytest.raises(imgfilt.ParameterError, match=f"; sigma={size} is a standard deviation$"):
        imgfilt.Gaussian(size)
    with pytest.raises(imgfilt.ParameterError, match=r"odd are 1 and 3$"):
        imgfilt.Gaussian(2, sigma=1)
