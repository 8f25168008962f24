"""Compare words as they are typed: by their letters, or by how many of them differ."""

from __future__ import annotations

from collections.abc import Iterable


def fold_letters(word: str) -> str:
    """Return a word in small letters, without hyphens, underscores and spaces.

    >>> fold_letters("Sobel_X") == fold_letters("sobel-x") == "sobelx"
    True
    """
    return word.lower().translate(dict.fromkeys(map(ord, "-_ ")))


def nearest_word(word: str, words: Iterable[str]) -> str | None:
    """Return the word that is nearest to another one, or None if none is near or two are.

    Up to 4 letters, one letter may differ; in longer words two. Capitals count as small letters.

    >>> nearest_word("gausian", ["gaussian", "bilateral"])
    'gaussian'
    >>> nearest_word("sobel-z", ["sobel-x", "sobel-y"])
    """
    letters = sum(map(str.isalnum, word))
    most = 1 if letters <= 4 else 2
    near = [(count_edits(word.lower(), other.lower()), other) for other in words]
    near = sorted(pair for pair in near if pair[0] <= min(most, letters - 1))
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return near[0][1]


def count_edits(one: str, other: str) -> int:
    """Return how many letters must be changed, added, left out or exchanged with their neighbour.

    If the lengths differ by more than 2, it is the longer one: far, whatever the letters are.

    >>> count_edits("sgma", "sigma"), count_edits("sizw", "size"), count_edits("bulr", "blur")
    (1, 1, 1)
    """
    if abs(len(one) - len(other)) > 2:
        return max(len(one), len(other))  # an exact number would take time
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        before, last = last, row
    return last[-1]
