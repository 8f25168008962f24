"""A command that can't be meant is answered by one that can, in a line that can be pasted."""

import os
import re
import shlex

import numpy as np
import pytest

from imgfilt.cli.command_answers import find_command
from imgfilt.cli.synonyms import COMMAND_WORDS, DESTRUCTIVE, OPTIONS
from imgfilt.filters import FILTERS
from imgfilt.kernel.preset_table import list_preset_names

from ..cli_support import files, invoke, load, refused, run, save, succeed

OF_PICTURES = {*FILTERS, "compare"}
PRINTS = {word for word, line in COMMAND_WORDS.items() if line.split()[0] not in OF_PICTURES}
WORDS = sorted({*COMMAND_WORDS, *list_preset_names()} - {*FILTERS, *PRINTS})

# What is typed; the line; the command below it.
TABLE = r"""
# A word that is no command
sharpen a.png -o o.png
    no command sharpen
    imgfilt convolve a.png --kernel sharpen -o o.png
denoise a.png -o o.png --strength 3
    no command denoise
    imgfilt nlmeans a.png -o o.png --strength 3
gausian a.png -o o.png
    no command gausian; did you mean gaussian?
    imgfilt gaussian a.png -o o.png
a.png gaussian -o o.png
    the filter comes before the inputs
    imgfilt gaussian a.png -o o.png
-q blur a.png -o o.png
    -q stands after the command
    imgfilt blur -q a.png -o o.png
SobelX a.png -o o.png
    no command SobelX
    imgfilt convolve a.png --kernel sobel-x -o o.png
kernel flip sobel-x
    no command kernel flip
    imgfilt kernel show sobel-x --flipped
# An option of another program, or of another filter
blur a.png --radius 8 -o o.png
    no option --radius: sizes are full sides, 2 * radius + 1
    imgfilt blur a.png --size 17 -o o.png
gaussian a.png --radius 2.5 -o o.png
    no option --radius; did you mean --sigma 2.5?
    imgfilt gaussian a.png --sigma 2.5 -o o.png
gaussian a.png --values abs -o o.png
    gaussian has no --values; convolve and edges have
    imgfilt convolve --help
blur a.png -s 3,5 --labels --caption-position below -o o.png
    no option --labels: --letters writes (a), (b), and --captions places the captions
    imgfilt blur a.png -s 3,5 --letters --captions below -o o.png
kernel show sobel-x --surface
    no option --surface: kernel plot --as surface draws a kernel so
    imgfilt kernel show sobel-x
blur a.png --sigma 8 -o o.png
    blur has no --sigma; gaussian has
    imgfilt gaussian a.png --sigma 8 -o o.png
convolve a.png -k average:3 --norm -o o.png
    no option --norm; did you mean --normalize?
    imgfilt convolve a.png -k average:3 --normalize -o o.png
blur a.png --mask m.png --invert -o o.png
    no option --invert; did you mean --mask-invert?
    imgfilt blur a.png --mask m.png --mask-invert -o o.png
blur a.png --resume -o o.png
    no option --resume; did you mean --skip-existing?
    imgfilt blur a.png --skip-existing -o o.png
blur a.png --newer -o o.png
    no option --newer; did you mean --changed?
    imgfilt blur a.png --changed -o o.png
blur a.png --overwrite -o o.png
    no option --overwrite: an existing output is replaced; --skip-existing leaves it
    imgfilt blur a.png -o o.png
blur a.png --log x.json -o o.png
    no option --log: --report FILE writes a line of JSON for each picture; 2> FILE the messages
    imgfilt blur a.png --report x.json -o o.png
blur a.png -s 3,5 --font-size 12 -o o.png
    no option --font-size: --caption-size is a length in print, 9pt if it isn't given
    imgfilt blur a.png -s 3,5 --caption-size 12 -o o.png
blur a.png -s 3,5 --caption-position below -o o.png
    no option --caption-position; did you mean --captions below?
    imgfilt blur a.png -s 3,5 --captions below -o o.png
blur a.png -s 3,5 --no-labels -o o.png
    no option --no-labels; did you mean --captions none?
    imgfilt blur a.png -s 3,5 --captions none -o o.png
blur a.png -s 3,5 --width 12cm -o o.png
    no option --width; did you mean --figure-width 12cm?
    imgfilt blur a.png -s 3,5 --figure-width 12cm -o o.png
blur a.png -s 3,5 --width=120 -o o.png
    no option --width; did you mean --cell-width 120?
    imgfilt blur a.png -s 3,5 --cell-width 120 -o o.png
blur a.png -s 3,5 --metrics m.csv -o o.png
    no option --metrics; did you mean --table m.csv?
    imgfilt blur a.png -s 3,5 --table m.csv -o o.png
kernel plot gaussian:9,1 --3d -o o.png
    no option --3d; did you mean --as surface?
    imgfilt kernel plot gaussian:9,1 --as surface -o o.png
blur a.png --report -o out/
    --report: a value is missing; wanted --report FILE
    imgfilt blur --help
# A command that Click would refuse isn't suggested
sobel a.png --size 3 -o o.png
    no command sobel
    imgfilt edges --help
# A misspelt option
gaussian a.png --sgma 2 -o o.png
    no option --sgma; did you mean --sigma?
    imgfilt gaussian a.png --sigma 2 -o o.png
blur a.png -s 3,5 --titel 'a b' -o o.png
    no option --titel; did you mean --title?
    imgfilt blur a.png -s 3,5 --title 'a b' -o o.png
# One dash before a long name
gaussian a.png -sigma 2 -o o.png
    no option -sigma; did you mean --sigma?
    imgfilt gaussian a.png --sigma 2 -o o.png
blur a.png -size=5 -quality 70 -o o.jpg
    no option -size; did you mean --size?
    imgfilt blur a.png --size 5 --quality 70 -o o.jpg
blur a.png -radius 5 -output o.png
    no option -radius: sizes are full sides, 2 * radius + 1
    imgfilt blur a.png --size 11 --output o.png
compare a.png median -size 3 blur -s3 -o o.png
    no option -size; a filter and its options stand in quotes, such as 'median --size 3'
    imgfilt compare a.png 'median --size 3' 'blur -s3' -o o.png
blur a.png -xyz 5 -o o.png
    no option -xyz
    imgfilt blur --help
blur a.png -qu -o o.png
    no option -u
    imgfilt blur --help
# A word that is no border
blur a.png --border mirror -o o.png
    --border: no 'mirror'; did you mean reflect (c b | a b c d | c b)?
    imgfilt blur a.png --border reflect -o o.png
blur a.png --border=edge -o o.png
    --border: no 'edge'; did you mean replicate (a a | a b c d | d d)?
    imgfilt blur a.png --border=replicate -o o.png
blur a.png -s 3,5 --border copy --title copy -o o.png
    --border: no 'copy'; did you mean replicate (a a | a b c d | d d)?
    imgfilt blur a.png -s 3,5 --border replicate --title copy -o o.png
# A number, a filter or an output among the inputs
blur a.png -s 3,5 --difference 5x5 -o o.png
    5x5: no such file; a number needs its option
    imgfilt blur --help
blur 0x8 a.png -o o.png
    0x8: no such file; a number needs its option
    imgfilt gaussian a.png --sigma 8 -o o.png
median a.png 5x3 -o o.png
    5x3: no such file; a number needs its option
    imgfilt median a.png --size 5x3 -o o.png
gaussian -r 8 a.png -o o.png
    8: no such file; -r takes folders below folders
    imgfilt gaussian --sigma 8 a.png -o o.png
gaussian a.png 3 -o o.png
    3: no such file; a number needs its option
    imgfilt gaussian a.png --sigma 3 -o o.png
blur a.png --size 21 x 1 -o o.png
    --size: a value stands in one word: --size 21x1
    imgfilt blur a.png --size 21x1 -o o.png
bilateral --diameter 5 9 a.png -o o.png
    --diameter: a value stands in one word: --diameter 5,9
    imgfilt bilateral --diameter 5,9 a.png -o o.png
gaussian 3 a.png --sigma 2 -o o.png
    3: no such file; a number needs its option
    imgfilt gaussian --help
blur a.png 5 x 5 -o o.png
    5: no such file; a number needs its option
    imgfilt blur --help
nlmeans a.png --patch 3 x 3 -o o.png
    3: no such file; a number needs its option
    imgfilt nlmeans --help
blur a.png --size 5 median --size 3 -o o.png
    2 filters in one command: blur, median
    imgfilt chain a.png 'blur --size 5' 'median --size 3' -o o.png
blur a.png median -o o.png
    2 filters in one command: blur, median
    imgfilt chain a.png blur median -o o.png
compare a.png median --size 3 -o o.png
    no option --size; a filter and its options stand in quotes, such as 'median --size 3'
    imgfilt compare a.png 'median --size 3' -o o.png
chain a.png median --size 3 '|' gaussian --sigma 1 -o o.png
    no option --size; a filter and its options stand in quotes, such as 'median --size 3'
    imgfilt chain a.png 'median --size 3' 'gaussian --sigma 1' -o o.png
compare a.png median --size 3 '|' blur -o o.png
    no option --size; a filter and its options stand in quotes, such as 'median --size 3'
    imgfilt compare a.png 'median --size 3 | blur' -o o.png
compare a.png 'median --size 3' 'A=blur --size 3' --border wrap -o o.png
    --border stands inside the SPEC
    imgfilt compare a.png 'median --size 3 --border wrap' 'A=blur --size 3 --border wrap' -o o.png
compare a.png 'median --size 3' -s 5 -o o.png
    no option -s
    imgfilt compare --help
compare a.png 'convolve -k sobel-x' --values abs --engine numpy -o o.png
    --values stands inside the SPEC
    imgfilt compare a.png 'convolve -k sobel-x --values abs --engine numpy' -o o.png
compare a.png 'median(3)' -o o.png
    compare: 'median(3)' is no file and no SPEC; did you mean 'median --size 3'?
    imgfilt compare a.png 'median --size 3' -o o.png
compare a.png 'Median size=3' -o o.png
    compare: 'Median size=3' is no file and no SPEC; did you mean 'median --size 3'?
    imgfilt compare a.png 'median --size 3' -o o.png
compare a.png 'A: median --size 3' -o o.png
    compare: 'A: median --size 3' is no file and no SPEC; did you mean 'A=median --size 3'?
    imgfilt compare a.png 'A=median --size 3' -o o.png
chain a.png 'Median --size=3' -o o.png
    chain: 'Median --size=3' is no file and no SPEC; did you mean 'median --size=3'?
    imgfilt chain a.png 'median --size=3' -o o.png
chain a.png 'A: median(3)' -o o.png
    chain: 'A: median(3)' is no file and no SPEC; did you mean 'median --size 3'?
    imgfilt chain a.png 'median --size 3' -o o.png
compare a.png 'median:3' 'gaussian(1.5)' -o o.png
    compare: 'median:3' is no file and no SPEC; did you mean 'median --size 3'?
    imgfilt compare a.png 'median --size 3' 'gaussian --sigma 1.5' -o o.png
compare a.png 'median --size 3, gaussian --sigma 1' -o o.png
    'median --size 3, gaussian --sigma 1': did you mean 'median --size 3 | gaussian --sigma 1'?
    imgfilt compare a.png 'median --size 3 | gaussian --sigma 1' -o o.png
blur a.png o.png
    no output is named: -o is missing
    imgfilt blur a.png -o o.png
blur a.png
    no output is named: -o is missing
    imgfilt blur a.png -o a-blur.png
blur a.png folder
    no output is named: -o is missing
    imgfilt blur a.png folder -o out/
gaussian *.png --sigma 2
    no output is named: -o is missing
    imgfilt gaussian '*.png' --sigma 2 -o out/
compare a.png blur
    no output is named: -o is missing
    imgfilt compare a.png blur -o figure.png
gaussian -rf.png -o o.png
    -rf.png is a file here, and was read as options
    imgfilt gaussian ./-rf.png -o o.png
gaussian a.png --sigma 1 --sigma 2 --sigma 4 -o o.png
    --sigma: given 3 times; it takes one value; a list makes a figure
    imgfilt gaussian a.png --sigma 1,2,4 -o o.png
"""


