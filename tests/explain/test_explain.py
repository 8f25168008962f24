"""`--explain`: it agrees with the plan that runs, computes no pixel, and prints its text."""

import itertools
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

import imgfilt
from imgfilt import Blur, Convolve, Gaussian, Kernel, Median
from imgfilt.border import BORDERS
from imgfilt.concurrency import cores
from imgfilt.explain import assumed_picture, explain_run
from imgfilt.explain.format_plan import format_plan
from imgfilt.filters import FILTERS
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options
from imgfilt.pipeline.prepare import prepare

from ..cli_support import files, invoke, refused, save, succeed
from ..examples import (
    DTYPES,
    ENGINES,
    FILTER_COMMANDS,
    each_case,
    example,
    picture,
    translucent,
)

pytestmark = pytest.mark.usefixtures("in_folder")


def explain_json(*arguments):
    """Return the objects that --explain --json prints."""
    printed = succeed(*arguments, "--explain", "--json").stdout
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", DTYPES)
@each_case
def test_explanation_agrees_with_the_plan_that_runs(case, dtype):
    filt = example(case).filter
    for pixels, alpha in (
        (picture((20, 30, 3), dtype), False),
        (translucent((9, 8, 4), dtype), True),
    ):
        for engine, border in itertools.product(("numpy", "auto"), ("reflect", "zero", "wrap")):
            options = Options(engine, border, workers=2)
            info = explain_run(filt, pixels, alpha, options).to_dict()
            plan = run(filt, pixels, alpha, options).plan
            assert (info["engine"], info["reason"]) == (plan.engine, plan.reason)
            assert (info["method"], info["operations"]) == (plan.method, plan.operations)
            assert (info["strips"], info["border"]["name"]) == (len(plan.strips), plan.border)
            assert info["picture"]["transparent"] is plan.working_space.transparent
            assert info["picture"]["premultiplied"] is plan.working_space.premultiplied
            assert all(format_plan(info))


@pytest.mark.parametrize("name", FILTERS)
def test_explain_prints_the_plan_and_filters_nothing(name, monkeypatch):
    pixels = save("a.png", 20, 30, 3)
    arguments, filt = FILTER_COMMANDS[name]
    before = files()
    monkeypatch.setattr("imgfilt.batch.image_job.run_chain", None)
    monkeypatch.setattr("imgfilt.pipeline.chain.run", None)
    for output in ([], ["-o", "b.png"], ["--in-place"]):
        (info,) = explain_json(name, "a.png", *arguments, *output)
        assert info["input"] == "a.png"
        expected = explain_run(filt, pixels, False, Options(workers=cores())).to_dict()
        assert {key: info[key] for key in expected} == json.loads(json.dumps(expected))
    assert files() == before
    printed = succeed(name, "a.png", *arguments, "--explain").stdout.splitlines()
    assert printed[0] == f"a.png: {info['filter']}"
    assert printed[1:] == [f"  {line}" for line in format_plan(info)]


@pytest.mark.parametrize("name", FILTERS)
def test_explain_without_input_assumes_a_picture(name):
    arguments, filt = FILTER_COMMANDS[name]
    (info,) = explain_json(name, *arguments)
    assert info["input"] is None
    assert (info["picture"]["height"], info["picture"]["width"]) == (2000, 3000)
    expected = explain_run(filt, assumed_picture(), False, Options(workers=cores())).to_dict()
    assert {key: info[key] for key in expected} == json.loads(json.dumps(expected))
    assert succeed(name, *arguments, "--explain").stdout.startswith("a picture assumed: ")


