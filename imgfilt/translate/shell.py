"""Shell commands for ImageMagick and libvips: they read in.png and make out.png."""

from __future__ import annotations

from ..geometry import Reach
from ..kernel.formatting import align_columns
from .convolution_spec import ConvolutionSpec, format_number, format_weights

_VIRTUAL_PIXELS = {
    "zero": "Black",
    "full": "Black",
    "constant": "Background -background 'rgb({0},{0},{0})'",
    "replicate": "Edge",
    "reflect": "Edge",
    "symmetric": "Mirror",
    "wrap": "Tile",
    "valid": "Edge",
}

# For each side: its gravity, the geometry of the pixels to crop, and the option that flips them.
_SIDES = (
    ("West", "{}x0+1+0", "-flop"),
    ("East", "{}x0+1+0", "-flop"),
    ("North", "0x{}+0+1", "-flip"),
    ("South", "0x{}+0+1", "-flip"),
)

_VIPS_EXTENDS = {
    "zero": "black",
    "full": "black",
    "constant": "background --background {}",
    "symmetric": "mirror",
    "wrap": "repeat",
}


def to_imagemagick(spec: ConvolutionSpec) -> str:
    """Return a command for ImageMagick's Convolve, which flips; no border is like `reflect`."""
    kernel, reach = spec.kernel, spec.reach
    (rows, columns), (row, column) = kernel.shape, kernel.origin
    grid, divisor = format_weights(kernel)
    if divisor != 1:
        grid = [[format_number(weight) for weight in line] for line in kernel.fractions]
    weights = "  ".join(",".join(line) for line in grid)
    lines = ["convert in.png"]
    if spec.border == "reflect":
        lines += _mirror_options(reach.left, reach.right, _SIDES[:2], "+append")
        lines += _mirror_options(reach.top, reach.bottom, _SIDES[2:], "-append")
    if spec.border == "full":
        top, bottom, left, right = spec.growth
        lines.append(f"-background black -gravity NorthWest -splice {left}x{top}")
        lines.append(f"-gravity SouthEast -splice {right}x{bottom}")
    lines += [
        f"-virtual-pixel {_VIRTUAL_PIXELS[spec.border].format(spec.fill)}",
        f"-morphology Convolve '{columns}x{rows}+{column}+{row}: {weights}'",
    ]
    if spec.border in ("reflect", "valid"):
        counts = reach.left, reach.right, reach.top, reach.bottom
        lines += [
            f"-gravity {side} -chop {part.partition('+')[0].format(count)} +repage"
            for count, (side, part, _) in zip(counts, _SIDES, strict=True)
            if count
        ]
    # -depth alone truncates; -posterize rounds.
    command = " \\\n  ".join([*lines, "+dither -posterize 256 -depth 8 out.png"])
    return "\n".join([*spec.mirror_comments, command])


def _mirror_options(
    before: int, after: int, sides: tuple[tuple[str, str, str], ...], join: str
) -> list[str]:
    """Return options that add mirrored copies of a picture's ends along one axis."""
    pieces = [
        rf"\( -clone 0 -gravity {side} -crop {part.format(count)} +repage {turn} \)"
        for count, (side, part, turn) in zip((before, after), sides, strict=True)
        if count
    ]
    first = ["-swap 0,1"] if before else []
    return [*pieces, *first, join, "+repage"] if pieces else []


def to_vips(spec: ConvolutionSpec) -> str:
    """Return commands for libvips' conv, which correlates and replicates the edge."""
    kernel = spec.centred_kernel
    rows, columns = kernel.shape
    down, across = kernel.origin
    grid, divisor = format_weights(kernel)
    lines = [
        *spec.mirror_comments,
        "# conv correlates: this is the kernel flipped, its origin in the middle.",
        "cat > kernel.mat <<END",
        f"{columns} {rows} {divisor} 0",
        *align_columns(grid),
        "END",
        "width=$(vipsheader -f width in.png) height=$(vipsheader -f height in.png)",
    ]
    source, left, top, grown = "in.png", across, down, spec.growth
    if spec.border in _VIPS_EXTENDS:
        how = _VIPS_EXTENDS[spec.border].format(spec.fill)
        rows, columns = 2 * down + grown.top + grown.bottom, 2 * across + grown.left + grown.right
        size = f"$((width + {columns})) $((height + {rows}))"
        place = f"{across + grown.left} {down + grown.top}"
        lines.append(f"vips embed in.png padded.v {place} {size} --extend {how}")
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
        width = _format_sum("width", grown.left + grown.right - crop.left - crop.right)
        height = _format_sum("height", grown.top + grown.bottom - crop.top - crop.bottom)
        lines.append(f"vips extract_area sums.v part.v {left} {top} {width} {height}")
        sums = "part.v"
    return "\n".join(
        [*lines, f"vips round {sums} rounded.v rint", "vips cast rounded.v out.png uchar"]
    )


def _format_sum(side: str, count: int) -> str:
    """Return a shell expression: the width or height of the picture and a number of pixels."""
    return f"$(({side} {'-' if count < 0 else '+'} {abs(count)}))" if count else f"${side}"


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
