"""Peers: the call in other systems that does what a kernel does here. It is written, not run."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .convolution_spec import Asked

# A system is a module beside this one, with a `call`.
PEERS = "opencv", "scipy", "skimage", "imagemagick", "vips"


def call(system: str, asked: Asked) -> str:
    """Return lines of Python, or of a shell, that do in a system what is asked.

    Parameters
    ----------
    system : str
        One of PEERS.
    asked : Asked
        A kernel and a border.
    """
    written: str = importlib.import_module(f".{system}", __name__).call(asked)
    return written