def test_explain_text_of_a_convolution():
    save("a.png", 100, 200, 1)
    printed = succeed("convolve", "a.png", "-k", "average:5", "--explain", "-j", "1").stdout
    *begin, engine, method, cost, direct, factors, chosen, strips, memory = printed.splitlines()
    assert begin == [
        "a.png: average:5 Convolution",
        "  picture   200 x 100, 1 channel, uint8",
        "  computes  convolution (the kernel is flipped), kernel of 5 rows x 5 columns, "
        "origin 2,2, sum 1, rank 1 (separable)",
        "  border    reflect   c b | a b c d | c b   (mirrored at the edge pixel); "
        "5.9 % of the pixels need it",
    ]
    assert engine.startswith("  engine    ")
    assert method.endswith("operations a pixel; directly 49 (2·5² − 1)")
    where = "200 x 100 pixels (m x n), with a kernel of 5 x 5 (k x k):"
    assert cost == f"  cost      multiplications and additions in each channel of {where}"
    assert direct == "              directly: m·n·(2k² − 1) = 200·100·(2·5² − 1) = 980,000"
    assert factors == "              by factors: m·n·2(2k − 1) = 200·100·2(2·5 − 1) = 360,000"
    assert re.fullmatch(r" +by .*: about m·n·\d+ = 200·100·\d+ = [\d,]+", chosen)
    assert strips == "  strips    1 of 100 rows, by 1 worker"
    assert memory.startswith("  memory    about ")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("-k sobel-x --correlate", "correlation (it is not flipped), kernel of 3 rows x 3 columns"),
        ("-k identity", "computes  nothing: every pixel stays what it is"),
        ("-k 1;2;3", "kernel of 3 rows x 1 column, origin 1,0, sum 6, rank 1 (separable)"),
        ("-k laplacian --border valid", "valid   | a b c d |   (none"),
        ("-k laplacian --border valid", "; the result is 28 x 18"),
        ("-k laplacian --border full", "; the result is 32 x 22"),
        ("-k laplacian --border full", "full   0 0 | a b c d | 0 0   (zero: every place that the"),
        ("-k laplacian --linear", "in linear light"),
        ("-k laplacian --region 1,2,3,4", "; of it 3 x 4 at 1,2"),
        ("-k laplacian --region 1,2,3,4 --region 2x1+0+0", "; of it 3 x 4 at 1,2 and 2 x 1 at 0,0"),
        ("-k laplacian --engine numpy", "numpy: asked for"),
        ("-k laplacian --border constant", "v v | a b c d | v v   (the value of --border-value)"),
    ],
)
def test_explain_text_contains(words, text):
    save("a.png", 20, 30, 3)
    assert text in succeed("convolve", "a.png", *words.split(), "--explain").stdout


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    "filt", [Blur(4), Median(5), Convolve(Kernel([[1, 2, 3]], (0, 0))), Convolve("1"), Blur(31)]
)
def test_share_of_pixels_that_need_the_border(filt, border):
    """By what changes when all that the border makes does."""
    if border not in filt.borders or (border == "valid" and filt == Blur(31)):
        return
    pixels = picture((12, 9, 1), "uint8")
    regions = (), ((2, 1, 5, 8),), ((2, 1, 5, 8), (0, 0, 3, 3))
    whole = 0, 0, 9, 12
    if border == "full":
        top, bottom, left, right = filt.reach
        whole = -right, -bottom, 9 + left + right, 12 + top + bottom
    for region in regions if border not in ("valid", "full") else ((),):
        info = explain_run(filt, pixels, False, Options(border=border, region=region)).to_dict()
        reach = filt.reach
        computed = {
            (row, at)
            for left, top, width, height in region or (whole,)
            for row in range(top, top + height)
            for at in range(left, left + width)
        }
        touched = [
            row < reach.top or row >= 12 - reach.bottom or at < reach.left or at >= 9 - reach.right
            for row, at in computed
        ]
        expected = 0 if border == "valid" else np.mean(touched)
        assert info["border"]["share"] == pytest.approx(expected, abs=1e-12)


