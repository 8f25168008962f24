"""The errors that a user can cause, notes and a warning; this module imports nothing.

The command prints an error as one line and turns its kind into an exit code (cli/).
"""

# What people type for these parameters; the others have long options only.
_SHORT = {"output": "-o", "format": "-f", "recursive": "-r"}


def name_options(text: str, parameters: "tuple[str, ...]") -> str:
    """Return a text in which the first `cell_width` is `--cell-width`, and so on."""
    for name in parameters:
        text = text.replace(name, _SHORT.get(name, f"--{name.replace('_', '-')}"), 1)
    return text


class Note(str):
    """A line for the user that names parameters; the command prints options instead of them.

    `Note(text, parameters)` has the names of parameters as ImgfiltError has them; `Note(note)` is
    the same note.

    Attributes
    ----------
    command_text : str
        The line as the command prints it.

    Examples
    --------
    >>> note = Note("fast has no effect", ("fast",))
    >>> note, note.command_text
    ('fast has no effect', '--fast has no effect')
    """

    command_text: str

    def __new__(cls, text: str, parameters: "tuple[str, ...]" = ()) -> "Note":
        """Return a text as a Note."""
        note = super().__new__(cls, text)
        note.command_text = name_options(command_note(text), parameters)
        return note

    def after(self, text: str) -> "Note":
        """Return the note after a text that names no parameters, such as the name of a file."""
        return _pair(text + self, text + self.command_text)

    def exchange(self, old: str, new: str) -> "Note":
        """Return the note with another text in place of a text."""
        return _pair(self.replace(old, new), self.command_text.replace(old, new))


def _pair(text: str, command_text: str) -> Note:
    note = Note(text)
    note.command_text = command_text
    return note


def command_note(note: str) -> str:
    """Return a note as the command prints it; a text that is no Note stays as it is."""
    return note.command_text if isinstance(note, Note) else note


class ImgfiltError(Exception):
    """An error that a user can cause: one line that stands on its own.

    A note (`add_note`) is shown below it: the line of a file with the error, and a caret.

    Parameters
    ----------
    message : str
        What was found, and what was wanted; a Note has its own parameters.
    parameters : tuple of str
        Names of parameters in the message and in the hint. The command prints an option instead
        of the first of each: `--cell-width` for `cell_width`.
    hint : str
        Advice for users of the command, or a Note. `str` leaves the hint out: a caller from Python
        may not have the parameter that it names.

    Examples
    --------
    >>> error = ImgfiltError("PNG can't hold floats", parameters=("depth",), hint="see depth 16")
    >>> str(error), error.command_message
    ("PNG can't hold floats", "PNG can't hold floats; see --depth 16")
    """

    def __init__(self, message: str = "", *, parameters: "tuple[str, ...]" = (), hint: str = ""):
        super().__init__(Note(message, parameters))
        self.parameters, self.hint, self.prefix = parameters, hint, ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.args[0]}"

    def add_prefix(self, name: str) -> None:
        """Put the name of the input, output or option that the error is about before its line.

        A message `:3:5: ...`, which begins with a line and a column, follows the name at once.
        """
        has_place = not self.prefix and self.args[0].startswith(":")
        self.prefix = name if has_place else f"{name}: {self.prefix}"

    @property
    def full_note(self) -> Note:
        """The line with the hint; the one for Python has only a hint that names a parameter."""
        line = Note(self.args[0]).after(self.prefix)
        hint = Note(self.hint, self.parameters)
        if not hint:
            return line
        text = f"{line}; {hint}" if hint != hint.command_text else line
        return _pair(text, f"{line.command_text}; {hint.command_text}")

    @property
    def command_message(self) -> str:
        """The line as the command prints it: with options for parameters, and with the hint."""
        return self.full_note.command_text

    @property
    def notes(self) -> "tuple[str, ...]":
        """The lines to show below the error."""
        return tuple(getattr(self, "__notes__", ()))


class ParameterError(ImgfiltError, ValueError):
    """A parameter, an option or a combination of them can't be used."""


class KernelError(ParameterError):
    """A kernel's text, file, preset or origin can't be used."""


class CommandError(ParameterError):
    """A command is impossible as a whole: its outputs collide, or a target can't exist."""


class EngineError(ImgfiltError):
    """An engine can't filter this picture in this way, or isn't on this machine."""


class ImageError(ImgfiltError):
    """An input can't be read, or its picture doesn't fit the options."""


class OutputError(ImgfiltError):
    """An output can't be written."""


class ClippedWarning(UserWarning):
    """Values were clipped: they fell outside the range of the picture's depth."""