def rows():
    for row in re.split(r"\n(?=[^ ])", TABLE.strip()):
        if not row.startswith("#"):
            typed, line, command = map(str.strip, row.split("\n"))
            yield pytest.param(shlex.split(typed), line, command, id=typed)


@pytest.mark.parametrize(("words", "line", "command"), list(rows()))
def test_the_answer_can_be_pasted(in_folder, words, line, command):
    save("a.png", 24, 26, 3)
    save("m.png", 24, 26, 1)
    save("-rf.png", 24, 26, 3)
    (in_folder / "folder").mkdir()
    save("folder/b.png", 24, 26, 3)
    before = files()
    result = invoke(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"imgfilt: {line}\n  {command}\n"
    assert files() == before
    succeed(*shlex.split(command)[1:])


@pytest.mark.parametrize("word", WORDS)
def test_the_command_for_a_word_runs(in_folder, word):
    save("a.png", 20, 24, 3)
    result = invoke(word, "a.png", "-o", "b.png")
    assert result.exit_code == 2
    line, command = result.stderr.splitlines()
    assert line == f"imgfilt: no command {word}"
    program, *words = shlex.split(command)
    assert program == "imgfilt"
    succeed(*words)
    assert load("b.png").size >= 20 * 24


@pytest.mark.parametrize("word", sorted(PRINTS - {"pad"}))
def test_the_command_for_a_word_prints(in_folder, word):
    save("a.png", 20, 24, 3)
    *_, command = invoke(word, "a.png").stderr.splitlines()
    succeed(*shlex.split(command)[1:])
    *_, command = invoke(word).stderr.splitlines()
    assert " -o " not in command


def test_a_grid_that_is_padded(in_folder):
    (in_folder / "a.txt").write_text("a b\n")
    *_, command = invoke("pad", "a.txt").stderr.splitlines()
    assert succeed(*shlex.split(command)[1:]).stdout.splitlines()[3] == "a b | a b | a b"


def test_an_option_without_its_value(in_folder):
    save("a.png", 5, 5, 1)
    refused(
        "--sigma: a value is missing; wanted --sigma NUMBER|WxH", "gaussian", "a.png", "--sigma"
    )


def test_a_list_as_in_other_programs(in_folder):
    save("a.png", 5, 5, 1)
    (in_folder / "list").write_text("a.png\n")
    result = invoke("blur", "@list", "-o", "out/")
    assert result.stderr == (
        "imgfilt: @list: no such file; --files-from reads a list\n"
        "  imgfilt blur --files-from list -o out/\n"
    )


def test_a_picture_as_a_list(in_folder):
    save("a.png", 5, 5, 1)
    line = "--files-from a.png: is a PNG picture, not a list"
    refused(line, "blur", "--files-from", "a.png", "-o", "out/")


def test_a_name_that_begins_with_digits_stays(in_folder):
    save("2024.png", 5, 5, 1)
    *_, command = invoke("blur", "--overwrite", "2024.png", "-o", "b.png").stderr.splitlines()
    assert command == "  imgfilt blur 2024.png -o b.png"


def test_a_page_as_in_other_programs(in_folder):
    save("a.png", 5, 5, 1)
    line = "a.png[2]: no such file; --frame 2 takes that page of a.png"
    refused(line, "blur", "a.png[2]", "-o", "b.png", code=1)
    line = "c.png[2]: no such file, and as a pattern it matches none"
    refused(line, "blur", "c.png[2]", "-o", "b.png", code=1)


def test_a_device_as_the_output(in_folder):
    save("a.png", 5, 5, 1)
    way = f"-f png -o - > {os.devnull} writes to it"
    line = f"{os.devnull}: is a device, not a regular file; {way}"
    refused(line, "blur", "a.png", "-o", os.devnull)


def test_a_word_without_a_meaning():
    assert find_command("frobnicate") is None
    done = run("frobnicate", "a.png")
    assert done.returncode == 2
    assert done.stderr.decode() == "imgfilt: no command frobnicate\n  imgfilt --help\n"


@pytest.mark.parametrize("option", ["--gray", "--include-all-the-rest", "--in-plac", "--xyz"])
def test_an_option_without_a_meaning_names_no_other(in_folder, option):
    """Least of all `--in-place`, which replaces the only copy of a picture."""
    line = invoke("blur", "a.png", option, "-o", "b.png").stderr.splitlines()[0]
    assert line.startswith(f"imgfilt: no option {option}")
    assert "did you mean" not in line
    assert "--in-place" not in line


def test_no_word_means_what_destroys():
    targets = {meaning.target for meanings in OPTIONS.values() for meaning in meanings}
    assert not targets & DESTRUCTIVE
    assert not any("--in-place" in meaning.why for rows in OPTIONS.values() for meaning in rows)


def test_every_target_exists(in_folder):
    """An option that is named as the meaning of another one is an option of some command."""
    helps = [invoke(name, "--help").stdout for name in (*FILTERS, "compare")]
    helps += [invoke("kernel", name, "--help").stdout for name in ("show", "plot")]
    known = set(re.findall(r"--[a-z-]+", " ".join(helps)))
    targets = {meaning.target for meanings in OPTIONS.values() for meaning in meanings}
    assert {target.split()[0] for target in targets if target} <= known


def test_suggested_names_are_quoted(in_folder):
    save("a.png", 5, 6, 1)
    save("b.png", 5, 6, 1)
    line = "my out/x.png: there is no folder my out; mkdir -p 'my out' makes it"
    refused(line, "blur", "a.png", "-o", "my out/x.png", code=1)
    line = "my x: a suffix is missing; wanted such as 'my x.png' or, for a folder, 'my x/'"
    refused(line, "blur", "a.png", "-o", "my x")
    hint = "name a folder, such as out/, or a template: 'my out/{stem}-x.png'"
    line = f"a.png and b.png would have the same output, my out/x.png; {hint}"
    refused(line, "blur", "a.png", "b.png", "-o", "my out/x.png")


def test_odd_names_are_quoted(in_folder):
    save("it's\n.png", 5, 6, 1)
    done = run("sharpen", "it's\n.png", "-o", "b.png")
    assert done.stderr.decode().splitlines()[1:] == [
        r"  imgfilt convolve $'it\x27s\x0a.png' --kernel sharpen -o b.png"
    ]


def test_stdin_alone_goes_to_stdout(in_folder):
    save("a.png", 5, 6, 3)
    with open("a.png", "rb") as stream:
        done = run("blur", "-", stdin=stream)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"\x89PNG")


