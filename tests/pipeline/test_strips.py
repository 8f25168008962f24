"""Strips: what a filter is told of a block."""

import numpy as np
import pytest

from imgfilt import Blur
from imgfilt.geometry import Rect
from imgfilt.pipeline.plan import make_plan
from imgfilt.pipeline.strips import filter_blocks
from imgfilt.pipeline.working_space import WorkingSpace

HEIGHT, WIDTH = 40, 9


class NotingBlur(Blur):
    """A blur that notes the blocks that it gets."""

    def run(self, engine, method, block):
        self.__dict__.setdefault("blocks", []).append(block)
        return super().run(engine, method, block)


def noted_blocks(engine, border, strip, block=0):
    """Return the blocks of a strip of a picture in which each pixel is its own number."""
    pixels = np.arange(HEIGHT * WIDTH, dtype=np.uint16).reshape(HEIGHT, WIDTH, 1)
    filt = NotingBlur(5)
    plan = make_plan(WorkingSpace(filt, pixels.dtype), pixels.shape, border, engine)
    for _ in filter_blocks(plan._replace(block=block), pixels, strip, pixels[0, 0]):
        pass
    return filt.blocks


@pytest.mark.parametrize("border", ["zero", "reflect", "valid", "full"])
@pytest.mark.parametrize("strip", [Rect(0, 0, 9, 9), Rect(20, 3, 30, 5), Rect(36, 4, 40, 9)])
def test_place_of_a_padded_block(strip, border):
    """The first inner pixel is two rows and columns after the place."""
    moved = {"valid": 2, "full": -2}.get(border, 0)
    top, left = strip.top + moved, strip.left + moved
    (block,) = noted_blocks("numpy", border, strip)
    assert block.engine_border is None
    assert block.place == (top - 2, left - 2)


def test_place_of_the_blocks_of_a_strip():
    strip = Rect(7, 0, 33, WIDTH)
    blocks = noted_blocks("numpy", "replicate", strip, block=1)
    assert len(blocks) > 1
    rows = [block.place[0] + row for block in blocks for row in range(2, len(block.pixels) - 2)]
    assert rows == list(range(7, 33))
    assert {block.place[1] for block in blocks} == {-2}


@pytest.mark.parametrize("strip", [Rect(0, 0, 9, 9), Rect(20, 3, 30, 5), Rect(36, 4, 40, 9)])
def test_place_of_a_block_that_opencv_continues(strip):
    (block,) = noted_blocks("opencv", "reflect", strip)
    assert block.engine_border is not None
    row, column = block.place
    assert block.pixels[0, 0, 0] == row * WIDTH + column
    assert block.place == (max(0, strip.top - 2), max(0, strip.left - 2))
