"""Figures that measure: the reference, noise, differences and tables, from the command line."""

import csv
import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

import imgfilt
from imgfilt import Median, apply
from imgfilt.batch import figure_job
from imgfilt.figure.scene import Picture, Text

from ..cli_support import SAMPLES, files, invoke, load, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")
SEED = 3


@pytest.fixture
def scenes(monkeypatch):
    """The scene of every figure that is drawn in this process."""
    found = []
    draw = figure_job.draw

    def keep(scene, format):
        found.append(scene)
        return draw(scene, format)

    monkeypatch.setattr(figure_job, "draw", keep)
    return found


def cells(scene):
    return [item for item in scene.items if isinstance(item, Picture) and item.is_cell]


def note_of(cell):
    return ", ".join(note.string for note in cell.notes)


def differences(scene):
    return [item for item in scene.items if isinstance(item, Picture) and ": diff" in item.name]


def bold(scene):
    """Return the bold words of a figure, in their order."""
    return " ".join(item.string for item in scene.items if isinstance(item, Text) and item.bold)


def save_smooth(path, height=40, width=50, shift=0):
    """Write a picture of slow waves, and return its pixels."""
    row, column = np.mgrid[:height, :width]
    waves = [np.sin(row / 7 + shift), np.cos(column / 9), np.sin((row + column) / 11)]
    pixels = np.rint(127 + 90 * np.dstack(waves)).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


def add_gaussian(pixels, sigma, seed):
    """Return a picture with noise by its definition."""
    drawn = np.random.default_rng(seed).standard_normal(pixels.shape)
    return np.clip(np.rint(pixels + sigma * drawn), 0, 255).astype(np.uint8)


def measure(pixels, clean):
    """Return PSNR, SSIM and MAE as scikit-image has them, as a table prints them."""
    similarity = structural_similarity(
        *(pixels, clean),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=2,
    )
    error = np.abs(pixels.astype(float) - clean).mean()
    decibels = peak_signal_noise_ratio(clean, pixels)
    return [f"{decibels:.2f}", f"{similarity:.4f}", f"{error:.2f}"]


def read_csv(path):
    return list(csv.reader(Path(path).read_text("utf-8-sig").splitlines()))


def test_noise_is_added_first_and_the_clean_picture_is_the_reference(scenes):
    clean = save_smooth("a.png")
    words = ["--noise", f"gaussian:25,{SEED}", "--table", "t.csv"]
    succeed("compare", "a.png", *words, "median --size 3", "NL=nlmeans", "-o", "b.png")
    noisy = add_gaussian(clean, 25, SEED)
    (scene,) = scenes
    original, second, median, third = cells(scene)
    assert [cell.name for cell in cells(scene)] == ["Original", "Noisy", "3 × 3 Median", "NL"]
    assert note_of(original) == ""
    assert np.array_equal(original.pixels, clean)
    assert np.array_equal(second.pixels, noisy)
    wanted = apply(Median(3), noisy)
    assert np.array_equal(median.pixels, wanted)
    header, *rows = read_csv("t.csv")
    assert header[2:] == ["PSNR (dB)", "SSIM", "MAE (levels)", "time (s)", "speed (MP/s)"]
    shown = zip(rows, (noisy, wanted, third.pixels), (second, median, third), strict=True)
    for row, pixels, cell in shown:
        assert row[0] == "a.png"
        assert row[2:5] == measure(pixels, clean)
        assert note_of(cell).startswith(f"PSNR {row[2]} dB, SSIM {float(row[3]):.2f}")
    decibels = max(row[2] for row in rows[1:])
    similarity = max(float(row[3]) for row in rows[1:])
    assert bold(scene) == f"PSNR {decibels} dB, SSIM {similarity:.3f}"
    assert rows[0][5:] == ["", ""]
    assert all(float(row[6]) > 0 for row in rows[1:])


def test_the_measures_of_a_sample_are_those_of_scikit_image(scenes):
    small = str(SAMPLES / "book-small.png")
    specs = "median --size 3", "gaussian --sigma 1.5", "bilateral --diameter 5"
    words = ["--noise", "gaussian:25,1", "--table", "t.json", "-o", "b.png"]
    succeed("compare", small, *specs, *words)
    clean = load(small)
    rows = json.loads(Path("t.json").read_text())["rows"]
    for row, cell in zip(rows, cells(scenes[0])[1:], strict=True):
        found = [f"{row['psnr_db']:.2f}", f"{row['ssim']:.4f}", f"{row['mae_levels']:.2f}"]
        assert found == measure(cell.pixels, clean)


