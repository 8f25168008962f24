"""Tables of measures: every format by hand, the best in bold, means, and letters that need care."""

import csv
import io
import json
import shutil
import subprocess
from math import inf

import pytest

from imgfilt.figure.ranking import Quality
from imgfilt.figure.table import FORMATS, Measurement, format_table
from imgfilt.figure.tex import _TEX, escape_tex

ONE = [
    Measurement("a.png", "Noisy", 2_000_000, None, Quality(50.0, 0.99, 0.1)),
    Measurement("a.png", "5 × 5 Median", 2_000_000, 0.5, Quality(31.416, 0.91234, 4.004)),
    Measurement("a.png", "Blur_&%", 2_000_000, 0.25, Quality(31.4151, 0.91236, 4.0)),
]
OTHER = [
    Measurement("b|*.png", "Noisy", 1_000_000, None, Quality(20.0, 0.5, 9.0)),
    Measurement("b|*.png", "5 × 5 Median", 1_000_000, 0.5, Quality(inf, 1.0, 0.0)),
    Measurement("b|*.png", "Blur_&%", 1_000_000, 0.75, Quality(30.0, 0.8, 1.0)),
]
TIMES = [[cell._replace(quality=None) for cell in ONE[1:]]]


def test_latex():
    assert format_table([ONE], ".tex") == (
        r"""\begin{tabular}{lrrrrr}
\hline
filter & PSNR (dB) & SSIM & MAE (levels) & time (s) & speed (MP/s) \\
\hline
Noisy & 50.00 & 0.9900 & 0.10 &  &  \\
5 $\times$ 5 Median & \textbf{31.42} & 0.9123 & \textbf{4.00} & 0.500 & 4.00 \\
Blur\_\&\% & \textbf{31.42} & \textbf{0.9124} & \textbf{4.00} & \textbf{0.250} & \textbf{8.00} \\
\hline
\end{tabular}
"""
    )


def test_latex_of_several_pictures():
    lines = format_table([ONE, OTHER], ".tex").splitlines()
    assert lines[0] == r"\begin{tabular}{llrrrrr}"
    assert lines[8] == r"b\textbar{}{*}.png & Noisy & 20.00 & 0.5000 & 9.00 &  &  \\"
    assert lines[9].startswith(r" & 5 $\times$ 5 Median & \textbf{$\infty$} & \textbf{1.0000}")
    assert lines[12] == r"mean & Noisy & 35.00 & 0.7450 & 4.55 &  &  \\"
    assert [n for n, line in enumerate(lines) if line == r"\hline"] == [1, 3, 7, 11, 15]


def test_every_letter_of_latex_is_escaped():
    name = r"\{}$&#%_^~<>|" + '"×−±∞°σµ[]*'
    line = format_table([[TIMES[0][0]._replace(filter=name)]], ".tex").splitlines()[4]
    assert line.startswith(
        r"\textbackslash{}\{\}\$\&\#\%\_\textasciicircum{}\textasciitilde{}"
        r"\textless{}\textgreater{}\textbar{}\char34{}"
        r"$\times$$-$$\pm$$\infty$$^\circ$$\sigma$$\mu${[}]{*} & 0.500"
    )


SIGNS = {"×": r"\times", "≈": r"\approx", "≥": r"\geq", "≤": r"\leq", "∇": r"\nabla", "±": r"\pm"}
SIGNS |= {"Δ": r"\Delta", "∗": r"\ast", "→": r"\rightarrow", "√": r"\surd", "λ": r"\lambda"}
KEPT = "aéßñøŁŠž“”‘’–—…€§"  # which pdfLaTeX knows
UNKNOWN = "高斯Жא𝄞"  # which need a package, or another LaTeX


def test_signs_are_commands_of_latex_and_other_letters_stay():
    for sign, command in SIGNS.items():
        assert escape_tex(f"σ {sign} 2") == rf"$\sigma$ ${command}$ 2"
    assert escape_tex("x⁻¹² ½") == r"x$^-$$^1$$^2$ $\frac12$"
    assert escape_tex(KEPT + UNKNOWN) == KEPT + UNKNOWN


