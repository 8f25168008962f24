"""Words of other programs for options and commands, and what they mean here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Meaning(NamedTuple):
    """What an unknown option means.

    Attributes
    ----------
    target : str
        The option here, perhaps with its value; "" if there is none.
    why : str
        What the user should know; by default the answer only names the target.
    convert : callable, optional
        Makes the target's value of the one that was given; None if it fits no such target.
    """

    target: str
    why: str = ""
    convert: Callable[[str], str | None] | None = None


def _full_side(radius: str) -> str | None:
    return str(2 * int(radius) + 1) if radius.isdecimal() else None


def _length(text: str) -> str | None:
    return text if text.endswith(("cm", "mm", "in", "pt")) else None


def _no(why: str) -> tuple[Meaning, ...]:
    return (Meaning("", why),)


def _same(target: str, why: str = "") -> tuple[Meaning, ...]:
    return (Meaning(target, why),)


_SIDE = Meaning("--size"), Meaning("--diameter")
_SIDES = "sizes are full sides, 2 * radius + 1"
_RADIUS = (
    Meaning("--size", _SIDES, _full_side),
    Meaning("--diameter", _SIDES, _full_side),
    Meaning("--sigma"),
)
_LABELS = _same("--letters", "--letters writes (a), (b), and --captions places the captions")
_REPLACED = _no("an existing output is replaced; --skip-existing leaves it")
_LISTED = _no("--files-from takes names ended by lines or by NUL")
_COLOURS = _no("a filter keeps the colours; imgfilt edges --of luma makes one channel of them")

# Option -> its meanings; the first one that the command has is taken.
OPTIONS: dict[str, tuple[Meaning, ...]] = {
    **dict.fromkeys(("--radius", "--reach"), _RADIUS),
    **dict.fromkeys(("--kernel-size", "--ksize", "--window", "--window-size", "-w"), _SIDE),
    **dict.fromkeys(("--std", "--stddev", "--sd", "--sigma-x", "--sigmax"), _same("--sigma")),
    **dict.fromkeys(("--resize", "--thumbnail"), _no("a filter keeps a picture's size")),
    "--norm": _same("--normalize"),
    **dict.fromkeys(("--invert", "--inverse", "--negate", "--invert-mask"), _same("--mask-invert")),
    **dict.fromkeys(("--resume", "--continue", "--no-clobber"), _same("--skip-existing")),
    **dict.fromkeys(("--newer", "--update", "--incremental", "-u"), _same("--changed")),
    **dict.fromkeys(
        ("--log", "--log-file", "--logfile"),
        _same(
            "--report", "--report FILE writes a line of JSON for each picture; 2> FILE the messages"
        ),
    ),
    "--backup": _no("no old file is kept; -o out/ leaves the inputs as they are"),
    **dict.fromkeys(("--overwrite", "--force", "--clobber", "-y"), _REPLACED),
    **dict.fromkeys(("--mkdir", "--parents", "-p"), _no("a folder is made if -o ends in /")),
    **dict.fromkeys(
        ("--font-size", "--fontsize", "--pointsize"),
        _same("--caption-size", "--caption-size is a length in print, 9pt if it isn't given"),
    ),
    **dict.fromkeys(("--labels", "--label"), _LABELS),
    **dict.fromkeys(("--no-labels", "--no-captions"), _same("--captions none")),
    **dict.fromkeys(("--caption-position", "--label-position"), _same("--captions")),
    "--width": (
        Meaning("--figure-width", convert=_length),
        Meaning("--cell-width"),
        Meaning("--size"),
    ),
    "--height": _no("a figure's height follows from its width"),
    **dict.fromkeys(("--metrics", "--metric", "--stats", "--csv"), _same("--table")),
    **dict.fromkeys(("--psnr", "--ssim"), _same("--reference")),
    **dict.fromkeys(("--gray", "--grey", "--grayscale", "--greyscale", "--mono"), _COLOURS),
    **dict.fromkeys(("--pattern", "--glob", "--only"), _same("--include")),
    **dict.fromkeys(("--ignore", "--skip"), _same("--exclude")),
    **dict.fromkeys(
        ("--3d", "--surface"),
        (Meaning("--as surface"), Meaning("", "kernel plot --as surface draws a kernel so")),
    ),
    **dict.fromkeys(("--flip", "--rot180"), (Meaning("--flipped"), Meaning("--correlate"))),
    **dict.fromkeys(("--threads", "--workers", "--cores", "--parallel"), _same("--jobs")),
    **dict.fromkeys(("--out", "--dest", "--outdir", "--output-dir", "-d"), _same("--output")),
    **dict.fromkeys(("--input", "-i"), _no("inputs stand without an option")),
    **dict.fromkeys(("--simulate", "--just-print"), _same("--dry-run")),
    "--silent": _same("--quiet"),
    "--debug": _same("--verbose"),
    **dict.fromkeys(
        ("--pad", "--padding", "--mode", "--boundary", "--edge-mode", "--virtual-pixel"),
        _same("--border"),
    ),
    **dict.fromkeys(("--cval", "--fill", "--border-color"), _same("--border-value")),
    **dict.fromkeys(("--crop", "--roi", "--rect", "--area", "--extract"), _same("--region")),
    **dict.fromkeys(("--bits", "--bit-depth", "--dtype"), _same("--depth")),
    "--page": _same("--frame"),
    "--cols": _same("--columns"),
    **dict.fromkeys(("--resolution", "--density", "--ppi"), _same("--dpi")),
    "--transparent": _same("--background none"),
    "--bg": _same("--background"),
    **dict.fromkeys(("--gif", "--delay"), _same("--animate")),
    **dict.fromkeys(("-0", "--null", "--print0", "-z"), _LISTED),
    **dict.fromkeys(("--preset", "--matrix", "--weights"), _same("--kernel")),
    **dict.fromkeys(
        ("--template-window", "--template-window-size", "--patch-size"), _same("--patch")
    ),
    "--search-window": _same("--search"),
}

# Filter -> the option that a number alone most likely means.
MAIN_OPTIONS = {
    "blur": "--size",
    "gaussian": "--sigma",
    "median": "--size",
    "bilateral": "--diameter",
    "nlmeans": "--strength",
}

# What a misspelt option is never taken for: it replaces the only copy of a picture.
DESTRUCTIVE = {"--in-place"}

_BLUR, _SOFT = "blur INPUT --size 5", "gaussian INPUT --sigma 2"

# Word -> the command that does it; of presets, those for which a filter is better.
COMMAND_WORDS = {
    **dict.fromkeys(("average", "box", "boxfilter", "box-blur", "mean", "uniform"), _BLUR),
    **dict.fromkeys(
        ("bilateral-filter", "bilateralfilter", "bilateral-blur"), "bilateral INPUT --diameter 9"
    ),
    **dict.fromkeys(("conv", "convolution", "filter2d"), "convolve INPUT --kernel average:5"),
    "correlate": "convolve INPUT --kernel average:5 --correlate",
    **dict.fromkeys(("denoise", "noise", "nlm"), "nlmeans INPUT --strength auto"),
    **dict.fromkeys(("despeckle", "median-blur", "medianblur"), "median INPUT --size 3"),
    **dict.fromkeys(("edge", "canny", "gradient", "edge-detect"), "edges INPUT"),
    **dict.fromkeys(("gaussblur", "gaussian-blur", "gaussianblur", "smooth", "soften"), _SOFT),
    "gaussian-integrated": "gaussian INPUT --sigma 2 --integrated",
    **dict.fromkeys(("identify", "inspect", "metadata", "exif", "stat"), "info INPUT"),
    **dict.fromkeys(("check", "formats", "selftest", "self-test", "diagnose"), "doctor"),
    "log": "convolve INPUT --kernel log:9,1.5 --values offset",
    "montage": 'compare INPUT "gaussian --size 15" "median --size 15"',
    "motion-blur": "convolve INPUT --kernel motion:15,45",
    "pad": "border INPUT --border reflect --reach 2",
    "prewitt": "edges INPUT --operator prewitt",
    "presets": "kernel list",
    "scharr": "edges INPUT --operator scharr",
    "sobel": "edges INPUT --operator sobel",
    "unsharp-mask": "convolve INPUT --kernel unsharp:5,1,1",
    "version": "--version",
}

# Word after `imgfilt kernel` -> the command that does it.
KERNEL_WORDS = {
    **dict.fromkeys(("presets", "ls"), "kernel list"),
    **dict.fromkeys(("flip", "rotate"), "kernel show INPUT --flipped"),
    **dict.fromkeys(("print", "info", "cat"), "kernel show INPUT"),
    **dict.fromkeys(("draw", "image", "view"), "kernel plot INPUT"),
    **dict.fromkeys(("write", "export"), "kernel save INPUT"),
}