def test_the_other_spelling(in_folder):
    save("a.png", 5, 6, 3)
    for option in ("--normalize", "--normalise"):
        succeed("convolve", "a.png", "-k", "1 1 1", option, "-o", f"{option}.png")
    assert (load("--normalize.png") == load("--normalise.png")).all()


def test_a_number_in_a_spec(in_folder):
    save("a.png", 5, 6, 3)
    line = "'median 3': a number needs its option: 'median --size 3'"
    refused(line, "chain", "a.png", "median 3", "gaussian", "-o", "b.png")


def test_a_reference_among_the_rows(in_folder):
    for name in ("a.png", "b.png"):
        save(name, 25, 26, 3)
    rows = "compare", "Noisy=a.png", "Reference=b.png", "blur"
    way = "as the clean picture: --reference b.png --show-reference"
    line = f"Reference=b.png is a row of its own; {way}"
    assert f"imgfilt: {line}\n" in succeed(*rows, "-o", "c.png").stderr
    assert line not in succeed(*rows, "--reference", "b.png", "-o", "c.png").stderr


def test_a_typeface_instead_of_a_file(in_folder, monkeypatch):
    save("a.png", 25, 26, 3)
    for name in ("LiberationSerif-Bold", "LiberationSerif-Regular", "Mono"):
        (in_folder / "fonts").mkdir(exist_ok=True)
        (in_folder / "fonts" / f"{name}.ttf").touch()
    monkeypatch.setattr("imgfilt.cli.installed_fonts._OTHER_FOLDERS", ("fonts",))
    monkeypatch.setattr("imgfilt.cli.installed_fonts._FOLDERS", {})
    command = "blur", "a.png", "-s", "3,5", "-o", "b.png", "--font"
    found = os.path.join("fonts", "LiberationSerif-Regular.ttf")
    line = f"--font Times: no such file; an installed font like it is {found}"
    refused(line, *command, "Times")
    refused("--font Wingdings: no such file", *command, "Wingdings")
    refused("--font x/Times: no such file", *command, "x/Times")


