"""Suggest a command for a word that is none: a preset, or another program's name of a filter."""

from __future__ import annotations

from ..kernel.preset_table import list_preset_names

# Word -> the command that does it. Of presets, those that need arguments.
_COMMANDS = {
    "average": "blur INPUT --size 5 -o OUTPUT",
    "binomial": "convolve INPUT --kernel binomial:5 -o OUTPUT",
    "box": "blur INPUT --size 5 -o OUTPUT",
    "boxfilter": "blur INPUT --size 5 -o OUTPUT",
    "convolution": "convolve INPUT --kernel average:5 -o OUTPUT",
    "correlate": "convolve INPUT --kernel average:5 --correlate -o OUTPUT",
    "denoise": "nlmeans INPUT --strength 10 -o OUTPUT",
    "despeckle": "median INPUT --size 3 -o OUTPUT",
    "disk": "convolve INPUT --kernel disk:9 -o OUTPUT",
    "edge": "edges INPUT -o OUTPUT",
    "gaussblur": "gaussian INPUT --sigma 2 -o OUTPUT",
    "gaussian-blur": "gaussian INPUT --sigma 2 -o OUTPUT",
    "gaussian-integrated": "gaussian INPUT --sigma 2 --integrated -o OUTPUT",
    "gaussianblur": "gaussian INPUT --sigma 2 -o OUTPUT",
    "gradient": "edges INPUT -o OUTPUT",
    "log": "convolve INPUT --kernel log:9,1.5 --values offset -o OUTPUT",
    "mean": "blur INPUT --size 5 -o OUTPUT",
    "montage": 'compare INPUT "gaussian --size 15" "median --size 15" -o FIGURE',
    "motion": "convolve INPUT --kernel motion:15,45 -o OUTPUT",
    "motion-blur": "convolve INPUT --kernel motion:15,45 -o OUTPUT",
    "noise": "nlmeans INPUT --strength 10 -o OUTPUT",
    "pad": "border GRID --border reflect --reach 2",
    "prewitt": "edges INPUT --operator prewitt -o OUTPUT",
    "scharr": "edges INPUT --operator scharr -o OUTPUT",
    "smooth": "gaussian INPUT --sigma 2 -o OUTPUT",
    "sobel": "edges INPUT --operator sobel -o OUTPUT",
    "unsharp": "convolve INPUT --kernel unsharp:5,1,1 -o OUTPUT",
}


def suggest_command(word: str) -> str | None:
    """Return a command line for a word such as `sharpen` or `denoise`, or None."""
    word = word.lower().replace("_", "-")
    if word in _COMMANDS:
        return f"imgfilt {_COMMANDS[word]}"
    if word in list_preset_names():
        return f"imgfilt convolve INPUT --kernel {word} -o OUTPUT"
    return None
