"""Cut a region into strips, the units of parallel work.

More strips keep more cores at work, and their values stay in the cache; fewer need less padding. A
picture of 2000 rows of 3000 pixels becomes 4 strips of 500 rows, each 1.5 million pixels; with a
reach of 10, up to 20 rows of padding come to a strip. With a reach of 50, OpenCV gets 2 strips.
"""

from __future__ import annotations

from itertools import pairwise

from ..engines.method import ChosenMethod
from ..geometry import Reach, Rect

# Rows of a strip, measured on pictures of 2000 x 3000: with fewer, the padding costs more; with
# more, cores are idle.
_MIN_ROWS, _MAX_ROWS = 64, 1024
_MIN_ROWS_PER_REACH = 4

# With OpenCV, the padding of a strip is up to an eighth of it, where there are more than two. So a
# bilateral filter of diameter 101 computes 1.05 times the rows of a picture of 2000, not 1.15.
_OPENCV_ROWS_PER_REACH = 16

# The most bytes of a padded strip of a large picture, in the dtype that the filter sees, and its
# most columns.
# With more columns, the rows that a pass down the columns needs leave the cache: a Gaussian of 41
# taps takes 1.4 times as long on 40 000 columns with NumPy, and 2.9 times with OpenCV.
_MAX_PADDED, _MAX_COLUMNS = 64 << 20, 8192

# From this number of operations on, a second thread saves more time than it takes to start.
_MIN_PARALLEL_OPERATIONS, _MIN_PARALLEL_STRIPS = 3e7, 2


def suit_opencv(method: ChosenMethod, reach: Reach) -> ChosenMethod:
    """Return a method with as many rows a strip as suits OpenCV, which filters the padding, too."""
    rows = _OPENCV_ROWS_PER_REACH * max(reach.top, reach.bottom)
    return method._replace(rows=max(method.rows, rows))


def cut_region(region: tuple[Rect, ...], reach: Reach, method: ChosenMethod) -> tuple[Rect, ...]:
    """Return strips that cover a region once; the number of workers has no effect on them.

    Parameters
    ----------
    region : tuple of Rect
        Rectangles that don't overlap.
    reach : Reach
        The filter's.
    method : ChosenMethod
        It says how many pixels and rows a strip should have.
    """
    area = sum(rect.height * rect.width for rect in region)
    size = method.strip_pixels
    if method.operations * area > _MIN_PARALLEL_OPERATIONS:
        size = min(size, area // _MIN_PARALLEL_STRIPS)
    return tuple(strip for rect in region for strip in cut(rect, reach, size, method.rows))


def cut_large_region(
    region: tuple[Rect, ...], reach: Reach, method: ChosenMethod, pixel_bytes: int
) -> tuple[Rect, ...]:
    """Return strips of a large picture; wide ones are cut into columns, and have more rows.

    So they take little memory, and suit the cache.

    Parameters
    ----------
    region, reach, method
        As for `cut_region`.
    pixel_bytes : int
        How many bytes a pixel has for the filter.
    """
    strips: list[Rect] = []
    padding = reach.left + reach.right
    # Results wait until the rows are whole, so strips have half as many rows as of other pictures.
    half = Reach(*(side // 2 for side in reach))
    for rect in region:
        parts = -(-rect.width // _MAX_COLUMNS)
        for strip in cut(rect, half, method.strip_pixels * parts, method.rows // 2):
            padded_rows = strip.height + reach.top + reach.bottom
            columns = _MAX_PADDED // (padded_rows * pixel_bytes) - padding
            # With a large reach, a strip may have more bytes, so that its padding costs less.
            columns = max(columns, _MIN_ROWS_PER_REACH * max(reach.left, reach.right), 1)
            count = -(-strip.width // min(columns, _MAX_COLUMNS))
            edges = [strip.left + number * strip.width // count for number in range(count + 1)]
            strips += [strip._replace(left=left, right=right) for left, right in pairwise(edges)]
    return tuple(strips)


def cut(rect: Rect, reach: Reach, pixels: int, least_rows: int = 0) -> tuple[Rect, ...]:
    """Return strips of nearly equal height that cover a rectangle once.

    Parameters
    ----------
    rect : Rect
    reach : Reach
        With a large reach, strips are higher, so that their padding costs less.
    pixels : int
        About how many pixels a strip has if the reach is small.
    least_rows : int
        How many rows a strip has at least, as long as there are two strips.
    """
    rows = min(max(pixels // rect.width, _MIN_ROWS), _MAX_ROWS)
    rows = max(rows, _MIN_ROWS_PER_REACH * max(reach.top, reach.bottom))
    rows = max(rows, min(least_rows, rect.height // 2))
    count = max(1, rect.height // rows)
    # With an odd number of strips, half of the workers would be idle at the end.
    count -= count % 2 if count > 1 else 0
    edges = [rect.top + number * rect.height // count for number in range(count + 1)]
    return tuple(Rect(top, rect.left, bottom, rect.right) for top, bottom in pairwise(edges))