@pytest.mark.parametrize(
    ("form", "dtype", "peak", "middle"),
    [
        ("16.png", "u2", 65535, 32767),
        ("dark.tif", "u2", 65535, 500),
        ("signed.tif", "f4", 1, 0),
        ("large.npy", "f8", 1, 127),
    ],
)
def test_pictures_of_more_than_8_bits_are_measured_as_they_are(form, dtype, peak, middle, scenes):
    waves = save_smooth("x.png") / 255 - 0.5
    levels = middle + 0.9 * waves * (peak if middle in (0, 32767) else middle)
    noisy = levels + 0.1 * levels.std() * np.random.default_rng(0).standard_normal(levels.shape)
    for name, pixels in ((f"clean-{form}", levels), (form, noisy)):
        pixels = np.rint(pixels) if dtype == "u2" else pixels
        imgfilt.write(name, imgfilt.Image(pixels.clip(0 if dtype == "u2" else None).astype(dtype)))
    words = ["--reference", f"clean-{form}", "--table", "t.json", "-o", "b.png"]
    succeed("compare", form, "median --size 3", "identity=convolve -k identity", *words)
    clean, given = (imgfilt.read(name).pixels for name in (f"clean-{form}", form))
    rows = json.loads(Path("t.json").read_text())["rows"]
    for row, pixels in zip(rows, (given, apply(Median(3), given), given), strict=True):
        error = pixels.astype(np.float64) - clean
        assert row["psnr_db"] == pytest.approx(10 * np.log10(peak**2 / (error**2).mean()))
        assert row["mae_levels"] == pytest.approx(255 / peak * np.abs(error).mean())
    note = note_of(cells(scenes[0])[1])
    assert note == f"PSNR {rows[1]['psnr_db']:.2f} dB, SSIM {rows[1]['ssim']:.3f}"


@pytest.mark.parametrize("form", ["grey.png", "16.png", "float.npy", "alpha.png"])
def test_noise_at_every_depth_leaves_alpha(form, scenes):
    rng = np.random.default_rng(0)
    levels = rng.integers(60, 190, (30, 36, 4), np.uint8)
    levels[..., 3] = 255
    levels[:10, :, 3] = 0
    kinds = {
        "grey.png": levels[..., :1],
        "16.png": levels[..., :3].astype(np.uint16) * 257,
        "float.npy": (levels[..., :3] / 255).astype(np.float32),
        "alpha.png": levels,
    }
    imgfilt.write(form, imgfilt.Image(kinds[form], form == "alpha.png"))
    succeed("compare", form, "median -s 1", "--noise", "gaussian:9,4", "-o", "b.png")
    original, noisy, same = cells(scenes[0])
    assert np.array_equal(noisy.pixels, same.pixels)
    changed = original.pixels.astype(int) - noisy.pixels
    if form == "alpha.png":
        assert not changed[:10].any()
        changed = changed[10:]
    assert 8.5 < changed.std() < 9.5


def test_a_sweep_with_noise_of_one_frame_in_a_region(scenes):
    frames = [save_smooth("x.png", shift=shift) for shift in (0, 1)]
    first, second = map(Image.fromarray, frames)
    first.save("a.tif", save_all=True, append_images=[second])
    words = ["--frame", "1", "--region", "5,5,20,20", "--noise", "salt-pepper:0.1,2"]
    succeed("median", "a.tif", "-s", "3,5", *words, "-o", "b.png")
    original, noisy, three, _ = cells(scenes[0])
    assert np.array_equal(original.pixels, frames[1])
    assert (noisy.pixels != frames[1]).any(axis=2).sum() == 200
    wanted = noisy.pixels.copy()
    wanted[5:25, 5:25] = apply(Median(3), noisy.pixels)[5:25, 5:25]
    assert np.array_equal(three.pixels, wanted)


