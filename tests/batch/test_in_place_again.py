"""A second run in place with --changed: no picture is filtered twice, whatever befell it."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgfilt import Blur, Gaussian, apply
from imgfilt.batch.record import NAME
from imgfilt.files import atomic

from ..cli_support import files, invoke, load, refused, save, succeed

GAUSSIAN = "gaussian", "--sigma", "2"
AGAIN = "--in-place", "--changed"


@pytest.fixture(autouse=True)
def pixels(in_folder):
    Path("e").mkdir()
    return {name: save(name, 9, 8, 3, seed=n) for n, name in enumerate(("e/a.png", "e/b.png"))}


def pictures(folder="e"):
    return {name: content for name, content in files(folder).items() if name.endswith("png")}


def lines(folder="e"):
    return [json.loads(line) for line in Path(folder, NAME).read_text().splitlines()]


@pytest.mark.parametrize("nameless", [True, False])
def test_the_line_has_the_digest_of_the_output_in_place_only(nameless, monkeypatch):
    if not nameless:  # as where the file system has no nameless files
        monkeypatch.setattr(atomic, "_O_TMPFILE", 0)
    succeed(*GAUSSIAN, "e", *AGAIN, "-j", "1")
    for line in lines():
        content = Path("e", line["output"]).read_bytes()
        assert line["content"] == hashlib.blake2b(content, digest_size=16).hexdigest()
    succeed(*GAUSSIAN, "e", "-o", "out/", "--changed")
    assert ["content" in line for line in lines("out")] == [False, False]


def touched():
    os.utime("e/a.png", ns=(5, 5))


def renamed():
    Path("e/a.png").rename("e/c.png")


def changed_over():
    Path("e/a.png").rename("e/c.png")
    Path("e/b.png").rename("e/a.png")


def copied():
    shutil.copyfile("e/a.png", "e/c.png")


def all_copied():
    shutil.copytree("e", "e2", copy_function=shutil.copyfile)
    shutil.rmtree("e")
    Path("e2").rename("e")
    for path in Path("e").glob("*.png"):
        os.utime(path, ns=(7, 7))


@pytest.mark.slow
@pytest.mark.parametrize("what", [touched, renamed, changed_over, copied, all_copied])
def test_a_picture_that_has_the_same_content_is_not_filtered_again(what):
    succeed(*GAUSSIAN, "e", *AGAIN)
    what()
    before = files("e")
    count = len(pictures())
    result = succeed(*GAUSSIAN, "e", *AGAIN)
    assert result.stderr == f"imgfilt: 0 written, 0 failed, {count} skipped\n"
    assert files("e") == before
    said = succeed(*GAUSSIAN, "e", *AGAIN, "-n").stdout.splitlines()
    assert [line.split()[0] for line in said[:count]] == ["skip"] * count


def test_a_picture_that_was_changed_since_is_filtered_again_and_counted():
    succeed(*GAUSSIAN, "e", *AGAIN)
    edited = np.array(load("e/a.png"))
    edited[0, 0] ^= 255
    Image.fromarray(edited).save("e/a.png")
    save("e/new.png", 9, 8, 3, seed=5)
    count = "imgfilt: 1 picture had been changed since the last time; filtered again\n"
    said = succeed(*GAUSSIAN, "e", *AGAIN).stderr
    assert said == count + "imgfilt: 2 written, 0 failed, 1 skipped\n"
    assert np.array_equal(load("e/a.png"), apply(Gaussian(sigma=2), edited))
    assert succeed(*GAUSSIAN, "e", *AGAIN).stderr == "imgfilt: 0 written, 0 failed, 3 skipped\n"


def test_with_another_filter_it_fails_and_without_changed_it_is_counted():
    succeed(*GAUSSIAN, "e", *AGAIN)
    touched()
    line = "e/a.png: was filtered before: gaussian --sigma 2; without --changed it is filtered..."
    refused(line, "median", "e/a.png", *AGAIN, code=1)
    said = succeed("median", "e/a.png", "--in-place").stderr
    assert said == "imgfilt: 1 picture had been filtered before; --changed filters none twice\n"


def test_other_pictures_are_filtered(pixels):
    """Those of another size aren't even read for it; of the same size, the content decides."""
    succeed(*GAUSSIAN, "e/a.png", *AGAIN)
    size = Path("e/a.png").stat().st_size
    for name, length in (("e/same.png", size), ("e/longer.png", size + 900)):
        pixels[name] = save(name, 5, 4, 3, seed=8)
        # What follows the end of a PNG doesn't count.
        content = Path(name).read_bytes()
        Path(name).write_bytes(content + bytes(length - len(content)))
    result = succeed(*GAUSSIAN, "e", *AGAIN)
    assert result.stderr.endswith("3 written, 0 failed, 1 skipped\n")
    for name, before in pixels.items():
        assert np.array_equal(load(name), apply(Gaussian(sigma=2), before)), name


