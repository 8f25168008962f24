"""Fonts: the one that Pillow contains, or the user's, and installed ones for letters it lacks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ..errors import Note, ParameterError
from .face import EM, Face, built_in, installed_faces, load
from .signs import DRAWN, FRAME, Drawn


class Run(NamedTuple):
    """Letters of one line that are drawn alike.

    Attributes
    ----------
    string : str
    face : Face
        The font.
    drawn : Drawn or None
        The sign to draw with lines; then `string` is one letter.
    """

    string: str
    face: Face
    drawn: Drawn | None = None

    @property
    def advance(self) -> float:
        """From its start to the start of the next run, in ems."""
        return self.drawn.advance if self.drawn else self.face.measure.getlength(self.string) / EM


class Fonts:
    """The fonts of a figure.

    Parameters
    ----------
    data : bytes, optional
        The content of a TrueType or OpenType font; by default the font that Pillow contains.

    Attributes
    ----------
    missing : set of str
        The letters met so far that no font has.

    Raises
    ------
    ParameterError
        If the data are no font.
    """

    def __init__(self, data: bytes | None = None):
        self.missing: set[str] = set()
        self._choices: dict[str, tuple[Face, Drawn | None]] = {}
        try:
            self.first = built_in() if data is None else load(data)
        except OSError:
            message = "font: wanted a TrueType or OpenType font"
            raise ParameterError(message, parameters=("font",)) from None

    def split(self, text: str) -> Iterator[Run]:
        """Split a line into runs."""
        choices = self._choose_together(text)
        for (face, drawn), group in groupby(zip(text, choices, strict=True), itemgetter(1)):
            letters = [letter for letter, _ in group]
            if drawn is None:
                yield Run("".join(letters), face)
            else:
                yield from (Run(letter, face, drawn) for letter in letters)

    def _choose_together(self, text: str) -> list[tuple[Face, Drawn | None]]:
        """Return the choice for each letter of a line.

        Blanks and signs between letters of one other font are drawn with it, too: so words that run
        from right to left stay one run, whose order is right.
        """
        for letter in set(text) - self._choices.keys():
            self._choices[letter] = self._choose(letter)
        choices = [self._choices[letter] for letter in text]
        if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
            # The order of words and numbers depends on the whole line, so it should be one run.
            faces = dict.fromkeys(face for face, _ in choices if face is not self.first)
            whole = next((face for face in faces if all(map(face.has, text))), None)
            if whole is not None:
                return [(whole, None)] * len(text)
        last = 0
        for number in (n for n, letter in enumerate(text) if letter.isalnum()):
            face = choices[number][0]
            if choices[last] == choices[number] and face is not self.first:
                for between in range(last + 1, number):
                    if face.has(text[between]):
                        choices[between] = face, None
            last = number
        return choices

    def _choose(self, letter: str) -> tuple[Face, Drawn | None]:
        """Return the font of a letter, and how it is drawn if it is drawn with lines."""
        if self.first.has(letter) or unicodedata.combining(letter):
            return self.first, None
        drawn = DRAWN.get(letter)
        if drawn and (not drawn.letter or self.first.has(drawn.letter)):
            return self.first, drawn
        for face in installed_faces():
            if face.has(letter):
                return face, None
        self.missing.add(letter)
        return self.first, FRAME

    def width(self, text: str, size: float) -> float:
        """Return the width of a line.

        Parameters
        ----------
        text : str
        size : float
            The font's height; the width has the same unit.
        """
        return size * sum(run.advance for run in self.split(text))

    def extent(self, texts: Iterable[str]) -> tuple[float, float]:
        """Return the greatest height above the baseline and depth below it, in ems.

        Parameters
        ----------
        texts : iterable of str
            Lines of text.
        """
        faces = {run.face for text in texts for run in self.split(text)} | {self.first}
        return max(face.ascent for face in faces), max(face.descent for face in faces)

    def describe_missing(self) -> Note | None:
        """Return a note on the letters that no font has, or None."""
        if not self.missing:
            return None
        shown = (x if x.isprintable() else f"U+{ord(x):04X}" for x in sorted(self.missing))
        letters = " ".join(shown)
        text = f"no typeface here has {letters}: frames are drawn instead; font FILE names another"
        return Note(text, ("font",))


def clean(text: str) -> str:
    """Return a text whose line breaks and control characters are blanks."""
    return "".join(letter if _is_shown(letter) else " " for letter in text)


def _is_shown(letter: str) -> bool:
    # Joiners and marks of direction are no printable letters, but shape the text.
    return letter.isprintable() or unicodedata.category(letter) == "Cf"
