"""Explain: what is said is what runs, nothing is computed, and where kernels compose is told."""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import imgfilt
from imgfilt import Blur, Convolve, Gaussian, Kernel, Median
from imgfilt.apply import prepare, run
from imgfilt.border import BORDERS
from imgfilt.explain import assumed, explained, lines
from imgfilt.filters import FILTERS
from imgfilt.options import Options
from imgfilt.workers import cores

from .cli_support import ASKED, files, invoke, refused, save, succeed
from .examples import CASES, DTYPES, ENGINES, case_name, example, picture, translucent


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def told(*arguments):
    """What --explain --json says, a line each."""
    printed = succeed(*arguments, "--explain", "--json").stdout
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_what_is_said_is_what_runs(case, dtype):
    filt = example(case).filter
    for pixels, alpha in (
        (picture((20, 30, 3), dtype), False),
        (translucent((9, 8, 4), dtype), True),
    ):
        for engine, border in itertools.product(("numpy", "auto"), ("reflect", "zero", "wrap")):
            options = Options(engine, border, workers=2)
            said = explained(filt, pixels, alpha, options).said()
            plan = run(filt, pixels, alpha, options).plan
            assert (said["engine"], said["reason"]) == (plan.engine, plan.reason)
            assert (said["method"], said["operations"]) == (plan.method, plan.operations)
            assert (said["strips"], said["border"]["name"]) == (len(plan.strips), plan.border)
            assert said["picture"]["transparent"] is plan.working.transparent
            assert all(lines(said))


@pytest.mark.parametrize("name", FILTERS)
def test_the_command_says_it_and_does_nothing(name, monkeypatch):
    pixels = save("a.png", 20, 30, 3)
    arguments, filt = ASKED[name]
    before = files()
    monkeypatch.setattr("imgfilt.batch.picture.run_channels", None)
    monkeypatch.setattr(sys.modules["imgfilt.apply"], "run", None)
    for output in ([], ["-o", "b.png"], ["--in-place"]):
        (said,) = told(name, "a.png", *arguments, *output)
        assert said["input"] == "a.png"
        expected = explained(filt, pixels, False, Options(workers=cores())).said()
        assert {key: said[key] for key in expected} == json.loads(json.dumps(expected))
    assert files() == before
    printed = succeed(name, "a.png", *arguments, "--explain").stdout.splitlines()
    assert printed[0] == f"a.png: {said['filter']}"
    assert printed[1:] == [f"  {line}" for line in lines(said)]


@pytest.mark.parametrize("name", FILTERS)
def test_without_an_input_a_picture_is_assumed(name):
    arguments, filt = ASKED[name]
    (said,) = told(name, *arguments)
    assert said["input"] is None
    assert said["picture"]["height"], said["picture"]["width"] == (2000, 3000)
    expected = assumed(filt, Options(workers=cores())).said()
    assert {key: said[key] for key in expected} == json.loads(json.dumps(expected))
    assert succeed(name, *arguments, "--explain").stdout.startswith("a picture assumed: ")


def test_for_people():
    save("a.png", 100, 200, 1)
    printed = succeed("convolve", "a.png", "-k", "average:5", "--explain", "-j", "1").stdout
    *begin, engine, method, strips, memory = printed.splitlines()
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
        ("-k laplacian --linear", "in linear light"),
        ("-k laplacian --region 1,2,3,4", "; of it 3 x 4 at 1,2"),
        ("-k laplacian --region 1,2,3,4 --region 2x1+0+0", "; of it 3 x 4 at 1,2 and 2 x 1 at 0,0"),
        ("-k laplacian --engine numpy", "numpy: asked for"),
        ("-k laplacian --border constant", "v v | a b c d | v v   (the value of --border-value)"),
    ],
)
def test_line(words, text):
    save("a.png", 20, 30, 3)
    assert text in succeed("convolve", "a.png", *words.split(), "--explain").stdout


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    "filt", [Blur(4), Median(5), Convolve(Kernel([[1, 2, 3]], (0, 0))), Convolve("1"), Blur(31)]
)
def test_the_share_of_pixels_is_counted(filt, border):
    """By what changes when all that the border makes does."""
    if border == "valid" and filt == Blur(31):
        return
    pixels = picture((12, 9, 1), "uint8")
    regions = (), ((2, 1, 5, 8),), ((2, 1, 5, 8), (0, 0, 3, 3))
    for region in regions if border != "valid" else ((),):
        said = explained(filt, pixels, False, Options(border=border, region=region)).said()
        reach = filt.reach
        computed = {
            (row, at)
            for left, top, width, height in region or ((0, 0, 9, 12),)
            for row in range(top, top + height)
            for at in range(left, left + width)
        }
        touched = [
            row < reach.top or row >= 12 - reach.bottom or at < reach.left or at >= 9 - reach.right
            for row, at in computed
        ]
        expected = 0 if border == "valid" else np.mean(touched)
        assert said["border"]["share"] == pytest.approx(expected, abs=1e-12)


