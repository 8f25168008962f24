"""What is asked of a peer: a kernel and a border; and the numbers that calls are written from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..geometry import Reach
from ..kernel.kernel import Kernel
from ..numbers import shortest


@dataclass(frozen=True)
class Asked:
    """Convolution with a kernel and a border.

    Attributes
    ----------
    kernel : Kernel
    border : str
        A key of BORDERS.
    value : float
        Beyond the edge with the border `constant`, in stored levels.
    """

    kernel: Kernel
    border: str
    value: float = 0

    @property
    def fill(self) -> str:
        """What is beyond the edge with `zero` and `constant`, as a number is written."""
        return shortest(self.value if self.border == "constant" else 0)

    @property
    def reach(self) -> Reach:
        """How far a pixel looks: up as far as the kernel has rows below its origin."""
        (rows, columns), (row, column) = self.kernel.shape, self.kernel.origin
        return Reach(rows - 1 - row, row, columns - 1 - column, column)

    @property
    def too_small(self) -> list[str]:
        """A comment on pictures that `reflect` reaches past, for who mirrors a picture once."""
        reach = self.reach
        width, height = max(reach.left, reach.right) + 1, max(reach.top, reach.bottom) + 1
        if self.border != "reflect" or (width, height) == (1, 1):
            return []
        return [
            f"# no equivalent for a picture of less than {width} x {height} pixels (width x height)"
        ]

    @property
    def centred(self) -> Kernel:
        """The kernel flipped, of odd sides, with its origin in the middle: for who correlates."""
        reach = self.reach
        across, down = max(reach.left, reach.right), max(reach.top, reach.bottom)
        frame = Kernel([[0] * (2 * across + 1)] * (2 * down + 1), (down, across))
        return frame.added(self.kernel.flipped())


def cells(kernel: Kernel) -> tuple[list[list[str]], int]:
    """Return weights as Python and programs write them, and what they are to be divided by."""
    columns = kernel.shape[1]
    numerators, divisor = kernel.rational
    if kernel.integers is None:
        texts, divisor = [decimal(float(weight)) for weight in kernel.weights.ravel()], 1
    else:
        texts = [str(number) for number in numerators]
    return [texts[start : start + columns] for start in range(0, len(texts), columns)], divisor


def decimal(number: float | Fraction) -> str:
    """Return a number in the fewest digits that make the same float64."""
    return shortest(float(number))