def test_only_a_size_that_the_record_has_is_read(monkeypatch):
    from imgfilt.batch import record

    read = []
    content_digest = record.content_digest
    monkeypatch.setattr(
        record, "content_digest", lambda file: read.append(1) or content_digest(file)
    )
    succeed("blur", "e/a.png", *AGAIN)
    assert len(read) == 1  # of the output
    Path("e/b.png").write_bytes(Path("e/b.png").read_bytes() + bytes(999))
    succeed("blur", "e/a.png", *AGAIN)
    succeed("blur", "e/b.png", *AGAIN)
    assert len(read) == 2
    touched()
    succeed("blur", "e/a.png", *AGAIN)
    assert len(read) == 3


def test_a_line_without_a_digest_is_known_by_its_stamp_alone(pixels):
    succeed("blur", "e/a.png", *AGAIN)
    (line,) = lines()
    del line["content"]
    Path("e", NAME).write_text(json.dumps(line) + "\n")
    before = pictures()
    assert succeed("blur", "e/a.png", *AGAIN, "-v").stderr.count("it is unchanged") == 1
    assert pictures() == before
    touched()
    succeed("blur", "e/a.png", *AGAIN)
    assert np.array_equal(load("e/a.png"), apply(Blur(), apply(Blur(), pixels["e/a.png"])))


# A damaged record


def spoil(change, name=NAME):
    Path("e", name).write_bytes(change(Path("e", NAME).read_bytes().splitlines(keepends=True)))


