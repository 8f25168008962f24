"""Nothing is ignored: an option given twice, or without effect on the run at hand, is refused."""

import shlex
from pathlib import Path

import click
import numpy as np
import pytest

from imgfilt.cli import main_group
from imgfilt.filters import FILTERS

from ..cli_support import load, refused, save, succeed
from ..examples import EXAMPLES

NO_PAGE_SIZE = "goes without HTML, whose pictures are as large as the window lets them"
FIGURE = "goes with a figure: several values for a parameter"
PRINTS = "goes with an output, and --at only prints"
NO_OUTPUT = "goes with an output; --explain needs -o for it"
AT = "convolve a.png -k sobel-x --at 1,1"
EXPLAIN = "blur a.png --explain"

# Of each option the commands on which it has no effect, and why; none where it always has one.
# The filter's own parameters are below.
IDLE = {
    "output": [(f"{AT} -o b.png", "goes without --at, which only prints; leave it out")],
    "format": [(f"{AT} -f png", PRINTS), (f"{EXPLAIN} -f png", NO_OUTPUT)],
    "in_place": [(f"{AT} --in-place", "goes without --at, which only prints; leave it out")],
    "border": [("kernel show sobel-x --border wrap", "goes with --as")],
    "border_value": [
        ("blur a.png --border-value 9 -o b.png", "goes with --border constant"),
        ("blur a.png --border zero --border-value 0 -o b.png", "goes with --border constant"),
        ("compare a.png blur 'blur --border zero' --border-value 9", "goes with --border constant"),
        ("kernel show sobel-x --border-value 3", "goes with --as"),
        ("border g.txt --border-value 3", "goes with --border constant"),
        ("kernel show sobel-x --as scipy --border-value 3", "goes with --border constant"),
    ],
    "engine": [],
    "linear": [],
    "ignore_nan": [],
    "nodata": [],
    "values": [],
    "depth": [("blur a.png -s 3,5 --depth 16 -o b.png", "goes with pictures; a figure has 8 bits")],
    "region": [],
    "mask": [(f"{AT} --mask grey.png", PRINTS), (f"{EXPLAIN} --mask grey.png", NO_OUTPUT)],
    "exact": [
        ("blur a.png --exact -o b.png", "goes with grids of numbers: a .txt or .csv as input ..."),
        ("blur a.png --exact -o b.txt", "goes with grids of numbers: a .txt or .csv as input ..."),
        ("blur g.txt --exact -o b.png", "goes with grids of numbers: a .txt or .csv as input ..."),
        ("blur g.txt --exact --mask grey.png", "goes without --mask, which blends in floats"),
        ("edges g.txt --exact", "goes with fractions, but this Edges computes with other numbers"),
        ("gaussian g.txt --sigma 1 --exact", "goes with fractions, but this Gaussian ..."),
        (
            "blur g.txt --exact --linear",
            "goes with fractions, but linear light makes other numbers",
        ),
        ("blur g.txt --exact --nodata 0", "goes with fractions, but numbers that may be ..."),
        ("blur g.txt --exact --depth 8", "goes with fractions, but depth 8 has whole levels"),
        ("blur g.txt --exact --engine opencv", "goes with fractions, but OpenCV computes with ..."),
    ],
    "no_frame": [("border a --border valid --no-frame", "goes without --border valid, ...")],
    "reach": [],
    "man": [],
    "mask_invert": [("blur a.png --mask-invert -o b.png", "goes with --mask")],
    "frame": [("blur --explain --frame 0", "goes with INPUT")],
    "max_pixels": [("blur --explain --max-pixels 9", "goes with INPUT")],
    "quality": [
        ("blur a.png --quality 80 -o b.png", "goes with JPEG, WebP and AVIF; no output is one ..."),
        ("blur a.png --quality 80 --in-place", "goes with JPEG, WebP and AVIF; ..."),
        ("blur a.png --quality 80 -o - -f tiff", "goes with JPEG, WebP and AVIF; ..."),
        ("blur folder --quality 80 -o out/ -f gif", "goes with JPEG, WebP and AVIF; ..."),
        ("blur folder --quality 80 -o 'out/{stem}.jp2'", "goes with JPEG, WebP and AVIF; ..."),
        ("blur a.png -s 3,5 --quality 80 -o b.png", "goes with JPEG, WebP and AVIF; ..."),
        ("compare a.png blur --quality 80 -o b.bmp", "goes with JPEG, WebP and AVIF; ..."),
        (f"{EXPLAIN} --quality 80", NO_OUTPUT),
    ],
    "compression": [
        (
            "blur a.png --compression 9 -o b.jpg",
            "goes with PNG and TIFF; no output is one of these; --quality goes with JPEG, ...",
        ),
        ("blur folder/c.jpg --compression 0 --in-place", "goes with PNG and TIFF; ..."),
        ("blur folder --compression 1 -o out/ -f npy", "goes with PNG and TIFF; ..."),
        ("compare a.png blur --compression 5 -o b.webp", "goes with PNG and TIFF; ..."),
        (f"{EXPLAIN} --compression 5", NO_OUTPUT),
    ],
    "strip": [(f"{AT} --strip", PRINTS), (f"{EXPLAIN} --strip", NO_OUTPUT)],
    "background": [
        (f"{AT} --background red", PRINTS),
        (f"{EXPLAIN} --background red", NO_OUTPUT),
        (
            "blur a.png --background none -o b.png",
            "none goes with a figure; a picture keeps its transparency without it",
        ),
        (
            "compare a.png blur --background none -o b.jpg",
            "none: JPEG has no transparent page; wanted PNG, TIFF, WebP, SVG or PDF",
        ),
    ],
    "jobs": [],
    "quiet": [],
    "verbose": [
        ("blur a.png -q -v -o b.png", "goes without --quiet, which says nothing but ..."),
        (f"{AT} -v", "goes without --at, which only prints; leave it out"),
    ],
    "recursive": [
        ("blur a.png -r -o b.png", "goes with a folder; no input is one"),
        ("blur - a.png -r -o out/", "goes with a folder; no input is one"),
        ("blur --files-from list -r -o out/", "goes with a folder; no input is one"),
    ],
    "include": [("blur a.png --include '*' -o b.png", "--include and --exclude go with ...")],
    "exclude": [("blur a.png --exclude '*' -o b.png", "--include and --exclude go with ...")],
    "axes": [
        ("blur a.png --axes YXC -o b.png", "goes with .npy; no input is one"),
        ("blur folder --axes YXC -o out/", "goes with .npy; no input is one"),
    ],
    "alpha": [("blur a.png --alpha no -o b.png", "goes with .npy; no input is one")],
    "base": [
        (
            "blur a.png --base . -o b.png",
            "--base goes with an output folder, or with {parent} in -o",
        ),
        (f"{EXPLAIN} --base .", "--base goes with an output folder, or with {parent} in -o"),
    ],
    "preserve": [
        ("blur a.png --preserve -o -", "goes with files; streams have no modification time"),
        ("blur - --preserve -o b.png", "goes with files; streams have no modification time"),
        (f"{EXPLAIN} --preserve", NO_OUTPUT),
    ],
    "files_from": [],
    "skip_existing": [
        ("blur a.png --skip-existing -o -", "goes with files; the output is stdout"),
        (f"{AT} --skip-existing", PRINTS),
        (f"{EXPLAIN} --skip-existing", NO_OUTPUT),
    ],
    "changed": [
        ("blur a.png --changed -o -", "goes with files, not with stdin or stdout"),
        ("blur - --changed -o b.png", "goes with files, not with stdin or stdout"),
        (f"{EXPLAIN} --changed", NO_OUTPUT),
    ],
    "fail_fast": [(f"{AT} --fail-fast", PRINTS)],
    "strict": [(f"{AT} --strict", PRINTS), (f"{EXPLAIN} --strict", NO_OUTPUT)],
    "report": [
        ("blur a.png -n --report r -o b.png", "goes with a run; --dry-run and --explain have ..."),
        (f"{EXPLAIN} -o b.png --report r", "goes with a run; --dry-run and --explain have ..."),
        (f"{AT} --report r", PRINTS),
    ],
    "report_append": [
        ("blur a.png -o b.png --report-append", "goes with --report FILE"),
        ("blur a.png -o b.png --report - --report-append", "goes with --report FILE"),
    ],
    "cluster": [(f"{AT} --cluster tcp://127.0.0.1:1", PRINTS)],
    "dry_run": [(f"{AT} --dry-run", PRINTS), (f"{EXPLAIN} -o b.png -n", "goes without --explain")],
    "explain": [(f"{AT} --explain", "goes without --at, which only prints; leave it out")],
    "json": [
        ("blur a.png --json", "goes with --dry-run or --explain"),
        ("chain a.png blur --json", "goes with --dry-run or --explain"),
        ("blur a.png --json -o b.png", "goes with --dry-run or --explain"),
        (f"{AT} --json", "goes with --dry-run or --explain"),
    ],
    "columns": [("blur a.png --columns 3 -o b.png", FIGURE)],
    "no_original": [
        ("blur a.png --no-original -o b.png", FIGURE),
        ("blur a.png -s 3,5 --no-original -o 'out/{size}.png'", FIGURE),
        (f"{EXPLAIN} --no-original", FIGURE),
    ],
    "title": [("blur a.png --title '' -o b.png", FIGURE)],
    "cell_width": [
        ("blur a.png --cell-width 9 -o b.png", FIGURE),
        ("blur a.png -s 3,5 --cell-width 9 -o b.html", NO_PAGE_SIZE),
    ],
    "figure_width": [
        ("blur a.png --figure-width 9cm -o b.png", FIGURE),
        (
            "blur a.png -s 3,5 --figure-width 9cm -o b.html",
            NO_PAGE_SIZE,
        ),
    ],
    "dpi": [
        (
            "blur a.png -s 3,5 --dpi 300 -o b.svg",
            "goes with pixels; SVG, PDF and HTML keep those of the pictures",
        ),
        ("blur a.png --dpi 300 -o b.png", FIGURE),
        (
            "compare a.png blur --dpi 300 --cell-width 9 -o b.png",
            "goes without --cell-width, which sets the number of pixels, too",
        ),
    ],
    "caption_size": [
        ("blur a.png --caption-size 9 -o b.png", FIGURE),
        (
            "blur a.png -s 3,5 --caption-size 9 -o b.html",
            NO_PAGE_SIZE,
        ),
    ],
    "captions": [("blur a.png --captions none -o b.png", FIGURE)],
    "letters": [
        ("blur a.png --letters -o b.png", FIGURE),
        (
            "compare a.png blur --letters --captions none -o b.png",
            "goes with captions, and there are none with --captions none",
        ),
    ],
    "font": [("blur a.png --font f.ttf -o b.png", FIGURE)],
    "zoom": [("blur a.png --zoom 0,0,2,2 -o b.png", FIGURE)],
    "numbers": [
        ("blur g.txt --numbers -o b.png", FIGURE),
        ("compare a.png blur --numbers -o b.png", "goes with grids of numbers, .txt or .csv, only"),
        (
            "compare g.txt blur --numbers --reference a.png -o b.png",
            "goes without --reference, which compares levels",
        ),
    ],
    "inset": [("blur a.png --inset 0,0,2,2 -o b.png", FIGURE)],
    "reference": [
        ("blur a.png --reference a.png -o b.png", FIGURE),
        (
            "compare a.png blur --reference a.png --noise poisson",
            "goes without --noise, which makes the clean picture the reference",
        ),
    ],
    "show_reference": [
        ("blur a.png --show-reference -o b.png", FIGURE),
        ("compare a.png blur --show-reference", "goes with --reference"),
        ("compare a.png blur --show-reference --noise poisson", "goes with --reference"),
    ],
    "noise": [
        ("blur a.png --noise poisson -o b.png", FIGURE),
        (
            "compare a.png blur --noise poisson --nodata 0",
            "goes without --nodata, a level that noise would change",
        ),
    ],
    "difference": [("blur a.png --difference -o b.png", FIGURE)],
    "parts": [],
    "animate": [
        ("blur a.png --animate -o b.gif", FIGURE),
        (
            "blur a.png -s 3,5 --animate -o b.jpg",
            "goes with an output that is a .gif, .webp, .png, .apng or .avif",
        ),
    ],
    "table": [
        ("blur a.png --table t.csv -o b.png", FIGURE),
        (
            "blur a.png -s 3,5 --table t.csv --changed -o b.png",
            "goes without --changed: a skipped figure isn't measured",
        ),
        (
            "blur a.png -s 3,5 --table t.csv --skip-existing -o b.png",
            "goes without --skip-existing: a skipped figure isn't measured",
        ),
    ],
    "at": [],
    "flipped": [
        ("kernel show sobel-x --flipped --as scipy", "goes without --as scipy, which flips ...")
    ],
    "steps": [
        ("median a.png --steps 2 -o b.png", "goes with --at, such as --at 0,0 --steps 24"),
        ("median a.png --steps 2", "goes with --at, such as --at 0,0 --steps 24"),
        ("median g.txt a.png --steps 2", "goes with --at, such as --at 0,0 --steps 24"),
    ],
    "compose": [
        (
            "chain a.png 'median | gaussian' --compose -o b.png",
            "goes with linear filters that follow each other, with the same ...",
        ),
        (
            "chain a.png 'blur | gaussian' --nodata 0 --compose -o b.png",
            "goes without --ignore-nan and --nodata: with missing pixels, ...",
        ),
    ],
    "recipe": [],
    "system": [],
}

