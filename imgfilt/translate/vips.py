"""libvips' command: its conv correlates, divides by the matrix' scale, and replicates the edge."""

from __future__ import annotations

from ..geometry import Reach
from ..kernel.formatting import align_columns
from .convolution_spec import ConvolutionSpec, format_weights

_EXTENDS = {
    "zero": "black",
    "constant": "background --background {}",
    "symmetric": "mirror",
    "wrap": "repeat",
}


def translate(spec: ConvolutionSpec) -> str:
    """Return shell commands that read in.png and make out.png."""
    kernel = spec.centred_kernel
    rows, columns = kernel.shape
    down, across = kernel.origin
    grid, divisor = format_weights(kernel)
    lines = [
        *spec.size_limit,
        "# conv correlates: this is the kernel flipped, its origin in the middle.",
        "cat > kernel.mat <<END",
        f"{columns} {rows} {divisor} 0",
        *align_columns(grid),
        "END",
        "width=$(vipsheader -f width in.png) height=$(vipsheader -f height in.png)",
    ]
    source, left, top = "in.png", across, down
    if spec.border in _EXTENDS:
        how = _EXTENDS[spec.border].format(spec.fill)
        size = f"$((width + {2 * across})) $((height + {2 * down}))"
        lines.append(f"vips embed in.png padded.v {across} {down} {size} --extend {how}")
        source = "padded.v"
    elif spec.border == "reflect":
        lines += _mirror_commands(down, across)
        source = "padded.v"
    else:
        left = top = 0
    lines.append(f"vips conv {source} sums.v kernel.mat --precision float")
    sums, crop = "sums.v", Reach(0, 0, 0, 0)
    if spec.border == "valid":
        crop = spec.reach
        left, top = crop.left, crop.top
    if left or top or any(crop):
        width = _format_subtraction("width", crop.left + crop.right)
        height = _format_subtraction("height", crop.top + crop.bottom)
        lines.append(f"vips extract_area sums.v part.v {left} {top} {width} {height}")
        sums = "part.v"
    return "\n".join(
        [*lines, f"vips round {sums} rounded.v rint", "vips cast rounded.v out.png uchar"]
    )


def _format_subtraction(side: str, count: int) -> str:
    """Return a shell expression: the width or height of the picture minus a number of pixels."""
    return f"$(({side} - {count}))" if count else f"${side}"


def _mirror_commands(down: int, across: int) -> list[str]:
    """Return commands that make padded.v: in.png mirrored at the edge pixels on all sides."""
    lines = ["vips copy in.png padded.v"]
    wide = f"$((width + {2 * across}))"
    if across:
        last = f"$((width - {across + 1}))"
        for at, name in (("1", "left"), (last, "right")):
            lines.append(f"vips extract_area in.png {name}.v {at} 0 {across} $height")
            lines.append(f"vips flip {name}.v {name}-flipped.v horizontal")
        lines += [
            "vips join left-flipped.v in.png wider.v horizontal",
            "vips join wider.v right-flipped.v padded.v horizontal",
        ]
    if down:
        last = f"$((height - {down + 1}))"
        lines.append("vips copy padded.v wide.v")
        for at, name in (("1", "top"), (last, "bottom")):
            lines.append(f"vips extract_area wide.v {name}.v 0 {at} {wide} {down}")
            lines.append(f"vips flip {name}.v {name}-flipped.v vertical")
        lines += [
            "vips join top-flipped.v wide.v higher.v vertical",
            "vips join higher.v bottom-flipped.v padded.v vertical",
        ]
    return lines
