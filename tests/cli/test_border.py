"""The command border: where its grid comes from, and what it refuses."""

from pathlib import Path

import pytest

from ..cli_support import invoke, refused, save, succeed

pytestmark = pytest.mark.usefixtures("in_folder")


def test_a_file_stdin_and_rows_are_alike():
    Path("a.txt").write_text("# letters\nb c\ne f\n\n")
    given = ["border", "b, c; e f;", "--reach", "2x1", "--border", "symmetric"]
    wanted = "c b   b c   c b\n    +-----+\nc b | b c | c b\nf e | e f | f e\n"
    wanted += "    +-----+\nf e   e f   f e\n"
    assert succeed(*given).stdout == wanted
    assert succeed("border", "a.txt", *given[2:]).stdout == wanted
    assert succeed("border", "-", *given[2:], given=b"\xef\xbb\xbfb c\r\ne\tf").stdout == wanted


def test_the_defaults():
    assert succeed("border", "a b c", "--no-frame").stdout == "c b a b c b a\n" * 5


def test_constant():
    command = "border", "1 20", "--reach", "1x0", "--no-frame", "--border", "constant"
    assert succeed(*command).stdout == "0 1 20 0\n"
    assert succeed(*command, "--border-value", "v").stdout == "v 1 20 v\n"


def test_cells_in_quotes():
    """The columns are aligned, and what holds separators is in quotes again."""
    lines = ['"a b","1","c,d" # "a comment"', '"e ""f""" "#" g']
    Path("a.csv").write_text("\n".join(lines))
    printed = succeed("border", "a.csv", "--border", "replicate", "--reach", "1x0").stdout
    assert [line.split(" | ")[1] for line in printed.splitlines()[1:3]] == [
        '    "a b"   1 "c,d"',
        '"e ""f""" "#"     g',
    ]


@pytest.mark.parametrize(
    ("words", "line", "code"),
    [
        (["quoted.csv"], "quoted.csv:2: 1 cell, but the rows above have 2", 1),
        (["no.txt"], "no.txt: no such file; rows are written 'a b; c d'", 1),
        ([""], "'': no such file; rows are written 'a b; c d'", 1),
        (["."], ".: is a folder...", 1),
        (["a.png"], "a.png:1:1: not a text in UTF-8, found the byte 0x89", 1),
        (["b.csv"], "b.csv:2:3: in a file, blanks, tabs or commas split cells", 1),
        (["empty.txt"], "empty.txt: holds no cells", 1),
        (["1 2; 3"], "grid:2: 1 cell, but the rows above have 2", 1),
        (["a,,b"], "grid:1:3: a cell is missing", 1),
        (["a b", "--reach", "-1"], "--reach: -1 is not a whole number from 0 to 1000", 2),
        (["a b", "--border", "valid", "--no-frame"], "--no-frame goes without --border ...", 2),
        (["a b", "--reach", "1x"], "--reach: '1x' is neither a number nor WIDTHxHEIGHT", 2),
        (
            ["a b", "--border", "valid"],
            "a grid of 1 row x 2 columns has no cell on which a window of 5 rows x 5 columns fits",
            1,
        ),
    ],
)
def test_refused(words, line, code):
    save("a.png", 3, 3, 1)
    Path("quoted.csv").write_text('"a,b","c d"\n"e,f g"\n')
    Path("b.csv").write_text("1,2\n3,4;5\n")
    Path("empty.txt").write_text("\n# nothing\n")
    refused(line, "border", *words, code=code)


def test_a_grid_is_missing():
    assert invoke("border").exit_code == 2
