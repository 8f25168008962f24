"""Peers: what a user would write instead, with as many threads as we get."""

import numpy as np

THREADS = 2
_SMALL = np.zeros((512, 512), np.uint8)


def cv2_threads(side):
    """Give cv2 its own threads for its turn, untimed and already running; ours brings its own."""
    import cv2

    cv2.setNumThreads(1 if side == "ours" else THREADS)
    cv2.blur(_SMALL, (3, 3))