GARBAGE = [
    b"\0\xff\n", b"[1]\n", b"null\n", b"{}\n", b"[" * 9999 + b"\n", b'{"version": 2, "outp\n',
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("at_end", [False, True])
def test_a_damaged_record_is_said_and_what_it_may_tell_of_is_not_filtered(garbage, at_end):
    succeed("blur", "e", *AGAIN, "-j", "1")
    one, _ = sorted(lines(), key=lambda line: line["output"])
    kept = json.dumps(one).encode() + b"\n"
    spoil(lambda found: kept + garbage if at_end else garbage + kept)
    before = files("e")
    result = invoke("blur", "e", *AGAIN)
    assert result.exit_code == 1
    damage = f"e/{NAME}: 1 line can't be read"
    why = f"it isn't known whether it was filtered before: {damage}; to filter it, remove that"
    assert result.stderr.splitlines() == [
        f"imgfilt: {damage}; pictures that no other line names are not filtered",
        f"imgfilt: e/b.png: {why} record or leave out --changed",
        "imgfilt: 0 written, 1 failed, 1 skipped",
    ]
    assert files("e") == before
    said = invoke("blur", "e", *AGAIN, "-n").stdout
    assert f"({why} record or leave out --changed)" in said
    Path("e", NAME).unlink()
    succeed("blur", "e/b.png", *AGAIN)
    assert files("e")["b.png"] != before["b.png"]


def test_a_record_that_cannot_be_read_at_all_is_damaged():
    Path("e/.imgfilt-far.jsonl").mkdir()
    line = "e/.imgfilt-far.jsonl: is a folder, not a regular file"
    result = invoke("blur", "e/a.png", *AGAIN)
    assert result.exit_code == 1
    assert f"e/a.png: it isn't known whether it was filtered before: {line};" in result.stderr


def test_without_changed_a_damaged_record_is_no_obstacle():
    Path("e", NAME).write_bytes(b"garbage\n")
    assert succeed("blur", "e/a.png", "--in-place").stderr == ""
    assert succeed("blur", "e/a.png", "-o", "e/c.png", "--changed").stderr == ""


@pytest.mark.parametrize("left", [1, 20, -1])
def test_a_line_that_was_cut_off_is_of_a_picture_that_was_not_replaced(left, pixels):
    """The line is written before the picture is replaced: so is it where a run is killed."""
    old = Path("e/b.png").read_bytes()
    succeed("blur", "e/a.png", *AGAIN)
    succeed("blur", "e/b.png", *AGAIN)
    Path("e/b.png").write_bytes(old)
    spoil(lambda found: found[0] + found[1][:left])
    for skipped in (1, 2):
        said = succeed("blur", "e", *AGAIN).stderr
        assert said == f"imgfilt: {2 - skipped} written, 0 failed, {skipped} skipped\n"
    for name, before in pixels.items():
        assert np.array_equal(load(name), apply(Blur(), before))
    # More may follow, and be cut off in their turn.
    old = save("e/c.png", 9, 8, 3, seed=9)
    Path("e", NAME).write_bytes(Path("e", NAME).read_bytes() + b"{")
    assert succeed("blur", "e", *AGAIN).stderr == "imgfilt: 1 written, 0 failed, 2 skipped\n"
    assert succeed("blur", "e", *AGAIN).stderr == "imgfilt: 0 written, 0 failed, 3 skipped\n"


# What differs


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ("", "--engine numpy", "gaussian --sigma 2; now with --engine numpy"),
        ("--linear", "", "gaussian --sigma 2 --linear; now without --linear"),
        ("--depth 16", "--depth 8", "gaussian --sigma 2 --depth 16; now with --depth 8"),
        (
            "--border wrap",
            "--strip",
            "gaussian --sigma 2 --border wrap; now with --strip and without --border",
        ),
        ("", "--mask m.png", "gaussian --sigma 2; now with --mask"),
        ("--mask m.png", "--mask n.png", "gaussian --sigma 2 --mask; now with another mask"),
    ],
)
def test_what_differs_is_said(then, now, said):
    save("m.png", 9, 8, 1, seed=5)
    save("n.png", 9, 8, 1, seed=6)
    succeed(*GAUSSIAN, *then.split(), "e/a.png", *AGAIN)
    line = f"e/a.png: was filtered before: {said}; without --changed it is filtered again"
    refused(line, *GAUSSIAN, *now.split(), "e/a.png", *AGAIN, code=1)


def test_the_earlier_run_can_be_pasted():
    Path("it's k.txt").write_text("1 2 1\n")
    chain = "convolve -k '0 1 0; 1 1 1; 0 1 0' --normalize | blur --size 3"
    quoted = (
        """chain 'convolve --kernel '"'"'0 1 0; 1 1 1; 0 1 0'"'"' --normalize | blur --size 3'"""
    )
    for words, name, said in (
        (["chain", chain], "e/a.png", quoted),
        (
            ["convolve", "-k", "it's k.txt", "--normalize"],
            "e/b.png",
            """convolve --kernel 'it'"'"'s k'...""",
        ),
    ):
        succeed(*words, name, *AGAIN)
        succeed(*words, name, *AGAIN)
        line = f"{name}: was filtered before: {said}".removesuffix("...")
        refused(f"{line}...", *GAUSSIAN, name, *AGAIN, code=1)


def test_another_kernel_of_one_name_is_said():
    Path("k.txt").write_text("1 2 3\n")
    command = "convolve", "-k", "k.txt", "e/a.png", *AGAIN, "-q"
    succeed(*command)
    Path("k.txt").write_text("1 2 4\n")
    how = "convolve --kernel k; now with another kernel of this name"
    refused(f"e/a.png: was filtered before: {how}; without...", *command, code=1)