# Of each parameter of a filter a command whose result it changes, without and with it.
OWN = {
    f"{name} {parameter}": commands
    for name, entry in EXAMPLES.items()
    for parameter, commands in entry.effects.items()
}


@pytest.fixture(autouse=True)
def inputs(in_folder):
    save("a.png", 12, 14, 3)
    save("grey.png", 12, 14, 1)
    Path("folder").mkdir()
    save("folder/c.jpg", 5, 6, 3)
    save("folder/d.png", 5, 6, 3)
    Path("list").write_text("a.png\n")
    Path("g.txt").write_text("1 2\n3 4\n")


def every_command():
    """Return each command by its words."""
    found = {name: command for name, command in main_group.commands.items() if name != "kernel"}
    kernel = main_group.commands["kernel"].commands
    return found | {f"kernel {name}": command for name, command in kernel.items()}


def options_of(words):
    return [option for option in COMMANDS[words].params if isinstance(option, click.Option)]


COMMANDS = every_command()


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_has_a_row(words):
    filt = FILTERS.get(words)
    own = {parameter.name for parameter in filt.parameters()} if filt else set()
    for option in options_of(words):
        assert f"{words} {option.name}" in OWN if option.name in own else option.name in IDLE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "command", "why"),
    [(option, *row) for option, found in IDLE.items() for row in found],
    ids=lambda value: value.replace(" ", "_"),
)
def test_an_option_without_effect(option, command, why):
    words = shlex.split(command)
    if words[0] == "compare" and "-o" not in words:
        words += ["-o", "b.png"]
    line = why if why.startswith("--") else f"--{option.replace('_', '-')} {why}"
    refused(line, *words)


