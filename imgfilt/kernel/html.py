"""Format a kernel as HTML for notebooks: a table of its weights on a scale of two colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .formatting import format_kernel_weights, format_sum

if TYPE_CHECKING:
    from .algebra import ExactKernel

_MOST_SIDE = 25  # rows and columns that a table shows
_POSITIVE, _NEGATIVE = (214, 96, 77), (67, 147, 195)  # at the greatest absolute weight


def format_html(kernel: ExactKernel) -> str:
    """Return a table of the weights, the origin framed; of a large kernel its size and sum.

    Parameters
    ----------
    kernel : ExactKernel
    """
    (rows, columns), origin = kernel.shape, kernel.origin
    about = f"{rows} rows x {columns} columns, origin {origin}, sum {format_sum(kernel.sum)}"
    if max(rows, columns) > _MOST_SIDE:
        return f"<p>Kernel: {about}</p>"
    cells, _ = format_kernel_weights(kernel)
    most = abs(kernel.weights).max() or 1
    lines = []
    for row, texts in enumerate(cells):
        line = ""
        for column, text in enumerate(texts):
            frame = "outline:2px solid #000;outline-offset:-2px;" if (row, column) == origin else ""
            colour = _mix(float(kernel.weights[row, column] / most))
            style = f"{frame}background:{colour};color:#000;text-align:center"
            line += f'<td style="{style}">{text.replace("-", "−")}</td>'
        lines.append(f"<tr>{line}</tr>")
    return f"<table>{''.join(lines)}</table><p>Kernel: {about}</p>"


def _mix(share: float) -> str:
    """Return the colour of a weight, from -1 to 1; 0 is white."""
    end = _POSITIVE if share > 0 else _NEGATIVE
    red, green, blue = (round(255 + (level - 255) * abs(share)) for level in end)
    return f"#{red:02x}{green:02x}{blue:02x}"
