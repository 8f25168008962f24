"""Rows of a text: words, their columns, and what ends a line."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from imgfilt.errors import ImageError
from imgfilt.rows import Line, format_word, iter_lines

LINES = st.text(st.sampled_from(' \t,"#/.x1\u00e9'), max_size=20)
CELLS = st.text(st.sampled_from(' \t,"#;1x'), max_size=6)


@given(LINES)
def test_words_are_the_tokens(text):
    line = Line("", 1, text, ImageError)
    if not line.content:
        return
    assert line.words == [token.text for token in line.tokens]
    for word, column in line.tokens:
        rest = text[column - 1 :]
        if not rest.startswith(word) or {*" \t,#"} & {*word}:
            assert text[column - 2] == '"'
            assert rest.startswith(word.replace('"', '""') + '"')


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_cells_in_quotes_are_those_of_a_spreadsheet(cells):
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerow(cells)
    for comment in ("", '# of "cells", 1'):
        line = Line("", 1, stream.getvalue().rstrip() + comment, ImageError)
        assert line.words == cells


@given(st.lists(CELLS.filter(len), min_size=1, max_size=5))
def test_written_cells_are_read(cells):
    assert Line("", 1, " ".join(map(format_word, cells)), ImageError).words == cells


@given(st.lists(LINES), st.sampled_from(["\n", "\r\n"]))
def test_lines_are_numbered(texts, end):
    found = list(iter_lines("\ufeff" + end.join(texts), "", ImageError))
    wanted = [n for n, text in enumerate(texts, 1) if text.partition("#")[0].strip(" \t")]
    assert [line.number for line in found] == wanted
    assert [line.text for line in found] == [texts[number - 1] for number in wanted]


def test_other_white_space_is_part_of_a_word():
    (line,) = iter_lines("1\x0b2\x0c3\u00a04\u20285", "", ImageError)
    assert line.words == [line.text]
