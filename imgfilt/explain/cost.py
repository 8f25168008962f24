"""The cost of a linear filter on a whole picture: directly, by factors and by the chosen method.

Operations are multiplications and additions. The lecture's slide "Convolution Masks" counts
mn(2k² - 1) for a picture of m x n and a kernel of k x k: k² multiplications and k² - 1 additions
for each pixel.
"""

from __future__ import annotations

from typing import Any


def compute_cost(
    rows: int, columns: int, separable: bool, pixels: int, operations: float
) -> dict[str, int | None]:
    """Return the operations of one channel, as `--json` prints them.

    Parameters
    ----------
    rows, columns : int
        The kernel's.
    separable : bool
        Whether the kernel is a product of a column and a row.
    pixels : int
        How many pixels are computed.
    operations : float
        Of the chosen method, for a pixel.

    Returns
    -------
    dict
        `factors` is None unless the kernel has factors of fewer weights.
    """
    has_factors = separable and min(rows, columns) > 1
    return {
        "pixels": pixels,
        "direct": pixels * (2 * rows * columns - 1),
        "factors": pixels * 2 * (rows + columns - 1) if has_factors else None,
        "method": round(pixels * operations),
    }


def format_cost(info: dict[str, Any]) -> list[str]:
    """Return lines with each formula, the numbers put in, and the result; [] without a cost.

    Parameters
    ----------
    info : dict
        What `Explanation.to_dict` returns.
    """
    cost, result = info["cost"], info["result"]
    if cost is None:
        return []
    rows, columns = info["window"]["rows"], info["window"]["columns"]
    symbols, numbers = "m·n", f"{result['width']}·{result['height']}"
    where = f"{result['width']} x {result['height']} pixels (m x n)"
    if info["region"]:
        symbols, numbers, where = "pixels", str(cost["pixels"]), f"{cost['pixels']:,} pixels"
    if rows == columns:
        direct, factors = "2k² − 1", "2k − 1"
        factor_numbers = f"2·{rows} − 1"
        where += f", with a kernel of {rows} x {rows} (k x k)"
    else:
        direct, factors = "2·rows·columns − 1", "rows + columns − 1"
        factor_numbers = f"{rows} + {columns} − 1"
    direct_numbers = format_direct_cost(rows, columns)
    lines = [
        f"multiplications and additions in each channel of {where}:",
        f"  directly: {symbols}·({direct}) = {numbers}·({direct_numbers}) "
        f"= {format_count(cost['direct'])}",
    ]
    if cost["factors"] is not None:
        lines.append(
            f"  by factors: {symbols}·2({factors}) = {numbers}·2({factor_numbers}) "
            f"= {format_count(cost['factors'])}"
        )
    per_pixel = f"{info['operations']:,.0f}"
    lines.append(
        f"  by {info['method']}: about {symbols}·{per_pixel} = {numbers}·{per_pixel} "
        f"= {format_count(cost['method'])}"
    )
    return lines


def format_direct_cost(rows: int, columns: int) -> str:
    """Return the formula for a direct sum: k² multiplications and k² − 1 additions."""
    return f"2·{rows}² − 1" if rows == columns else f"2·{rows}·{columns} − 1"


def format_count(count: int) -> str:
    """Return a number: from a million on in millions or thousand millions, to one place.

    Examples
    --------
    >>> format_count(999_999), format_count(201_139_200), format_count(4_049_000_000)
    ('999,999', '201.1 M', '4 G')
    """
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if count >= size:
            return f"{count / size:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{count:,}"
