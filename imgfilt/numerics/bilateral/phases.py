"""Phases: the pixels of a block by their column's place in a cell, so that rows of cells are rows.

What the fast bilateral filter does at every pixel: into the cells, and back out of them.
"""

from __future__ import annotations

import numpy as np

from ..taps import Array
from .coarse import between

_BAND = 1 << 17  # pixels of a band of rows: calls are long, and what they take stays near


class Phases:
    """A block of pixels, (C, side, rows, cells), the same with likenesses to centres.

    Parameters
    ----------
    padded : (H, W, C) array
    weight : (H, W) array, optional
    side : int
        Of a cell.
    falloff : float
        Likeness is exp(falloff · Δ²).
    centres : (K, C) array
    """

    def __init__(
        self, padded: Array, weight: Array | None, side: int, falloff: float, centres: Array
    ):
        height, width, channels = padded.shape
        self.side, self.falloff, self.centres = side, falloff, centres.astype(np.float32)
        self.weighted = weight is not None
        rows, self.across = -(-height // side) * side, -(-width // side)
        block = np.empty((channels + self.weighted, side, rows, self.across), np.float32)
        for plane, given in zip(block, [*np.moveaxis(padded, 2, 0), weight], strict=False):
            for phase, columns in enumerate(plane):
                # Beyond the right and lower edge is what is at it.
                column = np.minimum(np.arange(phase, phase + side * self.across, side), width - 1)
                whole = (width - phase - 1) // side + 1
                columns[:height, :whole] = given[:, phase::side]
                columns[:height, whole:] = given[:, column[whole:]]
                columns[height:] = columns[height - 1]
        self.colours, self.share = block[:channels], block[-1]
        self.band = max(1, _BAND // (self.across * side * side)) * side
        # The planes of cells: of weights, of colours times them, with a weight also of likenesses.
        self.planes = 1 + channels + self.weighted

    def _likeness(self, colours: Array, centre: Array, scratch: Array, out: Array) -> None:
        """Write exp(falloff · Δ²), Δ the sum over the channels of (C, ...) distances."""
        np.subtract(colours[0], centre[0], out=out)
        if len(colours) > 1:
            np.abs(out, out=out)
            for plane, level in zip(colours[1:], centre[1:], strict=True):
                np.subtract(plane, level, out=scratch)
                np.abs(scratch, out=scratch)
                np.add(out, scratch, out=out)
        np.multiply(out, out, out=out)
        np.multiply(out, self.falloff, out=out)
        np.exp(out, out=out)

    def cells(self) -> Array:
        """Return the (K, P, h, w) sums over cells of the likenesses to each centre."""
        rows = self.colours.shape[2]
        shape = len(self.centres), self.planes, rows // self.side, self.across
        sums = np.empty(shape, np.float32)
        for top in range(0, rows, self.band):
            colours = self.colours[:, :, top : top + self.band]
            likeness, product = np.empty((2, *colours.shape[1:]), np.float32)
            cells = slice(top // self.side, (top + colours.shape[2]) // self.side)
            for number, centre in enumerate(self.centres):
                target = sums[number, :, cells]
                self._likeness(colours, centre, product, likeness)
                if self.weighted:
                    self._gather(likeness, target[-1])
                    likeness *= self.share[:, top : top + self.band]
                self._gather(likeness, target[0])
                for plane, out in zip(colours, target[1:], strict=False):
                    self._gather(np.multiply(plane, likeness, out=product), out)
        return sums

    def _gather(self, values: Array, out: Array) -> None:
        """Write the (h, w) sums of (side, rows, w) values over cells."""
        rows = values[0] + values[1] if self.side > 1 else values[0]
        for phase in values[2:]:
            rows += phase
        out[:] = rows[:: self.side]
        for row in range(1, self.side):
            out += rows[row :: self.side]

    def totals(self, sums: Array, top: int, bottom: int) -> tuple[Array, Array]:
        """Return what the cells' sums make of a band of rows: the same sums for each pixel.

        Parameters
        ----------
        sums : (K, P, h, w) array
            By which the likeness to each centre is to be multiplied.

        Returns
        -------
        (P, side, rows, cells) array
        (side, rows, cells) array
            The likeness to the nearest centre.
        """
        colours = self.colours[:, :, top:bottom]
        totals = np.zeros((self.planes, *colours.shape[1:]), np.float32)
        nearest = np.zeros_like(totals[0])
        likeness, scratch, term = nearest.copy(), nearest.copy(), np.empty_like(totals[0, 0])
        for centre, planes in zip(self.centres, sums, strict=True):
            self._likeness(colours, centre, scratch, likeness)
            np.maximum(nearest, likeness, out=nearest)
            lines = between(planes, top, bottom, self.side)
            steps = np.diff(lines, axis=2)
            for phase in range(self.side):
                place = (phase + 0.5) / self.side - 0.5
                left, share = (0, 1 + place) if place < 0 else (1, place)
                for plane, total in enumerate(totals[:, phase]):
                    np.multiply(steps[plane, :, left : left + self.across], share, out=term)
                    np.add(term, lines[plane, :, left : left + self.across], out=term)
                    np.multiply(term, likeness[phase], out=term)
                    np.add(total, term, out=total)
        return totals, nearest

    @staticmethod
    def joined(planes: Array, left: int, width: int) -> Array:
        """Return (..., side, rows, cells) planes as (rows, width, ...) pixels."""
        rows = np.moveaxis(planes, (-2, -1, -3), (0, 1, 2))
        pixels = rows.reshape(rows.shape[0], -1, *rows.shape[3:])
        return pixels[:, left : left + width]