def test_sweeps_and_several_inputs_are_said_one_by_one():
    save("a.png", 20, 30, 3)
    save("b.png", 10, 10, 1)
    found = told("gaussian", "a.png", "b.png", "--size", "3,5", "-o", "out/")
    assert [(one["input"], one["filter"]) for one in found] == [
        (name, f"{size} x {size} Gaussian") for name in ("a.png", "b.png") for size in (3, 5)
    ]
    assert not Path("out").exists()


def test_what_fails_is_said():
    save("a.png", 20, 30, 3)
    Path("bad.png").write_text("no picture")
    result = invoke("median", "bad.png", "a.png", "missing.png", "--explain")
    assert result.exit_code == 1
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == ["imgfilt"] * 2
    assert result.stdout.startswith("a.png: 5 x 5 Median\n")
    line = "a.png: OpenCV can't do this: ..."
    refused(line, "nlmeans", "a.png", "--engine", "opencv", "--linear", "--explain", code=1)
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


def test_json_goes_with_what_is_said():
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
def test_composed_kernels_differ_where_it_is_said(kernels, border, correlate):
    """Exactly not beyond it: sums of whole numbers, kept as floats."""
    pixels = picture((17, 19, 1), "uint8").astype(np.float64)
    options = {"engine": "numpy", "border": border, "border_value": 7}
    together = Convolve(kernels, correlate=correlate)
    one = imgfilt.apply(together, pixels, **options)
    after = pixels
    for kernel in kernels:
        after = imgfilt.apply(Convolve(kernel, correlate=correlate), after, **options)
    assert one.shape == after.shape
    said = explained(together, pixels, False, Options(**options)).said()["composed"]
    assert said["kernels"] == len(kernels)
    top, bottom, left, right = said["may_differ_within"].values()
    rows, columns = one.shape[:2]
    inner = np.s_[top : rows - bottom, left : columns - right]
    assert (one[inner] == after[inner]).all()
    if border in ("wrap", "valid"):
        assert (top, bottom, left, right) == (0, 0, 0, 0)
    elif len(kernels) == 3 and border != "zero":
        # They are neither symmetric nor along different axes, which would hide it.
        differs = (one != after)[..., 0]
        assert differs[:top].any() or differs[rows - bottom :].any()
        assert differs[:, :left].any() or differs[:, columns - right :].any()


def test_composing_is_explained_for_people():
    said = succeed("convolve", "-k", "average:3", "-k", "sobel-x", "--explain").stdout
    assert (
        "composed  2 kernels in one; within 1 of the edge (pixels) it may differ from one "
        "after the other"
    ) in said
    said = succeed("convolve", "-k", "1", "-k", "1 2", "--border", "wrap", "--explain").stdout
    assert (
        "composed  2 kernels in one, the same as one after the other with the border wrap" in said
    )
    said = succeed("convolve", "-k", "1", "-k", "1 2 3 4", "--explain").stdout
    assert "within 0 of the top, 0 of the bottom, 1 of the left, 2 of the right (pixels)" in said
    assert "composed" not in succeed("convolve", "-k", "1 2", "--explain").stdout


@pytest.mark.parametrize(
    ("filt", "total", "rank"),
    [(Blur((5, 2)), "1", 1), (Gaussian(7), "1", 1), (Gaussian(sigma=2.5), "1 (rounded)", 1)],
)
def test_kernels_of_the_other_linear_filters(filt, total, rank):
    said = assumed(filt, Options()).said()["kernel"]
    assert said["sum"].removesuffix(" (rounded)") == total.removesuffix(" (rounded)")
    assert said["rank"] == rank
    rows, columns = filt.taps.shape
    assert (said["rows"], said["columns"]) == (rows, columns)
    assert said["origin"] == [rows // 2, columns // 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_memory_counts_the_picture_and_the_workers_that_have_a_strip(engine):
    pixels = picture((700, 300, 3), "uint8")
    for workers in (1, 2, 9):
        found = explained(Median(3), pixels, False, Options(engine, workers=workers))
        plan, _ = prepare(Median(3), pixels, False, Options(engine))
        busy = min(workers, len(plan.strips))
        assert found.said()["workers"] == busy
        assert found.said()["memory"] == 2 * pixels.nbytes + busy * plan.memory
