"""The fast bilateral filter: which approximation suits a picture, and both as filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from ..engines.method import ChosenMethod
from ..engines.numpy.bilateral.grid import Grid
from ..engines.numpy.bilateral.phases import Index, Lattice, choose_lattice, filter_phases
from ..geometry import Reach, equal_reach
from .bilateral_mean import BilateralMean
from .block import Block

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from .samples import Samples

_make_grid = lru_cache(maxsize=16)(Grid)  # its tables take as long as to filter a small picture
_FLAT = 1e6  # from a sigma-color of so many ranges of the levels on, all weights are 1
_SAMPLE_ROWS = 8  # rows of a sample whose windows lie inside it
_OPERATIONS_PER_NANOSECOND = 4


def approximate(filt: BilateralMean, samples: Samples) -> ApproximateBilateral | None:
    """Return an approximation of a filter for a picture, or None if none would be faster."""
    if samples.block_info.channels == 1:
        is_uint8 = samples.block_info.dtype.name == "uint8"
        low, high = samples.low, samples.high
        sigma_color = min(filt.sigma_color, _FLAT * max(high - low, 1))
        grid = _make_grid(filt.diameter, sigma_color, filt.sigma_space, low, high, is_uint8)
        if grid.is_faster:
            return GridBilateral(*filt.disc_and_sigmas, fast=True, grid=grid)
    read_samples = partial(samples.read_blocks, filt.diameter + _SAMPLE_ROWS)
    lattice = choose_lattice(read_samples, samples.pixels, *filt.disc_and_sigmas)
    if lattice is None:
        return None
    return PhasesBilateral(*filt.disc_and_sigmas, fast=True, lattice=lattice)


class ApproximateBilateral(BilateralMean):
    """A fast filter for one picture."""

    @property
    def exact_filter(self) -> BilateralMean:
        """The filter without `fast`."""
        return BilateralMean(*self.disc_and_sigmas)

    def engine_extends(self, border: str) -> bool:
        """Return False: blocks have a margin."""
        return False

    def nonfinite_result(self, padded: Array) -> Array:
        """Return NaN where a window of the exact filter holds NaN or infinity, else 0."""
        more = self.margin.top - self.reach.top
        inner = padded[more : len(padded) - more, more : padded.shape[1] - more]
        return super().nonfinite_result(inner)


@dataclass(frozen=True)
class GridBilateral(ApproximateBilateral):
    """An approximation for grey, by sums at a lower resolution.

    Attributes
    ----------
    grid : Grid
    """

    grid: Grid = field(kw_only=True)

    @property
    def margin(self) -> Reach:
        """What the cells need that a pixel's mean depends on."""
        return equal_reach(self.grid.margin)

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the grid."""
        return ChosenMethod("grid", _OPERATIONS_PER_NANOSECOND * self.grid.nanoseconds)

    def why_unsupported(self, block_info: BlockInfo) -> str:
        """Return that OpenCV has no grid."""
        return "it has no bilateral grid, the fast way for grey pictures"

    def run(self, engine: str, method: str, block: Block) -> Array:
        """Return the approximate (h, w, 1) means.

        Parameters
        ----------
        engine, method, block
            As for `Filter.run`.
        """
        return self.grid.run(block.pixels, block.place)


@dataclass(frozen=True)
class PhasesBilateral(ApproximateBilateral):
    """An approximation by exact filters of smaller pictures, which are some of the pixels.

    Attributes
    ----------
    lattice : Lattice
    """

    lattice: Lattice = field(kw_only=True)

    @property
    def phase_filter(self) -> BilateralMean:
        """The filter of the smaller pictures."""
        return BilateralMean(self.lattice.diameter, self.sigma_color, self.lattice.sigma_space)

    @property
    def margin(self) -> Reach:
        """The radius of the disc, or of the smaller disc in pixels of the picture."""
        return equal_reach(max(self.diameter // 2, self.lattice.margin))

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the phases, with the operations of the smaller filter."""
        return self.phase_filter.choose_method(engine, block_info)._replace(name="phases")

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute it; float32 sums of uint16 are near enough here."""
        if block_info.dtype.name == "uint16":
            block_info = block_info._replace(dtype=np.dtype(np.float32))
        return self.phase_filter.why_unsupported(block_info)

    def run(self, engine: str, method: str, block: Block) -> Array:
        """Return the approximate (h, w, C) means.

        Parameters
        ----------
        engine, method, block
            As for `Filter.run`.
        """
        filt = self.phase_filter

        def filter_phase(phase: Index) -> Array:
            weights = block.weights and block.weights.map(lambda plane: plane[phase])
            return filt.run(engine, "", Block(block.pixels[phase], weights))

        return filter_phases(block.pixels, self.margin.top, self.lattice, filter_phase)
