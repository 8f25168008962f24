"""Find the file of an installed font for the name of a typeface, such as Times."""

from __future__ import annotations

import os
import sys

from ..spelling import fold_letters

_FOLDERS = {
    "darwin": ("~/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts"),
    "win32": ("~/AppData/Local/Microsoft/Windows/Fonts", "C:/Windows/Fonts"),
}
_OTHER_FOLDERS = "~/.fonts", "~/.local/share/fonts", "/usr/local/share/fonts", "/usr/share/fonts"
_SUFFIXES = ".ttf", ".otf", ".ttc"

# Typeface -> typefaces with letters of the same widths, or of the same kind.
_LIKE = {
    "times": ("timesnewroman", "liberationserif", "nimbusroman", "tinos", "dejavuserif"),
    "helvetica": ("arial", "liberationsans", "nimbussans", "arimo", "dejavusans"),
    "courier": ("couriernew", "liberationmono", "nimbusmono", "cousine", "dejavusansmono"),
}
_LIKE |= {"timesnewroman": _LIKE["times"], "serif": _LIKE["times"], "georgia": _LIKE["times"]}
_LIKE |= {"arial": _LIKE["helvetica"], "sans": _LIKE["helvetica"], "couriernew": _LIKE["courier"]}


def find_font(name: str) -> str | None:
    """Return the file of an installed font whose name begins with a typeface's; None if none does.

    Parameters
    ----------
    name : str
        Of a typeface: Times, "DejaVu Serif". If it isn't installed, one that is like it is taken.
    """
    files = {_letters(os.path.basename(path)): path for path in _list_fonts()}
    wanted = _letters(name)
    for start in (wanted, *_LIKE.get(wanted, ())):
        found = [key for key in files if start and key.startswith(start)]
        # The shortest name is the upright one, not the bold one.
        if best := min(found, key=lambda key: (not key.endswith("regular"), len(key)), default=""):
            return files[best]
    return None


def _letters(name: str) -> str:
    stem = os.path.splitext(name)[0] if name.lower().endswith(_SUFFIXES) else name
    return fold_letters(stem)


def _list_fonts() -> list[str]:
    """Return the paths of the installed fonts, sorted."""
    folders = map(os.path.expanduser, _FOLDERS.get(sys.platform, _OTHER_FOLDERS))
    return sorted(
        os.path.join(place, file)
        for folder in folders
        for place, _, files in os.walk(folder)
        for file in files
        if file.lower().endswith(_SUFFIXES)
    )
