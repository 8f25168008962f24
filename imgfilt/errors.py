"""The ways in which imgfilt can fail on what a user gave it; imports nothing.

The command line turns each kind into one line and an exit code, in one place (cli/).
"""


class ImgfiltError(Exception):
    """Anything that a user can cause; its text is one line that stands on its own.

    A note (`add_note`) shows below it the line of a file that it is about, with a caret.
    """

    @property
    def notes(self) -> "tuple[str, ...]":
        """What is to be shown below the line."""
        return tuple(getattr(self, "__notes__", ()))

    def said_of(self, name: str) -> "ImgfiltError":
        """Return the same error with the name of what it is about before it."""
        error = type(self)(f"{name}: {self}")
        for note in self.notes:
            error.add_note(note)
        return error


class ParameterError(ImgfiltError, ValueError):
    """A parameter, option or combination of them that can't be used."""


class KernelError(ParameterError):
    """A kernel's text, file, preset or origin that can't be used."""


class CommandError(ParameterError):
    """A command that is impossible as a whole: outputs that collide, a target that can't be."""


class EngineError(ImgfiltError):
    """An engine that can't do what was asked of it, for this picture or on this machine."""


class ImageError(ImgfiltError):
    """An input that can't be read, or a picture that doesn't fit what is to be done with it."""


class OutputError(ImgfiltError):
    """An output that can't be written."""


class ClippedWarning(UserWarning):
    """Values fell outside the range that a picture's depth can hold, and were clipped."""
