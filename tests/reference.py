"""References: what every filter means, said as slowly and plainly as it can be.

Nothing here is imgfilt's: where it and a reference differ, one of them is wrong.

Every filter takes pixels (H, W, C) of any dtype, a border, the pixel that fills it, and whether the
last channel is alpha; it returns the (h, w, C) values in stored levels before any rounding: exact
fractions where the filter is a ratio of whole numbers and the picture is whole, else float64.

Pictures that look the same give results that look the same: the colour of a pixel of alpha 0 has no
effect on any pixel of the result that has an alpha above 0, nor on any alpha. A mean therefore
takes colours times their alpha, and alpha with them, and two pixels are as alike as these are.
"""

import math
import warnings
from fractions import Fraction
from functools import cache
from statistics import NormalDist

import numpy as np

LEAST_ALPHA = 2.0**-40  # of floats, which have no least level; what has less can't be seen
TABLES = {3: "1 2 1", 5: "1 4 6 4 1", 7: "2 7 14 18 14 7 2", 9: "4 13 30 51 60 51 30 13 4"}


def peak(dtype):
    return {"uint8": 255, "uint16": 65535, "float32": 1, "float64": 1}[np.dtype(dtype).name]


@cache
def walked(border, position, length):
    """Return where one stands after walking from the first pixel; None is outside."""
    at, heading = 0, 1 if position > 0 else -1
    for _ in range(abs(position)):
        if 0 <= at + heading < length:
            at += heading
        elif border == "wrap":
            at = 0 if heading > 0 else length - 1
        elif border == "symmetric":
            heading = -heading
        elif border == "reflect":
            heading = -heading
            at += heading if length > 1 else 0
        elif border != "replicate":
            return None
    return at


def neighbours(pixels, offsets, border, fill=0):
    """Return for each (down, across) the picture of what lies so far from each output pixel.

    With `valid` there are outputs only where all of them lie inside, with `full` where any does.
    """

    def positions(length, steps):
        fit = [p for p in range(length) if all(0 <= p + step < length for step in steps)]
        touching = range(-max(steps), length - min(steps))
        return {"valid": fit, "full": touching}.get(border, range(length))

    height, width = pixels.shape[:2]
    rows = positions(height, {down for down, _ in offsets})
    columns = positions(width, {across for _, across in offsets})
    found = {}
    for down, across in offsets:
        down_to = [walked(border, row + down, height) for row in rows]
        across_to = [walked(border, column + across, width) for column in columns]
        seen = pixels[[at or 0 for at in down_to]][:, [at or 0 for at in across_to]]
        seen[[at is None for at in down_to]] = fill
        seen[:, [at is None for at in across_to]] = fill
        found[down, across] = seen
    return found


def square(side):
    """Return the (down, across) of the cells of an odd square around its centre."""
    return rectangle(side, side)


def rectangle(width, height):
    """Return the (down, across) of the cells of an odd rectangle around its centre."""
    return [(down, across) for down in distances(height) for across in distances(width)]