def test_the_reference_is_the_last_cell(scenes):
    clean = save_smooth("clean.png")
    degraded = add_gaussian(clean, 10, 0)
    Image.fromarray(degraded).save("a.png")
    words = ["--reference", "clean.png", "--show-reference", "--columns", "2"]
    succeed("compare", "a.png", "median -s 1", *words, "-o", "b.png")
    first, second, last = cells(scenes[0])
    assert (first.name, last.name, note_of(last)) == ("Original", "Reference", "")
    assert note_of(first) == note_of(second) != ""
    assert np.array_equal(last.pixels, clean)


def test_equal_pictures_have_an_infinite_psnr(scenes):
    save("a.png", 20, 20, 3)
    save("b.png", 20, 20, 3, seed=1)
    words = ["--reference", "a.png", "--table", "t.md"]
    succeed("compare", "b.png", "a.png", "blur -s 1", *words, "-o", "c.png")
    assert [note_of(cell) for cell in cells(scenes[0])][2:] == ["PSNR ∞, SSIM 1.000"] * 2
    assert "| mean | 1 × 1 Averaging | ∞ |" in Path("t.md").read_text("utf-8")


@pytest.mark.parametrize("gain", ["", "2", "auto"])
def test_differences_are_signed_and_on_a_scale(gain, scenes):
    base = np.full((20, 24, 3), 100, np.uint8)
    other = base.copy()
    other[:10, :, :] += 60  # lighter
    other[10:, :, 2] -= 60  # one channel darker: a mean of -20
    Image.fromarray(other).save("a.png")
    Image.fromarray(base).save("base.png")
    words = ["--reference", "base.png", "--difference", *filter(None, [gain])]
    succeed("compare", "a.png", *words, "median -s 1", "-o", "c.png")
    (scene,) = scenes
    end = 127.5 if gain == "2" else 60
    for shown in differences(scene):
        lighter, darker = shown.pixels[0, 0], shown.pixels[-1, 0]
        red, blue = np.array([178, 24, 43]), np.array([33, 102, 172])
        assert np.array_equal(lighter, np.rint(255 + (red - 255) * min(1, 60 / end)))
        assert np.array_equal(darker, np.rint(255 + (blue - 255) * min(1, 20 / end)))
    assert len(differences(scene)) == 2
    words = " ".join(item.string for item in scene.items if isinstance(item, Text))
    assert not bold(scene)  # one filter is not the best
    assert f"−{end:.3g} 0 +{end:.3g}" in words
    assert f"difference from the reference in 8-bit levels, gain {255 / end:.3g}" in words
    bars = [item for item in scene.items if getattr(item, "name", "") == "scale of colours"]
    assert len(bars) == 1
    assert bars[0].pixels[0, [0, 127, 254]].tolist() == [[33, 102, 172], [255] * 3, [178, 24, 43]]


@pytest.mark.parametrize("suffix", ["png", "svg"])
@pytest.mark.parametrize(("zoom", "end"), [([], 90), (["--zoom", "0,0,40,10"], 30)])
def test_the_scale_of_differences_is_that_of_all_shown_pixels(suffix, zoom, end, scenes):
    """A picture that is drawn smaller has smaller differences, because its pixels are means."""
    base = np.full((80, 80), 100, np.uint8)
    other = base.copy()
    other[::5, ::5] += 30
    other[40::4, ::4] = 190
    Image.fromarray(other).save("a.png")
    Image.fromarray(base).save("base.png")
    words = ["--reference", "base.png", "--difference", "--cell-width", "20", *zoom]
    succeed("compare", "a.png", "median -s 1", *words, "-o", f"c.{suffix}")
    assert f"+{end}" in [item.string for item in scenes[0].items if isinstance(item, Text)]


def test_without_a_reference_differences_are_from_the_original(scenes):
    save("a.png", 20, 24, 3)
    succeed("compare", "a.png", "blur", "median", "--difference", "-o", "c.png")
    names = [item.name for item in differences(scenes[0])]
    assert names == [f"5 × 5 {name}: difference from Original" for name in ("Averaging", "Median")]
    boxes = [item.box for item in differences(scenes[0])]
    for cell, box in zip(cells(scenes[0])[1:], boxes, strict=True):
        assert (cell.box.left, cell.box.width) == (box.left, box.width)
        assert cell.box.bottom < box.top