def test_pdflatex_knows_all_that_is_written(tmp_path):
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    name = "".join(chr(code) for code in range(32, 127)) + "".join(_TEX) + KEPT
    names = [name[start : start + 20] for start in range(0, len(name), 20)]
    table = format_table([[TIMES[0][0]._replace(filter=name) for name in names]], ".tex")
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}"
    page = rf"{head}\begin{{document}}{table}\end{{document}}"
    (tmp_path / "t.tex").write_text(page, "utf-8")
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    found = subprocess.run(words, cwd=tmp_path, capture_output=True, timeout=60)
    assert found.returncode == 0, found.stdout[-2000:]


def test_markdown():
    assert format_table([ONE, OTHER], ".md") == (
        r"""| picture | filter | PSNR (dB) | SSIM | MAE (levels) | time (s) | speed (MP/s) |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
| a.png | Noisy | 50.00 | 0.9900 | 0.10 |  |  |
| a.png | 5 × 5 Median | **31.42** | 0.9123 | **4.00** | 0.500 | 4.00 |
| a.png | Blur\_\&% | **31.42** | **0.9124** | **4.00** | **0.250** | **8.00** |
| b\|\*.png | Noisy | 20.00 | 0.5000 | 9.00 |  |  |
| b\|\*.png | 5 × 5 Median | **∞** | **1.0000** | **0.00** | **0.500** | **2.00** |
| b\|\*.png | Blur\_\&% | 30.00 | 0.8000 | 1.00 | 0.750 | 1.33 |
| mean | Noisy | 35.00 | 0.7450 | 4.55 |  |  |
| mean | 5 × 5 Median | **∞** | **0.9562** | **2.00** | **0.500** | 3.00 |
| mean | Blur\_\&% | 30.71 | 0.8562 | 2.50 | **0.500** | **4.67** |
"""
    )


def test_csv_as_spreadsheets_and_programs_read_it():
    given = [ONE[0]._replace(filter="=1+1"), *ONE[1:]]
    text = format_table([given, OTHER], ".csv")
    assert text.startswith("\ufeffpicture,filter,PSNR (dB),SSIM,MAE (levels),time (s),speed (MP/s)")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[1] == ["a.png", "'=1+1", "50.00", "0.9900", "0.10", "", ""]
    assert rows[3] == ["a.png", "Blur_&%", "31.42", "0.9124", "4.00", "0.250", "8.00"]
    assert float(rows[5][2]) == inf
    assert len(rows) == 10


def test_json_has_all_digits():
    found = json.loads(format_table([ONE, OTHER], ".json"), parse_constant=pytest.fail)
    assert [row["picture"] for row in found["rows"]] == ["a.png"] * 3 + ["b|*.png"] * 3
    assert found["rows"][2] == {
        "picture": "a.png",
        "filter": "Blur_&%",
        "psnr_db": 31.4151,
        "ssim": 0.91236,
        "mae_levels": 4.0,
        "seconds": 0.25,
        "megapixels_per_second": 8.0,
    }
    assert found["rows"][4]["psnr_db"] is None  # infinity, which JSON hasn't
    assert found["means"][0]["seconds"] is None
    assert found["means"][2]["mae_levels"] == 2.5
    assert json.loads(format_table([ONE], ".json"))["means"] == []


@pytest.mark.parametrize("format", FORMATS)
def test_without_a_reference_there_are_only_times(format):
    text = format_table(TIMES, format)
    assert not any(word in text.lower() for word in ("psnr", "ssim", "mae"))
    assert "seconds" in text or "time (s)" in text


@pytest.mark.parametrize("format", [".md", ".tex"])
def test_a_single_filter_is_not_the_best(format):
    text = format_table([ONE[:2]], format)
    assert "**" not in text
    assert "textbf" not in text


@pytest.mark.parametrize("format", FORMATS)
def test_a_name_is_one_line_of_letters(format):
    row = TIMES[0][0]._replace(filter="two\nlines\udcff", picture="\x1bof a\n\npicture")
    text = format_table([[row], [row]], format)
    assert text.encode().count(b"two lines") == 3
    assert text.count("of a picture") == 2
