"""Rows of a text: words, their columns, and what ends a line."""

from hypothesis import given
from hypothesis import strategies as st

from imgfilt.errors import ImageError
from imgfilt.rows import Line, iter_lines

LINES = st.text(st.sampled_from(' \t,"#/.x1\u00e9'), max_size=20)


@given(LINES)
def test_words_are_the_tokens(text):
    line = Line("", 1, text, ImageError)
    if not line.content:
        return
    assert line.words == [token.text for token in line.tokens]
    for word, column in line.tokens:
        assert text[column - 1 :].startswith(word)
        assert not {*" \t,#"} & {*word}


@given(st.lists(LINES), st.sampled_from(["\n", "\r\n"]))
def test_lines_are_numbered(texts, end):
    found = list(iter_lines("\ufeff" + end.join(texts), "", ImageError))
    wanted = [n for n, text in enumerate(texts, 1) if text.partition("#")[0].strip(" \t")]
    assert [line.number for line in found] == wanted
    assert [line.text for line in found] == [texts[number - 1] for number in wanted]


def test_other_white_space_is_part_of_a_word():
    (line,) = iter_lines("1\x0b2\x0c3\u00a04\u20285", "", ImageError)
    assert line.words == [line.text]