def test_a_table_of_figures_of_a_folder_is_in_the_order_of_the_files():
    Path("in").mkdir()
    for number in range(3):
        save_smooth(f"in/{number}.png", shift=number)
    words = ["--noise", "poisson", "--table", "t.csv", "-o", "out/", "-q"]
    succeed("median", "in", "-s", "3,5", *words)
    rows = read_csv("t.csv")[1:]
    pictures = [row[0] for row in rows]
    assert pictures == [f"in/{n}.png" for n in range(3) for _ in range(3)] + ["mean"] * 3
    for number, mean in enumerate(rows[9:]):
        wanted = np.mean([float(row[2]) for row in rows[number:9:3]])
        assert abs(float(mean[2]) - wanted) < 0.011


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("compare a.png blur --table t.xlsx", "--table t.xlsx: wanted a .csv, .json, .md or .tex"),
        ("compare a.png blur --table -", "--table -: wanted a .csv, .json, .md or .tex"),
        ("compare a.png blur --table no/t.md", "--table no/t.md: there is no folder no"),
        ("compare a.png blur --table x.md", "--table x.md: is a folder, not a regular file"),
        (
            "compare g.csv blur --table g.csv",
            "--table g.csv: a picture is read or written there",
        ),
        (
            "compare a.png blur --reference g.csv --table g.csv",
            "--table g.csv: --reference reads this file",
        ),
        (
            "compare a.png 'blur --border valid' --noise poisson",
            "--noise compares pictures of one size, and --border valid changes it",
        ),
        (
            "compare a.png 'blur --border valid' --reference a.png",
            "--reference compares pictures of one size, and --border valid changes it",
        ),
        (
            "compare a.png 'convolve -k average:3 --border full' --difference",
            "--difference compares pictures of one size, and --border full changes it",
        ),
        (
            "compare a.png blur --difference=0",
            "--difference: 0 is not a number from 0.01 to 255...",
        ),
        ("compare a.png blur --noise gaussian", "--noise: 'gaussian' is not gaussian:SIGMA, ..."),
    ],
)
def test_what_can_not_be_measured(words, why):
    save("a.png", 9, 9, 3)
    Path("g.csv").write_text("1,2\n3,4\n")
    Path("x.md").mkdir()
    before = files()
    refused(why, *shlex.split(words), "-o", "b.png")
    assert files() == before


def test_a_report_and_a_table_are_two_files():
    save("a.png", 9, 9, 3)
    words = ["blur", "a.png", "-s", "3,5", "--report", "t.json", "--table", "t.json", "-o", "b.png"]
    refused("--report t.json: --table writes this file", *words)


def test_a_reference_of_another_size_is_refused_before_any_filter():
    save("a.png", 9, 9, 3)
    save("b.png", 8, 9, 3)
    line = "a.png: --reference: 9 x 8 pixels, but the picture to compare with it has 9 x 9"
    words = ["--no-original", "--reference", "b.png", "--table", "t.csv", "-o", "c.png"]
    refused(line, "compare", "a.png", "blur", *words, code=1)
    assert not Path("t.csv").exists()


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_a_picture_in_the_table_is_the_file_as_it_was_given(inputs):
    Path("in").mkdir()
    given = ["in/a.png", "b.png", "./c.png"][:inputs]
    for name in given:
        save(name, 9, 9, 3)
    succeed("compare", *given, "blur", "median", "--table", "t.csv", "-o", "d.png")
    means = ["mean"] * 2 if inputs > 1 else []
    assert [row[0] for row in read_csv("t.csv")[1:]] == [*np.repeat(given, 2), *means]
    succeed("compare", "Own=b.png" if inputs > 1 else "Own=in/a.png", *given[2:], "blur",
            "--table", "t.csv", "-o", "d.png")  # fmt: skip
    assert read_csv("t.csv")[1][0] == "Own"


def test_a_failed_picture_is_not_in_the_table():
    for name in "ab":
        save(f"{name}.png", 9, 9, 3)
    Path("bad.png").write_bytes(Path("a.png").read_bytes()[:60])
    words = ["--table", "t.csv", "-o", "out/", "-q"]
    assert invoke("blur", "a.png", "bad.png", "b.png", "-s", "3,5", *words).exit_code == 1
    assert {row[0] for row in read_csv("t.csv")[1:]} == {"a.png", "b.png", "mean"}
