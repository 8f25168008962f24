"""Several inputs of `compare` are rows: how they are named, and where captions stand."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from ..cli_support import posix, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")

ORIGINAL, BLURRED = "Original", "Soft"


def compare(*words):
    """Return the level and the turned lines of text of a comparison with one filter."""
    succeed("compare", *words, f"{BLURRED}=blur", "-q", "-o", "figure.svg")
    root = ElementTree.parse("figure.svg").getroot()
    texts = [item for item in root.iter() if item.tag.endswith("}text")]
    turned = [item.text for item in texts if "rotate" in item.get("transform", "")]
    return [item.text for item in texts if item.text not in turned], turned


def save_pictures(*names):
    for name in names:
        Path(name).parent.mkdir(exist_ok=True)
        save("made.png", 9, 12, 3)
        Path("made.png").rename(name)


def test_rows_have_the_names_of_files():
    save_pictures("a.png", "b.png")
    assert compare("a.png", "b.png") == ([ORIGINAL, BLURRED], ["a", "b"])


def test_names_that_differ_by_their_suffixes_keep_them():
    save_pictures("a.png", "x/a.PNG")
    assert compare("a.png", "x/a.PNG")[1] == ["a.png", "a.PNG"]


@pytest.mark.parametrize("name", ["Camera", "Two words", "<b> & 'c'", "x=y", "σ × µ"])
def test_a_row_with_a_given_name(name):
    save_pictures("a.png", "b.png")
    assert compare("a.png", f"{name}=b.png")[1] == ["a", name]


@posix
def test_a_file_whose_name_holds_an_equals_sign():
    save_pictures("a=b.png", "b.png")
    assert compare("a=b.png", "b.png")[1] == ["a=b", "b"]
    assert compare("c=a=b.png", "b.png")[1] == ["c", "b"]


def test_the_name_of_a_single_input_is_the_caption_of_its_cell():
    save_pictures("a.png")
    assert compare("Noisy=a.png") == (["Noisy", BLURRED], [])
    assert compare("Noisy=a.png", "--no-original") == ([BLURRED], ["Noisy"])
    assert compare("a.png") == ([ORIGINAL, BLURRED], [])


def test_columns_that_are_no_rows_of_inputs():
    save_pictures("a.png", "b.png")
    level, turned = compare("a.png", "B=b.png", "--columns", "3", "--cell-width", "300")
    assert level == [f"{label}: {cell}" for label in "aB" for cell in (ORIGINAL, BLURRED)]
    assert turned == []
    assert compare("a.png", "b.png", "--columns", "2")[1] == ["a", "b"]


def test_the_rows_of_a_folder():
    save_pictures("in/a.png", "in/b.png")
    assert compare("in")[1] == ["a", "b"]


@pytest.mark.parametrize("inputs", [["x=a.png", "y=a.png"], ["x=a.png", "./a.png", "y=./a.png"]])
def test_an_input_has_one_name(inputs):
    save_pictures("a.png")
    message = f"{inputs[-1]}: this input is there already, and is taken once"
    refused(message, "compare", *inputs, "blur", "-o", "b.png")


def test_a_name_of_a_file_that_is_missing():
    save_pictures("a.png")
    refused(
        "x=b.png: no such file...", "compare", "a.png", "x=b.png", "blur", "-o", "c.png", code=1
    )


@pytest.mark.parametrize("option", ["--inset", "--zoom"])
def test_a_part_that_is_outside_of_one_input_is_said_before_any_work(option, monkeypatch):
    save_pictures("a.png")
    save("b.png", 9, 5, 3)
    monkeypatch.setattr("imgfilt.batch.picture_cells.run_chain", None)
    words = "compare", "a.png", "b.png", "blur", option, "4,2,3,3", "-o", "c.png"
    refused(f"b.png: {option} 4,2,3,3 does not lie inside the picture of 5 x 9", *words, code=1)


def test_the_name_of_standard_input():
    save_pictures("a.png", "b.png")
    content = Path("a.png").read_bytes()
    words = ["compare", "Seen=-", "b.png", f"{BLURRED}=blur", "-q"]
    succeed(*words, "-o", "c.svg", given=content)
    succeed("compare", "Seen=a.png", *words[2:], "-o", "d.svg")
    texts = [
        [item.text for item in ElementTree.parse(path).iter() if item.tag.endswith("}text")]
        for path in ("c.svg", "d.svg")
    ]
    assert "Seen" in texts[0]
    assert texts[0] == texts[1]
