"""Descriptions that say how a TIFF's pixels lie: kept where that still holds, else said."""

import numpy as np
import pytest
import tifffile

from ..cli_support import succeed

pytestmark = pytest.mark.usefixtures("in_folder")

STACK = np.random.default_rng(3).integers(0, 65536, (4, 9, 8), dtype=np.uint16)
AXES = {"axes": "ZYX"}
WRITERS = {
    "ImageJ": {"imagej": True, "metadata": AXES | {"unit": "um", "spacing": 2.0}},
    "OME": {"ome": True, "metadata": AXES | {"PhysicalSizeX": 0.3}},
    "tifffile": {"photometric": "minisblack"},
}
IDENTITY = "convolve", "in.tif", "--kernel", "identity", "-o", "out.tif"
VALID = "convolve", "in.tif", "--kernel", "1/3 1/3 1/3", "--border", "valid", "-o", "out.tif"


def written(program, pixels=STACK):
    tifffile.imwrite("in.tif", pixels, **WRITERS[program])
    return described("in.tif")


def described(path):
    with tifffile.TiffFile(path) as file:
        return file.pages[0].description


def read_again(caplog):
    """Return the shape and the type that tifffile finds, which warns where a description lies."""
    with tifffile.TiffFile("out.tif") as file:
        series = file.series[0]
        pixels = series.asarray()
        assert not caplog.records, caplog.text
        return pixels, file.pages[0].description


@pytest.mark.parametrize("program", WRITERS)
def test_it_stays_where_nothing_of_it_has_changed(program, caplog):
    said = written(program)
    assert succeed(*IDENTITY).stderr == ""
    pixels, description = read_again(caplog)
    assert description == said and np.array_equal(pixels, STACK)


@pytest.mark.parametrize("program", WRITERS)
@pytest.mark.parametrize("frame", [0, 2])
def test_one_page_is_not_said_to_be_all(program, frame, caplog):
    written(program)
    said = succeed(*IDENTITY, "--frame", str(frame)).stderr
    assert said == f"imgfilt: in.tif: not kept in TIFF: {program} description\n"
    pixels, description = read_again(caplog)
    assert description == "" and np.array_equal(pixels, STACK[frame])


@pytest.mark.parametrize(
    ("program", "kept"), [("ImageJ", True), ("OME", False), ("tifffile", False)]
)
def test_another_size_is_not_said_to_be_the_old_one(program, kept, caplog):
    text = written(program)
    said = succeed(*VALID).stderr
    line = f"imgfilt: in.tif: not kept in TIFF: {program} description\n"
    assert said == ("" if kept else line)
    pixels, description = read_again(caplog)
    assert pixels.shape == (4, 9, 6) and description == (text if kept else "")


@pytest.mark.parametrize(
    ("program", "kept"), [("ImageJ", True), ("OME", False), ("tifffile", True)]
)
def test_another_depth_is_not_said_to_be_the_old_one(program, kept, caplog):
    text = written(program)
    said = succeed(*IDENTITY, "--depth", "float").stderr
    assert (said == "") == kept and (kept or said.endswith(": OME description\n"))
    pixels, description = read_again(caplog)
    assert pixels.shape == STACK.shape and pixels.dtype == np.float32
    assert description == (text if kept else "")


@pytest.mark.parametrize("program", ["OME", "tifffile"])
@pytest.mark.parametrize("shape", [(9, 8), (9, 8, 3), (2, 9, 8, 3), (1, 9, 8)])
def test_it_holds_for_colours_and_pages_of_every_number(program, shape, caplog):
    pixels = np.resize(STACK, shape)
    options = {"photometric": "rgb" if shape[-1] == 3 else "minisblack"}
    tifffile.imwrite("in.tif", pixels, ome=program == "OME", **options)
    assert succeed(*IDENTITY).stderr == ""
    assert np.array_equal(np.squeeze(read_again(caplog)[0]), np.squeeze(pixels))


def test_planes_are_written_as_channels_and_not_said_to_be_planes(caplog):
    pixels = np.ascontiguousarray(STACK[:3])
    tifffile.imwrite("in.tif", pixels, photometric="rgb", planarconfig="separate")
    assert succeed(*IDENTITY).stderr.endswith(": tifffile description\n")
    assert np.array_equal(read_again(caplog)[0], pixels.transpose(1, 2, 0))


@pytest.mark.parametrize("frame", [0, 1])
def test_a_description_in_words_is_of_the_page_that_it_stands_on(frame):
    for page in STACK[:2]:
        tifffile.imwrite("in.tif", page, append=True, description="a cell", metadata=None)
    assert succeed(*IDENTITY, "--frame", str(frame)).stderr == ""
    assert described("out.tif") == "a cell"


@pytest.mark.parametrize(
    "text", ['{"shape": "none"}', '{"shape": 3}', '{"shape":', '{"shape": {}}']
)
def test_one_that_only_begins_like_one_stops_nothing(text):
    tifffile.imwrite("in.tif", STACK[0], description=text, metadata=None)
    succeed(*IDENTITY)
    assert np.array_equal(tifffile.imread("out.tif", key=0), STACK[0])
