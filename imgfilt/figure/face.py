"""Face: one font, the one that Pillow contains, the user's, or an installed one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache

from PIL import ImageFont

from ..errors import ParameterError
from ..files import open_regular

# File names of fonts that systems have; Pillow looks for them in the system's folders.
_INSTALLED = (
    *("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf"),
    *("arial.ttf", "segoeui.ttf", "Helvetica.ttc", "NotoSansCJK-Regular.ttc", "msyh.ttc"),
    *("PingFang.ttc", "Hiragino Sans GB.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc"),
    *("DroidSansFallbackFull.ttf", "Arial Unicode.ttf", "NotoSansArabic-Regular.ttf"),
    *("NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf"),
    *("seguisym.ttf", "seguiemj.ttf", "NotoEmoji-Regular.ttf", "Symbola.ttf", "FreeSans.ttf"),
)
EM = 100  # pixels of the font in which texts are measured


class Face:
    """One font.

    Parameters
    ----------
    source : str or bytes
        A path, the name of an installed font's file, or the content of a file.

    Raises
    ------
    OSError
        If it is no font.
    """

    def __init__(self, source: str | bytes):
        self._source = source
        self._found: dict[str, bool] = {}
        self.measure = self.at(EM)
        family, style = self.measure.getname()
        self.family, self.style = family or "", style or ""

    def at(self, size: float) -> ImageFont.FreeTypeFont:
        """Return the font in a size in pixels."""
        return _open(self._source, size)

    @cached_property
    def data(self) -> bytes:
        """The content of the font's file."""
        if isinstance(self._source, bytes):
            return self._source
        with open_regular(str(self.measure.path)) as stream:
            return stream.read()

    @cached_property
    def _missing(self) -> bytes:
        """The picture that stands for a letter that the font lacks."""
        return bytes(self.measure.getmask("\uffff"))

    def has(self, letter: str) -> bool:
        """Return whether the font has a letter."""
        if letter not in self._found:
            self._found[letter] = (
                letter.isspace() or bytes(self.measure.getmask(letter)) != self._missing
            )
        return self._found[letter]

    @property
    def ascent(self) -> float:
        """The greatest height above the baseline, in ems."""
        return self.measure.getmetrics()[0] / EM

    @property
    def descent(self) -> float:
        """The greatest depth below the baseline, in ems."""
        return self.measure.getmetrics()[1] / EM


@lru_cache(16)  # each has a copy of the file
def _open(source: str | bytes, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(source) if isinstance(source, bytes) else source, size)


load = lru_cache(2)(Face)  # figures of one run have one font


@cache
def built_in() -> Face:
    """Return the font that Pillow contains; ParameterError if it has none."""
    data = getattr(ImageFont.load_default(EM), "font_bytes", None)
    if not isinstance(data, bytes):
        raise ParameterError("Pillow was built without FreeType, so figures have no letters")
    return Face(data)


@cache
def _installed(name: str) -> Face | None:
    try:
        return Face(name)
    except OSError:
        return None


def installed_faces() -> Iterator[Face]:
    """Give those of the well-known fonts that are installed."""
    return filter(None, map(_installed, _INSTALLED))
