"""JobFacts: what is known of a job when it is done, for reports and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..image import Image
from ..pipeline.filter_run import RunReport

if TYPE_CHECKING:
    from ..figure.table import Measurement


@dataclass
class JobFacts:
    """What was read, filtered and measured; it is filled while a job runs.

    Attributes
    ----------
    width, height, frames : int or None
        Of the input as it was read; of a figure's first input. None before it is read.
    engines : list of str
        Those that filtered it: "opencv", "numpy", or "exact" for a grid of exact numbers.
    clipped, values : int
        How many values were clipped, and how many there were, of all steps and frames.
    measured : list of tuple of Measurement
        For each input of a figure what was measured of its cells.
    """

    width: int | None = None
    height: int | None = None
    frames: int | None = None
    engines: list[str] = field(default_factory=list)
    clipped: int = 0
    values: int = 0
    measured: list[tuple[Measurement, ...]] = field(default_factory=list)

    def add_picture(self, image: Image) -> None:
        """Take the size of an input, if it is the first one."""
        if self.width is None:
            self.height, self.width, _ = image.shape
            self.frames = image.frames

    def add_run(self, reports: Sequence[RunReport]) -> None:
        """Add the run of a frame or of a cell: a report for each step."""
        for report in reports:
            self.add_engine(report.plan.engine)
            self.clipped += report.clipping.count
            self.values += report.clipping.total

    def add_engine(self, engine: str) -> None:
        """Add an engine, once."""
        if engine not in self.engines:
            self.engines.append(engine)

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as JSON reports have them; `clipped` is a share from 0 to 1."""
        clipped = self.clipped / self.values if self.values else None
        if clipped is None and self.engines:
            clipped = 0.0  # no value is counted where none can be clipped
        return {
            "width": self.width,
            "height": self.height,
            "frames": self.frames,
            "engine": " ".join(self.engines) or None,
            "clipped": clipped,
        }
