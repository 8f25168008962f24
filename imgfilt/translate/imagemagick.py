"""ImageMagick: its Convolve flips, as imgfilt does; it has no border like `reflect`."""

from __future__ import annotations

from .convolution_spec import ConvolutionSpec, format_number, format_weights

_VIRTUAL = {
    "zero": "Black",
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


def translate(spec: ConvolutionSpec) -> str:
    """Return a shell command that reads in.png and makes out.png."""
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
    lines += [
        f"-virtual-pixel {_VIRTUAL[spec.border].format(spec.fill)}",
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
    return "\n".join([*spec.size_limit, command])


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
