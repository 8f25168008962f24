"""Errors and notes: what `str` says, what the command prints, how they get to other processes."""

import pickle

from imgfilt.errors import ImageError, Note, ParameterError, command_note


def test_command_message_has_options_in_place_of_parameters():
    error = ParameterError("cell_width 0: wanted 1 or more", parameters=("cell_width",))
    assert str(error) == "cell_width 0: wanted 1 or more"
    assert error.command_message == "--cell-width 0: wanted 1 or more"


def test_prefix_keeps_its_words():
    error = ImageError("at 6,0: no such pixel", parameters=("at",))
    error.add_prefix("cat.png")
    error.add_prefix("at home")
    assert str(error) == "at home: cat.png: at 6,0: no such pixel"
    assert error.command_message == "at home: cat.png: --at 6,0: no such pixel"


def test_hint_is_for_the_command_alone():
    error = ImageError("PNG can't hold floats", parameters=("depth",), hint="see depth 16")
    assert str(error) == "PNG can't hold floats"
    assert error.command_message == "PNG can't hold floats; see --depth 16"


def test_pickled_error_is_the_same():
    error = ParameterError("zoom 1,2: too large", parameters=("zoom",), hint="see columns")
    error.add_prefix("a.png")
    error.add_note("line 3")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is ParameterError
    assert copy.command_message == error.command_message
    assert copy.notes == ("line 3",)


def test_note_has_options_in_the_command_only():
    note = pickle.loads(pickle.dumps(Note("alpha is kept, unless alpha no", ("alpha no",))))
    assert note == "alpha is kept, unless alpha no"
    assert command_note(note) == "alpha is kept, unless --alpha no"
    assert command_note("alpha no") == "alpha no"


def test_text_before_a_note_is_kept():
    note = Note("without changed it is filtered again", ("changed",)).after("changed.png: ")
    note = pickle.loads(pickle.dumps(note))
    assert note == "changed.png: without changed it is filtered again"
    assert command_note(note) == "changed.png: without --changed it is filtered again"
    error = ImageError(note, hint=Note("output o/ takes it", ("output",)))
    assert str(error) == note
    assert error.full_note == f"{note}; output o/ takes it"
    assert error.command_message == f"{command_note(note)}; -o o/ takes it"


def test_a_hint_without_parameters_is_for_the_command_alone():
    error = ImageError("o/a.png: there is no folder o", hint="mkdir -p o makes it, or -o o/")
    assert error.full_note == "o/a.png: there is no folder o"
    assert error.command_message.endswith("; mkdir -p o makes it, or -o o/")