def test_explain_prints_each_input_and_each_value_of_a_sweep():
    save("a.png", 20, 30, 3)
    save("b.png", 10, 10, 1)
    found = explain_json("gaussian", "a.png", "b.png", "--size", "3,5", "-o", "out/")
    assert [(one["input"], one["filter"]) for one in found] == [
        (name, f"{size} x {size} Gaussian") for name in ("a.png", "b.png") for size in (3, 5)
    ]
    assert not Path("out").exists()


def test_explain_reports_inputs_that_fail():
    save("a.png", 20, 30, 3)
    Path("bad.png").write_text("no picture")
    result = invoke("median", "bad.png", "a.png", "missing.png", "--explain")
    assert result.exit_code == 1
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == ["imgfilt"] * 2
    assert result.stdout.startswith("a.png: 5 x 5 Median\n")
    reason = (
        "OpenCV can't do this: its non-local means takes uint8 pictures, not float64 "
        "(which --linear and a finer --depth need)"
    )
    words = ["nlmeans", "a.png", "--linear", "--explain"]
    assert f"numpy: {reason}\n" in succeed(*words).stdout
    refused(f"a.png: {reason}; --engine numpy can", *words, "--engine", "opencv", code=1)
    refused("a.png: the output is ...", "median", "a.png", "--explain", "-o", "a.png")
    refused(
        "a.png: a picture of 30 x 20 has no pixel ...",
        "blur",
        "a.png",
        "-s",
        "25",
        "--border",
        "valid",
        "--explain",
        code=1,
    )


def test_json_needs_explain_or_dry_run():
    save("a.png", 20, 30, 3)
    refused("--json goes with --dry-run or --explain", "median", "a.png", "--json", "-o", "b.png")


COMPOSED = [
    ("1 2 3", "1;2;3;4"),
    (Kernel([[1, 2], [3, 4], [5, 7]], (0, 1)), Kernel([[1, -1, 3]], (0, 0)), "1; 1"),
    ("laplacian", Kernel([[1, 2, 0], [0, 1, 4]], (1, 2))),
]


@pytest.mark.parametrize("correlate", [False, True])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("kernels", COMPOSED, ids=["apart", "three", "corner"])
def test_composed_kernel_differs_only_within_the_explained_distance(kernels, border, correlate):
    """Exactly not beyond it: sums of whole numbers, kept as floats."""
    pixels = picture((17, 19, 1), "uint8").astype(np.float64)
    options = {"engine": "numpy", "border": border, "border_value": 7}
    together = Convolve(kernels, correlate=correlate)
    one = imgfilt.apply(together, pixels, **options)
    after = pixels
    for kernel in kernels:
        after = imgfilt.apply(Convolve(kernel, correlate=correlate), after, **options)
    assert one.shape == after.shape
    info = explain_run(together, pixels, False, Options(**options)).to_dict()["composed"]
    assert info["kernels"] == len(kernels)
    top, bottom, left, right = info["may_differ_within"].values()
    rows, columns = one.shape[:2]
    inner = np.s_[top : rows - bottom, left : columns - right]
    assert (one[inner] == after[inner]).all()
    if border in ("wrap", "valid", "full"):
        assert (top, bottom, left, right) == (0, 0, 0, 0)
    elif len(kernels) == 3 and border != "zero":
        # They are neither symmetric nor along different axes, which would hide it.
        differs = (one != after)[..., 0]
        assert differs[:top].any() or differs[rows - bottom :].any()
        assert differs[:, :left].any() or differs[:, columns - right :].any()


def test_explain_text_of_composed_kernels():
    text = succeed("convolve", "-k", "average:3", "-k", "sobel-x", "--explain").stdout
    assert (
        "composed  2 kernels in one, the same as one after the other, "
        "except for rounding and clipping in between, and perhaps in the outer pixel on all sides\n"
    ) in text
    text = succeed("convolve", "-k", "1", "-k", "1 2", "--border", "wrap", "--explain").stdout
    assert (
        "composed  2 kernels in one, the same as one after the other with the border wrap" in text
    )
    text = succeed("convolve", "-k", "1", "-k", "1 2 3 4", "--explain").stdout
    assert "and perhaps in the first column, the last 2 columns\n" in text
    assert "composed" not in succeed("convolve", "-k", "1 2", "--explain").stdout