@pytest.mark.slow
@pytest.mark.parametrize(("row", "commands"), OWN.items())
def test_a_parameter_has_an_effect(row, commands):
    if commands is None:
        return
    name, _, _ = row.partition(" ")
    for number, command in enumerate(commands):
        succeed(name, "a.png", *shlex.split(command), "-q", "-o", f"{number}.png")
    assert not np.array_equal(load("0.png"), load("1.png"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "blur folder --quality 80 -o out/",
        "blur a.png folder/c.jpg --quality 80 -o out/",
        "blur a.png -s 3,5 --quality 80 -o 'out/{size}.webp'",
        "blur a.png --quality 80 -o - -f jpg",
        "blur a.png --quality 80 -n -o b.jpg",
        "blur a.png --quality 80 --explain -o b.jpg",
        "blur a.png --compression 0 -n -o b.tif",
        "blur folder a.png --compression 9 -o out/",
        "compare a.png blur --compression 9 -o b.png",
        "blur folder a.png -r -o out/",
        "blur 'fold*' -r -o out/",
        "blur folder --frame 0 --strip --background red --strict -j 2 --fail-fast -o out/",
        "blur a.png -f png -o b.png",
        "blur a.png --skip-existing --changed -o b.png",
        "blur a.png -q -q --no-original -s 3,5 -o b.png",
        "convolve a.png -k sobel-x -q --at 1,1 --border constant --border-value 3 --depth float",
        "convolve a.png -k sobel-x --at 1,1 --region 1,1,2,2 --values abs --linear -j 1",
        "nlmeans a.png --at 1,1 --steps 2",
        "compare a.png blur 'blur --border constant' --border-value 3 -o b.webp --quality 9",
        "kernel show sobel-x --as scipy --border constant --border-value 3",
        "blur --files-from empty --quality 80 --changed --preserve --skip-existing -o out/",
    ],
)
def test_options_with_effect(command):
    Path("empty").write_text("")
    succeed(*shlex.split(command))


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS)
def test_an_option_given_twice(words):
    """By its long name and, where it has one, its short one; before anything else is looked at."""
    for option in options_of(words):
        if option.is_flag or option.multiple:
            continue
        long, short = max(option.opts, key=len), min(option.opts, key=len)
        line = f"{long}: given twice; it takes one value..."
        refused(line, *words.split(), long, "1", "x", short, "1")
        refused(line, *words.split(), f"{long}=1", long, "2")


@pytest.mark.parametrize(
    ("spec", "option"),
    [
        ("gaussian --sigma 1 --sigma 2", "--sigma"),
        ("A=median -s 3 --size 5", "--size"),
        ("blur --border wrap --border wrap", "--border"),
        ("convolve -k 1 --engine auto --engine numpy", "--engine"),
    ],
)
def test_twice_in_a_spec(spec, option):
    line = f"'{spec}': {option}: given twice; it takes one value..."
    refused(line, "compare", "a.png", "blur", spec, "-o", "b.png")


def test_a_scale_beside_normalize():
    line = "a scale has no effect beside normalize, which divides by the sum"
    refused(line, *shlex.split("convolve a.png -k '1 2' --scale 2 --normalize -o b.png"))


def test_what_may_be_repeated():
    succeed("convolve", "a.png", "-k", "1 1", "--kernel", "1 1", "-q", "-q", "-o", "b.png")
    succeed("blur", "a.png", "--region", "0,0,1,1", "--region", "1x1+2+2", "-o", "b.png")
