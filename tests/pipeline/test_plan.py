"""Plans: which engine and why, what is refused, and what a machine without OpenCV does."""

import json
import subprocess
import sys

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Kernel, Median, NLMeans, engines
from imgfilt.errors import EngineError
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options
from imgfilt.pipeline.plan import make_plan
from imgfilt.pipeline.working_space import WorkingSpace

from ..examples import CASES, DTYPES, each_case, example, picture, translucent, whole


def planned(filt, dtype="uint8", channels=3, engine="auto", border="reflect", **seen):
    """Return the plan for a picture of 40 x 30."""
    working = WorkingSpace(filt, np.dtype(dtype), **seen)
    return make_plan(working, (30, 40, channels), border, engine)


@pytest.mark.parametrize("dtype", DTYPES)
@each_case
def test_opencv_is_refused_where_it_can_not(case, dtype):
    one = example(case)
    for channels in (1, 2, 3, 4, 5):
        able = channels in one.opencv.get(dtype, ())
        plan = planned(one.filter, dtype, channels)
        if able:
            asked = planned(one.filter, dtype, channels, "opencv")
            assert (asked.engine, asked.reason) == ("opencv", "asked for")
            assert asked.method == plan.method or plan.engine == "numpy"
        else:
            assert plan.engine == "numpy"
            assert plan.reason.startswith("OpenCV can't do this: its ")
            with pytest.raises(EngineError, match=r"^OpenCV can't do this: its "):
                planned(one.filter, dtype, channels, "opencv")
        asked = planned(one.filter, dtype, channels, "numpy")
        assert (asked.engine, asked.reason) == ("numpy", "asked for")


@pytest.mark.parametrize(
    ("filt", "dtype", "channels", "reason"),
    [
        (Median(7), "uint16", 1, "its median takes uint16 only up to size 5"),
        (Median(7), "float32", 1, "its median takes float32 only up to size 5"),
        (Median(257), "uint8", 1, "its median takes uint8 only up to size 255"),
        (Bilateral(27), "uint16", 3, "its bilateral filter has float32 sums, .* diameter 27 up"),
        (Bilateral(), "uint8", 2, "its bilateral filter takes 1 or 3 colour channels, not 2"),
        (NLMeans(), "float32", 3, "its non-local means takes uint8 pictures, not float32"),
        (NLMeans(), "uint8", 5, "its non-local means takes up to 4 colour channels, not 5"),
    ],
)
def test_reason(filt, dtype, channels, reason):
    with pytest.raises(EngineError, match=reason):
        planned(filt, dtype, channels, "opencv")
    with pytest.raises(EngineError, match=reason):
        imgfilt.apply(filt, picture((4, 5, channels), dtype), "opencv", values="clip")


def test_transparency_is_for_numpy_but_in_linear_filters():
    for case in CASES:
        filt = example(case).filter
        plan = planned(filt, channels=4, alpha=True, transparent=True)
        if filt.opencv_takes_weights:
            assert planned(filt, channels=4, engine="opencv", alpha=True, transparent=True)
        else:
            assert plan.engine == "numpy"
            assert "support transparency" in plan.reason


def test_linear_light_is_for_numpy_where_opencv_takes_no_float64():
    for filt in (Median(3), Bilateral(), NLMeans()):
        assert planned(filt, linear_light=True).engine == "numpy"
        with pytest.raises(EngineError, match="float64"):
            planned(filt, engine="opencv", linear_light=True)


