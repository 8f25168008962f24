"""Outcomes: what came of a run, and the exit code that it makes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Outcomes:
    """How many outputs were written, and how many inputs failed."""

    written: int = 0
    failed: int = 0

    @property
    def exit_code(self) -> int:
        """0 if all were written; a bad input doesn't stop the others, but makes it 1."""
        return 1 if self.failed else 0

    def __str__(self) -> str:
        return f"{self.written} written, {self.failed} failed"
