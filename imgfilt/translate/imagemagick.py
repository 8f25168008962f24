"""ImageMagick: its Convolve flips, as imgfilt does; it can't mirror at the edge pixel by itself."""

from __future__ import annotations

from .convolution_spec import Asked, cells, decimal

_VIRTUAL = {
    "zero": "Black",
    "constant": "Background -background 'rgb({0},{0},{0})'",
    "replicate": "Edge",
    "reflect": "Edge",
    "symmetric": "Mirror",
    "wrap": "Tile",
    "valid": "Edge",
}

# Where a side's pixels are, how much of them is cut out, and how they are turned and joined.
_SIDES = (
    ("West", "{}x0+1+0", "-flop"),
    ("East", "{}x0+1+0", "-flop"),
    ("North", "0x{}+0+1", "-flip"),
    ("South", "0x{}+0+1", "-flip"),
)


def call(asked: Asked) -> str:
    """Return a shell command that makes out.png of in.png."""
    kernel, reach = asked.kernel, asked.reach
    (rows, columns), (row, column) = kernel.shape, kernel.origin
    grid, divisor = cells(kernel)
    if divisor != 1:
        grid = [[decimal(weight) for weight in line] for line in kernel.fractions]
    weights = "  ".join(",".join(line) for line in grid)
    lines = ["convert in.png"]
    if asked.border == "reflect":
        lines += _mirrored(reach.left, reach.right, _SIDES[:2], "+append")
        lines += _mirrored(reach.top, reach.bottom, _SIDES[2:], "-append")
    lines += [
        f"-virtual-pixel {_VIRTUAL[asked.border].format(asked.fill)}",
        f"-morphology Convolve '{columns}x{rows}+{column}+{row}: {weights}'",
    ]
    if asked.border in ("reflect", "valid"):
        counts = reach.left, reach.right, reach.top, reach.bottom
        lines += [
            f"-gravity {side} -chop {part.partition('+')[0].format(count)} +repage"
            for count, (side, part, _) in zip(counts, _SIDES, strict=True)
            if count
        ]
    # By itself -depth would cut off what -posterize rounds.
    command = " \\\n  ".join([*lines, "+dither -posterize 256 -depth 8 out.png"])
    return "\n".join([*asked.too_small, command])


def _mirrored(
    before: int, after: int, sides: tuple[tuple[str, str, str], ...], join: str
) -> list[str]:
    """Return what lengthens a picture along one axis by mirrored copies of what is at its ends."""
    pieces = [
        rf"\( -clone 0 -gravity {side} -crop {part.format(count)} +repage {turn} \)"
        for count, (side, part, turn) in zip((before, after), sides, strict=True)
        if count
    ]
    first = ["-swap 0,1"] if before else []
    return [*pieces, *first, join, "+repage"] if pieces else []