def convolved(
    pixels,
    border,
    fill=0,
    alpha=False,
    depth=None,
    *,
    weights,
    divisor=1,
    origin=None,
    correlate=False,
):
    """out[i, j] = Σ M[r, c] · I[i − (r − r0), j − (c − c0)]; with + for correlation."""
    weights = np.array(weights)
    if weights.dtype.kind == "i":
        weights = weights.astype(object)
    row, column = origin or (weights.shape[0] // 2, weights.shape[1] // 2)
    sign = 1 if correlate else -1
    places = {cell: (sign * (cell[0] - row), sign * (cell[1] - column)) for cell in cells(weights)}
    seen = neighbours(exact(pixels), list(places.values()), border, fill)

    def total(of):
        with np.errstate(invalid="ignore"):
            sums = sum(weights[cell] * of(seen[place]) for cell, place in places.items())
        return divided(sums, divisor)

    if not alpha:
        return total(lambda here: here)
    mass = divided(weights.sum(), divisor)
    centre = seen[0, 0]
    covered = divided(total(lambda here: here[..., -1:]), mass) if mass else centre[..., -1:]
    colours = total(lambda here: here[..., :-1] * here[..., -1:])
    return joined(colours, covered, covered, centre, pixels.dtype, depth)


def cells(grid):
    return [(row, column) for row in range(grid.shape[0]) for column in range(grid.shape[1])]


def exact(pixels):
    return pixels.astype(object if pixels.dtype.kind == "u" else np.float64)


def divided(sums, divisor):
    """Return a quotient that is exact where both are."""
    if isinstance(sums, np.ndarray) and sums.dtype == object:
        return np.vectorize(lambda value: divided(value, divisor), otypes=[object])(sums)
    if isinstance(sums, int | Fraction) and isinstance(divisor, int | Fraction):
        return Fraction(sums, divisor)
    return sums / divisor


def joined(colours, mass, alpha, centre, dtype, depth):
    """Return colours / mass with their alpha.

    Where none is left in the depth that is written it is the centre's colour; and where that can't
    be seen either, alpha is 0.
    """
    alpha = np.clip(alpha, 0, peak(dtype))
    depth = depth or dtype
    scaled = np.vectorize(lambda value: divided(value * peak(depth), peak(dtype)), [object])(alpha)
    left = stored(scaled, depth)[..., 0] > LEAST_ALPHA
    alpha = np.where(left[..., np.newaxis] | (centre[..., -1:] > 0), alpha, 0)
    out = np.concatenate([centre[..., :-1], alpha], axis=2).astype(object)
    for i, j in cells(left):
        if left[i, j]:
            found = [divided(value, mass[i, j, 0]) for value in colours[i, j]]
            # In float64 a half may come out as a little more.
            out[i, j, :-1] = found if np.dtype(dtype).kind == "f" else [round(v, 9) for v in found]
    return out


def median(pixels, border, fill=0, alpha=False, depth=None, *, size):
    """The middle value; NaN if there is one. Fully transparent pixels are left out of colours."""
    sides = size if isinstance(size, tuple) else (size, size)
    seen = neighbours(pixels, rectangle(*sides), border, fill)
    windows = np.stack(list(seen.values()))
    out = np.empty(windows.shape[1:], object)
    for i, j in cells(out):
        for channel in range(out.shape[2]):
            values = windows[:, i, j, channel].tolist()
            if alpha and channel < out.shape[2] - 1:
                values = [v for v, a in zip(values, windows[:, i, j, -1], strict=True) if a > 0]
            out[i, j, channel] = middle(values) if values else seen[0, 0][i, j, channel]
    if not alpha:
        return out
    return joined(out[..., :-1], np.ones_like(out), out[..., -1:], seen[0, 0], pixels.dtype, depth)


def middle(values):
    """Return the middle of the values in order, the lower of two."""
    if any(math.isnan(value) for value in values):
        return math.nan
    return sorted(values)[(len(values) - 1) // 2]


def bilateral(
    pixels, border, fill=0, alpha=False, depth=None, *, diameter, sigma_color, sigma_space
):
    """Weights exp(−d²/2σs²) · exp(−Δ²/2σc²) over a disc, Δ the sum of absolute differences."""
    radius = diameter // 2
    disc = [(r, c) for r, c in square(diameter) if r * r + c * c <= radius * radius]
    seen = neighbours(pixels.astype(np.float64), disc, border, fill)
    levels = {place: looks(here, alpha, pixels.dtype) for place, here in seen.items()}

    def likeness(place):
        unlike = abs(levels[place] - levels[0, 0]).sum(axis=2, keepdims=True)
        far = place[0] ** 2 + place[1] ** 2
        return np.exp(-far / (2 * sigma_space**2)) * np.exp(-(unlike**2) / (2 * sigma_color**2))

    return averaged(seen, disc, likeness, alpha, pixels.dtype, depth)


def nlmeans(pixels, border, fill=0, alpha=False, depth=None, *, strength, patch, search):
    """Weights exp(−D/h²), 0 below 0.001; D the mean of squared differences of two patches.

    The mean is over the patch and its colours: squares of alpha are added, but it is no colour.
    """
    seen = neighbours(pixels.astype(np.float64), square(patch + search - 1), border, fill)
    levels = {place: looks(here, alpha, pixels.dtype) for place, here in seen.items()}
    count = patch**2 * (pixels.shape[2] - alpha)

    def likeness(place):
        squares = [
            (levels[r, c] - levels[r + place[0], c + place[1]]) ** 2 for r, c in square(patch)
        ]
        distance = np.sum(squares, axis=(0, 3))[..., np.newaxis] / count
        found = np.exp(-distance / strength**2)
        return np.where(found < 0.001, 0, found)

    return averaged(seen, square(search), likeness, alpha, pixels.dtype, depth)


ALONG = {"sobel": (1, 2, 1), "scharr": (3, 10, 3), "prewitt": (1, 1, 1), "central": (0, 1, 0)}


def edges(pixels, border, fill=0, alpha=False, depth=None, *, operator="sobel", of="channels"):
    """√(x² + y²) of the differences across and down, weighted along the edge; alpha stays."""
    along, steps = ALONG[operator], (-1, 0, 1)
    count = pixels.shape[2] - alpha
    luma = (299, 587, 114) if count == 3 else (1,) * count
    divisor = sum(along) * (sum(luma) if of == "luma" else 1)
    seen = neighbours(exact(pixels), square(3), border, fill)

    def levels(place):
        covered = seen[place][..., :-1] * seen[place][..., -1:] if alpha else seen[place]
        if of == "channels":
            return covered
        return sum(covered[..., [c]] * luma[c] for c in range(count)).repeat(count, axis=2)

    with np.errstate(invalid="ignore"):
        x = sum(along[r + 1] * steps[c + 1] * levels((r, c)) for r, c in square(3))
        y = sum(along[c + 1] * steps[r + 1] * levels((r, c)) for r, c in square(3))
        values = np.vectorize(lambda x, y: math.sqrt(x * x + y * y) / divisor, [float])(x, y)
    if not alpha:
        return values
    centre = seen[0, 0]
    return joined(values, centre[..., -1:], centre[..., -1:], centre, pixels.dtype, depth)


def looks(pixels, alpha, dtype):
    """Return what is seen of pixels, in 8-bit levels: colours times alpha 0 to 1, and alpha."""
    share = pixels[..., -1:] / peak(dtype) if alpha else 1
    seen = np.where(share > 0, colour(pixels, alpha), 0) * share
    seen = np.concatenate([seen, pixels[..., -1:]], axis=2) if alpha else seen
    return seen * (255 / peak(dtype))


def colour(pixels, alpha):
    return pixels[..., :-1] if alpha else pixels


def averaged(seen, places, likeness, alpha, dtype, depth):
    """Return Σ w · α · c / Σ w · α, and Σ w · α / Σ w for alpha; α is 1 where there is none."""
    colours = mass = weights = 0
    for place in places:
        weight = likeness(place)
        share = weight * seen[place][..., -1:] if alpha else weight
        colours = colours + share * colour(seen[place], alpha)
        mass, weights = mass + share, weights + weight
    if not alpha:
        return colours / mass
    return joined(colours, mass, mass / weights, seen[0, 0], dtype, depth)


def _with_presence(pixels, lost, fill):
    """Return values that are 0 where they are missing, with 1 or 0 for there or missing after them.

    Beyond the edge everything is there.
    """
    values = np.where(lost[..., np.newaxis], 0, pixels.astype(np.float64))
    return np.concatenate([values, ~lost[..., np.newaxis]], axis=2), [*np.atleast_1d(fill), 1]


def mean_of_present(pixels, lost, border, fill, *, weights, divisor=1, origin=None):
    """Σ w · v · I / Σ w · v · Σ w, v 0 at missing pixels and 1 at others; NaN without any pixel.

    Source: Knutsson & Westin, "Normalized and differential convolution" (1993).
    """
    weights = np.array(weights, np.float64) / divisor
    row, column = origin or (weights.shape[0] // 2, weights.shape[1] // 2)
    places = {cell: (row - cell[0], column - cell[1]) for cell in cells(weights)}
    values, fill = _with_presence(pixels, lost, fill)
    seen = neighbours(values, list(places.values()), border, fill)
    sums = sum(weights[cell] * seen[place] for cell, place in places.items())
    with np.errstate(invalid="ignore"):
        return sums[..., :-1] / sums[..., -1:] * weights.sum()


def median_of_present(pixels, lost, border, fill, *, size):
    """The median of the pixels that are there, the lower of two; NaN without any pixel."""
    values, fill = _with_presence(pixels, lost, fill)
    seen = neighbours(values, rectangle(*size), border, fill)
    windows = np.stack(
        [np.where(here[..., -1:] > 0, here[..., :-1], np.nan) for here in seen.values()]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanquantile(windows, 0.5, axis=0, method="lower")


def bilateral_of_present(pixels, lost, border, fill, *, diameter, sigma_color, sigma_space):
    """The bilateral mean of the pixels that are there; of a missing pixel, by distance alone."""
    radius = diameter // 2
    disc = [(r, c) for r, c in square(diameter) if r * r + c * c <= radius * radius]
    values, fill = _with_presence(pixels, lost, fill)
    seen = neighbours(values, disc, border, fill)
    sums, scale = 0, 255 / peak(pixels.dtype)
    for (row, column), here in seen.items():
        unlike = abs(here - seen[0, 0])[..., :-1].sum(axis=2, keepdims=True) * scale
        likeness = np.exp(-(unlike**2) / (2 * sigma_color**2))
        likeness[seen[0, 0][..., -1] == 0] = 1
        weight = likeness * math.exp(-(row**2 + column**2) / (2 * sigma_space**2))
        sums = sums + weight * here
    with np.errstate(invalid="ignore"):
        return sums[..., :-1] / sums[..., -1:]


def nlmeans_of_present(pixels, lost, border, fill, *, strength, patch, search):
    """Non-local means of the pixels that are there.

    D is the mean over the places of the patch where both pixels are there; without such a place
    there is no weight.
    """
    values, fill = _with_presence(pixels, lost, fill)
    seen = neighbours(values, square(patch + search - 1), border, fill)
    height, width, channels = seen[0, 0].shape
    out = np.full((height, width, channels - 1), np.nan)
    for i, j in cells(out[..., 0]):
        here = {place: found[i, j] for place, found in seen.items()}
        colours = mass = 0
        for r, c in square(search):
            pairs = [(here[y, x], here[y + r, x + c]) for y, x in square(patch)]
            squares = [
                ((a - b)[:-1] * 255 / peak(pixels.dtype)) ** 2 for a, b in pairs if a[-1] and b[-1]
            ]
            likeness = math.exp(-np.mean(squares) / strength**2) if squares else 0
            if here[r, c][-1] and likeness >= 0.001:
                colours, mass = colours + likeness * here[r, c][:-1], mass + likeness
        if mass:
            out[i, j] = colours / mass
    return out


def sampled(size, sigma):
    """Return g(x) = exp(−x²/2σ²) / √(2πσ²) at whole distances, made to sum to 1."""
    return summing_to_one([NormalDist(0, sigma).pdf(x) for x in distances(size)])


def integrated(size, sigma):
    """Return the integral of g over each pixel, made to sum to 1."""
    bell = NormalDist(0, sigma)
    return summing_to_one(
        [bell.cdf(-abs(x) + 0.5) - bell.cdf(-abs(x) - 0.5) for x in distances(size)]
    )


def distances(size):
    return range(-(size // 2), size // 2 + 1)


def summing_to_one(bell):
    return np.array(bell) / math.fsum(bell)


def tabled(size):
    """Return the whole numbers of a small Gaussian."""
    return np.array([int(word) for word in TABLES[size].split()])


def valued(values, pixels, mode, alpha=False, shown=True):
    """Return values (H, W, C) in stored levels of the picture's depth as `--values` has them.

    Where alpha is stored as 0 the picture's own colour stays. `stretch` goes by what is seen of the
    values: not by hidden colours, nor by pixels that a mask or region leaves as they are, for which
    `shown` (H, W) is false.
    """
    dtype, colours = pixels.dtype, values.shape[2] - alpha
    top = peak(dtype)
    out, filtered = values.copy(), values[..., :colours]
    seen = np.ones(values.shape[:2], bool)
    if alpha:
        seen = stored(values[..., -1], dtype) > (LEAST_ALPHA if top == 1 else 0)
    taken = filtered[seen & shown]
    least, greatest = taken.min(), taken.max()
    made = {
        "clip": lambda: filtered,
        "raw": lambda: filtered,
        "abs": lambda: abs(filtered),
        "offset": lambda: filtered + (0.5 if top == 1 else (top + 1) // 2),
        "stretch": lambda: divided((filtered - least) * top, greatest - least),
    }[mode]()
    out[..., :colours] = np.where(seen[..., np.newaxis], made, pixels[..., :colours])
    return out


def stored(values, dtype):
    """Return values as they are stored: whole ones rounded half to even and clipped."""
    if np.dtype(dtype).kind == "f":
        return np.asarray(values, np.float64)
    top = peak(dtype)
    levels = [min(max(round(value), 0), top) for value in np.ravel(values).tolist()]
    return np.array(levels, np.int64).reshape(np.shape(values))


# Borders as numpy.pad has them; a constant is 7.
NUMPY_PAD = {
    "zero": {"mode": "constant"},
    "constant": {"mode": "constant", "constant_values": 7},
    "replicate": {"mode": "edge"},
    "reflect": {"mode": "reflect"},
    "symmetric": {"mode": "symmetric"},
    "wrap": {"mode": "wrap"},
}