def test_lines_of_a_list_that_are_no_names(in_folder):
    for name in ("a.png", "# b.png"):
        save(name, 5, 6, 3)
    (in_folder / "list").write_text('# list\na.png\n# b.png\n  a.png\n"a.png"\nmissing.png\n')
    result = invoke("blur", "--files-from", "list", "-o", "out/")
    assert result.exit_code == 1
    hint = "no such file; a line of the list is a name, to the letter"
    for name in ("# list", "  a.png", '"a.png"'):
        assert f"imgfilt: {name}: {hint}\n" in result.stderr
    assert "imgfilt: missing.png: no such file\n" in result.stderr
    assert {"out/a.png", "out/# b.png"} <= set(files())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"SIMPLE  =                    T",
            "is a FITS file, which isn't read; in Python, .*getdata",
        ),
        (b"\x89HDF\r\n\x1a\n", "is an HDF5 file, which isn't read; in Python, .*h5py"),
        (bytes(128) + b"DICM\x02", "is a DICOM file, which isn't read; in Python, .*pydicom"),
    ],
)
def test_files_of_science(in_folder, content, said):
    (in_folder / "a.dat").write_bytes(content)
    result = invoke("blur", "a.dat", "-o", "b.tif")
    assert result.exit_code == 1
    assert re.match(f"imgfilt: a.dat: {said}.* makes a picture of it\n$", result.stderr)


def test_an_archive_of_arrays(in_folder):
    np.savez("a.npz", image=np.zeros((5, 6), np.uint8))
    way = "numpy.save('a.npy', numpy.load(path)['image']) makes a picture of it"
    line = f"a.npz: is an .npz, an archive of arrays; in Python, {way}"
    refused(line, "blur", "a.npz", "-o", "b.tif", code=1)
