"""A convolution to translate: its kernel and border, and the numbers that the code needs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..geometry import Reach
from ..kernel.kernel import Kernel
from ..numbers import format_shortest


@dataclass(frozen=True)
class ConvolutionSpec:
    """Convolution with a kernel and a border.

    Attributes
    ----------
    kernel : Kernel
        The kernel, not flipped.
    border : str
        A key of BORDERS.
    border_value : float or Fraction
        The level beyond the edge with the border `constant`.
    """

    kernel: Kernel
    border: str
    border_value: float | Fraction = 0

    @property
    def fill(self) -> str:
        """The level beyond the edge with `zero`, `constant` and `full`, as text."""
        return format_shortest(self.border_value if self.border == "constant" else 0)

    @property
    def reach(self) -> Reach:
        """The kernel's reach. It is flipped: `top` counts the rows below its origin."""
        (rows, columns), (row, column) = self.kernel.shape, self.kernel.origin
        return Reach(rows - 1 - row, row, columns - 1 - column, column)

    @property
    def growth(self) -> Reach:
        """How many rows and columns the border `full` adds to each side of the picture, else 0."""
        top, bottom, left, right = self.reach
        return Reach(bottom, top, right, left) if self.border == "full" else Reach(0, 0, 0, 0)

    @property
    def mirror_comments(self) -> list[str]:
        """Comments for systems without `reflect`: the code mirrors the picture, once.

        They say so, and how large a picture must be; [] for other borders.
        """
        reach = self.reach
        width, height = max(reach.left, reach.right) + 1, max(reach.top, reach.bottom) + 1
        if self.border != "reflect" or (width, height) == (1, 1):
            return []
        least = f"{width} x {height} pixels (width x height)"
        return [
            f"# no equivalent for a picture of less than {least}",
            "# No border is like reflect: the sides are cut out, mirrored and joined to it.",
        ]

    @property
    def centred_kernel(self) -> Kernel:
        """The kernel flipped, with odd sides and its origin in the middle: for correlation."""
        reach = self.reach
        across, down = max(reach.left, reach.right), max(reach.top, reach.bottom)
        frame = Kernel([[0] * (2 * across + 1)] * (2 * down + 1), (down, across))
        return frame.added(self.kernel.flipped())


def format_weights(kernel: Kernel) -> tuple[list[list[str]], int]:
    """Return rows of weights as text, and their divisor: whole numbers, or decimals and 1."""
    if kernel.integers is None:
        return [[format_number(weight) for weight in row] for row in kernel.weights.tolist()], 1
    rows = [[str(number) for number in row] for row in kernel.numerators.tolist()]
    return rows, kernel.rational.denominator


def format_number(number: float | Fraction) -> str:
    """Return the shortest decimal that is the same float64."""
    return format_shortest(float(number))