@pytest.mark.parametrize(
    ("filt", "method"),
    [
        (Blur(5), "box uint8"),
        (Convolve("average:4"), "box uint8"),
        (Convolve("average:29", scale=3), "box"),
        (Gaussian(5), "separable"),
        (Gaussian(15), "separable"),
        (Convolve("sobel-x"), "integers"),
        (Convolve("sharpen"), "integers"),
        (Convolve(Kernel(whole(9, 9))), "rows"),
        (Convolve(Kernel(whole(31, 31))), "fft"),
        (Convolve(Kernel(np.eye(2, 5) + 500)), "rows"),
        (Convolve(Kernel(1000 * np.eye(7))), "direct"),
        (Convolve(Kernel(np.add.outer(np.arange(40.0), np.arange(40.0) ** 2) / 9e5)), "low rank"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_method_is_what_runs(filt, method, monkeypatch):
    check_what_runs(filt, "numpy", method, engines.numpy.convolution.METHODS, monkeypatch)


@pytest.mark.parametrize(
    ("filt", "method"),
    [
        (Blur(5), "boxFilter mean"),
        (Convolve(Kernel(np.full((7, 7), 1 / 49))), "boxFilter mean"),  # whose sum isn't quite 1
        (Convolve("average:5", scale=3), "boxFilter"),
        (Blur(4), "boxFilter"),
        (Gaussian(5), "sepFilter2D uint8"),
        (Convolve("1 2 1; 2 4 2; 1 2 1", scale="-1/3"), "sepFilter2D"),
        (Convolve("sobel-x"), "sepFilter2D int16"),
        (Convolve("sharpen"), "filter2D int16"),
        (Convolve("0 1 0; 1 4 1; 0 1 0", scale="1/8"), "filter2D uint8"),
        (Convolve(Kernel(whole(9, 9))), "filter2D"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_method_of_opencv_is_what_runs(filt, method, monkeypatch):
    check_what_runs(filt, "opencv", method, engines.opencv.convolution.METHODS, monkeypatch)


@pytest.mark.parametrize(
    ("filt", "method", "chosen_by"),
    [
        (Gaussian(33), "separable uint8", ["numpy"]),
        (Gaussian(sigma=9), "multirate uint8", ["numpy", "auto"]),
        (Gaussian(sigma=30, integrated=True), "multirate uint8", ["numpy", "auto"]),
    ],
    ids=repr,
)
def test_method_of_wide_bells_is_what_runs(filt, method, chosen_by, monkeypatch):
    for engine in chosen_by:
        check_what_runs(
            filt, engine, method, engines.numpy.convolution.METHODS, monkeypatch, (300, 320)
        )


def check_what_runs(filt, engine, method, methods, monkeypatch, shape=(30, 40)):
    working = WorkingSpace(filt, np.dtype("uint8"), may_round=True)
    plan = make_plan(working, (*shape, 1), "wrap", engine)
    assert plan.method == method
    assert plan.operations > 0
    used = []
    for name, entry in methods.items():
        spied = entry._replace(
            run=lambda *given, name=name, run=entry.run: used.append(name) or run(*given)
        )
        monkeypatch.setitem(methods, name, spied)
    run(filt, picture((*shape, 1), "uint8"), False, Options(engine, "wrap"))
    assert set(used) == {method}


def test_operations_of_the_definition():
    """2k² − 1 for each pixel, as in the lecture."""
    for side in (3, 5, 7):
        taps = Convolve(Kernel(whole(side, side) + 100)).taps
        assert engines.numpy.convolution.METHODS["direct"].operations(taps) == 2 * side**2 - 1


def test_window_that_would_take_all_memory():
    with pytest.raises(imgfilt.ImageError, match=r"16383 x 16383 on a picture of 40 x 30 .* GB"):
        planned(Median(16383), "float64", engine="numpy")


def test_valid_that_leaves_nothing():
    with pytest.raises(
        imgfilt.ImageError, match="40 x 30 has no pixel where a window of 3 x 31 fits whole"
    ):
        planned(Blur((3, 31)), border="valid")
    assert planned(Blur((40, 30)), border="valid").shape == (1, 1, 3)
    assert planned(Median(1), border="valid").shape == (30, 40, 3)


@each_case
def test_memory_is_that_of_a_strip(case):
    """It grows with a strip's width, not with the picture's height once that is cut."""
    working = WorkingSpace(example(case).filter, np.dtype("uint8"))
    low, tall, wide = (
        make_plan(working, shape, "reflect").memory
        for shape in [(5_000, 300, 3), (500_000, 300, 3), (5_000, 30_000, 3)]
    )
    assert 0 < tall < 1.5 * low
    assert wide > low


@each_case
def test_without_opencv(case, monkeypatch):
    """It is said where it would have been chosen, and only there."""
    wanted = planned(example(case).filter)
    monkeypatch.setattr(engines.opencv, "import_error", lambda: "No module named 'cv2'")
    plan = planned(example(case).filter)
    assert plan.engine == "numpy"
    if wanted.engine == "numpy":
        assert (plan.reason, plan.fallback) == (wanted.reason, None)
    else:
        assert plan.reason == "OpenCV can't be imported (No module named 'cv2')"
        assert plan.fallback == f"{plan.reason}, so this runs on NumPy"
    assert planned(example(case).filter, engine="numpy").fallback is None
    with pytest.raises(EngineError, match="can't be imported"):
        planned(example(case).filter, engine="opencv")


@pytest.mark.slow
def test_cv2_is_imported_by_who_calls_it():
    """A run that stays with NumPy doesn't wait for it."""
    code = """
import sys, numpy as np, imgfilt
pixels = np.zeros((40, 40), np.uint8)
imgfilt.apply(imgfilt.Blur(3), pixels, "numpy")
imgfilt.apply(imgfilt.Median(7), pixels)
assert "cv2" not in sys.modules
imgfilt.apply(imgfilt.Median(3), pixels)
assert "cv2" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_with_opencv_nothing_falls_back():
    assert planned(Blur(3)).fallback is None
    assert planned(Bilateral(), "uint16").fallback is None


WITHOUT = """
import json, sys
sys.modules["cv2"] = None
import numpy as np
from imgfilt import EngineError, apply
from imgfilt.filters import FILTERS
pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
found = {}
for name, kind in FILTERS.items():
    filt = kind(kernel="sharpen") if name == "convolve" else kind()
    same = np.array_equal(
        apply(filt, pixels, values="clip"), apply(filt, pixels, "numpy", values="clip")
    )
    try:
        apply(filt, pixels, "opencv")
    except EngineError as error:
        found[name] = [same, str(error)]
print(json.dumps(found))
"""


@pytest.mark.slow
def test_a_machine_without_opencv():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert set(found) == set(imgfilt.filters.FILTERS)
    for same, error in found.values():
        assert same
        assert error.startswith("OpenCV can't be imported (")
        assert "\n" not in error


@pytest.mark.slow
def test_naming_a_filter_loads_no_engine():
    """NumPy and cv2 are loaded when there is something to compute."""
    code = (
        "import sys; from imgfilt.filters import FILTERS; import imgfilt; imgfilt.Blur(3); "
        "imgfilt.Gaussian(sigma=2); imgfilt.NLMeans(); "
        "assert 'cv2' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_alpha_of_a_picture_decides():
    """An opaque alpha is split off first, so that cv2 can; where the border is clear, it can't."""
    opaque = translucent((6, 7, 4), "uint8")
    opaque[..., 3] = 255
    found = imgfilt.apply(Bilateral(5), opaque, "opencv", "reflect", alpha=True)
    assert (found[..., 3] == 255).all()
    with pytest.raises(EngineError, match="transparency"):
        imgfilt.apply(Bilateral(5), opaque, "opencv", "zero", alpha=True)


@pytest.mark.parametrize("engine", ["numpy", "opencv"])
def test_a_small_picture_is_cut_where_that_is_worth_a_thread(engine):
    for filt, count in [(NLMeans(), 2), (Blur(9), 1)]:
        plan = make_plan(WorkingSpace(filt, np.dtype("u1")), (500, 500, 1), "reflect", engine)
        inner = [strip for strip in plan.strips if strip.bottom - strip.top > 100]
        assert len([strip for strip in inner if strip.right - strip.left > 100]) == count


def test_strips_of_a_bilateral_filter_have_the_whole_width():
    working = WorkingSpace(Bilateral(5), np.dtype("u1"))
    plan = make_plan(working, (3000, 2000, 1), "reflect", "opencv")
    assert {(strip.left, strip.right) for strip in plan.strips} == {(0, 2000)}
    assert len(plan.strips) > 2