@pytest.mark.parametrize(
    ("words", "pixels", "a_pixel", "by_factors"),
    [
        ("convolve -k average:7", 600, 97, 26),
        ("convolve -k sobel-x --border valid", 28 * 18, 17, 10),
        ("convolve -k sobel-x --border full", 32 * 22, 17, 10),
        ("convolve -k laplacian", 600, 17, None),
        ("gaussian --size 5 --region 0,0,3,4 --region 1,1,3,4", 18, 49, 18),
        ("blur --size 3x2", 600, 11, 8),
        ("convolve -k '1 2 3'", 600, 5, None),
    ],
)
def test_cost_of_the_whole_picture(words, pixels, a_pixel, by_factors):
    """mn(2k² − 1), and mn·2(2k − 1) by a column and a row of k weights."""
    save("a.png", 20, 30, 3)
    name, *options = shlex.split(words)
    (info,) = explain_json(name, "a.png", *options)
    cost = info["cost"]
    assert cost["pixels"] == pixels
    assert cost["direct"] == pixels * a_pixel == pixels * info["direct"]
    assert cost["factors"] == (by_factors and pixels * by_factors)
    assert cost["method"] == round(pixels * info["operations"])


@pytest.mark.parametrize("words", [["convolve", "-k", "identity"], ["median"], ["edges"]])
def test_no_cost_of_what_is_no_sum(words):
    (info,) = explain_json(*words)
    assert info["cost"] is None
    assert "\n  cost " not in succeed(*words, "--explain").stdout


def test_the_numbers_are_put_into_the_formulas():
    save("a.png", 20, 30, 1)
    words = "blur", "a.png", "--size", "3x2", "--explain"
    text = succeed(*words).stdout
    assert "directly: m·n·(2·rows·columns − 1) = 30·20·(2·2·3 − 1) = 6,600\n" in text
    assert "by factors: m·n·2(rows + columns − 1) = 30·20·2(2 + 3 − 1) = 4,800\n" in text
    text = succeed(*words, "--region", "0,0,5,2").stdout
    assert "additions in each channel of 10 pixels:\n" in text
    assert "directly: pixels·(2·rows·columns − 1) = 10·(2·2·3 − 1) = 110\n" in text
    assert "= 3000·2000·(2·45² − 1) = 24.3 G\n" in succeed("blur", "-s", "45", "--explain").stdout


@pytest.mark.parametrize(
    ("filt", "total", "rank"),
    [(Blur((5, 2)), "1", 1), (Gaussian(7), "1", 1), (Gaussian(sigma=2.5), "1 (rounded)", 1)],
)
def test_kernel_info_of_blur_and_gaussian(filt, total, rank):
    info = explain_run(filt, assumed_picture(), False, Options()).to_dict()["kernel"]
    assert info["sum"].removesuffix(" (rounded)") == total.removesuffix(" (rounded)")
    assert info["rank"] == rank
    rows, columns = filt.taps.shape
    assert (info["rows"], info["columns"]) == (rows, columns)
    assert info["origin"] == [rows // 2, columns // 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_memory_counts_picture_result_and_busy_workers(engine):
    pixels = picture((700, 300, 3), "uint8")
    for workers in (1, 2, 9):
        found = explain_run(Median(3), pixels, False, Options(engine, workers=workers))
        plan, *_ = prepare(Median(3), pixels, False, Options(engine))
        busy = min(workers, len(plan.strips))
        assert found.to_dict()["workers"] == busy
        assert found.to_dict()["memory"] == 2 * pixels.nbytes + busy * plan.memory
