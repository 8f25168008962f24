"""A rectangle of a figure, in whole pixels; rows before columns, ends excluded."""

from typing import NamedTuple


class Box(NamedTuple):
    """Rows `top` to `bottom`, columns `left` to `right`."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """What indexes the box in an array of shape (H, W, ...)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def moved(self, rows: int, columns: int) -> "Box":
        """Give the box some rows down and columns to the right."""
        return Box(self.top + rows, self.left + columns, self.bottom + rows, self.right + columns)
