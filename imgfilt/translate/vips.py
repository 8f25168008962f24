"""libvips' command: its conv correlates, divides by the matrix' scale, and repeats the edge."""

from __future__ import annotations

from ..geometry import Reach
from ..kernel.formatting import in_columns
from .convolution_spec import Asked, cells

_EXTENDS = {
    "zero": "black",
    "constant": "background --background {}",
    "symmetric": "mirror",
    "wrap": "repeat",
}


def call(asked: Asked) -> str:
    """Return shell commands that make out.png of in.png."""
    centred = asked.centred
    rows, columns = centred.shape
    down, across = centred.origin
    grid, divisor = cells(centred)
    lines = [
        *asked.too_small,
        "# conv correlates: this is the kernel flipped, its origin in the middle.",
        "cat > kernel.mat <<END",
        f"{columns} {rows} {divisor} 0",
        *in_columns(grid),
        "END",
        "width=$(vipsheader -f width in.png) height=$(vipsheader -f height in.png)",
    ]
    source, left, top = "in.png", across, down
    if asked.border in _EXTENDS:
        how = _EXTENDS[asked.border].format(asked.fill)
        size = f"$((width + {2 * across})) $((height + {2 * down}))"
        lines.append(f"vips embed in.png padded.v {across} {down} {size} --extend {how}")
        source = "padded.v"
    elif asked.border == "reflect":
        lines += _mirrored(down, across)
        source = "padded.v"
    else:
        left = top = 0
    lines.append(f"vips conv {source} sums.v kernel.mat --precision float")
    sums, cut = "sums.v", Reach(0, 0, 0, 0)
    if asked.border == "valid":
        cut = asked.reach
        left, top = cut.left, cut.top
    if left or top or any(cut):
        size = f"{_less('width', cut.left + cut.right)} {_less('height', cut.top + cut.bottom)}"
        lines.append(f"vips extract_area sums.v part.v {left} {top} {size}")
        sums = "part.v"
    return "\n".join(
        [*lines, f"vips round {sums} rounded.v rint", "vips cast rounded.v out.png uchar"]
    )


def _less(side: str, count: int) -> str:
    return f"$(({side} - {count}))" if count else f"${side}"


def _mirrored(down: int, across: int) -> list[str]:
    """Return what makes padded.v of in.png, mirrored at the edge pixels on all sides."""
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
